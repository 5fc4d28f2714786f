"""Copies are whole or no copies; what is brought back is what was there."""

import sqlite3
import threading

import pytest

from dashboard.cli import main
from dashboard.serve.keeper import look_after
from dashboard.serve.processes import hold_lock
from dashboard.settings import Settings
from dashboard.store.acts import ActStore, Deed
from dashboard.store.backup import LIST, back_up, backup_faults, restore
from dashboard.store.bundles import Manifest, bundle_path, read_bundle, write_bundle
from dashboard.store.kinds import Kind
from dashboard.store.mend import N_COPY, copies, mend_database
from dashboard.store.observations import ObservationStore
from dashboard.store.soundness import database_faults, suspicion
from risk_core.errors import InputError, UnavailableError

NOW_S = 1_785_888_000.0
PAGE_BYTE = 4096
"""Of SQLite; the first page tells which tables there are."""


def gauge(k, amount=1.0):
    return {"station_id": f"s{k}", "time_s": NOW_S, "lat": 37.5, "lon": 127.0, "interval_s": 600, "amount_mm": amount}


@pytest.fixture
def settings(tmp_path, area):
    settings = Settings(home=tmp_path / "home", area="tiny")
    write_bundle(settings.home, area, Manifest())
    fill(settings, 0, 400)
    acts = ActStore(settings.database_url)
    for k in range(30):
        acts.record(Deed("tiny", "closure", f"c{k}", "close"), ("1f2e3d4c", "City hall"), NOW_S + k)
    acts.close()
    return settings


def fill(settings, first, last, amount=1.0):
    store = ObservationStore(settings.database_url)
    rows = [gauge(k, amount) for k in range(first, last)]
    store.ingest(Kind.RAIN, "tiny", rows, source="kma", simulated=False, received_s=NOW_S)
    store.close()


def rows(settings):
    store = ObservationStore(settings.database_url)
    found = store.rows(Kind.RAIN, "tiny")
    store.close()
    return found


def test_what_is_brought_back_is_what_was_there(settings, tmp_path):
    before = rows(settings)
    content = read_bundle(bundle_path(settings.home, "tiny")).content_hash
    told = back_up(settings.home, settings.database_url, tmp_path / "copy", NOW_S)
    assert backup_faults(tmp_path / "copy") == []
    assert {"observations.sqlite", "areas/tiny/current"} <= set(told["files"])
    fill(settings, 0, 900, amount=5.0)
    aside = restore(tmp_path / "copy", settings.home, settings.database_url, NOW_S)
    assert rows(settings) == before
    assert read_bundle(bundle_path(settings.home, "tiny")).content_hash == content
    assert (aside / "observations.sqlite").is_file()
    new = Settings(home=tmp_path / "other", area="tiny")
    restore(tmp_path / "copy", new.home, new.database_url, NOW_S)
    assert rows(new) == before


def test_a_copy_made_while_others_write_is_of_one_moment(settings, tmp_path):
    stop = threading.Event()

    def write():
        store, k = ObservationStore(settings.database_url), 1000
        while not stop.is_set():
            batch = [gauge(k + n) for n in range(20)]
            store.ingest(Kind.RAIN, "tiny", batch, source="kma", simulated=False, received_s=NOW_S)
            k += 20
        store.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            back_up(settings.home, settings.database_url, tmp_path / f"copy{number}", NOW_S)
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        copied = Settings(home=tmp_path / f"copy{number}")
        assert database_faults(tmp_path / f"copy{number}" / "observations.sqlite") == []
        assert len(rows(copied)) % 20 == 0, "half a batch"


def test_a_copy_with_a_fault_is_refused_and_nothing_is_touched(settings, tmp_path):
    back_up(settings.home, settings.database_url, tmp_path / "copy", NOW_S)
    before = rows(settings)
    path = tmp_path / "copy" / "observations.sqlite"
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match="not what was written"):
        restore(tmp_path / "copy", settings.home, settings.database_url, NOW_S)
    (tmp_path / "copy" / LIST).unlink()
    with pytest.raises(InputError, match="did not come to its end"):
        restore(tmp_path / "copy", settings.home, settings.database_url, NOW_S)
    with pytest.raises(InputError, match="empty folder"):
        back_up(settings.home, settings.database_url, tmp_path / "copy", NOW_S)
    assert rows(settings) == before


