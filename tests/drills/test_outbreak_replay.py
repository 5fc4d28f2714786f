"""The drill's outbreak replayed day by day as it was known then: what the officials are told, against what came."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.drills.outbreak import DELAY_DAY, N_DAY, REPORTED_SHARE, daily_cases, daily_infections, known_cases
from dashboard.store.measurements import N_REPORT_AGE
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS
from risk_core.hazards.epidemic.outbreak import assess_outbreak
from risk_core.hazards.epidemic.reproduction import serial_share
from risk_core.state.area import Area, District
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import QUANTILE_PROB, Outbreak
from risk_core.units import M_PER_DEG_LAT, S_PER_DAY

CENTRE = (-29.93, -71.27)
LAST_DAY = 20_785
SEEDS = (1, 2, 7)
WEEK_DAY = 7
LOW_80, HIGH_80 = QUANTILE_PROB.index(0.1), QUANTILE_PROB.index(0.9)
Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def town(area: Area) -> Area:
    """Forty districts of 3,000 to 20,000 people within eight kilometres: as large as the sample city."""
    rng = np.random.default_rng(12)
    north, east = rng.normal(0.0, 4000.0, (2, 40)) / M_PER_DEG_LAT
    people = rng.uniform(3000.0, 20_000.0, 40)
    return dataclasses.replace(
        area,
        districts=tuple(
            District(f"d{k}", f"d{k}", f"d{k}", "", float(people[k]), CENTRE[0] + north[k], CENTRE[1] + east[k])
            for k in range(40)
        ),
    )


def known_on(final: NDArray[np.int64], known: NDArray[np.int64], day: int) -> DistrictCases:
    """What was known at the end of a day (0 is the first): counts, and how they had filled up."""
    n_day = day + 1
    told = np.full((N_REPORT_AGE, n_day, final.shape[1]), np.nan)
    count = np.empty((n_day, final.shape[1]))
    for of_day in range(n_day):
        age = day - of_day
        for at in range(min(age + 1, N_REPORT_AGE)):
            told[at, of_day] = known[min(at, len(REPORTED_SHARE) - 1), of_day]
        count[of_day] = known[min(age, len(REPORTED_SHARE) - 1), of_day]
    return DistrictCases(np.arange(n_day) * S_PER_DAY, count, told)


def replay(town: Area, seed: int, days: Sequence[int]) -> tuple[Floats, list[tuple[int, Outbreak]]]:
    """Final cases with their sum, shape=(N_DAY, n_district + 1), and what was told at the end of each day."""
    final = daily_cases(town, LAST_DAY, CENTRE, seed)
    known = known_cases(final, seed)
    told = []
    for day in days:
        found = assess_outbreak(known_on(final, known, day), (day + 1) * S_PER_DAY, INFECTION_DEFAULTS)
        assert found is not None
        told.append((day, found))
    return np.column_stack([final, final.sum(axis=1)]).astype(float), told


def week_mean(count: Floats) -> Floats:
    """Mean of each day and the six before it."""
    return np.convolve(count, np.full(WEEK_DAY, 1 / WEEK_DAY), "full")[: len(count)]


@pytest.mark.parametrize("seed", SEEDS)
def test_course_rises_peaks_and_falls_with_districts_out_of_step(town: Area, seed: int) -> None:
    infections = daily_infections(town, CENTRE, seed)[DELAY_DAY:]
    peaks = infections.argmax(axis=0)
    assert 18 <= np.median(peaks) <= 28 and np.std(peaks) > 1.5
    mean = week_mean(daily_cases(town, LAST_DAY, CENTRE, seed).sum(axis=1).astype(float))
    peak = int(mean.argmax())
    assert np.median(peaks) + 5 < peak < N_DAY - 7, "reports peak after the infections and within the history"
    assert mean[6] < 0.5 * mean[peak] and mean[-1] < 0.85 * mean[peak]


def test_same_seed_same_outbreak(town: Area) -> None:
    first, again, other = (daily_cases(town, LAST_DAY, CENTRE, seed) for seed in (7, 7, 8))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert np.array_equal(known_cases(first, 7)[-1], first)


def test_nowcast_takes_away_most_of_the_error_of_late_reports(town: Area) -> None:
    """Of the last three days of the whole area, at most 0.4 of the error without a correction is left."""
    left = without = 0.0
    for seed in SEEDS:
        final, told = replay(town, seed, range(20, N_DAY))
        for day, found in told:
            late = slice(day - 2, day + 1)
            left += float(np.abs(found.expected[late, -1] - final[late, -1]).sum())
            without += float(np.abs(found.reported[late, -1] - final[late, -1]).sum())
    assert without > 0 and left <= 0.4 * without


@pytest.mark.parametrize("seed", SEEDS)
def test_reproduction_number_crosses_one_before_the_reported_peak(town: Area, seed: int) -> None:
    """By day of infection R falls below one before the peak of the reports as it was visible on the same evening."""
    _, told = replay(town, seed, (42, 44, 46, 48))
    for day, found in told:
        number = found.reproduction[:, -1]
        crossed = np.flatnonzero((number[:-1] >= 1) & (number[1:] < 1)) + 1
        visible_peak = int(week_mean(found.reported[:, -1]).argmax())
        assert len(crossed) == 1 and crossed[0] < visible_peak <= day
    last = int(np.flatnonzero(np.isfinite(number))[-1])
    assert number[last] < 0.95 and found.reproduction_low[last, -1] < 0.9, "at its present the outbreak falls"


@pytest.mark.parametrize("seed", SEEDS)
def test_reproduction_number_is_that_of_the_drill(town: Area, seed: int) -> None:
    """True R by the renewal equation on the drill's own infections: most 80 % intervals hold it."""
    infections = daily_infections(town, CENTRE, seed)
    infections = np.column_stack([infections, infections.sum(axis=1)])
    share = serial_share(4.7, 2.9)
    force = np.stack([share[1:] @ infections[t - 1 : t - 30 : -1] for t in range(DELAY_DAY, len(infections))])
    truth = infections[DELAY_DAY:] / force
    _, told = replay(town, seed, range(24, N_DAY, 4))
    inside = []
    for day, found in told:
        low, high = found.reproduction_low, found.reproduction_high
        known = np.isfinite(low)
        inside.append(((low <= truth[: day + 1]) & (truth[: day + 1] <= high))[known])
    assert 0.7 < np.concatenate(inside).mean() < 0.97


def test_fan_of_a_fortnight_holds_what_came(town: Area) -> None:
    """The 80 % fan of days 1 to 14 over the rise, the turn and the fall: 70 to 92 % of place-days inside."""
    inside = []
    for seed in SEEDS:
        final, told = replay(town, seed, range(21, N_DAY - 1, 3))
        for day, found in told:
            came = final[day + 1 : day + 15]
            fan = found.forecast.day[: len(came)]
            inside.append(((fan[..., LOW_80] <= came) & (came <= fan[..., HIGH_80])).ravel())
    assert 0.70 <= np.concatenate(inside).mean() <= 0.92
