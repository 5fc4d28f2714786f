"""Exact kriging: identities of the method, and the bordered system solved plainly."""

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.rain.kriging import Covariance, krige, krige_mean
from risk_core.kernels.kriging import krige_moving

RNG = np.random.default_rng(6)
MODEL = Covariance(sill=4.0, nugget=0.5, length_m=5e3)


def stations(n=40):
    return *RNG.uniform(0, 20e3, (2, n)), RNG.gamma(0.5, 10, n)


def plainly(x, y, value, px, py, model):
    n = len(x)
    c = model.at(np.hypot(x[:, None] - px, y[:, None] - py))
    matrix = np.ones((n + 1, n + 1))
    matrix[:n, :n] = model.at(np.hypot(x[:, None] - x, y[:, None] - y))
    matrix[n, n] = 0.0
    right = np.vstack([c, np.ones(len(px))])
    weight = np.linalg.solve(matrix, right)
    return value @ weight[:n], model.sill + model.nugget - (weight * right).sum(axis=0)


@pytest.mark.parametrize("nugget", [0.0, 0.5])
def test_it_solves_the_kriging_system(nugget):
    x, y, value = stations()
    model = Covariance(4.0, nugget, 5e3)
    px, py = np.append(RNG.uniform(-3e3, 23e3, 60), x[7]), np.append(RNG.uniform(-3e3, 23e3, 60), y[7])
    mean, variance = krige(x, y, value, px, py, model)
    expected, expected_variance = plainly(x, y, value, px, py, model)
    np.testing.assert_allclose(mean, expected, atol=1e-9)
    np.testing.assert_allclose(variance, expected_variance, atol=1e-9)
    np.testing.assert_allclose(krige_mean(x, y, value, px, py, model), expected, atol=1e-9)


def test_stations_are_met_and_their_variance_is_none():
    x, y, value = stations()
    mean, variance = krige(x, y, value, x, y, MODEL)
    np.testing.assert_allclose(mean, value, atol=1e-9)
    np.testing.assert_allclose(variance, 0.0, atol=1e-9)


def test_shift_scale_and_a_constant():
    x, y, value = stations()
    px, py = RNG.uniform(0, 20e3, (2, 30))
    mean = krige_mean(x, y, value, px, py, MODEL)
    np.testing.assert_allclose(krige_mean(x, y, 3 * value + 7, px, py, MODEL), 3 * mean + 7, atol=1e-9)
    np.testing.assert_allclose(krige_mean(x, y, np.full(40, 5.0), px, py, MODEL), 5.0, atol=1e-9)
    np.testing.assert_allclose(krige_mean(x + 1e5, y - 1e5, value, px + 1e5, py - 1e5, MODEL), mean, atol=1e-8)


def test_far_away_is_the_mean_of_least_variance():
    x, y, value = stations()
    mean, variance = krige(x, y, value, np.array([1e7]), np.array([1e7]), MODEL)
    _, at_gauges = krige(x, y, value, x[:1] + 500.0, y[:1], MODEL)
    assert value.min() < mean[0] < value.max()
    assert variance[0] > MODEL.sill + MODEL.nugget > at_gauges[0]


def test_a_window_of_all_stations_is_the_whole_solution():
    x, y, value = stations(15)
    model = Covariance(1.0, 0.0, 5e3)
    cols, rows = np.linspace(100, 19e3, 5), np.linspace(19e3, 300, 4)
    px, py = (one.ravel() for one in np.meshgrid(cols, rows))
    mean, variance = krige(x, y, value, px, py, model)
    near = krige_moving(cols, rows, x, y, np.array([5e3, 0.0]), value, 15)
    np.testing.assert_allclose(near[0], mean, atol=1e-9)
    np.testing.assert_allclose(near[1], variance, atol=1e-9)


def test_what_cannot_be_kriged_is_refused():
    x, y, value = stations(5)
    twice = np.append(x, x[0]), np.append(y, y[0]), np.append(value, 1.0)
    with pytest.raises(InputError, match="two alike"):
        krige_mean(*twice, x, y, MODEL)
    with pytest.raises(InputError, match="not finite"):
        krige(x, y, value * np.nan, x, y, MODEL)
    for wrong in ((0.0, 0.0, 1.0), (1.0, -1.0, 1.0), (1.0, 0.0, np.nan)):
        with pytest.raises(InputError):
            Covariance(*wrong)
