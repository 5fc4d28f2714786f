"""Intervals of ratios of scores."""

import numpy as np

from risk_core.scores.bootstrap import block_bootstrap_ratio


def test_interval_holds_the_ratio_and_narrows_with_more_origins():
    rng = np.random.default_rng(3)
    ours, rival = rng.gamma(2.0, 1.0, 800), rng.gamma(2.0, 1.5, 800)
    low, high = block_bootstrap_ratio(ours, rival)
    assert low < ours.sum() / rival.sum() < high
    few_low, few_high = block_bootstrap_ratio(ours[:80], rival[:80])
    assert few_high - few_low > 2 * (high - low)


def test_scores_that_hang_together_are_less_sure_than_the_same_scores_shuffled():
    rng = np.random.default_rng(4)
    ours = np.repeat(rng.gamma(1.0, 1.0, 60), 8)
    rival = np.ones(480)
    low, high = block_bootstrap_ratio(ours, rival)
    loose_low, loose_high = block_bootstrap_ratio(rng.permutation(ours), rival)
    assert high - low > 1.8 * (loose_high - loose_low)


def test_too_few_origins_or_no_baseline_give_no_interval():
    assert np.isnan(block_bootstrap_ratio(np.ones(15), np.ones(15))).all()
    assert np.isnan(block_bootstrap_ratio(np.ones(40), np.zeros(40))).all()
