"""Weeks of an area as they were known when they were new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.learn.history import CaseHistory
from dashboard.learn.origins import Stop
from dashboard.store.measurements import source_shares, weighted_mean
from risk_core.state.area import Area
from risk_core.state.surveillance import CaseVintage
from risk_core.units import S_PER_DAY

WEEK_DAY: Final = 7
S_PER_WEEK: Final = WEEK_DAY * S_PER_DAY
LATE_MOST_DAY: Final = 3
"""Days waited for the last day of a week; a week told later is passed over."""


@dataclass(frozen=True, slots=True, eq=False)
class WeekOrigin:
    """A week's end, the first midnight (UTC) that knew its last day, and what was known then.

    `vintage` has one column a district and, last, the whole area; its weeks end at `end_s`.
    """

    end_s: float
    at_s: float
    vintage: CaseVintage


class Replay:
    """Counts as they became known: moved forward in time only, each row read once."""

    def __init__(self, history: CaseHistory, weights: Mapping[str, float]) -> None:
        sources = list(history.sources) if weights and len(history.sources) > 1 else []
        position = {source: k for k, source in enumerate(sources)}
        place = {district.district_id: k for k, district in enumerate(history.area.districts)}
        self.first_s = history.span_s[0]
        self.n_day = round((history.span_s[1] - self.first_s) / S_PER_DAY) + 1
        self._share = source_shares(sources, weights) if sources else np.ones(1)
        self._value = np.full((len(self._share), self.n_day, len(place)), np.nan)
        order = sorted(history.rows, key=_vintage_order)
        self._rows = [
            (row["as_of_s"], position.get(row["source"], 0), self._day(row), place[row["district_id"]], row["count"])
            for row in order
        ]
        self._next = 0

    def _day(self, row: Mapping[str, Any]) -> int:
        return round((row["day_s"] - self.first_s) / S_PER_DAY)

    def counts(self, at_s: float) -> NDArray[np.float64]:
        """Counts known at a moment, not before the one asked for last, shape=(n_day, n_district)."""
        while self._next < len(self._rows) and self._rows[self._next][0] <= at_s:
            _, source, day, place, count = self._rows[self._next]
            self._value[source, day, place] = count if count >= 0 else np.nan
            self._next += 1
        return weighted_mean(self._value, self._share)


def _vintage_order(row: Mapping[str, Any]) -> tuple[float, int, str]:
    return row["as_of_s"], row["revision"], row["source"]


def week_origins(history: CaseHistory, weights: Mapping[str, float], stop: Stop = lambda: None) -> Iterator[WeekOrigin]:
    """Every week's end as it was known, oldest first; the newest week ends with the newest day known now."""
    if not history.rows:
        return
    replay = Replay(history, weights)
    n_week = replay.n_day // WEEK_DAY
    begin = replay.n_day - n_week * WEEK_DAY
    for week in range(n_week):
        stop()
        last = begin + (week + 1) * WEEK_DAY
        end_s = replay.first_s + last * S_PER_DAY
        for late in range(LATE_MOST_DAY + 1):
            at_s = end_s + late * S_PER_DAY
            if at_s > history.now_s:
                return
            count = replay.counts(at_s)[begin:last]
            if np.isfinite(count[-1]).any():
                yield WeekOrigin(end_s, at_s, weekly_vintage(count, end_s))
                break


def weekly_vintage(count: NDArray[np.float64], end_s: float) -> CaseVintage:
    """Whole weeks of daily counts that end at a moment, with the whole area as last column.

    A district that has not yet told of one of the newest days stands there with the mean of its week before, as in
    the daily assessment; else a silent one would look like a fall.
    """
    filled = count.copy()
    for day in range(max(1, len(filled) - WEEK_DAY), len(filled)):
        gap = np.isnan(filled[day])
        week = filled[max(0, day - WEEK_DAY) : day, gap]
        n_known = np.isfinite(week).sum(axis=0)
        filled[day, gap] = np.where(n_known > 0, np.nansum(week, axis=0) / np.maximum(n_known, 1), np.nan)
    daily = with_total(filled)
    weeks = daily.reshape(-1, WEEK_DAY, daily.shape[1])
    weekly = np.where(np.isfinite(weeks).any(axis=1), np.nansum(weeks, axis=1), np.nan)
    return CaseVintage(round(end_s // S_PER_WEEK), weekly, daily, np.empty((0, daily.shape[1])))


def with_total(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Append the sum over the districts; unknown where none is known."""
    total = np.where(np.isfinite(count).any(axis=1), np.nansum(count, axis=1), np.nan)
    return np.concatenate([count, total[:, None]], axis=1)


def residents(area: Area) -> NDArray[np.float64] | None:
    """People of each district and, last, of all; None where some are not known."""
    people = np.array([district.population for district in area.districts])
    people = np.append(people, people.sum())
    return people if np.isfinite(people).all() and bool((people > 0).all()) else None
