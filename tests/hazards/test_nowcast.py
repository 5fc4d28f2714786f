import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.nowcast import NowcastOptions, correct_late_reports
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

SHARE = (0.5, 0.8, 0.95, 1.0, 1.0, 1.0, 1.0)


def late_reports(n_district, seed=2):
    """Cases whose reports come in over four days: as known at the end of the last day, and in the end."""
    rng = np.random.default_rng(seed)
    final = rng.poisson(rng.gamma(4.0, 15.0, n_district), (28, n_district)).astype(float)
    known = np.full((7, 28, n_district), np.nan)
    delay = np.diff(SHARE, prepend=0.0)
    for day, place in np.ndindex(28, n_district):
        arrived = np.cumsum(rng.multinomial(int(final[day, place]), delay))
        known[: 28 - day, day, place] = arrived[: 28 - day]
    newest = np.stack([known[min(6, 27 - day), day] for day in range(28)])
    return DistrictCases(np.arange(28.0) * S_PER_DAY, newest, known), final


def test_correction_is_closer_to_the_end_than_the_reports():
    cases, final = late_reports(40)
    found = correct_late_reports(cases, 28 * S_PER_DAY)
    open_days = slice(-3, None)
    off = np.abs(found.mean[open_days] - final[open_days]).sum()
    assert off < 0.5 * np.abs(cases.count[open_days] - final[open_days]).sum()
    assert found.mean[open_days].sum() == pytest.approx(final[open_days].sum(), rel=0.05)
    assert np.array_equal(found.mean[:-3], cases.count[:-3])


def test_interval_holds_the_end_as_often_as_it_says():
    inside = []
    for seed in range(5):
        cases, final = late_reports(60, seed)
        found = correct_late_reports(cases, 28 * S_PER_DAY)
        inside.append((found.low[-1] <= final[-1]) & (final[-1] <= found.high[-1]))
    assert 0.74 < np.mean(inside) < 0.9


def test_without_vintages_and_where_nothing_was_reported_nothing_is_corrected():
    count = np.array([[5.0, np.nan], [-3.0, 2.0]])
    found = correct_late_reports(DistrictCases(np.array([0.0, S_PER_DAY]), count), 2 * S_PER_DAY)
    np.testing.assert_array_equal(found.mean, [[5.0, np.nan], [np.nan, 2.0]])
    np.testing.assert_array_equal(found.low, found.high)


def test_later_knowledge_changes_nothing():
    cases, _ = late_reports(6)
    now_s = 25 * S_PER_DAY
    known = cases.known.copy()
    age = np.floor((now_s - cases.day_s) / S_PER_DAY).astype(int) - 1
    early = [np.where(np.arange(7)[:, None] <= one, known[:, day], np.nan) for day, one in enumerate(age)]
    then = DistrictCases(cases.day_s[:25], np.stack([known[min(6, age[d]), d] for d in range(25)]), known[:, :25])
    clean = DistrictCases(then.day_s, then.count, np.stack(early[:25], axis=1))
    np.testing.assert_array_equal(correct_late_reports(then, now_s).mean, correct_late_reports(clean, now_s).mean)


def test_settings_out_of_range_are_refused():
    with pytest.raises(InputError, match="half_life_day"):
        NowcastOptions(half_life_day=0.0)
