"""Numbers, times and places as a person reads them. Local time exists only here and in the rhythm of a day."""

import math
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from dashboard.i18n import text
from dashboard.store.clocks import area_zone
from risk_core.state.area import Area
from risk_core.state.level import Level
from risk_core.units import M_PER_DEG_LAT, S_PER_DAY, S_PER_H

COMPASS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


NO_BREAK: Final = "\u00a0"
"""Keeps a number with its unit on one line."""


def local_time(unix_s: float, zone: tzinfo) -> datetime:
    """Local wall time of a moment."""
    return datetime.fromtimestamp(unix_s, UTC).astimezone(zone)


def local_hour(area: Area) -> Callable[[float], float]:
    """Local time of the day of an area, hours 0..24, as a function of unix seconds."""
    zone = area_zone(area)

    def hour(unix_s: float) -> float:
        at = local_time(unix_s, zone)
        return at.hour + at.minute / 60 + at.second / S_PER_H

    return hour


def clock(unix_s: float, zone: tzinfo) -> str:
    """Hour and minute, a dash where the time is unknown.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> clock(0.0, ZoneInfo("Asia/Seoul")), clock(float("nan"), UTC)
    ('09:00', '–')
    """
    return local_time(unix_s, zone).strftime("%H:%M") if math.isfinite(unix_s) else "–"


def date_and_clock(unix_s: float, zone: tzinfo, lang: str) -> str:
    """Month, day, hour and minute in the order of the language."""
    if not math.isfinite(unix_s):
        return "–"
    at = local_time(unix_s, zone)
    return text(
        "format.date_time", lang, month=text(f"month.m{at.month}", lang), day=at.day, clock=at.strftime("%H:%M")
    )


def near_clock(unix_s: float, now_s: float, zone: tzinfo, lang: str) -> str:
    """Hour and minute, with the date where it is not today's."""
    same_day = math.isfinite(unix_s) and local_time(unix_s, zone).date() == local_time(now_s, zone).date()
    return clock(unix_s, zone) if same_day else date_and_clock(unix_s, zone, lang)


def offset_words(unix_s: float, zone: tzinfo) -> str:
    """Offset of the zone from UTC.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> offset_words(0.0, ZoneInfo("Asia/Seoul"))
    'UTC+9'
    """
    offset = local_time(unix_s, zone).utcoffset() or timedelta()
    hours, rest = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = "−" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def lead_words(lead_s: float, lang: str) -> str:
    """How far from now a time slice lies.

    Examples
    --------
    >>> lead_words(0, "en"), lead_words(1200, "en"), lead_words(7200, "en")
    ('Now', '+20 min', '+2 h')
    """
    if lead_s == 0:
        return text("format.now", lang)
    sign = "+" if lead_s > 0 else "−"
    minutes = round(abs(lead_s) / 60)
    if minutes % 60:
        return text("format.lead_minutes", lang, sign=sign, n=minutes)
    return text("format.lead_hours", lang, sign=sign, n=minutes // 60)


def age_words(seconds: float, lang: str) -> str:
    """How old something is, in the largest unit that fits.

    Examples
    --------
    >>> age_words(20.0, "en"), age_words(5100.0, "en"), age_words(171000.0, "en")
    ('just now', '85 min ago', '2 days ago')
    """
    if not math.isfinite(seconds):
        return "–"
    steps = ((60.0, "age_now", 1.0), (7200.0, "age_minutes", 60.0), (129_600.0, "age_hours", S_PER_H))
    for below_s, key, unit_s in steps:
        if seconds < below_s:
            return text(f"format.{key}", lang, n=round(seconds / unit_s))
    return text("format.age_days", lang, n=round(seconds / S_PER_DAY))


def duration(seconds: float, lang: str) -> str:
    """Minutes, or hours and minutes; never under one minute.

    Examples
    --------
    >>> duration(1430.0, "en"), duration(4500.0, "en")
    ('24 min', '1 h 15 min')
    """
    minutes = max(1, round(seconds / 60))
    if seconds < S_PER_H:
        return text("format.minutes", lang, n=minutes)
    return text("format.hours_minutes", lang, h=minutes // 60, n=minutes % 60)


def distance(metres: float) -> str:
    """Metres to the nearest ten, kilometres with one decimal from one on.

    Examples
    --------
    >>> distance(0), distance(618.0), distance(2140.0)
    ('0 m', '620 m', '2.1 km')
    """
    rounded = round(metres / 10) * 10
    return f"{rounded:.0f} m" if rounded < 1000 else f"{metres / 1000:.1f} km"


def share_words(share: float) -> str:
    """Write a share in whole percent, small and large ones as bounds, number and sign on one line."""
    if 0 < share < 0.005:
        return f"<{NO_BREAK}1{NO_BREAK}%"
    return f">{NO_BREAK}99{NO_BREAK}%" if 0.995 <= share < 1 else f"{share * 100:.0f}{NO_BREAK}%"


def count(number: float) -> str:
    """Write a whole number with thousands separated, a dash where unknown.

    Examples
    --------
    >>> count(451834.0), count(float("nan"))
    ('451,834', '–')
    """
    return f"{number:,.0f}" if math.isfinite(number) else "–"


def points(risk: float) -> int:
    """Give a risk of 0..1 as points of a hundred.

    Examples
    --------
    >>> points(0.724)
    72
    """
    return round(100 * risk)


def level_key(level: Level | int | None) -> str:
    """Message key of a level's name.

    Examples
    --------
    >>> level_key(3), level_key(None)
    ('level.alert', 'level.unknown')
    """
    return "level.unknown" if level is None else f"level.{Level(level).name.lower()}"


def area_name(area: Area, lang: str) -> str:
    """Name of an area in a language."""
    return area.name_ko if lang == "ko" else area.name_en


def district_name(area: Area, district: int, lang: str) -> str:
    """Name of a district in a language, else as its source has it; empty outside all."""
    if district < 0:
        return ""
    one = area.districts[district]
    wanted = one.name_ko if lang == "ko" else one.name_en
    return wanted or one.name_local or one.name_en or one.name_ko or one.district_id


def name_in(name: str, lang: str) -> str:
    """Part of a name in a language, where it is given in Korean and another one around a middle dot.

    Examples
    --------
    >>> name_in("연습 대피소 3 · Drill shelter 3", "en"), name_in("Hall · east", "ko")
    ('Drill shelter 3', 'Hall · east')
    """
    parts = name.split(" · ")
    is_korean = [any("HANGUL" in unicodedata.name(letter, "") for letter in part) for part in parts]
    if len(parts) != 2 or is_korean[0] == is_korean[1]:
        return name
    return parts[is_korean.index(lang == "ko")]


def metres_between(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Distance of two near points on a plane at their middle latitude, metres.

    Examples
    --------
    >>> round(metres_between(37.5, 127.0, 37.51, 127.0))
    1112
    """
    d_lat = lat_b - lat_a
    d_lon = (lon_b - lon_a) * math.cos(math.radians((lat_a + lat_b) / 2))
    return M_PER_DEG_LAT * math.hypot(d_lat, d_lon)


def compass_words(lat_a: float, lon_a: float, lat_b: float, lon_b: float, lang: str) -> str:
    """Direction from the first point to the second, one of eight.

    Examples
    --------
    >>> compass_words(0.0, 0.0, 1.0, 1.0, "en")
    'north-east'
    """
    east = (lon_b - lon_a) * math.cos(math.radians((lat_a + lat_b) / 2))
    turn = math.degrees(math.atan2(east, lat_b - lat_a)) % 360
    return text(f"compass.{COMPASS[round(turn / 45) % 8]}", lang)
