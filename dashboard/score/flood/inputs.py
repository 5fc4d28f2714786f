"""Daily weather, flood reports and road closures from a person's own files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.days import FIRST_DAY, LAST_DAY
from dashboard.score.rows import MISSING, N_SHOWN, faults_of, read_table
from risk_core.errors import Fault, InputError
from risk_core.hazards.flood.reopening import PastClosures
from risk_core.units import M_PER_S_PER_KNOT, S_PER_DAY, S_PER_H

M_PER_FT: Final = 0.3048
MM_PER_IN: Final = 25.4
M_PER_S_PER_MPH: Final = 0.44704
_LENGTHS: Final = {"_mm": 1.0, "_cm": 10.0, "_in": MM_PER_IN, "_inch": MM_PER_IN}
_HEIGHTS: Final = {"_m": 1.0, "_ft": M_PER_FT, "_cm": 0.01}
_SPEEDS: Final = {"_m_per_s": 1.0, "_mph": M_PER_S_PER_MPH, "_kt": M_PER_S_PER_KNOT, "_km_per_h": 1.0 / 3.6}
MEASURED: Final[Mapping[str, tuple[str, Mapping[str, float]]]] = {
    "rain_mm": ("rain", _LENGTHS),
    "rain_hour_mm": ("rain_hour", _LENGTHS),
    "rain_15min_mm": ("rain_15min", _LENGTHS),
    "rain_3d_mm": ("rain_3d", _LENGTHS),
    "tide_m": ("tide", _HEIGHTS),
    "tide_mean_m": ("tide_mean", _HEIGHTS),
    "groundwater_m": ("groundwater", _HEIGHTS),
    "wind_m_per_s": ("wind", _SPEEDS),
}
"""Our name of each measured column, its stem, and the endings it may have with their factor to our unit."""
TIME_NAMES: Final = ("time", "date", "day")
MERGED_DAY: Final = 7
"""A report on a day the daily table leaves out belongs to the row before it, if that is at most so many days older."""
CAUSES: Final = (
    ("collapse", "sink", "wash", "damage"),
    ("slide", "rock"),
    ("high water", "water over"),
    ("flood", "flooding"),
    ("tree", "debris", "line"),
)
"""Words that tell a cause, the first that fits counting; the position is its number."""


@dataclass(frozen=True, slots=True, eq=False)
class FloodDays:
    """Weather and reports by day.

    Attributes
    ----------
    day
        Days since 1970-01-01, ascending, shape=(n_day,).
    measured
        By name of `MEASURED`, shape=(n_day,) each, gaps filled with the mean of the days before (rain never).
    reports
        Reports of each day.
    n_no_rain
        Days left out because their rain is unknown.
    n_drill, n_moved, n_outside
        Reports of exercises, left out; of days inside a row of several days, counted there; of other days, left out.
    """

    day: NDArray[np.int64]
    measured: Mapping[str, NDArray[np.float64]]
    reports: NDArray[np.float64]
    n_no_rain: int
    n_drill: int
    n_moved: int
    n_outside: int


@dataclass(frozen=True, slots=True, eq=False)
class RoadClosures:
    """Closures in the order they were reported.

    Attributes
    ----------
    reported_h
        Hours since 1970, ascending, shape=(n,).
    past
        Place, road, cause and duration.
    is_flood
        Whether the words speak of water.
    n_open, n_backward
        Closures without an end, and with an end before the beginning; both left out.
    """

    reported_h: NDArray[np.float64]
    past: PastClosures
    is_flood: NDArray[np.bool_]
    n_open: int
    n_backward: int


def read_flood_days(
    daily: Path, reports: Path, ours: Mapping[str, Mapping[str, str]], local_offset_s: float | None
) -> FloodDays:
    """Read daily weather (`date, rain_mm, ...`) and reports (`time`, one a row, or `date, count`).

    Parameters
    ----------
    daily, reports
        csv, csv.gz or parquet.
    ours
        Our column names by the file's, for ``daily`` and ``reports``.
    local_offset_s
        Offset of the daily table's days from UTC, where report times are UTC; None takes them as local.

    Raises
    ------
    InputError
        For files that cannot be read, columns missing, rows without a day, negative rain, days given twice.
    """
    table = _renamed(daily, ours["daily"])
    day = _moments(table, daily, None)
    measured = {name: found for name in MEASURED if (found := _measured(table, name)) is not None}
    if "rain_mm" not in measured:
        remedy = f"Name it with --map-column; the file has {', '.join(table.columns[:-1])}."
        raise InputError(Fault("rain", "missing", "a column rain_mm or rain_in", remedy, daily.name))
    whole = np.floor(day / S_PER_DAY).astype(np.int64)
    again = table.loc[pd.Series(whole, index=table.index).duplicated(), "row"].head(N_SHOWN)
    if len(again):
        raise InputError(*(Fault("date", "given twice", "one row a day", "Keep one.", str(row)) for row in again))
    kept = np.isfinite(measured["rain_mm"])
    order = np.argsort(whole[kept], kind="stable")
    measured = {name: _filled(value[kept][order]) for name, value in measured.items()}
    whole = whole[kept][order]
    counted, numbers = _count(reports, ours["reports"], local_offset_s, whole)
    return FloodDays(whole, measured, counted, int((~kept).sum()), *numbers)


def read_closures(path: Path, ours: Mapping[str, str]) -> RoadClosures:
    """Read `reported, reopened` and, where there are, `lat_deg, lon_deg, road, comment` of closures.

    Raises
    ------
    InputError
        For a file that cannot be read, columns missing, or rows whose time cannot be read.
    """
    table = _renamed(path, ours)
    _need(table, path, ("reported", "reopened"))
    begun = _times_s(table, "reported", path, needed=True)
    ended = _times_s(table, "reopened", path, needed=False)
    is_open, is_backward = ~np.isfinite(ended), ended <= begun
    kept = ~is_open & ~is_backward
    if not kept.any():
        raise InputError(Fault("reopened", "missing", "closures that ended", "Give their ends.", path.name))
    order = np.flatnonzero(kept)[np.argsort(begun[kept], kind="stable")]
    words = _texts(table, "comment")[order]
    cause = np.array([_cause(one) for one in words])
    road = pd.factorize(pd.Series(_texts(table, "road")[order]))[0]
    past = PastClosures(
        lat_deg=_numbers(table, "lat_deg")[order],
        lon_deg=_numbers(table, "lon_deg")[order],
        road=np.where(_texts(table, "road")[order] == "", -1, road).astype(np.int64),
        cause=cause,
        duration_h=(ended - begun)[order] / S_PER_H,
    )
    is_flood = np.isin(cause, (2, 3))
    return RoadClosures(begun[order] / S_PER_H, past, is_flood, int(is_open.sum()), int(is_backward.sum()))


def _count(
    path: Path, ours: Mapping[str, str], local_offset_s: float | None, day: NDArray[np.int64]
) -> tuple[NDArray[np.float64], tuple[int, int, int]]:
    """Reports of each day, and how many were of drills, moved to an earlier row, or outside."""
    table = _renamed(path, ours)
    moment = _moments(table, path, local_offset_s)
    number = _numbers(table, "count") if "count" in table else np.ones(len(table))
    wrong = pd.Series(~(number >= 0), index=table.index)
    if wrong.any():
        raise InputError(*faults_of(table, "count", wrong, "a number of 0 or more"))
    is_drill = np.isin(np.char.lower(_texts(table, "drill").astype(str)), ("true", "1", "yes"))
    at = np.floor(moment / S_PER_DAY).astype(np.int64)
    row = np.searchsorted(day, at, side="right") - 1
    age = at - day[np.maximum(row, 0)]
    is_inside = (row >= 0) & (age <= MERGED_DAY) & ((at <= day[-1]) | (age == 0)) & ~is_drill
    counted = np.bincount(row[is_inside], weights=number[is_inside], minlength=len(day))
    moved = int((is_inside & (age > 0)).sum())
    return counted.astype(np.float64), (int(is_drill.sum()), moved, int((~is_inside & ~is_drill).sum()))


def _measured(table: pd.DataFrame, name: str) -> NDArray[np.float64] | None:
    stem, factors = MEASURED[name]
    column = next((f"{stem}{end}" for end in factors if f"{stem}{end}" in table), None)
    if column is None:
        return None
    value = _numbers(table, column) * factors[column[len(stem) :]]
    if stem.startswith("rain"):
        wrong = pd.Series(value < 0, index=table.index)
        if wrong.any():
            raise InputError(*faults_of(table, column, wrong, "a number of 0 or more"))
    return value


def _filled(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaps filled with the mean of what came before them; those at the beginning with 0."""
    known = np.isfinite(value)
    total, n = np.cumsum(np.where(known, value, 0.0)), np.cumsum(known)
    return np.where(known, value, total / np.maximum(n, 1))


