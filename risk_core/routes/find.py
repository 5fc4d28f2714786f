"""The question people ask: the fastest and the safest way from here to there, now."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError, UnreachableError, raise_faults
from risk_core.routes.moving import clock_cost, moving_path
from risk_core.routes.price import Priced, price_at
from risk_core.routes.reasons import OpenWay, closure_reasons, closures_on, danger_reasons, is_same_path
from risk_core.routes.record import Around, free_duration_s, make_route, measure
from risk_core.routes.schedule import Schedule, standing
from risk_core.routes.search import Path, find_path, path_cost
from risk_core.routes.snap import snap_or_raise
from risk_core.routes.weights import travel_times_s
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.network import Network
from risk_core.state.point import check_points
from risk_core.state.profile import Profile, profile_position
from risk_core.state.route import EdgeCosts, Route, RouteAnswer, RouteKind, Snap


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A checked question: costs of the snapshot, both ends on the network.

    Attributes
    ----------
    network, priced
        Topology, and what it costs the profile.
    assessment
        The snapshot, with the closures in force.
    origin, destination
        On the network.
    is_closed
        Edges a closure bars this profile from, shape=(n_edge,).
    """

    network: Network
    priced: Priced
    assessment: Assessment
    origin: Snap
    destination: Snap
    is_closed: NDArray[np.bool_]

    @property
    def costs(self) -> EdgeCosts:
        """Seconds and risk of each edge."""
        return self.priced.costs


def _checked_network(
    area: Area, assessment: Assessment, profile: Profile, kinds: Sequence[RouteKind], step: int, priced: Priced | None
) -> Network:
    """The area's streets, when everything asked fits the area and the assessment."""
    if area.network is None:
        remedy = "Choose an area with streets; a nationwide view has none."
        raise InputError(Fault("area", area.area_id, "an area with streets", remedy))
    n_step, n_edge = len(assessment.lead_s), area.network.n_edge
    faults = []
    if assessment.area_hash != area.content_hash or len(assessment.closed_mask) != n_edge:
        remedy = "Assess the area again; it was rebuilt since."
        faults.append(Fault("assessment", assessment.version or "of another area", f"one of {area.area_id}", remedy))
    if not 0 <= step < n_step:
        faults.append(Fault("step", str(step), f"0 to {n_step - 1}", "Choose one of the snapshot's time slices."))
    if not kinds:
        wanted = ", ".join(RouteKind)
        faults.append(Fault("kinds", "empty", f"one or more of {wanted}", "Name at least one kind of route."))
    remedy = "Make the costs from this assessment, for this profile."
    if priced is not None and len(priced.costs.travel_time_s) != n_edge:
        faults.append(Fault("priced", f"of {len(priced.costs.travel_time_s)} edges", f"{n_edge} edges", remedy))
    if priced is not None and priced.costs.profile != profile:
        faults.append(Fault("priced", f"of {priced.costs.profile}", f"{profile}", remedy))
    raise_faults(faults)
    return area.network


def _open_way(question: Question) -> OpenWay | None:
    """The fastest way if nothing were closed, or None when nothing is or no way leads there even then."""
    network, priced, is_closed = question.network, question.priced, question.is_closed
    if not is_closed.any():
        return None
    path = find_path(network, priced.free, priced.free.metric, question.origin, question.destination)
    if path is None:
        return None
    met = np.where(is_closed[path.edges], question.assessment.edge_closure[path.edges], -1)
    return OpenWay(
        free_duration_s(network, priced.costs.profile, path), closures_on(met.tolist(), question.assessment.closures)
    )


def _unreachable(question: Question, destination: tuple[float, float]) -> UnreachableError:
    """The error that names what bars the way."""
    value = f"{destination[0]:.6g},{destination[1]:.6g}"
    wanted = f"a place that open streets lead to for {question.costs.profile}"
    if _is_cut_by_request(question):
        remedy = "Make the areas to avoid smaller, or choose another destination."
        return UnreachableError(Fault("to", f"{value}: cut off by the areas to avoid", wanted, remedy))
    open_way = _open_way(question)
    if open_way is None or not open_way.closures:
        value += ": one-way streets or forbidden turns leave no way there"
        remedy = "Choose a start or end on another street, or another profile."
        return UnreachableError(Fault("to", value, wanted, remedy))
    names = [closure.name or closure.closure_id for closure in open_way.closures]
    n_street = len(np.unique(question.network.street[question.is_closed]))
    value += f": cut off by closures ({n_street} streets closed; on the way: {', '.join(names)})"
    until_s = min(closure.until_s for closure in open_way.closures)
    when = "the closure ends" if math.isinf(until_s) else "the first of these closures ends"
    return UnreachableError(Fault("to", value, wanted, f"Choose a place on this side, or wait until {when}."))


def _is_cut_by_request(question: Question) -> bool:
    """Whether a way leads there that uses what is barred by request alone."""
    priced, network = question.priced, question.network
    if not priced.is_avoided.any():
        return False
    weights = priced.weights[RouteKind.FASTEST]
    path = find_path(network, weights, weights.metric, question.origin, question.destination)
    return path is not None and bool(priced.is_avoided[path.edges].any())


