"""What was learnt of each area: the settings in use, and the record of every decision about them.

One JSON file an area under ``home/models``, with its schema and a checksum. It is written beside and renamed, so that
a process killed at any point leaves either the former or the new one. A file that is torn, edited or of another
schema is not used: the reason is logged, the defaults hold, and the next write keeps it beside as ``.unreadable``.
"""

import contextlib
import fcntl
import hashlib
import json
import logging
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from dashboard.store.durable import sync_folder, write_bytes
from dashboard.store.records import record_from_json, record_to_json
from dashboard.store.snapshots import AREA_PATTERN
from risk_core.errors import Fault, InputError

log = logging.getLogger(__name__)

SCHEMA: Final = 1
N_ID: Final = 12
TEMPORARY: Final = ".tmp-"
"""A killed writer's leftover is written over or removed by the next one."""
Values = tuple[tuple[str, float], ...]
"""Names and values, in the order of the record they belong to."""


class Subject(StrEnum):
    """What a decision is about."""

    TREND = "trend"
    WEEKLY = "weekly"
    ENDEMIC = "endemic"


class Verdict(StrEnum):
    """What became of an update."""

    ACCEPTED = "accepted"
    KEPT = "kept"
    REFUSED = "refused"
    TOO_SHORT = "too_short"
    FAILED = "failed"


