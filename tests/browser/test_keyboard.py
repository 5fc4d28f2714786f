"""The citizen's page without a mouse, and every page at twice its size."""

from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Page, Server
from tests.browser.test_axe import READY
from tests.browser.test_citizen import VIEW

FOCUSED = """
const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
return {
  at: one.tagName + "." + one.className + "#" + one.id,
  seen: style.outlineStyle !== "none" || style.boxShadow !== "none" || one.matches("[type=range], .sr-only *"),
  width: box.width, height: box.height,
};
"""
CUT = """
return Array.from(document.querySelectorAll("main *")).filter((one) => {
  const style = getComputedStyle(one), text = one.childElementCount === 0 && one.textContent.trim();
  const hides = style.overflowX === "hidden" && style.textOverflow !== "ellipsis" && style.clipPath === "none";
  return text && hides && one.offsetWidth > 1 && one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.tagName + "." + one.className + ": " + one.textContent.trim().slice(0, 60));
"""


def press(page: Page, *keys: str) -> dict[str, Any]:
    """Press keys one after another; what has the focus then."""
    for key in keys:
        ActionChains(page.driver).send_keys(key).perform()
    return dict(page.driver.execute_script(FOCUSED))


def test_the_whole_path_goes_by_keyboard(page: Page, quiet_server: Server) -> None:
    page.size(1440, 900)
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    page.until("document.querySelector('.route-card') && ansimgil.live.state().streaming")
    assert "skip-link" in press(page, Keys.TAB)["at"]
    press(page, Keys.ENTER)
    order: list[str] = []
    while "citizen-step" not in "".join(order) and len(order) < 60:
        found = press(page, Keys.TAB)
        assert found["seen"], f"the focus is not seen on {found['at']}"
        order.append(found["at"])
    assert not any("brand" in one or "skip-link" in one for one in order), "the link leads past the bar"
    path = ("citizen-search", "citizen-hazard", "citizen-profile-button", "route-card", "citizen-map", "citizen-step")
    places = [next(k for k, one in enumerate(order) if part in one) for part in path]
    assert places == sorted(places), dict(zip(path, places, strict=True))


def test_keys_choose_a_hazard_and_a_time_and_escape_closes_the_menu(page: Page, quiet_server: Server) -> None:
    page.size(390, 844)
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    page.until("document.querySelector('.route-card') && ansimgil.live.state().streaming")
    page.driver.execute_script("document.querySelector('[id*=citizen-hazard][id*=rain]').focus()")
    press(page, Keys.ENTER)
    page.until("document.querySelector('[id*=citizen-hazard][id*=rain]').getAttribute('aria-pressed') === 'true'")
    label = page.script("document.querySelector('.slider-label').innerText")
    page.driver.execute_script("document.querySelector('#citizen-step input, input#citizen-step').focus()")
    press(page, Keys.ARROW_RIGHT)
    page.until(f"document.querySelector('.slider-label').innerText !== {label!r}")
    page.driver.execute_script("document.querySelector('.menu-pages summary').focus()")
    press(page, Keys.ENTER)
    page.until("document.querySelector('.menu-pages').open")
    press(page, Keys.ESCAPE)
    page.until("!document.querySelector('.menu-pages').open")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_nothing_is_lost_at_twice_the_size(page: Page, drill_server: Server, lang: str) -> None:
    lost = {}
    for path, is_ready in READY.items():
        page.size(640, 400)  # 1280 by 800 at 200 %
        page.driver.get(f"{drill_server.url}{path}&lang={lang}")
        page.until(f"Boolean({is_ready})", 60)
        found = page.driver.execute_script(CUT)
        if found or page.script("document.documentElement.scrollWidth > innerWidth"):
            lost[path] = found or "scrolls sideways"
    assert lost == {}
    page.driver.get(f"{drill_server.url}/docs?area=coquimbo&lang={lang}")
    page.until("document.querySelector('.doc-text')", 60)
