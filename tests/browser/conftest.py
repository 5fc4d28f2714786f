"""A real server and a real browser. `python -m dashboard serve` runs once a session, the browser once a test."""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import JavascriptException
from selenium.webdriver.chrome.options import Options

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
START_S = 240.0
NOWHERE = "/kora"
"""An address without a page."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    reason = "no chromium; install it with: apt-get install -y chromium chromium-driver fonts-noto-cjk"
    for item in items:
        if "browser" in Path(item.fspath).parent.name:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None or shutil.which("chromedriver") is None:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(optionalhook=True)
def pytest_setup_options() -> Options:
    """Options that dash[testing] gives to Chrome: no sandbox for root, no service of its own.

    No name is resolved, so a request that would leave the machine fails loudly in the console.
    """
    options = Options()
    options.binary_location = CHROMIUM or ""
    for word in (
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
        "--window-size=1440,900", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):  # fmt: skip
        options.add_argument(word)
    return options


@dataclass(frozen=True)
class Server:
    """A running product."""

    url: str
    home: Path
    process: int

    def command(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run another command on the same home folder."""
        environ = os.environ | {"ANSIMGIL_HOME": str(self.home)}
        command = [sys.executable, "-m", "dashboard", *words]
        return subprocess.run(command, cwd=ROOT, env=environ, input=stdin, capture_output=True, text=True, check=False)

    def json(self, path: str) -> dict[str, Any]:
        """Ask the API."""
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return dict(json.load(answer))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(home: Path, *options: str) -> Iterator[Server]:
    port = free_port()
    environ = os.environ | {"ANSIMGIL_HOME": str(home)}
    command = [sys.executable, "-m", "dashboard", "serve", "--port", str(port), *options]
    log = (home / "serve.log").open("w", encoding="utf-8")
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=log, text=True)
    url = f"http://127.0.0.1:{port}"
    ready = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if url in line:
                ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        end = time.monotonic() + START_S
        while not ready.wait(0.2):
            told = (home / "serve.log").read_text(encoding="utf-8")[-2000:]
            assert process.poll() is None and time.monotonic() < end, f"the server did not print its address: {told}"
        yield Server(url, home, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(10)
        assert process.stdout is not None
        process.stdout.close()
        log.close()


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the embedded areas, built once."""
    from dashboard.areas.embedded import ensure_embedded

    home = tmp_path_factory.mktemp("built")
    ensure_embedded(home, lambda _step, _share: None)
    return home


@pytest.fixture(scope="session")
def story_server(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A fresh product as a first visitor meets it, with its drill; only the first-minute tests may visit it."""
    home = tmp_path_factory.mktemp("story")
    shutil.copytree(built_home / "areas", home / "areas")
    yield from serve(home)


@pytest.fixture(scope="session")
def drill_server(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A product with its drill, at any moment of it."""
    home = tmp_path_factory.mktemp("drill")
    shutil.copytree(built_home / "areas", home / "areas")
    yield from serve(home)


@pytest.fixture(scope="session")
def quiet_server(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A product without a drill, whose only observations are the test's own: rain over coquimbo."""
    home = tmp_path_factory.mktemp("quiet")
    shutil.copytree(built_home / "areas", home / "areas")
    for server in serve(home, "--no-drill"):
        table = home / "rain.csv"
        now = time.time()
        rows = [
            f"g{k},{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(now - 600 * step))},{lat},{lon},{rate}"
            for k, (lat, lon, rate) in enumerate(
                [(-29.905, -71.245, 4.0), (-29.93, -71.25, 38.0), (-29.96, -71.33, 1.0)]
            )
            for step in range(12)
        ]
        table.write_text("station_id,time,lat,lon,rate_mm_per_h\n" + "\n".join(rows) + "\n", encoding="utf-8")
        done = server.command("ingest", "rain", str(table), "--area", "coquimbo", "--source", "test")
        assert done.returncode == 0, done.stderr
        yield server


class Page:
    """One open page, with the questions the tests ask of it."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.driver = browser.driver

    def size(self, width: int, height: int, mobile: bool = False) -> None:
        """Set the size of the view; a phone also has touch and twice the pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 2 if mobile else 1, "mobile": mobile}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": mobile})

    def prefer(self, scheme: str) -> None:
        """Let the system ask for light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def open(self, url: str) -> None:
        """Open an address and wait until streets and answer are there."""
        self.driver.get(url)
        self.until("window.ansimgil && ansimgil.leaflet && document.getElementById('citizen-status')")
        self.until("!document.querySelector('[data-hash]') || ansimgil.streets.state().nStreet > 0")

    def script(self, expression: str) -> Any:
        """Value of a JavaScript expression."""
        return self.driver.execute_script(f"return ({expression})")

    def until(self, expression: str, timeout_s: float = 60.0) -> Any:
        """Wait for a JavaScript expression to become true; gives its value.

        An expression that fails is not true yet: a part of it may be drawn anew at this moment.
        """
        end, failure = time.monotonic() + timeout_s, ""
        while time.monotonic() < end:
            try:
                value = self.script(expression)
            except JavascriptException as error:
                value, failure = None, f"; at last: {error.msg}"
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"not true within {timeout_s:g} s: {expression}{failure}")

    def until_true(self, condition: Callable[[], bool], timeout_s: float) -> None:
        """Wait for something outside the page."""
        end = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < end, f"not true within {timeout_s:g} s"
            time.sleep(0.1)

    def click(self, selector: str) -> None:
        """A tap as soon as the element is there; it may lie below the fold, and be drawn anew at any moment."""
        self.until(f"(one => one && (one.click(), true))(document.querySelector({json.dumps(selector)}))")

    def until_text(self, identity: str, *words: str) -> None:
        """Wait until an element's text holds every one of some words, in one moment."""
        text = f"document.getElementById('{identity}').innerText.replaceAll('\\u00a0', ' ')"
        self.until(f"((text) => {json.dumps(words)}.every((word) => text.includes(word)))({text})")

    def text(self, identity: str) -> str:
        """Text a person reads in an element."""
        return str(self.script(f"document.getElementById('{identity}').innerText"))

    def state(self) -> dict[str, Any]:
        """What the street layer draws and the live connection knows."""
        return dict(self.script("Object.assign({}, ansimgil.live.state(), ansimgil.streets.state())"))

    def requests(self) -> list[str]:
        """Addresses of everything the open page has loaded or tried to load."""
        return list(self.script("performance.getEntriesByType('resource').map(entry => entry.name)"))

    def complaints(self) -> list[str]:
        """Errors in the browser's console, but that an address without a page was not found."""
        said = [entry["message"] for entry in self.driver.get_log("browser")]
        return [one for one in said if not (f"{NOWHERE}?" in one and "404" in one)]

    def picture(self, name: str) -> None:
        """Keep a screenshot when the run asks for pictures."""
        folder = os.environ.get("PICTURES")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "jpeg", "quality": 88})
            (Path(folder) / f"{name}.jpg").write_bytes(base64.b64decode(taken["data"]))


@pytest.fixture
def page(dash_br: Any) -> Iterator[Page]:
    """A new browser; at the end its console must be clean and no request may have left the machine."""
    opened = Page(dash_br)
    yield opened
    assert opened.complaints() == []
    requests = opened.requests()
    assert len(requests) > 5
    assert [url for url in requests if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))] == []


@pytest.fixture
def wait_for() -> Callable[[Callable[[], bool], float], None]:
    """Wait for a condition outside the browser."""

    def wait(condition: Callable[[], bool], timeout_s: float) -> None:
        end = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < end, f"not true within {timeout_s:g} s"
            time.sleep(0.05)

    return wait
