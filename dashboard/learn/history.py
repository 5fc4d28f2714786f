"""Everything observed of an area's cases, and what of it was known at any moment.

Simulated rows are left out: a drill invents its cases, and settings learnt from them would stand on nothing.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.store.kinds import Kind
from dashboard.store.measurements import CASES_WINDOW_DAY, N_REPORT_AGE, district_cases
from dashboard.store.observations import ObservationStore
from risk_core.state.area import Area
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

Row = dict[str, Any]
HISTORY_DAY: Final = 840
"""Days looked back at: 120 weeks."""


@dataclass(frozen=True, eq=False)
class CaseHistory:
    """Observed case rows of an area.

    Attributes
    ----------
    area
        The area.
    now_s
        The present; nothing known later is among the rows.
    rows
        Every vintage of every source, by day.
    """

    area: Area
    now_s: float
    rows: tuple[Row, ...]

    @cached_property
    def sources(self) -> dict[str, int]:
        """Rows of each source."""
        return dict(sorted(Counter(row["source"] for row in self.rows).items()))

    @cached_property
    def _day_s(self) -> list[float]:
        return [row["day_s"] for row in self.rows]

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last day, unix seconds; NaN where there are none."""
        return (self._day_s[0], self._day_s[-1]) if self.rows else (math.nan, math.nan)

    def as_known(self, at_s: float, weights: Mapping[str, float] | None = None) -> DistrictCases | None:
        """What the live product knew at a moment: the same window, the same vintages, nothing that came later."""
        first = bisect_left(self._day_s, at_s - (CASES_WINDOW_DAY + 1) * S_PER_DAY)
        return district_cases(self.rows[first : bisect_right(self._day_s, at_s)], self.area, at_s, weights)

    def final(self, weights: Mapping[str, float] | None = None) -> DistrictCases | None:
        """Counts as known now, days that may still change left out (NaN)."""
        told = district_cases(self.rows, self.area, self.now_s, weights, HISTORY_DAY)
        if told is None:
            return None
        return DistrictCases(told.day_s, np.where(is_final(told.day_s, self.now_s)[:, None], told.count, np.nan))

    def of_source(self, source: str) -> "CaseHistory":
        """The rows of one source alone."""
        return CaseHistory(self.area, self.now_s, tuple(row for row in self.rows if row["source"] == source))


def is_final(day_s: NDArray[np.float64], now_s: float) -> NDArray[np.bool_]:
    """Whether each day is older than the reports that may still come."""
    return np.asarray(day_s + (1 + N_REPORT_AGE) * S_PER_DAY <= now_s)


def read_history(observations: ObservationStore, area: Area, now_s: float) -> CaseHistory:
    """Read the observed, usable case rows of an area that are known at `now_s`."""
    districts = {district.district_id for district in area.districts}
    since_s = now_s - HISTORY_DAY * S_PER_DAY
    rows = observations.rows(Kind.CASES, area.area_id, since_s, now_s)
    return CaseHistory(area, now_s, tuple(row for row in rows if _is_usable(row, districts, now_s)))


def _is_usable(row: Row, districts: set[str], now_s: float) -> bool:
    is_observed = not row["simulated"] and row["quality"] != "bad"
    return is_observed and row["as_of_s"] <= now_s and row["district_id"] in districts
