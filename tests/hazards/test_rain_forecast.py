"""Rain of the next two hours."""

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.rain.forecast import forecast_rain
from risk_core.state.grid import Grid
from risk_core.state.situation import RainGauges

NOW_S = 1_750_000_000.0
GRID = Grid.from_bounds(126.95, 37.50, 127.05, 37.60, 500.0)
LEADS = np.array([0.0, 1800.0, 3600.0, 7200.0])


def gauges(rate):
    rate = np.asarray(rate, dtype=float)
    lat = 37.505 + 0.09 * np.linspace(0, 1, rate.shape[1])
    return RainGauges(lat, 126.96 + (lat - 37.5), NOW_S - 600.0 * np.arange(len(rate))[::-1], rate)


def test_bounds_hold_the_estimate_and_widen_with_the_lead():
    found = forecast_rain(GRID, gauges(np.tile([40.0, 10.0, 0.0], (12, 1))), NOW_S, LEADS)
    assert found.rate_mm_per_h.shape == (4, GRID.n_row, GRID.n_col)
    assert (found.low_mm_per_h <= found.rate_mm_per_h).all() and (found.rate_mm_per_h <= found.high_mm_per_h).all()
    ratio = (found.high_mm_per_h - found.low_mm_per_h).mean(axis=(1, 2)) / found.rate_mm_per_h.mean(axis=(1, 2))
    assert (np.diff(ratio) > 0).all()
    assert found.data_as_of_s == NOW_S


def test_later_rain_is_not_looked_at():
    rate = np.zeros((12, 3))
    rate[6:] = 50.0
    found = forecast_rain(GRID, gauges(rate), NOW_S - 6 * 600.0, LEADS)
    assert (found.rate_mm_per_h == 0).all()


def test_silent_gauges_say_nothing():
    assert forecast_rain(GRID, gauges(np.full((6, 3), np.nan)), NOW_S, LEADS) is None
    old = forecast_rain(GRID, gauges(np.full((6, 3), 5.0)), NOW_S + 7200.0, LEADS)
    assert np.isnan(old.rate_mm_per_h).all()


@pytest.mark.parametrize("lead_s", [[], [-600.0, 0.0], [0.0, 7201.0], [600.0, 0.0], [0.0, np.nan]])
def test_leads_outside_two_hours_are_refused(lead_s):
    with pytest.raises(InputError, match="lead_s"):
        forecast_rain(GRID, gauges(np.zeros((6, 3))), NOW_S, np.array(lead_s))
