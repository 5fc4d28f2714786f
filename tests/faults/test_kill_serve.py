"""The supervised command under kill -9 and signals: dead parts come back, and nothing outlives it."""

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

import pytest

from dashboard.serve.processes import is_running
from dashboard.settings import CHECKOUT
from dashboard.store.bundles import Manifest, write_bundle

WAIT_S = 90.0
STOP_S = 15.0


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
    """`serve` on a home that holds the tiny area only."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        words = ["serve", "--home", home, "--area", "tiny", "--port", self.port, "--no-samples", "--no-drill"]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("ANSIMGIL_")}
        command = [sys.executable, "-m", "dashboard", *map(str, words)]
        self.process = subprocess.Popen(command, cwd=CHECKOUT, env=environ, stdout=subprocess.PIPE, text=True)
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

    def close(self) -> None:
        left = [self.process.pid, *descendants(self.process.pid)]
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory, area):
    """One home for all tests: each start but the first follows a kill or a stop."""
    path = tmp_path_factory.mktemp("home")
    write_bundle(path, area, Manifest())
    return path


@pytest.fixture
def server(home):
    one = Server(home)
    yield one
    one.close()


def refused_start(*words: object) -> str:
    """What a start that cannot work tells on stderr."""
    command = [sys.executable, "-m", "dashboard", "serve", *map(str, words)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    return done.stderr


@pytest.mark.fault
def test_killed_parts_come_back_and_nothing_outlives_a_killed_supervisor(server, home, tmp_path):
    assert server.wait_for_address() == f"http://127.0.0.1:{server.port}"
    assert server.get("/")[0] == http.HTTPStatus.OK
    assert f"--port {server.port + 1}" in refused_start("--port", server.port, "--home", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert str(server.process.pid) in refused_start("--port", free_port(), "--home", home)
    (engine,) = server.children("engine")
    os.kill(engine, signal.SIGKILL)
    wait_until(lambda: server.children("engine") - {engine})
    web = server.children("web")
    os.kill(max(web), signal.SIGKILL)
    wait_until(lambda: len(server.children("web") - {max(web)}) == len(web) and server.answers("/readyz"))
    everything = [*descendants(server.process.pid)]
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not any(map(is_running, everything)), STOP_S)


@pytest.mark.fault
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_even_under_an_open_stream(server, number):
    server.wait_for_address()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/api/v1/events?area=tiny")
        stream = connection.getresponse()
        assert stream.readline().startswith(b"retry")
        everything = [*descendants(server.process.pid)]
        server.process.send_signal(number)
        assert server.process.wait(STOP_S) == 0
    assert not any(map(is_running, everything))
