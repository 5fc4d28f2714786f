"""Every page in every language, on an area with streets, without streets, and before the first snapshot."""

from pathlib import Path

import pytest
from flask import Flask, Request
from werkzeug.test import EnvironBuilder

from dashboard.answers import Answers
from dashboard.app import PAGES, asked_language, no_area
from dashboard.pages.citizen.callbacks import is_from_this_machine
from dashboard.pages.citizen.choices import ask_point, ask_routes, first_choices
from dashboard.pages.citizen.ids import CitizenIds
from dashboard.pages.citizen.located import located_outcome
from dashboard.pages.citizen.parts import point_parts, route_parts, snapshot_parts
from dashboard.pages.page import Page, Services, open_context, open_query
from dashboard.store.models import Cause, Decision, ModelBook, SourceRecord, Subject, Verdict, write_book
from risk_core.state.assessment import PointRisk
from risk_core.state.level import Layer
from risk_core.state.profile import Profile
from tests.answers.small_world import EMPTY_ID, NOW_S, cut_off, make_library, write_next
from tests.components.tree import by_class, by_id, words
from tests.pages.test_languages import HANGUL
from tests.tiny import node_position

IN_BOTH = {"한국어", "연습 자료"}


def open_tiny(services: Services, **query: str):
    opened = open_query(services, {"area": "tiny", **query})
    assert opened is not None
    return opened


@pytest.mark.parametrize("area_id", ["tiny", EMPTY_ID])
@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_drawn_in_one_language(services: Services, page: Page, lang: str, area_id: str) -> None:
    said = words(page.layout(open_tiny(services, area=area_id, lang=lang)))
    assert said.strip()
    if lang == "en":
        for allowed in IN_BOTH:
            said = said.replace(allowed, "")
        assert not HANGUL.search(said), HANGUL.search(said)
    else:
        assert HANGUL.search(said)


def test_unknown_area_falls_back_to_the_default(services: Services) -> None:
    opened = open_tiny(services, area="nowhere")
    assert opened.area.area_id == "tiny"


def test_address_sets_the_view(services: Services) -> None:
    lat, lon = node_position(35)
    link = {"h": "rain", "t": "2", "z": "16", "c": "-29.949,-71.299", "to": f"{lat},{lon}", "profile": "car"}
    opened = open_tiny(services, **link)
    choices = first_choices(opened)
    assert (choices.layer, choices.step, choices.profile, choices.ends[1]) == (Layer.RAIN, 2, Profile.CAR, (lat, lon))
    page = PAGES[0].layout(opened)
    chart = by_id(page, CitizenIds.MAP)
    assert (chart.center, chart.zoom) == ([-29.949, -71.299], 16)
    assert "rain/overlay.png?area=tiny" in by_id(page, CitizenIds.PICTURE).url
    assert by_id(page, CitizenIds.STEP).value == 2


def test_step_that_the_snapshot_does_not_have_is_now(services: Services) -> None:
    assert first_choices(open_tiny(services, t="99")).step is None
    assert first_choices(open_tiny(services, profile="ambulance")).profile is Profile.WALK


def test_page_shows_the_same_record_as_the_answers(services: Services) -> None:
    opened = open_tiny(services, lang="en")
    at = node_position(14)
    risk = services.answers.risk_at("tiny", *at)
    parts = point_parts(opened, risk, at, "picked")
    assert f"Risk {round(100 * risk.risk)} / 100" in words(parts["status"])
    assert by_class(parts["status"], f"level-{int(risk.level)}")
    assert parts["shelter_data"]["features"][0]["properties"]["label"].startswith("Tiny School")
    assert len(parts["badges"]) == 4


def test_routes_are_drawn_with_their_cards(services: Services) -> None:
    opened = open_tiny(services, lang="en")
    ends = node_position(1), node_position(4)
    answer = services.answers  # the same door as the page uses
    parts = route_parts(opened, ask_routes(opened, ends, Profile.WALK, None), "fastest")
    assert answer is services.answers
    assert by_class(parts["routes"], "route-card")
    roles = [one["properties"]["className"] for one in parts["route_data"]["features"]]
    assert roles[0] == "route route-casing" and len(roles) >= 2
    lon, lat = parts["route_data"]["features"][0]["geometry"]["coordinates"][0]
    assert opened.area.grid.contains(lat, lon), "GeoJSON is lon,lat"


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ((0.0, 0.0), "outside this area"),
        ((node_position(0)[1], node_position(0)[0]), "swapped"),
        (node_position(36), "far from any street"),
    ],
)
def test_refusals_are_screens_with_a_next_step(services: Services, origin: tuple[float, float], said: str) -> None:
    opened = open_tiny(services, lang="en")
    parts = route_parts(opened, ask_routes(opened, (origin, node_position(1)), Profile.CAR, None), None)
    assert said in words(parts["routes"])
    assert parts["route_data"]["features"] == []


