"""Weekly kernels against their twins."""

import numpy as np
import pytest

from risk_core.kernels import weekly
from tests.naive import weekly as naive


def totals(seed, n_week=60, n_place=7):
    rng = np.random.default_rng(seed)
    level = np.exp(rng.normal(6.0, 2.0, n_place) + rng.normal(0, 0.3, (n_week, n_place)).cumsum(axis=0))
    count = rng.poisson(level).astype(float)
    count[rng.random(count.shape) < 0.08] = 0.0
    count[rng.random(count.shape) < 0.04] = np.nan
    for week in np.flatnonzero(rng.random(n_week - 1) < 0.1):
        count[week + 1] += np.nan_to_num(count[week])
        count[week] = 0.0
    return count


@pytest.mark.parametrize("seed", range(6))
def test_silence_and_dumps_match_the_twin(seed):
    count = totals(seed)
    silent = weekly.silent_weeks(count)
    assert np.array_equal(silent, naive.silent_weeks(count))
    for ours, twin in zip(weekly.share_dumps(count, silent), naive.share_dumps(count, silent), strict=True):
        np.testing.assert_allclose(ours, twin)


@pytest.mark.parametrize("seed", range(6))
def test_filter_matches_the_twin(seed):
    log_count = np.log(totals(seed) + 5.0)
    settings = (0.6, 0.004, 0.03, 4.0) if seed % 2 else (0.85, 0.01, 0.004, 6.0)
    for ours, twin in zip(
        weekly.filter_weeks(log_count, *settings), naive.filter_weeks(log_count, *settings), strict=True
    ):
        np.testing.assert_allclose(ours, twin, rtol=1e-9, atol=1e-12)


def test_a_dump_after_a_silent_week_is_shared_and_keeps_every_case():
    count = np.array([[500.0], [520.0], [0.0], [1100.0], [560.0]])
    silent = weekly.silent_weeks(count)
    shared, still = weekly.share_dumps(count, silent)
    assert silent[:, 0].tolist() == [False, False, True, False, False]
    assert shared[:, 0].tolist() == [500.0, 520.0, 550.0, 550.0, 560.0] and not still.any()


def test_an_ordinary_week_after_silence_is_not_a_dump():
    count = np.array([[500.0], [520.0], [0.0], [510.0]])
    shared, still = weekly.share_dumps(count, weekly.silent_weeks(count))
    assert np.array_equal(shared, count) and still[2, 0]


def test_a_place_with_few_cases_is_never_silent_by_zeros():
    assert not weekly.silent_weeks(np.array([[3.0], [0.0], [40.0], [0.0]])).any()


def test_one_wild_week_moves_the_level_less_than_in_a_plain_filter():
    log_count = np.full((30, 1), 6.0)
    log_count[20] = 9.0
    robust = weekly.filter_weeks(log_count, 0.6, 0.004, 0.03, 4.0)[0][20, 0]
    plain = weekly.filter_weeks(log_count, 0.6, 0.004, 0.03, 1e9)[0][20, 0]
    assert 6.0 < robust < plain < 9.0


def test_a_twentieth_of_what_was_usual_divides_silence_from_few_cases():
    told = np.array([[1000.0, 1000.0], [1000.0, 1000.0], [49.0, 51.0]])
    assert weekly.silent_weeks(told)[2].tolist() == [True, False]
