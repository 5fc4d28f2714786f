"""Where the city's drill happens: its centre, and the streets that close there with the hour they do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.drills.cloudburst import CloudburstOptions, closing_time_s
from dashboard.views.defaults import default_ends, default_place
from risk_core.assess import assess
from risk_core.errors import UnreachableError
from risk_core.routes.find import find_routes
from risk_core.state.area import Area
from risk_core.state.network import Network
from risk_core.state.profile import EdgeFlag, Profile, RoadClass
from risk_core.state.route import RouteKind
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape, Situation
from risk_core.units import M_PER_DEG_LAT

LatLon = tuple[float, float]

N_CLOSING = 9
CLOSING_RADII = 1.5
"""Streets close within this many radii of the rain's core."""
EARLIEST_MM, LATEST_MM = 24.0, 62.0
"""Hour's rain at which the first and the last of the streets close."""


@dataclass(frozen=True, slots=True)
class ClosingStreet:
    """A street that closes at `closes_s` of the story; `wkt` is its line, longitude first."""

    street: int
    name: str
    reason: ClosureReason
    closes_s: float
    wkt: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Centre of the cloudburst (lat, lon), degrees, and the streets that close, earliest first."""

    centre: LatLon
    closing: tuple[ClosingStreet, ...]


def trip_of(area: Area) -> tuple[LatLon, LatLon]:
    """Ends of the trip a first visitor is shown."""
    return default_ends(area) or (default_place(area), default_place(area))


def centre_of(trip: tuple[LatLon, LatLon]) -> LatLon:
    """Middle between the ends."""
    return (trip[0][0] + trip[1][0]) / 2, (trip[0][1] + trip[1][1]) / 2


def trip_length_m(trip: tuple[LatLon, LatLon]) -> float:
    """Straight distance between the ends, metres."""
    return float(_distance_m(np.array([trip[1]]), trip[0])[0])


def make_stage(area: Area, seed: int, options: CloudburstOptions) -> Stage:
    """Put the cloudburst between the ends of the area's default trip and choose the streets it closes.

    The first one lies on the fastest way of that trip, so that a reader sees a route change; the others are
    underpasses, streets along the stream, and main streets near the centre. Streets whose closing would cut
    the trip off altogether stay open.
    """
    trip = trip_of(area)
    centre = centre_of(trip)
    network = area.network
    if network is None:
        return Stage(centre, ())
    middle = _street_middles(network)
    chosen = _choose(area, network, middle, trip, options.radius_m * CLOSING_RADII, seed)
    thresholds = np.linspace(EARLIEST_MM, LATEST_MM, max(1, len(chosen)))
    closing = []
    for street, threshold_mm in zip(chosen, thresholds, strict=True):
        closes_s = closing_time_s(middle[street, 0], middle[street, 1], float(threshold_mm), centre, options)
        if np.isfinite(closes_s) and closes_s > 0:
            closing.append(_closing(network, street, closes_s))
    return Stage(centre, _keep_connected(area, trip, sorted(closing, key=lambda s: s.closes_s)))


def _street_middles(network: Network) -> NDArray[np.float64]:
    """(lat, lon) of the middle point of each street's line, shape=(n_street, 2)."""
    first, last = network.street_first_point[:-1], network.street_first_point[1:] - 1
    lower, upper = (first + last) // 2, (first + last + 1) // 2
    lat = (network.point_lat_deg[lower] + network.point_lat_deg[upper]) / 2
    lon = (network.point_lon_deg[lower] + network.point_lon_deg[upper]) / 2
    return np.stack([lat, lon], axis=1)


def _distance_m(middle: NDArray[np.float64], point: LatLon) -> NDArray[np.float64]:
    north_m = (middle[:, 0] - point[0]) * M_PER_DEG_LAT
    east_m = (middle[:, 1] - point[1]) * M_PER_DEG_LAT * np.cos(np.radians(point[0]))
    return np.asarray(np.hypot(north_m, east_m))


