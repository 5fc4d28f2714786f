"""The question people ask: the fastest and the safest way from here to there, now."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from risk_core.errors import Fault, InputError, UnreachableError
from risk_core.routes.moving import clock_cost, moving_path
from risk_core.routes.price import Priced
from risk_core.routes.question import Question, pose
from risk_core.routes.reasons import OpenWay, closure_reasons, closures_on, danger_reasons, is_same_path
from risk_core.routes.record import Around, free_duration_s, make_route, measure
from risk_core.routes.search import Path, find_path, path_cost
from risk_core.routes.weights import travel_times_s
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.profile import Profile
from risk_core.state.route import Route, RouteAnswer, RouteKind


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


def unreachable(question: Question) -> UnreachableError:
    """The error that names what bars the way."""
    value = f"{question.asked[1][0]:.6g},{question.asked[1][1]:.6g}"
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


def _find_paths(question: Question, kinds: Sequence[RouteKind]) -> dict[RouteKind, tuple[Path, float]]:
    """Cheapest path of each kind and its gap, the fastest always among them; the fastest where it costs no more."""
    paths: dict[RouteKind, tuple[Path, float]] = {}
    for kind in RouteKind:
        if kind not in kinds and kind is not RouteKind.FASTEST:
            continue
        found = _find_one(question, kind)
        if found is None:
            raise unreachable(question)
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


def _tell_routes(question: Question, paths: dict[RouteKind, tuple[Path, float]], words: Sequence[str]) -> list[Route]:
    """Records of all paths, with their reasons."""
    network, costs = question.network, question.costs
    around = Around(question.assessment.layers, question.schedule)
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
    question = pose(area, assessment, origin, destination, profile, kinds, step, priced)
    paths = _find_paths(question, kinds)
    return tell(question, paths, kinds)


def tell(question: Question, paths: dict[RouteKind, tuple[Path, float]], kinds: Sequence[RouteKind]) -> RouteAnswer:
    """Record of the paths found, the fastest among them; those of `kinds` are told."""
    assessment, profile = question.assessment, question.costs.profile
    routes = _tell_routes(question, paths, (assessment.area_id, assessment.version, profile))
    return RouteAnswer(
        area_id=assessment.area_id,
        version=assessment.version,
        profile=profile,
        origin=question.origin,
        destination=question.destination,
        routes=tuple(route for route in routes if route.kind in kinds),
        is_same_way=all(is_same_path(path, paths[RouteKind.FASTEST][0]) for path, _ in paths.values()),
        valid_s=question.schedule.depart_s,
        simulated=assessment.simulated,
    )
