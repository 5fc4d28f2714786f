"""Second signals, such as emergency visits, sewage or searches: by week and district, as they were known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.learn.history import HISTORY_DAY
from dashboard.learn.weeks import WEEK_DAY, WeekOrigin
from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from risk_core.state.area import Area
from risk_core.state.surveillance import CaseVintage
from risk_core.units import S_PER_DAY

Row = Mapping[str, Any]
LEAST_COVER: Final = 0.6
"""Share of the districts' last weeks in which a signal has to be known."""
COVER_WEEK: Final = 26


@dataclass(frozen=True, eq=False)
class Signal:
    """Observed rows of one signal of an area, in the order in which they became known."""

    name: str
    area: Area
    rows: tuple[Row, ...]

    def weekly(self, end_s: float, n_week: int, at_s: float) -> NDArray[np.float64]:
        """Mean of each week's known days, shape=(n_week, n_district + 1), NaN where unknown.

        Parameters
        ----------
        end_s
            Where the last week ends, unix seconds.
        n_week
            Weeks.
        at_s
            Only what was known then, unix seconds.

        The last column is the mean over the districts, weighed by residents.
        """
        place = {district.district_id: k for k, district in enumerate(self.area.districts)}
        first_s = end_s - n_week * WEEK_DAY * S_PER_DAY
        daily = np.full((n_week * WEEK_DAY, len(place)), np.nan)
        for row in self.rows:
            if row["as_of_s"] > at_s:
                break
            day = round((row["day_s"] - first_s) / S_PER_DAY)
            if 0 <= day < len(daily):
                daily[day, place[row["district_id"]]] = row["value"]
        weeks = _mean_known(daily.reshape(n_week, WEEK_DAY, -1), np.ones((1, WEEK_DAY, 1)), 1)
        people = np.array([max(district.population, 0.0) for district in self.area.districts])
        return np.concatenate([weeks, _mean_known(weeks, people[None], 1)[:, None]], axis=1)

    def beside(self, origin: WeekOrigin) -> WeekOrigin:
        """The same weeks with this signal."""
        return replace(origin, vintage=self.join(origin.vintage, origin.end_s, origin.at_s))

    def join(self, vintage: CaseVintage, end_s: float, at_s: float) -> CaseVintage:
        """The same vintage with this signal."""
        return replace(vintage, second=self.weekly(end_s, len(vintage.weekly), at_s))


def read_signal(observations: ObservationStore, area: Area, now_s: float, name: str) -> Signal:
    """Rows of one signal known at a moment."""
    return Signal(name, area, tuple(row for row in _rows(observations, area, now_s) if row["name"] == name))


def fullest_signal(observations: ObservationStore, area: Area, now_s: float) -> Signal | None:
    """The signal known of most districts and weeks lately; None where none is known of enough."""
    rows = _rows(observations, area, now_s)
    best, cover = None, LEAST_COVER
    for name in sorted({row["name"] for row in rows}):
        signal = Signal(name, area, tuple(row for row in rows if row["name"] == name))
        last_s = max(row["day_s"] for row in signal.rows) + S_PER_DAY
        share = float(np.isfinite(signal.weekly(last_s, COVER_WEEK, now_s)[:, :-1]).mean())
        if share >= cover and now_s - last_s <= 2 * WEEK_DAY * S_PER_DAY:
            best, cover = signal, share
    return best


def _rows(observations: ObservationStore, area: Area, now_s: float) -> list[Row]:
    """Observed, usable rows of the area's districts known by now, in the order in which they became known."""
    districts = {district.district_id for district in area.districts}
    rows = observations.rows(Kind.SIGNALS, area.area_id, now_s - HISTORY_DAY * S_PER_DAY, now_s)
    used = [
        row
        for row in rows
        if not row["simulated"]
        and row["quality"] != "bad"
        and row["district_id"] in districts
        and row["as_of_s"] <= now_s
    ]
    return sorted(used, key=lambda row: (row["as_of_s"], row["revision"], row["source"]))


def _mean_known(value: NDArray[np.float64], weight: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    known = np.isfinite(value)
    total = np.where(known, weight, 0.0).sum(axis=axis)
    summed = (np.where(known, value, 0.0) * weight).sum(axis=axis)
    return np.asarray(np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan))
