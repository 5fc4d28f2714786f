"""A tidy file of daily counts, checked row by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError

COLUMNS = ("location", "date", "value")
N_SHOWN = 5


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


def read_daily(path: Path, ours: Mapping[str, str]) -> DailyTable:
    """Read `location, date, value` of a csv, csv.gz or parquet file.

    Parameters
    ----------
    path
        The file.
    ours
        Our column names by the file's.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a column, or rows hold no date, no number, or differ for one place and
        day; all such rows are named, the first five of each sort.
    """
    table = _read(path).rename(columns=dict(ours))
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        remedy = f"Name the file's own with --map-column THEIRS={missing[0]}; it has {', '.join(map(str, table))}."
        raise InputError(Fault("column", ", ".join(missing), f"columns {', '.join(COLUMNS)}", remedy, path.name))
    date = pd.to_datetime(table["date"], errors="coerce", format="mixed")
    value = pd.to_numeric(table["value"], errors="coerce")
    faults = _faults(path, table["date"], date.isna(), "a day such as 2026-08-05")
    faults += _faults(path, table["value"], value.isna() & table["value"].notna(), "a number")
    clean = pd.DataFrame({"location": table["location"].astype(str), "date": date, "value": value})
    clean = clean[date.notna()]
    repeated = clean.duplicated()
    clean = clean[~repeated]
    again = clean.duplicated(["location", "date"])
    faults += _faults(path, clean["date"].dt.date, again, "one value a place and day; use the final one")
    if faults:
        raise InputError(*faults)
    negative = clean["value"] < 0
    clean.loc[negative, "value"] = np.nan
    wide = clean.pivot(index="date", columns="location", values="value").asfreq("D")
    day = wide.index.to_numpy().astype("datetime64[D]")
    return DailyTable(day, tuple(wide.columns), wide.to_numpy(float), int(negative.sum()), int(repeated.sum()))


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    except (OSError, ValueError) as error:
        fault = Fault("file", path.name, "a csv, csv.gz or parquet table", str(error).splitlines()[0][:200], path.name)
        raise InputError(fault) from error


def _faults(path: Path, shown: pd.Series, wrong: pd.Series, wanted: str) -> list[Fault]:
    rows = list(shown[wrong].items())[:N_SHOWN]
    remedy = f"Mend the row ({int(wrong.sum())} such)."
    return [Fault(str(shown.name), str(value), wanted, remedy, f"{path.name}:{int(row) + 2}") for row, value in rows]
