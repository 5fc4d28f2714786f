"""Two plans against water that is on its way: the drill is held when the forecast brings it to the zone."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Page, Server, serve
from tests.browser.test_plan import plan, touch

CORE = (-29.9188, -71.2438)
RISK = f"/api/v1/risk?area=coquimbo&lat={CORE[0]}&lon={CORE[1]}"
SPAN_LAT, SPAN_LON = 0.0025, 0.003
DRY, WET = 0.5, 0.65
"""Risk now, and the risk ahead with which water is on its way: danger is 0.6."""
PAIR = "document.querySelector('.plan-pair')"
PLOT = f"{PAIR}.querySelector('.js-plotly-plot')"


@pytest.fixture(scope="module")
def storm_server(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own whose drill is slow enough to be held at a moment of it."""
    home = tmp_path_factory.mktemp("storm")
    shutil.copytree(built_home / "areas", home / "areas")
    yield from serve(home, "--speed", "10")


def hold_before_the_water(page: Page, server: Server) -> None:
    """Start the drill as its first visitor, and hold it while the zone is dry and water is forecast."""
    page.open(f"{server.url}/?area=coquimbo&lang=en")
    page.until("document.getElementById('citizen-caption').innerText.length > 0", 120)
    page.driver.get(f"{server.url}/ops?area=coquimbo&lang=en")
    page.until("document.querySelector('[id*=drill_hold]') !== null", 120)

    def is_coming() -> bool:
        risk = server.json(RISK)
        ahead = [one["risk"] for one in risk["series"] if one["lead_s"] > 0 and one["risk"] is not None]
        return risk["risk"] is not None and risk["risk"] < DRY and max(ahead, default=0.0) >= WET

    page.until_true(is_coming, 240)
    page.click("[id*=drill_hold]")
    page.until("document.querySelector('[id*=drill_go_on]') !== null", 60)


def open_zone(page: Page, server: Server, lang: str) -> None:
    """Open the planner and draw a zone where the water will be."""
    page.driver.get(f"{server.url}/plan?area=coquimbo&lang={lang}&z=15&c={CORE[0]},{CORE[1]}")
    page.until("window.ansimgil && ansimgil.leaflet && ansimgil.streets.state().nStreet > 0", 60)
    page.until("document.querySelector('#plan-make') !== null")
    for k, (lat, lon) in enumerate(((1, -1), (1, 1), (-1, 1), (-1, -1))):
        touch(page, CORE[0] + lat * SPAN_LAT, CORE[1] + lon * SPAN_LON)
        page.until(f"document.querySelectorAll('.pin-draft').length === {k + 1}")


def test_both_curves_stand_against_the_arrival_of_the_water(page: Page, storm_server: Server) -> None:
    page.size(1440, 1000)
    hold_before_the_water(page, storm_server)
    open_zone(page, storm_server, "en")
    plan(page)
    slower = "dash_clientside.set_props({type: 'plan-number', name: 'half_gone'}, {value: 45})"
    page.driver.execute_script(slower)
    plan(page)
    page.until(f"{PAIR} !== null && {PLOT} !== null && {PLOT}.querySelector('.main-svg') !== null", 60)
    curves = page.until(f"{PLOT}.data.map((one) => Array.from(one.y, Number))")
    assert len(curves) == 2 and curves[0] != curves[1] and min(max(one) for one in curves) > 0, "both curves"
    lines = page.until(f"{PLOT}.layout.shapes.map(one => Number(one.x0))")
    assert lines and all(0 < at <= 180 for at in lines), "the water arrives within the forecast"
    seen = page.script(f"{PLOT}._fullLayout.xaxis.range")
    assert all(seen[0] <= at <= seen[1] for at in lines), "and its line is in the picture"
    named = ["Half have set off after", "15 min", "45 min"]
    changes = f"{PAIR}.querySelector('.pair-changes').innerText"
    page.until(f"{json.dumps(named)}.every((one) => {changes}.includes(one))")
    assert "hazard reaches" in page.script(f"{PAIR}.querySelector('figcaption').innerText")
    table = page.script(
        f"Array.from({PAIR}.querySelectorAll('tbody tr'), (row) => Array.from(row.cells, (one) => one.innerText))"
    )
    in_time = next(row for row in table if "before the hazard" in row[0])
    fewer = [float(one.replace(",", "").replace("−", "-")) for one in in_time[1:]]
    assert fewer[0] > fewer[1] and fewer[2] < 0, "who sets off later is more often caught"
    view_both(page, storm_server)


def view_both(page: Page, server: Server) -> None:
    """The same pair on the coordinators' page, in both languages, light and dark, on a phone as well."""
    told = set()
    for lang, scheme, width in (("en", "light", 1440), ("ko", "dark", 1440), ("ko", "light", 390), ("en", "dark", 390)):
        page.size(width, 900, mobile=width < 500)
        page.prefer(scheme)
        page.driver.get(f"{server.url}/ops?area=coquimbo&lang={lang}")
        page.until(f"{PAIR} && {PLOT} && {PLOT}.querySelector('.main-svg')", 60)
        page.until(f"{PLOT}.layout.shapes.length > 0")
        assert page.script("document.documentElement.scrollWidth <= innerWidth")
        told.add(tuple(page.script(f"{PLOT}.layout.shapes.map(one => Number(one.x0))")))
        page.driver.execute_script(f"{PAIR}.scrollIntoView()")
        page.picture(f"pair-hazard-{lang}-{scheme}-{width}")
    assert len(told) == 1, "every view tells the same arrival"
