import numpy as np
import pytest

from risk_core.kernels import nowcast
from tests.naive import nowcast as naive

RNG = np.random.default_rng(8)
AGE = np.arange(30)[::-1].astype(np.int64)


def thinned(share, n_place=4, mean=80):
    """Final counts, and those known at each age."""
    final = RNG.poisson(mean, (30, n_place)).astype(float)
    known = np.stack([RNG.binomial(final.astype(int), one) for one in share]).astype(float)
    return known, final


def test_share_equals_its_twin_with_gaps():
    known, final = thinned((0.4, 0.8, 1.0))
    known[0, 3:9, 1] = np.nan
    final[5, 2] = np.nan
    final[:, 3] = np.nan
    found = nowcast.reported_share(known, final, AGE, 10.0, 50.0)
    np.testing.assert_allclose(found, naive.reported_share(known, final, AGE, 10.0, 50.0), rtol=1e-12)


def test_share_is_that_of_the_delay():
    known, final = thinned((0.4, 0.8, 1.0), mean=2000)
    found = nowcast.reported_share(known, final, AGE, 10.0, 50.0)
    assert found == pytest.approx(np.array([[0.4], [0.8], [1.0]]) * np.ones(4), abs=0.01)


def test_days_still_open_teach_nothing():
    known, final = thinned((0.4, 0.8, 1.0))
    before = nowcast.reported_share(known, final, AGE, 10.0, 50.0)
    known[:, -3:] = 0.0
    assert np.array_equal(nowcast.reported_share(known, final, AGE, 10.0, 50.0), before)


def test_nothing_known_means_nothing_is_corrected():
    known, final = thinned((0.4, 0.8))
    assert (nowcast.reported_share(np.full_like(known, np.nan), final, AGE, 10.0, 50.0) == 1).all()
    assert (nowcast.reported_share(known, np.zeros_like(final), AGE, 10.0, 50.0) == 1).all()


def test_counts_later_taken_back_give_no_share_over_one_and_hardly_known_days_none_under_a_fifth():
    known, final = thinned((0.05, 1.0), mean=2000)
    known[1] = 2.0 * final
    found = nowcast.reported_share(known, final, AGE, 10.0, 0.0)
    assert (found == np.array([[0.2], [1.0]])).all()
