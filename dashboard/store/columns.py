"""Columns of observations: their types, units and limits, and how one value is read."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from dashboard.store.geometry import GeometryLimits, read_geometry
from dashboard.store.refusal import RefusedError
from risk_core.units import M_PER_MILE, M_PER_NAUTICAL_MILE, M_PER_S_PER_KNOT, S_PER_DAY, S_PER_H

UNIT_FACTORS: Final[Mapping[str, Mapping[str, float]]] = {
    "m": {"km": 1000.0, "nmi": M_PER_NAUTICAL_MILE, "mile": M_PER_MILE},
    "m_per_s": {"kt": M_PER_S_PER_KNOT, "km_per_h": 1 / 3.6, "mph": M_PER_MILE / S_PER_H},
    "mm": {"cm": 10.0, "inch": 25.4},
    "mm_per_h": {"cm_per_h": 10.0, "inch_per_h": 25.4},
    "hpa": {"pa": 0.01, "kpa": 10.0, "mbar": 1.0},
    "s": {"min": 60.0, "h": S_PER_H},
}
"""Other units a column may come in, and the factor to its own: `speed_kt` is read as `speed_m_per_s`."""

MISSING_WORDS: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})
"""Words of files that mean "no value", compared in lower case."""

MAX_TEXT: Final = 20_000
"""Longest text kept in one field, characters."""

EARLIEST_S: Final = datetime(1900, 1, 1, tzinfo=UTC).timestamp()
LATEST_S: Final = datetime(2200, 1, 1, tzinfo=UTC).timestamp()

_TRUE: Final = frozenset({"1", "true", "t", "yes", "y"})
_FALSE: Final = frozenset({"0", "false", "f", "no", "n"})
_COMPACT_TIME: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[T ]?(\d\d)(?::?(\d\d))?(?::?(\d\d))?(Z|[+-]\d\d:?\d\d)?")
_OFFSET: Final = re.compile(r"(Z|[+-]\d\d(:?\d\d)?)$")
_DAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:$|[T ])")


class ColumnType(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TIME = "time"
    DAY = "day"
    CHOICE = "choice"
    WORDS = "words"
    GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind.

    Attributes
    ----------
    name
        Its name in records and in the database; ends with the unit.
    type
        What it holds.
    help
        What it means, one line.
    unit
        Unit, as the name ends; empty for numbers without one.
    required
        Whether a record without it is refused.
    low, high
        Accepted range, both ends included.
    choices
        Accepted words of a CHOICE or WORDS column.
    default
        Value stored where none is given; None stores "unknown".
    aliases
        Other names it is known by in files.
    limits
        Limits of a geometry.
    """

    name: str
    type: ColumnType
    help: str
    unit: str = ""
    required: bool = False
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    default: object = None
    aliases: tuple[str, ...] = ()
    limits: GeometryLimits | None = None

    @property
    def factors(self) -> dict[str, float]:
        """Every name it may come under, with the factor to its own unit."""
        names = dict.fromkeys((self.name, *self.aliases), 1.0)
        if self.type is ColumnType.NUMBER and self.unit:
            stem = self.name.removesuffix(self.unit)
            names |= {stem + other: factor for other, factor in UNIT_FACTORS.get(self.unit, {}).items()}
        return names


def is_missing(value: object) -> bool:
    """Whether a field of a record holds no value: None, NaN, empty text or a word such as ``NA``."""
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip().lower() in MISSING_WORDS
    return isinstance(value, float) and value != value  # noqa: PLR0124 (NaN differs from itself)


def read_value(column: Column, value: object, factor: float, utc_offset_s: float | None) -> object:
    """Value of one field as it is stored.

    Parameters
    ----------
    column
        What is expected.
    value
        What was found; not missing.
    factor
        From the unit found to the column's own.
    utc_offset_s
        Offset of times that name none, seconds east; None refuses such times.

    Raises
    ------
    RefusedError
        When the value does not fit.
    """
    if column.type is ColumnType.NUMBER or column.type is ColumnType.INTEGER:
        return _read_number(column, value, factor)
    if column.type is ColumnType.TIME:
        return read_time(value, utc_offset_s)
    return _READERS[column.type](column, value)