def _choose(
    area: Area,
    network: Network,
    middle: NDArray[np.float64],
    trip: tuple[LatLon, LatLon],
    reach_m: float,
    seed: int,
) -> list[int]:
    distance_m = _distance_m(middle, centre_of(trip))
    on_trip = _trip_streets(area, trip)
    chosen = [min(on_trip, key=lambda s: distance_m[s])] if on_trip else []
    weight = np.zeros(network.n_street)
    street_class = np.zeros(network.n_street, dtype=np.uint8)
    street_class[network.street] = network.road_class
    street_flags = np.zeros(network.n_street, dtype=np.uint16)
    street_flags[network.street] = network.flags
    weight[street_class <= RoadClass.TERTIARY] = 1.0
    weight[(street_flags & EdgeFlag.UNDERPASS) > 0] = 4.0
    if area.scenery is not None:
        weight[area.scenery.low_street] += 2.0
        weight[area.scenery.underpass_street] += 4.0
    weight[distance_m > reach_m] = 0.0
    weight[chosen] = 0.0
    order = np.random.default_rng([seed, 5]).permutation(network.n_street)
    order = order[np.argsort(-weight[order], kind="stable")]
    chosen += [int(s) for s in order[: N_CLOSING - len(chosen)] if weight[s] > 0]
    return chosen


def _trip_streets(area: Area, trip: tuple[LatLon, LatLon]) -> list[int]:
    """Streets of the default trip's fastest way on foot on a quiet day, both ends left out."""
    assert area.network is not None
    calm = assess(area, _situation(area, ()))
    answer = find_routes(area, calm, trip[0], trip[1], Profile.WALK, (RouteKind.FASTEST,), calm.step_now)
    edges = answer.routes[0].edges
    third = len(edges) // 3
    return [int(s) for s in area.network.street[edges[third : len(edges) - third]]]


def _keep_connected(area: Area, trip: tuple[LatLon, LatLon], closing: list[ClosingStreet]) -> tuple[ClosingStreet, ...]:
    """Leave streets open, last ones first, until the trip has a way on foot and by car."""
    while closing and not _is_connected(area, trip, closing):
        closing = closing[:-1]
    return tuple(closing)


def _is_connected(area: Area, trip: tuple[LatLon, LatLon], closing: list[ClosingStreet]) -> bool:
    closures = tuple(
        Closure(f"drill-{s.street}", s.reason, s.name, _line(s.wkt), 0.0, np.inf, (), "drill", True) for s in closing
    )
    flooded = assess(area, _situation(area, closures))
    try:
        for profile in (Profile.WALK, Profile.CAR):
            find_routes(area, flooded, trip[0], trip[1], profile, (RouteKind.FASTEST,), flooded.step_now)
    except UnreachableError:
        return False
    return True


def _situation(area: Area, closures: tuple[Closure, ...]) -> Situation:
    return Situation(area.area_id, 1.0, (0,), None, None, None, (), closures, (), (), (), None)


def _closing(network: Network, street: int, closes_s: float) -> ClosingStreet:
    name_position = int(network.street_name[street])
    name = network.names[name_position] if name_position >= 0 else ""
    edge = int(np.flatnonzero(network.street == street)[0])
    is_under = bool(network.flags[edge] & (EdgeFlag.UNDERPASS | EdgeFlag.TUNNEL))
    reason = ClosureReason.UNDERPASS if is_under else ClosureReason.FLOOD
    points = slice(int(network.street_first_point[street]), int(network.street_first_point[street + 1]))
    line = zip(network.point_lon_deg[points], network.point_lat_deg[points], strict=True)
    wkt = "LINESTRING (" + ", ".join(f"{lon:.6f} {lat:.6f}" for lon, lat in line) + ")"
    return ClosingStreet(street, name, reason, closes_s, wkt)


def _line(wkt: str) -> Shape:
    pairs = [pair.split() for pair in wkt.removeprefix("LINESTRING (").removesuffix(")").split(", ")]
    return Shape(GeometryKind.LINE, (np.array([[float(lat), float(lon)] for lon, lat in pairs]),))
