"""What came in by file: when, how much of it was taken, and why the rest was refused. One file an area.

No value of a record is kept, only its column and place: a refused visit tells nothing about a visitor.
"""

import fcntl
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from dashboard.store.durable import write_bytes
from dashboard.store.snapshots import AREA_PATTERN
from risk_core.errors import Fault

log = logging.getLogger(__name__)

N_KEPT: Final = 100
"""Newest files remembered of an area."""
N_REASONS: Final = 20
N_PLACES: Final = 5
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why records were refused: the column, what is accepted, what can be done, and the first places."""

    column: str
    wanted: str
    remedy: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """One file that came in; `received_s` in unix seconds."""

    received_s: float
    kind: str
    source: str
    file: str
    simulated: bool
    n_new: int
    n_changed: int
    n_same: int
    n_refused: int
    refusals: tuple[Refusal, ...] = ()


def refusals_of(groups: Iterable[tuple[Fault, ...]]) -> tuple[Refusal, ...]:
    """Shorten faults of the same column and reason to what is kept of them."""
    kept = [group for group in groups if group][:N_REASONS]
    return tuple(
        Refusal(one[0].argument, one[0].wanted, one[0].remedy, tuple(fault.place for fault in one[:N_PLACES]))
        for one in kept
    )


def note_intake(home: Path, area_id: str, intake: Intake) -> None:
    """Add a file to the record of an area; the oldest give way."""
    path = _path(home, area_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        lines = [_line(one) for one in (*reversed(read_intakes(home, area_id)), intake)][-N_KEPT:]
        fresh = path.with_suffix(".tmp")
        write_bytes(fresh, ("\n".join(lines) + "\n").encode())
        fresh.replace(path)


def read_intakes(home: Path, area_id: str) -> list[Intake]:
    """Files that came in, newest first; a line that cannot be read is left out."""
    path = _path(home, area_id)
    if not path.is_file():
        return []
    found = [_read(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [one for one in reversed(found) if one is not None]


def _line(intake: Intake) -> str:
    return json.dumps({"schema": SCHEMA, **asdict(intake)}, ensure_ascii=False)


def _read(line: str) -> Intake | None:
    try:
        told = json.loads(line)
        if told.pop("schema") != SCHEMA:
            return None
        refusals = tuple(Refusal(**{**one, "places": tuple(one["places"])}) for one in told.pop("refusals"))
        return Intake(**told, refusals=refusals)
    except (ValueError, KeyError, TypeError, AttributeError):
        log.warning("a line of the intake record cannot be read and is left out")
        return None


def _path(home: Path, area_id: str) -> Path:
    if not AREA_PATTERN.fullmatch(area_id):
        raise ValueError(area_id)
    return home / "intake" / f"{area_id}.jsonl"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
