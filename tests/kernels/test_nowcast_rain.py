import numpy as np
import pytest

from risk_core.kernels.nowcast_rain import extrapolate_rain
from tests.naive import nowcast_rain as naive

RNG = np.random.default_rng(5)


def motion(shape, u, v):
    return np.full(shape, u, np.float32), np.full(shape, v, np.float32)


@pytest.mark.parametrize("n_iteration", [1, 3])
def test_extrapolation_equals_its_twin(n_iteration):
    frame = RNG.gamma(0.5, 8, (14, 17)).astype(np.float32)
    frame[3, 4] = np.nan
    u, v = (RNG.normal(mean, 0.4, frame.shape).astype(np.float32) for mean in (1.3, -0.7))
    found = extrapolate_rain(frame, u, v, 5, n_iteration)
    expected = naive.extrapolate_rain(frame, u, v, 5, n_iteration)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-5)


def test_whole_steps_shift_the_field_and_leave_the_edge_unknown():
    frame = RNG.gamma(0.5, 8, (9, 12)).astype(np.float32)
    found = extrapolate_rain(frame, *motion(frame.shape, 2.0, -1.0), 3, 3)
    for k in (1, 2, 3):
        np.testing.assert_allclose(found[k - 1, : 9 - k, 2 * k :], frame[k:, : 12 - 2 * k], rtol=1e-6)
        assert np.isnan(found[k - 1, 9 - k :]).all() and np.isnan(found[k - 1, :, : 2 * k]).all()


def test_a_turning_motion_brings_the_rain_round_the_centre():
    n = 41
    y, x = np.mgrid[:n, :n] - (n - 1) / 2
    frame = np.exp(-((x - 10) ** 2 + y**2) / 8).astype(np.float32)
    turn = np.pi / 2 / 16
    found = extrapolate_rain(frame, (-turn * y).astype(np.float32), (turn * x).astype(np.float32), 16, 3)
    peak = np.unravel_index(np.nanargmax(found[-1]), frame.shape)
    assert peak == (30, 20)


def test_no_motion_is_persistence():
    frame = RNG.gamma(0.5, 8, (6, 6)).astype(np.float32)
    for field in extrapolate_rain(frame, *motion(frame.shape, 0, 0), 4, 1):
        np.testing.assert_array_equal(field, frame)
