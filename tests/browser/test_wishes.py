"""A way by wishes: a place found by name, an area to keep out of, a stop, a time; kept in the link."""

from typing import Any

import pytest

from tests.browser.conftest import Page, Server
from tests.browser.test_citizen import DESTINATION, ORIGIN, ROUTE_PATHS, VIEW

MIDDLE = ((ORIGIN[0] + DESTINATION[0]) / 2, (ORIGIN[1] + DESTINATION[1]) / 2)
HALF_DEG = 0.0015
WISH = "document.querySelector(`[id*='\"citizen-wish\"'][id*='{name}']`)"
TAP = """(() => { const map = ansimgil.leaflet, at = L.latLng({lat}, {lng}); map.fire('click', {latlng: at,
  layerPoint: map.latLngToLayerPoint(at), containerPoint: map.latLngToContainerPoint(at),
  originalEvent: new MouseEvent('click')}); return true; })()"""
LENGTHS = (
    "Array.from(document.querySelectorAll('.route-card'))"
    ".map(one => one.innerText.match(/[0-9.]+\\s?k?m\\b/)[0]).join(' ')"
)
NOTE = "document.getElementById('citizen-wish-note').innerText"


def press(page: Page, name: str) -> None:
    page.driver.execute_script("document.querySelector('.wish-form').open = true")
    page.driver.execute_script(WISH.replace("{name}", name) + ".click()")


def tap(page: Page, lat: float, lng: float) -> None:
    page.script(TAP.replace("{lat}", str(lat)).replace("{lng}", str(lng)))


def choose(page: Page, id: str, value: str) -> None:
    page.driver.execute_script(
        f"const field = document.getElementById('{id}'); field.value = '{value}';"
        "field.dispatchEvent(new Event('change', {bubbles: true}));"
    )


def lines(page: Page) -> str:
    return str(page.until(ROUTE_PATHS))


def lengths(page: Page) -> str:
    """Lengths of the ways on their cards; lines on the map move with the view."""
    return str(page.until(LENGTHS))


def test_an_area_drawn_on_the_map_is_kept_out_of_and_stays_in_the_link(page: Page, quiet_server: Server) -> None:
    page.size(1440, 900)
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    page.until("document.querySelector('path.route')")
    straight, before = lengths(page), lines(page)
    corners = [
        (round(MIDDLE[0] + dlat * HALF_DEG, 6), round(MIDDLE[1] + dlng * HALF_DEG, 6))
        for dlat, dlng in ((1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    press(page, "draw")
    for k, corner in enumerate(corners):
        tap(page, *corner)
        page.until(f"document.querySelectorAll('.pin-draft').length === {k + 1}")
    press(page, "draw")
    page.until(f"/areas to avoid: 1/.test({NOTE})")
    page.until(f"{ROUTE_PATHS} !== {before!r} && document.querySelector('path.route')")
    url = str(page.script("location.href"))
    assert f"avoid={';'.join(f'{lat},{lng}' for lat, lng in corners)}" in url
    after = lengths(page)
    page.open(url)
    page.until("document.querySelector('path.route') && document.querySelector('.avoid-area')")
    page.until(f"{LENGTHS} === {after!r}")
    page.picture("citizen-avoid")
    press(page, "clear")
    page.until(f"{LENGTHS} === {straight!r}")


def test_a_stop_makes_the_way_longer_and_a_time_is_told(page: Page, quiet_server: Server) -> None:
    page.size(1440, 900)
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    page.until("document.querySelector('path.route')")
    before = lines(page)
    tap(page, ORIGIN[0] + 0.004, ORIGIN[1] + 0.004)
    page.until("document.getElementById('citizen-status').innerText.includes('Chosen place')")
    press(page, "via")
    page.until("document.querySelectorAll('.pin-via').length === 1")
    page.until(f"{ROUTE_PATHS} !== {before!r}")
    choose(page, "citizen-when-lead", "3600")
    choose(page, "citizen-when-kind", "leave")
    page.until("/Leave at \\d\\d:\\d\\d, arrive at/.test(document.getElementById('citizen-routes-panel').innerText)")
    choose(page, "citizen-when-kind", "arrive")
    page.until("/cannot be asked together/.test(document.getElementById('citizen-routes-panel').innerText)")
    press(page, "clear")
    page.until("/Leave by \\d\\d:\\d\\d to arrive/.test(document.getElementById('citizen-routes-panel').innerText)")
    page.until("location.href.includes('arrive=3600')")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_place_is_found_by_its_name(page: Page, quiet_server: Server, lang: str) -> None:
    page.size(390, 844, True)
    page.open(f"{quiet_server.url}/{VIEW}&lang={lang}")
    page.until("document.querySelector('.route-card')")
    box = page.driver.find_element("id", "citizen-search")
    box.send_keys("balmaceda")
    page.until("document.querySelectorAll('#citizen-found .place-pick').length > 1")
    before = page.script("location.search")
    page.click("#citizen-found [id*='\"end\"']")
    page.until(f"location.search !== {before!r}")
    assert page.script("document.documentElement.scrollWidth <= innerWidth")
    box.clear()
    box.send_keys("zzzz")
    page.until("document.querySelector('#citizen-found .search-none')")


def test_initial_consonants_find_a_district(page: Page, drill_server: Server) -> None:
    page.driver.get(f"{drill_server.url}/?area=korea&lang=ko")
    page.until("document.getElementById('citizen-search')", 60)
    page.driver.find_element("id", "citizen-search").send_keys("ㅎㅇㄷ")
    page.until("/해운대/.test(document.getElementById('citizen-found').innerText)")
    page.until("document.querySelector(\"a[href='tel:119']\") && document.querySelector(\"a[href='tel:1339']\")")


def test_plain_http_is_told_instead_of_a_silent_button(page: Page, quiet_server: Server) -> None:
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    page.driver.execute_script("Object.defineProperty(window, 'isSecureContext', {get: () => false})")
    page.click("#locate-button")
    page.until("/plain http/.test(document.getElementById('citizen-note').innerText)")


def test_a_file_is_looked_at_taken_in_and_taken_back(page: Page, quiet_server: Server, tmp_path: Any) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes("district_id,date,cases,memo\n66,2026-11-01,3,가\n67,yesterday,4,b\n".encode("cp949"))
    page.driver.get(f"{quiet_server.url}/sources?area=coquimbo&lang=en")
    page.until("document.querySelector('.drop-box input[aria-label]')", 60)
    page.driver.find_element("css selector", ".drop-box input").send_keys(str(file))
    page.until("/1 rows fit/.test(document.getElementById('sources-preview').innerText)")
    page.until_text("sources-preview", "rows 3")
    page.picture("sources-upload")
    page.click("#sources-take")
    page.until("/1 new/.test(document.getElementById('sources-taken').innerText)")
    page.click(".upload-done button")
    page.until("/taken back/.test(document.getElementById('sources-taken').innerText)")
