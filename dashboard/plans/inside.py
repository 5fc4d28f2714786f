"""What a published plan says to somebody at a place."""

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from risk_core.state.area import Area

NEAR_M: Final = 600.0
"""Starts of the plan looked at round a place, metres."""


@dataclass(frozen=True, slots=True)
class Told:
    """Order for a place: headline, what to do, and the shelter (name, lat, lon in degrees), None to go up or away."""

    headline: str
    instruction: str
    shelter: tuple[str, float, float] | None
    is_late: bool


def told_at(
    area: Area, content: Mapping[str, Any], at: tuple[float, float], lang: str, unfit: Container[str] = ()
) -> Told | None:
    """The order for a place, None outside the zones or where the area was rebuilt since.

    The shelter is the one that most people setting off nearby are sent to, of those that still fit.
    """
    if content.get("area_hash") != area.content_hash:
        return None
    zone = next((one for one in content["zones"] if _is_inside(area, one, at)), None)
    if zone is None:
        return None
    words = content["order"][lang]
    late = zone["zone_id"] in content["late"]
    shelter = None if late else _shelter(content, zone["zone_id"], at, unfit)
    return Told(words["headline"], words["instruction"], shelter, late)


def _is_inside(area: Area, zone: Mapping[str, Any], at: tuple[float, float]) -> bool:
    cell = area.grid.cell_of(*at)
    district = int(area.district.flat[cell]) if cell >= 0 else -1
    if district >= 0 and area.districts[district].district_id in zone["district_ids"]:
        return True
    lat, lon = at
    is_inside = False
    for ring in zone["rings"]:
        for (lat_a, lon_a), (lat_b, lon_b) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) * (lon_b - lon_a) / (lat_b - lat_a):
                is_inside = not is_inside
    return is_inside


def _shelter(
    content: Mapping[str, Any], zone_id: str, at: tuple[float, float], unfit: Container[str]
) -> tuple[str, float, float] | None:
    starts = [one for one in content["starts"] if one[2] == zone_id and one[3] and one[3] not in unfit]
    if not starts:
        return None
    place = np.array([[one[0], one[1]] for one in starts]) - at
    far_m = np.hypot(place[:, 0], place[:, 1] * math.cos(math.radians(at[0]))) * 111_195.0
    weight = np.array([one[4] for one in starts]) / (50.0 + far_m)
    if far_m.min() > NEAR_M:
        return None
    total: dict[str, float] = {}
    for one, share in zip(starts, np.where(far_m <= NEAR_M, weight, 0.0), strict=True):
        total[one[3]] = total.get(one[3], 0.0) + float(share)
    name, lat, lon = content["shelters"][max(total, key=lambda key: total[key])]
    return str(name), float(lat), float(lon)
