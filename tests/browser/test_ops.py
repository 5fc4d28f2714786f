"""Coordinators in the browser: what is closed on the page changes everyone's next way, and can be opened again."""

import base64
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Page, Server, serve

WAYS = "/api/v1/routes?area=coquimbo&from=-29.9118,-71.2396&to=-29.9259,-71.2480&profile=walk&kinds=fastest"
WaitFor = Callable[[Callable[[], bool], float], None]


@pytest.fixture(scope="module")
def ops_server(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, without a drill: what the demo coordinator does marks it as simulated."""
    home = tmp_path_factory.mktemp("ops")
    shutil.copytree(built_home, home, dirs_exist_ok=True)
    for server in serve(home, "--no-drill"):
        table = home / "shelters.csv"
        rows = "s1,2026-01-01T00:00Z,School,-29.91,-71.25,300,20\ns2,2026-01-01T00:00Z,Hall,-29.92,-71.24,200,0\n"
        table.write_text("shelter_id,time,name,lat,lon,capacity,occupancy\n" + rows, encoding="utf-8")
        done = server.command("ingest", "shelters", str(table), "--area", "coquimbo", "--source", "test")
        assert done.returncode == 0, done.stderr
        yield server


def way(ops_server: Server) -> list[list[float]]:
    return ops_server.json(WAYS)["features"][0]["geometry"]["coordinates"]


def open_ops(page: Page, ops_server: Server, lang: str = "en") -> None:
    page.driver.get(f"{ops_server.url}/ops?area=coquimbo&lang={lang}")
    page.until("window.ansimgil && ansimgil.leaflet && ansimgil.streets.state().nStreet > 0", 60)
    page.until("document.getElementById('ops-check')")


def tap(page: Page, lon: float, lat: float) -> None:
    page.driver.execute_script(
        "ansimgil.leaflet.fire('click', {latlng: L.latLng(arguments[1], arguments[0])})", lon, lat
    )


def test_a_street_closed_on_the_page_changes_the_next_way_and_back(
    page: Page, ops_server: Server, wait_for: WaitFor
) -> None:
    before = way(ops_server)
    page.size(1440, 1000)
    open_ops(page, ops_server)
    tap(page, *before[len(before) // 2])
    page.until("/1 street|1 streets/.test(document.getElementById('ops-draft-note').innerText)")
    page.click("#ops-check")
    page.until("!document.getElementById('ops-confirm').hidden")
    page.until("document.getElementById('ops-confirm-text').innerText.toLowerCase().includes('everyone')")
    page.click("#ops-close")
    page.until("document.querySelector('#ops-result .is-done')")
    wait_for(lambda: way(ops_server) != before, 60)
    page.until("ansimgil.streets.state().nClosed > 0", 60)
    page.until("document.querySelectorAll('#ops-desk .desk-item').length === 1")
    page.until_text("ops-log", "Demo coordinator")
    page.picture("ops")
    page.click("#ops-desk .desk-item button")
    wait_for(lambda: way(ops_server) == before, 60)
    page.until("document.querySelectorAll('#ops-desk .desk-item').length === 0")
    page.click("#ops-log button")
    wait_for(lambda: way(ops_server) != before, 60)
    page.until("document.querySelector('#ops-desk .desk-item button')")
    page.click("#ops-desk .desk-item button")
    wait_for(lambda: way(ops_server) == before, 60)


def test_two_coordinators_see_each_others_change_of_a_shelter(page: Page, ops_server: Server) -> None:
    page.size(1440, 1000)
    open_ops(page, ops_server)
    page.until("document.querySelector('#ops-body .data-table .button')", 60)
    page.click("#ops-body .data-table .button")
    page.until("!document.getElementById('ops-shelter-box').hidden")
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    page.size(1440, 1000)
    open_ops(page, ops_server)
    page.until("document.querySelector('#ops-body .data-table .button')", 60)
    page.click("#ops-body .data-table .button")
    page.until("!document.getElementById('ops-shelter-box').hidden")
    page.click("#ops-shelter-shut")
    page.until("document.querySelector('#ops-result .is-done')")
    page.driver.switch_to.window(first)
    page.click("#ops-shelter-open")
    page.until("!document.getElementById('ops-shelter-note').hidden")
    page.until_text("ops-shelter-note", "Shelter closed")
    page.click("#ops-shelter-release")
    page.until("document.querySelector('#ops-result .is-done')")


def test_signed_out_one_reads_and_cannot_act(page: Page, ops_server: Server) -> None:
    page.size(1440, 1000)
    page.driver.get(f"{ops_server.url}/sign-in?area=coquimbo&lang=en")
    page.until("document.querySelector('form[action=\"/session/end\"]')", 60)
    page.click('form[action="/session/end"] button')
    page.until("location.pathname === '/ops' && document.getElementById('ops-check')", 60)
    assert page.script("document.querySelector('.editor-tools').hidden")
    assert "Sign in to act" in page.script("document.querySelector('.editor-side').innerText")
    page.driver.get(f"{ops_server.url}/sign-in?area=coquimbo&lang=en")
    page.until("document.querySelector('form [name=\"demo\"]')", 60)
    page.driver.execute_script("document.querySelector('form [name=\"demo\"]').form.requestSubmit()")
    page.until("location.pathname === '/ops' && document.getElementById('ops-check')", 60)
    assert not page.script("document.querySelector('.editor-tools').hidden")


def test_a_safety_text_is_counted_by_its_kind_and_approved_once(page: Page, ops_server: Server) -> None:
    page.size(1280, 900)
    open_ops(page, ops_server, "ko")
    page.until("/\\/ 157$/.test(document.getElementById('ops-message-count').innerText)")
    page.driver.execute_script(
        "const field = document.getElementById('ops-message-kind-field'); field.value = 'emergency';"
        "field.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    page.until("document.getElementById('ops-message').maxLength === 90")
    page.until("/\\/ 90$/.test(document.getElementById('ops-message-count').innerText)")
    page.driver.find_element("id", "ops-message").send_keys("침수 위험. 하천에서 떨어지고 높은 곳으로 가세요.")
    page.click("#ops-message-check")
    page.until("!document.getElementById('ops-message-confirm').hidden")
    page.picture("ops-message-ko")
    page.click("#ops-message-approve")
    page.until("/승인했습니다/.test(document.getElementById('ops-message-result').innerText)")


def test_printed_on_two_pages_of_a4(page: Page, ops_server: Server) -> None:
    paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True, "preferCSSPageSize": True}
    page.size(1280, 900)
    for lang in ("ko", "en"):
        open_ops(page, ops_server, lang)
        page.until("document.querySelector('.tile') && document.querySelector('.data-table')")
        printed = base64.b64decode(page.driver.execute_cdp_cmd("Page.printToPDF", paper)["data"])
        assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= 2
        assert len(printed) > 30_000
