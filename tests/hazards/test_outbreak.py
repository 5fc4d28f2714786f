import math

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.delays import report_share
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, TREND_DEFAULTS, TrendOptions
from risk_core.hazards.epidemic.outbreak import assess_outbreak
from risk_core.hazards.epidemic.rhythm import weekday_factors
from risk_core.hazards.epidemic.serial import serial_share
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
    share, day = serial_share(4.7, 2.9), np.arange(60)
    mean = float(share @ day)
    assert mean == pytest.approx(4.7, abs=0.02)
    assert float(share @ (day - mean) ** 2) == pytest.approx(2.9**2 + 1 / 6, abs=0.15)


def test_reproduction_crosses_one_before_the_reports_peak():
    """A wave that rises, turns and falls: R tells of the day of infection, about a delay before the reports."""
    day = np.arange(90)
    mean = 400 * np.exp(-(((day - 45) / 18.0) ** 2) / 2)
    count = np.random.default_rng(3).poisson(mean[:, None]).astype(float)
    found = assess_outbreak(cases(count), 90 * S_PER_DAY, INFECTION_DEFAULTS)
    assert found.reproduction_low[5:31, 0].min() > 1
    assert found.reproduction_high[48:80, 0].max() < 1
    crossed = int(np.flatnonzero(found.reproduction[:, 0] < 1)[0])
    delay_day = report_share() @ np.arange(len(report_share()))
    interval, lag = serial_share(4.7, 2.9), np.arange(60)
    true_day = 45 - delay_day + (interval @ lag**2) / (interval @ lag) / 2
    assert crossed == pytest.approx(true_day + 0.5, abs=1.5), "R of a Gaussian wave is one where log I falls so far"


def test_missing_days_are_bridged_and_silence_is_not_told():
    count = np.random.default_rng(8).poisson(80, (49, 2)).astype(float)
    whole = assess_outbreak(cases(count.copy()), 49 * S_PER_DAY, INFECTION_DEFAULTS)
    count[20, 0] = np.nan
    count[-12:, 1] = np.nan
    found = assess_outbreak(cases(count), 49 * S_PER_DAY, INFECTION_DEFAULTS)
    assert found.reproduction[15:35, 0] == pytest.approx(whole.reproduction[15:35, 0], rel=0.05)
    told = [int(np.flatnonzero(np.isfinite(found.reproduction[:, place]))[-1]) for place in range(3)]
    assert told[1] == told[0] - 12 and told[2] == told[0]


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
    last = int(np.flatnonzero(np.isfinite(found.reproduction[:, 10]))[-1])
    assert found.reproduction[last, 10] == pytest.approx(whole.reproduction[last, 10], rel=0.1)


def test_nothing_recent_means_no_course():
    count, _ = wave(10, 0.0)
    assert assess_outbreak(cases(count), 60 * S_PER_DAY, INFECTION_DEFAULTS) is None
    assert assess_outbreak(None, 0.0, INFECTION_DEFAULTS) is None


def test_settings_out_of_range_are_refused():
    with pytest.raises(InputError, match="student_nu"):
        TrendOptions(student_nu=0.2)
