"""Moments and calendar days as others write them, read as unix seconds."""

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from dashboard.store.refusal import RefusedError
from risk_core.units import S_PER_DAY, S_PER_H

EARLIEST_S: Final = datetime(1900, 1, 1, tzinfo=UTC).timestamp()
LATEST_S: Final = datetime(2200, 1, 1, tzinfo=UTC).timestamp()

_COMPACT_TIME: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[T ]?(\d\d)(?::?(\d\d))?(?::?(\d\d))?(Z|[+-]\d\d:?\d\d)?")
_DAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:$|[T ])")
_UTC_OFFSET: Final = re.compile(r"([+-])(\d\d):?(\d\d)")


def read_utc_offset(text: str) -> float:
    """Seconds east of UTC of an offset such as ``+09:00`` or ``Z``.

    Raises
    ------
    RefusedError
        When it is no offset.

    Examples
    --------
    >>> read_utc_offset("+09:00")
    32400.0
    """
    if text.strip().upper() in {"Z", "UTC"}:
        return 0.0
    found = _UTC_OFFSET.fullmatch(text.strip())
    if found is None or int(found.group(2)) > 15 or int(found.group(3)) > 59:
        raise RefusedError("an offset from UTC", "Write it as +09:00 or Z.")
    seconds = int(found.group(2)) * S_PER_H + int(found.group(3)) * 60.0
    return -seconds if found.group(1) == "-" else seconds


def read_time(value: object, utc_offset_s: float | None) -> float:
    """Unix seconds of a moment.

    Parameters
    ----------
    value
        ISO 8601 text with an offset or ``Z``, compact digits (``202608051230``), an aware `datetime`, or a
        number of unix seconds. Hour 24 is midnight at the end of the day, as weather services write it.
    utc_offset_s
        Offset of a time that names none; None refuses it.

    Raises
    ------
    RefusedError
        When it is no time, names no offset, or lies outside 1900..2199.

    Examples
    --------
    >>> read_time("2026-08-05T09:00:00+09:00", None) == read_time("2026-08-05T00:00Z", None)
    True
    >>> read_time("202608052400", 9 * 3600.0) == read_time("2026-08-05T15:00Z", None)
    True
    """
    moment_s: float
    if isinstance(value, datetime):
        moment_s = _aware(value, utc_offset_s).timestamp()
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        moment_s = value
    else:
        moment_s = _read_time_text(str(value).strip(), utc_offset_s)
    if not EARLIEST_S <= moment_s < LATEST_S:
        remedy = "Numbers are unix seconds, not milliseconds; text is ISO 8601, for example 2026-08-05T09:00:00+09:00."
        raise RefusedError("a time in 1900..2199", remedy)
    return float(moment_s)


def _read_time_text(text: str, utc_offset_s: float | None) -> float:
    try:
        moment = None if text.isdigit() else datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None:
        return _read_compact_time(text, utc_offset_s)
    return _aware(moment, utc_offset_s).timestamp()


def _read_compact_time(text: str, utc_offset_s: float | None) -> float:
    """Read digits without signs, and hour 24; the standard library knows neither."""
    found = _COMPACT_TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        offset = found.group(7)
        zone = UTC if offset == "Z" else datetime.strptime(offset, "%z").tzinfo if offset else None
        start = datetime(year, month, day, 0 if hour == 24 else hour, minute, second, tzinfo=zone)
        if hour == 24 and (minute or second):
            raise ValueError
    except ValueError:
        remedy = "Write it as 2026-08-05T09:00:00+09:00 or ...Z."
        raise RefusedError("an ISO 8601 time with an offset", remedy) from None
    return _aware(start, utc_offset_s).timestamp() + (S_PER_DAY if hour == 24 else 0.0)


def _aware(moment: datetime, utc_offset_s: float | None) -> datetime:
    if moment.tzinfo is not None:
        return moment
    if utc_offset_s is None:
        raise RefusedError("a time with an offset or Z", "Add the offset to the times, or give --utc-offset +09:00.")
    return moment.replace(tzinfo=timezone(timedelta(seconds=utc_offset_s)))


def read_day(value: object) -> float:
    """Unix seconds of 00:00 UTC of the calendar day written, whatever the zone: a day is a label."""
    wanted, remedy = "a calendar day", "Write it as 2026-08-05."
    try:
        if isinstance(value, date):
            year, month, day = value.year, value.month, value.day
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if not EARLIEST_S <= value < LATEST_S:
                raise RefusedError("a day in 1900..2199", remedy)
            return math.floor(value / S_PER_DAY) * S_PER_DAY
        else:
            found = _DAY.match(str(value).strip())
            if found is None:
                raise RefusedError(wanted, remedy)
            year, month, day = map(int, found.groups())
        start_s = datetime(year, month, day, tzinfo=UTC).timestamp()
    except ValueError:
        raise RefusedError(wanted, remedy) from None
    if not EARLIEST_S <= start_s < LATEST_S:
        raise RefusedError("a day in 1900..2199", remedy)
    return start_s
