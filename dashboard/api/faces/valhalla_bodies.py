"""What the Valhalla face reads and answers; after Valhalla's turn-by-turn API (valhalla.github.io)."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.faces.bodies import FaceBody, WayRiskBody
from dashboard.api.faces.ors_bodies import AreaName, Flag
from dashboard.api.reading import Number, Whole
from risk_core.routes.avoid import MAX_POINTS as MAX_RING
from risk_core.state.route import RouteKind

MAX_POINTS: Final = 50
MAX_AREAS: Final = 20
Units = Literal["kilometers", "km", "miles", "mi"]
KM_PER_UNIT: Final = {"kilometers": 1.0, "km": 1.0, "miles": 1.609344, "mi": 1.609344}
Position = tuple[Number, Number]
Ring = Annotated[tuple[Position, ...], Field(min_length=3, max_length=MAX_RING, description="longitude, latitude")]
Rings = Annotated[tuple[Ring, ...], Field(max_length=MAX_AREAS, description="rings no street inside of may be used")]
Language = Annotated[str, Field(max_length=12)]
Costing = Annotated[str, Field(max_length=40, description="auto, bicycle, pedestrian, taxi, or a profile of ours")]


class ValhallaLocation(BaseModel):
    """A point to call at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lat: Number
    lon: Number
    type: Literal["break"] = "break"
    name: Annotated[str, Field(max_length=200)] | None = None
    street: Annotated[str, Field(max_length=200)] | None = None
    radius: Annotated[Number, Field(ge=0, le=500, description="the nearest street is taken")] | None = None
    rank_candidates: Flag | None = None
    minimum_reachability: Whole | None = None


class ValhallaCosting(BaseModel):
    """Wishes for one way of travel: what to minimise. What we cannot honour is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: RouteKind | None = None
    shortest: Literal[False] = False


class ValhallaDirections(BaseModel):
    """How to tell the way."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    units: Units | None = None
    language: Language | None = None
    directions_type: Literal["none", "maneuvers", "instructions"] | None = None


class ValhallaDate(BaseModel):
    """When to set off: now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal[0] = 0
    value: Literal["current"] | None = None


class ValhallaAsked(ValhallaDirections):
    """Body of a route."""

    locations: Annotated[tuple[ValhallaLocation, ...], Field(min_length=2, max_length=MAX_POINTS)]
    costing: Costing
    costing_options: Annotated[dict[str, ValhallaCosting], Field(max_length=10)] = {}
    directions_options: ValhallaDirections = ValhallaDirections()
    narrative: Flag | None = None
    avoid_polygons: Rings = ()
    exclude_polygons: Rings = ()
    alternates: Annotated[Whole, Field(ge=0, le=2)] = 0
    date_time: ValhallaDate | None = None
    shape_format: Literal["polyline6", "polyline5"] = "polyline6"
    id: Annotated[str, Field(max_length=100)] | None = None
    area: AreaName | None = None


class ValhallaQuery(BaseModel):
    """Address of a route: the body as JSON text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    json_: Annotated[str, Field(alias="json", max_length=16_000, description="the body of POST, as JSON text")]


class ValhallaPlace(FaceBody):
    """A point called at."""

    type: str
    lat: float
    lon: float
    original_index: int


class ValhallaManeuver(FaceBody):
    """One step; the indices are positions in the leg's line."""

    type: int
    instruction: str | None = None
    street_names: list[str] | None = None
    time: float
    length: float
    cost: float
    begin_shape_index: int
    end_shape_index: int
    travel_mode: str
    travel_type: str


class ValhallaSummary(FaceBody):
    """Box, time and length."""

    min_lat: float
    min_lon: float
    max_lat: float
    max_lon: float
    time: float
    length: float
    cost: float


class ValhallaLeg(FaceBody):
    """The way between two points called at."""

    maneuvers: list[ValhallaManeuver] | None = None
    summary: ValhallaSummary
    shape: str


class ValhallaTrip(FaceBody):
    """One way; `risk` is ours."""

    locations: list[ValhallaPlace]
    legs: list[ValhallaLeg]
    summary: ValhallaSummary
    status_message: str
    status: int
    units: str
    language: str
    risk: WayRiskBody


class ValhallaAlternate(FaceBody):
    """Another way."""

    trip: ValhallaTrip


class ValhallaRoute(FaceBody):
    """Answer of a route."""

    trip: ValhallaTrip
    alternates: list[ValhallaAlternate] | None = None
    id: str | None = None


class ValhallaErrorBody(FaceBody):
    """An error as Valhalla tells it."""

    error_code: int
    error: str
    status_code: int
    status: str
