"""Files and renames that last through a power cut, and how a reader sees that one was replaced."""

import os
from pathlib import Path

Stamp = tuple[int, int]


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def stamp_of(path: Path | str) -> Stamp | None:
    """What changes when a file is replaced; None when it is absent."""
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the renames inside a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
