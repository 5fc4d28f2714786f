"""Rows of a tidy file, checked one by one before any figure is made of them."""

import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.score.days import FIRST_DAY, ISO_DAY, LAST_DAY
from risk_core.errors import Fault, InputError

N_SHOWN = 5
"""Faulty rows named of each sort; the others are counted."""

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "None")
"""What stands for an unknown value. An unknown place or day is a fault."""

DAY_WANTED = f"a day as YYYY-MM-DD in {FIRST_DAY}..{LAST_DAY}, without a time of day"


def read_rows(path: Path, ours: Mapping[str, str], days: tuple[str, ...], values: tuple[str, ...]) -> pd.DataFrame:
    """Read the columns `location`, `days` and `values` of a csv, csv.gz or parquet file.

    Parameters
    ----------
    path
        The file.
    ours
        Our column names by the file's; columns that are not named keep theirs.
    days
        Columns of calendar days.
    values
        Columns of numbers; an empty cell is an unknown number (NaN).

    Returns
    -------
    DataFrame
        The named columns and `row`, where each row stands (file:line of text, file row of parquet).

    Raises
    ------
    InputError
        When the file cannot be read or is empty, a column is missing or comes twice, or rows hold no place, no such
        day or no finite number. Rows are named, the first five of each sort.
    """
    table = read_table(path)
    unknown = [theirs for theirs in ours if theirs not in table]
    if unknown:
        remedy = f"The file has {', '.join(table)}."
        raise InputError(Fault("--map-column", ", ".join(unknown), "columns of the file", remedy, path.name))
    table = table.rename(columns=dict(ours))
    wanted = ["location", *days, *values]
    _check_columns(path, table, wanted)
    table = table[[*wanted, "row"]]
    if not len(table):
        raise InputError(Fault("file", path.name, "at least one row", "The file has only a header.", path.name))
    place = table["location"].astype(str).str.strip()
    faults = faults_of(table, "location", place.isin(MISSING), "the name of a place")
    clean = pd.DataFrame({"row": table["row"], "location": place})
    for name in days:
        clean[name] = _days(table[name])
        faults += faults_of(table, name, clean[name].isna(), DAY_WANTED)
    for name in values:
        clean[name], wrong = _numbers(table[name])
        faults += faults_of(table, name, wrong, "a finite number")
    if faults:
        raise InputError(*faults)
    return clean


def faults_of(table: pd.DataFrame, name: str, wrong: pd.Series, wanted: str) -> list[Fault]:
    """One fault for each of the first rows where `wrong` holds."""
    remedy = f"Mend the row ({int(wrong.sum())} such)."
    rows = table.loc[wrong, [name, "row"]].head(N_SHOWN)
    return [Fault(name, str(value), wanted, remedy, str(row)) for value, row in rows.itertuples(index=False)]


def without_repeats(rows: pd.DataFrame, key: list[str], wanted: str) -> tuple[pd.DataFrame, int]:
    """Rows with those given twice alike once, and how many were.

    Raises
    ------
    InputError
        When rows of one key differ in their value.
    """
    repeated = rows.duplicated([*key, "value"])
    rows = rows[~repeated]
    again = rows.duplicated(key)
    if again.any():
        raise InputError(*faults_of(rows.assign(date=rows["date"].dt.date), "date", again, wanted))
    return rows, int(repeated.sum())


def read_table(path: Path) -> pd.DataFrame:
    """Cells of a csv, csv.gz or parquet file as they stand, and `row`, where each row stands."""
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            table["row"] = [f"{path.name} row {k + 1}" for k in range(len(table))]
        else:
            table = pd.read_csv(path, dtype=str, keep_default_na=False, skip_blank_lines=False).fillna("")
            table["row"] = [f"{path.name}:{k + 2}" for k in range(len(table))]
            table = table[(table.drop(columns="row") != "").any(axis=1)]
    except (OSError, ValueError, EOFError, zlib.error) as error:
        fault = Fault("file", path.name, "a csv, csv.gz or parquet table", str(error).splitlines()[0][:200], path.name)
        raise InputError(fault) from error
    return table


def _check_columns(path: Path, table: pd.DataFrame, wanted: list[str]) -> None:
    names = list(map(str, table.drop(columns="row")))
    twice = [name for name in wanted if names.count(name) > 1]
    if twice:
        remedy = f"After --map-column {', '.join(twice)} comes twice; rename the other column in the file."
        raise InputError(Fault("--map-column", ", ".join(twice), "each column once", remedy, path.name))
    missing = [name for name in wanted if name not in names]
    if missing:
        remedy = f"Name the file's own with --map-column THEIRS={missing[0]}; it has {', '.join(names)}."
        raise InputError(Fault("column", ", ".join(missing), f"columns {', '.join(wanted)}", remedy, path.name))


def _days(column: pd.Series) -> pd.Series:
    """Calendar days; NaT for all that is not one."""
    if pd.api.types.is_datetime64_any_dtype(column) and column.dt.tz is None:
        day = column.where(column == column.dt.normalize())
    else:
        text = column.astype(str).str.strip()
        day = pd.to_datetime(text.where(text.str.fullmatch(ISO_DAY)), format="%Y-%m-%d", errors="coerce")
    return day.where(day.between(FIRST_DAY, LAST_DAY)).astype("datetime64[s]")


def _numbers(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Numbers with NaN for unknown ones, and where a cell holds something else."""
    unknown = column.isna() | column.astype(str).str.strip().isin(MISSING)
    number = pd.to_numeric(column.where(~unknown), errors="coerce").astype(float)
    return number, ~unknown & ~np.isfinite(number)
