"""Trust in contributed sources, measured anew now and then against what all the others tell of the same."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.contributions.plausible import PLACE, VALUE
from dashboard.store.kinds import KINDS, Kind
from dashboard.store.library import Library
from risk_core.scores.left_out import Trust, left_out_trust
from risk_core.state.area import Area
from risk_core.units import S_PER_DAY, S_PER_H

log = logging.getLogger(__name__)

WINDOW_S: Final = 28 * S_PER_DAY
EVERY_S: Final = 600.0
LEAST_TRUST: Final = 0.2
"""Rows of a source that is trusted less are kept and marked `bad`: no assessment uses them."""
RAIN_CELL_DEG: Final = 0.05
"""Gauges of different sources within one such square tell of the same rain."""
Key = tuple[str, ...]


def measure_trust(library: Library, now_s: float) -> int:
    """Measure every contributed source with others beside it; returns how many were measured."""
    store, n_measured = library.contributions, 0
    every = store.sources()
    for area_id, kind in sorted({(one.area_id, one.kind) for one in every}):
        names, trust = compare_sources(library, library.area(area_id), kind, now_s)
        for one in every:
            if (one.area_id, one.kind) == (area_id, kind) and one.source_id in names:
                k = names.index(one.source_id)
                n, error = int(trust.n_value[k]), float(trust.mean_error[k])
                store.set_trust(one.source_id, float(trust.trust[k]), error if n else None, n)
                n_measured += 1
    return n_measured


def compare_sources(library: Library, area: Area, kind: Kind, now_s: float) -> tuple[list[str], Trust]:
    """Trust in every source of a kind in an area, contributed or not, by what the others told of the same."""
    rows = library.observations.rows(kind, area.area_id, now_s - WINDOW_S, now_s)
    names, told = told_values(kind, [row for row in rows if not row["simulated"]])
    return names, left_out_trust(told)


def case_trust(library: Library, area_id: str) -> dict[str, float] | None:
    """Weights of contributed sources of cases by their trust; None before any was compared with others.

    They hold until the area has learnt weights of its own, from how early values turned out.
    """
    found = library.contributions.sources(area_id)
    return {one.source_id: one.trust for one in found if one.kind is Kind.CASES and one.n_error} or None


def people_trust(library: Library, area_id: str) -> dict[str, float]:
    """Trust in the contributed sources of people counted, by their name in the rows."""
    found = library.contributions.sources(area_id)
    return {one.source_id: one.trust for one in found if one.kind is Kind.COUNTS}


def told_values(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], NDArray[np.float64]]:
    """Names of the sources, and what each told of each place and time, shape=(n_source, n_value), NaN for nothing."""
    names = sorted({row["source"] for row in rows})
    keys: dict[Key, int] = {}
    found: list[tuple[int, int, float]] = []
    for row in rows:
        value = _value(kind, row)
        if value is not None and value >= 0:
            position = keys.setdefault(_key(kind, row), len(keys))
            found.append((names.index(row["source"]), position, value))
    total, n = np.zeros((len(names), len(keys))), np.zeros((len(names), len(keys)))
    for source, position, value in found:
        total[source, position] += value
        n[source, position] += 1
    return names, np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _value(kind: Kind, row: Mapping[str, Any]) -> float | None:
    columns = {**VALUE, Kind.RAIN: "rate_mm_per_h", Kind.SHELTERS: "occupancy_persons"}
    value = row.get(columns[kind]) if kind in columns else None
    return None if value is None else float(value)


def _key(kind: Kind, row: Mapping[str, Any]) -> Key:
    """Place and time of a row, whoever tells it."""
    time_s = float(row[KINDS[kind].time])
    if kind is Kind.RAIN:
        near = round(row["lat_deg"] / RAIN_CELL_DEG), round(row["lon_deg"] / RAIN_CELL_DEG)
        return str(near), str(int(time_s // 600.0))
    if kind is Kind.SHELTERS:
        return str(row["shelter_id"]), str(int(time_s // S_PER_H))
    return *(str(row[name]) for name in PLACE[kind]), str(int(time_s))


class TrustKeeper:
    """Measures trust every ten minutes, beside everything else."""

    def __init__(self, library: Library, clock: Callable[[], float]) -> None:
        self._library = library
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Measure until `stop` is set."""
        while not stop.wait(EVERY_S):
            try:
                measure_trust(self._library, self._clock())
            except Exception:
                log.exception("trust could not be measured; it stays as it was")
