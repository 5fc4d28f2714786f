"""Residents from a file: by position, by shape, or by district."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.columns import Words, parse_number, pick_columns
from dashboard.areas.files import Table, read_table
from dashboard.areas.positions import read_positions
from dashboard.areas.report import BuildReport
from dashboard.areas.request import PeopleAt
from risk_core.errors import Fault, InputError
from risk_core.state.area import District

DOTS = str.maketrans({"·": ".", "ㆍ": ".", "・": ".", "‧": "."})


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Residents as a file gives them: exactly one of the three is set.

    Attributes
    ----------
    at
        By position.
    shapes, shape_persons
        By outline, such as census output areas.
    by_district
        Persons by position in the districts, NaN where the file names none, shape=(n_district,).
    """

    at: PeopleAt | None = None
    shapes: tuple[Any, ...] = ()
    shape_persons: NDArray[np.float64] | None = None
    by_district: NDArray[np.float64] | None = None


def read_people(path: Path, renamed: Mapping[str, str], districts: tuple[District, ...], report: BuildReport) -> People:
    """Read residents from CSV, GeoJSON, GeoPackage or GeoParquet.

    Polygons are taken as zones, points and lat/lon columns as positions; without either, the column ``district``
    is matched with the districts' codes, then with their names (dots of any kind are the same, and the end of a name
    is enough where it is the end of one name only: ``종로구 사직동`` finds ``서울특별시 종로구 사직동``).

    Raises
    ------
    InputError
        When nothing of the file can be used.
    """
    table = read_table(path, "population", report)
    columns = pick_columns(table.columns, "population", renamed, table.file)
    persons = _read_persons(table, columns, report)
    if table.geometry is None and not {"lat", "lon"} <= columns.keys():
        return _by_district(table, columns, persons, districts, report)
    is_zone = table.geometry is not None and any(
        shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") for shape in table.geometry
    )
    lat, lon = read_positions(table, columns, report)
    good = np.isfinite(lat) & np.isfinite(persons)
    if not good.any():
        raise report.refuse(table.file, "population", "unusable in every record", "a number each", "Correct the file.")
    report.kept("population records", int(good.sum()))
    if is_zone and table.geometry is not None:
        return People(shapes=tuple(table.geometry[good]), shape_persons=persons[good])
    return People(at=PeopleAt(lat[good], lon[good], persons[good]))


def _read_persons(table: Table, columns: Mapping[str, Words], report: BuildReport) -> NDArray[np.float64]:
    """Persons of each record, NaN and reported where that is no number from 0."""
    persons = np.full(table.n_record, np.nan)
    for row, word in enumerate(columns["population"]):
        value = parse_number(word)
        if value is None or math.isnan(value) or value < 0:
            found = repr(word) if word else "missing"
            report.bad(table.place(row), "population", found, "a number of persons from 0", "Left out; correct it.")
        else:
            persons[row] = value
    return persons


def _by_district(
    table: Table,
    columns: Mapping[str, Words],
    persons: NDArray[np.float64],
    districts: tuple[District, ...],
    report: BuildReport,
) -> People:
    if "district" not in columns or not districts:
        found = "missing" if "district" not in columns else "given, but the area has no districts"
        remedy = "Give lat and lon columns, or a district column together with --districts."
        raise InputError(Fault("position", found, "where the people live", remedy, table.file))
    total = np.full(len(districts), np.nan)
    finder = DistrictFinder(districts)
    unknown = []
    for row, word in enumerate(columns["district"]):
        position = finder.find(word)
        if position < 0:
            unknown.append(row)
        elif np.isfinite(persons[row]):
            total[position] = np.nansum([total[position], persons[row]])
    if len(unknown) == table.n_record:
        wanted = f"a code or name of a district, such as {districts[0].district_id} or {districts[0].name_local}"
        remedy = "Name the right column with --map-column population.district=THEIRS."
        raise report.refuse(table.file, "district", repr(columns["district"][0]), wanted, remedy)
    for row in unknown:
        found, remedy = repr(columns["district"][row]), "Left out; nothing to do for totals or districts outside."
        report.bad(table.place(row), "district", found, "a code or name of a district", remedy)
    report.kept("population records", table.n_record - len(unknown))
    return People(by_district=total)


class DistrictFinder:
    """Finds districts by code, by name, or by the end of a name."""

    def __init__(self, districts: tuple[District, ...]) -> None:
        self._exact: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        for position, one in enumerate(districts):
            for word in (one.district_id, one.name_ko, one.name_en, one.name_local):
                if word:
                    self._exact.setdefault(_plain(word), position)
            for name in {_plain(one.name_ko), _plain(one.name_local)}:
                parts = name.split(" ")
                for start in range(1, len(parts)):
                    end = " ".join(parts[start:])
                    taken = self._ends.setdefault(end, position)
                    self._ends[end] = position if taken == position else -1

    def find(self, word: str) -> int:
        """Position of the district a word names, -1 where it names none or several."""
        plain = _plain(word)
        return self._exact.get(plain, self._ends.get(plain, -1))


def _plain(word: str) -> str:
    return " ".join(word.translate(DOTS).lower().split())
