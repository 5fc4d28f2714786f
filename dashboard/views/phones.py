"""Telephone numbers that help, where they are answered."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from dashboard.i18n import text
from dashboard.store.clocks import area_zone
from risk_core.state.area import Area

PHONES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "Asia/Seoul": (("119", "phone.fire_ambulance"), ("1339", "phone.disease")),
    "America/Santiago": (("132", "phone.fire"), ("131", "phone.ambulance")),
    "Europe/Helsinki": (("112", "phone.emergency"),),
}
"""Number and key of who answers, by time zone: Korea (119, 1339), Chile (bomberos 132, SAMU 131), Finland (112)."""


def help_phones(area: Area, lang: str) -> tuple[tuple[str, str], ...]:
    """(number, who answers) pairs of an area; empty where we know none."""
    zone = area_zone(area)
    known = PHONES.get(zone.key, ()) if isinstance(zone, ZoneInfo) else ()
    return tuple((number, text(key, lang)) for number, key in known)
