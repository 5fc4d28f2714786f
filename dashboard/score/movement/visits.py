"""Visits of persons from a tidy file: user, place, and the time on the person's own clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from dashboard.score.rows import MISSING, faults_of
from risk_core.errors import Fault, InputError, raise_faults

DAY_S: Final = 86400.0
DAY_MIN: Final = 1440
MOST_DAY: Final = 100_000
TRIPLE: Final = ("start_day", "start_min", "weekday")
TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?")
TIME_WANTED: Final = "a time as YYYY-MM-DDThh:mm[:ss], with or without an offset such as +09:00"
MONDAY_OF_ZERO: Final = 4
"""Days from Thursday 1970-01-01 to the Monday after it."""


@dataclass(frozen=True, slots=True, eq=False)
class VisitRows:
    """One part of the data, in the order of the file.

    Attributes
    ----------
    rows
        user, place (text), local_s (the person's clock, seconds since 1970-01-01 00:00 local time), order_s (what
        tells the order), row (where it stands), part.
    n_repeated
        Rows that equal another one; they are kept, as two visits in one minute.
    """

    rows: pd.DataFrame
    n_repeated: int


def read_visits(path: Path, ours: Mapping[str, str], part: str, zone: str = "") -> VisitRows:
    """Read `user, place` and `time`, or `start_day, start_min, weekday`, of a csv, csv.gz or parquet file.

    A time with an offset is on the clock of that offset, one without is on the person's clock. A column `zone` (or
    the option) puts times with an offset on the clock of that time zone. `start_day` counts from any day of the
    user's own; `weekday` is 0 for Monday.

    Parameters
    ----------
    path
        The file.
    ours
        Our column names by the file's.
    part
        Its name in the result.
    zone
        Time zone of all rows that name none, for example Asia/Seoul.

    Raises
    ------
    InputError
        When the file cannot be read, a column is missing, or rows hold no user, place or time, or an unknown zone.
        Rows are named, the first five of each sort.
    """
    table = _read(path)
    unknown = [theirs for theirs in ours if theirs not in table]
    if unknown:
        remedy = f"The file has {', '.join(map(str, table.drop(columns='row')))}."
        raise InputError(Fault("--map-column", ", ".join(unknown), "columns of the file", remedy, path.name))
    table = table.rename(columns=dict(ours))
    triple = "time" not in table and any(name in table for name in TRIPLE)
    wanted = ["user", "place", *(TRIPLE if triple else ("time",))]
    _check_columns(path, table, wanted)
    if not len(table):
        raise InputError(Fault("file", path.name, "at least one row", "The file has only a header.", path.name))
    rows = pd.DataFrame({"row": table["row"], "part": part})
    faults = []
    for name in ("user", "place"):
        rows[name] = table[name].astype(str).str.strip()
        faults += faults_of(table, name, rows[name].isin(MISSING), f"the name of a {name}")
    rows["local_s"], rows["order_s"], more = _triple_s(table, rows["user"]) if triple else _time_s(table, zone)
    raise_faults([*faults, *more])
    return VisitRows(rows, int(rows.duplicated(["user", "place", "order_s"]).sum()))


def check_order(rows: pd.DataFrame) -> None:
    """Refuse visits before the user's visit in the row above it, in this part or an earlier one.

    Raises
    ------
    InputError
        Names the rows.
    """
    before = rows.groupby("user", sort=False)["order_s"].shift()
    wrong = rows["order_s"] < before
    if wrong.any():
        shown = rows.assign(time=pd.to_datetime(rows["local_s"], unit="s").astype(str))
        wanted = "at or after the user's visit before it; parts in the order --train, --valid, --test"
        raise InputError(*faults_of(shown, "time", wrong, wanted))


def _read(path: Path) -> pd.DataFrame:
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path).astype(str)
            table["row"] = [f"{path.name} row {k + 1}" for k in range(len(table))]
            return table
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skip_blank_lines=False).fillna("")
        table["row"] = [f"{path.name}:{k + 2}" for k in range(len(table))]
        return table[(table.drop(columns="row") != "").any(axis=1)].reset_index(drop=True)
    except (OSError, ValueError) as error:
        fault = Fault("file", path.name, "a csv, csv.gz or parquet table", str(error).splitlines()[0][:200], path.name)
        raise InputError(fault) from error


def _check_columns(path: Path, table: pd.DataFrame, wanted: list[str]) -> None:
    names = list(map(str, table.drop(columns="row")))
    twice = [name for name in (*wanted, "zone") if names.count(name) > 1]
    if twice:
        remedy = f"After --map-column {', '.join(twice)} comes twice; rename the other column in the file."
        raise InputError(Fault("--map-column", ", ".join(twice), "each column once", remedy, path.name))
    missing = [name for name in wanted if name not in names]
    if missing:
        columns = "user, place and time, or start_day, start_min, weekday instead of time"
        remedy = f"Name the file's own with --map-column THEIRS={missing[0]}; it has {', '.join(names)}."
        raise InputError(Fault("column", ", ".join(missing), columns, remedy, path.name))


def _triple_s(table: pd.DataFrame, user: pd.Series) -> tuple[pd.Series, pd.Series, list[Fault]]:
    """Seconds from day, minute and weekday; each user's day 0 is moved to the right weekday."""
    limits = {"start_day": (-MOST_DAY, MOST_DAY), "start_min": (0, DAY_MIN - 1), "weekday": (0, 6)}
    number, faults = {}, []
    for name, (low, high) in limits.items():
        number[name] = pd.to_numeric(table[name], errors="coerce")
        fits = number[name].between(low, high)
        if name != "start_min":
            fits &= number[name] % 1 == 0
        kind = "number" if name == "start_min" else "whole number"
        faults += faults_of(table, name, ~fits, f"a {kind} in {low}..{high}")
    day_zero = (number["weekday"] - number["start_day"]) % 7
    odd = day_zero.notna() & (day_zero != day_zero.groupby(user).transform("first"))
    if not faults:
        faults = faults_of(table, "weekday", odd, "the weekday that the user's other rows give for this start_day")
    seconds = (number["start_day"] + day_zero + MONDAY_OF_ZERO) * DAY_S + number["start_min"] * 60.0
    return seconds, seconds, faults


