"""Tracks, stations and hourly winds from a person's own files."""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.rows import MISSING, faults_of, read_table
from dashboard.score.wind.tracks import read_tracks
from dashboard.store.columns import UNIT_FACTORS
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_utc_offset
from risk_core.errors import Fault, InputError
from risk_core.state.situation import Track
from risk_core.units import S_PER_H

STATION_NAMES: Final = {
    "station_id": ("station_id", "station", "stn", "id"),
    "lat_deg": ("lat_deg", "lat", "latitude"),
    "lon_deg": ("lon_deg", "lon", "lng", "longitude"),
    "height_m": ("height_m", "anemometer_height_m", "anemo_h_m"),
    "valid_from": ("valid_from", "start"),
}
TIME_NAMES: Final = ("time_s", "time", "time_utc", "time_kst", "hour", "date_time")
OFFSET_OF: Final = {"_utc": 0.0, "_kst": 9 * S_PER_H}
"""Ends of a time column's name that tell its offset."""
SPEED_NAMES: Final = {"speed_m_per_s": 1.0, "wind_m_per_s": 1.0, "ws_ms": 1.0, "speed_ms": 1.0}
MOST_SPEED_M_PER_S: Final = 90.0
"""Strongest 10-minute wind taken as one; the record of a surface station is near 70 m/s."""
FILES: Final = ("tracks", "stations", "observations")


@dataclass(frozen=True, slots=True, eq=False)
class WindInputs:
    """What the score stands on.

    Attributes
    ----------
    tracks
        Storms, each checked.
    n_scored
        The first so many are scored; the rest are only learned from.
    station_id, lat_deg, lon_deg, height_m
        Stations that report, shape=(n_station,); height NaN where unknown.
    station, hour, speed_m_per_s
        Reports: position of the station, hours since 1970 UTC, 10-minute wind; shape=(n_report,), one an hour.
    n_negative, n_repeated, n_between
        Reports below zero left out; given twice alike, counted once; not on the full hour, left out.
    notes
        Defects of the tracks that were read past.
    """

    tracks: tuple[Track, ...]
    n_scored: int
    station_id: tuple[str, ...]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    height_m: NDArray[np.float64]
    station: NDArray[np.int64]
    hour: NDArray[np.int64]
    speed_m_per_s: NDArray[np.float64]
    n_negative: int
    n_repeated: int
    n_between: int
    notes: tuple[str, ...]


def read_inputs(
    paths: Mapping[str, Path],
    ours: Mapping[str, Mapping[str, str]],
    utc_offset: str | None,
    more: Mapping[str, Sequence[Path]] = MappingProxyType({}),
) -> WindInputs:
    """Read the three files, and more tracks and observations that are only learned from.

    Parameters
    ----------
    paths
        By `FILES`: tracks as tidy `tracks` table, RSMC Tokyo best track (.txt) or IBTrACS csv; stations with
        `station_id, lat_deg, lon_deg` and perhaps `height_m`; observations with `station_id, time, speed_m_per_s`.
    ours
        Our column names by the file's, for each file.
    utc_offset
        Of observation times that name none; None refuses those.
    more
        Further files by `tracks` and `observations`; storms that are in the first file are taken from there.

    Raises
    ------
    InputError
        For files that cannot be read, columns missing, rows that hold no time, number or position, reports that
        contradict each other, and tracks that would give a wrong field.
    """
    stations = _read_stations(paths["stations"], _fitting(ours["stations"], paths["stations"]))
    given = (paths["observations"], *more.get("observations", ()))
    parts = [_read_reports(path, _fitting(ours["observations"], path), utc_offset) for path in given]
    reports, counts = _joined([part for part, _ in parts], [count for _, count in parts])
    span_s = (float(reports["time_s"].min()), float(reports["time_s"].max()))
    tracks, notes = read_tracks(paths["tracks"], _fitting(ours["tracks"], paths["tracks"]), span_s)
    n_scored = len(tracks)
    for path in more.get("tracks", ()):
        others, told = read_tracks(path, _fitting(ours["tracks"], path), span_s)
        known_ids = {track.storm_id for track in tracks}
        tracks += tuple(track for track in others if track.storm_id not in known_ids)
        notes += told
    used = sorted(set(reports["station_id"]))
    unknown = [one for one in used if one not in stations.index]
    if unknown:
        remedy = "Add their positions to --stations, or leave their rows out."
        named = ", ".join(unknown[:10])
        raise InputError(Fault("station_id", named, "stations with a position", remedy, paths["stations"].name))
    known = stations.loc[used]
    place = {one: k for k, one in enumerate(used)}
    return WindInputs(
        tracks=tracks,
        n_scored=n_scored,
        station_id=tuple(used),
        lat_deg=known["lat_deg"].to_numpy(float),
        lon_deg=known["lon_deg"].to_numpy(float),
        height_m=known["height_m"].to_numpy(float),
        station=reports["station_id"].map(place).to_numpy(np.int64),
        hour=reports["hour"].to_numpy(np.int64),
        speed_m_per_s=reports["speed"].to_numpy(float),
        notes=tuple(notes),
        **counts,
    )


