"""The card "where am I heading" of the citizen's page."""

import json
from pathlib import Path

import pytest

from dashboard.answers import Answers
from dashboard.i18n import text
from dashboard.pages.citizen.heading import changed_banner, heading_parts
from dashboard.pages.citizen.ids import CitizenIds
from dashboard.pages.citizen.layout import layout
from dashboard.pages.page import Services, open_query
from dashboard.pages.quality.layout import body as quality_body
from dashboard.views.path import MEASURED_INSIDE, MEASURED_MINUTE, calibration_words
from tests.answers.small_world import NOW_S, closure, make_library, write_ill, write_next
from tests.answers.walking import walk_east
from tests.components.tree import by_class, by_id, walk, words
from tests.pages.test_languages import HANGUL


@pytest.fixture(scope="module")
def shut(app, tmp_path_factory):
    """Services over a dry town with one closed street."""
    library = make_library(tmp_path_factory.mktemp("shut"))
    write_next(library, 0.0, (closure(22, 23, "shut"),))
    return Services(library.settings, library, Answers(library), lambda: NOW_S)


def opened_in(services, lang="en", area="tiny"):
    opened = open_query(services, {"area": area, "lang": lang})
    assert opened is not None
    return opened


def rows(n, begin_s):
    return [[p["time"], p["lat"], p["lon"], p["accuracy"]] for p in walk_east(n, begin_s)]


def asked(n=14, **more):
    trips = [rows(38, NOW_S - 86_400.0 * (k + 1)) for k in range(3)]
    return {"mode": "live", "pings": rows(n, NOW_S - 10.0 * (n - 1)), "history": trips, "asked_s": NOW_S, **more}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_card_is_folded_off_and_tells_what_happens_to_positions(shut, lang):
    (card,) = by_class(layout(opened_in(shut, lang)), "fold-heading")
    said = words(card)
    assert not getattr(card, "open", None)
    for name in ("privacy_keep", "privacy_send", "privacy_forget", "forget", "remember", "start", "drill"):
        assert text(f"heading.{name}", lang) in said
    assert bool(HANGUL.search(said)) == (lang == "ko")
    form = by_id(card, CitizenIds.HEADING_FORM)
    assert getattr(form, "data-mode") == "off"


def test_an_area_without_streets_has_no_such_card(shut):
    assert by_class(layout(opened_in(shut, area="empty")), "fold-heading") == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_warning_stands_alone_with_minutes_reason_and_one_button(shut, lang):
    parts = heading_parts(opened_in(shut, lang), asked(), "walk")
    (warning,) = by_class(parts["banner"], "path-warning")
    said = words(warning)
    assert "Row 3" in said and "Row 0" in said and text("heading.take", lang) in said
    assert bool(HANGUL.search(said)) == (lang == "ko")
    assert len([part for part in walk(warning) if hasattr(part, "data-path-take")]) == 1
    assert text("heading.walking", lang) in said, "simulated fields are marked as a drill"
    kinds = {one["properties"]["className"].split()[0] for one in parts["features"]["features"]}
    assert {"heading-way", "heading-round", "pin-heading-danger", "pin-heading-here"} <= kinds
    beyond = text("heading.legend_beyond", lang, minutes=15)
    assert ("heading-beyond" in kinds) == (beyond in words(parts["answer"]))
    assert len(parts["told"]["round"]["line"]) > 2 and parts["told"]["here"][0] == pytest.approx(-29.947, abs=1e-3)
    json.dumps(parts["features"]), json.dumps(parts["told"])


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_who_has_taken_the_way_round_is_told_what_it_rests_on(shut, lang):
    parts = heading_parts(opened_in(shut, lang), asked(is_taken=True), "walk")
    assert text("heading.knows_plan", lang) in words(parts["answer"])


def test_the_same_words_are_not_said_twice(shut):
    opened = opened_in(shut)
    first = heading_parts(opened, asked(), "walk")
    again = changed_banner(heading_parts(opened, asked(), "walk"), first["told"])
    assert again["banner"] is not first["banner"] and not isinstance(again["banner"], list)
    assert isinstance(changed_banner(first, None)["banner"], list)


def test_infection_ahead_lists_what_lowers_it(app, tmp_path):
    library = make_library(tmp_path)
    write_ill(library, 40.0)
    services = Services(library.settings, library, Answers(library), lambda: NOW_S)
    (warning,) = by_class(heading_parts(opened_in(services), asked(), "walk")["banner"], "path-warning")
    assert len([part for part in walk(warning) if type(part).__name__ == "Li"]) >= 2


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"mode": "off", "is_forgotten": True}, "heading.forgotten"),
        ({"mode": "off", "error": "denied"}, "heading.denied"),
        ({"mode": "off", "error": "no_drill"}, "heading.drill_none"),
        ({"mode": "live", "pings": []}, "heading.waiting"),
        ({"mode": "live", "pings": rows(1, NOW_S), "asked_s": NOW_S}, "heading.status.too_few_pings"),
        ({"mode": "live", "pings": rows(9, NOW_S), "asked_s": NOW_S + 9000.0}, "heading.status.stale"),
        ({"mode": "live", "pings": ["x", [1], [None] * 4], "asked_s": NOW_S}, "heading.status.too_few_pings"),
    ],
)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_state_has_its_words_and_no_warning(shut, told, key, lang):
    parts = heading_parts(opened_in(shut, lang), told, "walk")
    assert text(key, lang) in words(parts["answer"]) and parts["banner"] == []


def test_an_unknown_profile_walks_and_nothing_asked_is_off(shut):
    assert heading_parts(opened_in(shut), asked(), "boat")["told"]["words"]
    assert heading_parts(opened_in(shut), None, "walk")["told"] is None


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_calibration_told_is_the_one_measured(shut, lang):
    """The page about trust repeats what the benchmark found, and says whose journeys these were."""
    measured = json.loads((Path(__file__).parents[1] / "benchmarks" / "benchmarks.json").read_text(encoding="utf-8"))
    ahead = measured["E"]["path ahead, San Francisco taxis, every trip"]["result"]["horizons"]
    (one,) = (row for row in ahead if row["minute"] == MEASURED_MINUTE)
    assert {0.5: one["inside_50"], 0.9: one["inside_90"]} == pytest.approx(MEASURED_INSIDE, abs=0.005)
    assert calibration_words(lang) in words(quality_body(opened_in(shut, lang)))
