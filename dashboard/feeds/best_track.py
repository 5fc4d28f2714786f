"""RSMC Tokyo best tracks: the fixed-width text of the Japan Meteorological Agency, with radii.

A header of a storm: `66666`, international number (4), number of lines (3), ..., name. A line: time yymmddhh UTC in
columns 1-8, `002`, grade in 14, latitude and longitude in tenths of a degree in 16-18 and 20-23, central pressure in
hPa in 25-28, 10-minute maximum wind in knots in 34-36 (000 below 34 kt), then direction, longest and shortest radius
of 50 kt wind in nautical miles in 42, 43-46 and 48-51, and of 30 kt wind in 53, 54-57 and 59-62.

At this door: years 51-99 are 1951-1999; knots and nautical miles become SI; wind 000 and radius 0 become missing;
longitudes beyond 180 E become western ones; the mean of longest and shortest radius is carried from 50 and 30 kt to 25
and 15 m/s along the power law between the two. A line given twice counts once. A storm with lines missing or in
contradiction is refused as a whole.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from dashboard.feeds.records import Part, Record
from risk_core.errors import Fault
from risk_core.units import M_PER_NAUTICAL_MILE, M_PER_S_PER_KNOT, S_PER_H

HEADER: Final = "66666"
FIRST_YEAR_OF_1900: Final = 51
LONGEST_GAP_H: Final = 12.0
TYPICAL_DECAY: Final = 0.6
"""Exponent of wind over radius outside the core where only one radius is reported (V ~ r^-0.6)."""

WHOLE_LENGTHS: Final = (*range(36, 41), *range(62, 81))
"""Columns filled by a line without radii and by one with them; a number cut off would be read as a smaller one."""

Line = tuple[str, str]
"""Text and where it stands."""


def parse_best_track(data: bytes, file: str) -> Part:
    """Records of kind `tracks` of a file; `issue_s` is the time of each fix.

    Parameters
    ----------
    data
        The file.
    file
        Its name, for messages.
    """
    part = Part()
    text = data.decode("ascii", errors="replace")
    storm: list[Line] = []
    header: Line | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        place = f"{file}:{number}"
        if line.startswith(HEADER):
            _take_storm(part, header, storm)
            header, storm = (line, place), []
        elif line.strip():
            storm.append((line, place))
    _take_storm(part, header, storm)
    return part


def _take_storm(part: Part, header: Line | None, lines: Sequence[Line]) -> None:
    """Add the records of one storm, or refuse it."""
    if header is None:
        if lines:
            wanted = f"a header that begins with {HEADER}"
            part.refuse(Fault("line", repr(lines[0][0][:20]), wanted, "Give an RSMC Tokyo best track.", lines[0][1]))
        return
    storm_id, told, name = header[0][6:10].strip(), header[0][12:15].strip(), header[0][30:50].strip()
    fault = None
    if not (told.isdigit() and storm_id.isdigit()):
        fault = Fault("header", repr(header[0][:20]), "number and count of a storm", "Mend the line.", header[1])
    elif int(told) != len(lines):
        remedy = "The file is cut off or damaged; fetch it again. No fix of this storm was taken."
        fault = Fault(f"storm {storm_id}", f"{len(lines)} lines", f"{told} as its header says", remedy, header[1])
    records: dict[float, tuple[Record, str]] = {}
    for line, place in lines:
        found = fault or _read_line(line, place, storm_id, name)
        if isinstance(found, Fault):
            fault = found
            break
        time_s = float(found["time_s"])
        if time_s in records and records[time_s][0] != found:
            remedy = f"It differs from {records[time_s][1]}; keep one. No fix of this storm was taken."
            fault = Fault(f"storm {storm_id}", line[:8], "one fix a time", remedy, place)
            break
        if time_s in records:
            part.notes.append(f"{place}: given twice, counted once")
        records[time_s] = (found, place)
    if fault is not None:
        part.faults.append(fault)
        part.n_refused += max(len(lines), 1)
        return
    for time_s in sorted(records):
        part.add(*records[time_s])
    part.notes += _gaps(storm_id, sorted(records))


def _gaps(storm_id: str, times: Sequence[float]) -> list[str]:
    gaps = [(before, after - before) for before, after in pairwise(times) if after - before > LONGEST_GAP_H * S_PER_H]
    moments = [
        f"{gap_s / S_PER_H:.0f} h after {datetime.fromtimestamp(before, UTC):%Y-%m-%d %H}" for before, gap_s in gaps
    ]
    return [f"storm {storm_id}: no fix for {moment} UTC" for moment in moments]


def _read_line(line: str, place: str, storm_id: str, name: str) -> Record | Fault:
    """One fix, or what is wrong with its line."""
    try:
        if len(line.rstrip()) not in WHOLE_LENGTHS:
            raise ValueError("cut off")
        year = int(line[0:2])
        year += 1900 if year >= FIRST_YEAR_OF_1900 else 2000
        time_s = datetime(year, int(line[2:4]), int(line[4:6]), int(line[6:8]), tzinfo=UTC).timestamp()
        lat_deg, lon_deg = int(line[15:18]) / 10.0, int(line[19:23]) / 10.0
        hpa, knots = _whole(line[24:28]), _whole(line[33:36])
        r50, r30 = _mean_radius_m(line[42:46], line[47:51]), _mean_radius_m(line[53:57], line[58:62])
    except ValueError:
        remedy = "Mend the line, or fetch the file again. No fix of this storm was taken."
        return Fault(f"storm {storm_id}", repr(line[:36]), "a best track line in its columns", remedy, place)
    if not (0 <= lat_deg <= 90 and 0 <= lon_deg <= 360):
        remedy = "Positions are tenths of a degree north and east. No fix of this storm was taken."
        return Fault(f"storm {storm_id}", f"{lat_deg:g}, {lon_deg:g}", "0-90 N, 0-360 E", remedy, place)
    radius_25_m, radius_15_m = radii_25_15_m(r50, r30)
    return {
        "storm_id": storm_id,
        "name": name,
        "issue_s": time_s,
        "time_s": time_s,
        "lat_deg": lat_deg,
        "lon_deg": wrapped_deg(lon_deg),
        "central_pressure_hpa": hpa or None,
        "max_wind_m_per_s": knots * M_PER_S_PER_KNOT if knots else None,
        "averaging_s": 600.0,
        "radius_25_m": radius_25_m,
        "radius_15_m": radius_15_m,
    }


def _whole(text: str) -> int:
    return int(text) if text.strip() else 0


def _mean_radius_m(longest: str, shortest: str) -> float | None:
    pair = (_whole(longest), _whole(shortest))
    mean = sum(pair) / 2 if min(pair) > 0 else float(max(pair))
    return mean * M_PER_NAUTICAL_MILE if mean > 0 else None


def radii_25_15_m(radius_50_kt_m: float | None, radius_30_kt_m: float | None) -> tuple[float | None, float | None]:
    """Radii of 25 and 15 m/s from those of 50 and 30 kt (25.7 and 15.4 m/s), along V ~ r^-n through both.

    Examples
    --------
    >>> [round(radius / 1000, 1) for radius in radii_25_15_m(100e3, 300e3)]
    [106.3, 318.9]
    """
    decay = TYPICAL_DECAY
    if radius_50_kt_m and radius_30_kt_m and radius_30_kt_m > radius_50_kt_m:
        decay = math.log(50.0 / 30.0) / math.log(radius_30_kt_m / radius_50_kt_m)
    inner, outer = (
        None if radius is None else radius * (knots * M_PER_S_PER_KNOT / wind) ** (1.0 / decay)
        for radius, knots, wind in ((radius_50_kt_m, 50.0, 25.0), (radius_30_kt_m, 30.0, 15.0))
    )
    return inner, outer


def wrapped_deg(lon_deg: float) -> float:
    """Longitude in -180..180 (180 itself becomes -180).

    Examples
    --------
    >>> wrapped_deg(180.5), wrapped_deg(133.9)
    (-179.5, 133.9)
    """
    return round((lon_deg + 180.0) % 360.0 - 180.0, 6)
