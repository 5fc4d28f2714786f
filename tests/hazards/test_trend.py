"""The case forecast on made-up courses whose truth is known."""

import numpy as np
import pytest

from risk_core.hazards.epidemic.options import TREND_DEFAULTS
from risk_core.hazards.epidemic.rhythm import learn_dispersion, weekday_factors
from risk_core.hazards.epidemic.trend import forecast_trend
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

MEDIAN = 11
LOW, HIGH = 1, 21
WEEK = np.array([0.5, 1.2, 1.15, 1.1, 1.1, 1.05, 0.9])


def forecast(count):
    return forecast_trend(DistrictCases(np.arange(len(count)) * S_PER_DAY, np.asarray(count, float)), TREND_DEFAULTS)


def draw(mean, dispersion=20.0, seed=7):
    """Negative binomial counts round a mean."""
    rng = np.random.default_rng(seed)
    return rng.poisson(mean * rng.gamma(dispersion, 1 / dispersion, np.shape(mean))).astype(float)


def rhythm(n_day, n_place):
    return np.repeat(WEEK[np.arange(n_day) % 7, None], n_place, axis=1)


def test_weekly_rhythm_is_carried_into_the_forecast():
    """Few cases in each place: the rhythm can only be seen in all of them together."""
    truth = 6 * rhythm(74, 25)
    found = forecast(draw(truth)[:60]).day
    middle = found[..., MEDIAN].mean(axis=1)
    assert middle / middle.mean() == pytest.approx(truth[60:, 0] / truth[60:, 0].mean(), rel=0.15)
    assert middle.mean() == pytest.approx(truth[60:].mean(), rel=0.15)


@pytest.mark.parametrize("mean", [8, 100, 3000])
def test_change_of_rules_moves_all_places_at_once_without_growth(mean):
    """Counts of every place are four times as high from two days ago on, as when another test begins to count."""
    truth = mean * rhythm(74, 25)
    truth[58:] *= 4
    middle = forecast(draw(truth, 50.0)[:60]).day[..., MEDIAN].sum(axis=1) / truth[60:].sum(axis=1)
    assert 0.65 < middle[0] < 1.3
    assert 0.65 < middle[6] < 1.6, "taken as growth, four times in two days would be hundreds in a week"


def test_one_late_heap_is_no_new_level():
    truth = 300 * rhythm(60, 10)
    count = draw(truth)
    count[-1] *= 5
    middle = forecast(count).day[:7, :, MEDIAN].sum()
    assert middle < 2 * truth[-7:].sum()


def test_growth_shared_by_places_is_seen_sooner_together_than_alone():
    day = np.arange(67)[:, None]
    truth = 3 * np.exp(0.06 * np.maximum(day - 45, 0)) * rhythm(67, 25)
    count = draw(truth)[:60]
    together = forecast(count).day[6, :, MEDIAN]
    alone = np.array([forecast(count[:, [k]]).day[6, 0, MEDIAN] for k in range(25)])
    off = [np.abs(np.log(one / truth[66])).mean() for one in (together, alone)]
    assert off[0] < 0.8 * off[1]


def test_a_place_with_a_course_of_its_own_keeps_it():
    day = np.arange(67)[:, None]
    truth = 400 * np.exp(0.03 * day) * rhythm(67, 8)
    truth[:, 0] = 4000 * np.exp(-0.04 * day[:, 0]) * rhythm(67, 1)[:, 0]
    found = forecast(draw(truth, 60.0)[:60]).day[6]
    assert found[0, MEDIAN] == pytest.approx(truth[66, 0], rel=0.35)
    assert found[1:, MEDIAN] == pytest.approx(truth[66, 1:], rel=0.35)


def test_fans_hold_as_much_as_they_say():
    """Levels that wander: the central halves and 95 % hold their share of what comes, near and far."""
    rng = np.random.default_rng(3)
    inside = []
    for k in range(12):
        level = 2.5 + np.cumsum(rng.normal(0, 0.12, (74, 20)), axis=0)
        count = draw(np.exp(level) * rhythm(74, 20), seed=k)
        day, after = forecast(count[:60]).day, count[60:]
        inside.append([(day[..., a] <= after) & (after <= day[..., b]) for a, b in ((6, 16), (LOW, HIGH))])
    half, most = np.array(inside).mean(axis=(0, 3))
    assert (np.abs(half[[0, 6, 13]] - 0.5) < 0.12).all()
    assert (most[[0, 6, 13]] > 0.9).all()


def test_missing_days_silent_places_and_zeros_are_no_trouble():
    count = draw(20 * rhythm(60, 6))
    whole = forecast(count).day[..., MEDIAN]
    count[::5, 0] = np.nan
    count[-4:, 1] = np.nan
    count[:, 2] = np.nan
    count[:, 3] = 0
    found = forecast(count)
    assert np.isnan(found.day[:, 2]).all() and np.isnan(found.week[:, 2]).all()
    assert np.isfinite(np.delete(found.day, 2, axis=1)).all()
    assert found.day[:, [0, 1, 4, 5], MEDIAN] == pytest.approx(whole[:, [0, 1, 4, 5]], rel=0.4)
    assert found.day[:7, 3, MEDIAN].max() < 0.5 and found.day[:7, 3, HIGH].max() < 6
    count[30] = np.nan
    assert np.isfinite(forecast(count).day[:, 0]).all(), "a day on which nobody reported"


def test_few_days_are_enough_to_say_something_and_none_of_it_negative():
    for n_day in (1, 3, 8, 20, 24):
        found = forecast(draw(np.full((n_day, 2), 9.0)))
        assert np.isfinite(found.day).all() and (found.day >= 0).all()
        assert (np.diff(found.day, axis=-1) >= 0).all() and (np.diff(found.week, axis=-1) >= 0).all()
        assert 2 < found.day[0, 0, MEDIAN] < 25


def test_scatter_of_days_is_learnt():
    wild, calm = draw(np.full((60, 20), 300.0), 5.0), np.full((60, 20), 300.0)
    count = np.hstack([wild, np.random.default_rng(1).poisson(calm)])
    found = learn_dispersion(count, np.ones((7, 40)), 15.0)
    assert 3 < np.median(found[:20]) < 9
    assert np.median(found[20:]) > 4 * np.median(found[:20])
    assert learn_dispersion(np.full((5, 2), 3.0), np.ones((7, 2)), 15.0) == pytest.approx(15.0)


def test_rhythm_survives_growth_and_gaps():
    day = np.arange(56)[:, None]
    count = 2000 * np.exp(0.05 * day) * rhythm(56, 2)
    count[11, 0] = np.nan
    assert weekday_factors(count) == pytest.approx(np.repeat(WEEK[:, None] / WEEK.mean(), 2, axis=1), abs=0.06)
