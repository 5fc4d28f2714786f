"""Rain of the last hours as the flood forecast takes it: late reports, and a model's hours that are not all there."""

import numpy as np
import pytest

from risk_core.hazards.flood.rain_expected import expected_rain
from risk_core.hazards.flood.rain_over import gauge_history
from risk_core.hazards.rain.gauges import slice_gauges
from risk_core.hazards.rain.options import RAIN_DEFAULTS
from risk_core.state.situation import RainGauges, WeatherForecast

NOW_S = 1_782_000_000.0


@pytest.mark.parametrize("late_s", [0.0, 300.0, 600.0, 1500.0, 3000.0])
def test_the_newest_rate_stands_for_all_the_time_since_its_report(late_s):
    time_s = NOW_S - late_s - 600.0 * np.arange(36)[::-1]
    gauges = RainGauges(np.array([37.5]), np.array([127.0]), time_s, np.full((36, 1), 12.0))
    found = gauge_history(gauges, NOW_S, 3 * 3600.0, RAIN_DEFAULTS)
    np.testing.assert_allclose(found.rate_mm_per_h[:, 0], 12.0)


def test_rain_that_stopped_at_the_last_report_is_not_carried_on():
    rate = np.where(np.arange(36) < 35, 60.0, 0.0)[:, None]
    time_s = NOW_S - 1500.0 - 600.0 * np.arange(36)[::-1]
    found = gauge_history(RainGauges(np.array([37.5]), np.array([127.0]), time_s, rate), NOW_S, 7200.0, RAIN_DEFAULTS)
    np.testing.assert_allclose(found.rate_mm_per_h[-4:, 0], [30.0, 0.0, 0.0, 0.0])


def told(rain_mm) -> WeatherForecast:
    time_s = NOW_S + 3600.0 * np.arange(-2, 7)
    return WeatherForecast(
        "model", NOW_S, np.array([38.0, 37.0]), np.array([126.0, 127.0, 128.0]), time_s, rain_mm, rain_mm, rain_mm
    )


def test_hours_unknown_at_one_point_do_not_silence_the_others():
    rain = np.full((9, 2, 3), 6.0)
    rain[3, 0, 0] = np.nan
    found = expected_rain(told(rain), NOW_S, 4 * 3600.0)
    first = found.rate_mm_per_h[:6]
    assert np.isnan(first[:, 0, 0]).all()
    assert np.isfinite(first).sum() == 6 * 5
    np.testing.assert_allclose(found.rate_mm_per_h[6:], 6.0)
    cells = found.in_cells(np.array([37.9, 37.1]), np.array([126.2, 127.5]))
    assert np.isnan(cells[0, :, 0]).all()
    np.testing.assert_allclose(cells[:, :, 1], 6.0)


def test_unseen_rain_is_as_much_as_the_root_mean_square_of_the_gauges():
    rate = np.tile([3.0, 0.0, 30.0, np.nan], (36, 1))
    gauges = RainGauges(37.5 + np.arange(4.0), np.full(4, 127.0), NOW_S - 600.0 * np.arange(36)[::-1], rate)
    found = slice_gauges(gauges, NOW_S, np.array([0], np.int32), RAIN_DEFAULTS)
    hour = np.sqrt((3.0**2 + 0.0 + 30.0**2) / 3)
    np.testing.assert_allclose(found.unseen_mm[0], [hour, 3 * hour, 6 * hour], rtol=1e-6)
    np.testing.assert_allclose(found.fallen_mm[0, 0, :3], [3.0, 0.0, 30.0])