def _read_number(column: Column, value: object, factor: float) -> float | int:
    wanted = "a whole number" if column.type is ColumnType.INTEGER else "a number"
    if isinstance(value, bool):
        raise RefusedError(wanted, "Give digits.")
    try:
        number = float(value) * factor  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise RefusedError(wanted, "Give digits with a point for decimals, or leave the field empty.") from None
    if not math.isfinite(number):
        raise RefusedError("a finite number", "Leave the field empty where nothing was measured.")
    if not column.low <= number <= column.high:
        unit = f" {column.unit}" if column.unit else ""
        raise RefusedError(
            f"{column.low:g} to {column.high:g}{unit}",
            "Check the unit in the column's name and the missing-value mark.",
        )
    if column.type is ColumnType.INTEGER:
        if number != int(number):
            raise RefusedError(wanted, "Give it without decimals.")
        return int(number)
    return number


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
    if isinstance(value, datetime):
        moment_s = _aware(value, utc_offset_s).timestamp()
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        moment_s = float(value)
    else:
        moment_s = _read_time_text(str(value).strip(), utc_offset_s)
    if not EARLIEST_S <= moment_s < LATEST_S:
        remedy = "Numbers are unix seconds, not milliseconds; text is ISO 8601, for example 2026-08-05T09:00:00+09:00."
        raise RefusedError("a time in 1900..2199", remedy)
    return moment_s


def _read_time_text(text: str, utc_offset_s: float | None) -> float:
    try:
        if not text.isdigit():
            return _aware(datetime.fromisoformat(text), utc_offset_s).timestamp()
    except (ValueError, OverflowError):
        pass
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
        return _aware(start, utc_offset_s).timestamp() + (S_PER_DAY if hour == 24 else 0.0)
    except (ValueError, OverflowError):
        raise RefusedError(
            "an ISO 8601 time with an offset", "Write it as 2026-08-05T09:00:00+09:00 or ...Z."
        ) from None


def _aware(moment: datetime, utc_offset_s: float | None) -> datetime:
    if moment.tzinfo is not None:
        return moment
    if utc_offset_s is None:
        raise RefusedError("a time with an offset or Z", "Add the offset to the times, or give --utc-offset +09:00.")
    return moment.replace(tzinfo=timezone(timedelta(seconds=utc_offset_s)))


def _read_day(_column: Column, value: object) -> float:
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


def _read_text(_column: Column, value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    if len(text) > MAX_TEXT:
        raise RefusedError(f"at most {MAX_TEXT} characters", "Shorten it.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise RefusedError("valid Unicode text", "Save the file as UTF-8.") from None
    if "\x00" in text:
        raise RefusedError("text without NUL characters", "Save the file as UTF-8 text.")
    return text


def _read_boolean(_column: Column, value: object) -> bool:
    word = str(value).strip().lower().removesuffix(".0")
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise RefusedError("true or false", "Write true, false, 1, 0, yes or no.")


def _read_choice(column: Column, value: object) -> str:
    word = str(value).strip()
    for choice in column.choices:
        if word.lower() == choice.lower():
            return choice
    raise RefusedError("one of " + ", ".join(column.choices), "Use one of these words.")


def _read_words(column: Column, value: object) -> str:
    parts = re.split(r"[\s,;|]+", value.strip()) if isinstance(value, str) else list(value)  # type: ignore[call-overload]
    return " ".join(sorted({_read_choice(column, part) for part in parts if part}))


def _read_geometry(column: Column, value: object) -> str:
    return read_geometry(value, column.limits or GeometryLimits())


_READERS: Final[Mapping[ColumnType, Callable[[Column, object], object]]] = {
    ColumnType.TEXT: _read_text,
    ColumnType.BOOLEAN: _read_boolean,
    ColumnType.DAY: _read_day,
    ColumnType.CHOICE: _read_choice,
    ColumnType.WORDS: _read_words,
    ColumnType.GEOMETRY: _read_geometry,
}
