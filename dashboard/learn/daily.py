"""When the refresh loop learns: once a day an area, after its midnight, in a process of its own.

The loop only looks whether that process ended. It runs at low priority and within a budget of processor time, so that
neither its work nor its failure reaches a snapshot; a failure is logged and written into the area's book, where the
page shows it.
"""

import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final, Protocol

from dashboard.learn.learn import note_failure
from dashboard.settings import Settings
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.models import Cause
from risk_core.state.area import Area

log = logging.getLogger(__name__)

BUDGET_S: Final = 600.0
"""Processor seconds a round may take, after which it ends itself: on a busy machine it is slow, not wrong."""
KILL_S: Final = 7200.0
"""Seconds of real time after which a round that still runs is ended."""
LOOK_S: Final = 5.0
"""Pause between two looks."""
FIRST_S: Final = 60.0
"""Pause after the start: the first snapshots come before."""
AGAIN_S: Final = 600.0
"""Pause until an area without observed cases is looked at again, and after midnight for the day's last reports."""


class Child(Protocol):
    """A running round, as `subprocess.Popen` gives it."""

    def poll(self) -> int | None:
        """Exit status, None while it runs."""
        ...

    def kill(self) -> None:
        """End it."""
        ...


@dataclass(slots=True)
class _Running:
    area_id: str
    child: Child
    since_s: float


@dataclass(slots=True)
class _Failure:
    area_id: str
    made_s: float
    cause: Cause
    detail: str
    took_s: float


class DailyLearner:
    """Starts a round for each area once a day, one at a time.

    Parameters
    ----------
    library
        Areas, observations, books.
    zone_of
        Time zone of an area: its day ends at its own midnight.
    start
        Starts a round of an area and returns at once.
    """

    def __init__(self, library: Library, zone_of: Callable[[Area], tzinfo], start: Callable[[str], Child]) -> None:
        self._library = library
        self._zone_of = zone_of
        self._start = start
        self._running: _Running | None = None
        self._failure: _Failure | None = None
        self._next_look_s: float | None = None
        self._again_s: dict[str, float] = {}

    def look(self, now_s: float) -> None:
        """Look after the running round, or start one that is due; never waits.

        Parameters
        ----------
        now_s
            Unix seconds of the loop's clock; a clock that jumps back does no harm.
        """
        if self._next_look_s is None:
            self._next_look_s = now_s + FIRST_S
        if 0 < self._next_look_s - now_s <= max(FIRST_S, LOOK_S):
            return
        self._next_look_s = now_s + LOOK_S
        self._note_failure()
        if self._running is not None:
            self._look_after(self._running, now_s)
            return
        for area_id in self._library.area_ids():
            if self._is_due(area_id, now_s):
                self._again_s[area_id] = now_s + AGAIN_S
                self._running = _Running(area_id, self._start(area_id), now_s)
                log.info("%s: learning from the cases observed up to now", area_id)
                return

    def close(self) -> None:
        """End a running round; what was in use stays."""
        if self._running is not None:
            with contextlib.suppress(OSError):
                self._running.child.kill()
            self._running = None

    def _look_after(self, running: _Running, now_s: float) -> None:
        status, took_s = running.child.poll(), now_s - running.since_s
        if status is None and took_s <= KILL_S:
            return
        self._running = None
        if status is None:
            running.child.kill()
            self._failure = _Failure(running.area_id, now_s, Cause.BUDGET, f"{KILL_S:.0f} s", took_s)
        elif status != 0:
            self._failure = _Failure(running.area_id, now_s, Cause.ERROR, f"exit status {status}", took_s)
        if self._failure is not None:
            log.error("%s: learning failed (%s); what was in use stays", running.area_id, self._failure.detail)
            self._note_failure()

    def _note_failure(self) -> None:
        """Write a failure down; where another process holds the book, at a later look."""
        if self._failure is None:
            return
        one = self._failure
        try:
            note_failure(self._library, one.area_id, one.made_s, one.cause, one.detail, one.took_s)
        except BlockingIOError:
            log.info("%s: somebody else is learning; the failure is written down afterwards", one.area_id)
            return
        self._failure = None

    def _is_due(self, area_id: str, now_s: float) -> bool:
        """Whether the area's last round lies before its last midnight and there is anything to learn from."""
        if 0 < self._again_s.get(area_id, now_s) - now_s <= AGAIN_S:
            return False
        zone = self._zone_of(self._library.area(area_id))
        decisions = self._library.book(area_id).decisions
        last_s = max((one.made_s for one in decisions), default=None)
        if last_s is not None and _local_date(last_s, zone) >= _local_date(now_s - AGAIN_S, zone):
            return False
        if has_observed_cases(self._library, area_id, now_s):
            return True
        self._again_s[area_id] = now_s + AGAIN_S
        return False


def has_observed_cases(library: Library, area_id: str, now_s: float) -> bool:
    """Whether anybody but a drill reported cases."""
    counted = library.observations.count_sources(area_id, now_s)
    return any(row["kind"] == Kind.CASES and not row["simulated"] for row in counted)


def start_learning(settings: Settings) -> Callable[[str], Child]:
    """What starts a round as a child of this process."""

    def start(area_id: str) -> Child:
        command = [sys.executable, "-m", "dashboard", "learn", "--area", area_id]
        command += ["--parent", str(os.getpid()), "--budget-s", str(BUDGET_S)]
        environ = {**os.environ, **settings.to_environ()}
        return subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    return start


def _local_date(unix_s: float, zone: tzinfo) -> date:
    return datetime.fromtimestamp(unix_s, UTC).astimezone(zone).date()
