"""Old observations move to files and are told as before, whatever happens in between."""

import csv
import dataclasses
import io
import logging

import pytest

from dashboard.cli import main
from dashboard.store.archive import Archive, day_of
from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from dashboard.store.retention import archive_old, history, history_page
from risk_core.units import S_PER_DAY

NOW_S = 1_785_888_000.0 + 40_000.0
ALL = (0.0, 7e9)


def gauges(first_day=0, n_day=6, amount=1.0, revision=0):
    place = {"station_id": "108", "lat": 37.5, "lon": 127.0, "interval_s": 600, "amount_mm": amount}
    return [place | {"time_s": NOW_S - S_PER_DAY * day - 600 * k, "revision": revision}
            for day in range(first_day, n_day) for k in range(5)]  # fmt: skip


@pytest.fixture
def store(database_url):
    one = ObservationStore(database_url)
    yield one
    one.close()


def fill(store, rows, **more):
    given = {"source": "kma", "simulated": False, "received_s": NOW_S} | more
    return store.ingest(Kind.RAIN, "seoul", rows, **given)


def told(store, archive):
    rows = history(store, archive, Kind.RAIN, "seoul", *ALL)
    return [{name: value for name, value in row.items() if name != "received_s"} for row in rows]


def pages(store, archive, n, since_s=None):
    """All rows, page by page."""
    found, after, key = [], None, ("time_s", *store.page_key(Kind.RAIN))
    while page := history_page(store, archive, Kind.RAIN, "seoul", since_s, after, n):
        assert len(page) <= n
        found += page
        after = tuple(page[-1][name] for name in key)
    return [{name: value for name, value in row.items() if name not in ("received_s", "row_crc32")} for row in found]


@pytest.mark.parametrize("n", [1, 4, 7, 100])
def test_pages_go_through_archive_and_database_as_one(store, tmp_path, n):
    archive = Archive(tmp_path)
    fill(store, gauges())
    fill(store, gauges(4, 5), source="drill", simulated=True)
    before, late = pages(store, archive, 100), NOW_S - 3.5 * S_PER_DAY
    assert archive_old(store, archive, 2, NOW_S) == 15
    assert pages(store, archive, n) == before
    assert pages(store, archive, n, late) == [row for row in before if row["time_s"] >= late]
    assert fill(store, gauges(5, 6, amount=2.0, revision=1)).n_new == 5, "a day that is archived is told anew"
    newest = [row | ({"amount_mm": 2.0, "revision": 1} if row["revision"] == 0 and row["time_s"] < NOW_S - 5 * S_PER_DAY
              + 1 else {}) for row in before]  # fmt: skip
    assert [(row["time_s"], row["amount_mm"]) for row in pages(store, archive, n)] == [
        (row["time_s"], row["amount_mm"]) for row in newest
    ]


def test_history_is_the_same_before_and_after_and_a_second_time_moves_nothing(store, tmp_path):
    archive = Archive(tmp_path)
    fill(store, gauges())
    fill(store, gauges(4, 5), source="drill", simulated=True)
    before = told(store, archive)
    assert archive_old(store, archive, 2, NOW_S) == 15
    assert told(store, archive) == before
    assert min(row["time_s"] for row in store.rows(Kind.RAIN, "seoul") if not row["simulated"]) >= NOW_S - 3 * S_PER_DAY
    assert archive_old(store, archive, 2, NOW_S) == 0
    assert archive.faults() == []


def test_late_and_repeated_rows_of_an_archived_day_find_their_place(store, tmp_path):
    archive = Archive(tmp_path)
    fill(store, gauges(3))
    archive_old(store, archive, 2, NOW_S)
    before = told(store, archive)
    fill(store, gauges(3))
    assert told(store, archive) == before
    archive_old(store, archive, 2, NOW_S)
    assert told(store, archive) == before
    fill(store, gauges(4, 5, amount=7.0, revision=1))
    fill(store, gauges(5, 6, amount=9.0, revision=0), received_s=NOW_S + 1)
    archive_old(store, archive, 2, NOW_S)
    amounts = {day_of(row["time_s"]): row["amount_mm"] for row in told(store, archive)}
    assert list(amounts.values()) == [9.0, 7.0, 1.0]
    assert len(told(store, archive)) == 15


def test_a_stop_between_file_and_deletion_tells_nothing_twice(store, tmp_path, monkeypatch):
    archive = Archive(tmp_path)
    fill(store, gauges(3))
    before = told(store, archive)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("dashboard.store.retention.writing", stop)
    with pytest.raises(KeyboardInterrupt):
        archive_old(store, archive, 2, NOW_S)
    monkeypatch.undo()
    assert told(store, archive) == before
    assert archive_old(store, archive, 2, NOW_S) == 15
    assert told(store, archive) == before


def test_a_file_that_was_altered_is_left_out_and_named(store, tmp_path, caplog):
    archive = Archive(tmp_path)
    fill(store, gauges(3))
    archive_old(store, archive, 2, NOW_S)
    (first, *_) = archive.files(Kind.RAIN, "seoul").values()
    path = tmp_path / "archive" / "rain" / "seoul" / first.name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with caplog.at_level(logging.ERROR):
        rows = told(store, Archive(tmp_path))
    assert len(rows) == 10
    assert first.day not in {day_of(row["time_s"]) for row in rows}
    assert "not what was written" in caplog.text
    assert archive.faults() == [f"{path}: not what was written"]
    path.unlink()
    assert archive.faults() == [f"{path}: missing"]


def test_the_archive_reads_its_own_folder_only(tmp_path):
    from dashboard.store import archive

    (tmp_path / "in").mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with archive._reading(tmp_path / "in") as connection, pytest.raises(Exception, match=r"ermission|disabled"):
        connection.execute("SELECT * FROM read_csv(?)", [str(tmp_path / "secret.csv")])


def test_commands_move_and_tell(tmp_path, capsys):
    environ = {"ANSIMGIL_HOME": str(tmp_path)}
    store = ObservationStore(f"sqlite:///{tmp_path}/observations.sqlite")
    fill(store, gauges(3))
    store.close()
    assert main(["store", "archive"], environ) == 0
    assert capsys.readouterr().out == "15 rows moved\n"
    assert main(["store", "history", "rain", "--area", "seoul"], environ) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 15 and {row["station_id"] for row in rows} == {"108"}
    assert main(["store", "check"], environ) == 0
    assert capsys.readouterr().out == "the store is sound\n"


def test_a_day_file_is_a_plain_record(tmp_path):
    made = Archive(tmp_path).write_day(Kind.RAIN, "seoul", "2026-08-05", [])
    assert dataclasses.asdict(made)["n_row"] == 0
