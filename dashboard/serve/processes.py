"""Child processes that end with their parent, come back when they die, and never run twice on one home."""

import contextlib
import ctypes
import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TextIO

from risk_core.errors import Fault, InputError, UnavailableError

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG: Final = 1
"""Linux: the signal a process gets when its parent dies (linux/prctl.h)."""
WATCH_S: Final = 0.5
FIRST_BACKOFF_S: Final = 0.125
MAX_BACKOFF_S: Final = 30.0
STEADY_S: Final = 3.0
"""A child that lived this long starts afresh with the shortest pause: it did not fail while starting."""
GRACE_S: Final = 4.0
"""Seconds between asking a process without a parent to end and ending it."""
STOP_GRACE_S: Final = 25.0
"""Seconds that children get to finish what they do; a little more than the web server gives its answers."""


@contextlib.contextmanager
def hold_lock(path: Path, name: str) -> Iterator[None]:
    """Hold a lock that the system frees when this process ends, however it ends.

    Raises
    ------
    risk_core.errors.UnavailableError
        When another process holds it.
    risk_core.errors.InputError
        When its folder cannot be written.
    """
    with _open_lock(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            remedy = f"Stop process {holder}, or choose another folder with --home."
            raise UnavailableError(
                Fault("home", str(path.parent), f"a home without a running {name}", remedy)
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _open_lock(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+")
    except OSError as error:
        remedy = f"Choose another with --home or ANSIMGIL_HOME ({error.strerror})."
        raise InputError(Fault("home", str(path.parent), "a folder that can be written", remedy)) from error


def end_with_parent(parent: int) -> None:
    """Ask the kernel (Linux) to send this process SIGTERM when its direct parent dies; starts no thread."""
    if sys.platform == "linux" and os.getppid() == parent:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if not is_running(parent):
        _end_self()


def follow_parent(parent: int, end: Callable[[], None] | None = None) -> None:
    """End this process when the process `parent` is gone, be it the direct parent or not, on any system.

    Parameters
    ----------
    parent
        Process id to watch.
    end
        Called instead of sending SIGTERM to this process; a process that does not heed it is killed.
    """
    end_with_parent(parent)
    threading.Thread(target=_watch, args=(parent, end), name="parent-watch", daemon=True).start()


def _watch(parent: int, end: Callable[[], None] | None) -> None:
    while is_running(parent):
        time.sleep(WATCH_S)
    (end or _end_self)()
    time.sleep(GRACE_S)
    os.kill(os.getpid(), signal.SIGKILL)


def _end_self() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def is_running(process: int) -> bool:
    """Whether a process exists and has not ended (a zombie has)."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state not in "ZX"


class Child:
    """A process in a group of its own that is started again when it dies.

    Parameters
    ----------
    name
        For the log.
    command
        Program and arguments.
    environ
        Environment of the process.
    open_files
        Numbers of files that it inherits, under the same numbers.
    """

    def __init__(
        self, name: str, command: Sequence[str], environ: Mapping[str, str], open_files: Sequence[int] = ()
    ) -> None:
        self.name = name
        self.n_death = 0
        self._command = tuple(command)
        self._environ = dict(environ)
        self._open_files = tuple(open_files)
        self._process: subprocess.Popen[bytes] | None = None
        self._started_s = 0.0
        self._again_s = 0.0
        self._backoff_s = FIRST_BACKOFF_S

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None else None

    def start(self, now_s: float) -> None:
        """Start the process; `now_s` is any clock that never goes back."""
        self._process = subprocess.Popen(
            self._command,
            env=self._environ,
            process_group=0,
            stdin=subprocess.DEVNULL,
            pass_fds=self._open_files,
        )
        self._started_s = now_s

    def revive(self, now_s: float) -> bool:
        """Start the process again if it died, after a pause that doubles with each early death.

        Returns
        -------
        bool
            Whether it was found dead.
        """
        is_dead = self._process is not None and self._process.poll() is not None
        if self._process is not None and self._process.poll() is not None:
            steady = now_s - self._started_s >= STEADY_S
            self._backoff_s = FIRST_BACKOFF_S if steady else self._backoff_s
            log.warning("%s ended (status %s); starting it again", self.name, self._process.returncode)
            self._end_group(signal.SIGKILL)
            self._process, self._again_s = None, now_s + self._backoff_s
            self._backoff_s = min(2 * self._backoff_s, MAX_BACKOFF_S)
            self.n_death += 1
        if self._process is None and now_s >= self._again_s:
            self.start(now_s)
        return is_dead

    def ask_to_end(self) -> None:
        """Send SIGTERM to the process."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, grace_s: float) -> None:
        """Wait for the end, then kill what is left of its group."""
        if self._process is None:
            return
        try:
            self._process.wait(max(grace_s, 0.0))
        except subprocess.TimeoutExpired:
            log.debug("%s did not end in time", self.name)
        self._end_group(signal.SIGKILL)
        self._process.wait()

    def _end_group(self, number: int) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def end_all(children: Sequence[Child], clock: Callable[[], float] = time.monotonic) -> None:
    """End every child and its group within `STOP_GRACE_S`."""
    for child in children:
        child.ask_to_end()
    deadline_s = clock() + STOP_GRACE_S
    for child in children:
        child.end(deadline_s - clock())