def _time_s(table: pd.DataFrame, zone: str) -> tuple[pd.Series, pd.Series, list[Fault]]:
    """Seconds on the local clock, and seconds that tell the order: UTC where it is known."""
    parts = table["time"].str.strip().str.extract(f"^{TIME.pattern}$")
    wall = pd.to_datetime(parts[0], format="ISO8601", errors="coerce")
    wall_s = (wall - pd.Timestamp(0)).dt.total_seconds()
    offset_s, is_offset = _offset_s(parts[1])
    zones = table["zone"].str.strip() if "zone" in table else pd.Series("", index=table.index)
    zones = zones.where(~zones.isin(MISSING), zone)
    faults = faults_of(table, "time", wall.isna() | (is_offset & offset_s.isna()), TIME_WANTED)
    utc_s, local_s = wall_s - offset_s.where(is_offset, 0.0), wall_s.copy()
    for name, at in zones[zones != ""].groupby(zones).groups.items():
        try:
            here = ZoneInfo(str(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            wrong = pd.Series(table.index.isin(at), table.index)
            named = table.assign(zone=zones)
            faults += faults_of(named, "zone", wrong, "a time zone such as Asia/Seoul, or none")
            continue
        known = [k for k in at if is_offset[k] and np.isfinite(utc_s[k])]
        there = pd.to_datetime(utc_s[known], unit="s", utc=True).dt.tz_convert(here).dt.tz_localize(None)
        local_s[known] = (there - pd.Timestamp(0)).dt.total_seconds()
    return local_s, utc_s, faults


def _offset_s(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Seconds east of UTC, NaN where the offset is none of a day, and where there is an offset."""
    digits = text.fillna("").str.replace(":", "").replace("Z", "+0000").str.extract(r"^([+-])(\d\d)(\d\d)$")
    hours, minutes = digits[1].astype(float), digits[2].astype(float)
    seconds = np.where(digits[0] == "-", -1.0, 1.0) * (3600.0 * hours + 60.0 * minutes)
    return pd.Series(seconds, text.index).where((hours <= 14) & (minutes < 60)), text.notna()
