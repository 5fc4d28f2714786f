"""Which clock people of an area live by: the rhythm of a day, and what views show, follow it."""

from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from risk_core.state.area import Area

KNOWN_ZONES: Final = {"coquimbo": "America/Santiago", "helsinki": "Europe/Helsinki", "korea": "Asia/Seoul"}
KOREA_BOX: Final = (124.0, 33.0, 132.0, 39.5)
"""West, south, east, north, degrees: areas whose middle lies inside keep Korean time."""


def area_zone(area: Area) -> tzinfo:
    """Time zone of an area: that of the embedded ones, Korea's inside Korea, otherwise whole hours by longitude.

    The offset is always shown beside the time, since the last rule is a guess.
    """
    if area.area_id in KNOWN_ZONES:
        return ZoneInfo(KNOWN_ZONES[area.area_id])
    west, south, east, north = area.grid.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    box_west, box_south, box_east, box_north = KOREA_BOX
    if box_west <= lon <= box_east and box_south <= lat <= box_north:
        return ZoneInfo("Asia/Seoul")
    return timezone(timedelta(hours=round(lon / 15)))
