"""Scores of ranked lists and reliability."""

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.scores.ranked import rank_scores, reliability


def test_scores_of_known_ranks():
    told = rank_scores(np.array([0, 4, 5, 9, 10, -1]))
    assert (told.acc_1, told.acc_5, told.acc_10) == pytest.approx((1 / 6, 2 / 6, 4 / 6))
    assert told.mrr == pytest.approx((1 + 1 / 5 + 1 / 6 + 1 / 10 + 1 / 11) / 6)


def test_discounted_gain_equals_its_definition_over_whole_lists():
    """Gain 2^relevance - 1 over log2 of the position, divided by that of the best list."""
    rng = np.random.default_rng(1)
    score = rng.random((50, 30))
    truth = rng.integers(0, 30, 50)
    rank = (score > score[np.arange(50), truth][:, None]).sum(axis=1)
    relevance = np.take_along_axis(np.eye(30)[truth], np.argsort(-score, axis=1), axis=1)[:, :10]
    gain = ((2**relevance - 1) / np.log2(np.arange(2, 12))).sum(axis=1)
    assert rank_scores(rank).ndcg_10 == pytest.approx(gain.mean())


def test_honest_probabilities_are_reliable_and_boasting_ones_are_not():
    rng = np.random.default_rng(2)
    prob = rng.random(200_000)
    hit = rng.random(prob.size) < prob
    honest = reliability(prob, hit)
    assert honest.calibration_error < 0.006 and honest.n.sum() == prob.size
    np.testing.assert_allclose(honest.mean_prob, honest.hit_share, atol=0.02)
    assert reliability(np.sqrt(prob), hit).calibration_error == pytest.approx(2 / 3 - 1 / 2, abs=0.01)


def test_empty_bins_and_ends():
    told = reliability(np.array([0.0, 1.0]), np.array([False, True]), 4)
    assert told.n.tolist() == [1, 0, 0, 1] and np.isnan(told.hit_share[1]) and told.calibration_error == 0.0


@pytest.mark.parametrize(("prob", "n_bin"), [(1.2, 10), (-0.1, 10), (np.nan, 10), (0.2, 0)])
def test_what_cannot_be_scored_is_refused(prob, n_bin):
    with pytest.raises(InputError):
        reliability(np.array([prob]), np.array([True]), n_bin)
    with pytest.raises(InputError):
        rank_scores(np.array([], int))
