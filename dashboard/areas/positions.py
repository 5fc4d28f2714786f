"""Where the records of a table stand, and which of them stand nowhere."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.columns import Words, parse_number
from dashboard.areas.files import Table
from dashboard.areas.report import BuildReport
from risk_core.state.grid import Grid

LISTED_RANGES = 20
"""Ranges of record numbers named in one sentence."""


def read_positions(
    table: Table, columns: Mapping[str, Words], report: BuildReport
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(lat, lon) of each record, degrees, from its shape or its columns; NaN and reported where there is none.

    Raises
    ------
    InputError
        When the file has neither geometry nor both columns, or no record with a position on the earth.
    """
    if table.geometry is not None:
        return _from_shapes(table, report)
    if "lat" not in columns or "lon" not in columns:
        remedy = f"The file has: {', '.join(table.columns)}. Name them with --map-column lat=THEIRS lon=THEIRS."
        raise report.refuse(table.file, "columns lat and lon", "missing", "a position for each record", remedy)
    lat = np.full(table.n_record, np.nan)
    lon = lat.copy()
    off_earth = 0
    for row, (lat_word, lon_word) in enumerate(zip(columns["lat"], columns["lon"], strict=True)):
        pair = parse_number(lat_word), parse_number(lon_word)
        if pair[0] is not None and pair[1] is not None and abs(pair[0]) <= 90 and abs(pair[1]) <= 180:
            lat[row], lon[row] = pair
            continue
        is_missing = not lat_word or not lon_word
        off_earth += not is_missing
        found = "missing" if is_missing else f"lat {lat_word}, lon {lon_word}"
        report.bad(table.place(row), "position", found, "degrees on the earth", "Left out; correct the record.")
    if not np.isfinite(lat).any():
        remedy = "Convert the positions to degrees (EPSG:4326), or name the right columns with --map-column."
        found = "off the earth in every record" if off_earth else "missing in every record"
        raise report.refuse(table.file, "position", found, "degrees on the earth", remedy)
    return lat, lon


def _from_shapes(table: Table, report: BuildReport) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import shapely

    shapes = np.asarray(table.geometry, dtype=object)
    known = np.array([shape is not None and not shape.is_empty for shape in shapes], dtype=bool)
    reported = {fault.place for fault in report.faults}
    for row in np.flatnonzero(~known):
        if table.place(row) not in reported:
            remedy = "Left out; correct the record."
            report.bad(table.place(row), "position", "missing", "a point, line or polygon", remedy)
    if not known.any():
        raise report.refuse(table.file, "position", "missing in every record", "a point each", "Correct the file.")
    lat, lon = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    inside = shapely.point_on_surface(shapes[known])
    lat[known], lon[known] = shapely.get_y(inside), shapely.get_x(inside)
    return lat, lon


def inside_rows(
    table: Table, grid: Grid, position: tuple[NDArray[np.float64], NDArray[np.float64]], report: BuildReport
) -> list[int]:
    """Rows on the grid; those that would be if swapped are reported one by one, the others in one line."""
    lat, lon = position
    inside = grid.cells_of(lat, lon) >= 0
    known = np.isfinite(lat)
    swapped = known & ~inside & (grid.cells_of(lon, lat) >= 0)
    for row in np.flatnonzero(swapped):
        found = f"lat {lat[row]:g}, lon {lon[row]:g}, which lies inside when swapped"
        report.bad(table.place(row), "position", found, "lat and lon in this order", "Left out; swap the two columns.")
    outside = known & ~inside & ~swapped
    if outside.any():
        numbers = name_ranges([table.record[row] for row in np.flatnonzero(outside)])
        place = table.place(int(np.flatnonzero(outside)[0])).rsplit(" ", maxsplit=1)[0]
        found = f"outside the area in {outside.sum():,} of {table.n_record:,} records"
        remedy = "Left out; nothing to do if the file covers more than the area."
        report.bad(f"{place}s {numbers}", "position", found, "a position inside the area", remedy)
    return [int(row) for row in np.flatnonzero(inside)]


def name_ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as ranges, shortened.

    Examples
    --------
    >>> name_ranges([2, 3, 4, 9])
    '2-4, 9'
    """
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    words = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:LISTED_RANGES]]
    more = f" and {len(ranges) - LISTED_RANGES:,} more ranges" if len(ranges) > LISTED_RANGES else ""
    return ", ".join(words) + more
