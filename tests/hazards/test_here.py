import dataclasses

import numpy as np
import pytest

from risk_core.assess import assess
from risk_core.errors import InputError, OutsideAreaError
from risk_core.hazards.epidemic.advice import LeverKind
from risk_core.hazards.epidemic.exposure import (
    InfectionUnknownError,
    estimate_crowds,
    estimate_exposure,
    exposure_on,
    hazard_table,
    hour_of,
    outbreak_prevalence,
)
from risk_core.hazards.epidemic.exposure_options import StreetCrowdOptions, TransmissionOptions
from risk_core.hazards.epidemic.here import advise_here, district_level
from risk_core.hazards.epidemic.official import KOREA_2021
from risk_core.hazards.epidemic.options import InfectionOptions
from risk_core.hazards.epidemic.presence import PresenceBasis
from risk_core.hazards.epidemic.transmission import assess_activity
from risk_core.state.activity_presets import CROWD_RATIO_RANGE, PRESETS, StayChanges, change_stay, find_preset
from risk_core.state.level import Layer
from risk_core.state.situation import PeoplePresent
from tests.answers.small_world import ill_situation
from tests.tiny import node_position

CAFE = PRESETS["cafe"].activity
HERE = node_position(0)


@pytest.fixture(scope="module")
def ill(area):
    return assess(area, ill_situation(area))


@pytest.fixture(scope="module")
def exposure(area, ill):
    return estimate_exposure(area, estimate_crowds(area), ill.outbreak, ill.now_s)


def test_prevalence_is_that_of_the_map(area, ill):
    shown = ill.layers[Layer.INFECTION].intensity["prevalence_share"]
    found = outbreak_prevalence(area, ill.outbreak, np.array([ill.now_s])).mean_share[0]
    for district in (0, 1):
        assert shown[area.district == district] == pytest.approx(found[district], rel=1e-6)


def test_a_slice_of_a_snapshot_needs_no_inversion_and_says_the_same(area, ill):
    crowds = estimate_crowds(area)
    for step, lead_s in enumerate(ill.lead_s):
        told = exposure_on(area, crowds, ill, step)
        anew = estimate_exposure(area, crowds, ill.outbreak, ill.now_s + float(lead_s))
        assert told.valid_s == anew.valid_s
        np.testing.assert_allclose(told.mean_share, anew.mean_share, rtol=1e-9)
        np.testing.assert_allclose(told.share, anew.share, rtol=1e-9)
    older = dataclasses.replace(ill, prevalence=None)
    np.testing.assert_array_equal(exposure_on(area, crowds, older, 1).share, anew_at(area, crowds, ill, 1).share)


def anew_at(area, crowds, ill, step):
    return estimate_exposure(area, crowds, ill.outbreak, ill.now_s + float(ill.lead_s[step]))


def test_advice_is_that_of_the_stay_among_those_present(area, ill, exposure):
    found = advise_here(area, exposure, ill.outbreak, HERE, CAFE, 13.5)
    draws = exposure.share[:, found.district]
    assert found.risk == assess_activity(CAFE, draws)
    assert found.hour == 13 and found.basis is PresenceBasis.RESIDENTS
    assert found.present.prob == pytest.approx(area.districts[found.district].population)
    assert found.present.low == found.present.high and np.isnan(found.counted_s)
    assert found.infectious.prob == pytest.approx(found.present.prob * found.prevalence.prob)
    assert found.prevalence.low < found.prevalence.prob < found.prevalence.high
    assert not any(lever.kind is LeverKind.OTHER_HOUR for lever in found.levers), "residents at home are no crowd"


def counted(area, cv=0.2):
    """Ten times as many at 13 h, counted with an error."""
    persons = np.tile(area.population.ravel(), (24, 1)).astype(np.float32)
    persons[13] *= 10
    return PeoplePresent(persons, np.full_like(persons, cv), None, 0.0, 0.0, 1, ("x",), False)


def test_counted_people_bring_the_hours_of_the_day(area, ill):
    exposure = estimate_exposure(area, estimate_crowds(area, people=counted(area)), ill.outbreak, ill.now_s)
    found = advise_here(area, exposure, ill.outbreak, HERE, CAFE, 13.0)
    kinds = {lever.kind: lever for lever in found.levers}
    assert kinds[LeverKind.OTHER_HOUR].hour != 13 and kinds[LeverKind.OTHER_HOUR].change < -0.5
    assert found.present.prob == pytest.approx(10 * area.districts[found.district].population, rel=0.01)
    assert found.counted_s == 0.0


