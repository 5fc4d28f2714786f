"""The supervised command under kill -9 and signals: dead parts come back, and nothing outlives it."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys

import pytest

from dashboard.serve.processes import is_running
from dashboard.settings import CHECKOUT
from dashboard.store.bundles import Manifest, write_bundle
from tests.faults.served import Server, descendants, free_port, wait_until

STOP_S = 60.0


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
    engines = server.children("engine")
    assert len(engines) == 2, "one that forks, one that refreshes"
    for engine in (server.engine(), min(engines)):
        os.kill(engine, signal.SIGKILL)
        wait_until(lambda engine=engine: len(server.children("engine") - {engine}) == 2)
    web = server.children("web")
    os.kill(max(web), signal.SIGKILL)
    wait_until(lambda: len(server.children("web") - {max(web)}) >= len(web) and server.answers("/readyz"))
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
