import math

import numpy as np
import pytest

from risk_core.hazards.rain.field import assess_rain
from risk_core.hazards.rain.options import RAIN_DEFAULTS
from risk_core.hazards.rain.reason import explain_rain
from risk_core.state.grid import Grid
from risk_core.state.level import code_to_risk
from risk_core.state.situation import RainGauges

NOW_S = 1_750_000_000.0
LEADS = np.array([-7200, -3600, 0, 1800, 3600, 7200, 21_600], dtype=np.int32)
NOW = 2
GRID = Grid.from_bounds(126.95, 37.50, 127.05, 37.60, 500.0)
LAT, LON = np.array([37.52, 37.58, 37.55]), np.array([126.96, 127.03, 127.00])


def gauges(rate, lat=LAT, lon=LON, newest_s=NOW_S, interval_s=600.0):
    rate = np.asarray(rate, dtype=float)
    time_s = newest_s - interval_s * np.arange(len(rate))[::-1]
    return RainGauges(lat, lon, time_s, rate)


def steady(rate, hours=12):
    return np.tile(np.asarray(rate, dtype=float), (hours * 6, 1))


def at(field, lat, lon):
    return code_to_risk(field.reshape(len(field), -1)[:, GRID.cell_of(lat, lon)])


def test_steady_rain_is_summed_over_each_window():
    fields = assess_rain(GRID, gauges(steady([20.0, 20.0, 20.0])), NOW_S, LEADS)
    for name, mm in [("accumulation_1h_mm", 20), ("accumulation_3h_mm", 60), ("accumulation_12h_mm", 240)]:
        np.testing.assert_allclose(fields.intensity[name], mm, rtol=1e-5)
    np.testing.assert_allclose(fields.intensity["rain_rate_mm_per_h"], 20.0, rtol=1e-5)
    worst = 0.6 + 0.2 * (240 - 180) / (250 - 180)
    np.testing.assert_allclose(code_to_risk(fields.risk[NOW]), worst, atol=0.003)


@pytest.mark.parametrize(
    "mm, hours, risk",
    [(60, 3, 0.4), (90, 3, 0.6), (110, 12, 0.4), (180, 12, 0.6), (72, 1, 0.8), (100, 1, 1.0)],
)
def test_official_figures_sit_on_their_levels(mm, hours, risk):
    rate = np.zeros((72, 1))
    rate[-hours * 6 :] = mm / hours
    fields = assess_rain(GRID, gauges(rate, LAT[:1], LON[:1]), NOW_S, LEADS)
    assert code_to_risk(fields.risk[NOW]).max() == pytest.approx(risk, abs=0.003)


def test_persistence_adds_the_decaying_rate():
    fields = assess_rain(GRID, gauges(steady([30.0] * 3, hours=1)), NOW_S, LEADS)
    tau_h = RAIN_DEFAULTS.lifetime_s / 3600
    half_hour = 15.0 + 30.0 * tau_h * (1 - math.exp(-0.5 / tau_h))
    hour = 30.0 * tau_h * (1 - math.exp(-1 / tau_h))
    for lead, mm in [(3, half_hour), (4, hour)]:
        one, three = np.interp(mm, [15, 30], [0.2, 0.4]), np.interp(30 + hour, [30, 60], [0.2, 0.4])
        assert code_to_risk(fields.risk[lead]).max() <= max(one, three) + 0.004
        assert code_to_risk(fields.risk[lead]).min() >= one - 0.004


def test_the_past_knows_nothing_of_later_rain():
    rate = np.zeros((72, 3))
    rate[-6:] = 100.0
    fields = assess_rain(GRID, gauges(rate), NOW_S, LEADS)
    assert (fields.risk[0] == 0).all() and (fields.risk[1] == 0).all()
    assert (fields.risk[NOW] == 250).all()


def test_a_silent_gauge_changes_nothing():
    rate = np.random.default_rng(0).gamma(1, 20, (72, 3))
    with_silent = np.column_stack([rate, np.full(72, np.nan)])
    alone = assess_rain(GRID, gauges(rate), NOW_S, LEADS)
    both = assess_rain(GRID, gauges(with_silent, np.append(LAT, 37.551), np.append(LON, 127.01)), NOW_S, LEADS)
    np.testing.assert_array_equal(alone.risk, both.risk)
    np.testing.assert_array_equal(alone.high, both.high)


def test_a_gauge_that_falls_silent_drops_out_when_it_does():
    rate = steady([60.0, 0.0, 0.0])
    rate[-12:, 0] = np.nan
    fields = assess_rain(GRID, gauges(rate), NOW_S, LEADS)
    risk = at(fields.risk, LAT[0], LON[0])
    assert risk[0] == 1.0 and risk[NOW] == 0.0


