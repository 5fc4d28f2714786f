"""At the start: a database that does not hang together is set aside and rebuilt from its newest copy and what is left.

What is taken from the damaged file is taken row by row: observations whose checksum holds, acts whose chain holds.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Boolean, Table, exc, insert, select
from sqlalchemy.engine import make_url

from dashboard.store.acts import ActStore
from dashboard.store.backup import copy_database, database_files, set_aside, sqlite_file
from dashboard.store.kinds import Kind
from dashboard.store.row_checks import CRC
from dashboard.store.schema import (
    ACTS,
    CHANGES,
    HEAD_REVISION,
    KIND_CHANGES,
    ROW_CHECKS,
    TABLES,
    metadata,
    open_database,
    writing,
)
from dashboard.store.soundness import database_faults, faults_at_start, lenient, suspicion
from dashboard.store.upserts import raise_change_count, upsert_rows
from risk_core.errors import AnsimgilError

log = logging.getLogger(__name__)

COPIES: Final = "backups"
N_COPY: Final = 3
COUNTED: Final = (CHANGES.name, KIND_CHANGES.name)
"""Counted anew instead of being taken over."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done: where the damaged file lies, the copy begun with (empty for none), rows saved by table."""

    faults: tuple[str, ...]
    aside: Path
    copy: str
    n_saved: dict[str, int]


def mend_database(home: Path, database_url: str, now_s: float) -> Mended | None:
    """Look at the database and rebuild it where it does not hang together; None where nothing was wrong.

    Parameters
    ----------
    home, database_url
        Where copies are, and the database; one that is not in a file is left to its own server.
    now_s
        Unix seconds, for the name of the folder the damaged file is moved to.
    """
    if make_url(database_url).get_backend_name() != "sqlite":
        return None
    database = sqlite_file(database_url)
    if not database.is_file():
        return None
    names_lost = _names_lost(database) if suspicion(database).exists() else []
    faults = [*faults_at_start(database), *names_lost]
    if not faults:
        return None
    log.error("the database is damaged (%s); it is set aside and rebuilt", faults[0])
    aside = set_aside(home, database_files(database), now_s)
    copy = next((one for one in copies(home) if not database_faults(one)), None)
    if copy is not None:
        copy_database(copy, database)
    saved = _save_rows(aside / database.name, database_url)
    told = Mended(tuple(faults), aside, "" if copy is None else copy.name, saved)
    log.error(
        "rebuilt from %s and %d rows of the damaged file in %s", told.copy or "nothing", sum(saved.values()), aside
    )
    return told


def _names_lost(database: Path) -> list[str]:
    """Tables and columns that the migrations made and the file does not name; none while a migration is missing."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True)) as connection:
        connection.text_factory = lenient
        try:
            if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(HEAD_REVISION,)]:
                return []
            there = {table: set(_columns(connection, table)) for table in metadata.sorted_tables}
        except sqlite3.DatabaseError as error:
            return [str(error)]
    lost = [f"{table.name}.{name}" for table, names in there.items() for name in _ours(table) if name not in names]
    return [f"no such column: {name}" for name in lost]


def _ours(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _columns(connection: sqlite3.Connection, table: Table) -> list[str]:
    """Names of a table's columns as the file has them, in its order."""
    return [str(row[1]) for row in connection.execute(f'PRAGMA table_info("{table.name}")')]


def copies(home: Path) -> list[Path]:
    """Copies of the database that the server made by itself, newest first."""
    return sorted((home / COPIES).glob("*.sqlite"), reverse=True)


def make_copy(home: Path, database_url: str, now_s: float) -> Path | None:
    """Copy the database into ``home/backups``, drop the oldest copies; None for one that is damaged or in no file."""
    if make_url(database_url).get_backend_name() != "sqlite" or not sqlite_file(database_url).is_file():
        return None
    database = sqlite_file(database_url)
    if database_faults(database, is_quick=False):
        suspicion(database).touch()
        log.error("the database is damaged and is not copied; it is mended at the next start")
        return None
    (home / COPIES).mkdir(parents=True, exist_ok=True)
    made = home / COPIES / f"{now_s:015.0f}.sqlite"
    copy_database(database, made)
    for old in copies(home)[N_COPY:]:
        old.unlink(missing_ok=True)
    return made


