"""Tables of the KMA API hub: text in EUC-KR between ``#START7777`` and ``#7777END``, remarks after ``#``."""

from datetime import UTC, datetime, timedelta
from typing import Final

from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_H

BASE: Final = "https://apihub.kma.go.kr/api/typ01"
TYPES: Final = ("text/plain", "text/html", "text/csv", "application/octet-stream", "")
"""The hub names its text in several ways; the marks tell whether it is a table."""
START: Final = "#START7777"
END: Final = "#7777END"
KOREA: Final = timedelta(hours=9)
KOREA_S: Final = 9 * S_PER_H
MISSING_BELOW: Final = -8.9
"""Values at or below are marks for missing ones (-9, -99, -99.9, -999)."""
KOREA_BOX: Final = (124.0, 32.5, 132.0, 39.0)


def table_lines(data: bytes, name: str) -> list[tuple[int, str]]:
    """Lines of a table with their numbers.

    Raises
    ------
    InputError
        When the marks of a whole table are missing: an answer about a wrong key, or one that was cut off.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp949", errors="replace")
    if START not in text[:2_000]:
        remedy = "Check the key, and whether this service was applied for at the hub."
        raise InputError(Fault("answer", "no table", f"a table that begins with {START}", remedy, name))
    if END not in text[-2_000:]:
        raise InputError(Fault("answer", "cut off", f"a table that ends with {END}", "Ask again.", name))
    return [
        (number, line.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def number_or_none(word: str) -> float | None:
    """Value of a column; None where it is missing or no number.

    Examples
    --------
    >>> number_or_none("3.5"), number_or_none("-99.9"), number_or_none("-"), number_or_none("nan")
    (3.5, None, None, None)
    """
    try:
        value = float(word)
    except ValueError:
        return None
    return value if MISSING_BELOW < value < 1e6 else None


def korean_stamp(time_s: float) -> str:
    """Time as the hub writes it, Korean time.

    Examples
    --------
    >>> korean_stamp(1_782_000_000.0)
    '202606210900'
    """
    return f"{datetime.fromtimestamp(time_s, UTC) + KOREA:%Y%m%d%H%M}"