def test_nothing_is_brought_back_under_a_running_server(settings, tmp_path):
    back_up(settings.home, settings.database_url, tmp_path / "copy", NOW_S)
    with hold_lock(settings.home / "serve.lock", "server"), pytest.raises(UnavailableError, match="Stop the server"):
        restore(tmp_path / "copy", settings.home, settings.database_url, NOW_S)


def test_another_kind_of_database_is_sent_to_its_own_tools(tmp_path):
    with pytest.raises(InputError, match="pg_dump"):
        back_up(tmp_path, "postgresql+psycopg://u:secret@host/x", tmp_path / "copy", NOW_S)


def test_commands(settings, tmp_path, capsys):
    environ = {"ANSIMGIL_HOME": str(settings.home)}
    assert main(["store", "check"], environ) == 0
    assert main(["store", "backup", str(tmp_path / "copy")], environ) == 0
    assert main(["store", "restore", str(tmp_path / "copy")], environ) == 0
    assert main(["store", "restore", str(tmp_path / "none")], environ) == 2
    with sqlite3.connect(settings.home / "observations.sqlite") as connection:
        connection.execute("UPDATE rain SET rate_mm_per_h = 77 WHERE station_id = 's7'")
        connection.execute("UPDATE acts SET why = 'other' WHERE act_id = 2")
    capsys.readouterr()
    assert main(["store", "check"], environ) == 1
    told = capsys.readouterr().out
    assert "rain: 1 rows are not what was stored" in told
    assert "acts: the chain does not hold" in told


def test_a_row_that_the_disk_altered_is_never_told(settings, caplog):
    with sqlite3.connect(settings.home / "observations.sqlite") as connection:
        connection.execute("UPDATE rain SET rate_mm_per_h = rate_mm_per_h * 2 WHERE station_id = 's7'")
    told = rows(settings)
    assert len(told) == 399
    assert "s7" not in {row["station_id"] for row in told}
    assert "not what was stored" in caplog.text
    fill(settings, 0, 400, amount=1.0)
    assert len(rows(settings)) == 400, "sent again, the row is whole again"


def test_a_text_that_is_none_any_more_loses_its_own_row_only(settings):
    path = settings.home / "observations.sqlite"
    store = ObservationStore(settings.database_url)
    store.shorten_journal()
    data = bytearray(path.read_bytes())
    data[data.rindex(b"good") + 3] ^= 0x80
    path.write_bytes(data)
    assert len(store.rows(Kind.RAIN, "tiny")) == 399
    store.close()


@pytest.mark.parametrize("value", ["'x'", "x'6a72'", "9e999", "NULL"])
def test_a_value_that_is_not_of_its_kind_loses_its_own_row_only(settings, value):
    with sqlite3.connect(settings.home / "observations.sqlite") as connection:
        connection.execute(f"UPDATE rain SET interval_s = {value} WHERE station_id = 's7'")
    told = rows(settings)
    assert len(told) == 399 and "s7" not in {row["station_id"] for row in told}


def test_a_sound_database_is_left_alone(settings):
    assert mend_database(settings.home, settings.database_url, NOW_S) is None
    assert mend_database(settings.home / "none", f"sqlite:///{settings.home}/none/x.sqlite", NOW_S) is None
    assert mend_database(settings.home, "postgresql+psycopg://u@host/x", NOW_S) is None


@pytest.mark.parametrize("has_copy", [True, False])
def test_a_damaged_database_is_set_aside_and_rebuilt(settings, has_copy):
    before = rows(settings)
    if has_copy:
        look_after(settings, NOW_S)
    fill(settings, 400, 800)
    store = ObservationStore(settings.database_url)
    store.shorten_journal()
    store.close()
    path = settings.home / "observations.sqlite"
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 6000] = b"\xa5" * 6000
    path.write_bytes(data)
    mended = mend_database(settings.home, settings.database_url, NOW_S)
    assert mended is not None and mended.faults
    assert (mended.aside / "observations.sqlite").is_file()
    assert bool(mended.copy) is has_copy
    assert database_faults(path) == []
    after = {row["station_id"]: row["amount_mm"] for row in rows(settings)}
    assert set(after.values()) == {1.0}
    assert not has_copy or {row["station_id"] for row in before} <= set(after)
    assert len(after) > 100
    acts = ActStore(settings.database_url)
    assert acts.verify()
    acts.close()
    fill(settings, 0, 800)
    assert len(rows(settings)) == 800, "replay completes it"


