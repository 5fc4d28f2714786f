"""/osrm: the services route, table and nearest of OSRM's HTTP API, on our streets and round their dangers."""

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from apiflask import APIBlueprint
from flask import Response
from numpy.typing import NDArray

from dashboard.answers import Answers
from dashboard.answers.many import MatrixQuestion
from dashboard.answers.questions import check_streets
from dashboard.api.documents import documented
from dashboard.api.faces import examples
from dashboard.api.faces.asking import area_round, ask_way, read_profile, to_lat_lon
from dashboard.api.faces.bodies import WayRiskBody, face_answer
from dashboard.api.faces.errors import Trouble, register_face_errors
from dashboard.api.faces.osrm_bodies import (
    MAX_POINTS,
    OsrmAsked,
    OsrmErrorBody,
    OsrmIntersection,
    OsrmLeg,
    OsrmManeuver,
    OsrmNearest,
    OsrmNearestAsked,
    OsrmNearestRequest,
    OsrmNearestWaypoint,
    OsrmRoute,
    OsrmRouteAsked,
    OsrmRouteRequest,
    OsrmRoutes,
    OsrmStep,
    OsrmTable,
    OsrmTableAsked,
    OsrmTableRequest,
    OsrmWaypoint,
)
from dashboard.api.fault_words import is_too_much
from dashboard.api.headers import json_answer
from dashboard.api.legs import Leg, LegStep, legs_of
from dashboard.api.polyline import FIVE, SIX, decode_polyline, encode_polyline
from dashboard.api.reading import NUMBER
from dashboard.store.library import Library
from risk_core.errors import Fault, InputError
from risk_core.routes.many import snap_all
from risk_core.state.area import Area
from risk_core.state.network import Network
from risk_core.state.profile import Profile
from risk_core.state.route import Route, RouteAnswer, RouteKind, Snap

ABOUT: Final = """OSRM's own addresses hold the coordinates, and its clients know no other way. Whoever does not want
them there sends the same options and `coordinates` as a body to the address without them, which is ours."""
PAIR: Final = re.compile(rf"({NUMBER}),({NUMBER})")
MODES: Final = {Profile.WALK: "walking", Profile.WHEELCHAIR: "walking", Profile.BICYCLE: "cycling"}
MODIFIERS: Final = {code: code.replace("_", " ") for code in (
    "straight", "slight_left", "left", "sharp_left", "slight_right", "right", "sharp_right", "uturn",
)}  # fmt: skip
LatLon = tuple[float, float]


class OsrmFace:
    """Answers of the face."""

    def __init__(self, library: Library, answers: Answers) -> None:
        self._library = library
        self._answers = answers

    def route(self, profile: str, points: Sequence[LatLon], asked: OsrmRouteAsked) -> Response:
        """Ways through points, one after the other."""
        traveller, kind = _traveller(profile, asked)
        others = {"true": 2, "false": 0}.get(asked.alternatives)
        n_other = int(asked.alternatives) if others is None else others
        found, _ = ask_way(self._answers, points, traveller, kind, (), asked.area, n_other)
        area = self._library.area(found.area_id)
        snaps = (found.origin, *found.via, found.destination)
        _check_radiuses(asked, snaps)
        routes = [_route(route, found, area, asked) for route in found.routes]
        waypoints = None if asked.skip_waypoints == "true" else [_waypoint(area, one) for one in snaps]
        return face_answer(OsrmRoutes(code="Ok", routes=routes, waypoints=waypoints))

    def table(self, profile: str, points: Sequence[LatLon], asked: OsrmTableAsked) -> Response:
        """Seconds and metres between points."""
        traveller, kind = _traveller(profile, asked)
        chosen = [_chosen(asked.sources, points, "sources"), _chosen(asked.destinations, points, "destinations")]
        question = MatrixQuestion(area_round(self._answers, points, asked.area), *chosen, traveller, kind)
        found = self._answers.matrix(question)
        area = self._library.area(question.area_id)
        lengths = self._answers.matrix_lengths(question, found) if "distance" in asked.annotations else None
        told = asked.skip_waypoints == "false"
        table = OsrmTable(
            code="Ok",
            durations=_rows(found.duration_s) if "duration" in asked.annotations else None,
            distances=None if lengths is None else _rows(lengths),
            sources=[_waypoint(area, one) for one in found.origins] if told else None,
            destinations=[_waypoint(area, one) for one in found.destinations] if told else None,
        )
        return face_answer(table)

    def nearest(self, profile: str, points: Sequence[LatLon], asked: OsrmNearestAsked) -> Response:
        """The open street next to a point."""
        traveller, _ = _traveller(profile, asked)
        area = self._library.area(area_round(self._answers, points, asked.area))
        network, assessment = check_streets(area), self._answers.assessment(area.area_id)
        priced = self._answers.priced(area.area_id, traveller, None, assessment.version)
        (found,) = snap_all(area, network, assessment, priced, [("coordinates", *points[0])])
        _check_radiuses(asked, (found,))
        edge = int(network.street_edge[:, found.street].max())
        nodes = [int(network.tail[edge]), int(network.head[edge])]
        told = _waypoint(area, found).model_dump()
        return face_answer(OsrmNearest(code="Ok", waypoints=[OsrmNearestWaypoint(**told, nodes=nodes)]))


