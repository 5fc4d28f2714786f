import math

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.scores.field import Fractions, Hits, compare_fractions, count_hits

RNG = np.random.default_rng(8)


def slow_fss(forecast, seen, threshold, n_window):
    """By loops over every window, as the paper writes it."""
    n_row, n_col = forecast.shape
    half, error, worst = n_window // 2, 0.0, 0.0
    for r in range(n_row):
        for c in range(n_col):
            share = []
            for field in (forecast, seen):
                total = 0
                for i in range(max(0, r - half), min(n_row, r + half + 1)):
                    for j in range(max(0, c - half), min(n_col, c + half + 1)):
                        total += field[i, j] >= threshold
                share.append(total / n_window**2)
            error += (share[0] - share[1]) ** 2
            worst += share[0] ** 2 + share[1] ** 2
    return 1 - error / worst


@pytest.mark.parametrize("n_window", [1, 3, 7, 25])
def test_fractions_equal_their_twin(n_window):
    forecast, seen = RNG.gamma(0.5, 8, (2, 12, 15))
    found = compare_fractions(forecast, seen, 5.0, n_window).fss
    assert found == pytest.approx(slow_fss(forecast, seen, 5.0, n_window), abs=1e-12)


def test_fractions_of_known_cases():
    rain = np.zeros((20, 20))
    rain[8:12, 8:12] = 10.0
    assert compare_fractions(rain, rain, 5.0, 5).fss == 1.0
    far = np.roll(rain, 8, axis=1)
    assert compare_fractions(far, rain, 5.0, 3).fss == 0.0
    near = [compare_fractions(np.roll(rain, k, axis=1), rain, 5.0, 5).fss for k in range(5)]
    assert (np.diff(near) < 0).all()
    wider = [compare_fractions(np.roll(rain, 3, axis=1), rain, 5.0, n).fss for n in (1, 5, 9, 13)]
    assert (np.diff(wider) > 0).all()
    assert math.isnan(compare_fractions(0 * rain, 0 * rain, 5.0, 5).fss)


def test_unknown_cells_count_for_nobody():
    forecast, seen = RNG.gamma(0.5, 8, (2, 10, 10))
    spoilt = forecast.copy()
    spoilt[:, :3] = np.nan
    inside = count_hits(forecast[:, 3:], seen[:, 3:], 5.0)
    assert count_hits(spoilt, seen, 5.0) == inside
    dry = seen.copy()
    dry[:, :3] = 0.0
    low = forecast.copy()
    low[:, :3] = 0.0
    assert compare_fractions(spoilt, seen, 5.0, 3) == compare_fractions(low, dry, 5.0, 3)


def test_tables_add_up():
    forecast, seen = RNG.gamma(0.5, 8, (2, 4, 10, 10))
    parts = [count_hits(a, b, 5.0) for a, b in zip(forecast, seen, strict=True)]
    assert sum(parts, Hits()) == count_hits(forecast, seen, 5.0)
    whole = sum(parts, Hits())
    said, came = forecast >= 5, seen >= 5
    assert whole.csi == pytest.approx((said & came).sum() / (said | came).sum())
    assert whole.frequency_bias == pytest.approx(said.sum() / came.sum())
    assert whole.hit_rate == pytest.approx((said & came).sum() / came.sum())
    assert whole.false_alarm_ratio == pytest.approx((said & ~came).sum() / said.sum())
    one = sum((compare_fractions(a, b, 5.0, 3) for a, b in zip(forecast, seen, strict=True)), Fractions())
    assert 0 < one.fss < 1
    assert math.isnan(Hits().csi)


def test_fields_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="shape"):
        count_hits(np.zeros((2, 3)), np.zeros((3, 2)), 1.0)
    for n_window in (0, 4):
        with pytest.raises(InputError, match="odd"):
            compare_fractions(np.zeros((2, 3)), np.zeros((2, 3)), 1.0, n_window)
