"""Infection advice becomes words: small numbers a person can read, intervals, and no promise that is not kept."""

import dataclasses
import math
import re

import numpy as np
import pytest

from dashboard.views.format import local_hour
from dashboard.views.infection import (
    WORD_FROM,
    ascertainment_words,
    chance_words,
    detour_notes,
    detour_words,
    exposure_rows,
    interval_words,
    lever_rows,
    lever_words,
    number,
    official_source,
    official_title,
    official_words,
    one_in,
    part_words,
    people_words,
    stay_words,
    way_words,
    word_code,
)
from dashboard.views.routes import cards_shown, chosen_kind, offered, route_words
from risk_core.assess import assess
from risk_core.hazards.epidemic.advice import HourlyCrowd, LeverKind, weigh_levers
from risk_core.hazards.epidemic.ascertainment import ASCERTAINMENT_DEFAULT
from risk_core.hazards.epidemic.chance import Chance
from risk_core.hazards.epidemic.detour_verdict import judge_detour
from risk_core.hazards.epidemic.exposure import estimate_crowds, estimate_exposure
from risk_core.hazards.epidemic.here import advise_here
from risk_core.hazards.epidemic.official import KOREA_2021, SCHEME_TABLE_VERSION, official_level
from risk_core.routes.find import find_routes
from risk_core.routes.infection import WayInfection, WaysInfection
from risk_core.state.activity_presets import PRESETS
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.answers.small_world import ill_situation
from tests.tiny import node_position

DRAWS = np.geomspace(0.002, 0.03, 31)
TRIP = np.linspace(1e-5, 9e-5, 9)


@pytest.mark.parametrize(
    ("prob", "ko", "en"),
    [
        (0.25, "4번에 1번", "1 in 4"),
        (0.9, "2번에 1번 넘게", "more than 1 in 2"),
        (0.003182, "310번에 1번", "1 in 310"),
        (5.4e-5, "1.9만 번에 1번", "1 in 19,000"),
        (9.1e-7, "110만 번에 1번", "1 in 1.1 million"),
        (1e-9, "1억 번에 1번 미만", "under 1 in 100 million"),
        (0.0, "1억 번에 1번 미만", "under 1 in 100 million"),
    ],
)
def test_one_in_so_many_as_each_language_counts(prob, ko, en):
    assert (one_in(prob, "ko").replace("\xa0", " "), one_in(prob, "en").replace("\xa0", " ")) == (ko, en)


def test_parts_are_millionths_and_from_one_percent_on_percent():
    assert part_words(0.21, "en") == "21\xa0%"
    assert part_words(0.0041, "en") == "4,100 in a million"
    assert part_words(0.0, "en") == "<\xa00.01 in a million"
    assert [number(value) for value in (0.0, 0.1234, 9.96, 123_456.0)] == ["0", "0.12", "10", "120,000"]


def test_words_for_size_begin_where_they_say():
    for code, least in WORD_FROM.items():
        assert word_code(least) == code
    assert word_code(math.nextafter(1e-3, 0.0)) == "noticeable"


def test_an_interval_goes_from_the_smaller_chance_to_the_larger():
    words = interval_words(Chance(0.01, 0.005, 0.02), "en").replace("\xa0", " ")
    assert words.endswith("1 in 200 to 1 in 50")
    assert "1 in 100" in chance_words(Chance(0.01, 0.005, 0.02), "en").replace("\xa0", " ")


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("preset", PRESETS)
def test_every_lever_has_words(preset, lang):
    levers = weigh_levers(PRESETS[preset].activity, DRAWS)
    for lever in levers:
        name, change, interval = lever_words(lever, lang)
        assert name and "%" in change
        assert bool(interval) == (lever.change_high - lever.change_low >= 0.01)
        assert lever.kind is not LeverKind.SHORTER or not interval
    rows = lever_rows(levers, lang)
    assert [row.saved_share for row in rows] == sorted((row.saved_share for row in rows), reverse=True)
    assert stay_words(preset, True, lang) != stay_words(preset, False, lang)


def test_another_hour_is_named():
    people = np.full(24, 10.0)
    people[7] = 1.0
    crowd = HourlyCrowd(people, np.tile(DRAWS[:, None], (1, 24)), 18)
    levers = {one.kind: one for one in weigh_levers(PRESETS["cafe"].activity, DRAWS, crowd)}
    assert lever_words(levers[LeverKind.OTHER_HOUR], "en")[0] == "Go at 07:00"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_official_step_tells_the_way_to_the_next_and_that_it_ended(lang):
    assert "0.5" in official_words(official_level(1.5), KOREA_2021, lang)
    assert "6" in official_words(official_level(10.0), KOREA_2021, lang)
    assert official_words(None, KOREA_2021, lang) != official_words(None, None, lang)
    assert "2021-10-31" in official_source(KOREA_2021, lang) and "2021" in official_title(KOREA_2021, lang)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_country_without_a_known_scheme_is_told_so(lang):
    assert SCHEME_TABLE_VERSION in official_words(None, None, lang)
    assert official_source(None, lang) == "" and "2021" not in official_title(None, lang)


