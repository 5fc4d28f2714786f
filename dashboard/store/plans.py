"""Evacuation plans kept as files: every version that was made, and the one that is published."""

import json
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dashboard.store.durable import sync_folder, write_bytes
from risk_core.errors import Fault, NotFoundError

PUBLISHED: Final = "published.json"
PAIR: Final = "pair.json"
FILES: Final = "files"
N_KEPT: Final = 50
"""Plans kept of each area; the published one is never dropped."""
_ID: Final = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Published:
    """A plan in force: what was made, by whom and when it was published, unix seconds."""

    plan_id: str
    who: str
    at_s: float
    content: Mapping[str, Any]


class PlanStore:
    """Plans under a home folder, one file each; safe to share between threads and processes.

    Parameters
    ----------
    home
        Where everything is kept.

    Examples
    --------
    >>> import tempfile
    >>> plans = PlanStore(Path(tempfile.mkdtemp()))
    >>> plans.keep("seoul", "0123456789ab", {"body": {}})
    >>> plans.publish("seoul", "0123456789ab", "City hall", 1.8e9)
    >>> plans.published("seoul").who
    'City hall'
    """

    def __init__(self, home: Path) -> None:
        self._home = home / "plans"
        self._lock = threading.Lock()
        self._held: dict[str, tuple[tuple[int, int], Published]] = {}

    def keep(self, area_id: str, plan_id: str, content: Mapping[str, Any]) -> None:
        """Keep a version; an equal plan has the same id and is written once more."""
        folder = self._home / area_id
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / f"{plan_id}.json", content)
        self._drop_old(folder)

    def read(self, area_id: str, plan_id: str) -> dict[str, Any]:
        """One version.

        Raises
        ------
        NotFoundError
            When it is not kept, or no longer.
        """
        path = self._home / area_id / f"{plan_id}.json"
        if _ID.fullmatch(plan_id) and path.is_file():
            found: dict[str, Any] = json.loads(path.read_bytes())
            return found
        raise NotFoundError(Fault("plan_id", repr(plan_id[:40]), "a plan that is kept", "Make the plan again."))

    def keep_files(self, area_id: str, plan_id: str, files: Mapping[str, str]) -> None:
        """Keep a version written as files, text by format; they go when the version goes."""
        folder = self._home / area_id / FILES
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / f"{plan_id}.json", files)

    def read_file(self, area_id: str, plan_id: str, name: str) -> str:
        """Text of a version in one format.

        Raises
        ------
        NotFoundError
            When it is not kept, or no longer.
        """
        path = self._home / area_id / FILES / f"{plan_id}.json"
        files: dict[str, str] = json.loads(path.read_bytes()) if _ID.fullmatch(plan_id) and path.is_file() else {}
        if name not in files:
            raise NotFoundError(Fault("plan_id", repr(plan_id[:40]), "a plan that is kept", "Make the plan again."))
        return files[name]

    def keep_pair(self, area_id: str, first_id: str, second_id: str) -> None:
        """Keep which two versions are compared; the pair before gives way."""
        _replace(self._home / area_id / PAIR, {"plan_ids": [first_id, second_id]})

    def pair(self, area_id: str) -> tuple[str, str] | None:
        """Ids of the two versions compared last, None where there are none; a version may be gone meanwhile."""
        try:
            first, second = json.loads((self._home / area_id / PAIR).read_bytes())["plan_ids"]
        except (OSError, ValueError, KeyError):
            return None
        return str(first), str(second)

    def publish(self, area_id: str, plan_id: str, who: str, at_s: float) -> None:
        """Put a version in force; raises as `read`."""
        self.read(area_id, plan_id)
        _replace(self._home / area_id / PUBLISHED, {"plan_id": plan_id, "who": who, "at_s": at_s})

    def withdraw(self, area_id: str) -> None:
        """Take the plan in force back; nothing happens where there is none."""
        (self._home / area_id / PUBLISHED).unlink(missing_ok=True)

    def published(self, area_id: str) -> Published | None:
        """The plan in force, None where there is none."""
        path = self._home / area_id / PUBLISHED
        try:
            facts = path.stat()
        except OSError:
            return None
        stamp = facts.st_ino, facts.st_mtime_ns
        with self._lock:
            held = self._held.get(area_id)
            if held is not None and held[0] == stamp:
                return held[1]
        try:
            known = json.loads(path.read_bytes())
            found = Published(known["plan_id"], known["who"], known["at_s"], self.read(area_id, known["plan_id"]))
        except (OSError, ValueError, KeyError, NotFoundError):
            return None
        with self._lock:
            self._held[area_id] = stamp, found
        return found

    def _drop_old(self, folder: Path) -> None:
        in_force = ""
        if (folder / PUBLISHED).is_file():
            in_force = json.loads((folder / PUBLISHED).read_bytes())["plan_id"]
        kept = sorted((one for one in folder.glob("*.json") if _ID.fullmatch(one.stem)), key=_age)
        for one in kept[:-N_KEPT]:
            if one.stem != in_force:
                one.unlink(missing_ok=True)
                (folder / FILES / one.name).unlink(missing_ok=True)


def _age(path: Path) -> float:
    return path.stat().st_mtime


def _replace(path: Path, content: Mapping[str, Any]) -> None:
    part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
    write_bytes(part, json.dumps(content, ensure_ascii=False).encode())
    part.replace(path)
    sync_folder(path.parent)