def test_the_keeper_copies_once_a_day_and_keeps_a_few(settings):
    for day in (0, 0, 1, 2, 3):
        look_after(settings, NOW_S + 86_400 * day)
    found = copies(settings.home)
    assert [float(path.stem) for path in found] == [NOW_S + 86_400 * day for day in (3, 2, 1)]
    assert len(found) == N_COPY


def damage_index(path, settings):
    """Change the first value of the newest row's entry in an index, which a quick check does not compare."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_rain_area_time'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(path.read_bytes())
    page = data[(root - 1) * size : root * size]
    at = (root - 1) * size + page.rindex(b"tiny")
    data[at : at + 4] = b"tinx"
    path.write_bytes(data)


def test_a_damaged_index_is_found_at_the_start_and_nothing_is_lost(settings):
    before = rows(settings)
    path = settings.home / "observations.sqlite"
    store = ObservationStore(settings.database_url)
    store.shorten_journal()
    store.close()
    damage_index(path, settings)
    assert database_faults(path) == [], "a quick check passes over it"
    mended = mend_database(settings.home, settings.database_url, NOW_S)
    assert mended is not None and "ix_rain_area_time" in mended.faults[0]
    assert rows(settings) == before


def test_damage_met_in_use_is_told_and_looked_for_at_the_next_start(settings):
    path = settings.home / "observations.sqlite"
    store = ObservationStore(settings.database_url)
    store.shorten_journal()
    data = bytearray(path.read_bytes())
    data[PAGE_BYTE:] = b"\xa5" * (len(data) - PAGE_BYTE)
    path.write_bytes(data)
    with pytest.raises(UnavailableError, match="hangs together"):
        store.rows(Kind.RAIN, "tiny")
    store.close()
    assert suspicion(path).is_file()
    mended = mend_database(settings.home, settings.database_url, NOW_S)
    assert mended is not None and not suspicion(path).exists()


def test_a_suspicion_that_proves_empty_is_dropped(settings):
    path = settings.home / "observations.sqlite"
    suspicion(path).touch()
    assert mend_database(settings.home, settings.database_url, NOW_S) is None
    assert not suspicion(path).exists()


def test_a_fault_that_cannot_be_put_into_words_is_a_fault(settings):
    path = settings.home / "observations.sqlite"
    store = ObservationStore(settings.database_url)
    store.shorten_journal()
    store.close()
    data = bytearray(path.read_bytes())
    data[data.index(b"NOT NULL") + 5] = 0xD5
    path.write_bytes(data)
    assert mend_database(settings.home, settings.database_url, NOW_S) is not None


def test_a_column_whose_name_was_altered_is_told_and_its_values_come_back(settings):
    before, path = rows(settings), settings.home / "observations.sqlite"
    store = ObservationStore(settings.database_url)
    store.shorten_journal()
    store.close()
    data = bytearray(path.read_bytes())
    at = data.index(b"CREATE TABLE rain")
    at = data.index(b"rate_mm_per_h", at)
    data[at] = ord("q")
    path.write_bytes(data)
    assert database_faults(path, is_quick=False) == [], "SQLite finds nothing wrong with it"
    with pytest.raises(UnavailableError, match="Start the server again"):
        rows(settings)
    assert suspicion(path).is_file()
    mended = mend_database(settings.home, settings.database_url, NOW_S)
    assert mended is not None and mended.faults == ("no such column: rain.rate_mm_per_h",)
    assert rows(settings) == before
    assert not suspicion(path).exists()
    assert mend_database(settings.home, settings.database_url, NOW_S) is None