def test_the_infections_per_report_are_told_with_what_they_rest_on():
    words = ascertainment_words(ASCERTAINMENT_DEFAULT, "en")
    assert "4 infections" in words and "an assumption" in words and "2025-01-01" in words


def test_nobody_is_named_and_the_source_of_the_people_is(area):
    ill = assess(area, ill_situation(area))
    exposure = estimate_exposure(area, estimate_crowds(area), ill.outbreak, ill.now_s)
    advice = advise_here(area, exposure, ill.outbreak, node_position(0), PRESETS["cafe"].activity, 12.0)
    assert "nobody counted" in people_words(advice, "en") and "80 % interval" in people_words(advice, "en")
    assert "80 % 구간" in people_words(advice, "ko")


def test_officials_see_every_district_with_its_interval_and_step(area):
    ill = assess(area, ill_situation(area))
    assert {row[3] for row in exposure_rows(area, ill, "en")} == {"–"}
    rows = exposure_rows(area, ill, "en", scheme=KOREA_2021)
    assert {row[0] for row in rows} == {"West", "East"}
    smaller = min(area.districts, key=lambda one: one.population)
    assert rows[0][0] == smaller.name_en, "the same cases among fewer people"
    for row in rows:
        middle, low, high = (float(one) for one in re.findall(r"[0-9.]+", row[1]))
        assert low < middle < high and row[3].startswith("4 (")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_verdict_on_a_detour_tells_what_does_more(lang):
    levers = weigh_levers(PRESETS["cafe"].activity, DRAWS)
    verdicts = {
        verdict.reason.value: detour_words(verdict, lang)
        for verdict in (
            judge_detour(TRIP, TRIP / 2),
            judge_detour(TRIP, 0.85 * TRIP, levers),
            judge_detour(TRIP / 100, TRIP / 200, levers),
            judge_detour(TRIP, TRIP, levers),
        )
    }
    assert set(verdicts) == {"worth", "small_share", "small_chance", "uncertain"}
    better = lever_words(levers[0], lang)[0]
    assert better not in verdicts.pop("worth") and all(better in told for told in verdicts.values())


@pytest.fixture(scope="module")
def answer(area):
    """A fastest and a safest way that differ."""
    ill = assess(area, ill_situation(area))
    found = find_routes(area, ill, node_position(0), node_position(35), Profile.WALK, (RouteKind.FASTEST,), 1)
    fastest = found.routes[0]
    safest = dataclasses.replace(fastest, kind=RouteKind.SAFEST, route_id="safe", edges=fastest.edges[:-1])
    return dataclasses.replace(found, routes=(fastest, safest), is_same_way=False)


def ways(answer, detour, is_for_infection=True):
    chance = Chance(2e-5, 1e-5, 4e-5)
    told = tuple(WayInfection(route.route_id, chance, 1.0) for route in answer.routes)
    return WaysInfection(told, (), judge_detour(TRIP, detour), is_for_infection)


def test_a_way_round_for_infection_alone_is_offered_only_where_it_saves(answer):
    useless = ways(answer, 0.9 * TRIP)
    shown = offered(answer, useless)
    assert len(cards_shown(shown)) == 1 and chosen_kind(shown, "safest") == "safest"
    assert shown.routes[0].route_id == answer.routes[0].route_id, "the fastest stays"
    assert "not worth it" in detour_notes(useless, "en")[0]
    useful = ways(answer, TRIP / 2)
    assert offered(answer, useful) is answer and "worth it" in detour_notes(useful, "en")[0]
    for_rain = ways(answer, 0.9 * TRIP, is_for_infection=False)
    assert offered(answer, for_rain) is answer and detour_notes(for_rain, "en") == []
    assert offered(answer, None) is answer and detour_notes(None, "en") == []


def test_a_card_tells_the_infection_along_its_way(answer):
    infection = ways(answer, TRIP / 2)
    words = route_words(answer.routes[0], False, "en", infection).infection.replace("\xa0", " ")
    assert words == "infection 1 in 50,000 (80 %: 1 in 100,000 to 1 in 25,000)"
    tiny = WaysInfection((WayInfection("safe", Chance(2e-9, 1e-9, 4e-9), 1.0),), (), None, True)
    assert way_words(tiny, "safe", "en") == "infection under 1 in a million"
    assert way_words(tiny, "other", "en") == way_words(None, "safe", "en") == ""


def test_the_hour_is_local(area):
    assert local_hour(area)(5400.0) == pytest.approx(20.5), "five hours behind Greenwich by its longitude"
