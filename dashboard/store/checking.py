"""Records checked against the table of kinds: good ones become rows, bad ones become faults."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dashboard.store.columns import Column, ColumnType, is_missing, read_value
from dashboard.store.geometry import geojson_bounds
from dashboard.store.kinds import KindSpec
from dashboard.store.refusal import RefusedError
from risk_core.errors import Fault

DISTRICT_COLUMNS: Final = frozenset({"district_id", "origin_id", "destination_id"})
Row = dict[str, object]
Layout = tuple[tuple[str, Column, float], ...]
"""(key of the record, column, factor to the column's unit) of every field used."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How records are read.

    Attributes
    ----------
    places
        Where each record stands, for example ``rain.csv:12``; empty: counted from 1.
    utc_offset_s
        Offset of times that name none, seconds east; None refuses such times.
    bounds
        (west, south, east, north) of the area: a position outside whose swap lies inside is refused. None: unknown.
    districts
        Codes of the area's districts: others are refused. None: any.
    latest_s
        Records whose time lies later are refused, unix seconds.
    """

    places: Sequence[str] = ()
    utc_offset_s: float | None = None
    bounds: tuple[float, float, float, float] | None = None
    latest_s: float = math.inf
    districts: frozenset[str] | None = None


@dataclass(slots=True)
class Checked:
    """What came of a batch: rows to store, what was refused, and fields no column is known for."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    n_refused: int = 0
    ignored: tuple[str, ...] = ()


def check_records(spec: KindSpec, records: Sequence[Mapping[str, object]], reading: Reading) -> Checked:
    """Read every record; good ones are kept, all faults of bad ones are listed.

    Examples
    --------
    >>> from dashboard.store.kinds import KINDS, Kind
    >>> record = {"district_id": "11", "day": "2026-08-05", "count": "x"}
    >>> check_records(KINDS[Kind.CASES], [record], Reading()).n_refused
    1
    """
    checked = Checked()
    defaults: Row = {column.name: column.default for column in spec.columns}
    required = tuple(column for column in spec.columns if column.required)
    layouts: dict[tuple[str, ...], Layout] = {}
    ignored: dict[str, None] = {}
    for position, record in enumerate(records):
        names = tuple(record)
        if names not in layouts:
            layouts[names], unknown = layout_of(spec, names)
            ignored |= dict.fromkeys(unknown)
        place = reading.places[position] if reading.places else f"record {position + 1}"
        row = dict(defaults)
        faults = _read_record(record, layouts[names], row, reading, place)
        faults = faults or _check_row(spec, required, row, reading, place)
        if faults:
            checked.faults += faults
            checked.n_refused += 1
        else:
            checked.rows.append(row)
    checked.ignored = tuple(ignored)
    return checked


def layout_of(spec: KindSpec, names: Sequence[str]) -> tuple[Layout, tuple[str, ...]]:
    """Which column each field of a record fills, and the names no column is known for.

    A column's own name comes before its other names, whatever their order in the record.
    """
    lowered = {name.strip().lower(): name for name in reversed(names)}
    layout: list[tuple[str, Column, float]] = []
    used: set[str] = set()
    for column in spec.columns:
        for name, factor in column.factors.items():
            if name in lowered and lowered[name] not in used:
                layout.append((lowered[name], column, factor))
                used.add(lowered[name])
                break
    return tuple(layout), tuple(name for name in names if name not in used)


def _read_record(record: Mapping[str, object], layout: Layout, row: Row, reading: Reading, place: str) -> list[Fault]:
    """Fill `row` with the values of one record; return its faults."""
    faults = []
    for name, column, factor in layout:
        value = record[name]
        if is_missing(value):
            continue
        if column.type is ColumnType.TIME and name.endswith("_s") and isinstance(value, str):
            value = _number_or_text(value)
        try:
            row[column.name] = read_value(column, value, factor, reading.utc_offset_s)
        except RefusedError as refused:
            faults.append(Fault(name, shortened(value), refused.wanted, _hint(refused, column), place))
    return faults


def _check_row(spec: KindSpec, required: tuple[Column, ...], row: Row, reading: Reading, place: str) -> list[Fault]:
    """Faults of a row as a whole, after the columns that follow from others are filled in."""
    lacks = spec.complete(row)
    for column in required:
        if row[column.name] is None:
            lacks.append((column.name, column.help.rstrip("."), f"Fill it in, or use --map-column {column.name}=NAME."))
    if not lacks and row[spec.time] > reading.latest_s:  # type: ignore[operator]
        lacks.append((spec.time, "a time that has come", "Check the clock of the sender, and the offset of its times."))
    if not lacks and reading.bounds is not None and _is_swapped(spec, row, reading.bounds):
        argument = "lat_deg, lon_deg" if row.get("lat_deg") is not None else "geometry"
        lacks.append((argument, "a position near the area", "Latitude and longitude look swapped; swap them."))
    if not lacks and spec.has_position and row.get("lat_deg") == 0 and row.get("lon_deg") == 0:
        lacks.append(("lat_deg, lon_deg", "a position", "0, 0 stands for a missing one: fill it in, or leave it out."))
    lacks += _strangers(spec, row, reading)
    return [
        Fault(name, shortened(row.get(name, "outside the area")), wanted, remedy, place)
        for name, wanted, remedy in lacks
    ]


def _strangers(spec: KindSpec, row: Row, reading: Reading) -> list[tuple[str, str, str]]:
    """Districts that are not the area's."""
    lacks: list[tuple[str, str, str]] = []
    if reading.districts is not None:
        for column in spec.columns:
            if column.name in DISTRICT_COLUMNS and row.get(column.name) and row[column.name] not in reading.districts:
                some = ", ".join(sorted(reading.districts)[:3])
                wanted = f"a district of the area, such as {some}"
                lacks.append((column.name, wanted, "Correct the code, or leave the row out."))
    return lacks


def _is_swapped(spec: KindSpec, row: Row, bounds: tuple[float, float, float, float]) -> bool:
    """Whether the row lies outside the area and would lie inside with its axes swapped."""
    west, south, east, north = bounds
    if spec.has_position and row.get("lat_deg") is not None and row.get("lon_deg") is not None:
        lon, lat = float(row["lon_deg"]), float(row["lat_deg"])  # type: ignore[arg-type]
        box = (lon, lat, lon, lat)
    elif spec.has_geometry and row.get("geometry") is not None:
        box = geojson_bounds(str(row["geometry"]))
    else:
        return False
    touches = box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south
    swapped = box[1] <= east and box[3] >= west and box[0] <= north and box[2] >= south
    return swapped and not touches


def _hint(refused: RefusedError, column: Column) -> str:
    if column.name == "lat_deg" and "deg" in refused.wanted:
        return "Latitude and longitude look swapped, or the coordinates are not in degrees of EPSG:4326."
    return refused.remedy


def _number_or_text(value: str) -> object:
    """Unix seconds where a column named ``..._s`` holds a bare number."""
    try:
        return float(value)
    except ValueError:
        return value


def shortened(value: object) -> str:
    """Text of a value for a message, at most 60 characters."""
    text = "missing" if value is None else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
