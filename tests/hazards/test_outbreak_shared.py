"""Seoul's winter wave of 2020 by its 25 gu, day after day as if live. No vintages exist: each day is known at once."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from risk_core.hazards.epidemic.delays import report_share
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS
from risk_core.hazards.epidemic.outbreak import assess_outbreak
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import QUANTILE_PROB, Outbreak
from risk_core.units import S_PER_DAY

pytestmark = pytest.mark.shared

FIRST, LAST = pd.Timestamp("2020-11-15"), pd.Timestamp("2021-01-31")
HISTORY_DAY = 49
SLACK = pd.Timedelta(days=7)
LOW_80, HIGH_80 = QUANTILE_PROB.index(0.1), QUANTILE_PROB.index(0.9)


@pytest.fixture(scope="module")
def seoul(shared_data: Path) -> pd.DataFrame:
    """Cases by day and gu; people from elsewhere left out."""
    path = shared_data / "epidemic" / "seoul_gu_daily.csv.gz"
    if not path.is_file():
        pytest.skip(f"{path.name} is missing")
    rows = pd.read_csv(path, parse_dates=["date"])
    return rows[rows["gu_en"] != "Other"].pivot_table(index="date", columns="gu_en", values="cases", aggfunc="sum")


def told_on(seoul: pd.DataFrame, day: pd.Timestamp) -> Outbreak:
    """Course of the last seven weeks as told at the end of a day."""
    known = seoul.loc[day - pd.Timedelta(days=HISTORY_DAY - 1) : day]
    day_s = (known.index - pd.Timestamp("1970-01-01")) / pd.Timedelta(seconds=1)
    found = assess_outbreak(
        DistrictCases(day_s.to_numpy(dtype=float), known.to_numpy(dtype=float)),
        float(day_s[-1]) + S_PER_DAY,
        INFECTION_DEFAULTS,
    )
    assert found is not None
    return found


@pytest.fixture(scope="module")
def told(seoul: pd.DataFrame) -> dict[pd.Timestamp, Outbreak]:
    return {day: told_on(seoul, day) for day in pd.date_range(FIRST, LAST)}


def crossings(outbreak: Outbreak) -> list[pd.Timestamp]:
    """Days on which R of the whole city falls below one."""
    number = outbreak.reproduction[:, -1]
    at = np.flatnonzero((number[:-1] >= 1) & (number[1:] < 1)) + 1
    return [pd.Timestamp(outbreak.day_s[k], unit="s") for k in at]


def test_wave_has_25_gu(seoul: pd.DataFrame) -> None:
    assert seoul.shape[1] == 25 and seoul.loc[FIRST:LAST].sum().sum() > 15_000


def test_reproduction_number_crosses_one_at_the_peak_of_infections(
    seoul: pd.DataFrame, told: dict[pd.Timestamp, Outbreak]
) -> None:
    """The peak of infections, without our fit: that of the weekly mean of the reports less the mean delay.

    On the evenings whose seven weeks hold that day.
    """
    report_peak = seoul.loc[FIRST:LAST].sum(axis=1).rolling(7, center=True).mean().idxmax()
    delay_day = report_share() @ np.arange(len(report_share()))
    infection_peak = report_peak - pd.Timedelta(days=float(delay_day))
    last = (infection_peak + pd.Timedelta(days=HISTORY_DAY - 1)).floor("D")
    assert last - pd.Timestamp("2021-01-03") >= pd.Timedelta(days=21)
    for day in pd.date_range("2021-01-03", last):
        found = crossings(told[day])
        assert len(found) == 1, day
        assert abs(found[0] - infection_peak) <= SLACK, day
        assert found[0] < report_peak


def test_reproduction_number_told_live_holds_what_is_known_later(
    seoul: pd.DataFrame, told: dict[pd.Timestamp, Outbreak]
) -> None:
    """The newest 80 % interval of each evening against the median of that day four weeks later, city and gu."""
    inside = []
    for day, found in told.items():
        later = told_on(seoul, day + pd.Timedelta(days=28))
        last = int(np.flatnonzero(np.isfinite(found.reproduction[:, -1]))[-1])
        then = int(np.flatnonzero(later.day_s == found.day_s[last])[0])
        truth = later.reproduction[then]
        inside.append((found.reproduction_low[last] <= truth) & (truth <= found.reproduction_high[last]))
    held = np.array(inside)
    assert 0.65 < held[:, -1].mean() < 0.95, "whole city"
    assert 0.75 < held[:, :-1].mean() < 0.97, "by gu"


def test_fan_of_a_fortnight_holds_what_came(seoul: pd.DataFrame, told: dict[pd.Timestamp, Outbreak]) -> None:
    """80 % fan, days 1 to 14: of all gu-days, and never far below in the first or second week."""
    inside: list[NDArray[np.bool_]] = []
    for day, found in told.items():
        came = seoul.loc[day + pd.Timedelta(days=1) : day + pd.Timedelta(days=14)].to_numpy(dtype=float)
        fan = found.forecast.day[:, :-1]
        inside.append((fan[..., LOW_80] <= came) & (came <= fan[..., HIGH_80]))
    held = np.array(inside)
    assert 0.70 <= held.mean() <= 0.92
    assert held[:, :7].mean() > 0.70 and held[:, 7:].mean() > 0.65