class Cause(StrEnum):
    """Why."""

    WITHIN_LIMIT = "within_limit"
    WORSE = "worse"
    NO_CANDIDATE = "no_candidate"
    EQUAL = "equal"
    BEATS_TREND = "beats_trend"
    TREND_BETTER = "trend_better"
    BEATS_PRESENT = "beats_present"
    PRESENT_BETTER = "present_better"
    SHORT_HISTORY = "short_history"
    ERROR = "error"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source of cases: its rows, and what it weighs; `mean_error` and `n_error` are those of its early values.

    Weights are 1 and no errors are measured where there is one source only.
    """

    source: str
    n_row: int
    weight_before: float
    weight_after: float
    mean_error: float | None
    n_error: int


@dataclass(frozen=True, slots=True)
class HorizonRecord:
    """Scores at one horizon, relative to the baseline."""

    horizon_day: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Decision:
    """One update that was tried.

    Attributes
    ----------
    made_s
        When, unix seconds.
    subject, verdict, cause
        What it was about, what became of it and why.
    detail
        The words of an error, or empty.
    first_day_s, last_day_s
        Days of cases it looked at, unix seconds; NaN where there are none.
    sources
        Whose rows they are.
    settings_before, settings_after
        Of the incumbent and of the candidate.
    score_before, score_after
        Mean over horizons of their weighted interval scores on the last origins, relative to the baseline; NaN where
        none was taken. For the weekly forecast: the trend's week totals, which are the baseline, and its own.
    horizons
        The same, by horizon.
    n_origin, first_origin_s, last_origin_s
        Origins scored.
    n_training
        Origins that chose the candidate.
    took_s
        Seconds it took.
    model_version
        Of the program that decided.
    record_id
        Hash of all that; filled by `with_id`.
    """

    made_s: float
    subject: Subject
    verdict: Verdict
    cause: Cause
    detail: str = ""
    first_day_s: float = math.nan
    last_day_s: float = math.nan
    sources: tuple[SourceRecord, ...] = ()
    settings_before: Values = ()
    settings_after: Values = ()
    score_before: float = math.nan
    score_after: float = math.nan
    horizons: tuple[HorizonRecord, ...] = ()
    n_origin: int = 0
    first_origin_s: float = math.nan
    last_origin_s: float = math.nan
    n_training: int = 0
    took_s: float = 0.0
    model_version: str = ""
    record_id: str = ""

    def with_id(self) -> "Decision":
        """The same with its hash."""
        bare = replace(self, record_id="")
        return replace(self, record_id=_hash(json.dumps(record_to_json(bare)).encode())[:N_ID])


@dataclass(frozen=True, slots=True)
class ModelBook:
    """Everything learnt of one area.

    Attributes
    ----------
    area_id
        The area.
    model_version
        Of the program the settings in use belong to; empty before the first.
    trend_id, trend
        Record that chose the trend's settings, and those; empty while the defaults hold.
    weekly_id
        Name of the fitted weekly forecast in use, empty while the trend gives the week totals.
    weights
        By source of cases; empty where there are fewer than two.
    signal
        Name of the second signal that the weekly forecast in use reads, empty without one.
    endemic_id
        Name of the fitted endemic-epidemic model that gives the districts' week totals, empty while none does.
    decisions
        Every decision, oldest first.
    """

    area_id: str
    model_version: str = ""
    trend_id: str = ""
    trend: Values = ()
    weekly_id: str = ""
    weights: Values = ()
    signal: str = ""
    endemic_id: str = ""
    decisions: tuple[Decision, ...] = ()

    @property
    def identity(self) -> str:
        """Short hash of everything in use, empty while nothing learnt is."""
        used = (self.trend_id, self.weekly_id, self.weights, *([self.endemic_id] if self.endemic_id else []))
        return _hash(json.dumps(used).encode())[:8] if any(used) else ""

    def newest(self, subject: Subject) -> Decision | None:
        """Last decision about a subject."""
        return next((one for one in reversed(self.decisions) if one.subject is subject), None)

    def noting(self, decision: Decision) -> "ModelBook":
        """The book with one decision more.

        A history that is still too short is noted once: the newer note takes the older one's place.
        """
        former = self.newest(decision.subject)
        kept = self.decisions
        if former is not None and former.verdict is decision.verdict is Verdict.TOO_SHORT:
            kept = tuple(one for one in kept if one is not former)
        return replace(self, decisions=(*kept, decision.with_id()))


def book_path(home: Path, area_id: str) -> Path:
    """File of one area, whether it exists or not.

    Raises
    ------
    InputError
        For a word that cannot be an area's name, so that no address leads out of the folder.
    """
    if AREA_PATTERN.fullmatch(area_id) is None:
        raise InputError(Fault("area", area_id, "the name of an area", "Use the id that `area list` shows."))
    return home / "models" / f"{area_id}.json"


def read_book(home: Path, area_id: str) -> ModelBook:
    """What was learnt of an area; an empty book where nothing was, or where its file cannot be used."""
    path = book_path(home, area_id)
    try:
        return _parse(path.read_bytes(), area_id)
    except FileNotFoundError:
        return ModelBook(area_id)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s: what was learnt is not used, the defaults hold (%s: %s)", path, type(error).__name__, error)
        return ModelBook(area_id)


def write_book(home: Path, book: ModelBook) -> None:
    """Write an area's book and use it from now on; call it while `book_locked` holds the area.

    Raises
    ------
    OSError
        When the disk is full or not writable; the former book stays.
    """
    path = book_path(home, book.area_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    _keep_unreadable(path, book.area_id)
    body = json.dumps(record_to_json(book), ensure_ascii=False)
    whole = {"schema": SCHEMA, "sha256": _hash(body.encode()), "body": body}
    temporary = path.with_name(f"{TEMPORARY}{path.name}")
    write_bytes(temporary, json.dumps(whole, ensure_ascii=False).encode())
    os.replace(temporary, path)
    sync_folder(path.parent)


@contextlib.contextmanager
def book_locked(home: Path, area_id: str, waits: bool = True) -> Iterator[None]:
    """Hold an area's book. The system frees it when its holder dies.

    Raises
    ------
    BlockingIOError
        When another process holds it and `waits` is false.
    """
    path = book_path(home, area_id).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        yield


def _parse(data: bytes, area_id: str) -> ModelBook:
    told: dict[str, Any] = json.loads(data)
    if told["schema"] != SCHEMA:
        raise ValueError(f"schema {told['schema']}, wanted {SCHEMA}")
    if _hash(told["body"].encode()) != told["sha256"]:
        raise ValueError("its checksum does not fit")
    book = record_from_json(ModelBook, json.loads(told["body"]))
    if book.area_id != area_id:
        raise ValueError(f"it belongs to the area {book.area_id}")
    return book


def _keep_unreadable(path: Path, area_id: str) -> None:
    """Put a file that cannot be used aside instead of losing its record."""
    if not path.is_file():
        return
    try:
        _parse(path.read_bytes(), area_id)
    except (ValueError, KeyError, TypeError, AttributeError):
        os.replace(path, path.with_suffix(".unreadable"))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