def test_cut_off_start_says_that_no_open_way_leads_out(tmp_path: Path) -> None:
    library = make_library(tmp_path)
    write_next(library, 10.0, cut_off())
    services = Services(library.settings, library, Answers(library), lambda: NOW_S)
    opened = open_tiny(services, lang="en")
    parts = route_parts(opened, ask_routes(opened, (node_position(0), node_position(35)), Profile.WALK, None), None)
    assert "No open way" in words(parts["routes"])


def test_point_outside_says_so(services: Services) -> None:
    opened = open_tiny(services, lang="en")
    parts = point_parts(opened, ask_point(opened, (0.0, 0.0), None), (0.0, 0.0), "picked")
    assert "outside the area" in words(parts["status"])
    assert by_class(parts["status"], "level-none")


def test_before_the_first_snapshot_the_page_waits_and_asks_nothing(services: Services) -> None:
    opened = open_tiny(services, area=EMPTY_ID, lang="en")
    assert not isinstance(ask_point(opened, node_position(0), None), PointRisk)
    assert snapshot_parts(opened)["frames"] is None
    assert "updates by itself" in words(PAGES[0].layout(opened))


def test_snapshot_brings_closures_and_the_drill(services: Services) -> None:
    parts = snapshot_parts(open_tiny(services, lang="en"))
    kinds = [one["geometry"]["type"] for one in parts["closure_data"]["features"]]
    assert kinds == ["Polygon", "Point"]
    assert parts["caption_hidden"] is False and parts["caption"] is not None
    assert parts["ribbon"].hidden is False
    assert parts["last_step"] == len(parts["frames"]["labels"]) - 1


def test_location_moves_the_start_only_inside_the_area(services: Services) -> None:
    opened = open_context(services, {"area": "tiny", "lang": "en"})
    lat, lon = node_position(7)
    inside = located_outcome(opened, {"lat": lat, "lng": lon})
    assert inside["origin"] == [lat, lon] and inside["point"]["kind"] == "located"
    outside = located_outcome(opened, {"lat": 37.5, "lng": 127.0})
    assert "outside this area" in outside["note"] and outside["origin"] is not inside["origin"]
    assert "denied" in located_outcome(opened, {"error": "denied"})["note"]


@pytest.mark.parametrize(
    ("address", "headers", "is_local"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.0.2.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
    ],
)
def test_only_this_machine_may_play_the_drill(address: str, headers: dict[str, str], is_local: bool) -> None:
    builder = EnvironBuilder(headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert is_from_this_machine(Request(builder.get_environ())) is is_local


def test_errors_speak_the_language_of_the_page() -> None:
    flask = Flask(__name__)
    for url, lang in (("http://localhost/?lang=en", "en"), ("http://localhost/", "ko"), (None, "ko")):
        headers = {"Referer": url} if url else {}
        with flask.test_request_context("/", headers=headers):
            assert asked_language() == lang


def test_without_any_area_the_page_says_how_to_get_one() -> None:
    assert "area build" in words(no_area("en"))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_quality_shows_what_was_learnt_and_what_is_needed_before(tmp_path: Path, lang: str) -> None:
    library = make_library(tmp_path)
    services = Services(library.settings, library, Answers(library), lambda: NOW_S)
    page = next(one for one in PAGES if one.name == "quality")
    assert "as_of" in words(page.layout(open_tiny(services, lang=lang)))
    sources = (SourceRecord("kdca", 99, 0.5, 0.6, 0.01, 30), SourceRecord("city", 99, 0.5, 0.4, 0.03, 30))
    refused = Decision(NOW_S, Subject.TREND, Verdict.REFUSED, Cause.WORSE, sources=sources, score_before=0.8,
                       score_after=0.9)  # fmt: skip
    book = ModelBook("tiny", weights=(("kdca", 0.6), ("city", 0.4)))
    for _ in range(9):
        book = book.noting(refused)
    write_book(tmp_path, book.noting(Decision(NOW_S, Subject.TREND, Verdict.FAILED, Cause.ERROR, "exit status 1")))
    drawn = page.layout(open_tiny(services, lang=lang))
    said = words(drawn)
    assert len(by_class(drawn, "decision")) == 6 and len(by_class(drawn, "decision-more")) == 1
    assert "0.800 → 0.900" in said and "0.50 → 0.60" in said and "exit status 1" in said
    assert ("거절" if lang == "ko" else "Refused") in said
