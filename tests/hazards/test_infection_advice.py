import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.errors import InputError
from risk_core.hazards.epidemic.advice import CHANGES, EFFECT_SD, HourlyCrowd, LeverKind, weigh_levers
from risk_core.hazards.epidemic.detour_verdict import DetourReason, DetourRule, judge_detour
from risk_core.hazards.epidemic.official import KOREA_2021, OfficialScheme, official_level, scheme_of
from risk_core.hazards.epidemic.transmission import infection_draws
from risk_core.state.activity import Distance, Mask, Setting, Voice
from risk_core.state.activity_presets import PRESETS

DRAWS = np.geomspace(0.002, 0.03, 31)


def by_kind(levers):
    return {lever.kind: lever for lever in levers}


@pytest.mark.parametrize("preset", PRESETS)
def test_levers_are_sorted_and_never_harm(preset):
    stay = PRESETS[preset].activity
    levers = weigh_levers(stay, DRAWS)
    assert levers and all(a.after.prob <= b.after.prob for a, b in itertools.pairwise(levers))
    for lever in levers:
        assert 0 <= lever.after.low <= lever.after.prob <= lever.after.high <= 1
        assert lever.after.prob <= lever.before.prob * (1 + 1e-9)
        assert -1 <= lever.change_low <= lever.change <= lever.change_high <= 1e-12
        assert lever.activity != stay and lever.hour == -1
        again = infection_draws(lever.activity, DRAWS)
        assert lever.change == pytest.approx(float(np.median(again / infection_draws(stay, DRAWS))) - 1, abs=2e-3)


def test_a_lever_already_used_is_not_offered():
    stay = PRESETS["cafe"].activity
    assert set(by_kind(weigh_levers(stay, DRAWS))) == set(CHANGES)
    used = {
        LeverKind.MASK: {"own_mask": Mask.N95},
        LeverKind.ALL_MASKS: {"other_masks": Mask.FITTED_N95},
        LeverKind.DISTANCE: {"distance": Distance.THREE_M},
        LeverKind.WINDOW: {"setting": Setting.PART_OPEN},
        LeverKind.QUIETER: {"voice": Voice.SILENT},
        LeverKind.SHORTER: {"stay_min": 0.0},
    }
    for kind, change in used.items():
        assert kind not in by_kind(weigh_levers(dataclasses.replace(stay, **change), DRAWS)), kind
    outside = {LeverKind.OUTSIDE, LeverKind.WINDOW}
    for preset in ("metro_car", "bus", "street_walk"):
        assert not outside & set(by_kind(weigh_levers(PRESETS[preset].activity, DRAWS)))


def test_the_window_of_a_room_known_by_its_carbon_dioxide_opens_too():
    stay = PRESETS["classroom"].activity
    measured = dataclasses.replace(stay, air_changes_per_h=None, co2_ppm=420 + 26 * 0.54 * 38_000 / (2 * 180))
    found = by_kind(weigh_levers(measured, DRAWS))[LeverKind.WINDOW]
    assert found.activity.co2_ppm is None and found.activity.air_changes_per_h == pytest.approx(5.0)
    assert found.change == pytest.approx(by_kind(weigh_levers(stay, DRAWS))[LeverKind.WINDOW].change, abs=1e-6)


def test_the_change_is_known_as_well_as_the_effect_is():
    found = by_kind(weigh_levers(PRESETS["street_walk"].activity, DRAWS))
    shorter, mask = found[LeverKind.SHORTER], found[LeverKind.MASK]
    assert shorter.change_low == pytest.approx(-0.5, abs=1e-4) and shorter.change_high == pytest.approx(-0.5, abs=1e-4)
    z = 1.2816 * EFFECT_SD[LeverKind.MASK]
    assert mask.change_low == pytest.approx((1 / 3) ** math.exp(z) - 1, abs=0.02)
    assert mask.change_high == pytest.approx((1 / 3) ** math.exp(-z) - 1, abs=0.02)
    assert mask.after.high / mask.after.low > mask.before.high / mask.before.low


def crowd(people, hour=8, **other):
    return HourlyCrowd(np.asarray(people, dtype=float), np.tile(DRAWS[:, None], (1, 24)), hour, **other)


def test_the_emptiest_hour_one_may_choose_is_named():
    people = np.full(24, 100.0)
    people[3], people[10], people[15] = 1.0, 40.0, 25.0
    stay = PRESETS["metro_car"].activity
    found = by_kind(weigh_levers(stay, DRAWS, crowd(people)))[LeverKind.OTHER_HOUR]
    assert found.hour == 15 and found.change == pytest.approx(-0.75, abs=1e-3)
    assert found.activity.n_near == pytest.approx(2.5)
    only = crowd(people, hours=(9, 10))
    assert by_kind(weigh_levers(stay, DRAWS, only))[LeverKind.OTHER_HOUR].hour == 10
    assert LeverKind.OTHER_HOUR not in by_kind(weigh_levers(stay, DRAWS, crowd(np.full(24, 9.0))))


def test_an_hour_with_fewer_infectious_counts_too():
    prevalence = np.tile(DRAWS[:, None], (1, 24))
    prevalence[:, 20] /= 4
    found = weigh_levers(PRESETS["bus"].activity, DRAWS, HourlyCrowd(np.full(24, 5.0), prevalence, 8))
    other = by_kind(found)[LeverKind.OTHER_HOUR]
    assert other.hour == 20 and other.change == pytest.approx(-0.75, abs=2e-3)


