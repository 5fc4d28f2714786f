"""Bodies of the answers about many places: travel times, what can be reached, the nearest shelters."""

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import Field

from dashboard.answers.outline import outline
from dashboard.api.schemas.routes import EndBody, LineBody, RouteProperties, end_body, route_body
from dashboard.api.schemas.snapshot import OnSnapshot, on_snapshot
from dashboard.api.schemas.words import Body, known
from risk_core.routes.matrix import MAX_AS_MET
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.many import MatrixAnswer, NearestAnswer, ReachAnswer

Rows = list[list[float | None]]


class MatrixBody(OnSnapshot):
    """Ways between all origins (rows) and all destinations (columns); null where no open way leads."""

    kind: str = Field(description="fastest, balanced or safest")
    origins: list[EndBody]
    destinations: list[EndBody]
    duration_s: Rows = Field(description="seconds under way")
    objective_s: Rows = Field(
        description="what the kind minimises, in seconds; for vehicles a lower bound next to forbidden turns"
    )
    priced_at: Literal["arrival", "departure"] = Field(
        description=(
            "arrival: every street counts with the risk and the closures of the time one gets there, and the ways are "
            f"those of /v1/routes (up to {MAX_AS_MET} pairs, and wherever nothing changes on the way). departure: all "
            "streets count as at the departure and those that close later are not used; a fastest way is never quicker "
            "than that of /v1/routes"
        )
    )

    @classmethod
    def from_answer(cls, answer: MatrixAnswer, area: Area, assessment: Assessment) -> "MatrixBody":
        """Say a record."""
        return cls(
            **on_snapshot(answer.on, area, assessment),
            kind=answer.kind.value,
            origins=[end_body(one) for one in answer.origins],
            destinations=[end_body(one) for one in answer.destinations],
            duration_s=_rows(answer.duration_s),
            objective_s=_rows(answer.objective_s),
            priced_at="arrival" if answer.is_as_met else "departure",
        )


class ShapeBody(Body):
    """GeoJSON geometry; positions are longitude, latitude."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[tuple[float, float]]]]


class ReachProperties(Body):
    """What is known of one outline."""

    limit_s: float
    area_m2: float = Field(description="of the grid cells a reached street runs through")
    residents: float = Field(description="who live in them")


class ReachFeature(Body):
    """One outline as a GeoJSON feature."""

    type: Literal["Feature"]
    geometry: ShapeBody
    properties: ReachProperties


class ReachBody(OnSnapshot):
    """Outlines of what can be reached, smallest first, as a GeoJSON feature collection (RFC 7946).

    Streets count as at the departure, and those that close within the next day are not used: whatever lies inside is
    reached by /v1/routes as soon or sooner, but for the width of a cell.
    """

    type: Literal["FeatureCollection"]
    by: str = Field(description="duration, or danger: seconds times the danger there")
    cell_m: float = Field(description="outlines follow grid cells of this width")
    origin: EndBody
    features: list[ReachFeature]

    @classmethod
    def from_answer(
        cls, answer: ReachAnswer, by: str, limits_s: Sequence[float], area: Area, assessment: Assessment
    ) -> "ReachBody":
        """Say a record: one outline for each limit."""
        return cls(
            **on_snapshot(answer.on, area, assessment),
            type="FeatureCollection",
            by=by,
            cell_m=area.grid.cell_m,
            origin=end_body(answer.origin),
            features=[_reached(answer.cost_s <= limit_s, limit_s, area) for limit_s in limits_s],
        )


class ShelterBody(Body):
    """A shelter as it is now; null where a number is not known."""

    shelter_id: str
    name: str
    kind: str
    lat_deg: float
    lon_deg: float
    capacity_persons: float | None
    occupancy_persons: float | None
    source: str
    simulated: bool


class ShelterWayProperties(RouteProperties):
    """The way to a shelter, and the shelter."""

    shelter: ShelterBody


class ShelterWayBody(Body):
    """One way to a shelter as a GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    geometry: LineBody
    properties: ShelterWayProperties


class NearestBody(OnSnapshot):
    """Shelters with room and the way to each, nearest by the way first, as a GeoJSON feature collection."""

    type: Literal["FeatureCollection"]
    origin: EndBody
    features: list[ShelterWayBody]

    @classmethod
    def from_answer(cls, answer: NearestAnswer, area: Area, assessment: Assessment, lang: str) -> "NearestBody":
        """Say a record in a language."""
        features = []
        for way in answer.ways:
            route = route_body(way.route, lang)
            shelter = ShelterBody(
                shelter_id=way.shelter.shelter_id,
                name=way.shelter.name,
                kind=way.shelter.kind,
                lat_deg=way.shelter.lat_deg,
                lon_deg=way.shelter.lon_deg,
                capacity_persons=known(way.shelter.capacity_persons),
                occupancy_persons=known(way.shelter.occupancy_persons),
                source=way.shelter.source,
                simulated=way.shelter.simulated,
            )
            told = {name: getattr(route.properties, name) for name in type(route.properties).model_fields}
            properties = ShelterWayProperties(**told, shelter=shelter)
            features.append(ShelterWayBody(type="Feature", id=route.id, geometry=route.geometry, properties=properties))
        shared = on_snapshot(answer.on, area, assessment)
        return cls(**shared, type="FeatureCollection", origin=end_body(answer.origin), features=features)


def _rows(seconds: NDArray[np.float64]) -> Rows:
    return [[round(one, 2) if math.isfinite(one) else None for one in row] for row in seconds.tolist()]


def _reached(is_in: NDArray[np.bool_], limit_s: float, area: Area) -> ReachFeature:
    shape = outline(area.grid, is_in)
    polygons = [part for part in shapely.get_parts(shape) if not part.is_empty]
    rings = [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in polygons]
    properties = ReachProperties(
        limit_s=limit_s,
        area_m2=float(is_in.sum()) * area.grid.cell_m**2,
        residents=round(float(np.nan_to_num(area.population[is_in]).sum()), 1),
    )
    geometry = ShapeBody(type="MultiPolygon", coordinates=rings)
    return ReachFeature(type="Feature", geometry=geometry, properties=properties)


def _ring(ring: Any) -> list[tuple[float, float]]:
    return [(round(lon, 7), round(lat, 7)) for lon, lat in ring.coords]
