"""Where am I heading: a walk with mocked positions, and the person of the drill."""

import itertools
import json
import math
import re
import time
from typing import Any

import pytest

from tests.browser.conftest import Page, Server
from tests.browser.test_citizen import cancel, closure_at

ORIGIN = (-29.9195, -71.2555)
DESTINATION = (-29.9045, -71.2405)
BANNER = "document.getElementById('citizen-heading-banner').innerText"
ANSWER = "document.getElementById('citizen-heading-answer').innerText"
STATE = "ansimgil.heading.state()"
WAYS = "document.querySelectorAll('path.heading-way').length"
STEP_M, TICK_S = 24.0, 1.0


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (b[1] - a[1]) * math.cos(math.radians(a[0]))
    return 111_195.0 * math.hypot(b[0] - a[0], east)


def walk_of(server: Server) -> list[tuple[float, float]]:
    """Places every few metres along the fastest way, latitude first."""
    pair = f"from={ORIGIN[0]},{ORIGIN[1]}&to={DESTINATION[0]},{DESTINATION[1]}"
    body = server.json(f"/api/v1/routes?area=coquimbo&{pair}&profile=walk&kinds=fastest")
    line = [(lat, lon) for lon, lat in body["features"][0]["geometry"]["coordinates"]]
    places, left = [line[0]], STEP_M
    for a, b in itertools.pairwise(line):
        whole = metres(a, b)
        while whole > 0 and left <= whole:
            share = left / whole
            places.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
            left += STEP_M
        left -= whole
    return places


def ingest(server: Server, feature: dict[str, Any]) -> None:
    table = server.home / "heading.geojson"
    table.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    done = server.command("ingest", "closures", str(table), "--area", "coquimbo", "--source", "test")
    assert done.returncode == 0, done.stderr


def allow(page: Page, server: Server) -> None:
    grant = {"origin": server.url, "permissions": ["geolocation"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", grant)


def move(page: Page, at: tuple[float, float]) -> None:
    place = {"latitude": at[0], "longitude": at[1], "accuracy": 10}
    page.driver.execute_cdp_cmd("Emulation.setGeolocationOverride", place)


@pytest.mark.parametrize(
    "look", [("en", "light", (1440, 900, False)), ("ko", "dark", (390, 844, True))], ids=["d", "p"]
)
def test_the_warning_comes_before_the_danger_and_one_tap_takes_the_way_round(
    page: Page, quiet_server: Server, look: tuple[str, str, tuple[int, int, bool]]
) -> None:
    lang, scheme, size = look
    places = walk_of(quiet_server)
    at = places[34]
    name = f"heading-{lang}"
    shut = closure_at(at[1], at[0], 0.0002, time.time() - 60, name)
    ingest(quiet_server, shut)
    page.size(*size)
    page.prefer(scheme)
    allow(page, quiet_server)
    move(page, places[0])
    page.open(f"{quiet_server.url}/?area=coquimbo&lang={lang}")
    page.until("ansimgil.live.state().version !== null")
    assert (
        page.script(STATE)["mode"] == "off" and page.script("sessionStorage.getItem('ansimgil.heading.pings')") is None
    )
    page.click(".fold-heading > summary")
    page.script("(navigator.vibrate = (pattern) => { window.shaken = pattern; })")
    page.click("[data-path-alarm]")
    page.click("#citizen-heading-start")
    warned = None
    for k, place in enumerate(places[:30]):
        move(page, place)
        time.sleep(TICK_S)
        if page.script("Boolean(document.querySelector('[data-path-take]'))"):
            warned = k
            break
    if warned is None:
        # A slow machine may still be answering for the last place, which also lies before the danger.
        page.until("document.querySelector('[data-path-take]')")
        warned = 29
    assert metres(places[warned], at) > 60, "before the danger"
    page.until("ansimgil.warn.state().nAlarm === 1 && window.shaken.length > 2")
    said = page.until(BANNER)
    assert ("min" in said) if lang == "en" else ("분" in said)
    assert bool(re.search("[가-힣]{2,}", said)) == (lang == "ko")
    page.until(f"{WAYS} > 1 && document.querySelectorAll('path.heading-round').length === 1")
    heights = page.script("Array.from(document.querySelectorAll('.path-take')).map(one => one.offsetHeight)")
    assert len(heights) == 1 and heights[0] >= 48, heights
    assert page.script("document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll sideways"
    # Seen without scrolling.
    page.until(
        f"(one => 0 < one && one <= {size[1]})(document.querySelector('.path-take').getBoundingClientRect().bottom)"
    )
    page.picture(f"heading-{lang}-warned")
    before = page.script("location.search")
    page.click("[data-path-take]")
    page.until(f"{STATE}.isTaken")
    page.until(f"location.search !== {json.dumps(before)} && location.search.includes('from=')")
    page.until("document.querySelectorAll('.route-card').length >= 1")
    page.picture(f"heading-{lang}-taken")
    # What was kept stands in this tab alone, and goes at once.
    page.until("JSON.parse(sessionStorage.getItem('ansimgil.heading.pings')).length > 3")
    assert page.script("localStorage.getItem('ansimgil.heading.trips')") is None
    page.click("#citizen-heading-forget")
    page.until(f"{BANNER} === '' && {WAYS} === 0")
    page.until("sessionStorage.getItem('ansimgil.heading.pings') === null")
    assert page.script(STATE) == {"mode": "off", "nPing": 0, "isTaken": False, "here": None}
    log = (quiet_server.home / "serve.log").read_text("utf-8")
    assert not any(f"{place[0]:.4f}" in log for place in places)
    cancel(quiet_server, shut)


def test_a_denied_position_is_told_with_a_next_step(page: Page, quiet_server: Server) -> None:
    denied = {"permission": {"name": "geolocation"}, "setting": "denied", "origin": quiet_server.url}
    page.driver.execute_cdp_cmd("Browser.setPermission", denied)
    page.open(f"{quiet_server.url}/?area=coquimbo&lang=en")
    page.click(".fold-heading > summary")
    page.click("#citizen-heading-start")
    page.until(f"{ANSWER}.includes('denied')")
    assert page.script(STATE)["mode"] == "off"


def test_the_person_of_the_drill_walks_is_warned_and_goes_round(page: Page, drill_server: Server) -> None:
    page.size(1440, 900)
    page.open(f"{drill_server.url}/?area=coquimbo&lang=en")
    page.until("document.getElementById('citizen-caption').innerText.length > 0", 60)
    page.click(".fold-heading > summary")
    page.click("#citizen-heading-drill")
    first = page.until(f"{STATE}.here", 90)
    page.until(f"{WAYS} > 1", 90)
    page.until(f"{STATE}.here[0] !== {first[0]}", 90)
    said = f"['Drill', 'Chance of entering it'].every((one) => {BANNER}.includes(one))"
    page.until(f"document.querySelector('[data-path-take]') && {said}", 180)
    page.click("[data-path-take]")
    page.picture("heading-drill")
    page.until(f"{STATE}.isTaken")
    taken = page.script(f"{STATE}.here")
    page.until(f"{STATE}.here[0] !== {taken[0]}", 60)
    page.click("#citizen-heading-stop")
    page.until(f"{STATE}.mode === 'off' && {WAYS} === 0")
