import math

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, TREND_DEFAULTS, TrendOptions
from risk_core.hazards.epidemic.outbreak import assess_outbreak
from risk_core.hazards.epidemic.reproduction import estimate_reproduction, serial_share
from risk_core.hazards.epidemic.rhythm import weekday_factors
from risk_core.hazards.epidemic.trend import forecast_trend
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

MEDIAN = 11
WEEK = np.array([0.7, 1.1, 1.1, 1.05, 1.05, 1.0, 1.0])


def wave(n_day, growth_per_day, mean=200.0, n_place=1, seed=5):
    """Cases round an exponential course with a weekly rhythm, and the course itself."""
    course = mean * np.exp(growth_per_day * np.arange(n_day))[:, None] * WEEK[np.arange(n_day) % 7, None]
    course = np.repeat(course, n_place, axis=1)
    return np.random.default_rng(seed).poisson(course).astype(float), course


def cases(count, known=None):
    return DistrictCases(np.arange(len(count)) * S_PER_DAY, count, known)


def test_fan_holds_the_steady_course_day_by_day():
    count, course = wave(70, 0.0, n_place=6)
    found = forecast_trend(cases(count[:56]), TREND_DEFAULTS)
    assert found.day.shape == (14, 6, 23) and found.week.shape == (4, 6, 23)
    assert found.day[:, :, MEDIAN] == pytest.approx(course[56:70], rel=0.15)
    inside = (found.day[:, :, 1] <= count[56:]) & (count[56:] <= found.day[:, :, 21])
    assert inside.mean() > 0.9
    assert (np.diff(found.day, axis=-1) >= 0).all()
    assert found.from_s == 56 * S_PER_DAY


def test_steady_places_get_narrower_fans_than_restless_ones():
    calm, _ = wave(56, 0.0, mean=2000)
    restless = np.random.default_rng(1).lognormal(7.6, 0.5, (56, 1))
    found = forecast_trend(cases(np.hstack([calm, restless])), TREND_DEFAULTS)
    width = np.log(found.day[6, :, 16] / found.day[6, :, 6])
    assert width[0] < 0.6 * width[1]


def test_growth_is_carried_on_but_fades():
    count, _ = wave(56, 0.05, mean=40)
    weeks = forecast_trend(cases(count), TREND_DEFAULTS).week[:, 0, MEDIAN]
    last_week = count[-7:].sum()
    assert last_week < weeks[0] < last_week * math.exp(7 * 0.05)
    assert (weeks > last_week).all()
    assert (weeks[1:] / weeks[:-1] < weeks[0] / last_week).all()


def test_later_days_change_no_forecast():
    count, _ = wave(70, 0.02)
    before = forecast_trend(cases(count[:50]), TREND_DEFAULTS)
    count[50:] = 1e6
    after = forecast_trend(cases(count[:50]), TREND_DEFAULTS)
    assert np.array_equal(before.day, after.day) and np.array_equal(before.week, after.week)


def test_a_place_without_reports_is_unknown_and_harms_no_other():
    count, _ = wave(40, 0.0, n_place=2)
    alone = forecast_trend(cases(count[:, :1]), TREND_DEFAULTS)
    count[:, 1] = np.nan
    count[5, 0] = np.nan
    both = forecast_trend(cases(count), TREND_DEFAULTS)
    assert np.isnan(both.day[:, 1]).all()
    assert both.day[:, 0, MEDIAN] == pytest.approx(alone.day[:, 0, MEDIAN], rel=0.1)


def test_weekday_factors_are_those_of_the_reports():
    count, _ = wave(56, 0.0, mean=5000)
    assert weekday_factors(count)[:, 0] == pytest.approx(WEEK / WEEK.mean(), abs=0.03)
    assert (weekday_factors(count[:5]) == 1).all()


def test_serial_interval_has_the_mean_and_spread_it_was_made_of():
    share, day = serial_share(4.7, 2.9), np.arange(30)
    mean = float(share @ day)
    assert mean == pytest.approx(4.7, abs=0.02)
    assert float(share @ (day - mean) ** 2) == pytest.approx(2.9**2 + 1 / 6, abs=0.15)


