"""Counts, people and neighbours of small areas from a person's own files, in one order of places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.epidemic.table import read_daily
from dashboard.score.rows import MISSING, read_rows
from risk_core.errors import Fault, InputError
from risk_core.hazards.epidemic.endemic import neighbourhood_orders

LABELS: Final = ("date", "location", "", "Unnamed: 0")
"""Columns of a wide file that hold no place."""
N_SHOWN: Final = 5
N_NAMED: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class AreaCounts:
    """Counts by step and place.

    Attributes
    ----------
    places
        Names.
    step
        What each step is called: its first day, or its row in a file without days.
    step_day
        Days from a step to the next; None without days.
    count
        shape=(n_step, n_place), NaN where nothing was reported or a count was negative.
    n_negative
        Counts below zero, made missing.
    """

    places: tuple[str, ...]
    step: tuple[str, ...]
    step_day: int | None
    count: NDArray[np.float64]
    n_negative: int


def columns_of(path: Path) -> tuple[str, ...]:
    """Names of the columns of a csv, csv.gz or parquet file.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    return tuple(_read(path, n_row=0))


def read_long_counts(path: Path, ours: Mapping[str, str]) -> AreaCounts:
    """Read `location, date, value`; the step is the largest one that all days of the file lie on.

    Raises
    ------
    InputError
        As `read_daily`.
    """
    table = read_daily(path, ours)
    told = np.flatnonzero(np.isfinite(table.count).any(axis=1))
    if not told.size:
        raise InputError(Fault("value", "without any number", "counts", "Give a file with counts.", path.name))
    step_day = int(np.gcd.reduce(np.diff(told))) if told.size > 1 else 1
    kept = np.arange(told[0], told[-1] + 1, step_day)
    step = tuple(str(one) for one in table.day[kept])
    return AreaCounts(table.places, step, step_day, np.ascontiguousarray(table.count[kept]), table.n_negative)


def read_wide_counts(path: Path, ours: Mapping[str, str]) -> AreaCounts:
    """Read one column a place and one row a step in order of time; a column `date` names the rows.

    Raises
    ------
    InputError
        When the file cannot be read or a cell holds no number; the first five such cells are named.
    """
    table = _read(path).rename(columns=dict(ours))
    places = _places(table)
    count = _numbers(path, table, places)
    step = tuple(table["date"].astype(str)) if "date" in table else tuple(f"row {k + 1}" for k in range(len(table)))
    negative = count < 0
    return AreaCounts(tuple(places), step, None, np.where(negative, np.nan, count), int(negative.sum()))


def read_long_population(path: Path, ours: Mapping[str, str], places: Sequence[str]) -> NDArray[np.float64]:
    """Read `location, population`, one row a place; shape=(n_place,).

    Raises
    ------
    InputError
        When a place is missing, comes twice or has no population above 0.
    """
    rows = read_rows(path, ours, (), ("population",))
    twice = rows.loc[rows["location"].duplicated(), "location"]
    if len(twice):
        raise _named(path, "location", twice, "each place once")
    people = rows.set_index("location")["population"].reindex(list(places))
    if not (people > 0).all():
        raise _named(path, "population", people.index[~(people > 0)], "a number above 0 for every place of the cases")
    return people.to_numpy(float)


def read_wide_population(
    path: Path, ours: Mapping[str, str], places: Sequence[str], n_step: int, last_known: int
) -> NDArray[np.float64]:
    """Read one column a place with one row, or one a step, of which that of the last known step counts.

    Raises
    ------
    InputError
        When a place is missing, the number of rows is another, or a number is not above 0.
    """
    table = _read(path).rename(columns=dict(ours))
    _check_same_places(path, _places(table), places)
    if len(table) not in (1, n_step):
        wanted = f"1 or {n_step}, as the cases have"
        raise InputError(Fault("rows", str(len(table)), wanted, "Give one row of the population.", path.name))
    people = _numbers(path, table, places)[0 if len(table) == 1 else last_known]
    if not (people > 0).all():
        wrong = [place for place, one in zip(places, people, strict=True) if not one > 0]
        raise _named(path, "population", wrong, "a number above 0 for every place of the cases")
    return people


