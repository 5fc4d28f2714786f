"""Copies of everything that cannot be computed again, each file with its checksum; and back from them."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import make_url

from dashboard.store.durable import sync_folder
from risk_core.errors import Fault, InputError, UnavailableError

LIST: Final = "BACKUP.json"
DATABASE: Final = "observations.sqlite"
KEPT: Final = ("areas", "archive", "intake", "models", "plans", "secret")
"""What lies beside the database and is copied where it is there."""
FORMAT: Final = 1
QUARANTINE: Final = "quarantine"
SERVER_LOCK: Final = "serve.lock"


def sqlite_file(database_url: str) -> Path:
    """File of an SQLite database.

    Raises
    ------
    InputError
        For another kind of database, which has tools of its own.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        remedy = "Use pg_dump and pg_restore for PostgreSQL; see .deploy/README.md."
        raise InputError(Fault("database_url", url.get_backend_name(), "a database in a file", remedy))
    return Path(str(url.database))


def back_up(home: Path, database_url: str, folder: Path, now_s: float) -> dict[str, Any]:
    """Copy database, archive, areas, models and plans into a new folder while everything runs.

    Parameters
    ----------
    home, database_url
        What is copied.
    folder
        Must not be there, or be empty.
    now_s
        Unix seconds, for the list.

    Returns
    -------
    dict
        The list: format, moment, and SHA-256 of each file. It is written last: a folder without it is no backup.

    Raises
    ------
    InputError
        When the folder holds something, or the database is none in a file.
    """
    database = sqlite_file(database_url)
    if folder.exists() and any(folder.iterdir()):
        raise InputError(Fault("folder", str(folder), "a new or empty folder", "Choose another folder."))
    folder.mkdir(parents=True, exist_ok=True)
    copy_database(database, folder / DATABASE)
    for name in KEPT:
        source = home / name
        if source.is_dir():
            shutil.copytree(source, folder / name, symlinks=True, ignore=shutil.ignore_patterns(".tmp-*", ".lock"))
        elif source.is_file():
            shutil.copy2(source, folder / name)
    files = {str(path.relative_to(folder)): _synced_sha256(path) for path in sorted(_files(folder))}
    told = {"format": FORMAT, "made_at_s": now_s, "files": files}
    temporary = folder / f".tmp-{LIST}"
    temporary.write_text(json.dumps(told, indent=1), encoding="utf-8")
    _synced_sha256(temporary)
    os.replace(temporary, folder / LIST)
    sync_folder(folder)
    return told


def copy_database(database: Path, to: Path) -> None:
    """Copy an SQLite database as it is at one moment, while others write; on the disk when it returns."""
    temporary = to.with_name(f".tmp-{to.name}")
    temporary.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", (str(temporary),))
    _synced_sha256(temporary)
    os.replace(temporary, to)
    sync_folder(to.parent)


def backup_faults(folder: Path) -> list[str]:
    """What is wrong with a backup: files that are missing, altered or not listed."""
    try:
        told = json.loads((folder / LIST).read_bytes())
    except (OSError, ValueError):
        return [f"{folder / LIST}: missing or unreadable; the backup did not come to its end"]
    if told.get("format") != FORMAT:
        return [f"{folder / LIST}: format {told.get('format')}, not {FORMAT}"]
    found = []
    for name, sha256 in told["files"].items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name}: missing")
        elif _sha256(path) != sha256:
            found.append(f"{name}: not what was written")
    return found


def restore(folder: Path, home: Path, database_url: str, now_s: float) -> Path:
    """Put a backup in place of what is there, which is set aside; only while no server runs on the home.

    Returns
    -------
    Path
        Where the former files lie.

    Raises
    ------
    InputError
        When the backup is not whole; nothing is touched then.
    UnavailableError
        When a server runs on the home.
    """
    database = sqlite_file(database_url)
    faults = backup_faults(folder)
    if faults:
        raise InputError(*(Fault("backup", fault, "a whole backup", "Choose another backup.") for fault in faults[:20]))
    with _stopped(home):
        aside = set_aside(home, [*database_files(database), *(home / name for name in KEPT)], now_s)
        shutil.copytree(folder, home, dirs_exist_ok=True, symlinks=True, ignore=shutil.ignore_patterns(LIST, DATABASE))
        database.parent.mkdir(parents=True, exist_ok=True)
        temporary = database.with_name(f".tmp-{database.name}")
        shutil.copy2(folder / DATABASE, temporary)
        _synced_sha256(temporary)
        os.replace(temporary, database)
        sync_folder(database.parent)
    return aside


def database_files(database: Path) -> list[Path]:
    """The database and what SQLite keeps beside it."""
    return [database.with_name(database.name + ending) for ending in ("", "-wal", "-shm", "-suspect")]


def set_aside(home: Path, paths: list[Path], now_s: float) -> Path:
    """Move files and folders into a folder of their own under ``home/quarantine``; returns it."""
    folder = home / QUARANTINE / f"{now_s:.0f}"
    number = 0
    while folder.exists():
        number += 1
        folder = home / QUARANTINE / f"{now_s:.0f}-{number}"
    folder.mkdir(parents=True)
    for path in paths:
        if path.exists():
            shutil.move(path, folder / path.name)
    sync_folder(folder)
    return folder


@contextlib.contextmanager
def _stopped(home: Path) -> Iterator[None]:
    """Hold the lock that a server holds while it runs."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / SERVER_LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnavailableError(
                Fault("home", str(home), "a home without a running server", "Stop the server first.")
            ) from None
        yield


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and path.name != LIST)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _synced_sha256(path: Path) -> str:
    """SHA-256 of a file that is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()
