import numpy as np
import pytest

from risk_core.scores.baseline import same_weekday_quantiles
from risk_core.scores.count import count_log_score, count_ranked_score
from risk_core.scores.quantile import is_covered, weighted_interval_score
from risk_core.state.surveillance import QUANTILE_PROB

PROB = np.array(QUANTILE_PROB)


def interval_form(prob, quantile, observed):
    """Eq. 1 of Bracher et al. written out: weighted interval scores and half the absolute error of the median."""
    n = len(prob) // 2
    total = 0.5 * abs(observed - quantile[n])
    for k in range(n):
        alpha, low, high = 2 * prob[k], quantile[k], quantile[-1 - k]
        score = high - low + 2 / alpha * (max(low - observed, 0) + max(observed - high, 0))
        total += alpha / 2 * score
    return total / (n + 0.5)


@pytest.mark.parametrize("observed", [-3.0, 10.0, 17.5, 60.0])
def test_score_is_that_of_the_paper(observed):
    quantile = np.sort(np.random.default_rng(1).normal(15, 6, 23))
    found = weighted_interval_score(PROB, quantile, np.array(observed))
    assert float(found) == pytest.approx(interval_form(PROB, quantile, observed), rel=1e-12)


def test_the_true_distribution_scores_best():
    rng = np.random.default_rng(3)
    truth = rng.normal(0, 1, 20_000)
    from scipy.special import ndtri

    scores = [weighted_interval_score(PROB, ndtri(PROB) * width, truth).mean() for width in (0.6, 1.0, 1.6)]
    assert scores[1] < min(scores[0], scores[2])


def test_intervals_cover_as_they_say_and_unknown_stays_unknown():
    from scipy.special import ndtri

    truth = np.append(np.random.default_rng(3).normal(0, 1, 20_000), np.nan)
    for width in (0.5, 0.8, 0.95):
        found = is_covered(PROB, np.broadcast_to(ndtri(PROB), (truth.size, 23)), truth, width)
        assert np.nanmean(found) == pytest.approx(width, abs=0.01)
        assert np.isnan(found[-1])


def test_baseline_takes_the_same_weekday_and_opens_with_past_changes():
    day = np.arange(70)
    count = np.stack([100.0 + day % 7, np.full(70, np.nan)], axis=1)
    count[35:, 0] += 10
    for horizon in (1, 7, 14):
        found = same_weekday_quantiles(count, horizon, PROB)
        assert found[0, 11] == 110 + (69 + horizon) % 7
        assert found[0, 0] < found[0, 11] < found[0, 22]
        assert np.isnan(found[1]).all()


@pytest.mark.parametrize(("mean", "size"), [(0.2, 0.9), (7.0, 1.3), (400.0, 20.0)])
def test_count_scores_are_those_of_the_distribution_written_out(mean, size):
    from scipy.stats import nbinom

    law, step = nbinom(size, size / (size + mean)), np.arange(60_000)
    observed = np.array([0.0, 3.0, 550.0])
    assert count_log_score(observed, np.full(3, mean), size) == pytest.approx(-law.logpmf(observed), rel=1e-9)
    wanted = [np.square(law.cdf(step) - (step >= one)).sum() for one in observed]
    assert count_ranked_score(observed, np.full(3, mean), size) == pytest.approx(wanted, abs=1e-3)


def test_unknown_counts_have_no_score_and_the_true_mean_scores_best():
    truth = np.random.default_rng(1).negative_binomial(2, 0.25, (400, 5)).astype(float)
    truth[0, 0] = np.nan
    for score in (count_log_score, count_ranked_score):
        found = [score(truth, np.full((400, 5), mean), 2.0) for mean in (4.0, 6.0, 9.0)]
        assert np.isnan(found[0][0, 0]) and found[0].shape == (400, 5)
        assert np.nanmean(found[1]) < min(np.nanmean(found[0]), np.nanmean(found[2]))
