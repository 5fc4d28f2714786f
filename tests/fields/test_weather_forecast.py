"""A weather model's rain and wind on the grid: sums by hand, bounds, what gauges keep, and reasons."""

import dataclasses

import numpy as np
import pytest

from risk_core.assess import assess, assess_point
from risk_core.fields.weather_forecast import (
    FORECAST_GUST_NAME,
    FORECAST_RAIN_1H_NAME,
    FORECAST_RAIN_NAME,
    join_forecast_rain,
    join_forecast_wind,
)
from risk_core.hazards.rain.options import RAIN_DEFAULTS
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.state.level import RISK_CODE_MISSING, Hazard, Layer
from risk_core.state.situation import RainGauges, Situation, SourceStatus, WeatherForecast

NOW_S = 1_782_000_000.0
LEADS = np.array([-3600, 0, 1800, 3600, 10_800, 172_800], dtype=np.int32)


def forecast(area, rain=None, wind=5.0, gust=9.0, rain_from_s=0.0) -> WeatherForecast:
    """Hours from 13 h ago to 60 h ahead on four points; `rain` by hour from now."""
    west, south, east, north = area.grid.bounds
    time_s = NOW_S + 3600.0 * np.arange(-13, 61)
    shape = (time_s.size, 2, 2)
    mm = np.zeros(shape)
    for hour, amount in (rain or {}).items():
        mm[13 + hour] = amount
    return WeatherForecast(
        "open-meteo", NOW_S, np.array([north, south]), np.array([west, east]), time_s, mm,
        np.full(shape, wind), np.full(shape, gust), rain_from_s,
    )  # fmt: skip


def situation(area, told, gauges=None) -> Situation:
    sources = (SourceStatus("open-meteo", "forecast", NOW_S, 9, False),)
    return Situation(
        area.area_id,
        NOW_S,
        tuple(int(lead) for lead in LEADS),
        gauges,
        None,
        None,
        (),
        (),
        (),
        (),
        sources,
        None,
        None,
        told,
    )


def expected(mm, window) -> int:
    return round(RAIN_DEFAULTS.scales[window].risk(mm) * 250)


def test_windows_are_summed_to_the_slice_and_the_worst_counts(area):
    told = forecast(area, {1: 30.0, 2: 20.0})
    fields = join_forecast_rain(None, told, area.grid, NOW_S, LEADS, RAIN_DEFAULTS)
    at = {int(lead): int(fields.risk[t, 0, 0]) for t, lead in enumerate(LEADS)}
    assert at[0] == 0
    assert at[1800] == expected(15.0, 0), "half of the hour's rain after half of the hour"
    assert at[3600] == expected(30.0, 0)
    assert at[10_800] == expected(50.0, 1) == max(expected(50.0, 1), expected(50.0, 2), expected(0.0, 0))
    assert float(fields.intensity[FORECAST_RAIN_NAME][0, 0]) == pytest.approx(50.0)
    assert float(fields.intensity[FORECAST_RAIN_1H_NAME][0, 0]) == pytest.approx(30.0)


def test_rain_between_points_is_bilinear(area):
    told = forecast(area, {0: 0.0})
    told.rain_mm[13] = [[0.0, 60.0], [0.0, 60.0]]
    fields = join_forecast_rain(None, told, area.grid, NOW_S, LEADS, RAIN_DEFAULTS)
    row = fields.risk[1, 0].astype(int)
    share = (area.grid.col_lon_deg - told.lon_deg[0]) / (told.lon_deg[1] - told.lon_deg[0])
    assert row.tolist() == [expected(60.0 * part, 0) for part in share]


def test_bounds_hold_the_estimate_and_widen_with_the_lead(area):
    told = forecast(area, {k: 4.0 for k in range(-13, 61)})
    fields = join_forecast_rain(None, told, area.grid, NOW_S, LEADS, RAIN_DEFAULTS)
    assert np.all(fields.low <= fields.risk) and np.all(fields.risk <= fields.high)
    width = fields.high.astype(int) - fields.low.astype(int)
    assert np.all(width[5] > width[1])


def test_more_rain_or_wind_is_never_less_risk(area):
    mild, wild = (forecast(area, {0: mm, 1: mm}, gust=gust) for mm, gust in ((10.0, 15.0), (40.0, 30.0)))
    rain = [join_forecast_rain(None, one, area.grid, NOW_S, LEADS, RAIN_DEFAULTS) for one in (mild, wild)]
    wind = [join_forecast_wind(None, one, area.grid, NOW_S, LEADS, TYPHOON_DEFAULTS) for one in (mild, wild)]
    for less, more in (rain, wind):
        assert np.all(less.risk <= more.risk) and np.any(less.risk < more.risk)


def test_wind_takes_the_worse_of_mean_and_gust(area):
    told = forecast(area, wind=14.0, gust=13.0)
    fields = join_forecast_wind(None, told, area.grid, NOW_S, LEADS, TYPHOON_DEFAULTS)
    assert int(fields.risk[1, 0, 0]) == 100
    told = forecast(area, wind=2.0, gust=26.0)
    fields = join_forecast_wind(None, told, area.grid, NOW_S, LEADS, TYPHOON_DEFAULTS)
    assert int(fields.risk[1, 0, 0]) == 150
    assert float(fields.intensity[FORECAST_GUST_NAME][0, 0]) == pytest.approx(26.0)


