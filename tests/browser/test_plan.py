"""The planner in a real browser: a zone is drawn, planned, planned again with a street closed, published, printed."""

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.support.expected_conditions import alert_is_present
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.conftest import Page, Server, serve

VIEW = "/plan?area=coquimbo&lang=en&z=15&c=-29.9080,-71.2500"
CORNERS = ((-29.9030, -71.2560), (-29.9030, -71.2440), (-29.9130, -71.2440), (-29.9130, -71.2560))
N_CLOSED = 12
INSIDE = "-29.9080,-71.2500"
OUTSIDE = "-29.9600,-71.2700"
SHELTERS = (
    "s1,2026-01-01T00:00Z,Riverside School,-29.9085,-71.2490,2000,0\n"
    "s2,2026-01-01T00:00Z,Hill Hall,-29.9200,-71.2430,1500,0\n"
)
TILES = "document.querySelector('#plan-result .tiles')"
OWN = "document.querySelector('#plan-result > .card:not(.card-pair) .js-plotly-plot')"
FLOWS = "document.querySelectorAll('path.plan-flow').length"
CURVE = f"Array.from({OWN}.data[2].y, Number).join()"


@pytest.fixture(scope="module")
def plan_server(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, without a drill, with two shelters."""
    home = tmp_path_factory.mktemp("plan")
    shutil.copytree(built_home, home, dirs_exist_ok=True)
    for server in serve(home, "--no-drill"):
        table = home / "shelters.csv"
        table.write_text("shelter_id,time,name,lat,lon,capacity,occupancy\n" + SHELTERS, encoding="utf-8")
        done = server.command("ingest", "shelters", str(table), "--area", "coquimbo", "--source", "test")
        assert done.returncode == 0, done.stderr
        yield server


def touch(page: Page, lat: float, lon: float) -> None:
    """Press the mouse on the map at a place, as a hand does."""
    at = page.driver.execute_script(
        "const map = ansimgil.leaflet; map.getContainer().scrollIntoView({block: 'center'});"
        "const box = map.getContainer().getBoundingClientRect();"
        "const p = map.latLngToContainerPoint(L.latLng(arguments[0], arguments[1]));"
        "return [box.left + p.x, box.top + p.y]",
        lat,
        lon,
    )
    for kind in ("mousePressed", "mouseReleased"):
        event = {"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1}
        page.driver.execute_cdp_cmd("Input.dispatchMouseEvent", event)


def open_plan(page: Page, server: Server) -> None:
    page.driver.get(server.url + VIEW)
    page.until("window.ansimgil && ansimgil.leaflet && ansimgil.streets.state().nStreet > 0 ? 1 : 0", 60)
    page.until("document.querySelector('#plan-make') !== null")


def draw_zone(page: Page) -> None:
    for k, corner in enumerate(CORNERS):
        touch(page, *corner)
        page.until(f"document.querySelectorAll('.pin-draft').length === {k + 1}")
    page.until("/Zones: 1/.test(document.getElementById('plan-note').innerText)")


def plan(page: Page) -> tuple[str, str]:
    """Plan; gives the tiles' words and the curve."""
    page.driver.execute_script(f"const old = {TILES}; if (old) old.dataset.old = 'yes'")
    page.click("#plan-make:not([disabled])")
    page.until(f"{TILES} !== null && !{TILES}.dataset.old", 180)
    curve = str(page.until(CURVE))
    page.until(f"{FLOWS} > 0")
    return str(page.until(f"{TILES}.innerText")), curve


def busiest(page: Page, n: int) -> list[list[float]]:
    """(lat, lon) of the middles of the streets most people enter, as the map draws them."""
    return list(
        page.script(
            "(() => { const found = []; ansimgil.leaflet.eachLayer(one => {"
            "const flow = one.feature && one.feature.properties.flow; if (!flow) return;"
            "const best = one.feature.geometry.coordinates, k = best.length >> 1, a = best[k - 1], b = best[k];"
            "found.push([flow.reduce((a, b) => a + b, 0), (a[1] + b[1]) / 2, (a[0] + b[0]) / 2]); });"
            f"found.sort((a, b) => b[0] - a[0]); return found.slice(0, {n}).map(one => one.slice(1)); }})()"
        )
    )


def is_bare(page: Page, lat: float, lon: float) -> bool:
    """Whether no marker lies over a place of the map."""
    return bool(
        page.driver.execute_script(
            "const map = ansimgil.leaflet, box = map.getContainer().getBoundingClientRect();"
            "const p = map.latLngToContainerPoint(L.latLng(arguments[0], arguments[1]));"
            "const there = document.elementFromPoint(box.left + p.x, box.top + p.y);"
            "return there !== null && map.getContainer().contains(there) && !there.closest('.leaflet-marker-icon')",
            lat,
            lon,
        )
    )


def test_a_drawn_zone_becomes_figures_and_changes_with_closed_streets(page: Page, plan_server: Server) -> None:
    page.size(1440, 1000)
    open_plan(page, plan_server)
    draw_zone(page)
    before = plan(page)
    assert "People leaving" in before[0] and "To shelters" in before[0]
    page.until(f"{FLOWS} > 20")
    page.until_text("plan-result", "Riverside School")
    page.driver.execute_script("window.scrollTo(0, 0)")
    page.picture("plan-en")
    page.driver.execute_script("document.querySelector('#plan-result').scrollIntoView()")
    page.picture("plan-result-en")
    close_on_ops(page, plan_server, busiest(page, N_CLOSED))
    open_plan(page, plan_server)
    draw_zone(page)
    page.until("document.querySelectorAll('path.closure').length > 0")
    after = plan(page)
    assert after[1] != before[1], "the curve"
    assert after[0] != before[0], "the figures"


def test_a_street_supposed_closed_changes_the_next_plan(page: Page, plan_server: Server) -> None:
    page.size(1440, 1000)
    open_plan(page, plan_server)
    draw_zone(page)
    before = plan(page)
    page.driver.execute_script("ansimgil.leaflet.getContainer().scrollIntoView({block: 'center'})")
    street = next(one for one in busiest(page, N_CLOSED) if is_bare(page, *one))
    page.click("[id*='plan-tool-button'][id*='closed']")
    page.until("/Tap a street/.test(document.getElementById('plan-note').innerText)")
    touch(page, *street)
    page.until("/supposed closed: 1/.test(document.getElementById('plan-note').innerText)")
    after = plan(page)
    assert after[1] != before[1]
    page.until_text("plan-result", "Plans side by side")


def test_zones_by_phase_shelters_filling_and_two_plans_stand_side_by_side(page: Page, plan_server: Server) -> None:
    page.size(1440, 1000)
    open_plan(page, plan_server)
    draw_zone(page)
    page.click("[id*='plan-step'][id*='finish']")
    for k, (lat, lon) in enumerate(CORNERS):
        touch(page, lat - 0.006, lon)
        page.until(f"document.querySelectorAll('.pin-draft').length === {k + 1}")
    page.until("/Zones: 2/.test(document.getElementById('plan-note').innerText)")
    page.driver.execute_script("dash_clientside.set_props({type: 'plan-number', name: 'phase_min'}, {value: 30})")
    plan(page)
    page.until("document.querySelectorAll('path.plan-phase.is-1').length === 1")
    page.until("document.querySelectorAll('path.plan-phase.is-2').length === 1")
    page.until_text("plan-result", "Phase 2, 30 min after the order")
    left = "[...document.querySelectorAll('.plan-filling-bar b')].map(one => one.textContent).join(' ')"
    at_first = page.until(left)
    last = page.script("Number(document.getElementById('plan-bin').max)")
    page.driver.execute_script("dash_clientside.set_props('plan-bin', {value: arguments[0]})", last)
    page.until(f"{left} !== {at_first!r}")
    page.picture("plan-phases-en")
    page.click("#plan-hold")
    page.until("document.getElementById('plan-hold').getAttribute('aria-pressed') === 'true'")
    page.driver.execute_script("dash_clientside.set_props({type: 'plan-number', name: 'phase_min'}, {value: 0})")
    plan(page)
    differs = "From the first zone's order to the last's"
    page.until_text("plan-result", "Plan A", "Plan B", "90 % cleared after", differs)
    page.until("document.querySelectorAll('path.plan-phase.is-2').length === 0")
    page.picture("plan-compared-en")


def test_a_shelter_supposed_shut_is_plan_b_and_both_stand_on_ops(page: Page, plan_server: Server) -> None:
    page.size(1440, 1000)
    open_plan(page, plan_server)
    draw_zone(page)
    plan(page)
    page.driver.execute_script(
        "const box = document.getElementById('plan-shut-field'); box.value = 's1';"
        "box.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    plan(page)
    pair = "document.querySelector('.plan-pair')"
    named = ["Shelter supposed shut", "none", "Riverside School"]
    changes = f"{pair}.querySelector('.pair-changes').innerText"
    page.until(f"{json.dumps(named)}.every((one) => {changes}.includes(one))")
    both = page.until(f"{pair}.querySelector('.js-plotly-plot').data.map(one => Array.from(one.y, Number).join())")
    assert len(both) == 2 and both[0] != both[1], "both curves"
    said = page.script(f"{pair}.querySelector('table').innerText")
    for width, lang in ((1440, "en"), (390, "ko")):
        page.size(width, 900, mobile=width < 500)
        page.driver.get(f"{plan_server.url}/ops?area=coquimbo&lang={lang}")
        page.until(f"{pair} && {pair}.querySelector('.js-plotly-plot .main-svg')", 60)
        assert "Riverside School" in page.script(f"{pair}.innerText")
        assert lang == "ko" or page.script(f"{pair}.querySelector('table').innerText") == said
        page.driver.execute_script(f"{pair}.scrollIntoView()")
        page.picture(f"ops-pair-{lang}")


def test_a_published_order_reaches_whoever_is_inside(page: Page, plan_server: Server) -> None:
    page.size(1440, 1000)
    open_plan(page, plan_server)
    draw_zone(page)
    page.driver.execute_script("dash_clientside.set_props('plan-name', {value: 'Old harbour'})")
    plan(page)
    page.click("#plan-publish")
    words = confirm(page)
    assert "Old harbour" in words and "residents" in words
    page.until("/^Published: Old harbour/.test(document.getElementById('plan-state').innerText)")
    assert "Old harbour" in citizen(page, plan_server, INSIDE)
    page.until("document.querySelector('.plan-order-card').innerText.includes('Your shelter:')")
    page.picture("plan-citizen")
    assert citizen(page, plan_server, OUTSIDE) == ""
    open_plan(page, plan_server)
    page.click("#plan-withdraw")
    page.until("/No order/.test(document.getElementById('plan-state').innerText)")
    assert citizen(page, plan_server, INSIDE) == ""


def test_a_plan_that_takes_longer_tells_how_far_it_is_and_can_be_stopped(page: Page, plan_server: Server) -> None:
    page.size(1440, 1000)
    open_plan(page, plan_server)
    everyone = "[...document.querySelectorAll('button[id*=plan-district]')].map(one => JSON.parse(one.id).name)"
    page.driver.execute_script(f"dash_clientside.set_props('plan-districts', {{data: {everyone}}})")
    page.click("#plan-make:not([disabled])")
    page.until("document.querySelector('#plan-progress progress') !== null", 60)
    page.until("document.getElementById('plan-progress').innerText && document.getElementById('plan-make').disabled")
    touch(page, *CORNERS[0])
    page.until("document.querySelectorAll('.pin-draft').length === 1")
    page.picture("plan-progress-en")
    page.click("#plan-stop")
    page.until("/Stopped/.test(document.getElementById('plan-result').innerText)", 90)
    page.until("!document.getElementById('plan-make').disabled")
    page.until("getComputedStyle(document.querySelector('.plan-waiting')).display === 'none'")


def test_a_drawing_from_a_file_is_planned_with(page: Page, plan_server: Server, tmp_path: Path) -> None:
    page.size(1440, 1000)
    open_plan(page, plan_server)
    ring = [[lon, lat] for lat, lon in (*CORNERS, CORNERS[0])]
    features = [
        {"type": "Feature", "properties": {"name": "File quarter"},
         "geometry": {"type": "Polygon", "coordinates": [ring]}},
        {"type": "Feature", "properties": {"role": "institution", "name": "Clinic", "persons": 60, "vehicles": 1},
         "geometry": {"type": "Point", "coordinates": [-71.2500, -29.9080]}},
    ]  # fmt: skip
    path = tmp_path / "quarter.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    page.driver.find_element("css selector", "#plan-file input[type=file]").send_keys(str(path))
    page.until("/1 institution/.test(document.getElementById('plan-drawing-note').innerText)")
    plan(page)
    page.until_text("plan-result", "File quarter")


def test_the_order_in_force_is_followed_on_the_desk_without_a_storm(page: Page, plan_server: Server) -> None:
    page.size(1440, 1000)
    open_plan(page, plan_server)
    draw_zone(page)
    plan(page)
    page.click("#plan-publish")
    confirm(page)
    page.until("/^Published/.test(document.getElementById('plan-state').innerText)")
    page.driver.get(f"{plan_server.url}/ops?area=coquimbo&lang=en")
    page.until("/Arrivals by the order in force/.test(document.body.innerText)")
    page.until("/Should be there now/.test(document.body.innerText)")
    page.picture("plan-ops-arrivals-en")
    page.until("document.querySelectorAll('.pair-picture .js-plotly-plot .main-svg').length > 1", 60)
    page.until("/Zones in the order they are told/.test(document.body.innerText)")
    page.driver.execute_script("document.querySelector('.plan-way').scrollIntoView()")
    page.picture("ops-in-force-en")
    paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True, "preferCSSPageSize": True}
    printed = base64.b64decode(page.driver.execute_cdp_cmd("Page.printToPDF", paper)["data"])
    n_page = len(re.findall(rb"/Type\s*/Page[^s]", printed))
    assert n_page <= 2, f"{n_page} pages of A4 with an order in force and a pair"
    open_plan(page, plan_server)
    page.click("#plan-withdraw")
    page.until("/No order/.test(document.getElementById('plan-state').innerText)")


def test_districts_are_planned_and_printed_on_a4(page: Page, plan_server: Server) -> None:
    open_plan(page, plan_server)
    page.driver.execute_script("dash_clientside.set_props('plan-districts', {data: ['66', '67']})")
    assert "People leaving" in plan(page)[0]
    printed = page.driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})
    assert len(printed["data"]) > 20_000


