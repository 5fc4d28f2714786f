"""Districts from a file: names, codes, populations, and outlines repaired where they cross themselves."""

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.areas.columns import Words, parse_number, pick_columns
from dashboard.areas.files import Table, read_table
from dashboard.areas.repair import LIMIT_S, repair_shapes
from dashboard.areas.report import BuildReport
from dashboard.areas.request import Bounds, DistrictShapes
from risk_core.state.area import District

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely import Geometry

HANGUL: Final = re.compile("[가-힣]")
COORDINATE_DIGITS: Final = 5
"""Decimals of drawn outlines, about a metre."""


def read_districts(
    path: Path, renamed: "Mapping[str, str]", report: BuildReport, limit_s: float = LIMIT_S
) -> DistrictShapes:
    """Read districts from GeoJSON, GeoPackage or GeoParquet.

    Records of one code are joined into one district. Outlines that cross themselves are repaired and reported; a
    record without an outline is reported and left out.

    Parameters
    ----------
    path
        The file.
    renamed
        Their column names by ours.
    report
        Takes the bad records.
    limit_s
        Seconds a repair may take.

    Raises
    ------
    InputError
        When nothing of the file can be used.
    """
    table = read_table(path, "districts", report)
    if table.geometry is None:
        remedy = "Give the districts' outlines as GeoJSON, GeoPackage or GeoParquet."
        raise report.refuse(table.file, "geometry", "missing", "an outline for each district", remedy)
    columns = pick_columns(table.columns, "districts", renamed, table.file)
    outlines = _whole_outlines(table, columns, report, limit_s)
    rows = [row for row, outline in enumerate(outlines) if outline is not None]
    if not rows:
        raise report.refuse(table.file, "districts", "none usable", "one polygon or more", "Correct the outlines.")
    return _join(table, columns, rows, outlines, report)


def _whole_outlines(
    table: Table, columns: "Mapping[str, Words]", report: BuildReport, limit_s: float
) -> list["Geometry | None"]:
    """Valid polygons of each record, None where there is none to be had."""
    import shapely

    outlines: list[Geometry | None] = list(table.geometry) if table.geometry is not None else []
    invalid = []
    for row, outline in enumerate(outlines):
        if outline is None or outline.geom_type not in ("Polygon", "MultiPolygon") or outline.is_empty:
            found = "missing" if outline is None or outline.is_empty else f"a {outline.geom_type}"
            remedy = "Left out; give the district's outline."
            report.bad(table.place(row), "geometry", found, "a polygon or multipolygon", remedy)
            outlines[row] = None
        elif not shapely.is_valid(outline):
            invalid.append(row)
    repaired = repair_shapes([outlines[row] for row in invalid], limit_s)
    for row, outline in zip(invalid, repaired, strict=True):
        reason = shapely.is_valid_reason(outlines[row])
        name = next((words[row] for key, words in columns.items() if key.startswith("name") and words[row]), "")
        remedy = "Repaired; compare it with the source." if _has_area(outline) else "Left out; correct the outline."
        found = f"invalid ({reason})" + (f" for {name}" if name else "")
        report.bad(table.place(row), "outline", found, "rings that do not cross", remedy)
        outlines[row] = outline if _has_area(outline) else None
    return outlines


def _has_area(outline: "Geometry | None") -> bool:
    return outline is not None and not outline.is_empty and outline.area > 0


def _join(
    table: Table,
    columns: "Mapping[str, Words]",
    rows: list[int],
    outlines: list["Geometry | None"],
    report: BuildReport,
) -> DistrictShapes:
    """One district a code; the first record's names count, populations are added."""
    import shapely

    groups: dict[str, list[int]] = {}
    for row in rows:
        code = columns["id"][row] if "id" in columns else ""
        groups.setdefault(code or f"#{table.record[row]}", []).append(row)
    records, shapes = [], []
    for code, members in groups.items():
        if len(members) > 1:
            report.note(f"{table.file}: {len(members)} records of district {code} were joined.")
        shape = shapely.union_all([outlines[row] for row in members]) if len(members) > 1 else outlines[members[0]]
        persons = [_persons(table, columns, row, report) for row in members]
        known = [value for value in persons if not math.isnan(value)]
        records.append(_record(code, columns, members[0], sum(known) if known else math.nan, shape))
        shapes.append(shape)
    report.kept("districts", len(records))
    return DistrictShapes(tuple(records), tuple(shapes))


def _persons(table: Table, columns: "Mapping[str, Words]", row: int, report: BuildReport) -> float:
    word = columns["population"][row] if "population" in columns else ""
    value = parse_number(word)
    if value is None or value < 0:
        report.bad(table.place(row), "population", repr(word), "a number from 0", "Kept without population.")
        return math.nan
    return value


def _record(code: str, columns: "Mapping[str, Words]", row: int, persons: float, shape: "Geometry") -> District:
    names = {key: columns[key][row] if key in columns else "" for key in ("name_ko", "name_en", "name_local")}
    local = names["name_local"] or names["name_ko"] or names["name_en"]
    if not names["name_ko"] and HANGUL.search(local):
        names["name_ko"] = local
    inside = shape.representative_point()
    return District(code, names["name_ko"], names["name_en"], local, persons, float(inside.y), float(inside.x))


def clip_districts(shapes: DistrictShapes, bounds: Bounds, report: BuildReport) -> tuple[DistrictShapes, list[float]]:
    """Leave out districts outside a box, and give the share of each remaining one's area that lies inside.

    A district's point is moved into the box where it lay outside.
    """
    from dataclasses import replace

    import shapely

    frame = shapely.box(*bounds)
    records, outlines, shares = [], [], []
    for record, outline in zip(shapes.records, shapes.outlines, strict=True):
        inside = shapely.intersection(outline, frame)
        share = inside.area / outline.area if outline.area > 0 else 0.0
        if share <= 0:
            continue
        if not frame.contains(shapely.Point(record.lon_deg, record.lat_deg)):
            point = inside.representative_point()
            record = replace(record, lat_deg=float(point.y), lon_deg=float(point.x))  # noqa: PLW2901
        records.append(record)
        outlines.append(outline)
        shares.append(min(share, 1.0))
    left_out = len(shapes.records) - len(records)
    if left_out:
        report.note(f"{left_out} districts outside the area were left out.")
    return DistrictShapes(tuple(records), tuple(outlines)), shares


def draw_outlines(shapes: DistrictShapes, tolerance_deg: float) -> bytes:
    """GeoJSON of the districts for drawing; neighbours keep a common border when simplified."""
    import json

    import shapely

    outlines = np.array(shapes.outlines, dtype=object)
    simple = shapely.coverage_simplify(outlines, tolerance_deg) if len(outlines) else outlines
    features = []
    for position, (record, outline) in enumerate(zip(shapes.records, simple, strict=True)):
        properties = {
            "position": position,
            "district_id": record.district_id,
            "name_ko": record.name_ko,
            "name_en": record.name_en,
            "name_local": record.name_local,
        }
        rounded = shapely.transform(outline, lambda xy: np.round(xy, COORDINATE_DIGITS))
        geometry = json.loads(shapely.to_geojson(rounded))
        features.append({"type": "Feature", "id": position, "properties": properties, "geometry": geometry})
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
