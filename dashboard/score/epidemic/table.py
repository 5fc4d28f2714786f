"""A tidy file of daily counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dashboard.score.rows import read_rows, without_repeats
from risk_core.errors import Fault, InputError


@dataclass(frozen=True, slots=True, eq=False)
class DailyTable:
    """Counts by day and place.

    Attributes
    ----------
    day
        Every day from the first to the last, shape=(n_day,), datetime64[D].
    places
        Names.
    count
        shape=(n_day, n_place), NaN where nothing was reported or a count was negative.
    n_negative, n_repeated
        Rows below zero, made missing; rows given twice alike, counted once.
    """

    day: NDArray[np.datetime64]
    places: tuple[str, ...]
    count: NDArray[np.float64]
    n_negative: int
    n_repeated: int


def read_daily(path: Path, ours: Mapping[str, str], without: Sequence[str] = ()) -> DailyTable:
    """Read `location, date, value` of a csv, csv.gz or parquet file.

    Parameters
    ----------
    path
        The file.
    ours
        Our column names by the file's.
    without
        Places left out.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a column, or rows hold no place, no day, no finite number, or differ for
        one place and day; all such rows are named, the first five of each sort. Likewise when a place to be left out
        is not in the file, or none is left.
    """
    clean = read_rows(path, ours, ("date",), ("value",))
    unknown = sorted(set(without) - set(clean["location"]))
    if unknown:
        names = ", ".join(sorted(clean["location"].unique())[:20])
        raise InputError(Fault("--without", ", ".join(unknown), "places of the file", f"It has {names}.", path.name))
    clean = clean[~clean["location"].isin(without)]
    if not len(clean):
        raise InputError(Fault("--without", ", ".join(without), "at least one place left", "Leave out fewer."))
    clean, n_repeated = without_repeats(clean, ["location", "date"], "one value a place and day; use the final one")
    negative = clean["value"] < 0
    clean.loc[negative, "value"] = np.nan
    wide = clean.pivot(index="date", columns="location", values="value").asfreq("D")
    day = wide.index.to_numpy().astype("datetime64[D]")
    return DailyTable(day, tuple(wide.columns), wide.to_numpy(float), int(negative.sum()), n_repeated)
