import math

import numpy as np
import pytest

from risk_core.scores.probability import brier_score, reliability


def test_calibrated_forecasts_are_reliable_and_score_their_variance():
    rng = np.random.default_rng(0)
    prob = rng.uniform(0, 1, 200_000)
    happened = rng.uniform(0, 1, prob.size) < prob
    found = reliability(prob, happened)
    assert len(found.n_forecast) == 10 and found.n_forecast.sum() == prob.size
    assert found.mean_gap < 0.01
    assert brier_score(prob, happened) == pytest.approx(1 / 6, abs=0.003)


def test_a_bold_forecast_shows_its_gap():
    prob, happened = np.full(100, 0.9), np.arange(100) < 50
    assert reliability(prob, happened).mean_gap == pytest.approx(0.4)


def test_edges_and_nothing():
    found = reliability(np.array([0.0, 1.0]), np.array([False, True]))
    assert found.stated_prob.tolist() == [0.0, 1.0] and found.mean_gap == 0.0
    none = np.zeros(0)
    assert math.isnan(brier_score(none, none > 0)) and math.isnan(reliability(none, none > 0).mean_gap)
