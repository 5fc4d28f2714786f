import numpy as np
import pytest

from risk_core.kernels import kriging
from tests.naive import kriging as naive

RNG = np.random.default_rng(11)
COLS, ROWS = np.linspace(0.0, 20e3, 7), np.linspace(18e3, 0.0, 6)
MODEL = np.array([8e3, 0.02])


def stations(n):
    return RNG.uniform(-2e3, 22e3, n), RNG.uniform(-2e3, 20e3, n)


@pytest.mark.parametrize("n_station, n_near", [(1, 8), (2, 8), (9, 4), (30, 12)])
def test_local_kriging_equals_its_twin(n_station, n_near):
    x, y = stations(n_station)
    value = RNG.gamma(1, 10, (n_station, 3)).astype(np.float32)
    found, share = kriging.krige_near(COLS, ROWS, x, y, MODEL, value, n_near)
    expected, expected_share = naive.krige_near(COLS, ROWS, x, y, MODEL, value, n_near)
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-5)
    np.testing.assert_allclose(share, expected_share, atol=1e-6)


@pytest.mark.parametrize("n_near", [1, 3, 12, 99])
def test_moving_window_equals_its_twin(n_near):
    x, y = stations(25)
    value = RNG.gamma(1, 10, 25)
    for found, expected in zip(
        kriging.krige_moving(COLS, ROWS, x, y, MODEL, value, n_near),
        naive.krige_moving(COLS, ROWS, x, y, MODEL, value, n_near),
        strict=True,
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_dual_form_equals_its_twin_also_at_a_station():
    x, y = stations(20)
    dual = RNG.normal(0, 1, (21, 2))
    points = np.append(COLS, x[3]), np.append(np.resize(ROWS, 7), y[3])
    covariance = np.array([4.0, 0.5, 6e3])
    found = kriging.krige_dual(*points, x, y, dual, covariance)
    np.testing.assert_allclose(found, naive.krige_dual(*points, x, y, dual, covariance), rtol=1e-12)


def test_weights_are_never_negative_and_sum_to_one():
    x, y = stations(40)
    unit = np.eye(40, dtype=np.float32)
    weight, share = kriging.krige_near(COLS, ROWS, x, y, MODEL, unit, 12)
    assert (weight >= 0).all()
    np.testing.assert_allclose(weight.sum(axis=1), 1.0, rtol=1e-5)
    assert (share >= 0).all() and (share <= 1).all()
    plain = np.array([kriging.krige_moving(COLS, ROWS, x, y, MODEL, unit[k].astype(float), 12)[0] for k in range(40)])
    assert plain.min() < -1e-3


def test_variance_is_that_of_the_least_error_where_no_weight_was_dropped():
    x, y = stations(3)
    value = np.ones(3)
    _, share = kriging.krige_near(COLS, ROWS, x, y, MODEL, value.astype(np.float32)[:, None], 3)
    _, least = kriging.krige_moving(COLS, ROWS, x, y, MODEL, value, 3)
    assert (share >= np.minimum(least, 1.0) - 1e-6).all()


def test_two_stations_in_one_place_share_their_weight():
    x, y = np.array([5e3, 5e3, 15e3]), np.array([5e3, 5e3, 9e3])
    found, _ = kriging.krige_near(x[:1], y[:1], x, y, MODEL, np.eye(3, dtype=np.float32), 3)
    assert found[0, 0] == pytest.approx(found[0, 1], abs=1e-5)
