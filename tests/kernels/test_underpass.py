import numpy as np
import pytest

from risk_core.kernels.underpass import fill_buckets, pass_marks
from tests.naive import underpass as naive

RNG = np.random.default_rng(14)


def test_buckets_and_marks_equal_their_twins():
    n, duration = 12, np.array([60.0, 120.0, 300.0, 60.0, 900.0, 600.0])
    end = np.concatenate([[0.0], np.cumsum(duration)])
    start, brim, pump = RNG.uniform(0, 2, n), RNG.uniform(15, 40, n), RNG.uniform(0.01, 0.05, n)
    inflow = RNG.uniform(0, 0.15, (6, n)) * np.array([1, 1, 1, 0, 0, 0.2])[:, None]
    mark, clear = np.full(n, 4.0), np.full(n, 1.0)
    volume, spilled = fill_buckets(start, brim, pump, inflow, duration)
    passed = pass_marks(volume, inflow, pump, end, mark, clear)
    for k in range(n):
        expected, over = naive.fill_bucket(start[k], brim[k], pump[k], inflow[:, k], duration)
        np.testing.assert_allclose(volume[:, k], expected)
        assert spilled[k] == pytest.approx(over)
        marks = naive.pass_marks(start[k], brim[k], pump[k], inflow[:, k], end, 4.0, 1.0, 0.05)
        np.testing.assert_allclose(passed[:, k], marks, atol=0.2)
    assert np.isfinite(passed[0]).any() and np.isfinite(passed[1]).any() and np.isinf(passed).any()


def test_a_bucket_full_at_the_beginning_is_closed_at_once():
    one = np.array([5.0])
    volume, _ = fill_buckets(one, 2 * one, 0.01 * one, np.zeros((1, 1)), np.array([1000.0]))
    passed = pass_marks(volume, np.zeros((1, 1)), 0.01 * one, np.array([100.0, 1100.0]), one, 0.2 * one)
    np.testing.assert_allclose(passed[:, 0], [100.0, 180.0])
