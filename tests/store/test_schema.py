"""Tables, migrations and the opening of databases."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from dashboard.store.schema import HEAD_REVISION, MIGRATIONS, metadata, open_database, writing
from risk_core.errors import InputError

OPEN_TABLES = (
    "webhooks", "deliveries", "jobs", "contributed_sources", "contributed_batches", "held_rows", "privacy_spent",
)  # fmt: skip


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'store.sqlite'}"


def test_migrated_schema_equals_the_tables(tmp_path: Path) -> None:
    engine = open_database(url_of(tmp_path))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_newest_migration_is_the_one_looked_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD_REVISION


def test_keys_lead_with_area_on_every_database(tmp_path: Path) -> None:
    open_database(url_of(tmp_path))
    with sqlite3.connect(tmp_path / "store.sqlite") as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'rain'").fetchone()
    assert "PRIMARY KEY (area_id, source, simulated, station_id, time_s)" in made
    for table in metadata.tables.values():
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_connections_wait_and_reach_the_disk(tmp_path: Path) -> None:
    engine = open_database(url_of(tmp_path))
    with engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30_000}


def test_writing_locks_at_once_and_undoes_everything_on_an_error(tmp_path: Path) -> None:
    engine = open_database(url_of(tmp_path))
    other = sqlite3.connect(tmp_path / "store.sqlite", timeout=0)
    with pytest.raises(RuntimeError), writing(engine) as connection:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        connection.execute(text("INSERT INTO area_changes VALUES ('seoul', 1)"))
        raise RuntimeError
    assert other.execute("SELECT count(*) FROM area_changes").fetchone() == (0,)


def test_opening_twice_migrates_once(tmp_path: Path) -> None:
    open_database(url_of(tmp_path))
    engine = open_database(url_of(tmp_path))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD_REVISION]


def test_a_database_of_the_first_version_is_brought_up_and_keeps_its_rows(tmp_path: Path) -> None:
    with writing(open_database(url_of(tmp_path))) as connection:
        connection.execute(text("INSERT INTO area_changes VALUES ('seoul', 7)"))
        for name in (*OPEN_TABLES, "kept_answers", "acts", "keys", "kind_changes", "deaths", "surveys"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("ALTER TABLE tracks DROP COLUMN radius_70_prob_m"))
        for name in ("district_id", "sd_persons"):
            connection.execute(text(f"ALTER TABLE counts DROP COLUMN {name}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with open_database(url_of(tmp_path)).connect() as connection:
        assert connection.execute(text("SELECT change_count FROM area_changes")).scalars().all() == [7]
        assert connection.execute(text("SELECT count(*) FROM kind_changes")).scalar() == 0
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD_REVISION


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    with writing(open_database(url_of(tmp_path))) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InputError, match="newer version"):
        open_database(url_of(tmp_path))


@pytest.mark.parametrize("bad", ["nonsense", "mongodb://host/x", "sqlite:////proc/none/store.sqlite"])
def test_unusable_databases_are_named(bad: str) -> None:
    with pytest.raises(InputError, match="ANSIMGIL_DATABASE_URL"):
        open_database(bad)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(InputError, match="not a database"):
        open_database(url_of(tmp_path))


def test_a_password_is_never_shown() -> None:
    with pytest.raises(InputError) as raised:
        open_database("nosuchdriver://user:secret@host/x")
    assert "secret" not in str(raised.value)