def test_unknown_stays_unknown_and_a_slice_beyond_the_forecast_too(area):
    told = forecast(area, {0: 30.0})
    told.rain_mm[:] = np.nan
    assert np.all(join_forecast_rain(None, told, area.grid, NOW_S, LEADS, RAIN_DEFAULTS).risk == RISK_CODE_MISSING)
    leads = np.array([0, 100 * 3600], dtype=np.int32)
    far = join_forecast_rain(None, forecast(area), area.grid, NOW_S, leads, RAIN_DEFAULTS)
    assert np.all(far.risk[0] == 0) and np.all(far.risk[1] == RISK_CODE_MISSING)
    assert join_forecast_rain(None, forecast(area), area.grid, NOW_S + 1e7, LEADS, RAIN_DEFAULTS) is None


def gauges(area, rate, is_measured=True) -> RainGauges:
    west, south, east, north = area.grid.bounds
    time_s = NOW_S + 600.0 * np.arange(-18, 1)
    both = np.array([south, north]), np.array([west, east])
    return RainGauges(*both, time_s, np.full((time_s.size, 2), rate), is_measured)


def test_gauges_hold_for_two_hours_and_the_worse_counts_later(area):
    told = forecast(area, {k: 50.0 for k in range(1, 61)}, rain_from_s=7201.0)
    dry = assess(area, situation(area, told, gauges(area, 0.0))).layers[Layer.RAIN].risk
    assert np.all(dry[:4] == 0) and np.all(dry[4] == expected(150.0, 1)), "150 mm in three hours"
    wet = assess(area, situation(area, forecast(area, rain_from_s=7201.0), gauges(area, 60.0))).layers[Layer.RAIN].risk
    alone = assess(area, situation(area, None, gauges(area, 60.0))).layers[Layer.RAIN].risk
    assert np.array_equal(wet[:5], alone[:5])


def test_where_only_the_model_stands_for_gauges_its_forecast_holds(area):
    told = forecast(area)
    found = assess(area, situation(area, told, gauges(area, 60.0, is_measured=False))).layers[Layer.RAIN].risk
    assert np.all(found[1] > 0), "what fell until now comes from the model's past hours"
    assert np.all(found[4] == 0), "and what comes from its forecast, not from going on"


def test_the_combined_risk_and_its_reasons_know_the_forecast(area):
    told = forecast(area, {k: 20.0 for k in range(1, 13)}, gust=30.0)
    made = assess(area, situation(area, told))
    assert made.layers[Layer.COMBINED].sources == ("open-meteo",)
    assert np.all(made.layers[Layer.COMBINED].risk >= made.layers[Layer.RAIN].risk)
    lat, lon = float(area.grid.row_lat_deg[0]), float(area.grid.col_lon_deg[0])
    now = {one.hazard: one.reason for one in assess_point(area, made, lat, lon).hazards}
    assert now[Hazard.RAIN].code == "rain_model" and now[Hazard.RAIN].values["accumulation_mm"] == pytest.approx(240.0)
    assert now[Hazard.TYPHOON].code == "wind_model" and now[Hazard.TYPHOON].values["ahead_m_per_s"] == 30.0
    later = {one.hazard: one.reason.code for one in assess_point(area, made, lat, lon, step=4).hazards}
    assert (later[Hazard.RAIN], later[Hazard.TYPHOON]) == ("rain_model_outlook", "wind_model_outlook")
    before = {one.hazard: one.reason.code for one in assess_point(area, made, lat, lon, step=0).hazards}
    assert (before[Hazard.RAIN], before[Hazard.TYPHOON]) == ("rain_model_past", "wind_model_past")


def test_nothing_given_is_changed(area):
    told = forecast(area, {0: 30.0})
    before = {field.name: np.copy(getattr(told, field.name)) for field in dataclasses.fields(told)}
    assess(area, situation(area, told, gauges(area, 5.0)))
    assert all(np.array_equal(value, getattr(told, name)) for name, value in before.items())


def test_an_hour_unknown_at_one_point_is_missed_in_its_windows_alone(area):
    told = forecast(area, {1: 30.0, 2: 20.0})
    told.rain_mm[13 + 1, 0, 0] = np.nan
    told.wind_m_per_s[13 + 1, 0, 0] = np.nan
    rain = join_forecast_rain(None, told, area.grid, NOW_S, LEADS, RAIN_DEFAULTS)
    at = {int(lead): rain.risk[t] for t, lead in enumerate(LEADS)}
    assert (at[10_800] == RISK_CODE_MISSING).all(), "each cell lies between all four points"
    assert (at[172_800] != RISK_CODE_MISSING).all(), "two days later no window reaches back to that hour"
    wind = join_forecast_wind(None, told, area.grid, NOW_S, LEADS, TYPHOON_DEFAULTS)
    assert (wind.risk[4] != RISK_CODE_MISSING).all()
