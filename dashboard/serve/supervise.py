"""Prepare a home, then keep the engine and the web processes running until asked to stop."""

import contextlib
import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Final

from dashboard.observe.folder import FOLDER_VARIABLE, empty_folder, measures_folder
from dashboard.serve.processes import Child, end_all
from dashboard.serve.progress import ProgressBar
from dashboard.settings import Settings
from risk_core.errors import Fault, UnavailableError

log = logging.getLogger(__name__)

LOOK_S: Final = 0.1
"""Pause between two looks at the children."""
BACKLOG: Final = 2048
"""Visitors that may wait to be let in."""
ASK_S: Final = 5.0
"""How long an answer may take while starting."""
MAX_EARLY_DEATHS: Final = 4
"""A child that dies this often before the first answer will not come up by itself."""


def command_line(command: str) -> list[str]:
    """Words that run one of our commands as a child that ends with this process."""
    return [sys.executable, "-m", "dashboard", command, "--parent", str(os.getpid())]


def prepare(environ: Mapping[str, str]) -> None:
    """Build the sample areas and compile the kernels in a child, with a bar on stderr.

    Raises
    ------
    risk_core.errors.UnavailableError
        When it failed; the child told why.
    """
    bar, command = ProgressBar(sys.stderr), command_line("prepare")
    with subprocess.Popen(command, env=dict(environ), stdout=subprocess.PIPE, process_group=0, text=True) as child:
        try:
            for line in child.stdout or ():
                share, _, step = line.strip().partition(" ")
                bar.show(step, float(share))
            status = child.wait()
        finally:
            bar.close()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
    if status != 0:
        remedy = "The lines above tell why; correct it and start again."
        raise UnavailableError(Fault("preparation", f"ended with status {status}", "a finished one", remedy))


def supervise(settings: Settings, environ: Mapping[str, str], listener: socket.socket) -> int:
    """Keep engine and web processes running until asked to stop.

    The socket stays open here: while the web server is started again, visitors wait in its queue and are not refused.
    """
    listener.listen(BACKLOG)
    web = [*command_line("web"), "--listener", str(listener.fileno())]
    children = [Child("engine", command_line("engine"), environ), Child("web", web, environ, [listener.fileno()])]
    if settings.live:
        children.append(Child("read-feeds", command_line("read-feeds"), environ))
    worker = Child("worker", command_line("worker"), environ)
    later: subprocess.Popen[bytes] | None = None
    os.environ[FOLDER_VARIABLE] = environ.get(FOLDER_VARIABLE, "")
    empty_folder(measures_folder(settings.home))
    log.info("starting the engine and the web processes")
    with stop_on_signals() as stop:
        try:
            for child in children:
                child.start(time.monotonic())
            answered = _FirstAnswer(settings)
            while not stop.wait(LOOK_S):
                for child in children:
                    if child.revive(time.monotonic()):
                        count_death(child.name)
                if not answered.seen:
                    answered.look()
                    _check_deaths(children)
                elif later is None:
                    later = subprocess.Popen(command_line("warm-paths"), env=dict(environ))
                    worker.start(time.monotonic())
                    children.append(worker)
            return 0
        finally:
            if later is not None:
                later.kill()
                later.wait()
            listener.close()
            end_all(children)


def count_death(name: str) -> None:
    """Count a process that ended; the library that counts is loaded at the first."""
    from dashboard.observe.measures import DEATHS

    DEATHS.labels(name).inc()


def _check_deaths(children: list[Child]) -> None:
    for child in children:
        if child.n_death >= MAX_EARLY_DEATHS:
            remedy = "The lines above tell why."
            raise UnavailableError(Fault(child.name, f"ended {child.n_death} times", "a process that stays", remedy))


class _FirstAnswer:
    """Waits for the first answered page without holding up the watch over the children."""

    def __init__(self, settings: Settings) -> None:
        self.seen = False
        self._settings = settings
        self._asking = threading.Lock()

    def look(self) -> None:
        """Ask in a thread, one at a time; say where the page is once it answers."""
        if self._asking.acquire(blocking=False):
            threading.Thread(target=self._ask, daemon=True).start()

    def _ask(self) -> None:
        try:
            if ask(self._settings, "/readyz") and ask(self._settings, "/"):
                self.seen = True
                sys.stdout.write(f"\n안심길 Ansimgil: {self._settings.address}\n\n")
                sys.stdout.flush()
        finally:
            self._asking.release()


def ask(settings: Settings, path: str) -> bool:
    """Whether the page at `path` answers with 200."""
    host = settings.address.removeprefix("http://").rpartition(":")[0].strip("[]")
    connection = http.client.HTTPConnection(host, settings.port, timeout=ASK_S)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if response.status != http.HTTPStatus.OK:
        log.debug("%s: %s %s", path, response.status, body[:300])
    return response.status == http.HTTPStatus.OK


@contextlib.contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Set an event on SIGINT and SIGTERM; the former handlers come back afterwards."""
    stop = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    former: dict[int, object] = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
