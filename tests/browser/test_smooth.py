"""What keeps the map smooth: nothing is told while it moves; cards drawn anew ask the page once, not once a part."""

import json
import re
import time
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, Page, Server

COUNT = """
window.told = [];
const store = dash_stores[0];
let before = store.getState();
store.subscribe(() => {
  const now = store.getState();
  told.push(Object.keys(now).filter(name => now[name] !== before[name]).join());
  before = now;
});
"""
N_TRY = 10
AT_REST = (
    "Math.abs(Number(new URLSearchParams(location.search).get('c').split(',')[0])"
    " - ansimgil.leaflet.getCenter().lat) < 1e-4"
)
PAN = """
const done = arguments[arguments.length - 1], map = ansimgil.leaflet;
let n = 0, longest = 0, last = performance.now();
(function step() {
  longest = Math.max(longest, performance.now() - last);
  last = performance.now();
  if (n++ >= 30) return done([location.search, longest]);
  map.panBy([9, 5], {animate: false});
  requestAnimationFrame(step);
})();
"""


def open_citizen(page: Page, server: Server) -> None:
    page.size(1440, 900)
    page.open(f"{server.url}/?area=coquimbo&lang=en")
    page.until("window.ansimgil && ansimgil.leaflet && ansimgil.streets.state().nStreet > 0 ? 1 : 0", 60)
    page.until("new URLSearchParams(location.search).get('c')")


def test_the_address_follows_the_map_once_it_rests(page: Page, quiet_server: Server) -> None:
    open_citizen(page, quiet_server)
    rest_ms = int(re.findall(r"REST_MS = (\d+)", (ROOT / "assets/js/map.js").read_text("utf-8"))[0])
    for _ in range(N_TRY):
        at_first = page.script("location.search")
        while_moving, longest_ms = page.driver.execute_async_script(PAN)
        if longest_ms < rest_ms / 2:
            break
        # A machine that stands still for so long lets the map rest between two steps: move it once more.
        page.until(AT_REST)
    else:
        pytest.skip(f"no frame in time: {longest_ms:.0f} ms")
    assert while_moving == at_first, "nothing is told while the map moves"
    page.until(AT_REST)
    assert page.script("location.search") != at_first


def test_pressing_beside_the_map_tells_at_once_where_it_looks(page: Page, quiet_server: Server) -> None:
    open_citizen(page, quiet_server)
    lat = page.driver.execute_script(
        "ansimgil.leaflet.panBy([0, 150], {animate: false});"
        "document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));"
        "return ansimgil.leaflet.getCenter().lat"
    )
    found = page.script('JSON.stringify(dash_stores[0].getState().layout).match(/"id":"citizen-map-view"[^}]*/)[0]')
    assert str(lat)[:9] in found


def test_cards_drawn_anew_do_not_ask_the_whole_page_once_a_part(page: Page, quiet_server: Server) -> None:
    open_citizen(page, quiet_server)
    page.until("document.querySelectorAll('.route-card').length > 0")
    page.driver.execute_script(COUNT)
    page.driver.execute_script("document.querySelector('.route-card').dataset.old = 'yes'")
    page.driver.execute_script("dash_clientside.set_props('citizen-step', {value: 2})")
    page.until("document.querySelector('.route-card') && !document.querySelector('.route-card').dataset.old")
    told = page.script("told")
    resets = [one for one in told if one == "layoutHashes"]
    assert told and len(resets) <= 20, f"{len(resets)} of {len(told)}"


def test_the_answer_is_read_before_any_script_and_gives_way_to_the_page(page: Page, quiet_server: Server) -> None:
    page.size(390, 844, mobile=True)
    address = f"{quiet_server.url}/?area=coquimbo&lang=en"
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    page.driver.get(address)
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    early = page.driver.find_element("css selector", "#early .status-word")
    assert early.text.strip() and page.driver.find_elements("css selector", "#early .status-meta")
    page.picture("early-en")
    page.open(address)
    page.until("document.querySelector('#react-entry-point .status-word')", 60)
    page.until("document.getElementById('early') === null")


def test_news_wait_while_a_marker_is_dragged(page: Page, quiet_server: Server, tmp_path: Path) -> None:
    open_citizen(page, quiet_server)
    page.until("ansimgil.live.state().streaming && ansimgil.live.state().version")
    press = "dispatchEvent(new MouseEvent('mousedown', {bubbles: true}))"
    page.driver.execute_script(f"document.querySelector('.leaflet-marker-draggable').{press}")
    before = page.script("ansimgil.live.state().version")
    table = tmp_path / "rain.csv"
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 30))
    table.write_text(f"station_id,time,lat,lon,rate_mm_per_h\ng2,{at},-29.96,-71.33,1.0\n", "utf-8")
    done = quiet_server.command("ingest", "rain", str(table), "--area", "coquimbo", "--source", "test")
    assert done.returncode == 0, done.stderr
    page.until(f"ansimgil.live.state().newest !== {json.dumps(before)}")
    assert page.script("ansimgil.live.state().version") == before, "held while the marker is down"
    page.driver.execute_script("document.dispatchEvent(new MouseEvent('mouseup', {bubbles: true}))")
    page.until("ansimgil.live.state().version === ansimgil.live.state().newest")
