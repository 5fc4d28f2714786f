"""Snapshots of assessments: one writer, many readers, switched by an atomic rename.

A snapshot lives in ``home/snapshots/<area>/<version>/``; the file ``current`` beside it names the version served.
A version is ``<sequence>-<hash>``. A process killed at any point leaves either the former or the new pointer, each
naming a whole folder; leftovers are swept by the next write.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dashboard.store.durable import Stamp, stamp_of, sync_folder, write_bytes
from dashboard.store.snapshot_files import is_whole, read_folder, write_folder
from risk_core.errors import Fault, NotFoundError, UnavailableError
from risk_core.state.assessment import Assessment

N_KEPT: Final = 3
POINTER: Final = "current"
TEMPORARY: Final = ".tmp-"
VERSION_PATTERN: Final = re.compile(r"(\d+)-[0-9a-f]{12}")
AREA_PATTERN: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
N_TRY: Final = 5


def snapshot_folder(home: Path, area_id: str) -> Path:
    """Folder of all snapshots of one area."""
    return home / "snapshots" / area_id


def write_snapshot(home: Path, assessment: Assessment, like: str | None = None) -> Assessment:
    """Write the next snapshot of an area and serve it from now on.

    Only one process may write, one thread at a time; readers may read at any time.

    Parameters
    ----------
    home
        Folder of everything kept between starts.
    assessment
        What is written.
    like
        Version of a snapshot that differs in its closures only; what it shares is not written again.

    Returns
    -------
    Assessment
        The same assessment with `sequence` and `version` filled.

    Raises
    ------
    OSError
        When the disk is full or not writable; the former snapshot stays served.
    """
    folder = snapshot_folder(home, assessment.area_id)
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    sequence = max((_sequence(name) for name in _versions(folder)), default=0) + 1
    assessment = replace(assessment, sequence=sequence)
    temporary = folder / f"{TEMPORARY}{os.getpid()}-{sequence}"
    try:
        made = write_folder(temporary, assessment, None if like is None else folder / like)
    except OSError:
        if like is None:
            raise
        shutil.rmtree(temporary, ignore_errors=True)
        made = write_folder(temporary, assessment)
    version = f"{sequence}-{made}"
    temporary.rename(folder / version)
    write_bytes(folder / f"{TEMPORARY}{POINTER}", version.encode())
    os.replace(folder / f"{TEMPORARY}{POINTER}", folder / POINTER)
    sync_folder(folder)
    for old in _versions(folder)[N_KEPT:]:
        shutil.rmtree(folder / old, ignore_errors=True)
    return replace(assessment, version=version)


@dataclass(frozen=True, slots=True)
class _Served:
    """What one value of the pointer leads to, and the file it stands in as it was before it was read."""

    pointer: str
    version: str
    path: str
    stamp: Stamp | None


class SnapshotReader:
    """Maps the newest whole snapshot of each area; safe to share between threads.

    Parameters
    ----------
    home
        Folder of everything kept between starts.
    on_use
        Called with the area's name whenever somebody asks for its snapshot or version.

    Notes
    -----
    A reader that still holds an older assessment keeps working after its folder is deleted. The first snapshot met
    in a process is proven by its checksums; a torn one is passed over for the newest whole one.
    """

    def __init__(self, home: Path, on_use: Callable[[str], None] | None = None) -> None:
        self._home = home
        self._on_use = on_use
        self._lock = threading.Lock()
        self._served: dict[str, _Served] = {}
        self._loaded: dict[str, dict[str, Assessment]] = {}

    def version(self, area_id: str) -> str | None:
        """Version served now, None before the first; reads one small file when it was replaced."""
        served = self._served.get(area_id)
        if served is None and AREA_PATTERN.fullmatch(area_id) is None:
            return None
        if self._on_use is not None:
            self._on_use(area_id)
        if served is not None and served.stamp is not None and served.stamp == stamp_of(served.path):
            return served.version
        folder = snapshot_folder(self._home, area_id)
        path = str(folder / POINTER)
        stamp, pointer = stamp_of(path), _read_pointer(folder)
        if served is not None and served.pointer == pointer and pointer:
            version: str | None = served.version
        else:
            version = self._find_whole(folder, pointer, is_first=served is None)
        if version is not None:
            self._served[area_id] = _Served(pointer, version, path, stamp)
        return version

    def current(self, area_id: str) -> Assessment:
        """Newest assessment of an area, memory-mapped.

        Raises
        ------
        risk_core.errors.UnavailableError
            Before the first snapshot of the area.
        """
        for _ in range(N_TRY):
            version = self.version(area_id)
            if version is None:
                break
            try:
                return self._load(area_id, version)
            except FileNotFoundError:
                self._served.pop(area_id, None)
        remedy = "Start `python -m dashboard serve`, or wait a moment for its first pass."
        raise UnavailableError(Fault("area", area_id, "an area with a snapshot", remedy))

    def at(self, area_id: str, version: str) -> Assessment:
        """One of the newest assessments by its version, for a page that still shows it.

        Raises
        ------
        risk_core.errors.NotFoundError
            When the version is unknown or no longer kept.
        """
        try:
            if AREA_PATTERN.fullmatch(area_id) and VERSION_PATTERN.fullmatch(version):
                return self._load(area_id, version)
        except (OSError, ValueError, KeyError):
            self._loaded.get(area_id, {}).pop(version, None)
        raise NotFoundError(Fault("version", version, "a version still kept", "Ask for the current one."))

    def _load(self, area_id: str, version: str) -> Assessment:
        held = self._loaded.get(area_id, {}).get(version)
        if held is not None:
            return held
        with self._lock:
            loaded = self._loaded.setdefault(area_id, {})
            if version not in loaded:
                loaded[version] = read_folder(snapshot_folder(self._home, area_id) / version)
                for old in sorted(loaded, key=_sequence)[:-N_KEPT]:
                    del loaded[old]
            return loaded[version]

    def _find_whole(self, folder: Path, pointer: str, is_first: bool) -> str | None:
        """Pick the pointer's version if it is whole, otherwise the newest whole one."""
        candidates = ([pointer] if pointer else []) + [name for name in _versions(folder) if name != pointer]
        for version in candidates:
            is_proven = is_first or version != pointer
            if is_whole(folder / version, with_checksums=is_proven):
                return version
        return None


def _read_pointer(folder: Path) -> str:
    try:
        word = (folder / POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return word if VERSION_PATTERN.fullmatch(word) else ""


def _versions(folder: Path) -> list[str]:
    """Versions on disk, newest first."""
    names: Iterable[str] = os.listdir(folder) if folder.is_dir() else ()
    return sorted((name for name in names if VERSION_PATTERN.fullmatch(name)), key=_sequence, reverse=True)


def _sequence(version: str) -> int:
    return int(version.partition("-")[0])


def _sweep(folder: Path) -> None:
    """Remove what a killed writer left half-made."""
    for name in os.listdir(folder):
        if name.startswith(TEMPORARY):
            path = folder / name
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
