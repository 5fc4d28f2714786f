"""A process that has loaded what its child needs, and forks the child anew when it dies: back in a moment.

Loading the libraries takes seconds, a fork milliseconds. No thread is started and no connection is open at the fork.
"""

import gc
import importlib
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from dashboard.serve.processes import (
    FIRST_BACKOFF_S,
    MAX_BACKOFF_S,
    STEADY_S,
    end_with_parent,
    follow_parent,
    is_running,
)

log = logging.getLogger(__name__)

LOOK_S: Final = 0.05
"""Pause between two looks at the child."""
WEB_MODULES: Final = (
    "dashboard.store.evidence", "dashboard.web", "gunicorn.app.base", "gunicorn.workers.gthread", "risk_core.assess",
    "risk_core.routes.find",
)  # fmt: skip
"""What a web worker needs besides what making the app loads."""
ENGINE_MODULES: Final = (
    "dashboard.engine", "dashboard.learn.daily", "dashboard.refresh", "dashboard.store.drills",
    "dashboard.store.library", "dashboard.store.observations", "dashboard.views.format", "risk_core.assess",
    "risk_core.hazards.flood.outlook", "risk_core.hazards.typhoon.outlook",
)  # fmt: skip
"""What the engine needs before its first pass."""
FEED_MODULES: Final = ("dashboard.feeds.live.command", "dashboard.store.library", "sqlite3")
"""What the reader of feeds needs before its first question."""
WORKER_MODULES: Final = (
    "dashboard.api.evacuation_job", "dashboard.contributions.trust", "dashboard.hooks.courier",
    "dashboard.jobs.runner", "dashboard.store.library", "sqlite3",
)  # fmt: skip
"""What the process of long work needs before its first job."""


def load(modules: Sequence[str]) -> None:
    """Import modules, to be shared with every fork."""
    for name in modules:
        importlib.import_module(name)
    share_memory()


def share_memory() -> None:
    """Leave what is there now out of the garbage collector's way, so that forks go on sharing its memory."""
    gc.collect()
    gc.freeze()


def keep_forked(
    name: str, work: Callable[[], int], parent: int | None, follow: Callable[[int], None] = follow_parent
) -> int:
    """Fork a child that does `work`, again whenever it dies, until this process is asked to stop.

    Parameters
    ----------
    name
        For the log.
    work
        What the child does; it sets its own signal handlers and returns its status.
    parent
        Process whose end ends this one; None to outlive everybody.
    follow
        How the child sees to it that it ends with this process; `end_with_parent` for one that forks and may have no
        thread before.

    Returns
    -------
    int
        Status of the child that ended because it was asked to, or by itself with 0 or an input that does not fit.
    """
    if parent is not None:
        end_with_parent(parent)
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda one, _frame: stopping.append(one))
    backoff_s = FIRST_BACKOFF_S
    while True:
        begun_s = time.monotonic()
        status = _watch(_fork(work, follow), parent, stopping)
        if stopping or status >= 0:
            return max(status, 0)
        backoff_s = FIRST_BACKOFF_S if time.monotonic() - begun_s >= STEADY_S else min(2 * backoff_s, MAX_BACKOFF_S)
        log.warning("%s ended (status %s); starting it again", name, status)
        _count(name)
        time.sleep(backoff_s)
        if stopping:
            return 0


def _fork(work: Callable[[], int], follow: Callable[[int], None]) -> int:

    from dashboard.store.schema import close_connections

    mother = os.getpid()
    close_connections()
    child = os.fork()
    if child == 0:
        _be_child(work, lambda: follow(mother))
    return child


def _be_child(work: Callable[[], int], follow: Callable[[], None]) -> NoReturn:
    """Do the work and end, whatever happens, without ever coming back into the mother's code."""
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        follow()
        status = work()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        log.exception("the process failed")
    finally:
        logging.shutdown()
        os._exit(status)


def _watch(child: int, parent: int | None, stopping: list[int]) -> int:
    """Wait for the child; hand a wish to stop on. Its status, negative for a signal and for a failure of its own."""
    told = False
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return -1 if code == 1 else code
        if parent is not None and not is_running(parent) and not stopping:
            stopping.append(signal.SIGTERM)
        if stopping and not told:
            os.kill(child, signal.SIGTERM)
            told = True
        time.sleep(LOOK_S)


def _count(name: str) -> None:
    from dashboard.serve.supervise import count_death

    count_death(name)