def test_without_observations_there_is_no_layer():
    empty = RainGauges(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros((0, 0)))
    assert assess_rain(GRID, empty, NOW_S, LEADS) is None
    assert assess_rain(GRID, gauges(np.full((6, 3), np.nan)), NOW_S, LEADS) is None


def test_old_observations_say_nothing_of_now():
    fields = assess_rain(GRID, gauges(steady([60.0] * 3), newest_s=NOW_S - 5400), NOW_S, LEADS)
    assert (fields.risk[0] != 255).all()
    assert (fields.risk[NOW:] == 255).all() and np.isnan(fields.intensity["rain_rate_mm_per_h"]).all()
    assert fields.data_as_of_s == NOW_S - 5400


def test_more_rain_is_never_less_risk():
    rng = np.random.default_rng(1)
    for _ in range(10):
        rate = rng.gamma(0.5, 20, (72, 3))
        more = rate + (rng.random(rate.shape) < 0.1) * rng.gamma(1, 30, rate.shape)
        less, greater = (assess_rain(GRID, gauges(one), NOW_S, LEADS) for one in (rate, more))
        for name in ("risk", "low", "high"):
            assert (getattr(greater, name) >= getattr(less, name)).all(), name


def test_with_many_gauges_more_rain_is_never_less_risk_now_or_before():
    rng = np.random.default_rng(4)
    lat, lon = rng.uniform(37.5, 37.6, 20), rng.uniform(126.95, 127.05, 20)
    for _ in range(5):
        rate = rng.gamma(0.5, 20, (72, 20))
        more = rate + (rng.random(rate.shape) < 0.1) * rng.gamma(1, 30, rate.shape)
        less, greater = (assess_rain(GRID, gauges(one, lat, lon), NOW_S, LEADS) for one in (rate, more))
        for name in ("risk", "low", "high"):
            assert (getattr(greater, name)[: NOW + 1] >= getattr(less, name)[: NOW + 1]).all(), name


def test_interval_holds_the_risk_and_widens_with_lead_and_distance():
    rate = np.random.default_rng(2).gamma(1, 8, (72, 3))
    fields = assess_rain(GRID, gauges(rate), NOW_S, LEADS)
    assert (fields.low <= fields.risk).all() and (fields.risk <= fields.high).all()
    dry_gauge = assess_rain(GRID, gauges(steady([40.0, 0.0, 0.0], hours=3)), NOW_S, LEADS)
    width = at(dry_gauge.high, LAT[1], LON[1]) - at(dry_gauge.low, LAT[1], LON[1])
    assert (np.diff(width[NOW:6]) >= 0).all() and width[5] > width[NOW]
    even = assess_rain(GRID, gauges(steady([20.0] * 3)), NOW_S, LEADS)
    near, far = at(even.high, LAT[0], LON[0])[NOW], at(even.high, 37.595, 126.955)[NOW]
    assert far > near


def test_seoul_2022_the_south_is_extreme_and_the_north_is_not():
    """Dongjak 141.5 mm in the hour to 21:05 on 2022-08-08, about 5 mm in the north (KMA, as reported)."""
    lat, lon = np.array([37.493, 37.665]), np.array([126.918, 127.029])
    grid = Grid.from_bounds(126.85, 37.45, 127.10, 37.70, 500.0)
    rate = np.tile([141.5, 5.0], (6, 1))
    fields = assess_rain(grid, gauges(rate, lat, lon), NOW_S, LEADS)
    risk = code_to_risk(fields.risk[NOW]).ravel()
    assert risk[grid.cell_of(lat[0], lon[0])] == 1.0
    assert risk[grid.cell_of(lat[1], lon[1])] < 0.2


def test_input_is_not_changed():
    rate = np.random.default_rng(3).gamma(1, 8, (12, 3))
    rate[3, 1] = np.nan
    before = rate.copy()
    assess_rain(GRID, gauges(rate), NOW_S, LEADS)
    np.testing.assert_array_equal(rate, before)


def test_reason_names_the_worst_window():
    reason = explain_rain({"accumulation_1h_mm": 10.0, "accumulation_3h_mm": 25.0, "accumulation_12h_mm": 120.0})
    assert (reason.code, reason.values["window_h"], reason.values["threshold_mm"]) == ("rain_advisory", 12, 110)
    reason = explain_rain({"accumulation_1h_mm": 35.0, "accumulation_3h_mm": 40.0, "accumulation_12h_mm": 40.0})
    assert (reason.code, reason.values["window_h"], reason.values["threshold_mm"]) == ("rain_accumulation", 1, 30)
    assert explain_rain({"accumulation_1h_mm": 0.0, "rain_rate_mm_per_h": 0.0}).code == "rain_dry"
    assert explain_rain({"accumulation_1h_mm": 5.0, "rain_rate_mm_per_h": 0.0}).code == "rain_light"
    assert explain_rain({}).code == explain_rain({"accumulation_1h_mm": math.nan}).code == "rain_unknown"
