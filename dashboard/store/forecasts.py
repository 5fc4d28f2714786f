"""The newest weather forecast of an area: one file, replaced as a whole."""

import io
import json
import logging
import math
import zipfile
from pathlib import Path
from typing import Final

import numpy as np

from dashboard.store.durable import write_bytes
from dashboard.store.snapshots import AREA_PATTERN
from risk_core.errors import Fault, InputError
from risk_core.state.situation import WeatherForecast
from risk_core.units import S_PER_H

log = logging.getLogger(__name__)

MAX_AGE_S: Final = 12 * S_PER_H
"""An older forecast says nothing about now."""
FIELDS: Final = ("rain_mm", "wind_m_per_s", "gust_m_per_s")
AXES: Final = ("lat_deg", "lon_deg", "time_s")
HIGHEST: Final = {"rain_mm": 1_000.0, "wind_m_per_s": 120.0, "gust_m_per_s": 150.0}
"""Largest values taken: above, a unit was mistaken."""


def write_forecast(home: Path, area_id: str, forecast: WeatherForecast) -> None:
    """Keep a forecast; one that is older than the one kept changes nothing.

    Raises
    ------
    InputError
        When its axes or values do not fit.
    """
    check_forecast(forecast)
    known = read_forecast(home, area_id)
    if known is not None and known.issue_s > forecast.issue_s:
        return
    path = _path(home, area_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    head = json.dumps({"source": forecast.source, "issue_s": forecast.issue_s})
    arrays = {name: getattr(forecast, name) for name in (*AXES, *FIELDS)}
    np.savez_compressed(buffer, head=np.frombuffer(head.encode(), np.uint8), **arrays)
    fresh = path.with_suffix(".tmp")
    write_bytes(fresh, buffer.getvalue())
    fresh.replace(path)


def read_forecast(home: Path, area_id: str, now_s: float = math.nan) -> WeatherForecast | None:
    """Newest forecast of an area; None where there is none, it is too old at `now_s`, or the file is damaged."""
    try:
        with np.load(_path(home, area_id), allow_pickle=False) as kept:
            head = json.loads(bytes(kept["head"]))
            arrays = {name: np.asarray(kept[name], np.float64) for name in (*AXES, *FIELDS)}
        found = WeatherForecast(str(head["source"]), float(head["issue_s"]), **arrays)
        check_forecast(found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, InputError):
        log.warning("%s: the weather forecast kept cannot be read", area_id)
        return None
    return None if abs(now_s - found.issue_s) > MAX_AGE_S else found


def forecast_mark(home: Path, area_id: str) -> int:
    """Return a number that changes with the forecast kept; 0 where there is none."""
    try:
        return _path(home, area_id).stat().st_mtime_ns
    except OSError:
        return 0


def check_forecast(forecast: WeatherForecast) -> None:
    """Refuse a forecast whose axes or values do not fit.

    Raises
    ------
    InputError
        Naming what does not.
    """
    lat, lon, time_s = (np.asarray(getattr(forecast, name)) for name in AXES)
    shape = (time_s.size, lat.size, lon.size)
    even = bool(time_s.size >= 2 and np.all(np.diff(time_s) == S_PER_H))
    ordered = bool(np.all(np.diff(lat) < 0) and np.all(np.diff(lon) > 0) and lat.size and lon.size)
    on_earth = bool(np.all(np.abs(lat) <= 90) and np.all(np.abs(lon) <= 180))
    if not (even and ordered and on_earth and math.isfinite(forecast.issue_s)):
        remedy = "Give rows from north to south, columns from west to east, and hour after hour."
        raise InputError(Fault("forecast", str(shape), "ordered axes, one hour apart", remedy))
    for name in FIELDS:
        value = np.asarray(getattr(forecast, name))
        known = value[np.isfinite(value)]
        if value.shape != shape or (known.size and not 0 <= known.min() <= known.max() <= HIGHEST[name]):
            wanted = f"values of 0..{HIGHEST[name]:g} of the shape {shape}"
            raise InputError(Fault(name, str(value.shape), wanted, "Check the units of the answer."))


def _path(home: Path, area_id: str) -> Path:
    if not AREA_PATTERN.fullmatch(area_id):
        raise ValueError(area_id)
    return home / "forecasts" / f"{area_id}.npz"
