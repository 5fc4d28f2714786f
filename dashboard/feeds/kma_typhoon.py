"""Typhoon bulletins of the Korea Meteorological Administration: the text of its API hub (typ_now.php, typ_data.php).

Lines of columns set apart by blanks, in EUC-KR, between ``#START7777`` and ``#7777END``; lines with ``#`` are remarks:

======================  =================================================================================
FT YY TYP SEQ TMD       0 analysis or 1 forecast, year, number of the storm, of the bulletin, lead in hours
TYP_TM FT_TM            time of analysis and time of the position, yyyymmddhhmm in UTC
LAT LON DIR SP          degrees north and east, heading, speed in km/h
PS WS                   central pressure in hPa, largest 10-minute wind in m/s
RAD15 RAD25             radii of 15 and 25 m/s wind in km
RAD                     radius in km of the circle that holds the centre with 70 % probability
ED15 ER15               direction in which the radius of 15 m/s is a smaller one, and that one
LOC ED25,ER25           place in words; direction and smaller radius of 25 m/s
======================  =================================================================================

After descriptions in public code (no official document was at hand; samples in the tests are written by us). Units are
m/s and km, unlike the agency's texts for readers, whose times are Korean.

At this door: -999 and ``-`` become missing; km become m; the radius is the mean of the larger and the smaller one, as
for the best tracks of RSMC Tokyo; a circle of 0 says nothing and becomes missing. Analyses are issued at their own
time, forecasts at that of their analysis. A line given twice counts once. Of a storm with a damaged or contradictory
line nothing is taken; of a file without its end mark, nothing of the storm it breaks off in.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from dashboard.feeds.best_track import wrapped_deg
from dashboard.feeds.records import Part, Record
from risk_core.errors import Fault
from risk_core.units import S_PER_H

START: Final = "#START7777"
END: Final = "#7777END"
N_HEAD: Final = 18
"""Columns before the place, the only one that holds blanks."""
MISSING: Final = -999.0
M_PER_KM: Final = 1000.0
FASTEST_M_PER_S: Final = 90.0
"""Largest 10-minute wind taken for m/s; more would be knots or km/h."""
LONGEST_STEP_H: Final = 24.0

Line = tuple[str, str]
"""Text and where it stands."""


def is_kma_typhoon(data: bytes) -> bool:
    """Whether the bytes begin as such a bulletin does."""
    return data.lstrip()[:10] == START.encode("ascii")


def parse_kma_typhoon(data: bytes, file: str) -> Part:
    """Records of kind `tracks` of a bulletin.

    Parameters
    ----------
    data
        The bulletin.
    file
        Its name, for messages.
    """
    part = Part()
    lines, is_whole = _lines(data, file)
    storms: dict[str, list[Line]] = {}
    for line in lines:
        words = line[0].split()
        storms.setdefault("".join(words[1:3]), []).append(line)
    for storm, of_storm in storms.items():
        is_cut = not is_whole and of_storm[-1] == lines[-1]
        _take_storm(part, storm, of_storm, is_cut)
    if not storms:
        part.notes.append(f"{file}: no storm in the bulletin")
    return part


def _lines(data: bytes, file: str) -> tuple[list[Line], bool]:
    """Lines that are no remarks, and whether the end mark was there."""
    text = data.decode("utf-8") if _is_utf8(data) else data.decode("cp949", errors="replace")
    lines, is_whole = [], False
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        is_whole = is_whole or line.startswith(END)
        if line and not line.startswith("#"):
            lines.append((line, f"{file}:{number}"))
    return lines, is_whole


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _take_storm(part: Part, storm: str, lines: Sequence[Line], is_cut: bool) -> None:
    """Add the records of one storm, or refuse it."""
    fault = None
    if is_cut:
        remedy = "The bulletin is cut off; fetch it again. No position of this storm was taken."
        fault = Fault(f"storm {storm}", f"{len(lines)} lines", f"an end mark {END}", remedy, lines[-1][1])
    records: dict[tuple[float, float], tuple[Record, str]] = {}
    for line, place in lines:
        found = fault or _read_line(line, place)
        if isinstance(found, Fault):
            fault = found
            break
        key = float(found["issue_s"]), float(found["time_s"])
        if key in records and records[key][0] != found:
            remedy = f"It differs from {records[key][1]}; keep one. No position of this storm was taken."
            fault = Fault(f"storm {storm}", line[:40], "one position a time", remedy, place)
            break
        if key in records:
            part.notes.append(f"{place}: given twice, counted once")
        records[key] = (found, place)
    if fault is not None:
        part.faults.append(fault)
        part.n_refused += len(lines)
        return
    for key in sorted(records):
        part.add(*records[key])
    part.notes += _gaps(storm, sorted({time_s for _, time_s in records}))


def _gaps(storm: str, times: Sequence[float]) -> list[str]:
    steps = [(a, b - a) for a, b in pairwise(times) if b - a > LONGEST_STEP_H * S_PER_H]
    moments = [f"{step_s / S_PER_H:.0f} h after {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H}" for at, step_s in steps]
    return [f"storm {storm}: no position for {moment} UTC" for moment in moments]


def _read_line(line: str, place: str) -> Record | Fault:
    """One position, or what is wrong with its line."""
    words = line.split()
    try:
        if len(words) < N_HEAD:
            raise ValueError("cut off")
        is_forecast = {"0": False, "1": True}[words[0]]
        year, number = int(words[1]), int(words[2])
        analysed_s, time_s = _time(words[5]), _time(words[6])
        lat_deg, lon_deg = float(words[7]), float(words[8])
        hpa, wind, radius_15, radius_25, circle = (_known(word) for word in words[11:16])
        smaller_15 = _known(words[17])
    except (KeyError, ValueError):
        return _damaged(line, place, "a bulletin line in its columns", "Mend the line, or fetch the bulletin again.")
    if not (-90 <= lat_deg <= 90 and -180 <= lon_deg <= 360):
        return _damaged(f"{lat_deg:g}, {lon_deg:g}", place, "degrees north and east", "Correct the position.")
    if wind is not None and not 0 <= wind <= FASTEST_M_PER_S:
        remedy = "Winds of this bulletin are m/s; these look like knots or km/h."
        return _damaged(f"{wind:g}", place, f"0..{FASTEST_M_PER_S:g} m/s", remedy)
    return {
        "storm_id": f"{year % 100:02d}{number:02d}",
        "name": "",
        "issue_s": analysed_s,
        "time_s": time_s if is_forecast else analysed_s,
        "lat_deg": lat_deg,
        "lon_deg": wrapped_deg(lon_deg),
        "central_pressure_hpa": hpa,
        "max_wind_m_per_s": wind,
        "averaging_s": 600.0,
        "radius_15_m": _mean_m(radius_15, smaller_15),
        "radius_25_m": _mean_m(radius_25, _smaller_25(words[-1])),
        "radius_70_prob_m": circle * M_PER_KM if circle else None,
    }


def _damaged(value: str, place: str, wanted: str, remedy: str) -> Fault:
    return Fault("position", repr(value[:60]), wanted, f"{remedy} No position of this storm was taken.", place)


def _time(word: str) -> float:
    return datetime.strptime(word, "%Y%m%d%H%M").replace(tzinfo=UTC).timestamp()


def _known(word: str) -> float | None:
    """A number, None where it is told as missing."""
    if word == "-":
        return None
    value = float(word)
    return None if value == MISSING or not math.isfinite(value) else value


def _smaller_25(last: str) -> float | None:
    """Smaller radius at the end of a line, ``NW,120`` or ``-,-999``; None where the line ends with the place."""
    _, comma, radius = last.rstrip(",=").partition(",")
    try:
        return _known(radius) if comma else None
    except ValueError:
        return None


def _mean_m(larger_km: float | None, smaller_km: float | None) -> float | None:
    if not larger_km or larger_km <= 0:
        return None
    smaller_km = smaller_km if smaller_km and smaller_km > 0 else larger_km
    return (larger_km + smaller_km) / 2 * M_PER_KM
