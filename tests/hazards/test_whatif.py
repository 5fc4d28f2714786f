"""What measures would change: known answers of the renewal equation, and intervals that hold what they say."""

import dataclasses

import numpy as np
import pytest

from risk_core.errors import UnavailableError
from risk_core.hazards.epidemic.serial import serial_share
from risk_core.hazards.epidemic.whatif import (
    MEASURES,
    N_AHEAD_DAY,
    Z_95,
    Measure,
    ask_what_if,
    draw_skewed,
    infections,
)
from risk_core.state.surveillance import CaseForecast, Outbreak

N_DAY = 90


def outbreak(cases: np.ndarray, number: float, spread: float = 1.0) -> Outbreak:
    column = np.asarray(cases, dtype=np.float64)[:, None]
    line = np.full_like(column, number)
    nothing = np.zeros((0, 1, 1))
    return Outbreak(
        np.arange(N_DAY) * 86_400.0, column, column, column, column, line, line / spread, line * spread,
        CaseForecast(0.0, np.array([0.5]), nothing, nothing),
    )  # fmt: skip


def naive(past: list[float], share: list[float], number: float) -> float:
    series = list(past)
    for _ in range(N_AHEAD_DAY):
        series.append(number * sum(share[s] * series[-s] for s in range(1, len(share)) if s <= len(series)))
    return sum(series[len(past) :])


def test_steady_cases_at_one_stay_steady() -> None:
    found = ask_what_if(outbreak(np.full(N_DAY, 50.0), 1.0), 0, ())
    assert found.without == pytest.approx(np.full(3, 50.0 * N_AHEAD_DAY), rel=1e-6)
    assert found.change == pytest.approx(np.zeros(3))


def test_totals_are_those_of_the_slow_twin() -> None:
    rng = np.random.default_rng(5)
    past, share = rng.uniform(0, 40, 60), serial_share(4.7, 2.9)
    numbers = np.array([0.6, 1.0, 1.7])
    slow = [naive(past.tolist(), share.tolist(), float(one)) for one in numbers]
    assert infections(past, share, numbers) == pytest.approx(slow)


def test_a_certain_measure_on_a_certain_number_has_one_answer() -> None:
    half = Measure("half", 0.5, 0.5, 0.5, "test")
    cases = np.linspace(10, 60, N_DAY)
    found = ask_what_if(outbreak(cases, 1.2), 0, [half])
    share = serial_share(4.7, 2.9)
    totals = infections(cases[-60:], share, np.array([1.2, 0.6]))
    assert found.with_measures == pytest.approx(np.full(3, totals[1]), rel=1e-3)
    assert found.change == pytest.approx(np.full(3, totals[1] / totals[0] - 1), rel=1e-3)
    assert found.below_one_prob == 1.0 and found.reproduction == pytest.approx(np.full(3, 0.6))


def test_more_measures_lower_more_and_each_lowers() -> None:
    course = outbreak(np.linspace(10, 60, N_DAY), 1.3, spread=1.1)
    alone = [ask_what_if(course, 0, [one]).change[1] for one in MEASURES]
    assert max(alone) < 0
    assert ask_what_if(course, 0, MEASURES).change[1] < min(alone)


def test_intervals_hold_what_they_say() -> None:
    for one in MEASURES:
        drawn = draw_skewed(np.random.default_rng(1), one.factor, (one.low, one.high), Z_95)
        assert np.quantile(drawn, (0.025, 0.5, 0.975)) == pytest.approx((one.low, one.factor, one.high), rel=0.06)
        assert one.source


def test_nothing_is_said_where_nothing_is_known() -> None:
    course = outbreak(np.full(N_DAY, 50.0), 1.0)
    with pytest.raises(UnavailableError):
        ask_what_if(dataclasses.replace(course, reproduction=np.full((N_DAY, 1), np.nan)), 0, MEASURES)
    with pytest.raises(UnavailableError):
        ask_what_if(outbreak(np.zeros(N_DAY), 1.0), 0, MEASURES)
