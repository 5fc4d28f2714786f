"""Which clock and country people of an area live by: the rhythm of a day, official schemes and views follow them."""

from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from risk_core.state.area import Area

KNOWN_ZONES: Final = {"coquimbo": "America/Santiago", "helsinki": "Europe/Helsinki", "korea": "Asia/Seoul"}
KNOWN_COUNTRIES: Final = {"coquimbo": "CL", "helsinki": "FI", "korea": "KR"}
KOREA_BOX: Final = (124.0, 33.0, 132.0, 39.5)
"""West, south, east, north, degrees: areas whose middle lies inside keep Korean time."""


def area_zone(area: Area) -> tzinfo:
    """Time zone of an area: that of the embedded ones, Korea's inside Korea, otherwise whole hours by longitude.

    The offset is always shown beside the time, since the last rule is a guess.
    """
    if area.area_id in KNOWN_ZONES:
        return ZoneInfo(KNOWN_ZONES[area.area_id])
    if country_of(area) == "KR":
        return ZoneInfo("Asia/Seoul")
    west, _, east, _ = area.grid.bounds
    return timezone(timedelta(hours=round((west + east) / 2 / 15)))


def country_of(area: Area) -> str:
    """Country as two letters of ISO 3166, empty where it is not known: the embedded areas, and Korea by its middle."""
    if area.area_id in KNOWN_COUNTRIES:
        return KNOWN_COUNTRIES[area.area_id]
    west, south, east, north = area.grid.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    box_west, box_south, box_east, box_north = KOREA_BOX
    return "KR" if box_west <= lon <= box_east and box_south <= lat <= box_north else ""
