"""Tables, migrations and the opening of databases."""

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Column, Connection, Float, Integer, MetaData, create_engine, insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from dashboard.store.schema import HEAD_REVISION, MIGRATIONS, metadata, open_database, upgrade, writing
from risk_core.errors import InputError


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


def revisions() -> list[str]:
    """Every revision there has been, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return [known.revision for known in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def fill_every_table(connection: Connection) -> dict[str, list[dict[str, object]]]:
    """Three rows in each table of a schema, whatever its columns are; returns what was put in."""
    found = MetaData()
    found.reflect(connection)
    put = {}
    for table in found.sorted_tables:
        if table.name != "alembic_version":
            put[table.name] = [{column.name: value_of(column, k) for column in table.columns} for k in range(3)]
            connection.execute(insert(table), put[table.name])
    return put


def value_of(column: Column, k: int) -> object:
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Float):
        return k + 0.5
    return k + 1 if isinstance(column.type, Integer) else f"{column.name}-{k}"


@pytest.mark.parametrize("revision", revisions())
def test_a_database_of_every_earlier_schema_is_brought_up_and_keeps_its_rows(database_url: str, revision: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        upgrade(connection, revision)
        put = fill_every_table(connection)
    engine.dispose()
    engine = open_database(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD_REVISION
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        for name, rows in put.items():
            table = metadata.tables[name]
            kept = connection.execute(select(*(table.c[column] for column in rows[0]))).mappings().all()
            assert sorted(map(repr, map(dict, kept))) == sorted(map(repr, rows)), name
    engine.dispose()


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


def test_a_new_file_that_another_is_about_to_write_is_waited_for(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, other.execute, ["COMMIT"])
    release.start()
    with open_database(url_of(tmp_path)).connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    release.join()
    other.close()
