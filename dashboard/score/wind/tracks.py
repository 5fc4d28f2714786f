"""Tracks of a person's own file as checked records."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard.feeds.best_track import wrapped_deg
from dashboard.feeds.files import read_parts
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind
from risk_core.errors import Fault, InputError
from risk_core.hazards.typhoon.track_check import check_track
from risk_core.state.situation import Track


def read_tracks(
    path: Path, ours: Mapping[str, str], span_s: tuple[float, float] = (-math.inf, math.inf)
) -> tuple[tuple[Track, ...], list[str]]:
    """Checked tracks of a file, by the number of the storm, and notes on what was read past.

    Storms wholly before or after `span_s` (unix seconds) are neither checked nor given.

    Tidy tables may lack `issue_s`; times without an offset are UTC, as all agencies give them; longitudes may run to
    360.

    Raises
    ------
    InputError
        When anything of the file does not fit; the first twenty faults.
    """
    spec = KINDS[Kind.TRACKS]
    rows: list[dict[str, Any]] = []
    faults: list[Fault] = []
    notes: list[str] = []
    for part in read_parts(path, spec, [f"{mine}={theirs}" for theirs, mine in ours.items()]):
        for record in part.records:
            _repair_fix(record)
        checked = check_records(spec, part.records, Reading(part.places, 0.0))
        rows += checked.rows
        faults += [*part.faults, *checked.faults]
        notes += part.notes
    if faults:
        raise InputError(*faults[:20])
    if not rows:
        raise InputError(Fault("--tracks", path.name, "at least one fix", "The file holds no fix.", path.name))
    storms: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        storms.setdefault(str(row["storm_id"]), []).append(row)
    within = {
        storm_id: points
        for storm_id, points in storms.items()
        if max(one["time_s"] for one in points) >= span_s[0] and min(one["time_s"] for one in points) <= span_s[1]
    }
    if not within:
        remedy = "Check the years of both files, and --utc-offset."
        raise InputError(Fault("--tracks", path.name, "storms in the time of the reports", remedy, path.name))
    tracks, n_twice = [], 0
    for storm_id, points in within.items():
        track, twice = _track(storm_id, points, path.name)
        tracks.append(track)
        n_twice += twice
    notes += [f"{n_twice} fixes given twice alike, counted once"] if n_twice else []
    return tuple(tracks), notes


def _repair_fix(record: dict[str, Any]) -> None:
    """Mend a tidy fix: `time_utc` is a time, without an issue it is issued at its own time, 181 E is 179 W."""
    names = {name.strip().lower(): name for name in record}
    if not names.keys() & {"time_s", "time", "valid_time"} and "time_utc" in names:
        record["time_s"] = record[names["time_utc"]]
        names["time_s"] = "time_s"
    if not names.keys() & {"issue_s", "issue_time", "issue"}:
        timed = next((names[name] for name in ("time_s", "time", "valid_time") if name in names), None)
        record["issue_s"] = None if timed is None else record[timed]
    for name in names.keys() & {"lon_deg", "lon", "lng", "longitude"}:
        try:
            lon_deg = float(record[names[name]])
        except (TypeError, ValueError):
            continue
        if 180.0 < lon_deg <= 360.0:
            record[names[name]] = wrapped_deg(lon_deg)


def _track(storm_id: str, points: Sequence[dict[str, Any]], file: str) -> tuple[Track, int]:
    names = ("lat_deg", "lon_deg", "central_pressure_hpa", "max_wind_m_per_s", "radius_25_m", "radius_15_m")
    by_time: dict[float, tuple[object, ...]] = {}
    n_twice = 0
    for row in points:
        time_s, values = float(str(row["time_s"])), tuple(row[name] for name in names)
        if time_s in by_time and by_time[time_s] != values:
            when = f"{pd.Timestamp(time_s, unit='s'):%Y-%m-%d %H:%M} UTC"
            remedy = "Two fixes differ; keep the final one (for forecasts: one bulletin a file)."
            raise InputError(Fault(f"storm {storm_id}", when, "one fix a time", remedy, file))
        n_twice += time_s in by_time
        by_time[time_s] = values
    times = sorted(by_time)
    columns = np.array([[np.nan if one is None else one for one in by_time[t]] for t in times], dtype=float).T
    for k in (3, 4, 5):
        columns[k, columns[k] <= 0] = np.nan
    name = next((str(row["name"]) for row in points if row["name"]), "")
    track = Track(storm_id, name, times[-1], np.array(times), *columns)
    check_track(track)
    return track, n_twice
