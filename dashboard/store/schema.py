"""The database: tables made from the table of kinds, connections, migrations."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Engine,
    Index,
    Integer,
    String,
    Table,
    Text,
    create_engine,
    event,
    exc,
    inspect,
    text,
)
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.types import TypeEngine

from dashboard.store.columns import Column as ObservationColumn
from dashboard.store.columns import ColumnType
from dashboard.store.kinds import KINDS, PROVENANCE, Kind, KindSpec
from dashboard.store.open_tables import metadata
from dashboard.store.row_checks import CRC, RowChecks
from dashboard.store.soundness import lenient, suspicion
from risk_core.errors import Fault, InputError, UnavailableError

HEAD_REVISION: Final = "0009"
"""Newest migration; a test compares it with the folder."""

MIGRATIONS: Final = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS: Final = 30_000
"""How long a writer waits for another one."""

_WAL_RETRY_S: Final = 0.02

_LOCK_ID: Final = 4_711_050
"""PostgreSQL advisory lock of a writer."""

UNDECODABLE: Final = "Could not decode to UTF-8"
"""What SQLite says of a text of which a byte was changed."""

_NO_ROOM: Final = ("is full", "disk I/O error", "No space left")
"""What databases say when a disk takes nothing more."""

_TYPES: Final[Mapping[ColumnType, type[TypeEngine[Any]]]] = {
    ColumnType.NUMBER: Double,
    ColumnType.INTEGER: Integer,
    ColumnType.BOOLEAN: Boolean,
    ColumnType.TIME: Double,
    ColumnType.DAY: Double,
}


def _table_column(column: ObservationColumn, key: tuple[str, ...]) -> "Column[Any]":
    is_needed = column.required or column.default is not None or column.name in key
    kind = _TYPES.get(column.type, Text)
    return Column(column.name, kind(), primary_key=column.name in key, nullable=not is_needed, autoincrement=False)


def _kind_table(spec: KindSpec) -> Table:
    """Table of one kind; its key leads with area, source and whether it was simulated."""
    key = ("area_id", "source", "simulated", *spec.key)
    columns = {column.name: column for column in (*PROVENANCE, *spec.columns)}
    ordered = [columns[name] for name in key] + [column for name, column in columns.items() if name not in key]
    return Table(
        str(spec.kind),
        metadata,
        *(_table_column(column, key) for column in ordered),
        Column(CRC, BigInteger),
        Index(f"ix_{spec.kind}_area_time", "area_id", spec.time),
        sqlite_with_rowid=False,
    )


TABLES: Final[Mapping[Kind, Table]] = {kind: _kind_table(spec) for kind, spec in KINDS.items()}
"""One table a kind."""

ROW_CHECKS: Final[Mapping[Kind, RowChecks]] = {kind: RowChecks(table) for kind, table in TABLES.items()}
"""Makes and compares the checksums of each."""

CHANGES: Final = Table(
    "area_changes",
    metadata,
    Column("area_id", Text, primary_key=True),
    Column("change_count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How often the observations of each area have changed."""

