import numpy as np
import pytest

from risk_core.kernels import endemic
from tests.naive import endemic as naive

RNG = np.random.default_rng(12)
N_STEP, N_AREA, N_TERM = 12, 5, 6
ORDER = np.abs(np.arange(N_AREA)[:, None] - np.arange(N_AREA)).astype(np.int32)


def world(missing=True, n_wave=2, power=0.4):
    """Arguments of the likelihood, of counts of a chain of areas."""
    count = RNG.negative_binomial(2, 0.2, (N_STEP + 1, N_AREA)).astype(float)
    if missing:
        count[4, 2] = count[5, 2] = np.nan
    lagged = naive.geometric_lags(count, 0.2, 5)[1:-1]
    weights = naive.order_weights(ORDER, 1.3)
    season = np.stack([np.ones(N_STEP), np.linspace(-1, 1, N_STEP), *RNG.normal(size=(4, N_STEP))], axis=1)
    waves = RNG.normal(0.2, 0.3, N_TERM + 2 * n_wave)
    common = np.concatenate([[-0.8, -1.1, 0.4, 0.7, np.log(1.3), power], waves])
    effect = RNG.normal(0, 0.3, (3, N_AREA))
    population = RNG.uniform(0.5, 2.0, N_AREA)
    slope = 1.3 * lagged @ weights[1]
    return count[1:], lagged, lagged @ weights[0], slope, season, population, common, effect


@pytest.mark.parametrize("x", [1e-3, 0.4, 1.0, 7.99, 8.0, 35.0, 1e6])
def test_digamma_equals_another_library(x):
    assert endemic.digamma(x) == pytest.approx(naive.digamma(x), rel=1e-12, abs=1e-11)


@pytest.mark.parametrize("keep", [0.0, 0.1, 0.9])
def test_lags_equal_their_twin_with_gaps(keep):
    count = RNG.poisson(5, (9, 3)).astype(float)
    count[0, 1] = count[3:5, 2] = np.nan
    found = endemic.geometric_lags(count, keep, 4)
    np.testing.assert_allclose(found, naive.geometric_lags(count, keep, 4), rtol=1e-12)


def test_lags_read_nothing_of_their_own_step_or_later():
    count = RNG.poisson(5, (9, 3)).astype(float)
    before = endemic.geometric_lags(count, 0.3, 4)
    count[5:] = 1e6
    after = endemic.geometric_lags(count, 0.3, 4)
    assert np.array_equal(before[:6], after[:6]) and (after[6] > before[6]).all()


def test_order_weights_equal_their_twin_and_an_island_has_none():
    order = ORDER.copy()
    order[4, :] = order[:, 4] = 0
    found = endemic.order_weights(order, 1.7)
    np.testing.assert_allclose(found, naive.order_weights(order, 1.7), atol=1e-9)
    assert found[0].sum(axis=1) == pytest.approx([1, 1, 1, 1, 0])
    assert found[1].sum(axis=1) == pytest.approx(np.zeros(5), abs=1e-12)


@pytest.mark.parametrize(("missing", "n_wave", "power"), [(False, 0, 0.0), (True, 2, 0.4), (True, 4, -0.3)])
def test_likelihood_and_gradient_equal_the_twin_by_finite_differences(missing, n_wave, power):
    arguments = world(missing, n_wave, power)
    total, common, effect = endemic.endemic_gradient(*arguments)
    wanted, wanted_common, wanted_effect = naive.endemic_gradient(*arguments)
    assert total == pytest.approx(wanted, rel=1e-10)
    np.testing.assert_allclose(common, wanted_common, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(effect, wanted_effect, rtol=1e-6, atol=1e-6)


def test_a_missing_count_teaches_nothing():
    count, *rest = world(missing=False)
    count[3, 1] = np.nan
    before = endemic.endemic_gradient(count, *rest)
    rest[0][3, 1] = rest[1][3, 1] = 1e3
    after = endemic.endemic_gradient(count, *rest)
    assert before[0] == after[0] and np.array_equal(before[2], after[2])


def test_a_boundless_size_is_poisson():
    from scipy.stats import poisson

    count, lagged, neighbour, slope, season, population, common, effect = world(False, 0, 0.0)
    common[3] = 40.0
    total, by_common, _ = endemic.endemic_gradient(count, lagged, neighbour, slope, season, population, common, effect)
    mean = naive.endemic_mean(lagged, neighbour, season, population, common, effect)
    assert total == pytest.approx(poisson.logpmf(count, mean).sum(), rel=1e-5)
    assert by_common[3] == by_common[5] == 0.0


def test_counts_sent_equal_the_matrix_product():
    lagged = RNG.poisson(0.4, (N_STEP, N_AREA)).astype(float)
    weights = RNG.normal(size=(2, N_AREA, N_AREA))
    found = endemic.send_counts(lagged, weights)
    np.testing.assert_allclose(found, naive.send_counts(lagged, weights), atol=1e-12)