def test_crowds_that_are_none_are_refused():
    for bad, match in (
        ({"people": np.ones(23)}, "people is"),
        ({"hour": 24}, "hour is"),
        ({"hours": (9, 30)}, "hours is"),
        ({"prevalence": np.full((3, 24), np.nan)}, "prevalence is"),
    ):
        with pytest.raises(InputError, match=match):
            dataclasses.replace(crowd(np.ones(24)), **bad)
    few = HourlyCrowd(np.ones(24), np.full((3, 24), 0.01), 8)
    with pytest.raises(InputError, match=r"crowd\.prevalence is 3 draws"):
        weigh_levers(PRESETS["bus"].activity, DRAWS, few)


def test_no_risk_has_nothing_to_win():
    assert all(lever.change == 0 for lever in weigh_levers(PRESETS["cafe"].activity, np.zeros(4)))


TRIP = np.linspace(40e-6, 60e-6, 21)


def test_each_part_of_the_rule_decides_alone():
    assert judge_detour(TRIP, TRIP * 0.5).reason is DetourReason.WORTH
    assert judge_detour(TRIP, TRIP * 0.85).reason is DetourReason.SMALL_SHARE
    assert judge_detour(TRIP / 20, TRIP / 40).reason is DetourReason.SMALL_CHANCE
    unsure = TRIP * 0.5
    unsure[::6] = TRIP[::6] * 1.5
    found = judge_detour(TRIP, unsure)
    assert found.reason is DetourReason.UNCERTAIN and found.saved.low < 0 < found.saved.prob
    assert judge_detour(TRIP, TRIP * 2).reason is DetourReason.UNCERTAIN


def test_the_bounds_themselves_are_not_enough():
    trip = np.full(9, 25e-6)
    assert not judge_detour(trip, trip - 5e-6, rule=DetourRule(0.1, 5.0001e-6)).is_worth
    assert not judge_detour(np.full(9, 0.5), np.full(9, 0.4), rule=DetourRule(0.2, 0.0)).is_worth
    assert judge_detour(np.full(9, 0.5), np.full(9, 0.39)).is_worth


def test_the_better_lever_is_named_where_the_detour_is_not_worth_it():
    stay = PRESETS["street_walk"].activity
    trip = infection_draws(stay, DRAWS)
    levers = weigh_levers(stay, DRAWS)
    found = judge_detour(trip, trip * 0.9, levers)
    assert not found.is_worth and found.better == levers[0]
    assert judge_detour(10 * trip, 5 * trip, levers).better is None
    assert judge_detour(trip, trip * 0.9).better is None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20),
)
def test_a_worthwhile_detour_always_keeps_the_whole_rule(pairs):
    trip, detour = (np.array(some) for some in zip(*pairs, strict=True))
    found = judge_detour(trip, detour)
    whole = found.saved.low > 0 and found.saved.prob > 5e-6 and found.saved_share > 0.2
    assert found.is_worth is whole is (found.reason is DetourReason.WORTH)


def test_draws_of_a_detour_must_be_those_of_the_trip():
    with pytest.raises(InputError, match="detour is 20 draws"):
        judge_detour(TRIP, TRIP[:-1])
    with pytest.raises(InputError, match="trip is"):
        judge_detour(np.array([np.nan]), np.array([0.1]))


@pytest.mark.parametrize(
    ("value", "level", "to_next"),
    [(0.0, 1, 1.0), (0.999, 1, 0.001), (1.0, 2, 1.0), (2.0, 3, 2.0), (3.5, 3, 0.5), (4.0, 4, math.nan)],
)
def test_korean_steps_of_2021(value, level, to_next):
    found = official_level(value)
    assert found.level == level and found.to_next == pytest.approx(to_next, nan_ok=True)
    assert math.isnan(found.above_last) is (level == 1)


def test_seoul_reached_the_fourth_step_at_389_cases_a_day():
    """The figure published for Seoul, with its 9.72 million residents of 2020."""
    residents = 9.72e6
    assert official_level(389 / residents * 1e5).level == 4
    assert official_level(388 / residents * 1e5).level == 3
    assert official_level(389 / residents * 1e5).scheme is KOREA_2021


def test_a_scheme_of_reproduction_numbers():
    scheme = OfficialScheme("example", "reproduction_number", (0.9, 1.0, 1.3), "written for this test", "2025-01-01")
    assert official_level(1.1, scheme).level == 3
    assert official_level(1.1, scheme).to_next == pytest.approx(0.2)


def test_figures_that_are_none_are_refused():
    for figures in ((), (1.0, 1.0), (0.0, 1.0), (1.0, math.nan), (1.0, math.inf)):
        with pytest.raises(InputError, match="figures is"):
            OfficialScheme("example", "x", figures, "", "")
    for value in (-1.0, math.nan, math.inf):
        with pytest.raises(InputError, match="value is"):
            official_level(value)


def test_a_scheme_is_found_by_country_and_day():
    assert scheme_of("KR", "2021-08-01") is KOREA_2021 and scheme_of("KR", "2026-11-30") is KOREA_2021
    assert scheme_of("KR", "2021-06-30") is None and scheme_of("FI", "2021-08-01") is None
    assert scheme_of("", "2021-08-01") is None
