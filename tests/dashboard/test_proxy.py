"""The settings for nginx under .deploy: visitors are told apart, limits hold, and no place is written anywhere."""

import shutil
import socket
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.contract.test_house import ROOT
from tests.faults.served import wait_until

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
PLACE = "lat=37.5665&lon=126.978"
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light")


class Echo(BaseHTTPRequestHandler):
    """Tells whose request it got."""

    def do_GET(self):
        body = self.headers.get("X-Forwarded-For", "").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing is logged."""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def settings_of(folder: Path, upstream: int, plain: int, secure: int) -> Path:
    """The file as it is, with this machine's ports and folders."""
    told = (ROOT / ".deploy" / "nginx.conf").read_text()
    for before, after in (
        ("app:8050", f"127.0.0.1:{upstream}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ", f"listen 127.0.0.1:{secure} "),
        ("/etc/nginx/certificates", str(folder)),
        ("/var/log/nginx", str(folder)),
    ):
        assert before in told
        told = told.replace(before, after)
    temporary = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"pid {folder}/pid;\nerror_log {folder}/main.log emerg;\ndaemon off;\nworker_processes 1;\n"
        f"events {{ worker_connections 256; }}\nhttp {{ {temporary}\n{told}\n}}\n"
    )
    return whole


@pytest.fixture
def upstream():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def proxy(tmp_path, upstream):
    """Port of a proxy in front of the upstream, and the folder of its logs."""
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    files = ["-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem", "-subj", "/CN=localhost"]
    subprocess.run([*made, *files], check=True, capture_output=True)
    secure = free_port()
    settings = settings_of(tmp_path, upstream.server_address[1], free_port(), secure)
    running = subprocess.Popen([NGINX, "-c", settings, "-p", tmp_path], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: ask(secure, "/") is not None)
        yield secure, tmp_path
    finally:
        running.terminate()
        running.wait(20)


def ask(port, path, headers=None):
    """Status and body; None while nobody listens."""
    asked = urllib.request.Request(f"https://127.0.0.1:{port}{path}", headers=headers or {})
    trusting = ssl._create_unverified_context()
    try:
        with urllib.request.urlopen(asked, timeout=10, context=trusting) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, ""
    except OSError:
        return None


def test_a_visitor_cannot_pass_for_another_and_figures_stay_inside(proxy):
    port, _ = proxy
    assert ask(port, "/api/v1/risk", {"X-Forwarded-For": "203.0.113.7"}) == (200, "127.0.0.1")
    assert ask(port, "/metrics") == (403, "")


def test_no_place_is_written_whatever_happens(proxy, upstream):
    port, folder = proxy
    statuses = {ask(port, f"/api/v1/risk?{PLACE}")[0] for _ in range(200)}
    assert statuses == {200, 503}, "some came too often"
    upstream.shutdown()
    upstream.server_close()
    wait_until(lambda: ask(port, f"/api/v1/risk?{PLACE}")[0] == 502)
    wait_until(lambda: " 502 " in (folder / "access.log").read_text())
    logs = {path.name: path.read_text() for path in folder.glob("*.log")}
    assert " GET 200 " in logs["access.log"]
    assert all("37.5665" not in text and "lat" not in text for text in logs.values())
