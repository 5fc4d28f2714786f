"""OpenStreetMap's ways to write a speed, a duration, a length, a weight or a slope."""

import math
import re

from risk_core.units import M_PER_MILE, S_PER_H, km_per_h_to_m_per_s

KNOT_KM_PER_H = 1.852
WALK_KM_PER_H = 5.0
"""`maxspeed=walk` (Schrittgeschwindigkeit), km/h: the pace walkers are given here."""

_FEET = re.compile(r"^\s*(\d+)\s*'\s*(?:(\d+(?:\.\d+)?)\s*\"?)?\s*$")
_LENGTH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(m|cm|ft)?\s*$")
_WEIGHT = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(t|kg|st|lbs)?\s*$")
_INCLINE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(%|°)?\s*$")
_RATIO = re.compile(r"^\s*1\s*:\s*(\d+(?:\.\d+)?)\s*$")
_M_PER_UNIT = {"m": 1.0, "cm": 0.01, "ft": 0.3048}
_T_PER_UNIT = {"t": 1.0, "kg": 0.001, "st": 0.90718474, "lbs": 0.00045359237}

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


def length_m(text: str) -> float | None:
    r"""Read a length or height: metres, or feet and inches; None where it gives no number (`default`, `none`).

    Examples
    --------
    >>> length_m("3.5"), length_m("2.1 m"), round(length_m("6'7\""), 2), length_m("default") is None
    (3.5, 2.1, 2.01, True)
    """
    if match := _FEET.match(text):
        return int(match[1]) * 0.3048 + float(match[2] or 0) * 0.0254
    match = _LENGTH.match(text.lower())
    return float(match[1]) * _M_PER_UNIT[match[2] or "m"] if match else None


def weight_t(text: str) -> float | None:
    """Read a weight: tonnes, or with its unit; None where it gives no number.

    Examples
    --------
    >>> weight_t("3.5"), weight_t("7500 kg"), weight_t("none") is None
    (3.5, 7.5, True)
    """
    match = _WEIGHT.match(text.lower())
    return float(match[1]) * _T_PER_UNIT[match[2] or "t"] if match else None


def incline(text: str) -> float | None:
    """Read an `incline` as rise over run along the way; None where it gives no number (`up`, `steep`).

    Examples
    --------
    >>> incline("8%"), incline("-4.5"), round(incline("10°"), 3), incline("1:12") == 1 / 12, incline("up") is None
    (0.08, -0.045, 0.176, True, True)
    """
    if match := _RATIO.match(text):
        return 1.0 / float(match[1]) if float(match[1]) else None
    match = _INCLINE.match(text)
    if not match:
        return None
    return math.tan(math.radians(float(match[1]))) if match[2] == "°" else float(match[1]) / 100.0
