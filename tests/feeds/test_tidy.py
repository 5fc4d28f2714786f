"""Tidy tables in the forms people have them."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.feeds import tidy
from dashboard.feeds.files import read_parts
from dashboard.feeds.records import Part, read_column_map
from dashboard.store.kinds import KINDS, Kind
from risk_core.errors import InputError

CASES = KINDS[Kind.CASES]


def read(path: Path, *column_map: str, kind: Kind = Kind.CASES) -> Part:
    whole = Part()
    for part in read_parts(path, KINDS[kind], column_map):
        whole.records += part.records
        whole.places += part.places
        whole.faults += part.faults
        whole.n_refused += part.n_refused
    return whole


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "cases.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


TABLE = "district_id,day,count,구\n11,2026-08-05,3,종로\n26,2026-08-05,4,중구\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_every_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    part = read(write(tmp_path, TABLE, encoding))
    assert part.records[0] == {"district_id": "11", "day": "2026-08-05", "count": "3", "구": "종로"}
    assert part.places == ["cases.csv:2", "cases.csv:3"]


def test_gzip_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode("cp949")))
    assert read(path).records == read(write(tmp_path, TABLE)).records


def test_only_line_ends_end_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "district_id,day,count\r\n1\u20281,2026-08-05,3\r\n2\x0b2,2026-08-05,4\r\n")
    part = read(path)
    assert [record["district_id"] for record in part.records] == ["1\u20281", "2\x0b2"]
    assert part.places == ["cases.csv:2", "cases.csv:3"]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators(tmp_path: Path, separator: str) -> None:
    assert len(read(write(tmp_path, TABLE.replace(",", separator))).records[0]) == 4


def test_quoted_line_breaks_keep_the_line_numbers(tmp_path: Path) -> None:
    text = '\n\ndistrict_id,day,count\n"1\n1",2026-08-05,3\n\n26,2026-08-05\n27,2026-08-05,4,5\n28,2026-08-05,1\n'
    part = read(write(tmp_path, text))
    assert [record["district_id"] for record in part.records] == ["1\n1", "28"]
    assert [fault.place.rpartition(":")[0] for fault in part.faults] == ["cases.csv"] * 2
    assert [fault.value for fault in part.faults] == ["2 fields", "4 fields"]
    assert part.places == ["cases.csv:5", "cases.csv:9"]
    assert part.n_refused == 2


def test_parts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "PART_ROWS", 3)
    text = "district_id,day,count\n" + "".join(f"{k},2026-08-05,1\n" for k in range(8))
    parts: Iterator[Part] = read_parts(write(tmp_path, text), CASES, [])
    assert [len(part.records) for part in parts] == [3, 3, 2]


def test_columns_are_mapped_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, "구코드, 확진 ,count,day\n11,3,999,2026-08-05\n")
    (record,) = read(path, "district_id=구코드", "count=확진").records
    assert record == {"district_id": "11", "count": "3", "count (unmapped)": "999", "day": "2026-08-05"}


@pytest.mark.parametrize(
    ("options", "named"),
    [(["count"], "OUR=THEIRS"), (["colour=x"], "'colour'"), (["count=확진자"], "'확진자'"),
     (["=x", "day="], "OUR=THEIRS")],
)  # fmt: skip
def test_maps_that_do_not_fit_are_named(tmp_path: Path, options: list[str], named: str) -> None:
    with pytest.raises(InputError, match=named):
        read(write(tmp_path, TABLE), *options)


def test_a_map_may_tell_the_unit() -> None:
    assert read_column_map(KINDS[Kind.WIND], ["speed_kt=WSPD", "LAT=Y"]) == {"WSPD": "speed_kt", "Y": "lat"}


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("cases.csv", b"", "empty"),
        ("cases.csv", b"\n \n", "empty"),
        ("cases.csv", TABLE.encode("utf-16"), "UTF-8 or CP949"),
        ("cases.csv.gz", gzip.compress(TABLE.encode())[:-9], "whole gzip"),
        ("cases.csv.gz", TABLE.encode(), "whole gzip"),
        ("cases.csv", b"day,count,day\n", "each name once"),
        ("cases.parquet", b"PAR1 not really", "Parquet"),
        ("cases.xlsx", b"PK", "a workbook"),
        ("cases.ods", b"PK", ".csv, .csv.gz"),
        ("cases.xml", b"<alert/>", ".xml and .cap for alerts"),
    ],
)
def test_files_that_cannot_be_read_are_named(tmp_path: Path, name: str, content: bytes, named: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=named):
        read(tmp_path / name)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Check the path"):
        read(tmp_path / "none.csv")


def test_a_field_without_end_is_refused_and_the_rows_before_are_kept(tmp_path: Path) -> None:
    part = read(write(tmp_path, TABLE + '"' + "x" * 200_000 + "\n"))
    assert len(part.records) == 2
    assert "field" in part.faults[0].value
    assert "nothing after it" in part.faults[0].remedy


def test_parquet_keeps_types_and_wkb(tmp_path: Path) -> None:
    import pyarrow as pa
    import shapely
    from pyarrow import parquet

    moment = datetime(2026, 8, 5, tzinfo=UTC)
    point = shapely.to_wkb(shapely.Point(127, 37.5))
    table = pa.table({"id": ["a", "b"], "from": [moment, None], "geometry": [point, None], "name": ["지하차도", None]})
    parquet.write_table(table, tmp_path / "closures.parquet")
    part = read(tmp_path / "closures.parquet", kind=Kind.CLOSURES)
    assert part.records[0] == {"id": "a", "from": moment, "geometry": point, "name": "지하차도"}
    assert part.places == ["closures.parquet: row 1", "closures.parquet: row 2"]


def test_a_gzip_bomb_is_refused_by_what_it_would_unpack_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "MAX_UNPACKED_BYTES", 5_000_000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode() + b"1,2,3\n" * 2_000_000))
    assert path.stat().st_size < 50_000
    with pytest.raises(InputError, match="at most 5000000 bytes unpacked"):
        next(tidy.read_csv(path, {}))


def test_a_file_without_line_ends_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "line.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode() + b"x" * 5_000_000))
    with pytest.raises(InputError, match=f"lines of at most {tidy.MAX_LINE_BYTES} bytes"):
        next(tidy.read_csv(path, {}))
