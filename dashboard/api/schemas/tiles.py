"""Bodies about tiles and cut-outs: TileJSON, legend, value at a point, coverage."""

from typing import Any, Literal

from pydantic import Field

from dashboard.api.schemas.fields import LegendBody
from dashboard.api.schemas.words import Body, LevelBody, Share, Time


class VectorLayerBody(Body):
    """One layer of vector tiles."""

    id: str
    description: str
    minzoom: int
    maxzoom: int
    fields: dict[str, str]


class TileJsonBody(Body):
    """TileJSON 3.0.0."""

    tilejson: Literal["3.0.0"]
    name: str
    description: str
    version: str
    attribution: str
    scheme: Literal["xyz"]
    tiles: list[str]
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float]
    center: tuple[float, float, int]
    legend: str = Field(description="the levels in words, lowest first")
    vector_layers: list[VectorLayerBody] | None = None


class LegendsBody(Body):
    """Levels with their colours, lowest first."""

    levels: list[LegendBody]


class ValueBody(Body):
    """One layer at a point."""

    area: str
    version: str
    simulated: bool
    layer: str
    valid_at: Time
    risk: Share | None
    risk_low: Share | None
    risk_high: Share | None
    level: LevelBody


class CoverageBody(Body):
    """A cut of a layer as CoverageJSON (covjson.org/spec)."""

    type: Literal["Coverage"]
    domain: dict[str, Any]
    parameters: dict[str, Any]
    ranges: dict[str, Any]
