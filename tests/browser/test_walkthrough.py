"""The first hour of the guide, replayed step by step: every step of a role has a replay here."""

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import ROOT, Page, Server

STEP = re.compile(r"^\d+\. \*\*(.+?)\*\*", re.MULTILINE)
Replay = Callable[[Page, Server], None]
STREETS = "window.ansimgil && ansimgil.leaflet && ansimgil.streets.state().nStreet > 0"


def steps_of(role: str) -> list[str]:
    """Titles of the steps of a role's first hour, links without their address."""
    words = (ROOT / "dashboard" / "docs" / "en" / f"{role}.md").read_text("utf-8")
    return [re.sub(r"\[(.+?)\]\(.*?\)", r"\1", title).rstrip(".") for title in STEP.findall(words)]


def go(page: Page, server: Server, path: str, is_ready: str) -> None:
    page.driver.get(f"{server.url}{path}?area=coquimbo&lang=en")
    page.until(f"Boolean({is_ready})", 60)


def open_first_page(page: Page, server: Server) -> None:
    go(page, server, "/", f"{STREETS} && document.querySelector('.route-card')")
    page.until("document.querySelector('.status-word').innerText.length > 1")
    page.until(
        "document.getElementById('citizen-status').innerText.includes(document.querySelector('.status-word').innerText)"
    )


def choose_place(page: Page, server: Server) -> None:
    page.driver.find_element("id", "citizen-search").send_keys("balmaceda")
    page.until("document.querySelector('#citizen-found .place-pick')")
    page.click("#citizen-found .place-pick")
    page.until("/Chosen place/.test(document.getElementById('citizen-status').innerText)")


def read_advice(page: Page, server: Server) -> None:
    page.until("document.querySelectorAll('#citizen-advice li').length >= 1")


def compare_ways(page: Page, server: Server) -> None:
    page.until("/min/.test(document.getElementById('citizen-routes-panel').innerText)")
    page.until("/in danger/.test(document.getElementById('citizen-routes-panel').innerText)")
    page.click(".turn-list summary, .turns summary, #citizen-routes-panel details summary")
    page.click(".wish-form summary")
    assert page.script("document.querySelector('.wish-form').open")


def move_time(page: Page, server: Server) -> None:
    label = page.text("citizen-step-label")
    page.driver.execute_script("dash_clientside.set_props('citizen-step', {value: 0})")
    page.until(f"document.getElementById('citizen-step-label').innerText !== {label!r}")


def look_at_shelters(page: Page, server: Server) -> None:
    page.until("document.querySelectorAll('#citizen-shelters-panel li').length >= 1")


def open_stay(page: Page, server: Server) -> None:
    page.click(".fold-card:has(#citizen-stay-line) summary")
    page.until("document.getElementById('citizen-stay-answer').innerText.length > 40")


def show_columns(page: Page, server: Server) -> None:
    done = server.command("ingest", "--help-columns", "cases")
    assert done.returncode == 0 and "district_id" in done.stdout
    go(page, server, "/sources", "document.querySelector('.drop-box')")


def show_counts(page: Page, server: Server) -> None:
    done = server.command("ingest", "--help-columns", "counts")
    assert done.returncode == 0 and "persons" in done.stdout


def show_score(page: Page, server: Server) -> None:
    done = server.command("score", "epidemic", "--help")
    assert done.returncode == 0 and "--origins" in done.stdout


def make_key(role: str) -> Replay:
    def replay(page: Page, server: Server) -> None:
        done = server.command("keys", "make", "--name", "Office", "--role", role)
        assert done.returncode == 0
        go(page, server, "/sign-in", "document.querySelector('main input')")

    return replay


def open_health(page: Page, server: Server) -> None:
    go(page, server, "/health", "document.querySelector('path.district') && document.querySelector('.district-table')")
    page.click(".small-one")
    page.until("document.querySelectorAll('tr.is-chosen').length === 1")


def read_limits(page: Page, server: Server) -> None:
    go(page, server, "/quality", "document.querySelector('main .card')")


def practise(page: Page, server: Server) -> None:
    go(page, server, "/", STREETS)
    page.until_text("page-ribbon", "Demo data")
    page.click("#citizen-replay")


def open_ops(page: Page, server: Server) -> None:
    go(page, server, "/ops", f"{STREETS} && document.querySelector('.tile')")
    page.until_text("ops-top", "People at Alert or above", "80 % interval")


def show_files(page: Page, server: Server) -> None:
    for kind in ("closures", "shelters", "zones"):
        assert server.command("ingest", "--help-columns", kind).returncode == 0


def watch_badge(page: Page, server: Server) -> None:
    page.until("/Live/.test(document.getElementById('live-badge').innerText)", 60)


def tell_apart(page: Page, server: Server) -> None:
    go(page, server, "/", f"{STREETS} && document.querySelector('.status-meta')")
    page.until_text("citizen-status", "not an official warning")


REPLAYS: dict[str, tuple[Replay, ...]] = {
    "citizen": (
        open_first_page, choose_place, read_advice, compare_ways, move_time, look_at_shelters, open_stay,
    ),
    "health": (make_key("health"), open_health, show_columns, show_counts, show_score, read_limits),
    "coordinator": (practise, make_key("coordinate"), open_ops, show_files, watch_badge, tell_apart),
}  # fmt: skip
TITLES: dict[str, list[str]] = {
    "citizen": [
        "Open the first page", "Choose the place", 'Read "What to do now"', "Compare the ways", "Move the time",
        "Look at the shelters", "During an outbreak",
    ],
    "health": [
        "Get a key", "Open /health", "Bring your own cases", "Tell where people are by the hour",
        "Ask how good the forecast is on your data", "Read the limits",
    ],
    "coordinator": [
        "Practise first", "Get a key", "Open /ops", "Bring closures, shelters and zones", "Watch the badge",
        "Know what is model and what is order",
    ],
}  # fmt: skip


@pytest.mark.parametrize("role", REPLAYS)
def test_the_first_hour_can_be_done_as_it_is_written(page: Page, drill_server: Server, role: str) -> None:
    page.size(1440, 1000)
    assert steps_of(role) == TITLES[role], "the guide changed; change the replay with it"
    for replay in REPLAYS[role]:
        replay(page, drill_server)
