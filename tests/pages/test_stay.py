"""The fold-out card of the citizen's page during an outbreak."""

import dataclasses

import pytest

from dashboard.answers import Answers
from dashboard.i18n import text
from dashboard.pages.citizen.choices import ask_infection, ask_routes
from dashboard.pages.citizen.layout import layout
from dashboard.pages.citizen.parts import route_parts
from dashboard.pages.citizen.stay import FIRST_STAY, ask_stay, read_stay, stay_parts
from dashboard.pages.health.layout import body
from dashboard.pages.page import Services, open_query
from risk_core.hazards.epidemic.official import SCHEME_TABLE_VERSION
from risk_core.state.activity import Distance, Mask
from risk_core.state.profile import Profile
from tests.answers.small_world import NOW_S, make_library, write_ill
from tests.components.tree import by_class, by_id, walk, words
from tests.pages.test_languages import HANGUL
from tests.tiny import node_position

HERE = node_position(0)


@pytest.fixture(scope="module")
def ill(app, tmp_path_factory):
    """Services over a town during an outbreak."""
    library = make_library(tmp_path_factory.mktemp("ill"))
    write_ill(library)
    return Services(library.settings, library, Answers(library), lambda: NOW_S)


def opened_in(services, lang="en", area="tiny"):
    opened = open_query(services, {"area": area, "lang": lang})
    assert opened is not None
    return opened


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_card_is_drawn_folded_with_its_answer_in_one_language(ill, lang):
    page = layout(opened_in(ill, lang))
    (card,) = by_class(page, "fold-stay")
    assert not getattr(card, "open", None)
    said = words(card)
    assert len(by_class(card, "chance")) == 2 and len(by_class(card, "lever")) >= 5
    assert bool(HANGUL.search(said)) == (lang == "ko")
    assert "80 %" in said and text("stay.official_none", lang, version=SCHEME_TABLE_VERSION) in said
    (link,) = [part for part in walk(card) if type(part).__name__ == "A"]
    assert link.href.startswith("/quality")


def test_every_field_has_its_label(ill):
    (card,) = by_class(layout(opened_in(ill)), "fold-stay")
    labels = {part.htmlFor for part in walk(card) if type(part).__name__ == "Label"}
    fields = {part.id for part in walk(card) if type(part).__name__ in {"Select", "Input"}}
    assert labels == fields and len(fields) == 6


def test_the_card_says_what_the_answers_say(ill):
    opened = opened_in(ill)
    stay = read_stay({"preset": "bus", "mask": "n95", "distance": "two_m", "crowd": "fuller"}, 10, 900)
    found = ask_stay(opened, HERE, stay, None)
    assert (found.activity.own_mask, found.activity.distance) == (Mask.N95, Distance.TWO_M)
    assert (found.activity.stay_min, found.activity.n_near, found.activity.co2_ppm) == (10, 12, 900)
    parts = stay_parts(opened, found, stay)
    assert parts["line"].startswith("Bus: chance of infection 1\xa0in")
    assert "with your changes" in words(parts["answer"])


def test_what_the_form_does_not_offer_counts_as_usual():
    assert read_stay({"preset": "moon", "mask": "scarf", "distance": "", "crowd": "x"}, None, None) == FIRST_STAY
    assert not FIRST_STAY.is_changed and read_stay({}, 5, None).is_changed


@pytest.mark.parametrize(
    ("minutes", "co2_ppm", "said"), [(0.5, None, ""), (99_999, None, "minutes"), (5, 900, "carbon")]
)
def test_what_does_not_fit_is_said_in_the_answers_place(ill, minutes, co2_ppm, said):
    opened, stay = opened_in(ill), read_stay({"preset": "street_walk"}, minutes, co2_ppm)
    parts = stay_parts(opened, ask_stay(opened, HERE, stay, None), stay)
    assert said in words(parts["answer"])


def test_without_reports_or_snapshot_the_card_says_so(ill, services):
    opened = opened_in(services)
    parts = stay_parts(opened, ask_stay(opened, HERE, FIRST_STAY, None), FIRST_STAY)
    assert "No recent case reports" in parts["line"]
    waiting = dataclasses.replace(opened_in(ill), assessment=None)
    parts = stay_parts(waiting, ask_stay(waiting, HERE, FIRST_STAY, None), FIRST_STAY)
    assert parts["line"] and parts["answer"] is not None


def test_route_cards_tell_the_infection_along_the_way(ill):
    opened = opened_in(ill)
    answer = ask_routes(opened, (node_position(0), node_position(35)), Profile.WALK, None)
    assert ask_infection(opened, answer) is not None and ask_infection(opened, None) is None
    assert "infection" in words(by_class(route_parts(opened, answer, None)["routes"], "route-card")[0])
    by_car = ask_routes(opened, (node_position(0), node_position(35)), Profile.CAR, None)
    assert ask_infection(opened, by_car) is None


def test_ids_of_the_card_stand_in_the_page(ill):
    assert by_id(layout(opened_in(ill)), "citizen-stay").data == {"preset": "cafe"}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_officials_see_the_infectious_people_of_each_district(ill, lang):
    said = words(body(opened_in(ill, lang)))
    assert "2021-10-31" not in said and text("stay.official_none", lang, version=SCHEME_TABLE_VERSION) in said
    assert bool(HANGUL.search(said)) == (lang == "ko")
    assert text("health.exposure_title", lang) in said
