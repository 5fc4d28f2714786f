"""Whether an SQLite file hangs together; known without loading what talks to databases."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

FULL_CHECK_BYTE: Final = 16_000_000
"""Smaller files are checked with their indexes, which takes half a second; larger ones when they are suspected."""


def lenient(told: bytes) -> str:
    """Text of a file in which any byte may have changed."""
    return told.decode(errors="replace")


def suspicion(database: Path) -> Path:
    """File whose presence says that something damaged was met while the database was in use."""
    return database.with_name(f"{database.name}-suspect")


def faults_at_start(database: Path) -> list[str]:
    """What is wrong with a file that is about to be used; a suspicion that proves empty is dropped.

    A quick check passes over indexes: where one is damaged, reading by it fails or finds less than there is.
    """
    suspected = suspicion(database)
    is_quick = database.stat().st_size > FULL_CHECK_BYTE and not suspected.exists()
    found = database_faults(database, is_quick)
    if not found and not is_quick:
        suspected.unlink(missing_ok=True)
    return found


def database_faults(database: Path, is_quick: bool = True) -> list[str]:
    """What SQLite finds wrong with a file: nothing for one that hangs together."""
    pragma = "quick_check" if is_quick else "integrity_check"
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True, timeout=60)) as connection:
            connection.text_factory = lenient
            found = [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}(20)")]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [str(error)]
    return [] if found == ["ok"] else found
