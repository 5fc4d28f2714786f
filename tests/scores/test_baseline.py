"""Forecasts that any model has to beat."""

import numpy as np

from risk_core.scores.baseline import persistence_quantiles


def test_persistence_holds_past_changes_and_widens_with_the_horizon():
    rng = np.random.default_rng(5)
    weekly = 500 + rng.normal(0, 30, (60, 2)).cumsum(axis=0)
    one, four = (persistence_quantiles(weekly, h, np.array([0.1, 0.5, 0.9])) for h in (1, 4))
    np.testing.assert_allclose(one[:, 1], weekly[-1])
    assert ((four[:, 2] - four[:, 0]) > 1.6 * (one[:, 2] - one[:, 0])).all()


def test_persistence_of_a_place_never_told_is_unknown():
    weekly = np.array([[5.0, np.nan], [9.0, np.nan], [np.nan, np.nan]])
    found = persistence_quantiles(weekly, 1, np.array([0.5]))
    assert found[0, 0] == 9.0 and np.isnan(found[1, 0])


def test_the_median_of_persistence_is_the_last_value_whatever_the_changes():
    even = np.array([[10.0], [14.0], [10.0], [14.0], [10.0]])
    for seed in range(4):
        found = persistence_quantiles(even, 1, np.array([0.1, 0.5, 0.9]), seed=seed)
        assert found[0].tolist() == [6.0, 10.0, 14.0]
