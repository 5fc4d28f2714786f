import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.errors import InputError
from risk_core.hazards.epidemic.chance import draw_prevalence
from risk_core.hazards.epidemic.exposure_options import StreetCrowdOptions
from risk_core.hazards.epidemic.hourly import (
    hourly_hazard,
    hourly_people_near,
    path_infection_chance,
    path_infection_draws,
)
from risk_core.hazards.epidemic.options import InfectionOptions
from risk_core.hazards.epidemic.presence import estimate_presence, infectious_present
from risk_core.hazards.epidemic.prevalence import estimate_prevalence
from risk_core.hazards.epidemic.transmission import near_rate_per_h
from risk_core.state.activity import Mask
from risk_core.state.activity_presets import PRESETS
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

WALK = PRESETS["street_walk"].activity
RNG = np.random.default_rng(7)


@pytest.fixture(scope="module")
def there(area):
    """Ten times the residents present at noon, over two districts of the tiny area."""
    district = area.district.ravel().copy()
    n = max(2, int(district.max()) + 1)
    living = np.tile(area.population.ravel(), (24, 1)).astype(np.float32)
    living[12] *= 10
    return estimate_presence(area.population.ravel(), district, n, living=living), n


def test_people_near_follow_the_hour_and_never_exceed_the_most(area, there):
    presence, _ = there
    loose = StreetCrowdOptions(people_near_most=1000, neighbourhood_m=0)
    near = hourly_people_near(area.grid, presence, loose)
    known = near[3] > 0
    assert near[12, known] == pytest.approx(10 * near[3, known], rel=1e-5)
    cell_m2 = area.grid.cell_m**2
    by_hand = presence.people[3] / cell_m2 * 0.05 / 0.2 * math.pi * 4
    assert near[3, known] == pytest.approx(by_hand[known], rel=0.02)
    assert hourly_people_near(area.grid, presence, StreetCrowdOptions(people_near_most=0.1)).max() <= 0.1 + 1e-6


def test_more_people_mean_more_hazard(area, there):
    presence, n = there
    share = np.full(n, 0.01)
    near = hourly_people_near(area.grid, presence)
    table = hourly_hazard(area.network, presence, share, near, WALK)
    assert table.shape == (24, area.network.n_edge) and table.dtype == np.float32
    known = np.isfinite(table[11])
    assert known.any() and (table[12, known] >= table[11, known]).all()
    masked = hourly_hazard(area.network, presence, share, near, dataclasses.replace(WALK, own_mask=Mask.N95))
    assert masked[:, known] == pytest.approx(table[:, known] / 3, rel=1e-5)
    twice = hourly_hazard(area.network, presence, 2 * share, near, WALK)
    assert twice[:, known] == pytest.approx(2 * table[:, known], rel=1e-5)


def test_draws_of_a_way_are_the_way_in_the_table_of_each_draw(area, there):
    presence, n = there
    share = np.sort(RNG.uniform(0.001, 0.05, (5, n)), axis=0)
    near = hourly_people_near(area.grid, presence)
    edges = np.flatnonzero(area.network.speed_m_per_s[0] > 0)[:20].astype(np.int32)
    stay = RNG.uniform(0.5, 9, 20)
    draws = path_infection_draws(area.network, presence, share, near, near_rate_per_h(WALK), (edges, stay, 11.7))
    for one, row in zip(draws, share, strict=True):
        table = hourly_hazard(area.network, presence, row, near, WALK)
        assert one == pytest.approx(path_infection_chance(edges, stay, 11.7, table).prob, rel=1e-4)
    assert (np.diff(draws) >= 0).all()


TABLE = RNG.uniform(0, 1e-3, (24, 40)).astype(np.float32)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 39), st.floats(0, 90)), min_size=1, max_size=30),
    st.integers(0, 30),
    st.floats(0, 24),
)
def test_doses_add_up_along_a_way(way, cut, start_h):
    edges = np.array([edge for edge, _ in way], np.int32)
    stay = np.array([minutes for _, minutes in way])
    cut = min(cut, len(way))
    whole = path_infection_chance(edges, stay, start_h, TABLE)
    first = path_infection_chance(edges[:cut], stay[:cut], start_h, TABLE)
    later = (start_h + stay[:cut].sum() / 60) % 24
    second = path_infection_chance(edges[cut:], stay[cut:], later, TABLE)
    assert whole.dose == pytest.approx(first.dose + second.dose, rel=1e-6, abs=1e-12)
    assert 1 - whole.prob == pytest.approx((1 - first.prob) * (1 - second.prob), rel=1e-9)
    assert 0 <= whole.prob <= 1


def test_from_reports_to_a_way(area):
    """The whole chain: reports, prevalence, its draws, people present, and a way with its interval."""
    district, n = area.district.ravel(), len(area.districts)
    homes = np.array([one.population for one in area.districts])
    reports = DistrictCases(np.arange(28.0) * S_PER_DAY, np.tile(homes * 2e-4, (28, 1)))
    found = estimate_prevalence(reports, homes, np.array([28 * S_PER_DAY]), InfectionOptions())
    draws = draw_prevalence(found, 0)
    presence = estimate_presence(area.population.ravel(), district, n)
    low, middle, high = infectious_present(presence, np.quantile(draws, (0.1, 0.5, 0.9), axis=0))[:, 0]
    inside = district >= 0
    expected = area.population.ravel()[inside] * found.low_share[0, district[inside]]
    assert low[inside] == pytest.approx(expected, rel=0.02, nan_ok=True)
    assert (low[inside] <= middle[inside])[expected > 0].all() and (middle[inside] <= high[inside])[expected > 0].all()
    near = hourly_people_near(area.grid, presence)
    edges = np.flatnonzero(area.network.speed_m_per_s[0] > 0)[:6].astype(np.int32)
    chances = path_infection_draws(
        area.network, presence, draws, near, near_rate_per_h(WALK), (edges, np.full(6, 5.0), 8.5)
    )
    assert chances.shape == (200,) and 0 < chances[0] < chances[-1] < 1e-3


def test_what_is_unknown_is_told():
    table = np.full((24, 2), 1e-5, np.float32)
    table[:, 1] = np.nan
    found = path_infection_chance(np.array([0, 1], np.int32), np.array([15.0, 45.0]), 8.0, table)
    assert found.known_share == pytest.approx(0.25) and found.prob == pytest.approx(2.5e-6, rel=1e-4)
    none = path_infection_chance(np.array([1], np.int32), np.array([45.0]), 8.0, table)
    assert math.isnan(none.prob) and none.known_share == 0
    still = path_infection_chance(np.array([1], np.int32), np.array([0.0]), 8.0, table)
    assert still.prob == 0 and still.known_share == 1


def test_ways_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="edges is"):
        path_infection_chance(np.array([40], np.int32), np.array([1.0]), 8.0, TABLE)
    with pytest.raises(InputError, match="stay_min is"):
        path_infection_chance(np.array([4], np.int32), np.array([np.nan]), 8.0, TABLE)
    with pytest.raises(InputError, match="start_h is"):
        path_infection_chance(np.array([4], np.int32), np.array([1.0]), 25.0, TABLE)
