"""The question people ask: the fastest and the safest way from here to there, now."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from risk_core.costs.objective import COST_PER_S
from risk_core.errors import Fault, InputError, UnreachableError
from risk_core.routes.moving import clock_cost, moving_path
from risk_core.routes.price import Priced
from risk_core.routes.question import Question, pose
from risk_core.routes.reasons import OpenWay, closure_reasons, closures_on, danger_reasons, is_same_path
from risk_core.routes.record import Around, free_duration_s, make_route, measure
from risk_core.routes.search import Path, find_path, join_paths, path_cost
from risk_core.routes.weights import travel_times_s
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.profile import Profile
from risk_core.state.route import Route, RouteAnswer, RouteKind


class Found(NamedTuple):
    """What a path minimises, the path, its gap, and how many seconds after the question's departure it sets off."""

    kind: RouteKind
    path: Path
    gap: float = 0.0
    later_s: float = 0.0


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
    value = f"{question.asked[0]:.6g},{question.asked[1]:.6g}"
    wanted = f"a place that open streets lead to for {question.costs.profile}"
    if _is_cut_by_request(question):
        remedy = "Make the areas to avoid smaller, or choose another destination."
        return UnreachableError(Fault(question.name, f"{value}: cut off by the areas to avoid", wanted, remedy))
    open_way = _open_way(question)
    if open_way is None or not open_way.closures:
        value += ": one-way streets or forbidden turns leave no way there"
        remedy = "Choose a start or end on another street, or another profile."
        return UnreachableError(Fault(question.name, value, wanted, remedy))
    names = [closure.name or closure.closure_id for closure in open_way.closures]
    n_street = len(np.unique(question.network.street[question.is_closed]))
    value += f": cut off by closures ({n_street} streets closed; on the way: {', '.join(names)})"
    until_s = min(closure.until_s for closure in open_way.closures)
    when = "the closure ends" if math.isinf(until_s) else "the first of these closures ends"
    return UnreachableError(Fault(question.name, value, wanted, f"Choose a place on this side, or wait until {when}."))


def _is_cut_by_request(question: Question) -> bool:
    """Whether a way leads there that uses what is barred by request alone."""
    priced, network = question.priced, question.network
    if not priced.is_avoided.any():
        return False
    weights = priced.weights[RouteKind.FASTEST]
    path = find_path(network, weights, weights.metric, question.origin, question.destination)
    return path is not None and bool(priced.is_avoided[path.edges].any())


def _find_paths(legs: Sequence[Question], kinds: Sequence[RouteKind]) -> dict[RouteKind, tuple[Path, float]]:
    """Path of each kind and its gap, the fastest always among them; on a leg the fastest where it costs no more."""
    paths: dict[RouteKind, tuple[Path, float]] = {}
    fastest: list[Path] = []
    for kind in RouteKind:
        if kind not in kinds and kind is not RouteKind.FASTEST:
            continue
        found, gaps, departure = [], [0.0], 0
        for i, leg in enumerate(legs):
            path, gap = _find_leg(leg, kind, departure)
            if fastest and objective_of(leg, kind, fastest[i], departure) <= objective_of(leg, kind, path, departure):
                path = fastest[i]
            found.append(path)
            gaps.append(gap)
            departure += _units(leg, path)
        if kind is RouteKind.FASTEST:
            fastest = found
        paths[kind] = (found[0] if len(found) == 1 else join_paths(found)), max(gaps)
    return paths


def _find_leg(leg: Question, kind: RouteKind, departure: int) -> tuple[Path, float]:
    """Cheapest path of one kind with its gap.

    Raises
    ------
    UnreachableError
        When no open way leads there.
    InputError
        When a closed street is not barred in the costs given.
    """
    found = _find_one(leg, kind, departure)
    if found is None:
        raise unreachable(leg)
    if kind not in leg.priced.clocks and leg.is_closed[found[0].edges].any():
        remedy = "Make the costs from this assessment."
        raise InputError(Fault("priced", "of another snapshot", "costs in which closures in force are barred", remedy))
    return found


def _find_one(question: Question, kind: RouteKind, departure: int) -> tuple[Path, float] | None:
    """Cheapest path of one kind with its gap: on the clock where its costs change on the way."""
    network, priced, ends = question.network, question.priced, (question.origin, question.destination)
    metric = priced.metrics[kind]
    if kind in priced.clocks:
        return moving_path(network, priced.clocks[kind], metric, *ends, departure)
    path = find_path(network, priced.weights[kind], metric, *ends)
    return None if path is None else (path, 0.0)


