"""Whether an SQLite file hangs together; known without loading what talks to databases."""

import contextlib
import sqlite3
from pathlib import Path


def database_faults(database: Path, is_quick: bool = True) -> list[str]:
    """What SQLite finds wrong with a file: nothing for one that hangs together."""
    pragma = "quick_check" if is_quick else "integrity_check"
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True, timeout=60)) as connection:
            found = [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}(20)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found
