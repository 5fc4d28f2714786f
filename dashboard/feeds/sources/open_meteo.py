"""Open-Meteo: rain and wind of weather models, worldwide and without a key.

One question for all points of a lattice over the area (``latitude`` and ``longitude`` as lists give a list of answers;
one point gives a single answer). Times are unix seconds of UTC (``timeformat=unixtime``), winds m/s
(``wind_speed_unit=ms``). ``precipitation`` and ``wind_gusts_10m`` are those of the hour before, ``wind_speed_10m`` is
that of the time itself. Hours that have passed are the model's own analysis: they come in as rows of rain and wind of
quality ``estimated``, which give way wherever stations report; the hours ahead come in as the area's forecast.

Terms: free for non-commercial use up to 10,000 calls a day, a point counting as a call; data CC BY 4.0. Twelve points
every half hour are 576 calls.
"""

import json
import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source
from dashboard.feeds.records import Part
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, InputError
from risk_core.state.situation import WeatherForecast
from risk_core.units import S_PER_H

NAME: Final = "open-meteo"
URL: Final = "https://api.open-meteo.com/v1/forecast"
HOURLY: Final = {"precipitation": "rain_mm", "wind_speed_10m": "wind_m_per_s", "wind_gusts_10m": "gust_m_per_s"}
DIRECTION: Final = "wind_direction_10m"
PAST_H: Final = 14
AHEAD_H: Final = 60
MOST_POINTS: Final = 6
"""Points along a side of the lattice."""
LEAST_STEP_DEG: Final = 0.1
"""Models are no finer than about 10 km nearly everywhere."""
UNITS: Final = {"precipitation": "mm", "wind_speed_10m": "m/s", "wind_gusts_10m": "m/s"}


def lattice(bounds: tuple[float, float, float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes (north first) and longitudes of the points asked for: two to six along each side.

    Examples
    --------
    >>> lat, lon = lattice((126.8, 37.4, 127.2, 37.7))
    >>> lat.size, lon.size, float(lat[0]), float(lon[0])
    (4, 5, 37.7, 126.8)
    """
    west, south, east, north = bounds
    n_lat, n_lon = (
        int(np.clip(math.ceil((high - low) / LEAST_STEP_DEG - 1e-6) + 1, 2, MOST_POINTS))
        for low, high in ((south, north), (west, east))
    )
    return np.linspace(north, south, n_lat).round(4), np.linspace(west, east, n_lon).round(4)


def address(question: Question) -> str:
    """Address that asks for every point."""
    lat, lon = lattice(question.place.bounds)
    points = [(float(y), float(x)) for y in lat for x in lon]
    asked = ",".join((*HOURLY, DIRECTION))
    return (
        f"{question.url or URL}?latitude={','.join(f'{y:g}' for y, _ in points)}"
        f"&longitude={','.join(f'{x:g}' for _, x in points)}&hourly={asked}"
        f"&past_hours={PAST_H}&forecast_hours={AHEAD_H}&timeformat=unixtime&timezone=GMT&wind_speed_unit=ms"
    )


def read(ask: Ask, question: Question) -> Reading:
    """Ask for the lattice and read it."""
    body = ask(address(question), ("application/json",))
    return parse(body, question)


def parse(body: bytes, question: Question) -> Reading:
    """Read an answer.

    Raises
    ------
    InputError
        When it is no answer for these points.
    """
    lat, lon = lattice(question.place.bounds)
    try:
        told = json.loads(body)
        points = told if isinstance(told, list) else [told]
        if len(points) != lat.size * lon.size:
            raise InputError(
                Fault("points", str(len(points)), f"{lat.size * lon.size} points", "Ask again.", "Open-Meteo")
            )
        for point in points:
            _check_units(point)
        time_s = np.asarray(points[0]["hourly"]["time"], np.float64)
        values = {ours: _values(points, theirs, time_s) for theirs, ours in HOURLY.items()}
        direction = _values(points, DIRECTION, time_s)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        remedy = f"Look at the service's documentation ({type(error).__name__})."
        raise InputError(Fault("answer", "not readable", "hours of an Open-Meteo forecast", remedy)) from None
    shape = (time_s.size, lat.size, lon.size)
    forecast = WeatherForecast(
        NAME, question.now_s, lat, lon, time_s, **{name: value.T.reshape(shape) for name, value in values.items()}
    )
    rain, wind = Part(), Part()
    for at, (y, x) in enumerate((float(y), float(x)) for y in lat for x in lon):
        station = {"station_id": f"{y:.4f},{x:.4f}", "lat_deg": y, "lon_deg": x, "quality": "estimated"}
        for k in np.flatnonzero(time_s <= question.now_s):
            _add_hour(rain, wind, station, float(time_s[k]), at, int(k), values, direction)
    return Reading((Batch(Kind.RAIN, rain), Batch(Kind.WIND, wind)), forecast)


def _add_hour(
    rain: Part,
    wind: Part,
    station: dict[str, Any],
    time_s: float,
    at: int,
    k: int,
    values: dict[str, NDArray[np.float64]],
    direction: NDArray[np.float64],
) -> None:
    place = f"{station['station_id']} {time_s:.0f}"
    amount, speed = values["rain_mm"][at, k], values["wind_m_per_s"][at, k]
    if math.isfinite(amount):
        rain.add({**station, "time_s": time_s, "interval_s": S_PER_H, "amount_mm": float(amount)}, place)
    if math.isfinite(speed):
        told = {"gust_m_per_s": values["gust_m_per_s"][at, k], "direction_deg": direction[at, k]}
        wind.add({**station, "time_s": time_s, "speed_m_per_s": float(speed), **told}, place)


def _check_units(point: dict[str, Any]) -> None:
    units = point["hourly_units"]
    for name, wanted in UNITS.items():
        if units[name] != wanted:
            remedy = "The service ignored the units asked for; nothing was taken."
            raise InputError(Fault(name, str(units[name])[:20], wanted, remedy, "Open-Meteo"))


def _values(points: Sequence[dict[str, Any]], name: str, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of every point and hour, shape=(n_point, n_time), NaN where the answer has null."""
    rows = []
    for point in points:
        hourly = point["hourly"]
        row = np.array([math.nan if one is None else float(one) for one in hourly[name]], np.float64)
        if row.shape != time_s.shape or not np.array_equal(np.asarray(hourly["time"], np.float64), time_s):
            raise ValueError(name)
        rows.append(row)
    return np.stack(rows)


SOURCE: Final = Source(
    name=NAME,
    title="Open-Meteo: rain and wind of weather models",
    kinds=(Kind.RAIN, Kind.WIND),
    read=read,
    cadence_s=1_800.0,
    fresh_s=3 * S_PER_H,
    licence="CC BY 4.0; free for non-commercial use, up to 10,000 calls a day",
    attribution="Weather data by Open-Meteo.com",
    about_url="https://open-meteo.com/en/docs",
)
