from datetime import UTC

import numpy as np
import pytest

from dashboard.views.wind import arrival_time_words, arrival_words, axis_ticks, storm_words
from tests.hazards.test_typhoon import track

HOUR_S = 3600.0
HOURS = HOUR_S * np.arange(480_000, 480_049, dtype=float)
NOW_S = float(HOURS[0]) + 1800.0


def at(*hours):
    return [float(HOURS[0]) + HOUR_S * one for one in hours]


def test_the_bar_spans_early_to_late_on_the_axis():
    row = arrival_words("Jeju", 0.62, at(12, 24, 36), HOURS, (NOW_S, UTC, "en"), 1)
    assert row.share == pytest.approx((0.25, 0.5, 0.75)) and row.prob == "62\u00a0%" and row.strength == 1
    assert row.when.startswith("if it comes")


@pytest.mark.parametrize(
    ("arrival_s", "said"),
    [
        (at(12, float("nan"), float("nan")), "less than 5 %"),
        (at(0, 0, 0), "already"),
        (at(3, 3, 3), "if it comes, 03:00"),
        (at(3, 4, 9), "03:00 to 09:00, middle 04:00"),
    ],
)
def test_times_in_words(arrival_s, said):
    assert said in arrival_time_words(arrival_s, NOW_S, UTC, "en")


def test_ticks_stand_at_midnight_and_noon_of_the_place():
    ticks = axis_ticks(HOURS, UTC, "en")
    assert [word for _, word in ticks][1::2] == ["12:00", "12:00"] and ticks[0][0] == 0.0
    assert all(0 <= share < 1 for share, _ in ticks)


def test_a_storm_tells_what_its_bulletin_knows():
    bare = track(central_pressure_hpa=np.full(9, np.nan))
    said = storm_words(bare, bare.issue_s, UTC, "en")
    assert "34.0° N" in said and "43 m/s" in said and "hPa" not in said