KIND_CHANGES: Final = Table(
    "kind_changes",
    metadata,
    Column("area_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("change_count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How often each kind of them has."""

DRILLS: Final = Table(
    "drills",
    metadata,
    Column("area_id", Text, primary_key=True),
    Column("run_number", Integer, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("speed", Double, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("started_s", Double, nullable=False),
    Column("story_s", Double, nullable=False),
    Column("caption_code", Text, nullable=False),
    Column("elapsed_s", Double, nullable=False),
    Column("is_active", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""The drill of each area."""

KEYS: Final = Table(
    "keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("secret_sha256", Text, nullable=False),
    Column("made_s", Double, nullable=False),
    Column("expires_s", Double),
    Column("revoked_s", Double),
    Column("follows", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Keys of officials and developers; the secrets themselves are kept nowhere."""

ACTS: Final = Table(
    "acts",
    metadata,
    Column("act_id", Integer, primary_key=True, autoincrement=False),
    Column("area_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("deed", Text, nullable=False),
    Column("who_id", Text, nullable=False),
    Column("who_name", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at_s", Double, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("undoes", Integer),
    Column("chain_sha256", Text, nullable=False),
    Index("ix_acts_subject", "area_id", "subject", "subject_id", "act_id"),
)
"""What officials did, in order; rows are only ever added."""

KEPT_ANSWERS: Final = Table(
    "kept_answers",
    metadata,
    Column("who_id", Text, primary_key=True),
    Column("request_key", Text, primary_key=True),
    Column("request_sha256", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("mimetype", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at_s", Double, nullable=False),
    sqlite_with_rowid=False,
)
"""Answers to requests that named themselves, for those who ask again; status 0 while the first is at work."""


_NAME_LOST: Final = ("no such table", "no such column", "has no column named")
"""What SQLite says of a name that its schema does not hold."""
_ENGINES: Final[WeakSet[Engine]] = WeakSet()
"""Every engine of this process that is in use."""


def open_database(database_url: str) -> Engine:
    """Engine of a database whose schema is up to date; created and migrated where needed.

    Parameters
    ----------
    database_url
        SQLAlchemy URL: ``sqlite:////folder/store.sqlite`` or ``postgresql+psycopg://...``.

    Raises
    ------
    InputError
        For a URL that names no known database, or a file that cannot be opened or is no database.
    """
    try:
        url = make_url(database_url)
        if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, pool_pre_ping=url.get_backend_name() != "sqlite")
        _ENGINES.add(engine)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            event.listen(engine, "handle_error", _tell_damage)
        _migrate(engine)
    except (exc.ArgumentError, exc.NoSuchModuleError, exc.DatabaseError, ImportError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        remedy = f"Check ANSIMGIL_DATABASE_URL ({reason})."
        raise InputError(Fault("database_url", _without_password(database_url), "a usable database", remedy)) from error
    return engine


def close_connections() -> None:
    """Close every connection of this process that nobody uses just now; the next question opens one.

    For a process that is about to fork: a connection must not be used on both sides (SQLite: How To Corrupt, 2.6).
    """
    for engine in tuple(_ENGINES):
        engine.dispose()


def _without_password(database_url: str) -> str:
    try:
        return make_url(database_url).render_as_string(hide_password=True)
    except exc.ArgumentError:
        return "not a URL"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes, all or nothing; writers come one after the other.

    SQLite is locked at once, since a read turned into a write would fail; PostgreSQL by an advisory lock.

    Raises
    ------
    UnavailableError
        When the disk is full or cannot be written; nothing of the transaction is kept.
    """
    try:
        with engine.connect() as connection:
            connection.execution_options(is_writing=True, preserve_rowcount=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_ID})"))
                yield connection
    except exc.OperationalError as error:
        reason = str(error.orig)
        if not any(word in reason for word in _NO_ROOM):
            raise
        remedy = "Free space where the store lies; reading goes on, and writing does as soon as there is room."
        raise UnavailableError(Fault("store", reason, "room to write", remedy)) from error


@contextmanager
def any_text(connection: Connection) -> Iterator[None]:
    """Read texts of which a byte was changed as they are; the checksum of their row tells that they are not sound."""
    raw: Any = connection.connection.dbapi_connection
    former = raw.text_factory
    raw.text_factory = lenient
    try:
        yield
    finally:
        raw.text_factory = former


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """WAL, full synchronisation before a commit returns, patience with other writers."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _switch_to_wal(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """SQLite does not wait by its busy timeout when two open a new file at once and both change its journal mode."""
    until_s = time.monotonic() + BUSY_TIMEOUT_MS / 1000.0
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > until_s:
                raise
        time.sleep(_WAL_RETRY_S)


def _tell_damage(context: ExceptionContext) -> None:
    """Somebody read what does not hang together: say so in our words, and have the next start look closely.

    Our statements name what the migrations made, so a name that is unknown was changed on the disk.
    """
    is_corrupt = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT
    if not is_corrupt and not any(word in str(context.original_exception) for word in _NAME_LOST):
        return
    if context.engine is not None and context.engine.url.database:
        suspicion(Path(context.engine.url.database)).touch()
    remedy = "Start the server again: it sets the damaged file aside and rebuilds what can be read."
    fault = Fault("store", str(context.original_exception), "a database that hangs together", remedy)
    raise UnavailableError(fault) from context.original_exception


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine) -> None:
    """Bring the schema up to date; processes that open it together wait for the first."""
    with engine.connect() as connection:
        if _revision(connection) == HEAD_REVISION:
            return
    with writing(engine) as connection:
        upgrade(connection)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run every migration that is missing up to a revision, within the connection's transaction."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    found = _revision(connection)
    if found not in {None, *(known.revision for known in script.walk_revisions())}:
        remedy = "Start the version that wrote it, or give another ANSIMGIL_DATABASE_URL."
        raise InputError(
            Fault("database schema", str(found), "one this version knows; a newer version wrote it", remedy)
        )

    def missing(revision: Any, _context: object) -> Any:
        return script._upgrade_revs(to, revision)

    with EnvironmentContext(config, script, fn=missing) as environment:
        environment.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        environment.run_migrations()
