"""Ways in the words of openrouteservice: segments, numbered kinds of turns, boxes, credits."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.api.faces.bodies import WayRiskBody, snapshot_ms
from dashboard.api.faces.ors_bodies import (
    M_PER_UNIT,
    OrsDirectionsAsked,
    OrsEngine,
    OrsLine,
    OrsMetadata,
    OrsRoute,
    OrsRouteCollection,
    OrsRouteFeature,
    OrsRouteProperties,
    OrsRoutes,
    OrsSegment,
    OrsStep,
    OrsSummary,
)
from dashboard.api.faces.ors_errors import VERSION
from dashboard.api.legs import Leg, legs_of
from dashboard.api.polyline import encode_polyline
from dashboard.api.schemas.words import iso_time
from dashboard.i18n import text
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.route import Route, RouteAnswer

TYPE_OF_TURN: Final[Mapping[str, int]] = {
    "left": 0,
    "right": 1,
    "sharp_left": 2,
    "sharp_right": 3,
    "slight_left": 4,
    "slight_right": 5,
    "straight": 6,
    "uturn": 9,
    "arrive": 10,
    "depart": 11,
}
Box = tuple[float, float, float, float]


def metadata_of(area: Area, assessment: Assessment, service: str, query: Mapping[str, Any]) -> OrsMetadata:
    """Credits and engine; the query without its positions, which nobody needs to hear again."""
    stamp = iso_time(assessment.now_s) or ""
    engine = OrsEngine(version=VERSION, build_date=stamp, graph_date=stamp)
    return OrsMetadata(
        attribution=area.attribution,
        service=service,
        timestamp=snapshot_ms(assessment),
        query=dict(query),
        engine=engine,
    )


def box_of(lines: Iterable[NDArray[np.float64]]) -> Box:
    """West, south, east, north of (lat_deg, lon_deg) lines."""
    every = np.concatenate(list(lines))
    (south, west), (north, east) = every.min(axis=0), every.max(axis=0)
    return round(float(west), 6), round(float(south), 6), round(float(east), 6), round(float(north), 6)


def routes_body(
    found: RouteAnswer, area: Area, asked: OrsDirectionsAsked, metadata: OrsMetadata, lang: str
) -> OrsRoutes:
    """Ways as JSON."""
    routes = [_route(route, found, area, asked, lang) for route in found.routes]
    return OrsRoutes(bbox=_whole(found), routes=routes, metadata=metadata)


def collection_body(
    found: RouteAnswer, area: Area, asked: OrsDirectionsAsked, metadata: OrsMetadata, lang: str
) -> OrsRouteCollection:
    """Ways as GeoJSON."""
    features = []
    for route in found.routes:
        told = _route(route, found, area, asked, lang)
        line = [(round(lon, 6), round(lat, 6)) for lat, lon in _line(route).tolist()]
        properties = OrsRouteProperties(
            summary=told.summary, segments=told.segments, way_points=told.way_points, risk=told.risk
        )
        geometry = OrsLine(type="LineString", coordinates=line)
        features.append(OrsRouteFeature(type="Feature", bbox=told.bbox, properties=properties, geometry=geometry))
    return OrsRouteCollection(type="FeatureCollection", bbox=_whole(found), features=features, metadata=metadata)


def _line(route: Route) -> NDArray[np.float64]:
    """The line of a way with a point at every turn and every place called at."""
    legs = legs_of(route)
    return np.concatenate([legs[0].line, *(leg.line[1:] for leg in legs[1:])])


def _whole(found: RouteAnswer) -> Box:
    return box_of(np.column_stack([route.lat_deg, route.lon_deg]) for route in found.routes)


def _route(route: Route, found: RouteAnswer, area: Area, asked: OrsDirectionsAsked, lang: str) -> OrsRoute:
    legs, line, per_unit = legs_of(route), _line(route), M_PER_UNIT[asked.units]
    begins = np.cumsum([0, *(len(leg.line) - 1 for leg in legs)]).tolist()
    segments = [_segment(leg, begin, per_unit, lang) for leg, begin in zip(legs, begins[:-1], strict=True)]
    return OrsRoute(
        summary=OrsSummary(distance=round(route.length_m / per_unit, 3), duration=round(route.duration_s, 1)),
        segments=segments if asked.instructions else None,
        bbox=box_of([line]),
        geometry=encode_polyline(line.tolist()) if asked.geometry else None,
        way_points=begins,
        risk=WayRiskBody.of(route, found, area.attribution),
    )


def _segment(leg: Leg, begin: int, per_unit: float, lang: str) -> OrsSegment:
    firsts: Sequence[int] = [begin + step.first for step in leg.steps]
    steps = [
        OrsStep(
            distance=round(step.length_m / per_unit, 3),
            duration=round(step.duration_s, 1),
            type=TYPE_OF_TURN[step.code],
            instruction=text(f"turn.{step.code}", lang, name=step.name or text("route.nameless", lang)),
            name=step.name or "-",
            way_points=(first, last),
        )
        for step, first, last in zip(leg.steps, firsts, [*firsts[1:], firsts[-1]], strict=True)
    ]
    return OrsSegment(distance=round(leg.length_m / per_unit, 3), duration=round(leg.duration_s, 1), steps=steps)
