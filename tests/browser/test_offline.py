"""A phone in a storm: a reload without network shows what was kept, with its age."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import Page, Server
from tests.browser.test_citizen import VIEW

CUT = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
JOINED = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
AGE_EARLIER = """
    const done = arguments[0];
    (async () => {
      const cache = await caches.open("ansimgil-kept");
      for (const name of ["/kept/view", "/kept/text"]) {
        const kept = await (await cache.match(name)).json();
        kept.at = Date.now() - 12.1 * 60000;
        await cache.put(name, new Response(JSON.stringify(kept)));
      }
      done(true);
    })();
"""
KEPT = """
    const done = arguments[0];
    (async () => {
      const found = {};
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          const isText = !request.url.includes(".bin");
          const text = isText ? await (await cache.match(request)).text() : "";
          found[request.method + " " + request.url] = text;
        }
      }
      done(found);
    })();
"""


class Storm(Page):
    """A phone whose network the test cuts; its console then tells of failed requests, as it should."""

    def __init__(self, browser: Any) -> None:
        super().__init__(browser)
        self.sessions: dict[str, str] = {}

    def network(self, conditions: dict[str, Any]) -> None:
        """Set the network of the page and of its worker, which is a target of its own."""
        run = self.driver.execute_cdp_cmd
        run("Network.enable", {})
        run("Network.emulateNetworkConditions", conditions)
        for target in run("Target.getTargets", {})["targetInfos"]:
            if target["type"] == "service_worker":
                self._tell(target["targetId"], "Network.enable", {})
                self._tell(target["targetId"], "Network.emulateNetworkConditions", conditions)

    def _tell(self, target: str, method: str, values: dict[str, Any]) -> None:
        run = self.driver.execute_cdp_cmd
        if target not in self.sessions:
            self.sessions[target] = run("Target.attachToTarget", {"targetId": target, "flatten": False})["sessionId"]
        message = json.dumps({"id": 1, "method": method, "params": values})
        run("Target.sendMessageToTarget", {"sessionId": self.sessions[target], "message": message})


@pytest.fixture
def storm(dash_br: Any) -> Iterator[Storm]:
    """A phone before the storm."""
    page = Storm(dash_br)
    page.size(390, 844, True)
    yield page
    page.network(JOINED)


def open_and_keep(page: Page, server: Server, lang: str) -> None:
    page.open(f"{server.url}/{VIEW}&lang={lang}")
    page.until("document.getElementById('citizen-kept').innerText.length > 3", 60)
    page.until("navigator.serviceWorker.controller !== null")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_reload_without_network_shows_what_was_kept(storm: Storm, quiet_server: Server, lang: str) -> None:
    open_and_keep(storm, quiet_server, lang)
    turns = storm.script("document.querySelectorAll('.for-safest ol li').length")
    level = storm.script("document.querySelector('.status').innerText")
    assert storm.driver.execute_async_script(AGE_EARLIER)
    storm.network(CUT)
    storm.driver.refresh()
    storm.until("document.body.dataset.ready === 'yes'")
    old = {"ko": "12분 전에 받은", "en": "12 minutes old"}[lang]
    assert old in storm.text("age") and storm.text("way-age").startswith({"ko": "12분 전에", "en": "12 minutes"}[lang])
    assert {"ko": "연결이 끊겼습니다", "en": "No connection"}[lang] in storm.text("age") + storm.script(
        "document.title"
    )
    assert turns > 2
    storm.until(f"document.querySelectorAll('#turns li').length === {turns}")
    assert any(line and line in storm.text("text") for line in level.split("\n"))
    storm.until("document.getElementById('map').dataset.streets === 'true'")
    painted = (
        "(() => { const m = document.getElementById('map'); const d = m.getContext('2d')"
        ".getImageData(0, 0, m.width, m.height).data; const s = new Set(); "
        "for (let k = 0; k < d.length; k += 4) s.add(d[k] << 16 | d[k + 1] << 8 | d[k + 2]); return s.size; })()"
    )
    storm.until(f"{painted} > 3")  # ground, streets and the way
    assert storm.script("document.documentElement.scrollWidth <= innerWidth")
    storm.picture(f"offline-phone-{lang}")
    storm.network(JOINED)
    # The kept page renews itself once the network is back.
    storm.until("document.getElementById('citizen-status')", 60)


def kept_paths(storm: Storm) -> set[str]:
    """Addresses of everything kept, without server and version."""
    kept = storm.driver.execute_async_script(KEPT)
    return {re.sub(r"^GET http://[^/]+", "", url).split("?v=")[0] for url in kept}


def test_officials_pages_and_questions_are_never_kept(storm: Storm, quiet_server: Server) -> None:
    storm.driver.get(f"{quiet_server.url}/ops?area=coquimbo&lang=en")
    storm.until("document.querySelector('main.page-ops')")
    open_and_keep(storm, quiet_server, "en")
    wanted = {
        "/offline?lang=ko", "/offline?lang=en", "/assets/offline/kept.js", "/assets/icons/ansimgil.svg",
        "/kept/view", "/kept/text", "/api/v1/areas/coquimbo/streets.bin",
    }  # fmt: skip
    # What is kept comes one by one; nothing else may be among it.
    storm.until_true(lambda: wanted <= kept_paths(storm), 60)
    assert kept_paths(storm) == wanted
    kept = storm.driver.execute_async_script(KEPT)
    view = next(json.loads(text) for url, text in kept.items() if url.endswith("/kept/view"))
    assert set(view) == {"area", "lang", "hash", "at", "selected", "way", "card", "turns"}


def test_switching_it_off_forgets_everything(storm: Storm, quiet_server: Server) -> None:
    open_and_keep(storm, quiet_server, "en")
    storm.script("document.getElementById('citizen-keep-switch').click()")
    storm.until("document.getElementById('citizen-keep-switch').getAttribute('aria-pressed') === 'false'")
    storm.until("document.getElementById('citizen-kept').innerText === ''")
    storm.until_true(lambda: not [one for one in kept_paths(storm) if "kept/" in one and "assets" not in one], 30)


def test_plain_http_says_why_there_is_no_position(page: Page, quiet_server: Server) -> None:
    insecure = "Object.defineProperty(window, 'isSecureContext', { get: () => false })"
    page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": insecure})
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    page.until("!document.getElementById('citizen-plain-http').hidden")
    assert "plain http" in page.text("citizen-plain-http")
    assert page.script("document.getElementById('citizen-kept').innerText") == ""
