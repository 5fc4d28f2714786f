"""The cases of an area, read from the store again only when they can be others than before."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.store.kinds import Kind
from dashboard.store.measurements import CASES_WINDOW_DAY, district_cases
from dashboard.store.observations import ObservationStore
from risk_core.state.area import Area
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY


def read_cases(
    observations: ObservationStore, area: Area, now_s: float, weights: Mapping[str, float] | None = None
) -> tuple[DistrictCases | None, float]:
    """Cases known at `now_s`, and until when (unix seconds) the same rows tell the same.

    A new day begins a new window, and a count holds from its own moment on.
    """
    rows = observations.rows(Kind.CASES, area.area_id, now_s - (CASES_WINDOW_DAY + 1) * S_PER_DAY, now_s)
    usable = [row for row in rows if row["quality"] != "bad"]
    midnight_s = (math.floor(now_s / S_PER_DAY) + 1) * S_PER_DAY
    return district_cases(usable, area, now_s, weights), min(midnight_s, _next_known_s(usable, now_s))


def _next_known_s(rows: Iterable[Mapping[str, Any]], now_s: float) -> float:
    return min((row["as_of_s"] for row in rows if row["as_of_s"] > now_s), default=math.inf)


class CaseMemo:
    """Remembers the cases of one area.

    As long as no row of cases was written, no district changed and no moment passed at which other rows count, the
    same object is given again: who computes from it can tell by that.

    Examples
    --------
    >>> import tempfile
    >>> from dashboard.prepare.world import lattice_area
    >>> store, area = ObservationStore(f"sqlite:///{tempfile.mkdtemp()}/store.sqlite"), lattice_area()
    >>> row = {"district_id": "west", "day": "2026-08-05", "count": 3}
    >>> store.ingest(Kind.CASES, area.area_id, [row], source="kdca", simulated=False, received_s=1.7861e9).n_new
    1
    >>> memo, now_s = CaseMemo(), 1.7862e9
    >>> memo.read(store, area, now_s) is memo.read(store, area, now_s + 60.0)
    True
    """

    def __init__(self) -> None:
        self._key: tuple[str, str, int, tuple[tuple[str, float], ...]] | None = None
        self._from_s, self._until_s = math.inf, -math.inf
        self._cases: DistrictCases | None = None

    def read(
        self, observations: ObservationStore, area: Area, now_s: float, weights: Mapping[str, float] | None = None
    ) -> DistrictCases | None:
        """Cases known at `now_s`.

        Parameters
        ----------
        observations
            The store.
        area
            The area; its districts are the columns.
        now_s
            The moment, unix seconds.
        weights
            Of the sources, see `district_cases`.
        """
        told = tuple(sorted((weights or {}).items()))
        key = area.area_id, area.content_hash, observations.change_count(area.area_id, Kind.CASES), told
        if key != self._key or not self._from_s <= now_s < self._until_s:
            self._cases, self._until_s = read_cases(observations, area, now_s, weights)
            self._key, self._from_s = key, now_s
        return self._cases
