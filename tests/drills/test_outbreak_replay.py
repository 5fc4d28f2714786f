"""The drill's outbreak replayed day by day as it was known then: what the officials are told, against what came."""

import dataclasses

import numpy as np
import pytest

from dashboard.drills.outbreak import DELAY_DAY, N_DAY, daily_cases, daily_infections, known_cases
from risk_core.hazards.epidemic.serial import serial_share
from risk_core.state.area import Area, District
from risk_core.units import M_PER_DEG_LAT
from tests.drills.replaying import LAST_DAY, falls_below_one, fan_hits, late_error, replay, visible_peak, week_mean

CENTRE = (-29.93, -71.27)
SEEDS = (1, 2, 7)


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
    errors = [late_error(*replay(town, CENTRE, seed, range(20, N_DAY))) for seed in SEEDS]
    left, without = np.sum(errors, axis=0)
    assert without > 0 and left <= 0.4 * without


@pytest.mark.parametrize("seed", SEEDS)
def test_reproduction_number_crosses_one_before_the_reported_peak(town: Area, seed: int) -> None:
    """By day of infection R falls below one before the peak of the reports as it was visible on the same evening."""
    _, told = replay(town, CENTRE, seed, (42, 44, 46, 48))
    for day, found in told:
        crossed = falls_below_one(found)
        assert len(crossed) == 1 and crossed[0] < visible_peak(found) <= day
    last = int(np.flatnonzero(np.isfinite(found.reproduction[:, -1]))[-1])
    assert found.reproduction_high[last, -1] < 1, "at the drill's present the outbreak is known to fall"


@pytest.mark.parametrize("seed", SEEDS)
def test_reproduction_number_is_that_of_the_drill(town: Area, seed: int) -> None:
    """True R by the renewal equation on the drill's own infections: most 80 % intervals hold it."""
    infections = daily_infections(town, CENTRE, seed)
    infections = np.column_stack([infections, infections.sum(axis=1)])
    share = serial_share(4.7, 2.9)
    force = np.stack([share[1:30] @ infections[t - 1 : t - 30 : -1] for t in range(DELAY_DAY, len(infections))])
    truth = infections[DELAY_DAY:] / force
    _, told = replay(town, CENTRE, seed, range(24, N_DAY, 4))
    inside = []
    for day, found in told:
        low, high = found.reproduction_low, found.reproduction_high
        known = np.isfinite(low)
        inside.append(((low <= truth[: day + 1]) & (truth[: day + 1] <= high))[known])
    assert 0.7 < np.concatenate(inside).mean() < 0.97


def test_fan_of_a_fortnight_holds_what_came(town: Area) -> None:
    """The 80 % fan of days 1 to 14 over the rise, the turn and the fall: 70 to 92 % of place-days inside."""
    hits = [fan_hits(*replay(town, CENTRE, seed, range(21, N_DAY - 1, 3))) for seed in SEEDS]
    assert 0.70 <= np.concatenate(hits).mean() <= 0.92
