"""Workbooks are read cell by cell: words, codes, days and moments as the sheet shows them."""

from pathlib import Path

import pytest

from dashboard.feeds.workbook import read_workbook
from risk_core.errors import InputError
from tests.feeds.workbooks import DAY, MOMENT, OWN_DATE, OWN_NUMBER, packed, workbook

HEAD = ["code", "name", "day", "moment", "open", "amount"]


def read(folder: Path, data: bytes, ours: dict[str, str] | None = None) -> list[tuple[str, dict[str, object]]]:
    path = folder / "book.xlsx"
    path.write_bytes(data)
    return [one for part in read_workbook(path, ours or {}) for one in zip(part.places, part.records, strict=True)]


@pytest.mark.parametrize("inline", [False, True])
def test_cells_are_what_the_sheet_shows(tmp_path: Path, inline: bool) -> None:
    # 46239 is 5 August 2026 in the serial days of the 1900 system.
    row = [11110, "종로구", (46239, DAY), (46239.25, MOMENT), True, (1.5, OWN_NUMBER)]
    ((place, record),) = read(tmp_path, workbook([HEAD, row], inline=inline))
    assert place == "book.xlsx: row 2"
    assert record == {
        "code": 11110, "name": "종로구", "day": "2026-08-05", "moment": "2026-08-05T06:00:00", "open": True,
        "amount": 1.5,
    }  # fmt: skip


def test_the_other_calendar_and_own_formats(tmp_path: Path) -> None:
    ((_, record),) = read(tmp_path, workbook([["day"], [(46239 - 1462, OWN_DATE)]], is_1904=True))
    assert record == {"day": "2026-08-05"}


def test_gaps_and_empty_rows_keep_the_places(tmp_path: Path) -> None:
    found = read(tmp_path, workbook([[], ["a", "b", "c"], [1, None, 3], [None, None, None], [None, 2, None]]))
    assert found == [("book.xlsx: row 3", {"a": 1, "b": None, "c": 3}), ("book.xlsx: row 5", {"a": None, "b": 2})]


def test_columns_are_mapped(tmp_path: Path) -> None:
    ((_, record),) = read(tmp_path, workbook([["구"], ["26350"]]), {"구": "district_id"})
    assert record == {"district_id": "26350"}


DTD = '<!DOCTYPE a [<!ENTITY b "c">]>'


@pytest.mark.parametrize(
    "data",
    [
        b"PK no archive",
        packed({"hello.txt": "x"}),
        packed({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": "<worksheet>"}),
        packed({"xl/workbook.xml": f"{DTD}<workbook/>", "xl/worksheets/sheet1.xml": "<worksheet/>"}),
        workbook([]),
        workbook([["a", "a"], [1, 2]]),
    ],
    ids=["no archive", "no book", "broken", "entities", "empty", "a name twice"],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError):
        read(tmp_path, data)


def test_a_sheet_that_unpacks_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.feeds.workbook.MAX_BYTES", 100)
    with pytest.raises(InputError, match="at most 100 bytes"):
        read(tmp_path, workbook([HEAD, [1] * 6]))
