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


def _as_number(value: Any) -> float:
    return float(value) + 0.0


_PLAIN: Final[Mapping[type, Callable[[Any], object]]] = {Double: _as_number, Integer: int, Boolean: bool}
"""One form of each value, whatever the database gives back; adding zero makes minus zero plain zero."""


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

    def of(self, row: Mapping[str, Any]) -> int:
        """CRC-32 of a row's values in the order of the columns."""
        values = [None if row.get(name) is None else plain(row[name]) for name, plain in self._columns]
        return zlib.crc32(repr(values).encode())

    def add(self, rows: Sequence[Row]) -> list[Row]:
        """Rows with their checksums."""
        return [{**row, CRC: self.of(row)} for row in rows]

    def sound(self, rows: Sequence[Row]) -> list[Row]:
        """Rows, without the checksum, that are what was stored; others are logged and left out."""
        kept = []
        for row in rows:
            told = row.pop(CRC, None)
            if told is None or self.of(row) == told:
                kept.append(row)
        if len(kept) < len(rows):
            log.error("%s: %d rows are not what was stored and are left out", self._name, len(rows) - len(kept))
        return kept


def _plain_of(column: "Column[Any]") -> Callable[[Any], object]:
    return _PLAIN.get(type(column.type), str)
