"""Answers written by us in the forms their owners document; no real answer is among them."""

import json
from collections.abc import Callable

from dashboard.feeds.live.source import Place, Question
from dashboard.feeds.sources.open_meteo import AHEAD_H, PAST_H, lattice

NOW_S = 1_782_000_000.0
"""2026-06-21 00:00:00 UTC."""
SEOUL = Place(
    "seoul",
    (126.8, 37.4, 127.2, 37.7),
    ("서울", "Seoul", "강남구", "Gangnam-gu", "종로구", "Jongno-gu"),
    {"강남구": "11680", "gangnam-gu": "11680", "종로구": "11110", "jongno-gu": "11110", "11680": "11680"},
)


def question(place: Place = SEOUL, now_s: float = NOW_S, **more: object) -> Question:
    return Question(place, now_s, **more)  # type: ignore[arg-type]


def open_meteo(
    place: Place = SEOUL,
    now_s: float = NOW_S,
    rain_mm: Callable[[int, float], float | None] = lambda _point, _time_s: 1.0,
    gust_m_per_s: float = 9.0,
) -> bytes:
    """Hours round the present at every point of the lattice, as the forecast API documents them."""
    lat, lon = lattice(place.bounds)
    hour = now_s // 3600 * 3600
    time_s = [int(hour + 3600 * k) for k in range(-PAST_H, AHEAD_H)]
    told = []
    for at, (y, x) in enumerate((float(y), float(x)) for y in lat for x in lon):
        told.append({
            "latitude": round(y + 0.01, 4), "longitude": round(x - 0.01, 4), "generationtime_ms": 0.21,
            "utc_offset_seconds": 0, "timezone": "GMT", "timezone_abbreviation": "GMT", "elevation": 38.0,
            "location_id": at,
            "hourly_units": {"time": "unixtime", "precipitation": "mm", "wind_speed_10m": "m/s",
                             "wind_gusts_10m": "m/s", "wind_direction_10m": "°"},
            "hourly": {
                "time": time_s,
                "precipitation": [rain_mm(at, t) for t in time_s],
                "wind_speed_10m": [5.0] * len(time_s),
                "wind_gusts_10m": [gust_m_per_s] * len(time_s),
                "wind_direction_10m": [200] * len(time_s),
            },
        })  # fmt: skip
    return json.dumps(told).encode()
