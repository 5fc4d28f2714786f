"""Answers that are tables: CSV in bytes, and the operator's names of columns."""

import csv
import io
from collections.abc import Mapping
from typing import Final

from dashboard.feeds.records import Part
from risk_core.errors import Fault, InputError

CSV_TYPES: Final = ("text/csv", "application/csv", "text/plain", "application/octet-stream", "application/vnd.ms-excel")
MAX_ROWS: Final = 2_000_000


def csv_part(data: bytes, name: str, delimiter: str = "") -> Part:
    """Rows of a CSV answer by the names of its header; UTF-8 or CP949, comma, semicolon or tab.

    Parameters
    ----------
    data
        The body.
    name
        For messages.
    delimiter
        Between fields; told by the header where empty.

    Raises
    ------
    InputError
        When it is no text or has no header.
    """
    text = _text(data, name)
    lines = io.StringIO(text, newline="")
    first = text.lstrip("\r\n").partition("\n")[0]
    sign = delimiter or max(",;\t", key=first.count)
    reader = csv.reader(lines, delimiter=sign)
    part = Part()
    try:
        header = next((row for row in reader if any(word.strip() for word in row)), None)
        if header is None:
            raise InputError(Fault("answer", "empty", "a header and rows", "Ask again later.", name))
        names = [word.strip() for word in header]
        for number, row in enumerate(reader, start=2):
            if len(row) == len(names):
                part.add(dict(zip(names, row, strict=True)), f"{name}:{number}")
            elif any(word.strip() for word in row):
                wanted = f"{len(names)} fields as in the header"
                part.refuse(Fault("row", f"{len(row)} fields", wanted, "Tell the sender.", f"{name}:{number}"))
            if number > MAX_ROWS:
                raise InputError(Fault("answer", "longer", f"at most {MAX_ROWS} rows", "Ask for less.", name))
    except csv.Error as error:
        raise InputError(Fault("answer", str(error)[:100], "CSV", "Ask again later.", name)) from None
    return part


def renamed(part: Part, columns: Mapping[str, str]) -> Part:
    """Rows with our column names in place of theirs.

    Parameters
    ----------
    part
        The rows.
    columns
        Ours, and what the table calls them.
    """
    ours = {theirs: name for name, theirs in columns.items()}
    taken = set(ours.values())
    for at, record in enumerate(part.records):
        part.records[at] = {
            ours.get(name) or (f"{name} (unmapped)" if name in taken else name): value for name, value in record.items()
        }
    return part


def columns_of(options: Mapping[str, object]) -> dict[str, str]:
    """The operator's names of columns: ours by theirs.

    Raises
    ------
    InputError
        When they are no table of words.
    """
    told = options.get("columns", {})
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
        raise InputError(Fault("columns", str(told)[:60], "a table of names", 'Write columns = { count = "cases" }.'))
    return dict(told)


def _text(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(Fault("answer", name, "text in UTF-8 or CP949", "Ask the sender for one of these."))
