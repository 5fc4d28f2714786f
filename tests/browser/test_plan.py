"""The planner in a real browser: pick districts, plan, see figures, curve and flows; print to A4."""

from tests.browser.conftest import Page, Server

VIEW = "/plan?area=coquimbo&lang=en&z=15&c=-29.9350,-71.2500"
FIGURES = "document.querySelector('#plan-result .tiles') && document.querySelector('#plan-result .tiles').innerText"


def test_districts_become_figures_curve_and_flows(page: Page, quiet_server: Server) -> None:
    page.driver.get(quiet_server.url + VIEW)
    page.until("document.querySelector('#plan-make')")
    page.script("dash_clientside.set_props('plan-districts', {value: ['66', '67']}) || true")
    page.script("document.getElementById('plan-make').click() || true")
    assert "People leaving" in page.until(FIGURES, 120)
    assert page.until("document.querySelector('#plan-result .js-plotly-plot') !== null"), "the curve"
    assert page.until("document.querySelectorAll('path.plan-flow').length > 20"), "the flows"
    printed = page.driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})
    assert len(printed["data"]) > 20_000
