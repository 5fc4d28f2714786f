"""Columns of observations: their types, units and limits, and how one value is read."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dashboard.store.geometry import GeometryLimits, read_geometry
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_day, read_time
from risk_core.units import M_PER_MILE, M_PER_NAUTICAL_MILE, M_PER_S_PER_KNOT, S_PER_H

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

_TRUE: Final = frozenset({"1", "true", "t", "yes", "y"})
_FALSE: Final = frozenset({"0", "false", "f", "no", "n"})


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
    if not isinstance(value, str | list | tuple):
        raise RefusedError("words of " + ", ".join(column.choices), "Separate them by spaces or commas.")
    parts = re.split(r"[\s,;|]+", value.strip()) if isinstance(value, str) else value
    return " ".join(sorted({_read_choice(column, part) for part in parts if part}))


def _read_geometry(column: Column, value: object) -> str:
    return read_geometry(value, column.limits or GeometryLimits())


_READERS: Final[Mapping[ColumnType, Callable[[Column, object], object]]] = {
    ColumnType.TEXT: _read_text,
    ColumnType.BOOLEAN: _read_boolean,
    ColumnType.DAY: lambda _column, value: read_day(value),
    ColumnType.CHOICE: _read_choice,
    ColumnType.WORDS: _read_words,
    ColumnType.GEOMETRY: _read_geometry,
}
