"""Why a way goes where it goes, as codes of messages ``reason.<code>`` with the numbers that fill them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from risk_core.routes.search import Path
from risk_core.state.assessment import Reason
from risk_core.state.level import Level
from risk_core.state.route import LEAST_UNKNOWN_M, Route, RouteKind
from risk_core.state.situation import Closure

LEAST_SAVED_M: Final = 1.0
"""Metres of danger a way must save to say so."""

LEAST_CAUTION_M: Final = 50.0
"""Metres at the level 주의 or above a way must save to say so."""

LEAST_SAVED_SHARE: Final = 0.05
"""Share of the exposure a way must save to say so."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenWay:
    """The fastest way if nothing were closed: its seconds, and the closures that lie on it."""

    duration_s: float
    closures: tuple[Closure, ...]


def is_same_path(path: Path, other: Path) -> bool:
    """Whether two paths use the same edges in the same order."""
    return np.array_equal(path.edges, other.edges)


def closure_reasons(duration_s: float, open_way: OpenWay | None) -> list[Reason]:
    """What is closed on the way one would otherwise take, and the minutes that costs."""
    if open_way is None or not open_way.closures:
        return []
    added_min = max(0.0, duration_s - open_way.duration_s) / 60.0
    count = float(len(open_way.closures))
    names = [closure.name for closure in open_way.closures if closure.name]
    if names:
        return [Reason("avoids_closure", {"name": names[0], "count": count, "added_min": added_min})]
    return [Reason("avoids_closure_unnamed", {"count": count, "added_min": added_min})]


def danger_reasons(route: Route, fastest: Route, is_same: bool) -> list[Reason]:
    """What a way saves against the fastest one, and the danger it still passes."""
    reasons = []
    saved_m = fastest.danger_m - route.danger_m
    saved_share = 1.0 - route.exposure_s / fastest.exposure_s if fastest.exposure_s > 0 else 0.0
    added_min = (route.duration_s - fastest.duration_s) / 60.0
    if route.kind is RouteKind.FASTEST:
        reasons.append(Reason("shortest_time", {}))
    elif is_same and route.danger_m > 0:
        reasons.append(Reason("no_safer_way", {"danger_m": route.danger_m}))
    elif is_same:
        reasons.append(Reason("same_as_fastest", {}))
    elif saved_m >= LEAST_SAVED_M:
        reasons.append(_avoided(route, fastest, saved_m, added_min))
    elif (caution_m := _caution_m(fastest) - _caution_m(route)) >= LEAST_CAUTION_M:
        reasons.append(Reason("avoids_caution", {"saved_m": caution_m, "added_min": added_min}))
    elif saved_share >= LEAST_SAVED_SHARE:
        reasons.append(Reason("lowers_exposure", {"saved_share": saved_share, "added_min": added_min}))
    if route.danger_m > 0:
        reasons.append(Reason("passes_danger", {"danger_m": route.danger_m, "max_risk": route.max_risk}))
    elif route.unknown_m < route.length_m:
        reasons.append(Reason("no_danger", {}))
    if route.unknown_m >= LEAST_UNKNOWN_M:
        reasons.append(Reason("passes_unknown", {"unknown_m": route.unknown_m}))
    return reasons


def _caution_m(route: Route) -> float:
    """Metres at the level 주의 or above."""
    return sum(route.level_length_m[Level.CAUTION :])


def _avoided(route: Route, fastest: Route, saved_m: float, added_min: float) -> Reason:
    """The danger avoided, by the name of the hazard that makes up most of it where one does."""
    here = {met.hazard: met.danger_m for met in route.hazards}
    saved = {met.hazard: met.danger_m - here.get(met.hazard, 0.0) for met in fastest.hazards}
    most = max(saved, key=saved.__getitem__, default=None)
    if most is not None and saved[most] >= 0.5 * saved_m:
        return Reason(f"avoids_{most.value}", {"saved_m": saved[most], "added_min": added_min})
    return Reason("avoids_danger", {"saved_m": saved_m, "added_min": added_min})


def closures_on(edge_closure: Sequence[int], closures: Sequence[Closure]) -> tuple[Closure, ...]:
    """Closures met by edges in order, each once."""
    met = dict.fromkeys(int(position) for position in edge_closure if position >= 0)
    return tuple(closures[position] for position in met)