def find_pair(question: Question, kind: RouteKind) -> Path | None:
    """The path of one kind that `find_tour` tells for one leg, without its record; None where no open way leads."""
    found = _find_one(question, kind, 0)
    if found is None:
        return None
    path, gap = found
    if gap > 0 and kind is not RouteKind.FASTEST:
        fastest = _find_one(question, RouteKind.FASTEST, 0)
        if fastest is not None and objective_of(question, kind, fastest[0]) <= objective_of(question, kind, path):
            return fastest[0]
    return path


def objective_of(question: Question, kind: RouteKind, path: Path, departure: int = 0) -> int:
    """Objective of a path under one kind, set off on at a clock, in units of the search."""
    priced, metric = question.priced, question.priced.metrics[kind]
    if kind in priced.clocks:
        return clock_cost(question.network, priced.clocks[kind], metric, path, departure)
    return path_cost(question.network, metric, path)


def _units(question: Question, path: Path) -> int:
    """Time under way on a path, in units of the clock."""
    time_s = travel_times_s(question.network, question.costs.profile)
    return round(float((time_s[path.edges] * path.share).sum()) * COST_PER_S)


def _tell_routes(
    legs: Sequence[Question], found: Sequence[Found], quickest: Found, words: Sequence[str]
) -> list[Route]:
    """Records of all paths, with their reasons against the quickest one."""
    network, costs = legs[0].network, legs[0].costs
    time_s = travel_times_s(network, costs.profile)

    def bare(one: Found) -> Route:
        """Tell one path, without reasons."""
        asked, assessment = legs[0], legs[0].assessment
        around = Around(asked.grid, assessment.layers, asked.schedule.after(one.later_s), assessment.joint)
        made = make_route(network, costs, one.kind, measure(network, time_s, one.path, around), around, words)
        return replace(made, gap=one.gap, depart_s=around.schedule.depart_s)

    fastest = bare(quickest)
    shared = closure_reasons(fastest.duration_s, _open_tour(legs))
    routes = []
    for one in found:
        is_same = is_same_path(one.path, quickest.path)
        route = fastest if is_same and one.kind is fastest.kind else bare(one)
        routes.append(replace(route, reasons=(*shared, *danger_reasons(route, fastest, is_same))))
    return routes


def _open_tour(legs: Sequence[Question]) -> OpenWay | None:
    """The fastest ways of all legs if nothing were closed; None where one of them leads nowhere even then."""
    ways = [way for way in map(_open_way, legs) if way is not None]
    if len(ways) < len(legs):
        return None
    met = dict.fromkeys(closure.closure_id for way in ways for closure in way.closures)
    by_id = {closure.closure_id: closure for way in ways for closure in way.closures}
    return OpenWay(sum(way.duration_s for way in ways), tuple(by_id[name] for name in met))


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
    return find_tour(area, assessment, (origin, destination), profile, kinds, step, priced)


def find_tour(
    area: Area,
    assessment: Assessment,
    points: Sequence[tuple[float, float]],
    profile: Profile,
    kinds: Sequence[RouteKind],
    step: int,
    priced: Priced | None = None,
) -> RouteAnswer:
    """Find the ways that call at places in order.

    Each leg is the best one for the time one sets off on it; nobody waits at the places called at.

    Parameters
    ----------
    area, assessment, profile, kinds, step, priced
        As for `find_routes`, which tells the errors too.
    points
        (lat_deg, lon_deg) of the start, the places called at, and the destination; two or more.
    """
    legs = pose(area, assessment, points, profile, kinds, step, priced)
    paths = _find_paths(legs, kinds)
    found = {kind: Found(kind, *some) for kind, some in paths.items()}
    return tell(legs, [one for kind, one in found.items() if kind in kinds], found[RouteKind.FASTEST])


def tell(legs: Sequence[Question], found: Sequence[Found], quickest: Found) -> RouteAnswer:
    """Record of the paths found along one leg or more, with the quickest path that others are compared with."""
    assessment, profile = legs[0].assessment, legs[0].costs.profile
    return RouteAnswer(
        area_id=assessment.area_id,
        version=assessment.version,
        profile=profile,
        origin=legs[0].origin,
        destination=legs[-1].destination,
        routes=tuple(_tell_routes(legs, found, quickest, (assessment.area_id, assessment.version, profile))),
        is_same_way=all(is_same_path(one.path, quickest.path) for one in found),
        valid_s=legs[0].schedule.depart_s,
        simulated=assessment.simulated,
        via=tuple(leg.destination for leg in legs[:-1]),
    )
