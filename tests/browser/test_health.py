"""The officials' page during the drill's outbreak."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

from tests.browser.conftest import Page, Server

WaitFor = Callable[[Callable[[], bool], float], None]
DRAWN = (
    "document.querySelectorAll('.chart .main-svg').length >= 2 && document.querySelector('path.district')"
    " && document.querySelector('#health-what-if .tile')"
)
CHOSEN = "Array.from(document.querySelectorAll('{where} th')).map(one => one.innerText.trim())"


def choose(page: Page, id: str, position: int) -> str:
    """Choose an option of a field; gives its word."""
    field = f"document.getElementById('{id}')"
    page.driver.execute_script(
        f"{field}.selectedIndex = {position}; {field}.dispatchEvent(new Event('change', {{bubbles: true}}));"
    )
    return str(page.script(f"{field}.options[{position}].text"))


def test_outbreak_is_drawn_with_its_fan_and_its_interval(page: Page, drill_server: Server) -> None:
    page.size(1200, 1400)
    page.driver.get(f"{drill_server.url}/health?area=coquimbo&lang=en")
    page.until(DRAWN, 60)
    page.until("document.querySelectorAll('.chart')[0].querySelectorAll('.scatterlayer .js-fill').length === 3")
    page.until("document.querySelectorAll('.chart')[0].querySelectorAll('.bars .point').length >= 2 * 40")
    tiles = page.script("Array.from(document.querySelectorAll('#health-body .tile')).map(one => one.innerText)")
    assert len(tiles) == 3 and all("80 % interval" in one for one in tiles[1:])
    low, high = (float(one) for one in tiles[1].split("interval ")[1].split(" ")[0].split("–"))
    assert 0.5 < low < high < 1.1, "the drill's outbreak falls by now"
    assert "for people infected on" in tiles[1]
    said = page.script("document.querySelector('.body').innerText")
    assert "Scenario" in said and "reported so far" in said
    page.picture("health-outbreak")


def test_map_chart_small_pictures_and_table_choose_the_same_and_say_the_same(page: Page, drill_server: Server) -> None:
    page.size(1440, 1200)
    page.driver.get(f"{drill_server.url}/health?area=coquimbo&lang=en")
    page.until(DRAWN, 60)
    one = "document.querySelectorAll('.small-one')[1]"
    name = page.script(f"((one) => (one.click(), one.querySelector('.small-name').innerText))({one})")
    page.until(f"/{re.escape(name)}$/.test(document.querySelector('#health-body .card h2').innerText)")
    page.until(f"{CHOSEN.format(where='tr.is-chosen')}.join() === {json.dumps(name)}")
    page.until("document.querySelectorAll('path.district.is-chosen').length === 1")
    week = "document.querySelector('tr.is-chosen td').innerText"
    tile = "document.querySelector('#health-body .tile-value').innerText"
    small = "document.querySelector('.small-one[aria-pressed=true] .small-number').innerText"
    page.until(f"((week) => {tile} === week && {small}.includes(week))({week})")
    other = choose(page, "health-other", 3)
    page.until(f"document.querySelectorAll('#health-body .card h2')[2].innerText.includes('{other}')")
    page.until("document.querySelectorAll('#health-body .chart').length === 3")
    day = choose(page, "health-day", 2)
    page.until(f"document.querySelector('.district-table caption').innerText.includes('{day}')")


def test_the_table_sorts_and_saves(page: Page, drill_server: Server, tmp_path: Path, wait_for: WaitFor) -> None:
    page.size(1440, 1200)
    page.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    page.driver.get(f"{drill_server.url}/health?area=coquimbo&lang=en")
    page.until(DRAWN, 60)
    values = (
        "Array.from(document.querySelectorAll('.district-table tbody tr td:nth-child(3) [data-value]'))"
        ".map(one => Number(one.dataset.value)).filter(one => !Number.isNaN(one))"
    )
    for turn in (-1, 1):
        button = "document.querySelectorAll('.district-table .sort-button')[2]"
        found = page.script(f"({button}.click(), {values})")
        assert found == sorted(found, key=lambda one, turn=turn: turn * one) and len(found) > 20
    shown = page.script("document.querySelectorAll('.district-table tbody tr').length")
    table, shapes = tmp_path / "ansimgil-coquimbo-districts.csv", tmp_path / "ansimgil-coquimbo-districts.geojson"
    # One after the other: of two questions on their way the page keeps the newer one's answer.
    for name, file in (("csv", table), ("geojson", shapes)):
        page.click(f"#health-{name}")
        wait_for(file.is_file, 60)
    lines = table.read_text("utf-8").splitlines()
    assert lines[0].startswith("district_id,name,week,") and lines[-1].startswith("# ")
    assert len(lines) - 2 == shown - 1 == len(json.loads(shapes.read_text("utf-8"))["features"])


def test_measures_and_the_slider_change_what_is_seen(page: Page, drill_server: Server) -> None:
    page.size(1440, 1200)
    page.driver.get(f"{drill_server.url}/health?area=coquimbo&lang=en")
    page.until(DRAWN, 60)
    before = page.text("health-what-if")
    assert "−" in before and "80 % interval" in before
    page.click("[id*='health-measure'][id*='mask']")
    page.until(f"document.getElementById('health-what-if').innerText !== {before!r}")
    label = page.text("health-step-label")
    page.click("#health-play")
    page.until(f"document.getElementById('health-step-label').innerText !== {label!r}")
    page.click("#health-play")
    page.click("[id*='health-shown'][id*='grid']")
    page.until("/infection.overlay/.test(document.querySelector('img.risk-picture').src)")


def test_the_weekly_report_is_two_pages_of_a4(page: Page, drill_server: Server) -> None:
    for lang in ("ko", "en"):
        page.driver.get(f"{drill_server.url}/health?area=coquimbo&lang={lang}")
        page.until(DRAWN, 60)
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True, "preferCSSPageSize": True}
        printed = base64.b64decode(page.driver.execute_cdp_cmd("Page.printToPDF", paper)["data"])
        assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= 2
        assert len(printed) > 30_000
