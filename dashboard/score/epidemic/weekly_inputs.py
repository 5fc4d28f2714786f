"""The files that a weekly score is made of, put on the same places and weeks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.epidemic.vintages import N_WEEKDAY, WEEK_ZERO, VintageTable, week_totals
from dashboard.score.rows import faults_of, read_rows, without_repeats
from risk_core.errors import Fault, InputError


def read_truth(path: Path, ours: Mapping[str, str], unit: str) -> pd.DataFrame:
    """Final totals by week end (rows) and place (columns) from `location, date, value`.

    Days count into weeks that end on Saturdays; a negative day (a correction) counts as it stands. A total below zero
    and a week without any value are NaN.
    """
    wide = _wide(path, ours)
    if unit == "day":
        first = wide.index[0].to_datetime64().astype("datetime64[D]")
        lead = int((first - WEEK_ZERO - 1).astype(int)) % N_WEEKDAY
        days = pd.date_range(wide.index[0] - pd.Timedelta(days=lead), wide.index[-1])
        totals = week_totals(wide.reindex(days).to_numpy(float))
        ends = days[N_WEEKDAY - 1 :: N_WEEKDAY][: len(totals)]
        wide = pd.DataFrame(totals, index=ends, columns=wide.columns)
    return wide.where(wide >= 0)


def read_second(path: Path, ours: Mapping[str, str], lag_week: int) -> pd.DataFrame:
    """A second weekly signal by week end and place, each value moved to the week it is known in."""
    wide = _wide(path, ours).asfreq("7D")
    return wide.shift(lag_week)


def read_population(path: Path, ours: Mapping[str, str], places: Sequence[str]) -> NDArray[np.float64]:
    """Residents of each place from `location, population`.

    Raises
    ------
    InputError
        When a place is missing, comes twice, or has no residents.
    """
    rows = read_rows(path, ours, (), ("population",))
    wrong = rows["location"].duplicated() | ~(rows["population"] > 0)
    faults = faults_of(rows, "population", wrong & rows["location"].isin(places), "one number above zero a place")
    if faults:
        raise InputError(*faults)
    known = rows.drop_duplicates("location").set_index("location")["population"].reindex(list(places))
    if known.isna().any():
        missing = ", ".join(known.index[known.isna()][:5])
        raise InputError(Fault("--population", missing, "a row for each place", "Add it, or --without it.", path.name))
    return known.to_numpy(float)


def as_if_live(truth: pd.DataFrame) -> VintageTable:
    """Vintages of a series whose history is not known: each final total becomes known on the last day of its week."""
    rows = truth.rename_axis(index="date", columns="location").stack().rename("value").reset_index()
    rows["as_of"] = rows["date"]
    return VintageTable(rows.sort_values("as_of", kind="stable"), tuple(sorted(truth.columns)), "week", 0, 0, 0)


def _wide(path: Path, ours: Mapping[str, str]) -> pd.DataFrame:
    rows = read_rows(path, ours, ("date",), ("value",))
    rows, _ = without_repeats(rows, ["location", "date"], "one value a place and day; use the final one")
    return rows.pivot(index="date", columns="location", values="value").sort_index()
