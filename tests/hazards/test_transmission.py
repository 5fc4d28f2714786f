import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from risk_core.errors import InputError
from risk_core.hazards.epidemic.ascertainment import ASCERTAINMENT_DEFAULT
from risk_core.hazards.epidemic.chance import Chance, draw_prevalence
from risk_core.hazards.epidemic.exposure_options import TransmissionOptions
from risk_core.hazards.epidemic.gammaitoni_nucci_1997 import room_dose
from risk_core.hazards.epidemic.prevalence import Prevalence
from risk_core.hazards.epidemic.rudnick_milton_2003 import co2_to_air_changes
from risk_core.hazards.epidemic.transmission import (
    BREATHING_M3_PER_H,
    air_changes,
    assess_activity,
    contact_chance,
    far_dose,
    infection_draws,
    near_dose,
)
from risk_core.state.activity import Activity, Breathing, Distance, Mask, Setting, Voice
from risk_core.state.activity_presets import PRESETS

ONE_PERCENT = np.array([0.01])
DRAWS = np.geomspace(0.001, 0.05, 41)


def millionths(activity, prevalence=ONE_PERCENT):
    return float(infection_draws(activity, prevalence)[0] * 1e6)


def test_worked_sizes_of_people_near():
    """Ten people near in a metro car behind surgical masks: 19 millionths; five on a street: 7.5."""
    street = PRESETS["street_walk"].activity
    metro = dataclasses.replace(
        PRESETS["metro_car"].activity, n_room=0, occupied_min=0, room_m3=None, air_changes_per_h=None
    )
    assert millionths(street) == pytest.approx(0.01 * 5 * 0.06 * 0.05 * 0.5 * 0.2 * 0.5 * 1e6, rel=1e-3)
    assert millionths(street) == pytest.approx(7.5, abs=0.01)
    assert millionths(metro) == pytest.approx(0.01 * 10 * 0.06 * 0.25 * 0.5 * 0.25 * 0.2 * 0.5 * 1e6, rel=1e-3)
    assert round(millionths(metro)) == 19


def test_room_dose_is_that_of_the_mass_balance():
    """The air's quanta integrated as a differential equation, then breathed in."""
    q, breathing, volume, loss, stay, before = 20.0, 0.54, 120.0, 2.5, 1.5, 0.7
    air = solve_ivp(lambda _, c: q / volume - loss * c, (0, before + stay), [0.0], dense_output=True, rtol=1e-10)
    breathed, _ = quad(lambda t: breathing * air.sol(t)[0], before, before + stay)
    assert room_dose(q, breathing, volume, loss, stay, before) == pytest.approx(breathed, rel=1e-6)


def test_carbon_dioxide_tells_the_air_changes_that_made_it():
    """The mass balance forward: the steady carbon dioxide of 4 changes an hour gives 4 back."""
    people, breathing, volume = 26.0, 0.54, 180.0
    steady_ppm = 420 + people * breathing * 38_000 / (4.0 * volume)
    assert co2_to_air_changes(steady_ppm, people, breathing, volume) == pytest.approx(4.0)
    room = PRESETS["classroom"].activity
    measured = dataclasses.replace(room, air_changes_per_h=None, co2_ppm=420 + 26 * 0.54 * 38_000 / (2 * 180))
    assert air_changes(measured) == pytest.approx(2.0)
    assert far_dose(measured) == pytest.approx(far_dose(room))
    assert math.isnan(air_changes(PRESETS["street_walk"].activity))


def test_stale_air_before_the_stay_counts():
    clean = PRESETS["classroom"].activity
    stale = dataclasses.replace(clean, occupied_min=60)
    assert far_dose(stale) > far_dose(clean)
    assert far_dose(dataclasses.replace(clean, occupied_min=10_000)) == pytest.approx(
        room_dose(5.0, 0.54, 180.0, 2.92, 1e3, 0.0) / 8 * (50 / 60) / (1e3 - 1 / 2.92), rel=1e-9
    )


def test_nobody_near_counts_for_less_than_one_further_away():
    karaoke = PRESETS["karaoke"].activity
    stuffy = dataclasses.replace(karaoke, distance=Distance.THREE_M, air_changes_per_h=0.1, n_room=1)
    assert near_dose(stuffy) == far_dose(stuffy) > 0


SOFTER = {
    "own_mask": list(Mask),
    "other_masks": list(Mask),
    "distance": list(Distance),
    "voice": list(Voice)[::-1],
    "breathing": list(Breathing)[::-1],
    "setting": [Setting.INDOOR, Setting.PART_OPEN, Setting.TRANSIT, Setting.PLANE],
    "stay_min": [600, 60, 5, 0],
    "n_near": [50, 5, 0.5, 0],
    "n_room": [500, 50, 1, 0],
    "occupied_min": [500, 60, 1, 0],
    "room_m3": [20, 200, 2000, 1e6],
    "air_changes_per_h": [0.1, 1, 5, 80],
}


