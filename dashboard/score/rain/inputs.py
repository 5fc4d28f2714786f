"""Gauges from a person's own file, through the same door as `ingest rain`."""

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from dashboard.feeds.files import read_parts
from dashboard.feeds.records import Part
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind
from dashboard.store.measurements import rain_gauges
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_utc_offset
from risk_core.errors import Fault, InputError
from risk_core.state.situation import RainGauges

SPEC: Final = KINDS[Kind.RAIN]
ALSO: Final = {"rate": "rate_mm_per_h", "amount": "amount_mm", "rain_mm": "amount_mm", "stn_id": "station_id"}
"""Short names taken besides those of the kind."""
LEAST_GAUGES: Final = 3
MOST_STEPS: Final = 200_000
"""Longest record read: almost four years of ten minutes."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class RainInputs:
    """What the score stands on.

    Attributes
    ----------
    gauges
        Every gauge and step.
    n_refused
        Rows left out because they do not fit: no position, negative rain, no time.
    n_repeated
        Rows of a gauge and time that came twice; the later one counts.
    notes
        Why rows were refused, the first of each sort, and what was taken for granted.
    """

    gauges: RainGauges
    n_refused: int
    n_repeated: int
    notes: tuple[str, ...]


def read_gauges(path: Path, ours: Mapping[str, str], utc_offset: str | None) -> RainInputs:
    """Read the gauges of a file; rows that do not fit are left out and told.

    Parameters
    ----------
    path
        csv, csv.gz or parquet.
    ours
        Our column names by the file's.
    utc_offset
        Of times that name none; None refuses those.

    Raises
    ------
    InputError
        When the file cannot be read, no row fits, or fewer than three gauges are left.
    """
    offset_s = _offset_s(utc_offset)
    rows: list[Row] = []
    faults: dict[tuple[str, str], tuple[Fault, int]] = {}
    notes: list[str] = []
    n_refused = 0
    for part in _parts(path, ours, notes):
        checked = check_records(SPEC, part.records, Reading(part.places, offset_s))
        rows += checked.rows
        n_refused += checked.n_refused + part.n_refused
        for fault in (*part.faults, *checked.faults):
            first, n = faults.get((fault.argument, fault.wanted), (fault, 0))
            faults[fault.argument, fault.wanted] = first, n + 1
    if not rows:
        raise InputError(*([fault for fault, _ in faults.values()] or [_empty(path)]))
    newest = {(row["station_id"], row["time_s"]): row for row in rows}
    kept = [_with_place(row) for row in newest.values()]
    gauges = rain_gauges(kept, max(row["time_s"] for row in kept), MOST_STEPS * min(row["interval_s"] for row in kept))
    if gauges is None or len(gauges.lat_deg) < LEAST_GAUGES:
        wanted = f"at least {LEAST_GAUGES} gauges"
        raise InputError(Fault("station_id", f"{len(gauges.lat_deg) if gauges else 0} gauges", wanted, "Add gauges."))
    notes += [f"{fault} ({n} such)" for fault, n in faults.values()]
    return RainInputs(gauges, n_refused, len(rows) - len(newest), tuple(notes))


def _parts(path: Path, ours: Mapping[str, str], notes: list[str]) -> Iterator[Part]:
    """Parts of the file with short names spelt out, and the usual spacing where an amount names no interval."""
    parts = list(read_parts(path, SPEC, [f"{mine}={theirs}" for theirs, mine in ours.items()]))
    for part in parts:
        part.records = [{_spelt(name): value for name, value in record.items()} for record in part.records]
    first = next((part.records[0] for part in parts if part.records), {})
    names = {name.lower() for name in first}
    if "interval_s" not in names and not names & {"rate_mm_per_h", "interval_min", "interval_h"}:
        spacing_s = _usual_spacing_s(parts)
        if spacing_s is not None:
            notes.append(f"no interval given: amounts taken over {spacing_s:g} s, the usual spacing")
            for part in parts:
                part.records = [record | {"interval_s": spacing_s} for record in part.records]
    yield from parts


def _spelt(name: str) -> str:
    return ALSO.get(name.strip().lower(), name)


def _usual_spacing_s(parts: list[Part]) -> float | None:
    """Most common time between two rows of one gauge, seconds."""
    times: dict[object, list[float]] = {}
    column = SPEC.column("time_s")
    for part in parts:
        for record in part.records:
            named = {name.strip().lower(): value for name, value in record.items()}
            station = next((named[one] for one in SPEC.column("station_id").factors if one in named), None)
            value = next((named[one] for one in column.factors if one in named), None)
            moment = _seconds(value)
            if moment is not None:
                times.setdefault(station, []).append(moment)
    gaps = [b - a for series in times.values() for a, b in pairwise(sorted(set(series)))]
    return statistics.mode(gaps) if gaps else None


def _seconds(value: object) -> float | None:
    """Unix seconds of a time, in any offset: only differences are asked for."""
    from dashboard.store.times import read_time

    try:
        return read_time(value, 0.0)
    except RefusedError:
        return None


def _with_place(row: Row) -> Row:
    """A row as the store would give it."""
    return row | {"source": "file", "simulated": False}


def _offset_s(word: str | None) -> float | None:
    try:
        return None if word is None else read_utc_offset(word)
    except RefusedError as refused:
        raise InputError(Fault("--utc-offset", repr(word), refused.wanted, refused.remedy)) from None


def _empty(path: Path) -> Fault:
    return Fault("file", path.name, "at least one row", "The file has only a header.", path.name)