def read_long_matrix(path: Path, ours: Mapping[str, str], places: Sequence[str]) -> NDArray[np.float64]:
    """Read `location, neighbour, value`, row the sender; pairs left out are 0 and other places are passed over.

    Raises
    ------
    InputError
        When the columns are missing, a pair comes twice, a value is negative, or no pair is of two of the places.
    """
    theirs = {ours_name: name for name, ours_name in ours.items()}
    sender, receiver = theirs.get("location", "location"), theirs.get("neighbour", "neighbour")
    names = columns_of(path)
    if receiver not in names:
        remedy = f"Name the file's own with --map-column THEIRS=neighbour, or give --layout wide; it has {_few(names)}."
        raise InputError(Fault("column", "neighbour", "columns location, neighbour, value", remedy, path.name))
    rows = read_rows(path, ours, (), ("value",))
    swapped = {**ours, sender: "sender", receiver: "location"}
    rows["neighbour"] = read_rows(path, swapped, (), ("value",))["location"].to_numpy()
    twice = rows.duplicated(["location", "neighbour"]) | ~(rows["value"] >= 0)
    if twice.any():
        raise _named(path, "location, neighbour", rows.loc[twice, "row"], "each pair once, with a number from 0")
    at = {place: k for k, place in enumerate(places)}
    rows = rows[rows["location"].isin(at) & rows["neighbour"].isin(at)]
    if not len(rows):
        raise _named(path, "location", places, "pairs of the places of the cases")
    matrix = np.zeros((len(places), len(places)))
    matrix[rows["location"].map(at), rows["neighbour"].map(at)] = rows["value"]
    return matrix


def read_wide_matrix(path: Path, ours: Mapping[str, str], places: Sequence[str]) -> NDArray[np.float64]:
    """Read one column a place and one row a place in the order of the columns, row the sender.

    Raises
    ------
    InputError
        When the places differ from those of the cases, the file is not square, or a number is negative.
    """
    table = _read(path).rename(columns=dict(ours))
    own = _places(table)
    _check_same_places(path, own, places)
    if len(table) != len(own):
        wanted = f"{len(own)}, one a place in the order of the columns"
        raise InputError(Fault("rows", str(len(table)), wanted, "Give a square table.", path.name))
    matrix = _numbers(path, table, places)[[own.index(place) for place in places]]
    if not (matrix >= 0).all():
        wrong = np.array(places)[~(matrix >= 0).all(axis=1)]
        raise _named(path, "value", wrong, "numbers from 0 between all places")
    return matrix


def orders_of(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Neighbourhood orders: the numbers given, or counted where the file only tells who touches whom.

    A border has two sides, so an order given one way holds both ways.
    """
    both = np.where((matrix > 0) & (matrix.T > 0), np.minimum(matrix, matrix.T), np.maximum(matrix, matrix.T))
    np.fill_diagonal(both, 0.0)
    return both if both.max() > 1 else neighbourhood_orders(both > 0).astype(float)


def _read(path: Path, n_row: int | None = None) -> pd.DataFrame:
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path).astype(str)
            return table if n_row is None else table.head(n_row)
        return pd.read_csv(path, dtype=str, keep_default_na=False, nrows=n_row)
    except (OSError, ValueError) as error:
        fault = Fault("file", path.name, "a csv, csv.gz or parquet table", str(error).splitlines()[0][:200], path.name)
        raise InputError(fault) from error


def _places(table: pd.DataFrame) -> list[str]:
    return [name for name in map(str, table.columns) if name not in LABELS]


def _check_same_places(path: Path, own: Sequence[str], places: Sequence[str]) -> None:
    differing = sorted(set(own) ^ set(places))
    if differing:
        raise _named(path, "columns", differing, "the same places as in the cases")


def _numbers(path: Path, table: pd.DataFrame, places: Sequence[str]) -> NDArray[np.float64]:
    """The cells of the places' columns; an empty one is unknown."""
    if not len(table) or not len(places):
        raise InputError(Fault("file", path.name, "a column a place and a row or more", "See --layout.", path.name))
    text = table[list(places)].map(str.strip)
    unknown = text.isin(MISSING)
    number = text.mask(unknown).apply(pd.to_numeric, errors="coerce").astype(float)
    wrong = ~unknown & ~np.isfinite(number)
    if wrong.to_numpy().any():
        row, column = np.nonzero(wrong.to_numpy())
        remedy = f"Mend the cell ({row.size} such), or give --layout long."
        raise InputError(*(
            Fault(str(places[c]), str(text.iat[r, c]), "a finite number", remedy, f"{path.name}:{r + 2}")
            for r, c in zip(row[:N_SHOWN], column[:N_SHOWN], strict=True)
        ))  # fmt: skip
    return number.to_numpy(float)


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - N_NAMED} more" if len(names) > N_NAMED else ""
    return ", ".join(map(str, names[:N_NAMED])) + more


def _named(path: Path, argument: str, names: Sequence[str], wanted: str) -> InputError:
    return InputError(Fault(argument, f"wrong for {_few(list(names))}", wanted, "Mend the file.", path.name))
