"""What the officials read of an outbreak."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.views.outbreak import (
    case_series,
    fan_series,
    last_reproduction,
    outbreak_tiles,
    reproduction_series,
    week_rows,
    whole_area,
)
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS
from risk_core.hazards.epidemic.outbreak import assess_outbreak
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import Outbreak
from risk_core.units import S_PER_DAY

N_DAY = 42


@pytest.fixture(scope="module")
def outbreak() -> Outbreak:
    count = np.random.default_rng(6).poisson(30, (N_DAY, 2)).astype(float)
    known = np.tile(count, (7, 1, 1))
    known[0] = np.floor(count / 2)
    count[-1] = known[0, -1]
    count[3] = np.nan
    found = assess_outbreak(
        DistrictCases(np.arange(N_DAY) * S_PER_DAY, count, known), N_DAY * S_PER_DAY, INFECTION_DEFAULTS
    )
    assert found is not None
    return found


def test_bars_stand_for_what_is_known_and_what_is_still_expected(outbreak: Outbreak) -> None:
    days, reported, late = case_series(outbreak, whole_area(outbreak))
    assert days[0] == "1970-01-01" and len(days) == len(reported) == len(late) == N_DAY
    assert reported[3] is None and late[3] is None
    assert late[-2] == 0.0
    assert reported[-1] is not None and late[-1] is not None and 0.5 < late[-1] / reported[-1] < 1.6


def test_fan_opens_outwards_after_the_last_day(outbreak: Outbreak) -> None:
    days, fan = fan_series(outbreak, whole_area(outbreak))
    assert days[0] == "1970-02-12" and len(days) == 14
    ordered = np.array(
        [fan[name] for name in ("low_95", "low_80", "low_50", "median", "high_50", "high_80", "high_95")]
    )
    assert (np.diff(ordered, axis=0) >= 0).all()


def test_reproduction_is_unknown_for_the_newest_days_alone(outbreak: Outbreak) -> None:
    days, (median, low, high) = reproduction_series(outbreak, 0)
    last = last_reproduction(outbreak, 0)
    assert last is not None and N_DAY - 10 < last < N_DAY - 4 and len(days) == N_DAY
    for day in (0, last):
        at = median[day], low[day], high[day]
        assert at[1] < at[0] < at[2]  # type: ignore[operator]
    assert median[last + 1 :] == low[last + 1 :] == high[last + 1 :] == [None] * (N_DAY - 1 - last)


def test_tile_tells_for_which_day_the_reproduction_number_holds(outbreak: Outbreak) -> None:
    place = whole_area(outbreak)
    last = last_reproduction(outbreak, place)
    days, (median, low, high) = reproduction_series(outbreak, place)
    assert last is not None
    for lang in ("en", "ko"):
        _, value, note = outbreak_tiles(outbreak, lang)[1]
        assert value == f"{median[last]:.2f}" and f"{low[last]:.2f}–{high[last]:.2f}" in note
        assert days[last][5:] in note


def test_without_a_known_day_the_tile_is_dashes(outbreak: Outbreak) -> None:
    unknown = np.full_like(outbreak.reproduction, np.nan)
    blank = replace(outbreak, reproduction=unknown, reproduction_low=unknown, reproduction_high=unknown)
    assert outbreak_tiles(blank, "en")[1][1:] == ("–", "80 % interval –")


def test_late_weeks_are_a_scenario_without_a_single_number(outbreak: Outbreak) -> None:
    rows = week_rows(outbreak, "en")
    assert [row[1] for row in rows] == ["Forecast", "Forecast", "Scenario", "Scenario"]
    assert rows[0][2] != "–" and rows[2][2] == "–" and "–" in str(rows[3][3])


def test_tiles_say_how_much_is_known_and_give_intervals(outbreak: Outbreak) -> None:
    (_, expected, known), (_, number, interval), (_, week, _) = outbreak_tiles(outbreak, "en")
    assert int(expected.replace(",", "")) > int(known.split()[0].replace(",", ""))
    assert "80 % interval" in interval and float(number) > 0 and int(week.replace(",", "")) > 0
