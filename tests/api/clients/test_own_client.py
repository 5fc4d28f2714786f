"""The typed client and the three programs of the docs, run against the real server, away from the checkout."""

import itertools
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dashboard.client import ApiError, Client, WebhookError, verify_webhook
from dashboard.client.connection import Connection
from dashboard.hooks.signing import hook_secret, sign
from dashboard.settings import CHECKOUT
from dashboard.store.snapshots import write_snapshot

SOURCE = CHECKOUT / "dashboard" / "client"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder where nothing but the client lies, under the name it is installed by."""
    folder = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(SOURCE, folder / "ansimgil_client", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(installed: Path, program: str, *words: str) -> str:
    """What an example says; it finds the client and the standard library, nothing of the server's."""
    path = installed / "ansimgil_client" / "examples" / f"{program}.py"
    command = [sys.executable, "-S", str(path), *words]
    environ = {"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ, cwd=installed, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_at_risk_here(town, installed):
    lat, lon = town.ends[0]
    said = run(installed, "at_risk_here", town.url, str(lat), str(lon))
    wanted = Client(town.url).risk(lat, lon)
    assert said.startswith(f"Drill: {wanted.level}, risk {wanted.risk}") and "rain:" in said


def test_route_around(town, installed):
    ends = [f"{lat},{lon}" for lat, lon in town.ends]
    said = run(installed, "route_around", town.url, *ends)
    assert "fastest:" in said and "safest:" in said and "The way round costs" in said


def test_subscribe_a_place_tells_the_level_now(town, installed):
    lat, lon = town.ends[0]
    said = run(installed, "subscribe_a_place", town.url, str(lat), str(lon), "1")
    assert Client(town.url).risk(lat, lon).level in said


def test_ways_are_those_of_the_page(town):
    fastest, safest = Client(town.url).routes(*town.ends)
    assert safest.danger_m < fastest.danger_m and safest.duration_s > fastest.duration_s
    assert safest.line[0] != safest.line[-1] and safest.steps and safest.simulated


def test_lists(town):
    client = Client(town.url)
    assert len(list(client.shelters())) == len(town.assessment.shelters)
    assert {one.properties["headline"] for one in client.alerts()} >= {"Heavy rain over the bay"}
    closures = list(client.closures())
    assert closures
    lon, lat = town.lon_lat[0]
    near = list(client.closures((lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)))
    assert 0 < len(near) < len(closures) and {one.id for one in near} <= {one.id for one in closures}
    assert not list(client.alerts((0.0, 0.0, 1.0, 1.0))) and not list(client.shelters((0.0, 0.0, 1.0, 1.0)))
    small, large = client.reach(town.ends[0], (300, 900))
    assert small.area_m2 < large.area_m2


def test_a_stream_taken_up_again_tells_nothing_twice(town):
    client, told = Client(town.url), []
    first = next(client.snapshots())
    waiting = threading.Event()

    def listen() -> None:
        waiting.set()
        told.extend(itertools.islice(client.snapshots(first.id), 1))

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert waiting.wait(5)
    written = write_snapshot(town.library.settings.home, town.assessment)
    listener.join(20)
    assert [one.version for one in told] == [written.version] != [first.version]


def test_errors_are_told_with_every_fault(town):
    with pytest.raises(ApiError) as caught:
        Client(town.url).routes((0.0, 0.0), (1.0, 1.0))
    assert caught.value.status == 422 and caught.value.code == "outside_area" and len(caught.value.faults) == 2
    with pytest.raises(ApiError, match="Nobody answers"):
        Client(Connection("http://127.0.0.1:9", timeout_s=2)).risk(0, 0)
    with pytest.raises(ApiError) as caught:
        Client(town.url, area="atlantis").risk(0, 0)
    assert caught.value.status == 404


def test_busy_servers_are_asked_again_after_the_time_they_tell():
    import http.server

    answers = [(503, {"Retry-After": "7"}), (200, {})]

    class Busy(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b'{"features": [], "next": null}')

        def log_message(self, *words: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    paused: list[float] = []
    connection = Connection(f"http://127.0.0.1:{server.server_port}", pause=paused.append)
    assert list(Client(connection).alerts()) == [] and paused == [7.0]
    server.shutdown()
    server.server_close()


def test_a_receiver_believes_only_what_was_signed_and_fresh():
    headers = {"Webhook-Id": "m", "Webhook-Timestamp": "1000", "Webhook-Signature": ""}
    secret, body = hook_secret(b"server", "wh-1", 1), b'{"type": "risk.above"}'
    headers["Webhook-Signature"] = "v1,AAAA " + sign(secret, "m", 1000, body)
    assert verify_webhook(secret, headers, body, 1200.0)["type"] == "risk.above"
    for bad in (
        {"body": body + b" "},
        {"now_s": 1400.0},
        {"headers": {}},
        {"secret": hook_secret(b"server", "wh-1", 2)},
    ):
        asked = {"secret": secret, "headers": headers, "body": body, "now_s": 1200.0} | bad
        with pytest.raises(WebhookError):
            verify_webhook(**asked)
