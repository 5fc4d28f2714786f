"""A process that has loaded what its child needs, and forks the child anew when it dies: back in a moment.

Loading the libraries takes seconds, a fork milliseconds. Nothing is opened and no thread is started before the fork.
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
    "dashboard.answers", "dashboard.api", "dashboard.app", "dashboard.keys.door", "dashboard.observe.requests",
    "dashboard.probes", "dashboard.store.library", "flask_caching", "risk_core.assess", "risk_core.routes.find",
    "werkzeug.middleware.dispatcher", "werkzeug.middleware.proxy_fix",
)  # fmt: skip
"""What a web worker needs before its first answer."""
ENGINE_MODULES: Final = (
    "dashboard.engine", "dashboard.learn.daily", "dashboard.refresh", "dashboard.store.drills",
    "dashboard.store.library", "dashboard.store.observations", "dashboard.views.format", "risk_core.assess",
    "risk_core.hazards.flood.outlook", "risk_core.hazards.typhoon.outlook",
)  # fmt: skip
"""What the engine needs before its first pass."""


def load(modules: Sequence[str]) -> None:
    """Import modules and leave them out of the garbage collector's way, so that forks go on sharing their memory."""
    for name in modules:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def keep_forked(name: str, work: Callable[[], int], parent: int | None) -> int:
    """Fork a child that does `work`, again whenever it dies, until this process is asked to stop.

    Parameters
    ----------
    name
        For the log.
    work
        What the child does; it sets its own signal handlers and returns its status.
    parent
        Process whose end ends this one; None to outlive everybody.

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
        status = _watch(_fork(work), parent, stopping)
        if stopping or status >= 0:
            return max(status, 0)
        backoff_s = FIRST_BACKOFF_S if time.monotonic() - begun_s >= STEADY_S else min(2 * backoff_s, MAX_BACKOFF_S)
        log.warning("%s ended (status %s); starting it again", name, status)
        _count(name)
        time.sleep(backoff_s)
        if stopping:
            return 0


def _fork(work: Callable[[], int]) -> int:
    mother = os.getpid()
    child = os.fork()
    if child == 0:
        _be_child(work, mother)
    return child


def _be_child(work: Callable[[], int], mother: int) -> NoReturn:
    """Do the work and end, whatever happens, without ever coming back into the mother's code."""
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        follow_parent(mother)
        status = work()
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