def test_a_phone_can_draw_and_plan(page: Page, plan_server: Server) -> None:
    page.size(390, 844, mobile=True)
    open_plan(page, plan_server)
    for k, down in enumerate((10, 50, 30), start=1):
        page.click("[id*='plan-step'][id*='centre']")
        page.until(f"document.querySelectorAll('.pin-draft').length === {k}")
        page.driver.execute_script(f"ansimgil.leaflet.panBy([80, {down}], {{animate: false}})")
    page.picture("plan-phone-drawn-en")
    page.driver.execute_script("dash_clientside.set_props('plan-districts', {data: ['66', '67']})")
    plan(page)
    assert page.script("document.documentElement.scrollWidth") <= 390
    page.driver.execute_script("document.querySelector('#plan-result').scrollIntoView()")
    page.picture("plan-phone-en")
    page.prefer("dark")
    page.driver.get(plan_server.url + VIEW.replace("lang=en", "lang=ko"))
    page.until("window.ansimgil && ansimgil.leaflet && document.querySelector('#plan-make') !== null", 60)
    page.picture("plan-phone-dark-ko")


def close_on_ops(page: Page, server: Server, streets: list[list[float]]) -> None:
    """Close the streets at some places as a coordinator does."""
    page.driver.get(f"{server.url}/ops?area=coquimbo&lang=en")
    page.until("window.ansimgil && ansimgil.leaflet && ansimgil.streets.state().nStreet > 0 ? 1 : 0", 60)
    page.until("document.getElementById('ops-check') !== null")
    for k, at in enumerate(streets, start=1):
        page.driver.execute_script("ansimgil.leaflet.fire('click', {latlng: L.latLng(arguments[0])})", at)
        page.until(f"/^{k} street/.test(document.getElementById('ops-draft-note').innerText)")
    page.click("#ops-check")
    page.until("!document.getElementById('ops-confirm').hidden")
    page.click("#ops-close")
    page.until("document.querySelector('#ops-result .is-done') !== null")
    page.until("ansimgil.streets.state().nClosed > 0", 60)


def confirm(page: Page) -> str:
    """Say yes to the question; gives its words."""
    asked: Any = WebDriverWait(page.driver, 20).until(alert_is_present())
    words = str(asked.text)
    asked.accept()
    return words


def citizen(page: Page, server: Server, at: str) -> str:
    """The order that somebody at a place sees; empty for none."""
    page.open(f"{server.url}/?area=coquimbo&lang=en&from={at}")
    page.until("document.querySelector('#citizen-status').innerText.length > 10")
    card = "document.querySelector('.plan-order-card')"
    return str(page.script(f"{card} ? {card}.innerText : ''"))
