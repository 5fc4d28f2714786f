"""The checksum in each row of observations: made when a row is stored, compared when it is read.

A database finds out that its pages do not hang together, not that a number inside one has changed.
"""

import logging
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Boolean, Column, Double, Integer, Table

log = logging.getLogger(__name__)

CRC: Final = "row_crc32"
Row = dict[str, Any]


def _numbers(values: Sequence[Any]) -> list[object]:
    return [None if value is None else float(value) + 0.0 for value in values]


def _wholes(values: Sequence[Any]) -> list[object]:
    return [None if value is None else int(value) for value in values]


def _truths(values: Sequence[Any]) -> list[object]:
    return [None if value is None else bool(value) for value in values]


def _texts(values: Sequence[Any]) -> list[object]:
    return [None if value is None else str(value) for value in values]


_PLAIN: Final[Mapping[type, Callable[[Sequence[Any]], list[object]]]] = {
    Double: _numbers, Integer: _wholes, Boolean: _truths,
}  # fmt: skip
"""One form of the values of a column, whatever the database gives back; adding zero makes minus zero plain zero."""


class RowChecks:
    """Checksums of the rows of one table.

    Parameters
    ----------
    table
        Its columns but the checksum are what counts.
    """

    def __init__(self, table: Table) -> None:
        self._name = table.name
        self._columns = [(one.name, _plain_of(one)) for one in table.columns if one.name != CRC]

    def of(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """CRC-32 of each row's values in the order of the columns."""
        columns = [plain([row.get(name) for row in rows]) for name, plain in self._columns]
        return [zlib.crc32(repr(list(values)).encode()) for values in zip(*columns, strict=True)]

    def add(self, rows: Sequence[Row]) -> list[Row]:
        """Rows with their checksums."""
        return [{**row, CRC: told} for row, told in zip(rows, self.of(rows), strict=True)]

    def sound(self, rows: Sequence[Row]) -> list[Row]:
        """Rows, without the checksum, that are what was stored; others are logged and left out."""
        told = [row.pop(CRC, None) for row in rows]
        found = zip(rows, told, self._of_any(rows), strict=True)
        kept = [row for row, before, now in found if now is not None and before in (None, now)]
        if len(kept) < len(rows):
            log.error("%s: %d rows are not what was stored and are left out", self._name, len(rows) - len(kept))
        return kept

    def _of_any(self, rows: Sequence[Row]) -> list[int | None]:
        """Checksums of rows as a damaged file may give them: None for one with a value that is not of its kind."""
        try:
            return list(self.of(rows))
        except (TypeError, ValueError, OverflowError):
            if len(rows) == 1:
                return [None]
        half = len(rows) // 2
        return [*self._of_any(rows[:half]), *self._of_any(rows[half:])]


def _plain_of(column: "Column[Any]") -> Callable[[Sequence[Any]], list[object]]:
    return _PLAIN.get(type(column.type), _texts)
