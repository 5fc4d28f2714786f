"""OpenStreetMap's ways to write a speed or a duration."""

import re

from risk_core.units import M_PER_MILE, S_PER_H, km_per_h_to_m_per_s

KNOT_KM_PER_H = 1.852
WALK_KM_PER_H = 5.0
"""`maxspeed=walk` (Schrittgeschwindigkeit), km/h: the pace walkers are given here."""

_SPEED = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|knots|km/h|kmh|kph|kmph)?\s*$", re.IGNORECASE)
_CLOCK = re.compile(r"^\s*(?:(\d+):)?(\d{1,3}):(\d{2})\s*$")
_ISO = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")


def speed_m_per_s(text: str) -> float | None:
    """Read a `maxspeed`; None where it gives no number (`none`, `signals`, `KR:urban`, nonsense, 0).

    Country defaults (``KR:urban``) are left to the class's own speed: their legal value changes and is no
    speed anyone drives in a street. Of several values (``50;30``) the lowest holds.

    Examples
    --------
    >>> speed_m_per_s("36"), round(speed_m_per_s("30 mph"), 2), round(speed_m_per_s("walk"), 2)
    (10.0, 13.41, 1.39)
    >>> speed_m_per_s("none") is None and speed_m_per_s("KR:urban") is None
    True
    """
    found = [speed for part in re.split(r"[;|,]", text) if (speed := _one_speed(part)) is not None]
    return min(found, default=None)


def _one_speed(text: str) -> float | None:
    if text.strip().lower() == "walk":
        return km_per_h_to_m_per_s(WALK_KM_PER_H)
    match = _SPEED.match(text)
    if not match or float(match[1]) <= 0:
        return None
    unit = (match[2] or "km/h").lower()
    factor = {"mph": M_PER_MILE / 1000.0, "knots": KNOT_KM_PER_H}.get(unit, 1.0)
    return km_per_h_to_m_per_s(float(match[1]) * factor)


def duration_s(text: str) -> float | None:
    """Read a ferry's `duration`: ``HH:MM``, ``HH:MM:SS``, minutes, or ISO 8601; None where it is unreadable.

    Examples
    --------
    >>> duration_s("00:25"), duration_s("01:02:03"), duration_s("15"), duration_s("PT1H30M")
    (1500.0, 3723.0, 900.0, 5400.0)
    >>> duration_s("about an hour") is None
    True
    """
    text = text.strip()
    if match := _CLOCK.match(text):
        first, second, third = (int(group or 0) for group in match.groups())
        return float(first * 3600 + second * 60 + third) if match[1] else float(second * 3600 + third * 60)
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text) * 60.0 or None
    match = _ISO.match(text)
    if match and any(match.groups()):
        day, hour, minute, second = (int(group or 0) for group in match.groups())
        return day * 24 * S_PER_H + hour * S_PER_H + minute * 60.0 + second
    return None