def osrm_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the face."""
    bp = APIBlueprint("osrm", __name__, tag={"name": "OSRM", "description": ABOUT}, url_prefix="/osrm")
    register_face_errors(bp, _render)
    face = OsrmFace(library, answers)
    _add_shown(bp, face)
    _add_asked(bp, face)
    return bp


def _add_shown(bp: APIBlueprint, face: OsrmFace) -> None:
    @bp.get("/route/v1/<profile>/<path:coordinates>")
    @bp.input(OsrmRouteAsked, location="query", arg_name="asked")
    @bp.output(OsrmRoutes, example=examples.OSRM_ROUTE)
    @documented("OSRM route: the safest way through points, or the fastest", 404, 503)
    def osrm_route(profile: str, coordinates: str, asked: OsrmRouteAsked) -> Response:
        return face.route(profile, read_points(coordinates, 2), asked)

    @bp.get("/table/v1/<profile>/<path:coordinates>")
    @bp.input(OsrmTableAsked, location="query", arg_name="asked")
    @bp.output(OsrmTable, example=examples.OSRM_TABLE)
    @documented("OSRM table: seconds and metres between points", 404, 503)
    def osrm_table(profile: str, coordinates: str, asked: OsrmTableAsked) -> Response:
        return face.table(profile, read_points(coordinates, 1), asked)

    @bp.get("/nearest/v1/<profile>/<path:coordinates>")
    @bp.input(OsrmNearestAsked, location="query", arg_name="asked")
    @bp.output(OsrmNearest, example=examples.OSRM_NEAREST)
    @documented("OSRM nearest: the open street next to a point", 404, 503)
    def osrm_nearest(profile: str, coordinates: str, asked: OsrmNearestAsked) -> Response:
        return face.nearest(profile, read_points(coordinates, 1, 1), asked)


def _add_asked(bp: APIBlueprint, face: OsrmFace) -> None:
    @bp.post("/route/v1/<profile>")
    @bp.input(OsrmRouteRequest, location="json", arg_name="asked", example=examples.OSRM_ROUTE_REQUEST)
    @bp.output(OsrmRoutes, example=examples.OSRM_ROUTE)
    @documented("The same ways, asked without an address", 404, 413, 415, 503)
    def ask_osrm_route(profile: str, asked: OsrmRouteRequest) -> Response:
        return face.route(profile, to_lat_lon(asked.coordinates), asked)

    @bp.post("/table/v1/<profile>")
    @bp.input(OsrmTableRequest, location="json", arg_name="asked", example=examples.OSRM_TABLE_REQUEST)
    @bp.output(OsrmTable, example=examples.OSRM_TABLE)
    @documented("The same table, asked without an address", 404, 413, 415, 503)
    def ask_osrm_table(profile: str, asked: OsrmTableRequest) -> Response:
        return face.table(profile, to_lat_lon(asked.coordinates), asked)

    @bp.post("/nearest/v1/<profile>")
    @bp.input(OsrmNearestRequest, location="json", arg_name="asked", example=examples.OSRM_NEAREST_REQUEST)
    @bp.output(OsrmNearest, example=examples.OSRM_NEAREST)
    @documented("The same street, asked without an address", 404, 413, 415, 503)
    def ask_osrm_nearest(profile: str, asked: OsrmNearestRequest) -> Response:
        return face.nearest(profile, to_lat_lon(asked.coordinates), asked)


def _render(trouble: Trouble) -> Response:
    code = "InvalidOptions"
    if trouble.is_unreachable:
        code = "NoRoute"
    elif trouble.is_outside or trouble.is_off_streets:
        code = "NoSegment"
    elif trouble.status in (404, 405, 503) or trouble.status >= 500:
        code = {404: "InvalidUrl", 405: "InvalidUrl", 503: "NotReady"}.get(trouble.status, "InternalError")
    elif any(fault.argument in ("coordinates", "polyline") for fault in trouble.faults):
        code = "TooBig" if any(map(is_too_much, trouble.faults)) else "InvalidQuery"
    elif any(fault.argument == "profile" for fault in trouble.faults):
        code = "InvalidValue"
    elif any("pairs" in fault.wanted for fault in trouble.faults):
        code = "TooBig"
    status = 400 if trouble.status in (404, 422) else trouble.status
    response = json_answer(OsrmErrorBody(code=code, message=trouble.message))
    response.status_code = status
    return response


def _traveller(profile: str, asked: OsrmAsked) -> tuple[Profile, RouteKind]:
    traveller, kind = read_profile(profile)
    return traveller, asked.kind or kind


def read_points(text: str, least: int, most: int = MAX_POINTS) -> list[LatLon]:
    """Points of the address: LON,LAT pairs between semicolons, or ``polyline(...)``.

    Raises
    ------
    risk_core.errors.InputError
        For anything else, and for too few or too many.
    """
    text = text.removesuffix(".json")
    wrapped = re.fullmatch(r"polyline(6?)\((.*)\)", text, re.DOTALL)
    if wrapped:
        points = decode_polyline(wrapped[2], SIX if wrapped[1] else FIVE)
    else:
        pairs = [PAIR.fullmatch(part) for part in text.split(";")]
        if not all(pairs):
            remedy = "Longitude comes first; separate points by semicolons."
            raise InputError(Fault("coordinates", "no such pairs", "LON,LAT;LON,LAT;... in degrees", remedy))
        points = [(float(pair[2]), float(pair[1])) for pair in pairs if pair]
    if not least <= len(points) <= most:
        wanted = f"{least} points or more" if len(points) < least else f"at most {most} points"
        raise InputError(Fault("coordinates", f"{len(points)} points", wanted, "Give as many points as that."))
    return points


def _chosen(text: str, points: Sequence[LatLon], name: str) -> tuple[LatLon, ...]:
    if text == "all":
        return tuple(points)
    chosen = [int(part) for part in text.split(";")]
    if max(chosen) >= len(points):
        raise InputError(Fault(name, text[:40], f"positions of 0..{len(points) - 1}", "Count the points from 0."))
    return tuple(points[k] for k in chosen)


def _check_radiuses(asked: OsrmAsked, snaps: Sequence[Snap]) -> None:
    """Refuse points farther from a street than the asker allows.

    Raises
    ------
    risk_core.errors.InputError
        With a fault for each, and for another number of radiuses than points.
    """
    if not asked.radiuses:
        return
    radiuses = asked.radiuses.split(";")
    if len(radiuses) != len(snaps):
        raise InputError(Fault("radiuses", str(len(radiuses)), f"{len(snaps)} radiuses", "Give one a point."))
    faults = [
        Fault(
            f"coordinates[{k}]", f"no street within {radius} m", "a point nearer to a street", "Allow a larger radius."
        )
        for k, (radius, snap) in enumerate(zip(radiuses, snaps, strict=True))
        if radius not in ("", "unlimited") and snap.distance_m > float(radius)
    ]
    if faults:
        raise InputError(*faults)


def _rows(values: NDArray[np.float64]) -> list[list[float | None]]:
    return [[round(one, 1) if np.isfinite(one) else None for one in row] for row in values.tolist()]


def _waypoint(area: Area, snap: Snap) -> OsrmWaypoint:
    location = [round(snap.lon_deg, 6), round(snap.lat_deg, 6)]
    name = _street_name(check_streets(area), snap.street)
    return OsrmWaypoint(hint="", distance=round(snap.distance_m, 2), name=name, location=location)


def _street_name(network: Network, street: int) -> str:
    name = int(network.street_name[street])
    return network.names[name] if name >= 0 else ""


def _route(route: Route, found: RouteAnswer, area: Area, asked: OsrmRouteAsked) -> OsrmRoute:
    legs = legs_of(route)
    line = np.column_stack([route.lat_deg, route.lon_deg])
    return OsrmRoute(
        geometry=None if asked.overview == "false" else _geometry(line, asked.geometries),
        legs=[_leg(leg, found.profile, asked) for leg in legs],
        weight_name=route.kind.value,
        weight=round(route.duration_s, 1),
        duration=round(route.duration_s, 1),
        distance=round(route.length_m, 1),
        risk=WayRiskBody.of(route, found, area.attribution),
    )


def _leg(leg: Leg, profile: Profile, asked: OsrmRouteAsked) -> OsrmLeg:
    names = sorted({(step.name, step.length_m) for step in leg.steps if step.name}, key=lambda pair: -pair[1])
    summary = ", ".join(dict.fromkeys(name for name, _ in names[:2]))
    steps = [_step(step, profile, asked.geometries) for step in leg.steps] if asked.steps == "true" else []
    seconds, metres = round(leg.duration_s, 1), round(leg.length_m, 1)
    return OsrmLeg(summary=summary, weight=seconds, duration=seconds, distance=metres, steps=steps)


def _step(step: LegStep, profile: Profile, geometries: str) -> OsrmStep:
    lat, lon = step.line[0]
    location = [round(float(lon), 6), round(float(lat), 6)]
    before, after = round(step.bearing_before) % 360, round(step.bearing_after) % 360
    is_end = step.code in ("depart", "arrive")
    kind = step.code if is_end else ("continue" if step.code == "uturn" else "turn")
    turn = OsrmManeuver(
        location=location,
        bearing_before=before,
        bearing_after=after,
        type=kind,
        modifier=None if is_end else MODIFIERS[step.code],
    )
    return OsrmStep(
        geometry=_geometry(step.line, geometries),
        maneuver=turn,
        mode=MODES.get(profile, "driving"),
        driving_side="right",
        name=step.name,
        intersections=[_intersection(step.code, location, before, after)],
        weight=round(step.duration_s, 1),
        duration=round(step.duration_s, 1),
        distance=round(step.length_m, 1),
    )


def _intersection(code: str, location: list[float], before: int, after: int) -> OsrmIntersection:
    back = (before + 180) % 360
    if code == "depart":
        return OsrmIntersection(location=location, bearings=[after], entry=[True], out=0)
    if code == "arrive":
        return OsrmIntersection(location=location, bearings=[back], entry=[True], in_=0)
    return OsrmIntersection(location=location, bearings=[back, after], entry=[False, True], in_=0, out=1)


def _geometry(line: NDArray[np.float64], geometries: str) -> Any:
    if geometries == "geojson":
        return {"type": "LineString", "coordinates": np.round(line[:, ::-1], 6).tolist()}
    return encode_polyline(line.tolist(), SIX if geometries == "polyline6" else FIVE)