def _save_rows(damaged: Path, database_url: str) -> dict[str, int]:
    """Put every row that can be read and proven into the rebuilt database; returns how many by table."""
    saved: dict[str, int] = {}
    engine = open_database(database_url)
    for table in metadata.sorted_tables:
        if table.name in COUNTED:
            continue
        rows = list(_readable(damaged, table))
        kind = next((kind for kind, one in TABLES.items() if one is table), None)
        with contextlib.suppress(exc.SQLAlchemyError, AnsimgilError):
            with writing(engine) as connection:
                n_saved = _save_kind(connection, kind, rows) if kind else _save_plain(connection, table, rows)
            if n_saved:
                saved[table.name] = n_saved
    engine.dispose()
    acts = ActStore(database_url)
    if not acts.verify():
        log.error("the chain of acts does not hold in the rebuilt database; see the damaged one")
    acts.close()
    return saved


def _save_kind(connection: Any, kind: Kind, rows: list[dict[str, Any]]) -> int:
    checks, area_ids = ROW_CHECKS[kind], set()
    sound = [row for row in rows if row.get(CRC) is not None and _is_proven(checks, row)]
    if not sound:
        return 0
    for row in sound:
        area_ids.add(str(row["area_id"]))
    n_new, n_changed = upsert_rows(connection, TABLES[kind], sound)
    for area_id in area_ids if n_new or n_changed else ():
        raise_change_count(connection, area_id, [kind])
    return n_new + n_changed


def _is_proven(checks: Any, row: dict[str, Any]) -> bool:
    try:
        return bool(checks.of([row])[0] == row[CRC])
    except (TypeError, ValueError):
        return False


def _save_plain(connection: Any, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert rows that are not known yet; acts only as far as they continue the numbers known."""
    key = [column.name for column in table.primary_key.columns]
    known = {tuple(row) for row in connection.execute(select(*(table.c[name] for name in key)))}
    new = [row for row in rows if tuple(row[name] for name in key) not in known]
    if table is ACTS:
        first = max((one[0] for one in known), default=0) + 1
        new = [row for k, row in enumerate(sorted(new, key=lambda row: row["act_id"])) if row["act_id"] == first + k]
    for row in new:
        with connection.begin_nested():
            connection.execute(insert(table).values(row))
    return len(new)


def _readable(damaged: Path, table: Table) -> Iterator[dict[str, Any]]:
    """Rows from both ends of a table as far as they can be read; each once."""
    switches = [column.name for column in table.columns if isinstance(column.type, Boolean)]
    key = [column.name for column in table.primary_key.columns]
    seen = set()
    for direction in ("ASC", "DESC"):
        with (
            contextlib.suppress(sqlite3.DatabaseError, UnicodeDecodeError),
            contextlib.closing(sqlite3.connect(f"file:{damaged}?mode=rw", uri=True)) as connection,
        ):
            connection.text_factory = lenient
            names = _names_meant(_columns(connection, table), _ours(table))
            order = ", ".join(f"{1 + names.index(name)} {direction}" for name in key)
            for found in connection.execute(f'SELECT * FROM "{table.name}" ORDER BY {order}'):
                row = {name: value for name, value in zip(names, found, strict=True) if name in table.c}
                row |= {name: bool(row[name]) for name in switches if row.get(name) is not None}
                at = tuple(row[name] for name in key)
                if at not in seen:
                    seen.add(at)
                    yield row


def _names_meant(names: list[str], ours: list[str]) -> list[str]:
    """The file's names of a table's columns; one that alone is unknown stands for the one of ours that is missing."""
    missing, unknown = [name for name in ours if name not in names], [name for name in names if name not in ours]
    if len(missing) != 1 or len(unknown) != 1:
        return names
    return [missing[0] if name == unknown[0] else name for name in names]
