"""Whether everything was prepared by the present code; light enough to ask at every start."""

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from dashboard.settings import CHECKOUT

COMPILERS: Final = ("numba", "llvmlite", "numpy")
BUILDERS: Final = ("dashboard/areas", "dashboard/store", "risk_core/state")
"""Folders whose code decides what an area bundle holds."""
MARK: Final = "prepared.json"


def kernel_key() -> str:
    """Short hash of everything the compiler's cache depends on: our code, compiler, interpreter, machine."""
    facts = [platform.python_version(), platform.machine(), platform.processor()]
    facts += [f"{name} {importlib.metadata.version(name)}" for name in COMPILERS]
    return _hash([*facts, *_sources(("risk_core",))])


def prepared_key() -> str:
    """Short hash of everything a preparation depends on."""
    return _hash([kernel_key(), *_sources(BUILDERS)])


def is_prepared(home: Path) -> bool:
    """Whether the present code prepared this home and the areas it built are still there."""
    try:
        mark = json.loads((home / MARK).read_bytes())
        areas = [home / "areas" / name / "current" for name in mark["areas"]]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return mark["key"] == prepared_key() and (home / "warm" / kernel_key()).is_dir() and all(map(Path.is_file, areas))


def mark_prepared(home: Path, areas: Sequence[str]) -> None:
    """Remember that the present code prepared this home."""
    temporary = home / f".{MARK}"
    temporary.write_text(json.dumps({"key": prepared_key(), "areas": list(areas)}), encoding="ascii")
    os.replace(temporary, home / MARK)


def _sources(folders: Iterable[str]) -> list[str]:
    """Name, time and size of every source file."""
    paths = sorted(path for folder in folders for path in (CHECKOUT / folder).rglob("*.py"))
    return [f"{path.relative_to(CHECKOUT)} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in paths]


def _hash(facts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:12]
