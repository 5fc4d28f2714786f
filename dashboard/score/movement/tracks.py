"""A tidy file of positions, cut into trips."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from risk_core.errors import Fault, InputError
from risk_core.movement.path_book import BookPlane, Trip, resample_trip

LEAST_STEPS = 4
"""Shorter trips teach and test nothing, places."""

MOST_SPEED_M_PER_S = 70.0
"""A step faster than this ends a trip: one of its pings is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class TrackTable:
    """Trips in the order of their begin, the plane they lie on, and how many rows were refused."""

    trips: list[Trip]
    plane: BookPlane
    n_user: int
    n_refused: int


def read_tracks(path: Path, ours: Mapping[str, str], gap_s: float, zone_s: float) -> TrackTable:
    """Read `user, time, lat, lon` and cut the rows into trips.

    A trip is what the column `trip` says, or else what no silence of more than `gap_s` divides. Rows that are no
    numbers, not on the earth, or repeat a moment are refused and counted; rows out of order are sorted.

    Parameters
    ----------
    path
        csv, csv.gz or parquet. `time` is unix seconds or ISO 8601 (UTC where it names no zone); `lat_e5`, `lon_e5`
        are degrees times 100,000.
    ours
        Our column names by the file's.
    gap_s
        Silence that ends a trip, seconds.
    zone_s
        Seconds the local clock is ahead of UTC.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a column or holds no trip.
    """
    frame = _read(path).rename(columns=dict(ours))
    for name in ("lat", "lon"):
        if name not in frame and f"{name}_e5" in frame:
            frame[name] = pd.to_numeric(frame[f"{name}_e5"], errors="coerce") / 1e5
    missing = [name for name in ("user", "time", "lat", "lon") if name not in frame]
    if missing:
        has = ", ".join(map(str, frame.columns[:20]))
        remedy = f"The file has {has}. Rename with --map-column THEIRS=OURS."
        raise InputError(Fault("column", ", ".join(missing), "user, time, lat, lon", remedy, path.name))
    n_row = len(frame)
    frame["time"] = _unix_seconds(frame["time"])
    frame["lat"], frame["lon"] = (pd.to_numeric(frame[name], errors="coerce") for name in ("lat", "lon"))
    good = np.isfinite(frame[["time", "lat", "lon"]].to_numpy(dtype=float)).all(axis=1)
    good &= (frame["lat"].abs() < 89).to_numpy() & (frame["lon"].abs() <= 180).to_numpy()
    keys = ["user", "trip"] if "trip" in frame else ["user"]
    frame = frame[good].sort_values([*keys, "time"], kind="stable").drop_duplicates([*keys, "time"])
    if not len(frame):
        raise InputError(
            Fault("--tracks", "no usable row", "rows of user, time, lat, lon", "Check the columns.", path.name)
        )
    plane = BookPlane(float(frame["lat"].median()), float(frame["lon"].median()), zone_s)
    user = pd.factorize(frame["user"])[0]
    trips = _cut(frame, user, keys, plane, gap_s)
    return TrackTable(trips, plane, int(user.max()) + 1, n_row - len(frame))


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    except (OSError, ValueError, UnicodeDecodeError) as error:
        wanted = "a readable csv, csv.gz or parquet file"
        raise InputError(
            Fault("--tracks", str(error)[:200], wanted, "Check the path and the file.", path.name)
        ) from None


def _unix_seconds(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column):
        return column.astype(float)
    when = pd.to_datetime(column, errors="coerce", utc=True, format="ISO8601")
    return (when - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)


def _cut(frame: pd.DataFrame, user: np.ndarray, keys: list[str], plane: BookPlane, gap_s: float) -> list[Trip]:
    time, lat, lon = (frame[name].to_numpy(dtype=float) for name in ("time", "lat", "lon"))
    group = frame.groupby(keys, sort=False).ngroup().to_numpy()
    east, north = plane.to_plane(lat, lon)
    gap = np.diff(time)
    is_fast = np.hypot(np.diff(east), np.diff(north)) > MOST_SPEED_M_PER_S * np.maximum(gap, 1.0) + 100.0
    begins = np.flatnonzero(np.concatenate([[True], (np.diff(group) != 0) | (gap > gap_s) | is_fast]))
    trips = []
    for begin, end in zip(begins, np.append(begins[1:], len(time)), strict=True):
        part = slice(begin, end)
        trip = resample_trip(plane, time[part], lat[part], lon[part], int(user[begin]))
        if len(trip.east_m) >= LEAST_STEPS:
            trips.append(trip)
    return sorted(trips, key=lambda one: one.begin_s)