@pytest.mark.parametrize("name", SOFTER)
@pytest.mark.parametrize("preset", ["classroom", "karaoke", "metro_car", "gym"])
def test_risk_never_rises_when_a_circumstance_gets_better(name, preset):
    start = dataclasses.replace(PRESETS[preset].activity, n_room=7)
    found = [infection_draws(dataclasses.replace(start, **{name: value}), DRAWS) for value in SOFTER[name]]
    assert (np.diff(found, axis=0) <= 0).all()
    assert (found[0] > found[-1]).all() or name in {"breathing", "setting", "occupied_min", "room_m3"}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(list(Setting)[:4]),
    st.sampled_from(list(Distance)),
    st.sampled_from(list(Mask)),
    st.sampled_from(list(Voice)),
    st.floats(0, 10_080),
    st.floats(0, 1000),
    st.floats(0, 1e5),
    st.floats(0, 1),
)
def test_chance_lies_between_nothing_and_the_chance_of_a_contact(
    setting, distance, mask, voice, stay_min, n_near, n_room, prevalence
):
    stay = Activity(
        setting, distance, mask, Mask.NONE, voice, Breathing.SPORT, stay_min, n_near, n_room,
        room_m3=50, air_changes_per_h=0.5,
    )  # fmt: skip
    found = infection_draws(stay, np.array([prevalence]))[0]
    certain = float(stay.n_other > 0)
    contact = certain if prevalence == 1 else -math.expm1(stay.n_other * math.log1p(-prevalence))
    assert 0 <= found <= contact + 1e-12


def test_contact_of_certain_draws_is_the_plain_rule():
    for m in (1.0, 7.0, 120.0):
        found = contact_chance(m, np.full(9, 0.02))
        assert found.prob == pytest.approx(1 - 0.98**m, rel=1e-6)
        assert found.low == pytest.approx(found.prob) and found.high == pytest.approx(found.prob)


def test_contact_of_uncertain_draws_is_their_mean():
    """The beta-binomial of matched moments against the mean over the draws themselves."""
    draws = np.random.default_rng(1).beta(3, 200, 20_000)
    for m in (1.0, 10.0, 60.0):
        assert contact_chance(m, draws).prob == pytest.approx((1 - (1 - draws) ** m).mean(), rel=0.01)


def test_interval_holds_the_median_and_the_lower_rate_lies_below():
    for preset in PRESETS.values():
        found = assess_activity(preset.activity, DRAWS)
        assert 0 < found.infection.low < found.infection.prob < found.infection.high < 1
        assert 0 < found.infection_low_prob <= found.infection.prob
        assert found.contact.low <= found.contact.prob <= found.contact.high
        assert found.infection.high <= found.contact.high


def test_no_infectious_people_no_risk():
    found = assess_activity(PRESETS["karaoke"].activity, np.zeros(5))
    assert found.infection == Chance(0.0, 0.0, 0.0)
    assert found.contact.prob == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("draws", [np.array([]), np.array([0.1, np.nan]), np.array([[0.1]]), np.array([-0.1, 0.1])])
def test_draws_that_are_none_are_refused(draws):
    with pytest.raises(InputError, match="prevalence is"):
        infection_draws(PRESETS["bus"].activity, draws)


def test_draws_have_the_quantiles_they_come_from():
    sd = 0.6
    median = np.array([[0.01, 0.0, np.nan]])
    log_sd, ends = np.full((1, 3), sd), (median * math.exp(-1.2816 * sd), median * math.exp(1.2816 * sd))
    prevalence = Prevalence(median, log_sd, *ends, median, log_sd, ASCERTAINMENT_DEFAULT)
    draws = draw_prevalence(prevalence, 0, 1000)
    assert np.quantile(draws[:, 0], [0.1, 0.5, 0.9]) == pytest.approx(
        0.01 * np.exp(sd * np.array([-1.2816, 0, 1.2816])), rel=0.01
    )
    assert (draws[:, 1] == 0).all() and np.isnan(draws[:, 2]).all()


def test_settings_out_of_order_are_refused():
    with pytest.raises(InputError, match="near_low_per_h"):
        TransmissionOptions(near_per_h=0.005)
    with pytest.raises(InputError, match="quanta_silent_per_h"):
        TransmissionOptions(quanta_silent_per_h=50)


def test_breathing_rates_rise():
    assert list(BREATHING_M3_PER_H.values()) == sorted(BREATHING_M3_PER_H.values())


@pytest.mark.parametrize("dose", [far_dose, near_dose])
def test_immunity_and_variant_scale_every_dose(dose):
    stay = PRESETS["classroom"].activity
    base = dose(stay, TransmissionOptions(variant_factor=1.0, immune_factor=1.0))
    assert dose(stay, TransmissionOptions(variant_factor=1.0, immune_factor=0.25)) == pytest.approx(0.25 * base)
    assert dose(stay, TransmissionOptions(variant_factor=2.0, immune_factor=1.0)) == pytest.approx(2.0 * base)
