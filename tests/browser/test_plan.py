"""The planner in a real browser: draw, plan, close a street, publish, print."""

import json
import urllib.parse

from selenium.webdriver.common.action_chains import ActionChains

from tests.browser.conftest import Page, Server

CENTRE = (-29.9350, -71.2500)
VIEW = f"/plan?area=coquimbo&lang=en&z=15&c={CENTRE[0]},{CENTRE[1]}"
FIGURES = "document.querySelector('#plan-result .tiles') && document.querySelector('#plan-result .tiles').innerText"


def draw(page: Page, tool: str, corners: list[tuple[int, int]]) -> None:
    """Draw with the map's tool; corners are pixels from the middle of the map, the last ends the figure."""
    page.browser.find_element(f".leaflet-draw-draw-{tool}").click()
    canvas = page.browser.find_element("#plan-map")
    for at in corners:
        ActionChains(page.browser.driver).move_to_element_with_offset(canvas, *at).pause(0.1).click().perform()


MIDDLE = """(() => {
  const path = document.querySelector('path.plan-flow'), at = path.getPointAtLength(path.getTotalLength() / 2);
  const seen = new DOMPoint(at.x, at.y).matrixTransform(path.getScreenCTM());
  const box = document.getElementById('plan-map').getBoundingClientRect();
  return [Math.round(seen.x - box.x - box.width / 2), Math.round(seen.y - box.y - box.height / 2)];
})()"""
"""Where the busiest street's middle lies, pixels from the middle of the map."""


def plan(page: Page, before: str | None = None) -> str:
    """Press Plan and wait for other figures than before."""
    page.browser.find_element("#plan-make").click()
    page.until(f"({FIGURES}) && ({FIGURES}) !== {json.dumps(before)}", 120)
    return str(page.script(FIGURES))


def test_draw_plan_close_publish_print(page: Page, quiet_server: Server) -> None:
    page.driver.get(quiet_server.url + VIEW)
    page.until("document.querySelector('.leaflet-draw-draw-polygon')")
    draw(page, "polygon", [(-90, -90), (90, -90), (90, 90), (-90, 90), (-90, -90)])
    first = plan(page)
    assert page.until("document.querySelector('#plan-result .js-plotly-plot')"), "the curve"
    assert page.until("document.querySelectorAll('path.plan-flow').length > 20"), "the flows"
    draw(page, "marker", [tuple(page.script(MIDDLE))])
    second = plan(page, first)
    assert second != first
    page.browser.find_element("#plan-publish").click()
    page.browser.driver.switch_to.alert.accept()
    page.until("document.querySelector('#plan-state').innerText.includes('Published')", 60)
    at = urllib.parse.quote(f"{CENTRE[0]},{CENTRE[1]}")
    page.open(f"{quiet_server.url}/?area=coquimbo&lang=en&from={at}")
    assert page.until("document.querySelector('.plan-order-card')", 60)
    page.driver.get(quiet_server.url + VIEW)
    page.until("document.querySelector('#plan-withdraw')")
    page.browser.find_element("#plan-withdraw").click()
    page.until("document.querySelector('#plan-state').innerText.includes('No order')", 60)
    printed = page.browser.driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})
    assert len(printed["data"]) > 20_000
