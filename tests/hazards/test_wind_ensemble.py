import dataclasses
import math

import numpy as np
import pytest
from scipy.stats import rice

from risk_core.errors import InputError
from risk_core.hazards.typhoon.ensemble import (
    EnsembleOptions,
    arrival_quantiles_h,
    draw_members,
    wind_probabilities,
)
from risk_core.hazards.typhoon.forecast_error import position_sigma_m
from risk_core.hazards.typhoon.holland_2010 import fit_profile
from risk_core.hazards.typhoon.wind_levels import LAND_LEVELS, MOUNTAIN_LEVELS, NEVER
from risk_core.kernels.typhoon_ensemble import count_members
from risk_core.state.grid import Grid
from risk_core.state.wind_outlook import WindLevel
from tests.hazards.test_typhoon import HOUR_S, NOW_S, track

GRID = Grid.from_bounds(125.0, 32.0, 131.0, 37.0, 25_000.0)
GROUND = np.full(GRID.n_cell, 0.8, np.float32), np.full(GRID.n_cell, 1.66, np.float32)
HOURS = NOW_S + HOUR_S * np.arange(25)


@pytest.fixture(scope="module")
def found():
    return wind_probabilities(GRID, track(lat=31.0), HOURS, GROUND, EnsembleOptions(n_member=300))


@pytest.mark.parametrize(("n_member", "rms"), [(1000, 0.01), (20_000, 0.004)])
def test_still_round_vortex_has_a_closed_form(n_member, rms):
    """Section 5 of the design notes: Rice probability of the 50 kt disc minus that of the calm eye, sigma 74.2 km."""
    knot, mile, sigma_m, node_m = 1852 / 3600, 1852.0, position_sigma_m(24.0), 1000.0
    profile = fit_profile(45.0, 40e3, 1.4, ((90 * mile, 50 * knot), (240 * mile, 30 * knot)))
    radius = np.arange(0.0, 9e5, node_m)
    speed = profile.wind_m_per_s(radius)
    eye_m = float(np.interp(50 * knot, speed[:40], radius[:40]))
    rows, cols = 33.0 + np.arange(60, -61, -1) * 0.05, 127.0 + np.arange(-60, 61) * 0.05
    shift = np.random.default_rng(0).normal(0, sigma_m, (n_member, 1, 2))
    members = shift, np.ones((n_member, 1)), np.ones(n_member)
    still = np.stack([speed, np.ones(len(speed)), np.zeros(len(speed))], axis=-1)[None]
    threshold = np.full((rows.size * cols.size, 1), 50 * knot)
    centre = np.array([[33.0, 127.0]])
    over, _, _ = count_members(rows, cols, centre, np.zeros((1, 2)), still, node_m, members, threshold, 1.0, 60)
    east = (cols[None] - 127.0) * 111_195 * np.cos(np.radians((rows[:, None] + 33.0) / 2))
    far_m = np.hypot(east, (rows[:, None] - 33.0) * 111_195)
    exact = rice.cdf(90 * mile / sigma_m, far_m / sigma_m) - rice.cdf(eye_m / sigma_m, far_m / sigma_m)
    prob = over[0, :, 0].reshape(exact.shape) / n_member
    assert exact[60, 60] == pytest.approx(0.8940, abs=1e-3)
    assert np.sqrt(np.mean((prob - exact) ** 2)) < rms


def test_probabilities_fall_with_the_level_and_the_event_holds_every_hour(found):
    plain = tuple(WindLevel(str(v), v, NEVER, "test") for v in (14.0, 17.0, 21.0, 25.0, 33.0))
    options = EnsembleOptions(n_member=200, levels=plain)
    rising = wind_probabilities(GRID, track(lat=31.0), HOURS, GROUND, options)
    assert (np.diff(rising.over_prob, axis=1) <= 0).all() and (np.diff(rising.event_prob, axis=0) <= 0).all()
    for one in (rising, found):
        assert (one.event_prob >= one.over_prob.max(axis=0) - 1e-7).all()
        assert one.over_prob.min() >= 0 and one.event_prob.max() <= 1
    assert found.event_prob[0].max() > 0.9, "the storm passes through the grid"