def _read_stations(path: Path, ours: Mapping[str, str]) -> pd.DataFrame:
    """Position and height by station; of a station that moved, where it stands last."""
    table = _renamed(path, ours)
    found = {name: next((one for one in others if one in table), None) for name, others in STATION_NAMES.items()}
    lacking = [name for name in ("station_id", "lat_deg", "lon_deg") if found[name] is None]
    if lacking:
        raise _no_column(path, table, lacking)
    clean = pd.DataFrame({"station_id": table[found["station_id"]].astype(str).str.strip(), "row": table["row"]})
    faults = faults_of(clean, "station_id", clean["station_id"].isin(MISSING), "the code of a station")
    limits = {"lat_deg": 90.0, "lon_deg": 180.0}
    for name, most in limits.items():
        clean[name] = pd.to_numeric(table[found[name]], errors="coerce").astype(float)
        shown = table[["row"]].assign(**{name: table[found[name]]})
        faults += faults_of(shown, name, ~(clean[name].abs() <= most), f"degrees in {-most:g}..{most:g}")
    if faults:
        raise InputError(*faults)
    height = found["height_m"]
    clean["height_m"] = np.nan if height is None else pd.to_numeric(table[height], errors="coerce").astype(float)
    since = found["valid_from"]
    clean["since"] = "" if since is None else table[since].astype(str)
    clean = clean.sort_values("since", kind="stable")
    places = clean.drop_duplicates(["station_id", "lat_deg", "lon_deg"]).duplicated("station_id")
    if since is None and places.any():
        shown = clean.loc[places.index][places]
        raise InputError(*faults_of(shown.assign(row=shown["row"]), "station_id", shown["row"] != "", "one position"))
    return clean.drop_duplicates("station_id", keep="last").set_index("station_id")


def _read_reports(path: Path, ours: Mapping[str, str], utc_offset: str | None) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows `station_id, hour, speed`, one a station and hour, and counts of what was left out."""
    table = _renamed(path, ours)
    station = next((name for name in STATION_NAMES["station_id"] if name in table), None)
    timed = next((name for name in TIME_NAMES if name in table), None)
    factors = SPEED_NAMES | {f"speed_{unit}": factor for unit, factor in UNIT_FACTORS["m_per_s"].items()}
    speed = next((name for name in factors if name in table), None)
    wanted = {"station_id": station, "time": timed, "speed_m_per_s": speed}
    if None in wanted.values():
        raise _no_column(path, table, [name for name, one in wanted.items() if one is None])
    clean = pd.DataFrame({"station_id": table[station].astype(str).str.strip(), "row": table["row"]})
    clean["time_s"] = _times_s(table[timed], str(timed), utc_offset)
    unknown = table[speed].isna() | table[speed].astype(str).str.strip().isin(MISSING)
    clean["speed"] = pd.to_numeric(table[speed].where(~unknown), errors="coerce").astype(float) * factors[str(speed)]
    shown = clean[["row"]].assign(time=table[timed], speed=table[speed])
    wrong = ~unknown & ~(clean["speed"].abs() <= MOST_SPEED_M_PER_S)
    faults = faults_of(clean, "station_id", clean["station_id"].isin(MISSING), "the code of a station")
    faults += faults_of(shown, "time", clean["time_s"].isna(), "a time; with an offset, or give --utc-offset +09:00")
    faults += faults_of(shown, "speed", wrong, f"a 10-minute wind up to {MOST_SPEED_M_PER_S:g} m/s; check the unit")
    if faults:
        raise InputError(*faults)
    on_hour = clean["time_s"] % S_PER_H == 0
    kept = clean[on_hour & (clean["speed"] >= 0)]
    kept = kept.assign(hour=(kept["time_s"] // S_PER_H).astype(np.int64))
    twice = kept.duplicated(["station_id", "hour", "speed"])
    again = kept[~twice].duplicated(["station_id", "hour"])
    if again.any():
        raise InputError(*faults_of(kept[~twice], "hour", again, "one wind a station and hour"))
    counts = {
        "n_negative": int((clean["speed"] < 0).sum()),
        "n_repeated": int(twice.sum()),
        "n_between": int((~on_hour).sum()),
    }
    if not len(kept):
        wanted = "reports on full hours"
        raise InputError(Fault("--observations", path.name, wanted, "The file holds no usable report.", path.name))
    return kept[~twice], counts


def _joined(parts: Sequence[pd.DataFrame], counts: Sequence[Mapping[str, int]]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Reports of several files as one table."""
    every = pd.concat(parts, ignore_index=True)
    twice = every.duplicated(["station_id", "hour", "speed"])
    again = every[~twice].duplicated(["station_id", "hour"])
    if again.any():
        raise InputError(*faults_of(every[~twice], "hour", again, "one wind a station and hour in all files"))
    total = {name: sum(count[name] for count in counts) for name in counts[0]}
    total["n_repeated"] += int(twice.sum())
    return every[~twice], total


