"""leaflet-routing-machine as npm has it, in a browser, with nothing changed but the address of its router."""

import functools
import http.server
import json
import shutil
import subprocess
import tarfile
import threading
import time

import pytest

PACKAGES = ("leaflet@1.9.4", "leaflet-routing-machine@3.2.12")
NPM_S = 60
PAGE = """<!DOCTYPE html><html><head><link rel="stylesheet" href="leaflet/package/dist/leaflet.css">
<script src="leaflet/package/dist/leaflet.js"></script>
<script src="leaflet-routing-machine/package/dist/leaflet-routing-machine.js"></script></head>
<body><div id="map" style="width:600px;height:400px"></div><script>
window.told = {};
const map = L.map("map").setView(%(centre)s, 14);
L.Routing.control({
  waypoints: %(ends)s.map((end) => L.latLng(end)),
  router: L.Routing.osrmv1({serviceUrl: "%(url)s/osrm/route/v1", profile: "foot"}),
}).on("routesfound", (event) => {
  const route = event.routes[0];
  window.told.route = {metres: route.summary.totalDistance, seconds: route.summary.totalTime,
    steps: route.instructions.length, points: route.coordinates.length};
}).on("routingerror", (event) => { window.told.error = event.error; }).addTo(map);
</script></body></html>"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Folder with both packages unpacked."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("npm")
    for package in PACKAGES:
        command = ["npm", "pack", "--silent", package]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=NPM_S, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm did not bring {package} within {NPM_S} s")
        if done.returncode:
            pytest.skip(f"npm cannot bring {package}: {done.stderr.strip()[-200:]}")
        with tarfile.open(folder / done.stdout.strip().splitlines()[-1]) as packed:
            packed.extractall(folder / package.partition("@")[0], filter="data")
    return folder


@pytest.fixture
def browser():
    from selenium.webdriver import Chrome
    from selenium.webdriver.chrome.options import Options

    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        pytest.skip("no chromium")
    options = Options()
    options.binary_location = shutil.which("chromium")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options)
    yield driver
    driver.quit()


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


def test_the_way_is_drawn_and_told(town, site, browser):
    middle = [sum(values) / 2 for values in zip(*town.ends, strict=True)]
    words = {"centre": json.dumps(middle), "ends": json.dumps(town.ends), "url": town.api}
    (site / "index.html").write_text(PAGE % words, encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        browser.get(f"http://127.0.0.1:{server.server_port}/index.html")
        end = time.monotonic() + 30
        while not (told := browser.execute_script("return window.told")) and time.monotonic() < end:
            time.sleep(0.1)
        assert "error" not in told, told
        route = told["route"]
        assert route["metres"] > 1000 and route["seconds"] > 600 and route["steps"] > 2 and route["points"] > 10
        drawn = browser.find_elements("css selector", ".leaflet-routing-container .leaflet-routing-alt tr")
        assert len(drawn) >= route["steps"]
        problems = [
            line
            for line in browser.get_log("browser")
            if line["level"] == "SEVERE" and "favicon" not in line["message"]
        ]
        assert problems == []
    finally:
        server.shutdown()
        server.server_close()
