"""A tidy file of counts as they were known on many days, taken one day after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.rows import faults_of, read_rows, without_repeats
from risk_core.errors import Fault, InputError
from risk_core.state.surveillance import CaseVintage

N_WEEKDAY = 7
WEEK_ZERO = np.datetime64("1970-01-03")
"""A Saturday: weeks end on it and are counted from it."""


@dataclass(frozen=True, slots=True, eq=False)
class VintageTable:
    """What was known when.

    Attributes
    ----------
    rows
        location, date, as_of, value, in order of as_of; a negative value is missing.
    places
        Names, sorted.
    unit
        "day", or "week" when every date is the last day of a week.
    n_negative, n_repeated, n_after
        Rows below zero, made missing; given twice alike; of a day after they were known, left out.
    """

    rows: pd.DataFrame
    places: tuple[str, ...]
    unit: str
    n_negative: int
    n_repeated: int
    n_after: int


def read_vintages(path: Path, ours: Mapping[str, str], unit: str, without: Sequence[str] = ()) -> VintageTable:
    """Read `location, date, as_of, value` of a csv, csv.gz or parquet file.

    Parameters
    ----------
    path
        The file.
    ours
        Our column names by the file's.
    unit
        "day" or "week".
    without
        Places left out.

    Raises
    ------
    InputError
        As `read_rows`; when rows differ for one place, day and as_of; when weeks do not end on one weekday.
    """
    clean = read_rows(path, ours, ("date", "as_of"), ("value",))
    clean = clean[~clean["location"].isin(without)]
    clean, n_repeated = without_repeats(clean, ["location", "date", "as_of"], "one value a place, day and as_of")
    after = clean["date"] > clean["as_of"]
    clean = clean[~after]
    if not len(clean):
        wanted = "a row known on or after its day"
        raise InputError(Fault("file", path.name, wanted, "Check date and as_of.", path.name))
    if unit == "week":
        check_week_ends(path, clean)
    negative = clean["value"] < 0
    clean.loc[negative, "value"] = np.nan
    places = tuple(sorted(clean["location"].unique()))
    rows = clean.drop(columns="row").sort_values("as_of", kind="stable")
    return VintageTable(rows, places, unit, int(negative.sum()), n_repeated, int(after.sum()))


def check_week_ends(path: Path, rows: pd.DataFrame) -> None:
    """Refuse weekly rows that do not all end on one weekday, naming the first that do not."""
    weekday = rows["date"].dt.weekday
    odd = weekday != weekday.mode().iloc[0]
    if odd.any():
        shown = rows.assign(date=rows["date"].dt.date)
        raise InputError(*faults_of(shown, "date", odd, "the last day of a week, the same weekday in all rows"))


def vintages_of(
    table: VintageTable, second: pd.DataFrame | None = None
) -> Iterator[tuple[np.datetime64, np.datetime64, CaseVintage]]:
    """What was known on each as_of day of a table: that day, the last complete week's end, and the counts.

    A value holds until a later as_of tells another; nothing of a later one is read. Days count into weeks that end on
    Saturdays; those without any value are unknown. Where two as_of days know the same last week, both are given.

    Parameters
    ----------
    table
        From `read_vintages`.
    second
        A second signal by week end (rows) and place (columns), final values.
    """
    step = N_WEEKDAY if table.unit == "week" else 1
    first = table.rows["date"].min().to_datetime64().astype("datetime64[D]")
    if table.unit == "day":
        first -= int((first - WEEK_ZERO - 1).astype(int)) % N_WEEKDAY
    last = table.rows["date"].max().to_datetime64().astype("datetime64[D]")
    n_row = int((last - first).astype(int)) // step + 1
    known = np.full((n_row, len(table.places)), np.nan)
    place = pd.Categorical(table.rows["location"], categories=table.places).codes
    at = (table.rows["date"].to_numpy().astype("datetime64[D]") - first).astype(int) // step
    value, as_of = table.rows["value"].to_numpy(float), table.rows["as_of"].to_numpy().astype("datetime64[D]")
    starts = np.flatnonzero(np.r_[True, as_of[1:] != as_of[:-1]])
    newest = -1
    for begin, end in zip(starts, [*starts[1:], len(as_of)], strict=True):
        known[at[begin:end], place[begin:end]] = value[begin:end]
        newest = max(newest, int(at[begin:end].max()))
        week_end, vintage = _vintage(known[: newest + 1].copy(), first, table.unit, second, table.places)
        yield as_of[begin], week_end, vintage


def _vintage(
    known: NDArray[np.float64],
    first: np.datetime64,
    unit: str,
    second: pd.DataFrame | None,
    places: Sequence[str],
) -> tuple[np.datetime64, CaseVintage]:
    none = np.empty((0, len(places)))
    if unit == "week":
        weekly, daily, first_end = known, none, first
    else:
        weekly, daily, first_end = week_totals(known), known, first + N_WEEKDAY - 1
    ends = first_end + N_WEEKDAY * np.arange(len(weekly))
    signal = none
    if second is not None:
        signal = second.reindex(index=pd.DatetimeIndex(ends), columns=list(places)).to_numpy(float)
    week_end = ends[-1] if len(ends) else first_end - N_WEEKDAY
    number = int((week_end - WEEK_ZERO).astype(int)) // N_WEEKDAY
    return week_end, CaseVintage(number, weekly, daily, signal)


def week_totals(daily: NDArray[np.float64]) -> NDArray[np.float64]:
    """Totals of the complete weeks from the first row on, NaN for weeks without any value, shape=(n_week, n_place)."""
    n_week = len(daily) // N_WEEKDAY
    weeks = daily[: n_week * N_WEEKDAY].reshape(n_week, N_WEEKDAY, daily.shape[1])
    return np.asarray(np.where(np.isfinite(weeks).any(axis=1), np.nansum(weeks, axis=1), np.nan))
