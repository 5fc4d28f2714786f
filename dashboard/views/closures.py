"""Closures as a coordinator reads them: issued ones that end soon first, computed ones summed by their reason."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from dashboard.i18n import text
from dashboard.views.format import count, near_clock
from risk_core.state.situation import Closure, ClosureReason

SOON_S: Final = 3600.0
"""An end this near is told with the time left."""
GROUP_COLUMNS: Final = ("reason", "now", "later", "first_open", "last_open", "worst")
Row = list[object]


@dataclass(frozen=True, slots=True)
class ClosureGroup:
    """Computed closures of one reason.

    Attributes
    ----------
    reason
        Why.
    n_now, n_street
        Closures in force, and the streets they close.
    n_later
        Closures that will come into force.
    first_open_s, last_open_s
        When the first and the last of those in force opens, unix seconds; NaN where no time is known.
    worst
        The closure with the deepest water or the strongest wind; None for an empty group.
    """

    reason: ClosureReason
    n_now: int
    n_street: int
    n_later: int
    first_open_s: float
    last_open_s: float
    worst: Closure | None


def is_issued(closure: Closure) -> bool:
    """Whether somebody closed it, and not a model."""
    return closure.computed is None


def in_force(closure: Closure, now_s: float) -> bool:
    """Whether it closes streets now."""
    return closure.from_s <= now_s < closure.until_s


def in_reading_order(closures: Iterable[Closure], now_s: float) -> list[Closure]:
    """Issued before computed; of each those in force, the soonest end first; then those to come; then those past.

    Examples
    --------
    >>> in_reading_order([], 0.0)
    []
    """
    return sorted(closures, key=lambda one: (not is_issued(one), *_rank(one, now_s)))


def _rank(closure: Closure, now_s: float) -> tuple[int, float]:
    if in_force(closure, now_s):
        return 0, closure.until_s
    return (1, closure.from_s) if closure.from_s > now_s else (2, -closure.until_s)


def until_words(closure: Closure, now_s: float, zone: tzinfo, lang: str) -> str:
    """When it ends; with the time left where that is soon."""
    if not math.isfinite(closure.until_s):
        return text("closure.open_end", lang)
    time, left_s = near_clock(closure.until_s, now_s, zone, lang), closure.until_s - now_s
    if in_force(closure, now_s) and left_s <= SOON_S:
        return text("closure.soon", lang, time=time, n=max(round(left_s / 60), 1))
    return time


def closure_groups(closures: Iterable[Closure], now_s: float) -> list[ClosureGroup]:
    """Sum computed closures by reason, most in force first."""
    computed = [one for one in closures if not is_issued(one) and one.until_s > now_s]
    groups = [
        _group(reason, [one for one in computed if one.reason is reason], now_s)
        for reason in ClosureReason
        if any(one.reason is reason for one in computed)
    ]
    return sorted(groups, key=lambda one: (-one.n_now, -one.n_later))


def _group(reason: ClosureReason, members: Sequence[Closure], now_s: float) -> ClosureGroup:
    now = [one for one in members if in_force(one, now_s)]
    ends = [one.until_s for one in now if math.isfinite(one.until_s)]
    is_known = len(ends) == len(now) > 0
    return ClosureGroup(
        reason,
        len(now),
        len({street for one in now for street in one.streets}),
        len(members) - len(now),
        min(ends, default=math.nan),
        max(ends) if is_known else math.nan,
        max(members, key=_strength, default=None),
    )


def _strength(closure: Closure) -> float:
    found = closure.computed
    if found is None:
        return -1.0
    return found.depth_m if math.isfinite(found.depth_m) else found.wind_m_per_s


def group_rows(groups: Sequence[ClosureGroup], now_s: float, zone: tzinfo, lang: str) -> list[Row]:
    """Reason, closures and streets now, closures to come, first and last opening, deepest water or strongest wind."""
    return [_group_row(one, now_s, zone, lang) for one in groups]


def _group_row(group: ClosureGroup, now_s: float, zone: tzinfo, lang: str) -> Row:
    now = text("closure.sum_now", lang, n=count(group.n_now), streets=count(group.n_street))
    return [
        text(f"closure.{group.reason}", lang),
        now,
        text("closure.sum_later", lang, n=count(group.n_later)) if group.n_later else "–",
        _time(group.first_open_s, group.n_now, now_s, zone, lang),
        _time(group.last_open_s, group.n_now, now_s, zone, lang),
        _worst(group, now_s, zone, lang),
    ]


def _time(at_s: float, n_now: int, now_s: float, zone: tzinfo, lang: str) -> str:
    if not n_now:
        return "–"
    return near_clock(at_s, now_s, zone, lang) if math.isfinite(at_s) else text("closure.open_end", lang)


def _worst(group: ClosureGroup, now_s: float, zone: tzinfo, lang: str) -> str:
    if group.worst is None or group.worst.computed is None:
        return "–"
    found = group.worst.computed
    peak = near_clock(found.peak_s, now_s, zone, lang)
    if math.isfinite(found.depth_m):
        return text("closure.deepest", lang, depth_m=found.depth_m, time=peak)
    return text("closure.strongest", lang, wind=found.wind_m_per_s, time=peak)
