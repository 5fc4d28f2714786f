"""`serve` as a test sees it: one supervised command on a home that holds the tiny area only."""

import contextlib
import http.client
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from dashboard.settings import CHECKOUT

WAIT_S = 240.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(parent: int) -> dict[int, str]:
    """Command by process id of everything below a process."""
    found: dict[int, tuple[int, str]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            above = int((path / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()[1])
            words = (path / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            found[int(path.name)] = (above, words)
    below, grown = {parent}, True
    while grown:
        more = {child for child, (above, _) in found.items() if above in below} - below
        below |= more
        grown = bool(more)
    return {child: found[child][1] for child in below - {parent}}


def wait_until(true, seconds=WAIT_S):
    """Wait on a state, not on a time."""
    end_s = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end_s, "it did not come true in time"
        time.sleep(0.05)


class Server:
    """`serve` on a home; everything it started ends with `close`."""

    def __init__(self, home: Path, *options: object, **environ: str) -> None:
        self.port = free_port()
        words = ["serve", "--home", home, "--area", "tiny", "--port", self.port, "--no-samples", "--no-drill"]
        known = {name: value for name, value in os.environ.items() if not name.startswith("ANSIMGIL_")}
        command = [sys.executable, "-m", "dashboard", *map(str, (*words, *options))]
        self.process = subprocess.Popen(command, cwd=CHECKOUT, env=known | environ, stdout=subprocess.PIPE, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for_address(self) -> str:
        line = ""
        while "http" not in line:
            line = self._lines.get(timeout=WAIT_S)
        return line.split()[-1]

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def answers(self, path: str) -> bool:
        try:
            return self.get(path)[0] == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False

    def children(self, word: str) -> set[int]:
        return {child for child, words in descendants(self.process.pid).items() if f"dashboard {word}" in words}

    def forked(self, word: str) -> int:
        """The process that does the work: the newest child of the one that forks it."""
        (mother,) = {one for one in self.children(word) if _parent(one) == self.process.pid}
        (worker,) = {one for one in self.children(word) if _parent(one) == mother}
        return worker

    def engine(self) -> int:
        return self.forked("engine")

    def web_master(self) -> int:
        """The web server, below which are those that answer."""
        return self.forked("web")

    def web_workers(self) -> set[int]:
        """Web processes that answer."""
        try:
            master = self.web_master()
        except ValueError:
            return set()
        return {one for one in self.children("web") if _parent(one) == master}

    def close(self) -> None:
        left = [self.process.pid, *descendants(self.process.pid)]
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


def _parent(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[1])
    except OSError:
        return -1