def _find_paths(
    question: Question, kinds: Sequence[RouteKind], point: tuple[float, float]
) -> dict[RouteKind, tuple[Path, float]]:
    """Cheapest path of each kind and its gap, the fastest always among them; the fastest where it costs no more."""
    paths: dict[RouteKind, tuple[Path, float]] = {}
    for kind in RouteKind:
        if kind not in kinds and kind is not RouteKind.FASTEST:
            continue
        found = _find_one(question, kind)
        if found is None:
            raise _unreachable(question, point)
        path, gap = found
        fastest, _ = paths.get(RouteKind.FASTEST, found)
        if _cost(question, kind, fastest) <= _cost(question, kind, path):
            path = fastest
        if kind not in question.priced.clocks and question.is_closed[path.edges].any():
            remedy = "Make the costs from this assessment."
            raise InputError(
                Fault("priced", "of another snapshot", "costs in which closures in force are barred", remedy)
            )
        paths[kind] = path, gap
    return paths


def _find_one(question: Question, kind: RouteKind) -> tuple[Path, float] | None:
    """Cheapest path of one kind with its gap: on the clock where its costs change on the way."""
    network, priced, ends = question.network, question.priced, (question.origin, question.destination)
    metric = priced.metrics[kind]
    if kind in priced.clocks:
        return moving_path(network, priced.clocks[kind], metric, *ends)
    path = find_path(network, priced.weights[kind], metric, *ends)
    return None if path is None else (path, 0.0)


def _cost(question: Question, kind: RouteKind, path: Path) -> int:
    """Objective of a path under one kind."""
    priced, metric = question.priced, question.priced.metrics[kind]
    if kind in priced.clocks:
        return clock_cost(question.network, priced.clocks[kind], metric, path)
    return path_cost(question.network, metric, path)


def _tell_routes(
    question: Question, paths: dict[RouteKind, tuple[Path, float]], words: Sequence[str], schedule: Schedule
) -> list[Route]:
    """Records of all paths, with their reasons."""
    network, costs = question.network, question.costs
    around = Around(question.assessment.layers, schedule)
    time_s = travel_times_s(network, costs.profile)
    told = {kind: measure(network, time_s, path, around) for kind, (path, _) in paths.items()}
    bare = {kind: make_route(network, costs, kind, some, around, words) for kind, some in told.items()}
    fastest, quickest = bare[RouteKind.FASTEST], paths[RouteKind.FASTEST][0]
    shared = closure_reasons(fastest.duration_s, _open_way(question))
    same = {kind: is_same_path(path, quickest) for kind, (path, _) in paths.items()}
    return [
        replace(route, gap=paths[kind][1], reasons=(*shared, *danger_reasons(route, fastest, same[kind])))
        for kind, route in bare.items()
    ]


def find_routes(
    area: Area,
    assessment: Assessment,
    origin: tuple[float, float],
    destination: tuple[float, float],
    profile: Profile,
    kinds: tuple[RouteKind, ...],
    step: int,
    priced: Priced | None = None,
) -> RouteAnswer:
    """Find the ways from `origin` to `destination`.

    Closed streets are never used. A point on a closed street is moved to the nearest open one, which the snap
    tells. Turn restrictions bind vehicles only. A kind whose cheapest way costs no less than the fastest one takes
    the fastest.

    Parameters
    ----------
    area
        With streets.
    assessment
        Of this area.
    origin, destination
        (lat_deg, lon_deg).
    profile
        The traveller.
    kinds
        What to minimise; see `risk_core.costs.objective.ObjectiveOptions` for what a risk is worth.
    step
        Time slice of the departure. The hazard moves while one travels: every street counts with the risk and the
        closures of the time one gets there; a departure in the past is answered as if its slice held for ever.
    priced
        The streets priced for this assessment, profile and step, where the caller keeps them; made here otherwise.
        Edges barred by request (`bar_edges`) are never used either.

    Raises
    ------
    InputError
        For a point not on the earth or farther than 500 m from every usable street, a step the assessment does not
        have, an area without streets, and costs of another snapshot.
    OutsideAreaError, SwappedCoordinatesError
        For points outside the area.
    UnreachableError
        When no open way leads there; names the closures that bar it.
    """
    network = _checked_network(area, assessment, profile, kinds, step, priced)
    check_points(area.grid, (("from", *origin), ("to", *destination)))
    if priced is None:
        priced = price_at(network, assessment, profile, step)
    bit = np.uint8(profile_position(profile))
    barred = assessment.closed_mask | (priced.is_avoided.astype(np.uint8) << bit)
    start = snap_or_raise(network, origin, profile, barred, "from")
    stop = snap_or_raise(network, destination, profile, barred, "to")
    is_closed = np.asarray((assessment.closed_mask >> bit) & 1, dtype=np.bool_) | priced.is_closed
    schedule = priced.schedule or standing(assessment, step)
    question = Question(network, priced, assessment, start, stop, is_closed)
    paths = _find_paths(question, kinds, destination)
    routes = _tell_routes(question, paths, (area.area_id, assessment.version, profile), schedule)
    return RouteAnswer(
        area_id=area.area_id,
        version=assessment.version,
        profile=profile,
        origin=start,
        destination=stop,
        routes=tuple(route for route in routes if route.kind in kinds),
        is_same_way=all(is_same_path(path, paths[RouteKind.FASTEST][0]) for path, _ in paths.values()),
        valid_s=assessment.now_s + float(assessment.lead_s[step]),
        simulated=assessment.simulated,
    )