def test_reproduction_is_the_posterior_written_out():
    """Two days of the paper's formula summed by hand, with the quantile by integration of the density."""
    from scipy.stats import gamma

    count = np.random.default_rng(2).poisson(30, (20, 1)).astype(float)
    found = estimate_reproduction(count, (0.1, 0.9), dispersion=1.0)
    share = serial_share(4.7, 2.9)
    for day in (14, 19):
        force = sum(share[s] * count[t - s, 0] for t in range(day - 6, day + 1) for s in range(1, t + 1))
        posterior = gamma(a=1 + count[day - 6 : day + 1, 0].sum(), scale=1 / (1 / 5 + force))
        assert found[:, day, 0] == pytest.approx(posterior.ppf([0.1, 0.9]), rel=1e-9)


def test_scattered_counts_widen_the_interval():
    rng = np.random.default_rng(4)
    calm = rng.poisson(200, (40, 1))
    wild = rng.poisson(200 * rng.gamma(4, 0.25, (40, 1)))
    low, high = estimate_reproduction(np.hstack([calm, wild]).astype(float), (0.1, 0.9))[:, -1]
    assert (high - low)[1] > 2 * (high - low)[0]


def test_a_missing_day_makes_its_window_unknown_and_no_other_place():
    count = np.full((40, 2), 50.0)
    count[20, 0] = np.nan
    found = estimate_reproduction(count, (0.5,))[0]
    assert np.isnan(found[20:27, 0]).all() and np.isfinite(found[27:, 0]).all()
    assert np.isnan(found[:14]).all() and np.isfinite(found[14:, 1]).all()


def test_reproduction_crosses_one_at_the_peak_of_reports():
    """A wave that rises, turns and falls: the interval lies over one while it rises, under one after it fell."""
    day = np.arange(90)
    mean = 400 * np.exp(-(((day - 45) / 18.0) ** 2) / 2)
    count = np.random.default_rng(3).poisson(mean[:, None]).astype(float)
    found = assess_outbreak(cases(count), 90 * S_PER_DAY, INFECTION_DEFAULTS)
    assert found.reproduction_low[25:31, 0].min() > 1
    assert found.reproduction_high[60:, 0].max() < 1
    crossed = int(np.flatnonzero(found.reproduction[20:, 0] < 1)[0]) + 20
    assert 45 <= crossed <= 45 + 7, "half a window and half a serial interval late at most"


def test_last_column_is_the_whole_area():
    count, _ = wave(28, 0.0, n_place=3)
    count[:, 2] = np.nan
    found = assess_outbreak(cases(count), 28 * S_PER_DAY, INFECTION_DEFAULTS)
    assert np.array_equal(found.reported[:, 3], count[:, 0] + count[:, 1])
    assert np.isnan(found.expected[:, 2]).all() and found.forecast.day.shape == (14, 4, 23)


def test_a_silent_district_does_not_make_the_area_fall():
    count, _ = wave(40, 0.0, n_place=10)
    whole = assess_outbreak(cases(count.copy()), 40 * S_PER_DAY, INFECTION_DEFAULTS)
    count[-3:, :5] = np.nan
    found = assess_outbreak(cases(count), 40 * S_PER_DAY, INFECTION_DEFAULTS)
    assert np.isnan(found.reported[-1, :5]).all()
    assert found.reported[-3:, 10] == pytest.approx(whole.reported[-3:, 10], rel=0.15)
    assert found.reproduction[-1, 10] == pytest.approx(whole.reproduction[-1, 10], rel=0.1)


def test_nothing_recent_means_no_course():
    count, _ = wave(10, 0.0)
    assert assess_outbreak(cases(count), 60 * S_PER_DAY, INFECTION_DEFAULTS) is None
    assert assess_outbreak(None, 0.0, INFECTION_DEFAULTS) is None


def test_settings_out_of_range_are_refused():
    with pytest.raises(InputError, match="student_nu"):
        TrendOptions(student_nu=0.2)