def _cause(words: str) -> int:
    found = [k for k, some in enumerate(CAUSES) if any(one in words.lower() for one in some)]
    return found[0] if found else -1


def _renamed(path: Path, ours: Mapping[str, str]) -> pd.DataFrame:
    table = read_table(path).rename(columns=dict(ours))
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise InputError(Fault("--map-column", ", ".join(twice), "each name once", "Map one column to it.", path.name))
    if not len(table):
        raise InputError(Fault("file", path.name, "at least one row", "The file has only a header.", path.name))
    return table


def _need(table: pd.DataFrame, path: Path, names: tuple[str, ...]) -> None:
    lacking = [name for name in names if name not in table]
    if lacking:
        remedy = f"Name them with --map-column; the file has {', '.join(table.columns[:-1])}."
        raise InputError(Fault("columns", "missing", ", ".join(lacking), remedy, path.name))


def _moments(table: pd.DataFrame, path: Path, local_offset_s: float | None) -> NDArray[np.float64]:
    name = next((one for one in TIME_NAMES if one in table), None)
    if name is None:
        _need(table, path, ("date",))
    return _times_s(table, str(name), path, needed=True) + (local_offset_s or 0.0)


def _times_s(table: pd.DataFrame, name: str, path: Path, needed: bool) -> NDArray[np.float64]:
    """Seconds since 1970 of a column of ISO 8601 times, as their own clocks show them."""
    text = table[name].astype(str).str.strip()
    is_empty = text.isin(MISSING)
    moment = pd.to_datetime(text.where(~is_empty), errors="coerce", format="ISO8601", utc=True)
    in_range = (moment >= pd.Timestamp(FIRST_DAY, tz="UTC")) & (moment <= pd.Timestamp(LAST_DAY, tz="UTC"))
    wrong = ~in_range & (~is_empty if not needed else True)
    if wrong.any():
        raise InputError(*faults_of(table, name, wrong, f"a time as YYYY-MM-DD hh:mm in {FIRST_DAY}..{LAST_DAY}"))
    seconds = (moment - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)
    return seconds.to_numpy(dtype=np.float64, na_value=np.nan)


def _numbers(table: pd.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in table:
        return np.full(len(table), np.nan)
    text = table[name].astype(str).str.strip()
    value: Any = pd.to_numeric(text.where(~text.isin(MISSING)), errors="coerce")
    wrong = value.isna() & ~text.isin(MISSING)
    if wrong.any():
        raise InputError(*faults_of(table, name, wrong, "a number"))
    return value.to_numpy(dtype=np.float64, na_value=np.nan)


def _texts(table: pd.DataFrame, name: str) -> NDArray[Any]:
    if name not in table:
        return np.full(len(table), "", dtype=object)
    text = table[name].astype(str).str.strip()
    return text.where(~text.isin(MISSING), "").to_numpy(dtype=object)
