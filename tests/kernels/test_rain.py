import numpy as np
import pytest

from risk_core.kernels import rain
from tests.naive import rain as naive

RNG = np.random.default_rng(3)
ROWS, COLS = 37.58 - 0.01 * np.arange(6), 126.95 + 0.012 * np.arange(5)


@pytest.mark.parametrize("n_station", [1, 2, 6, 7, 8, 20])
def test_blending_equals_its_twin(n_station):
    lat, lon = RNG.uniform(37.5, 37.6, n_station), RNG.uniform(126.9, 127.0, n_station)
    value = RNG.gamma(1, 10, (n_station, 4)).astype(np.float32)
    found, nearest = rain.blend_stations(ROWS, COLS, lat, lon, 25.0, value)
    expected, expected_nearest = naive.blend_stations(ROWS, COLS, lat, lon, 25.0, value)
    np.testing.assert_allclose(found, expected, rtol=2e-5)
    np.testing.assert_allclose(nearest, expected_nearest, rtol=1e-5)


def test_blend_stays_inside_the_gauges_and_meets_them():
    lat, lon = ROWS[[1, 4]].copy(), COLS[[0, 3]].copy()
    value = np.array([[80.0], [5.0]], dtype=np.float32)
    found, nearest = rain.blend_stations(ROWS, COLS, lat, lon, 1.0, value)
    assert found.min() >= 5.0 and found.max() <= 80.0
    assert found[1 * 5 + 0, 0] == pytest.approx(80.0, abs=1e-3)
    assert nearest[4 * 5 + 3] == 0.0


def test_a_crowd_of_gauges_far_away_weighs_nothing():
    crowd = RNG.uniform(0.0, 0.001, (2, 30))
    lat = np.concatenate([crowd[0], [0.05, 0.05, 0.06, 0.06, 0.055, 0.05, 0.06]])
    lon = np.concatenate([crowd[1], [0.05, 0.06, 0.05, 0.06, 0.055, 0.055, 0.055]])
    value = np.concatenate([np.full(30, 100.0), np.full(7, 2.0)]).astype(np.float32)[:, None]
    found, _ = rain.blend_stations(np.array([0.0551]), np.array([0.0552]), lat, lon, 25.0, value)
    assert found[0, 0] == pytest.approx(2.0, abs=1e-5)


def test_gauges_all_at_the_same_distance_count_alike():
    angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    lat, lon = 0.01 * np.sin(angle), 0.01 * np.cos(angle)
    value = np.arange(8, dtype=np.float32)[:, None]
    found, _ = rain.blend_stations(np.array([0.0]), np.array([0.0]), lat, lon, 25.0, value)
    assert found[0, 0] == pytest.approx(3.5, abs=1e-2)


def test_holding_gaps_equals_its_twin():
    rate = RNG.gamma(1, 5, (20, 4))
    rate[RNG.random(rate.shape) < 0.5] = np.nan
    rate[3, 1] = -1.0
    for n_hold in (0, 1, 3):
        np.testing.assert_array_equal(rain.hold_gaps(rate, n_hold), naive.hold_gaps(rate, n_hold))


def test_sums_equal_their_twin():
    rate = RNG.gamma(1, 5, (12, 3))
    rate[RNG.random(rate.shape) < 0.2] = np.nan
    from_s = np.array([-5000.0, 0.0, 250.0, 3000.0, 8000.0, 300.0])
    until_s = np.array([900.0, 7200.0, 251.0, 2000.0, 9000.0, 6100.0])
    found = rain.accumulate_rain(rate, 0.0, 600.0, from_s, until_s)
    np.testing.assert_allclose(found, naive.accumulate_rain(rate, 0.0, 600.0, from_s, until_s), atol=1e-10)


def test_sum_of_steady_rain_is_rate_times_time():
    rate = np.full((36, 1), 30.0)
    hours = np.array([1.0, 3.0, 6.0])
    found = rain.accumulate_rain(rate, 0.0, 600.0, 21_600 - hours * 3600, np.full(3, 21_600.0))
    np.testing.assert_allclose(found[:, 0], [30.0, 90.0, 180.0])


def test_codes_equal_their_twin():
    n_cell, n_slice = 30, 4
    amount = RNG.gamma(1, 30, (n_cell, n_slice, 4)).astype(np.float32)
    amount[0] = 0.0
    change = RNG.normal(0, 20, (n_cell, n_slice, 3)).astype(np.float32)
    unknown = RNG.uniform(0, 1, n_cell).astype(np.float32)
    growth, elsewhere = RNG.uniform(0, 2, (n_slice, 3)), RNG.gamma(1, 20, (n_slice, 3))
    mixing = np.array([0.0, 0.2, 0.9, 1.0])
    widths = np.column_stack(
        [mixing, RNG.uniform(0, 1, n_slice), RNG.gamma(1, 5, (n_slice, 3)), RNG.uniform(0, 3, (n_slice, 3))]
    )
    knots = np.array([[15.0, 30, 50, 72, 100], [30.0, 60, 90, 120, 180], [55.0, 110, 180, 250, 350]])
    arguments = (amount, change, unknown, growth, widths, elsewhere, knots, np.array([0.1, 1.0]))
    found = rain.rain_codes(*arguments)
    expected = naive.rain_codes(*arguments)
    assert np.abs(found.astype(int) - expected).max() <= 1
    assert (found == expected).mean() > 0.99
    assert (found[1] <= found[0]).all() and (found[0] <= found[2]).all()