def _fitting(ours: Mapping[str, str], path: Path) -> dict[str, str]:
    """The pairs whose column the file has."""
    names = _header(path)
    return {theirs: mine for theirs, mine in ours.items() if theirs in names}


def _times_s(column: pd.Series, name: str, utc_offset: str | None) -> pd.Series:
    """Unix seconds; NaN for what is no time or names no offset."""
    offset_s = next((seconds for end, seconds in OFFSET_OF.items() if name.lower().endswith(end)), None)
    if utc_offset is not None:
        try:
            offset_s = read_utc_offset(utc_offset)
        except RefusedError as refused:
            raise InputError(Fault("--utc-offset", repr(utc_offset), refused.wanted, refused.remedy)) from None
    if name == "time_s":
        return pd.to_numeric(column, errors="coerce").astype(float)
    text = column.astype(str).str.strip()
    zoned = text.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True) & text.str.contains(":")
    moment = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")
    seconds = (moment - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return seconds.where(zoned, seconds - (np.nan if offset_s is None else offset_s))


def _renamed(path: Path, ours: Mapping[str, str]) -> pd.DataFrame:
    table = read_table(path)
    table.columns = [str(name).strip() for name in table.columns]
    return table.rename(columns=dict(ours))


def _no_column(path: Path, table: pd.DataFrame, lacking: Sequence[str]) -> InputError:
    names = ", ".join(name for name in table if name != "row")
    remedy = f"Name the file's own with --map-column THEIRS={lacking[0]}; it has {names}."
    return InputError(Fault("column", ", ".join(lacking), "these columns", remedy, path.name))


def column_maps(
    texts: Sequence[str], paths: Mapping[str, Path], more: Mapping[str, Sequence[Path]] = MappingProxyType({})
) -> dict[str, dict[str, str]]:
    """Our column names by the file's for each file, from `[FILE:]THEIRS=OURS`.

    Without `FILE:` a pair counts for every table that has the column.

    Raises
    ------
    InputError
        For texts without `=`, and for columns no file has.
    """
    names = {
        one: [name for file in (path, *more.get(one, ())) for name in _header(file)] for one, path in paths.items()
    }
    out: dict[str, dict[str, str]] = {one: {} for one in paths}
    for text in texts:
        found = re.fullmatch(rf"(?:({'|'.join(paths)}):)?([^=]+)=([^=]+)", text)
        if found is None:
            raise InputError(Fault("--map-column", text, "THEIRS=OURS", "For example --map-column ws=speed_m_per_s."))
        file, theirs, mine = found.groups()
        having = [one for one in ([file] if file else paths) if theirs in names[one]]
        if not having:
            told = "; ".join(f"{one}: {', '.join(names[one])}" for one in paths if names[one])
            raise InputError(Fault("--map-column", theirs, "a column of a file", f"The files have {told}."))
        for one in having:
            out[one][theirs] = mine
    return out


def _header(path: Path) -> tuple[str, ...]:
    if path.name.lower().endswith((".txt", ".bst")):
        return ()
    return tuple(name for name in map(str, read_header(path)) if name != "row")


def read_header(path: Path) -> tuple[str, ...]:
    """Names of the columns of a csv, csv.gz or parquet file."""
    try:
        if path.suffix == ".parquet":
            from pyarrow import parquet

            return tuple(parquet.read_schema(path).names)
        return tuple(str(name).strip() for name in pd.read_csv(path, nrows=0))
    except (OSError, ValueError, EOFError, zlib.error) as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError(Fault("file", path.name, "a csv, csv.gz or parquet table", reason, path.name)) from error
