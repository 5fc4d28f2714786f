"""The time axis of the gauges: every report known now is on it, whenever in the hour it was made."""

import numpy as np
import pytest

from dashboard.store.measurements import rain_gauges

NOW_S = 1_782_000_000.0


def report(station, end_s, rate, interval_s=600.0):
    place = {"lat_deg": 37.5, "lon_deg": 127.0, "source": "city", "simulated": False, "station_id": station}
    return {**place, "time_s": end_s, "interval_s": interval_s, "rate_mm_per_h": rate}


@pytest.mark.parametrize("late_s", [0.0, 30.0, 150.0, 450.0])
def test_the_newest_report_is_never_ahead_of_now(late_s):
    newest_s = NOW_S - late_s
    rows = [report("a", newest_s - 600.0 * k, 10.0 + k) for k in range(4)]
    rows += [report("b", NOW_S - 600.0 * k - 1200.0, 3.0) for k in range(3)]
    found = rain_gauges(rows, NOW_S)
    assert found.time_s[-1] == newest_s <= NOW_S
    np.testing.assert_allclose(np.diff(found.time_s), 600.0)
    np.testing.assert_allclose(found.rate_mm_per_h[-4:, 0], [13.0, 12.0, 11.0, 10.0])
    assert np.nansum(found.rate_mm_per_h[:, 1]) == 9.0, "each report of the other station has a step of its own"


def test_an_hourly_report_fills_the_steps_it_covers():
    rows = [report("a", NOW_S, 6.0), report("b", NOW_S, 2.0, 3600.0)]
    found = rain_gauges(rows, NOW_S)
    assert found.rate_mm_per_h[:, 1].tolist() == [2.0]
    rows += [report("a", NOW_S - 3600.0, 6.0)]
    np.testing.assert_allclose(rain_gauges(rows, NOW_S).rate_mm_per_h[:, 1], [np.nan] + 6 * [2.0])
