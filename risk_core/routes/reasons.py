"""Why a way goes where it goes, as codes of messages ``reason.<code>`` with the numbers that fill them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from risk_core.routes.record import Totals
from risk_core.routes.search import Path
from risk_core.state.assessment import Reason
from risk_core.state.route import RouteKind
from risk_core.state.situation import Closure

LEAST_SAVED_M: Final = 1.0
"""Metres of danger a way must save to say so."""

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


def danger_reasons(kind: RouteKind, totals: Totals, fastest: Totals, is_same: bool) -> list[Reason]:
    """What a way saves against the fastest one, and the danger it still passes."""
    reasons = []
    saved_m = fastest.danger_m - totals.danger_m
    saved_share = 1.0 - totals.exposure_s / fastest.exposure_s if fastest.exposure_s > 0 else 0.0
    added_min = (totals.duration_s - fastest.duration_s) / 60.0
    if kind is RouteKind.FASTEST:
        reasons.append(Reason("shortest_time", {}))
    elif is_same and totals.danger_m > 0:
        reasons.append(Reason("no_safer_way", {"danger_m": totals.danger_m}))
    elif is_same:
        reasons.append(Reason("same_as_fastest", {}))
    elif saved_m >= LEAST_SAVED_M:
        reasons.append(Reason("avoids_danger", {"saved_m": saved_m, "added_min": added_min}))
    elif saved_share >= LEAST_SAVED_SHARE:
        reasons.append(Reason("lowers_exposure", {"saved_share": saved_share, "added_min": added_min}))
    if totals.danger_m > 0:
        reasons.append(Reason("passes_danger", {"danger_m": totals.danger_m, "max_risk": totals.max_risk}))
    else:
        reasons.append(Reason("no_danger", {}))
    return reasons


def closures_on(edge_closure: Sequence[int], closures: Sequence[Closure]) -> tuple[Closure, ...]:
    """Closures met by edges in order, each once."""
    met = dict.fromkeys(int(position) for position in edge_closure if position >= 0)
    return tuple(closures[position] for position in met)
