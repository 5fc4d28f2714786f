"""The citizen's page in a real browser on real streets."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Page, Server

ORIGIN = (-29.911751, -71.239611)
DESTINATION = (-29.925862, -71.248013)
VIEW = f"?area=coquimbo&from={ORIGIN[0]},{ORIGIN[1]}&to={DESTINATION[0]},{DESTINATION[1]}&profile=walk"
ROUTE_PATHS = "Array.from(document.querySelectorAll('path.route')).map(p => p.getAttribute('d')).join('|')"


def routes(server: Server, profile: str = "walk") -> dict[str, dict[str, Any]]:
    """The API's routes by kind."""
    pair = f"from={ORIGIN[0]},{ORIGIN[1]}&to={DESTINATION[0]},{DESTINATION[1]}"
    body = server.json(f"/api/v1/routes?area=coquimbo&{pair}&profile={profile}")
    return {feature["properties"]["kind"]: feature for feature in body["features"]}


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("size", [(1440, 900, False), (390, 844, True)], ids=["desktop", "phone"])
def test_first_view(page: Page, quiet_server: Server, lang: str, size: tuple[int, int, bool]) -> None:
    page.size(*size)
    page.open(f"{quiet_server.url}/{VIEW}&lang={lang}")
    page.until("ansimgil.live.state().streaming")
    level = {"ko": ("안전", "관심", "주의", "경계", "심각"), "en": ("Safe", "Attention", "Caution", "Alert", "Serious")}
    assert any(word in page.text("citizen-status") for word in level[lang])
    assert page.script("document.documentElement.lang") == lang
    assert page.state()["nStreet"] > 19_000
    page.until("document.querySelectorAll('.route-card').length >= 1")
    bottom = page.script("document.getElementById('citizen-status').getBoundingClientRect().bottom")
    assert bottom <= size[1], "the answer stands in the first view without scrolling"
    first = page.script("document.querySelector('.status-first').getBoundingClientRect().bottom")
    assert first <= size[1], "what to do now, too"
    page.until(
        "document.getElementById('citizen-advice').innerText.includes("
        "document.querySelector('.status-first span').innerText)"
    )
    if size[2]:
        assert page.script("document.querySelector('.way-strip').getBoundingClientRect().bottom") <= size[1], (
            "a way too"
        )
        assert page.script("document.querySelector('.menu-pages').getBoundingClientRect().right") <= size[0]
    assert page.script("document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll sideways"
    ko_left = page.script("/[가-힣]{2,}/.test(document.getElementById('citizen-status').innerText)")
    assert ko_left == (lang == "ko")
    page.picture(f"first-{'phone' if size[2] else 'desktop'}-{lang}")


def test_dragged_end_gives_a_new_route(page: Page, quiet_server: Server) -> None:
    page.open(f"{quiet_server.url}/{VIEW}")
    before = page.until(ROUTE_PATHS)
    marker = page.browser.find_element(".leaflet-marker-draggable")
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(page.driver).click_and_hold(marker).move_by_offset(-90, 10).pause(0.2).release().perform()
    page.until(f"({ROUTE_PATHS}) !== {json.dumps(before)}")
    moved = "location.search.includes('from=-29.91175,') !== location.search.includes('to=-29.92586,')"
    page.until(f"location.search.includes('from=') && {moved}")


def test_click_on_the_map_answers_for_that_point(page: Page, quiet_server: Server) -> None:
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    page.until("!document.getElementById('citizen-status').innerText.includes('Chosen place')")
    box = page.browser.find_element("#citizen-map")
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(page.driver).move_to_element(box).move_by_offset(-160, 120).click().perform()
    page.until_text("citizen-status", "Chosen place")


def middle_of_the_way(server: Server) -> tuple[float, float, float]:
    """Longitude and latitude of the middle of the fastest way, and half the side of a square round it, degrees."""
    line = routes(server)["fastest"]["geometry"]["coordinates"]
    lon, lat = line[len(line) // 2]
    return lon, lat, 0.0006


def closure_at(lon: float, lat: float, d: float, from_s: float, name: str = "test-1") -> dict[str, Any]:
    """A closed square as a GeoJSON feature."""
    ring = [[lon - d, lat - d], [lon + d, lat - d], [lon + d, lat + d], [lon - d, lat + d], [lon - d, lat - d]]
    start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(from_s))
    properties = {"closure_id": name, "reason": "flood", "name": "Test", "from": start}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write_closures(server: Server, feature: dict[str, Any]) -> Path:
    """A file with one closure."""
    table = server.home / "closure.geojson"
    table.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return table


def cancel(server: Server, feature: dict[str, Any]) -> None:
    """Take a closure back."""
    feature["properties"] |= {"cancelled": True, "revision": 1}
    table = write_closures(server, feature)
    done = server.command("ingest", "closures", str(table), "--area", "coquimbo", "--source", "test")
    assert done.returncode == 0, done.stderr


def points_inside(server: Server, lon: float, lat: float, d: float) -> list[tuple[float, float]]:
    """Points of any way that lie inside a square."""
    return [
        (x, y)
        for kind in routes(server).values()
        for x, y in kind["geometry"]["coordinates"]
        if abs(x - lon) < 0.9 * d and abs(y - lat) < 0.9 * d
    ]


def test_ingested_closure_changes_the_route_without_reload(
    page: Page, quiet_server: Server, wait_for: Callable[[Callable[[], bool], float], None]
) -> None:
    page.open(f"{quiet_server.url}/{VIEW}")
    page.until("ansimgil.live.state().streaming")
    page.driver.execute_script("window.notReloaded = true")
    lon, lat, d = middle_of_the_way(quiet_server)
    feature = closure_at(lon, lat, d, from_s=time.time() - 60)
    table = write_closures(quiet_server, feature)
    before, version = page.until(ROUTE_PATHS), page.state()["version"]
    done = quiet_server.command("ingest", "closures", str(table), "--area", "coquimbo", "--source", "test")
    accepted = time.monotonic()
    assert done.returncode == 0, done.stderr
    page.until(f"ansimgil.streets.state().version !== {json.dumps(version)} && ansimgil.streets.state().nClosed > 0")
    page.until(f"({ROUTE_PATHS}) !== {json.dumps(before)}")
    changed_s = time.monotonic() - accepted
    assert page.script("window.notReloaded") is True
    assert points_inside(quiet_server, lon, lat, d) == [], "no route enters the closed square"
    page.picture("closure")
    print(f"from acknowledged to changed map: {changed_s:.2f} s")  # noqa: T201
    cancel(quiet_server, feature)
    page.until("ansimgil.streets.state().nClosed === 0")


def test_what_a_storm_will_close_is_gone_round_before_it_arrives(page: Page, quiet_server: Server) -> None:
    """The storm is announced for ten minutes from now at a place one reaches later: the way changes at once."""
    page.open(f"{quiet_server.url}/{VIEW}")
    page.until("ansimgil.live.state().streaming")
    lon, lat, d = middle_of_the_way(quiet_server)
    assert points_inside(quiet_server, lon, lat, d)
    before = page.until(ROUTE_PATHS)
    feature = closure_at(lon, lat, d, from_s=time.time() + 600, name="storm")
    table = write_closures(quiet_server, feature)
    done = quiet_server.command("ingest", "closures", str(table), "--area", "coquimbo", "--source", "test")
    assert done.returncode == 0, done.stderr
    page.until(f"({ROUTE_PATHS}) !== {json.dumps(before)}")
    assert page.script("ansimgil.streets.state().nClosed") == 0, "nothing is closed yet"
    assert points_inside(quiet_server, lon, lat, d) == []
    page.picture("storm-ahead")
    round_it = page.until(ROUTE_PATHS)
    cancel(quiet_server, feature)
    page.until(f"({ROUTE_PATHS}) && ({ROUTE_PATHS}) !== {json.dumps(round_it)}")
    assert points_inside(quiet_server, lon, lat, d), "the way leads through again"


def test_slider_moves_the_picture_and_the_words(page: Page, quiet_server: Server) -> None:
    page.open(f"{quiet_server.url}/{VIEW}&lang=en&h=rain")
    picture = "document.querySelector('img.leaflet-image-layer').src"
    page.until(f"{picture}.includes('/fields/rain/')")
    before, label = page.script(picture), page.text("citizen-step-label")
    from selenium.webdriver.common.keys import Keys

    slider = page.browser.find_element("#citizen-step input, input#citizen-step")
    slider.send_keys(Keys.ARROW_LEFT)
    page.until(f"{picture} !== {json.dumps(before)}")
    page.until(f"document.getElementById('citizen-step-label').innerText !== {json.dumps(label)}")
    page.until("/[?&]t=/.test(location.search)")
    page.browser.find_element("#play-button").click()
    page.until("document.getElementById('play-button').getAttribute('aria-pressed') === 'true'")
    shown = page.script(picture)
    page.until(f"{picture} !== {json.dumps(shown)}")
    page.browser.find_element("#play-button").click()
    page.until("document.getElementById('play-button').getAttribute('aria-pressed') === 'false'")


def test_dark_mode_by_system_and_by_button(page: Page, quiet_server: Server) -> None:
    page.prefer("dark")
    page.open(f"{quiet_server.url}/{VIEW}")
    page.until("document.documentElement.dataset.theme === 'dark' && ansimgil.streets.state().theme === 'dark'")
    dark = page.script("getComputedStyle(document.body).backgroundColor")
    page.picture("dark-desktop")
    page.browser.find_element("#theme-button").click()
    page.until("document.documentElement.dataset.theme === 'light' && ansimgil.streets.state().theme === 'light'")
    assert page.script("getComputedStyle(document.body).backgroundColor") != dark
    page.driver.refresh()
    page.until("document.documentElement.dataset.theme === 'light'")


def test_address_restores_the_view(page: Page, quiet_server: Server) -> None:
    page.open(f"{quiet_server.url}/?area=coquimbo&lang=en&h=rain&z=15&c=-29.93,-71.25&profile=car"
              f"&from={ORIGIN[0]},{ORIGIN[1]}&to={DESTINATION[0]},{DESTINATION[1]}")  # fmt: skip
    page.until("Math.abs(ansimgil.leaflet.getCenter().lat + 29.93) < 0.002 && ansimgil.leaflet.getZoom() === 15")
    page.until("document.querySelector('img.leaflet-image-layer').src.includes('/fields/rain/')")
    minutes = round(routes(quiet_server, "car")["fastest"]["properties"]["duration_s"] / 60)
    page.until_text("citizen-routes-panel", f"{minutes} min")
    page.until("location.search.includes('profile=car')")


def test_page_and_api_tell_the_same(page: Page, quiet_server: Server) -> None:
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")

    def is_same() -> bool:
        """Ask both; a new snapshot may come between them, so that they are asked again."""
        point = quiet_server.json(f"/api/v1/risk?area=coquimbo&lat={ORIGIN[0]}&lon={ORIGIN[1]}&lang=en")
        ways = [one["properties"] for one in routes(quiet_server).values() if one["properties"]["kind"] != "balanced"]
        minutes = [f"{round(one['duration_s'] / 60)} min" for one in ways]
        status, panel = page.text("citizen-status"), page.text("citizen-routes-panel")
        return f"{round(point['risk'] * 100)} / 100" in status and bool(ways) and all(one in panel for one in minutes)

    page.until_true(is_same, 60)


@pytest.mark.parametrize(
    ("start", "words"),
    [("10,10", "outside"), (f"{ORIGIN[1]},{ORIGIN[0]}", "swapped")],
    ids=["outside", "swapped"],
)
def test_point_outside_and_swapped_point_say_so(page: Page, quiet_server: Server, start: str, words: str) -> None:
    end = f"{DESTINATION[0]},{DESTINATION[1]}"
    page.open(f"{quiet_server.url}/?area=coquimbo&lang=en&from={start}&to={end}")
    page.until_text("citizen-status", words)
    page.until_text("citizen-routes-panel", words)
    assert page.script("document.querySelectorAll('path.route').length") == 0


def test_lost_server_is_told_and_found_again(page: Page, quiet_server: Server) -> None:
    page.open(f"{quiet_server.url}/?area=coquimbo&lang=en")
    page.until("document.querySelector('#live-badge.is-live')")
    block = {"urls": ["*/api/v1/events*", "*/api/v1/version*"]}
    page.driver.execute_cdp_cmd("Network.enable", {})
    page.driver.execute_cdp_cmd("Network.setBlockedURLs", block)
    page.driver.execute_script("ansimgil.live.drop()")
    page.until("/[0-9]{2}:[0-9]{2}/.test(document.querySelector('#live-badge.is-offline').innerText)")
    page.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/api/v1/events*"]})
    page.until("document.querySelector('#live-badge.is-polling')")
    page.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    page.until("document.querySelector('#live-badge.is-live')", 60)
    page.complaints()


def test_every_page_opens_in_both_languages(page: Page, quiet_server: Server) -> None:
    for path in ("/health", "/ops", "/quality", "/api-docs"):
        for lang in ("ko", "en"):
            page.driver.get(f"{quiet_server.url}{path}?area=coquimbo&lang={lang}")
            page.until("document.querySelector('h1') && document.querySelector('h1').innerText.length > 2")
            page.until(f"document.documentElement.lang === '{lang}'")
            page.picture(f"page{path.replace('/', '-')}-{lang}")


def test_country_without_streets(page: Page, quiet_server: Server) -> None:
    page.open(f"{quiet_server.url}/?area=korea&lang=ko")
    page.until("document.getElementById('citizen-routes-panel').innerText.length > 5")
    assert page.state()["nStreet"] == 0


def test_my_location_becomes_the_start(page: Page, quiet_server: Server) -> None:
    permission = {"permissions": ["geolocation"], "origin": quiet_server.url}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", permission)
    here = {"latitude": -29.935, "longitude": -71.255, "accuracy": 10}
    page.driver.execute_cdp_cmd("Emulation.setGeolocationOverride", here)
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    before = page.until(ROUTE_PATHS)
    page.browser.find_element("#locate-button").click()
    page.until("location.search.includes('from=-29.935,-71.255')")
    page.until(f"({ROUTE_PATHS}) !== {json.dumps(before)}")


def test_denied_location_leads_to_the_map(page: Page, quiet_server: Server) -> None:
    page.driver.execute_cdp_cmd("Browser.resetPermissions", {})
    denied = {"permission": {"name": "geolocation"}, "setting": "denied", "origin": quiet_server.url}
    page.driver.execute_cdp_cmd("Browser.setPermission", denied)
    page.open(f"{quiet_server.url}/{VIEW}&lang=en")
    page.browser.find_element("#locate-button").click()
    page.until("document.getElementById('citizen-note').innerText.length > 10")
