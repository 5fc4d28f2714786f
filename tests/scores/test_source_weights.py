"""Weights of sources by their measured skill."""

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.scores.source_weights import SourceWeightOptions, weigh_sources


def told(final, share, seed, noise=0.1):
    return final * share * np.exp(np.random.default_rng(seed).normal(0, noise, final.shape))


def naive(early, final, age_day, options):
    """Plain loops of the same rule."""
    n_source, n_day, n_place = early.shape
    sums, total, n = [0.0] * n_source, 0.0, 0
    for day in range(n_day):
        for place in range(n_place):
            values = [*early[:, day, place], final[day, place]]
            if not all(np.isfinite(one) and one >= 0 for one in values):
                continue
            weight = 0.5 ** (age_day[day] / options.half_life_day)
            total, n = total + weight, n + 1
            for k in range(n_source):
                sums[k] += weight * (np.log(values[k] + 0.5) - np.log(values[-1] + 0.5)) ** 2
    common = sum(sums) / (total * n_source) if total else 0.0
    errors = [(one + options.prior_errors * common) / (total + options.prior_errors) for one in sums]
    inverse = [1 / (one + options.error_floor) for one in errors]
    return [one / sum(inverse) for one in inverse], errors, n


def test_agrees_with_plain_loops_also_with_gaps_and_corrections():
    rng = np.random.default_rng(1)
    final = rng.poisson(30, (40, 3)).astype(float)
    early = np.stack([told(final, 0.6, 2), told(final, 0.9, 3), told(final, 1.2, 4)])
    early[rng.random(early.shape) < 0.2] = np.nan
    early[0, 3, 1], final[5, 2] = -4.0, np.nan
    options = SourceWeightOptions(half_life_day=9.0)
    found = weigh_sources(early, final, np.arange(40.0)[::-1], options)
    weight, error, n = naive(early, final, np.arange(40.0)[::-1], options)
    np.testing.assert_allclose(found.weight, weight)
    np.testing.assert_allclose(found.mean_error, error)
    assert found.n_error.tolist() == [n] * 3


def test_the_better_source_weighs_more_and_few_errors_leave_weights_near_equal():
    final = np.full((90, 4), 80.0)
    early = np.stack([told(final, 0.5, 1), told(final, 0.97, 2)])
    age = np.arange(90.0)
    many = weigh_sources(early, final, age).weight
    few = weigh_sources(early[:, :1, :1], final[:1, :1], age[:1]).weight
    assert many[1] > 0.85
    assert abs(few[0] - 0.5) < 0.1 and few[1] > few[0]


def test_old_errors_are_forgotten():
    final = np.full((120, 2), 50.0)
    early = np.stack([final.copy(), final.copy()])
    early[0, :60] *= 0.4
    early[1, 60:] *= 0.4
    weight = weigh_sources(early, final, np.arange(120.0)[::-1], SourceWeightOptions(half_life_day=10.0)).weight
    assert weight[0] > 0.7


@pytest.mark.parametrize("n_source", [1, 2, 3])
def test_without_a_common_row_all_weigh_alike(n_source):
    found = weigh_sources(np.full((n_source, 5, 2), np.nan), np.ones((5, 2)), np.arange(5.0))
    np.testing.assert_allclose(found.weight, 1 / n_source)
    assert found.n_error.tolist() == [0] * n_source


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="n_source"):
        weigh_sources(np.ones((2, 3, 1)), np.ones((4, 1)), np.arange(4.0))
