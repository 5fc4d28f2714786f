"""Workbooks (.xlsx, ECMA-376): the first sheet with rows, read cell by cell with bounded effort."""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from dashboard.feeds.records import Part, rename_columns
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_DAY

MAX_BYTES: Final = 100_000_000
"""Largest unpacked sheet read."""
MAX_COLUMNS: Final = 500
PART_ROWS: Final = 10_000
FIRST_DAY: Final = datetime(1899, 12, 30)
"""Day 0 of the serial dates; right from 1 March 1900 on."""
FIRST_DAY_1904: Final = datetime(1904, 1, 1)
DATE_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in number formats that show a date or a time (ECMA-376 part 1, 18.8.30; 27-36 and 50-58 Korean)."""

_NS: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
Cell = str | float | int | bool | None


def read_workbook(path: Path, ours: dict[str, str]) -> Iterator[Part]:
    """Read the first sheet that has rows, in parts; its first row names the columns.

    Parameters
    ----------
    path
        The file.
    ours
        Our column names by the file's.

    Raises
    ------
    InputError
        When it is no workbook, larger than `MAX_BYTES` unpacked, or empty, or the map does not fit it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            book = _Book(archive, path.name)
            for sheet in book.sheets():
                rows = book.rows(sheet)
                head = next(rows, None)
                if head is not None:
                    yield from _parts(rows, head, ours, path.name)
                    return
    except (zipfile.BadZipFile, ParseError, KeyError, ValueError, IndexError) as error:
        if isinstance(error, InputError):
            raise
        remedy = "Save it again as .xlsx or as CSV."
        raise InputError(Fault("file", path.name, "a workbook (.xlsx)", remedy, path.name)) from error
    raise InputError(Fault("file", path.name, "a header and rows", "The file is empty.", path.name))


def _parts(
    rows: Iterator[tuple[int, list[Cell]]], head: tuple[int, list[Cell]], ours: dict[str, str], file: str
) -> Iterator[Part]:
    words = ["" if name is None else str(name) for name in head[1]]
    names = rename_columns(words, ours, file)
    part = Part()
    for number, cells in rows:
        record = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        part.add(record, f"{file}: row {number}")
        if len(part.records) >= PART_ROWS:
            yield part
            part = Part()
    yield part


class _Book:
    """An opened workbook: its shared words, and which cell formats show dates."""

    def __init__(self, archive: zipfile.ZipFile, file: str) -> None:
        self._archive, self._file = archive, file
        self._words = self._shared_words()
        self._is_date = self._date_formats()
        self._first_day = self._read_first_day()

    def sheets(self) -> list[str]:
        """Parts of the sheets, in the order of the book."""
        found = [name for name in self._archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        return sorted(found, key=lambda name: int(re.sub(r"\D", "", name)))

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """Number and cells of each row that has any."""
        with self._open(sheet) as stream:
            for number, row in enumerate(self._elements(stream, "row"), start=1):
                cells = self._cells(row)
                if any(cell not in (None, "") for cell in cells):
                    yield int(row.get("r", number)), cells
                row.clear()

    def _cells(self, row: Any) -> list[Cell]:
        cells: list[Cell] = []
        for cell in row.findall(f"{_NS}c"):
            column = _column(cell.get("r", "")) if cell.get("r") else len(cells)
            if column >= MAX_COLUMNS:
                wanted = f"at most {MAX_COLUMNS} columns"
                raise InputError(Fault("file", f"column {column + 1}", wanted, "Leave others out.", self._file))
            cells += [None] * (column - len(cells))
            cells.append(self._value(cell))
        return cells

    def _value(self, cell: Any) -> Cell:
        kind, written = cell.get("t", "n"), cell.findtext(f"{_NS}v")
        if kind == "inlineStr":
            return "".join(one.text or "" for one in cell.iter(f"{_NS}t"))
        if written is None:
            return None
        if kind == "s":
            return self._words[int(written)]
        if kind == "b":
            return written == "1"
        if kind in ("str", "d", "e"):
            return str(written)
        number = float(written)
        if self._is_date.get(int(cell.get("s", 0)), False):
            return self._moment(number)
        # Codes come as numbers; 11110.0 would be another name.
        return int(number) if number.is_integer() else number

    def _moment(self, days: float) -> str:
        """Day, or day and time, of a serial date."""
        at = self._first_day + timedelta(seconds=round(days * S_PER_DAY))
        return at.date().isoformat() if days == int(days) else at.isoformat()

    def _shared_words(self) -> list[str]:
        name = "xl/sharedStrings.xml"
        if name not in self._archive.namelist():
            return []
        words = []
        with self._open(name) as stream:
            for item in self._elements(stream, "si"):
                # Readings of Japanese words (rPh) stand beside them and are no part of them.
                runs = [*item.findall(f"{_NS}t"), *item.findall(f"{_NS}r/{_NS}t")]
                words.append("".join(run.text or "" for run in runs))
                item.clear()
        return words

    def _date_formats(self) -> dict[int, bool]:
        """Whether the cells of each style show a date or time."""
        name = "xl/styles.xml"
        if name not in self._archive.namelist():
            return {}
        with self._open(name) as stream:
            root = _parsed(stream)
        own = {int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in root.iter(f"{_NS}numFmt")}
        styles = root.find(f"{_NS}cellXfs")
        ids = [int(one.get("numFmtId", 0)) for one in ([] if styles is None else styles)]
        return {k: one in DATE_FORMATS or bool(_shows_time(own.get(one, ""))) for k, one in enumerate(ids)}

    def _read_first_day(self) -> datetime:
        with self._open("xl/workbook.xml") as stream:
            settings = _parsed(stream).find(f"{_NS}workbookPr")
        is_1904 = settings is not None and settings.get("date1904", "0") in ("1", "true")
        return FIRST_DAY_1904 if is_1904 else FIRST_DAY

    def _open(self, name: str) -> IO[bytes]:
        info = self._archive.getinfo(name)
        if info.file_size > MAX_BYTES:
            wanted = f"at most {MAX_BYTES} bytes unpacked"
            raise InputError(Fault("file", f"{info.file_size} bytes", wanted, "Save it as CSV.", self._file))
        return self._archive.open(info)

    def _elements(self, stream: IO[bytes], name: str) -> Iterator[Any]:
        from defusedxml.ElementTree import iterparse

        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            if element.tag == f"{_NS}{name}":
                yield element


def _parsed(stream: IO[bytes]) -> Any:
    from defusedxml.ElementTree import parse

    return parse(stream, forbid_dtd=True).getroot()


def _column(reference: str) -> int:
    """Position of the column of a cell's name.

    Examples
    --------
    >>> _column("A1"), _column("AB12")
    (0, 27)
    """
    position = 0
    for letter in reference.rstrip("0123456789"):
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


def _shows_time(code: str) -> bool:
    """Whether a number format shows a date or a time.

    Examples
    --------
    >>> _shows_time("yyyy-mm-dd"), _shows_time('0.0 "days"'), _shows_time("General")
    (True, False, False)
    """
    plain = _QUOTED.sub("", code).lower()
    return plain != "general" and any(letter in plain for letter in "ymdhs")
