"""Chance of infection along ways, and whether going round is worth it for the infection alone."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.advice import Lever, LeverKind, weigh_levers
from risk_core.hazards.epidemic.chance import Chance
from risk_core.hazards.epidemic.detour_verdict import DETOUR_RULE, DetourVerdict, judge_detour
from risk_core.hazards.epidemic.exposure import Exposure
from risk_core.hazards.epidemic.hourly import path_infection_chance, path_infection_draws
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, InfectionOptions
from risk_core.hazards.epidemic.transmission import MIN_PER_H, near_rate_per_h
from risk_core.routes.least_infection import least_infection_ways
from risk_core.state.activity import Activity
from risk_core.state.activity_presets import PRESETS
from risk_core.state.level import LEVEL_THRESHOLDS, Hazard
from risk_core.state.network import Network
from risk_core.state.profile import Profile
from risk_core.state.route import EdgeCosts, Route, RouteAnswer, RouteKind, Snap
from risk_core.units import S_PER_MIN

ON_FOOT: Final = frozenset({Profile.WALK, Profile.WHEELCHAIR, Profile.BICYCLE})
"""Travellers among others on the street; those in a vehicle share its air, which no way changes."""
WAY_ACTIVITY: Final = PRESETS["street_walk"].activity
"""What somebody on the way does: passes silent people at two metres without a mask."""
WAY_LEVERS: Final = frozenset({LeverKind.MASK})
"""Levers somebody on the way holds alone."""
STAY_MOST_MIN: Final = 10_080.0
Way = tuple[NDArray[np.int32], NDArray[np.float64], float]


@dataclass(frozen=True, slots=True)
class WayInfection:
    """Infection along one way.

    Attributes
    ----------
    route_id
        The way.
    infection
        Chance of infection on what is known of it.
    known_share
        Share of its time for which the people and the disease are known.
    """

    route_id: str
    infection: Chance
    known_share: float


@dataclass(frozen=True, slots=True, eq=False)
class WayAround:
    """A way on which infection is least, where going it is worth it.

    Attributes
    ----------
    edges
        In order, shape=(n,).
    duration_s
        How long it takes.
    longer_s
        How much longer than the fastest way.
    verdict
        Of the rule of a detour.
    """

    edges: NDArray[np.int32]
    duration_s: float
    longer_s: float
    verdict: DetourVerdict


@dataclass(frozen=True, slots=True)
class WaysInfection:
    """Infection along every way of an answer.

    Attributes
    ----------
    ways
        In the order of the answer's routes; those of which nothing is known are left out.
    levers
        What somebody can do on the fastest way, the strongest first.
    detour
        Verdict on the safest way as a detour from the fastest; None where they are one way or one is missing.
    is_for_infection
        Whether no other hazard reaches the level Attention on the fastest way, so that a way round is for infection.
    around
        A way found for the infection alone that is worth it; None where there is none, or the safest way is.
    """

    ways: tuple[WayInfection, ...]
    levers: tuple[Lever, ...]
    detour: DetourVerdict | None
    is_for_infection: bool
    around: WayAround | None = None

    def of(self, route_id: str) -> WayInfection | None:
        """Infection along the way of that id, None where it is not known."""
        return next((way for way in self.ways if way.route_id == route_id), None)


def assess_ways(
    network: Network,
    exposure: Exposure,
    table: NDArray[np.float32],
    answer: RouteAnswer,
    local_h: Callable[[float], float],
    options: InfectionOptions = INFECTION_DEFAULTS,
    costs: Callable[[], EdgeCosts] | None = None,
) -> WaysInfection | None:
    """Chance of infection along the ways of an answer, and the verdict on a detour.

    The detour judged is the safest way of the answer. Where its verdict is no and the fastest way's chance is large
    enough that another might save something real, the ways of least infection at the hour of departure are judged too.

    Parameters
    ----------
    network, exposure
        Streets, people and the share of them who are infectious.
    table
        From `exposure.hazard_table` for `WAY_ACTIVITY`.
    answer
        The ways.
    local_h
        Local time of the day, hours, of unix seconds.
    options
        Settings.
    costs
        Gives the seconds on each edge, to search other ways; without it none is searched.

    Returns
    -------
    WaysInfection or None
        None for travellers in a vehicle, and where nothing is known along any way.
    """
    if answer.profile not in ON_FOOT:
        return None
    ways = {route.route_id: _way(route, local_h, answer.valid_s) for route in answer.routes}
    shares = {route_id: path_infection_chance(*way, table).known_share for route_id, way in ways.items()}
    rate = near_rate_per_h(WAY_ACTIVITY, options.transmission)
    crowds = exposure.crowds
    draws = {
        route_id: path_infection_draws(network, crowds.presence, exposure.share, crowds.near, rate, ways[route_id])
        for route_id, share in shares.items()
        if share > 0
    }
    if not draws:
        return None
    by_kind = {route.kind: route for route in answer.routes}
    fastest, safest = by_kind.get(RouteKind.FASTEST), by_kind.get(RouteKind.SAFEST)
    levers: tuple[Lever, ...] = ()
    if fastest is not None and fastest.route_id in draws:
        levers = _levers(network, exposure, ways[fastest.route_id], draws[fastest.route_id], options)
    detour = _verdict(fastest, safest, draws, levers) if not answer.is_same_way else None
    around: WayAround | None = None
    if costs is not None and fastest is not None and fastest.route_id in draws and not (detour and detour.is_worth):
        asked = ways[fastest.route_id], draws[fastest.route_id]
        ends = answer.origin, answer.destination
        around = None if answer.via else _search_around((network, exposure, rate), table, costs, ends, asked, levers)
    return WaysInfection(
        ways=tuple(WayInfection(name, Chance.from_draws(found), shares[name]) for name, found in draws.items()),
        levers=levers,
        detour=detour,
        is_for_infection=fastest is not None and _is_for_infection(fastest),
        around=around,
    )


def _way(route: Route, local_h: Callable[[float], float], valid_s: float) -> Way:
    """Edges, minutes on each and the local time of the day at which one sets off."""
    depart_s = route.depart_s if math.isfinite(route.depart_s) else valid_s
    return route.edges, route.edge_s / S_PER_MIN, local_h(depart_s)


def _verdict(
    fastest: Route | None, safest: Route | None, draws: dict[str, NDArray[np.float64]], levers: Sequence[Lever]
) -> DetourVerdict | None:
    """Judge the safest way as a detour from the fastest, where both are known."""
    if fastest is None or safest is None or np.array_equal(fastest.edges, safest.edges):
        return None
    if fastest.route_id not in draws or safest.route_id not in draws:
        return None
    return judge_detour(draws[fastest.route_id], draws[safest.route_id], levers)


def _search_around(
    streets: tuple[Network, Exposure, float],
    table: NDArray[np.float32],
    costs: Callable[[], EdgeCosts],
    ends: tuple[Snap, Snap],
    asked: tuple[Way, NDArray[np.float64]],
    levers: Sequence[Lever],
) -> WayAround | None:
    """The best of the ways of least infection that the rule of a detour lets pass; None where none can or does."""
    (network, exposure, rate), (way, trip) = streets, asked
    if float(np.median(trip)) <= DETOUR_RULE.least_prob:
        return None
    best, priced = None, costs()
    for path in least_infection_ways(network, priced, table[int(way[2]) % len(table)], ends):
        stay_min = priced.travel_time_s[path.edges].astype(np.float64) * path.share / S_PER_MIN
        around: Way = path.edges, stay_min, way[2]
        crowds = exposure.crowds
        draws = path_infection_draws(network, crowds.presence, exposure.share, crowds.near, rate, around)
        verdict = judge_detour(trip, draws, levers)
        longer_s = float(stay_min.sum() - np.sum(way[1])) * S_PER_MIN
        if verdict.is_worth and (best is None or verdict.detour.prob < best.verdict.detour.prob):
            best = WayAround(path.edges, float(stay_min.sum()) * S_PER_MIN, longer_s, verdict)
    return best


def _is_for_infection(fastest: Route) -> bool:
    """Whether no hazard but infection reaches the level Attention on the fastest way."""
    others = (met for met in fastest.hazards if met.hazard is not Hazard.INFECTION)
    return not any(met.max_risk >= LEVEL_THRESHOLDS[0] for met in others)


def _levers(
    network: Network,
    exposure: Exposure,
    way: Way,
    draws: NDArray[np.float64],
    options: InfectionOptions,
) -> tuple[Lever, ...]:
    """What somebody on a way can do, weighed for a stay with the way's people, minutes and prevalence.

    The dose of a way is rate times time times people near times the share infectious. Its dose were everybody
    infectious gives the people near on average, and both doses together the share infectious among them.
    """
    rate, crowds = near_rate_per_h(WAY_ACTIVITY, options.transmission), exposure.crowds
    everybody = np.where(np.isfinite(exposure.share[:1]), 1.0, np.nan)
    whole = path_infection_draws(network, crowds.presence, everybody, crowds.near, rate, way)[0]
    dose_all, stay_min = -np.log1p(-whole), float(np.sum(way[1]))
    if not (dose_all > 0 and 0 < stay_min <= STAY_MOST_MIN):
        return ()
    near = float(dose_all / (rate * stay_min / MIN_PER_H))
    share = np.clip(-np.log1p(-draws) / dose_all, 0.0, 1.0)
    found = weigh_levers(_stay(near, stay_min), share, None, options.transmission)
    return tuple(lever for lever in found if lever.kind in WAY_LEVERS)


def _stay(n_near: float, stay_min: float) -> Activity:
    return replace(WAY_ACTIVITY, n_near=min(n_near, 1e3), stay_min=stay_min)
