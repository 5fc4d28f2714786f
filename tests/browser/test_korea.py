"""The nationwide page in the browser: a typhoon passes; map, slider, search, table and card go together."""

import pytest

from tests.browser.conftest import Page, Server

CLASS_OF = "document.querySelector('#korea-map path.is-chosen').getAttribute('class')"
CLASSES = "Array.from(document.querySelectorAll('#korea-map path.district'), one => one.getAttribute('class')).join()"
CHOSEN_ROW = "document.querySelector('#korea-table tr.is-chosen').innerText"
AGREE = "row.includes('해운대') && shares.length === 4 && shares.every((one) => row.includes(one))"
SHARES = "Array.from(document.querySelectorAll('#korea-district .arrival-prob'), one => one.innerText)"
ASKED = """
window.askedFor = [];
const ask = window.fetch;
window.fetch = (url, options) => {
  const body = options && typeof options.body === "string" ? options.body : "";
  if (String(url.url || url).includes("_dash-update-component")) {
    window.askedFor.push(...((JSON.parse(body || "{}").changedPropIds) || ["unknown: korea-step?"]));
  }
  return ask(url, options);
};
"""
"""What every question to the server was asked for, as Dash says in its body."""
N_PAINTED = "document.querySelectorAll('#korea-map path.district').length"


def open_nation(page: Page, server: Server, lang: str = "en") -> None:
    page.driver.get(f"{server.url}/korea?area=korea&lang={lang}")
    page.until(f"{N_PAINTED} > 200", 60)
    page.until("document.querySelectorAll('#korea-table tr[data-position]').length > 200", 60)


def move_to(page: Page, step: str) -> None:
    page.driver.execute_script(f"dash_clientside.set_props('korea-step', {{value: {step}}})")


@pytest.mark.parametrize(("width", "height", "scheme"), [(1440, 900, "light"), (390, 844, "dark")])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_nation_is_drawn(page: Page, drill_server: Server, width: int, height: int, scheme: str, lang: str) -> None:
    page.size(width, height, mobile=width < 600)
    page.prefer(scheme)
    open_nation(page, drill_server, lang)
    page.until("document.querySelectorAll('#korea-legend li').length === 6")
    assert page.script("document.documentElement.scrollWidth <= window.innerWidth")
    page.until(f"{CLASS_OF}.includes('prob-')")
    page.picture(f"korea-{lang}-{scheme}")
    assert page.complaints() == []


def test_the_slider_repaints_without_asking_the_server(page: Page, drill_server: Server) -> None:
    page.size(1440, 1400)
    open_nation(page, drill_server)
    page.driver.execute_script(ASKED)
    last = page.script("Number(document.querySelector('input#korea-step, #korea-step input').max)")
    seen = set()
    steps = [*range(3, last + 1), 0]
    for step in steps:
        before = page.text("korea-step-label")
        move_to(page, str(step))
        page.until(f"document.getElementById('korea-step-label').innerText !== {before!r}")
        seen.add(page.script(CLASSES))
    assert len(seen) > 4, "the probabilities move with the storm"
    asked = page.script("window.askedFor")
    assert [one for one in asked if "korea-step" in one] == [], "only new snapshots of the running drill ask"


def test_search_click_and_table_choose_the_same_district(page: Page, drill_server: Server) -> None:
    page.size(1440, 1400)
    open_nation(page, drill_server, "ko")
    for typed in ("ㅎㅇㄷ", "haeundae", "해운대"):
        box = page.browser.find_element("#korea-search")
        page.browser.clear_input(box)
        box.send_keys(typed)
        page.until("document.querySelector('#korea-found .district-pick').innerText.includes('해운대')")
    page.click("#korea-found .district-pick")
    page.until("document.querySelector('#korea-district .district-name').innerText.includes('해운대')")
    page.until(f"(([row, shares]) => {AGREE})([{CHOSEN_ROW}, {SHARES}])")
    page.browser.clear_input(box)
    box.send_keys("zzz")
    page.until("document.getElementById('korea-found').innerText.includes('없습니다')")


def test_level_and_event_can_be_shown(page: Page, drill_server: Server) -> None:
    page.size(1440, 1400)
    open_nation(page, drill_server)
    buttons = "document.querySelectorAll('.nation-tools .choice-button')"
    page.script(f"({buttons}[0].click(), true)")
    page.until(f"{CLASS_OF}.includes('district-level-')")
    page.until("document.querySelectorAll('#korea-legend li').length === 5")
    page.script(f"({buttons}[1].click(), true)")
    page.until(f"{buttons}[1].getAttribute('aria-pressed') === 'true'")
    page.script(f"({buttons}[{buttons}.length - 1].click(), true)")
    page.until("document.querySelector('#korea-legend .legend-title').innerText.includes('48 h')")
    prob = "Number(document.querySelector('#korea-district .arrival-prob').innerText.replace(/[^0-9]/g, ''))"
    page.until(f"{CLASS_OF}.includes('prob-5') || {prob} < 80")