def test_the_error_of_the_count_is_told_and_widens_the_infectious(area, ill):
    sure, unsure = (
        advise_here(
            area,
            estimate_exposure(area, estimate_crowds(area, people=counted(area, cv)), ill.outbreak, ill.now_s),
            ill.outbreak,
            HERE,
            CAFE,
            13.0,
        )
        for cv in (0.0, 0.3)
    )
    assert sure.present.low == sure.present.high
    width = np.log(unsure.present.high / unsure.present.low)
    assert width == pytest.approx(2 * 1.2816 * np.sqrt(np.log1p(0.09)), rel=0.05)
    assert unsure.infectious.high / unsure.infectious.low > 1.02 * sure.infectious.high / sure.infectious.low
    assert unsure.risk == sure.risk, "the chance of a stay rests on the share, not on the number"


def test_options_reach_the_advice(area, ill, exposure):
    twice = InfectionOptions(transmission=TransmissionOptions(variant_factor=2.0))
    plain, worse = (
        advise_here(area, exposure, ill.outbreak, HERE, CAFE, 12.0, options) for options in (InfectionOptions(), twice)
    )
    assert worse.risk.infection.prob > 1.5 * plain.risk.infection.prob
    assert worse.risk.contact == plain.risk.contact
    empty = InfectionOptions(street_crowd=StreetCrowdOptions(people_near_most=0.0))
    assert estimate_crowds(area, empty).near.max() == 0


def test_people_at_home_are_kept_once(area):
    crowds = estimate_crowds(area)
    assert crowds.near.shape == (24, area.grid.n_cell) and crowds.near.strides[0] == 0
    assert crowds.presence.mix.strides[0] == 0


def test_table_is_the_hazard_of_every_edge_and_hour(area, exposure):
    table = hazard_table(area, exposure, PRESETS["street_walk"].activity)
    assert table.shape == (24, area.network.n_edge) and table.dtype == np.float32
    assert (table[0] == table[13]).all() and (table[:, : area.network.n_edge - 2] >= 0).all()
    bare = dataclasses.replace(area, network=None)
    with pytest.raises(InputError, match="area with streets"):
        hazard_table(bare, exposure, CAFE)


def test_official_step_is_that_of_the_reports(area, ill):
    found = district_level(area, ill.outbreak, 0, KOREA_2021)
    per_day = 1.0 / area.districts[0].population * 1e5
    assert found.value == pytest.approx(per_day) and found.level == 4
    few = assess(area, ill_situation(area, 0.0))
    assert district_level(area, few.outbreak, 0, KOREA_2021).level == 1
    assert district_level(area, few.outbreak, len(area.districts), KOREA_2021).to_next == 1.0
    silent = dataclasses.replace(ill.outbreak, reported=np.full_like(ill.outbreak.reported, np.nan))
    assert district_level(area, silent, 0, KOREA_2021) is None


def test_what_is_not_known_is_said(area, ill, exposure):
    with pytest.raises(InfectionUnknownError):
        estimate_exposure(area, exposure.crowds, None, ill.now_s)
    unknown = dataclasses.replace(exposure, share=np.full_like(exposure.share, np.nan))
    with pytest.raises(InfectionUnknownError):
        advise_here(area, unknown, ill.outbreak, HERE, CAFE, 12.0)
    with pytest.raises(OutsideAreaError):
        advise_here(area, exposure, ill.outbreak, (0.0, 0.0), CAFE, 12.0)
    for hour in (-1.0, 25.0, float("nan")):
        with pytest.raises(InputError, match="local_h"):
            hour_of(hour)
    assert (hour_of(24.0), hour_of(23.99)) == (0, 23)


def test_a_stay_is_changed_only_where_asked():
    assert change_stay(CAFE, StayChanges()) == CAFE
    found = change_stay(CAFE, StayChanges(stay_min=5, co2_ppm=900, crowd_ratio=2))
    assert (found.stay_min, found.n_near, found.n_room) == (5, 4, 40)
    assert (found.co2_ppm, found.air_changes_per_h) == (900, None)
    with pytest.raises(InputError, match="crowd_ratio"):
        change_stay(CAFE, StayChanges(crowd_ratio=CROWD_RATIO_RANGE[1] + 1))
    with pytest.raises(InputError, match="preset"):
        find_preset("moon")