def test_the_advisory_comes_before_the_warning_and_early_before_likely(found):
    early, likely = found.arrival_h
    both = np.isfinite(likely)
    assert both.any() and (early[both] <= likely[both]).all()
    advisory, warning = early[0], early[2]
    later = np.isfinite(warning)
    assert later.any() and (advisory[later] <= warning[later]).all()
    np.testing.assert_array_equal(np.isfinite(early), found.event_prob >= 0.1 - 1e-6)


def test_gust_quantiles_agree_with_the_probabilities(found):
    middle, high = found.gust_m_per_s
    assert (high >= middle).all()
    step = 1.0 * 0.8 * 1.66
    over = found.event_prob[0] >= 0.55
    assert (middle[over] >= 20.0 - step).all() and over.any()


def test_seeded_and_mirrored(found):
    again = wind_probabilities(GRID, track(lat=31.0), HOURS, GROUND, EnsembleOptions(n_member=300))
    np.testing.assert_array_equal(again.over_prob, found.over_prob)
    here = track(lat=31.0)
    there = dataclasses.replace(here, lat_deg=-here.lat_deg)
    south = dataclasses.replace(GRID, lat_max_deg=-GRID.bounds[1])
    mirrored = wind_probabilities(south, there, HOURS, GROUND, EnsembleOptions(n_member=300))
    apart = mirrored.event_prob[:, ::-1] - found.event_prob
    assert np.sqrt(np.mean(apart**2)) < 0.05


def test_across_the_date_line():
    lon = (179.5 + 0.5 * np.arange(9) + 180) % 360 - 180
    west = dataclasses.replace(GRID, lon_min_deg=176.0)
    ground = np.full(west.n_cell, 0.8, np.float32), np.full(west.n_cell, 1.66, np.float32)
    there = wind_probabilities(west, track(lat=31.0, lon_deg=lon), HOURS, ground, EnsembleOptions(n_member=300))
    shifted = track(lat=31.0, lon_deg=lon % 360 - 51.0)
    here = wind_probabilities(GRID, shifted, HOURS, GROUND, EnsembleOptions(n_member=300))
    assert there.event_prob.shape == here.event_prob.shape
    np.testing.assert_allclose(there.event_prob, here.event_prob, atol=0.02)


def test_errors_follow_the_agency_and_hang_together_in_time():
    lead = np.array([0.0, 24.0, 48.0, 72.0])
    members = draw_members(lead, EnsembleOptions(n_member=20_000))
    mean_km = np.hypot(*np.moveaxis(members.shift_m, -1, 0)).mean(axis=0) / 1000
    np.testing.assert_allclose(mean_km[1:], [93, 155, 246], rtol=0.03)
    along = np.corrcoef(members.shift_m[:, 1, 0], members.shift_m[:, 2, 0])[0, 1]
    assert along == pytest.approx(math.exp(-24 / 72), abs=0.02)
    assert members.strength.min() >= 0.3 and members.strength[:, 0].std() == pytest.approx(0.05, rel=0.05)


def test_bad_options_and_a_storm_that_is_over():
    assert wind_probabilities(GRID, track(), HOURS + 1e8, GROUND) is None
    for bad in ({"n_member": 1}, {"arrival_prob": (0.0,)}, {"levels": ()}, {"size_sigma": math.nan}):
        with pytest.raises(InputError):
            EnsembleOptions(**bad)
    with pytest.raises(InputError):
        WindLevel("nothing", NEVER, NEVER, "test")
    assert all(level.source for level in (*LAND_LEVELS, *MOUNTAIN_LEVELS))
    assert arrival_quantiles_h(np.zeros((2, 1)), np.array([0.0, 3600.0]), (0.5,)).shape == (1, 1)
