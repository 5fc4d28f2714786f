"""Where people are in a drill: a day of work, school and errands, counted by district and hour. Invented, seeded.

By day a share of everybody is away from home, in districts near by that have many places. It is counted as a mobile
network would: all people of a district in an hour, with a few percent of error.
"""

from datetime import UTC, datetime, tzinfo
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.area import Area
from risk_core.units import M_PER_DEG_LAT, S_PER_H

WORKDAY_AWAY: Final = (
    0.02, 0.02, 0.02, 0.02, 0.03, 0.06, 0.14, 0.27, 0.38, 0.42, 0.43, 0.43,
    0.42, 0.42, 0.41, 0.40, 0.36, 0.30, 0.23, 0.17, 0.12, 0.08, 0.05, 0.03,
)  # fmt: skip
"""Share of the residents in another district by hour, Monday to Friday."""
WEEKEND_AWAY: Final = (
    0.04, 0.03, 0.02, 0.02, 0.02, 0.03, 0.05, 0.08, 0.12, 0.17, 0.21, 0.24,
    0.25, 0.26, 0.26, 0.26, 0.25, 0.24, 0.22, 0.19, 0.16, 0.12, 0.08, 0.05,
)  # fmt: skip
NEAR_M: Final = 3000.0
"""Goals at this distance draw e times fewer than those at hand."""
PLACE_WORTH: Final = 400.0
"""A school, hospital or other listed place draws as many people as this many residents do."""
SATURDAY: Final = 5
COUNT_CV: Final = 0.04
WEEK_H: Final = 7 * 24


def people_by_hour(area: Area, seed: int, is_weekend: bool) -> NDArray[np.float64]:
    """Expected people in each district at each local hour, shape=(24, n_district); nobody is lost or made."""
    rng = np.random.default_rng([seed, 8])
    lat, lon, home = (
        np.array([getattr(one, name) for one in area.districts]) for name in ("lat_deg", "lon_deg", "population")
    )
    home = np.maximum(home, 0.0)
    shrink = np.cos(np.radians(lat.mean() if lat.size else 0.0))
    north_m, east_m = (lat[:, None] - lat) * M_PER_DEG_LAT, (lon[:, None] - lon) * M_PER_DEG_LAT * shrink
    draw = (PLACE_WORTH * _n_place(area) + home) * rng.lognormal(0.0, 0.5, home.size)
    goal = draw * np.exp(-np.hypot(north_m, east_m) / NEAR_M)
    np.fill_diagonal(goal, 0.0)
    total = goal.sum(axis=1, keepdims=True)
    goal = goal / np.where(total > 0, total, 1.0)
    away = np.array(WEEKEND_AWAY if is_weekend else WORKDAY_AWAY)[:, None] * home * (total[:, 0] > 0)
    return np.asarray(home - away + away @ goal)


def count_people(area: Area, hour_s: float, zone: tzinfo, seed: int) -> list[dict[str, object]]:
    """Records of one hour that has ended; the same hour is always counted the same."""
    at = datetime.fromtimestamp(hour_s, UTC).astimezone(zone)
    people = people_by_hour(area, seed, at.weekday() >= SATURDAY)[at.hour]
    counted = people * (
        1.0 + COUNT_CV * np.random.default_rng([seed, 9, int(hour_s // S_PER_H)]).normal(size=people.size)
    )
    return [
        {
            "district_id": district.district_id,
            "hour_s": hour_s,
            "persons": float(max(round(count), 0.0)),
            "sd_persons": float(max(COUNT_CV * count, 1.0)),
        }
        for district, count in zip(area.districts, counted, strict=True)
        if district.population > 0
    ]


def hours_before(epoch_s: float, zone: tzinfo) -> list[float]:
    """Beginnings of 24 hours that ended by then, one of each hour of a day like today, the newest; unix seconds."""
    last = int(epoch_s // S_PER_H) - 1
    now = datetime.fromtimestamp(epoch_s, UTC).astimezone(zone)
    found: dict[int, float] = {}
    for back in range(WEEK_H):
        hour_s = (last - back) * S_PER_H
        at = datetime.fromtimestamp(hour_s, UTC).astimezone(zone)
        if (at.weekday() >= SATURDAY) == (now.weekday() >= SATURDAY):
            found.setdefault(at.hour, hour_s)
    return sorted(found.values())


def hours_between(from_s: float, to_s: float) -> list[float]:
    """Beginnings of the hours that end after `from_s` and not after `to_s`, unix seconds."""
    first, last = int(from_s // S_PER_H), int(to_s // S_PER_H)
    return [hour * S_PER_H for hour in range(first, last)]


def _n_place(area: Area) -> NDArray[np.float64]:
    """Listed places in each district."""
    cells = [area.grid.cell_of(place.lat_deg, place.lon_deg) for place in area.places]
    district = area.district.ravel()[np.array([cell for cell in cells if cell >= 0], dtype=np.int64)]
    return np.bincount(district[district >= 0], minlength=len(area.districts)).astype(np.float64)
