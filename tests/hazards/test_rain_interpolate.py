"""Gauges to cells: kriging that never turns more rain into less, inverse distances where gauges are few."""

from dataclasses import replace

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.rain.interpolate import interpolate_gauges
from risk_core.hazards.rain.options import RAIN_DEFAULTS, Interpolation, RainOptions
from risk_core.kernels.kriging import krige_moving
from tests.samples.moving_rain import M_PER_DEG, MovingRain, place_stations

ROWS, COLS = np.linspace(37.98, 37.55, 12), np.linspace(127.05, 127.6, 10)
RNG = np.random.default_rng(2)


def network(n):
    _, _, lat, lon = place_stations(n, seed=4)
    return lat, lon


def test_more_rain_at_a_gauge_lowers_no_cell():
    lat, lon = network(40)
    rain = RNG.gamma(0.5, 10, (40, 1)).astype(np.float32)
    more = rain + (RNG.random(rain.shape) < 0.2) * np.float32(30.0)
    less, greater = (interpolate_gauges(ROWS, COLS, lat, lon, one) for one in (rain, more))
    assert (greater.value >= less.value - 1e-5).all()
    assert less.value.min() >= rain.min() and less.value.max() <= rain.max() + 1e-4


def test_a_gauge_is_met_and_known():
    lat, lon = network(40)
    rain = RNG.gamma(0.5, 10, (40, 1)).astype(np.float32)
    found = interpolate_gauges(lat[:1], lon[:1], lat, lon, rain)
    assert found.value[0, 0] == pytest.approx(rain[0, 0], rel=0.1, abs=0.3)
    far = interpolate_gauges(np.array([38.9]), np.array([129.0]), lat, lon, rain)
    assert found.unknown_share[0] < 0.05
    assert far.unknown_share[0] > 0.9


def test_few_gauges_are_weighed_by_inverse_distances():
    lat, lon = network(RAIN_DEFAULTS.least_kriging - 1)
    rain = RNG.gamma(0.5, 10, (len(lat), 1)).astype(np.float32)
    asked = replace(RAIN_DEFAULTS, interpolation=Interpolation.INVERSE_DISTANCE)
    kriged, inverse = (interpolate_gauges(ROWS, COLS, lat, lon, rain, one) for one in (RAIN_DEFAULTS, asked))
    np.testing.assert_array_equal(kriged.value, inverse.value)


def test_blocks_of_rows_give_the_whole_grid():
    lat, lon = network(40)
    rain = RNG.gamma(0.5, 10, (40, 1)).astype(np.float32)
    middle = float(ROWS.mean())
    whole = interpolate_gauges(ROWS, COLS, lat, lon, rain, RAIN_DEFAULTS, middle)
    parts = [interpolate_gauges(ROWS[k : k + 5], COLS, lat, lon, rain, RAIN_DEFAULTS, middle) for k in (0, 5, 10)]
    np.testing.assert_allclose(np.concatenate([one.value for one in parts]), whole.value, rtol=1e-4, atol=1e-4)


def left_out(method, x, y, lat, lon, rain):
    """Estimate of each gauge from the others."""
    out = np.empty(len(rain))
    for k in range(len(rain)):
        kept = np.arange(len(rain)) != k
        if method == "plain":
            model = np.array([RAIN_DEFAULTS.correlation_m, 0.01])
            out[k] = max(krige_moving(x[k : k + 1], y[k : k + 1], x[kept], y[kept], model, rain[kept], 16)[0][0], 0.0)
        else:
            options = replace(RAIN_DEFAULTS, interpolation=method)
            value = rain[kept].astype(np.float32)[:, None]
            out[k] = interpolate_gauges(lat[k : k + 1], lon[k : k + 1], lat[kept], lon[kept], value, options).value[
                0, 0
            ]
    return out


def test_left_out_gauges_are_met_better_by_kriging_than_by_inverse_distances():
    error = dict.fromkeys((Interpolation.KRIGING, Interpolation.INVERSE_DISTANCE, "plain"), 0.0)
    for seed in range(4):
        x, y, lat, lon = place_stations(60, seed)
        rain = MovingRain.make(seed).rate_mm_per_h(x, y, 9000.0) * RNG.lognormal(0, 0.08, 60)
        for method in error:
            error[method] += np.abs(left_out(method, x, y, lat, lon, rain) - rain).mean() / 4
    assert error[Interpolation.KRIGING] < 0.95 * error[Interpolation.INVERSE_DISTANCE]
    assert error["plain"] < error[Interpolation.KRIGING]


def test_the_plane_is_true_to_scale():
    """Two gauges the same distance west and north of a cell weigh alike."""
    lat0, lon0 = 37.5, 127.0
    east = M_PER_DEG * np.cos(np.radians(lat0))
    ring = np.array([[5e3, 0], [0, 5e3], [-9e3, -9e3], [-9e3, 9e3], [12e3, 12e3], [9e3, -15e3], [-20e3, 0], [0, -20e3]])
    lat, lon = lat0 + ring[:, 1] / M_PER_DEG, lon0 + ring[:, 0] / east
    mirrored = lat0 + ring[:, 0] / M_PER_DEG, lon0 + ring[:, 1] / east
    rain = RNG.gamma(1, 10, (8, 1)).astype(np.float32)
    at = np.array([lat0]), np.array([lon0])
    one, other = interpolate_gauges(*at, lat, lon, rain), interpolate_gauges(*at, *mirrored, rain)
    assert one.value[0, 0] == pytest.approx(other.value[0, 0], rel=1e-4)


@pytest.mark.parametrize("wrong", [{"n_near": 0}, {"correlation_m": -1.0}, {"field_error": 0.0}, {"step_s": np.nan}])
def test_settings_outside_their_range_are_refused(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        RainOptions(**wrong)
