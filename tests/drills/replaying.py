"""The drill's outbreak as it was known on each evening, and what is told of it then."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dashboard.drills.outbreak import REPORTED_SHARE, daily_cases, known_cases
from dashboard.store.measurements import N_REPORT_AGE
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS
from risk_core.hazards.epidemic.outbreak import assess_outbreak
from risk_core.state.area import Area
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import QUANTILE_PROB, Outbreak
from risk_core.units import S_PER_DAY

LAST_DAY = 20_785
"""Last day of the drill's history, days since 1970-01-01."""
WEEK_DAY = 7
LATE_DAY = 3
"""Newest days, whose reports are not all in."""
LOW_80, HIGH_80 = QUANTILE_PROB.index(0.1), QUANTILE_PROB.index(0.9)
Floats = NDArray[np.float64]
Told = list[tuple[int, Outbreak]]


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


def replay(town: Area, centre: tuple[float, float], seed: int, days: Sequence[int]) -> tuple[Floats, Told]:
    """Final cases with their sum, shape=(N_DAY, n_district + 1), and what was told at the end of each day."""
    final = daily_cases(town, LAST_DAY, centre, seed)
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


def late_error(final: Floats, told: Told) -> tuple[float, float]:
    """Error of the whole area's newest days, summed over the evenings: with the nowcast, and without it."""
    left = without = 0.0
    for day, found in told:
        late = slice(day - LATE_DAY + 1, day + 1)
        left += float(np.abs(found.expected[late, -1] - final[late, -1]).sum())
        without += float(np.abs(found.reported[late, -1] - final[late, -1]).sum())
    return left, without


def fan_hits(final: Floats, told: Told) -> NDArray[np.bool_]:
    """Whether the 80 % fan held what came, for every evening, day ahead and place."""
    hits = []
    for day, found in told:
        came = final[day + 1 : day + 1 + len(found.forecast.day)]
        fan = found.forecast.day[: len(came)]
        hits.append(((fan[..., LOW_80] <= came) & (came <= fan[..., HIGH_80])).ravel())
    return np.concatenate(hits)


def falls_below_one(found: Outbreak) -> list[int]:
    """Days on which R of the whole area crosses one downwards."""
    number = found.reproduction[:, -1]
    return [int(day) for day in np.flatnonzero((number[:-1] >= 1) & (number[1:] < 1)) + 1]


def visible_peak(found: Outbreak) -> int:
    """Day on which the mean of the last seven days' reports was highest, as known on that evening."""
    return int(week_mean(found.reported[:, -1]).argmax())
