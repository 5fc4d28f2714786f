"""Shelters, hospitals, schools and stations from a file."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from dashboard.areas.columns import Words, parse_number, pick_columns
from dashboard.areas.files import Table, read_table
from dashboard.areas.positions import inside_rows, read_positions
from dashboard.areas.report import BuildReport
from risk_core.state.area import Place, PlaceKind
from risk_core.state.grid import Grid

KIND_WORDS: Final[Mapping[PlaceKind, tuple[str, ...]]] = {
    PlaceKind.SHELTER: ("shelter", "shelters", "evacuation", "대피소", "대피시설", "쉼터"),
    PlaceKind.HOSPITAL: ("hospital", "clinic", "emergency", "병원", "종합병원", "상급종합", "의원", "응급실"),
    PlaceKind.SCHOOL: ("school", "kindergarten", "university", "college", "학교", "유치원"),
    PlaceKind.STATION: ("station", "subway", "railway", "역", "지하철역", "bus_station"),
    PlaceKind.OTHER: ("other", ""),
}
"""Words for each kind in open data, any case."""


def read_shelters(path: Path, renamed: Mapping[str, str], grid: Grid, report: BuildReport) -> tuple[Place, ...]:
    """Shelters inside the grid; rules as `read_places`."""
    return _read(path, "shelters", renamed, grid, report)


def read_places(path: Path, renamed: Mapping[str, str], grid: Grid, report: BuildReport) -> tuple[Place, ...]:
    """Read places of any kind inside the grid from CSV, GeoJSON, GeoPackage or GeoParquet.

    A record without a position, or with one off the earth or outside the grid, is reported and left out. A record
    without a capacity, or with one that is no positive number, is reported and kept with NaN. Places of unknown kind
    become `PlaceKind.OTHER`.

    Raises
    ------
    InputError
        When the file cannot be read or none of its records has a position.
    """
    return _read(path, "places", renamed, grid, report)


def _read(path: Path, kind: str, renamed: Mapping[str, str], grid: Grid, report: BuildReport) -> tuple[Place, ...]:
    table = read_table(path, kind, report)
    columns = pick_columns(table.columns, kind, renamed, table.file)
    position = read_positions(table, columns, report)
    sizes = _capacities(table, columns, kind, report)
    places: list[Place] = []
    ids: set[str] = set()
    for row in inside_rows(table, grid, position, report):
        place_id = _word(columns, "id", row) or f"{kind}-{table.record[row]}"
        if place_id in ids:
            report.bad(table.place(row), "id", repr(place_id), "a code used once", "Left out; it is there already.")
            continue
        ids.add(place_id)
        places.append(
            Place(
                place_id=place_id,
                kind=PlaceKind.SHELTER if kind == "shelters" else _kind(table, columns, row, report),
                name=_word(columns, "name", row),
                lat_deg=float(position[0][row]),
                lon_deg=float(position[1][row]),
                capacity_persons=sizes(row),
                detail=_word(columns, "detail", row),
            )
        )
    report.kept(kind, len(places))
    return tuple(places)


def _word(columns: Mapping[str, Words], name: str, row: int) -> str:
    return columns[name][row] if name in columns else ""


def _capacities(table: Table, columns: Mapping[str, Words], kind: str, report: BuildReport) -> Callable[[int], float]:
    """Give the capacity of a row, NaN where it is unknown; a shelter's missing one is reported.

    A shelter file without the column is reported once instead of at every record.
    """
    if kind == "shelters" and "capacity" not in columns:
        remedy = "All are kept with unknown capacity; name the column with --map-column shelters.capacity=THEIRS."
        report.bad(table.file, "column capacity", "missing", "persons for each shelter", remedy)
    is_wanted = kind == "shelters" and "capacity" in columns

    def capacity(row: int) -> float:
        word = _word(columns, "capacity", row)
        value = parse_number(word)
        if value is not None and value > 0:
            return value
        if word or is_wanted:
            wanted, remedy = "a positive number of persons", "Kept with unknown capacity."
            report.bad(table.place(row), "capacity", repr(word) if word else "missing", wanted, remedy)
        return math.nan

    return capacity


def _kind(table: Table, columns: Mapping[str, Words], row: int, report: BuildReport) -> PlaceKind:
    word = _word(columns, "kind", row).strip().lower()
    for kind, words in KIND_WORDS.items():
        if word in words:
            return kind
    report.note(f"{table.file}: places of kind {word!r} are kept as {PlaceKind.OTHER.value!r}.")
    return PlaceKind.OTHER
