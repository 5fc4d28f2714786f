"""The course of a disease in an area, and what we expect of it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

QUANTILE_PROB: Final = (
    0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5,
    0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99,
)  # fmt: skip
"""The 23 levels of the forecast hubs (Cramer et al. 2022, Sci. Data 9, 462)."""

N_WEEK_AHEAD: Final = 4
N_DAY_AHEAD: Final = 14


@dataclass(frozen=True, slots=True, eq=False)
class CaseForecast:
    """Expected reports of each place after the last known day; every total counts what will be reported at last.

    Attributes
    ----------
    from_s
        First day forecast, unix seconds.
    prob
        Levels of the quantiles, shape=(n_prob,).
    week
        Totals of the weeks after `from_s`, shape=(N_WEEK_AHEAD, n_place, n_prob), NaN where nothing can be said.
    day
        Counts of the days from `from_s` on, shape=(N_DAY_AHEAD, n_place, n_prob); empty first axis for weekly data.
    """

    from_s: float
    prob: NDArray[np.float64]
    week: NDArray[np.float64]
    day: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outbreak:
    """Course of a disease in an area: one column a district, the last one the whole area; NaN where unknown.

    In the sum a district's missing day stands with the mean of its week before.

    Attributes
    ----------
    day_s
        Start of each day, shape=(n_day,), unix seconds.
    reported
        Cases known by now, shape=(n_day, n_district + 1), as all that follow.
    expected, low, high
        Final cases of each day as expected now, with their central 80 % interval.
    reproduction, reproduction_low, reproduction_high
        Reproduction number of the people infected on each day, with its central 80 % interval; NaN for the newest
        days, whose infections are not reported yet.
    forecast
        What will be reported, by day and week.
    """

    day_s: NDArray[np.float64]
    reported: NDArray[np.float64]
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    reproduction: NDArray[np.float64]
    reproduction_low: NDArray[np.float64]
    reproduction_high: NDArray[np.float64]
    forecast: CaseForecast


@dataclass(frozen=True, slots=True, eq=False)
class PrevalenceSlices:
    """Share of each district's residents who are infectious at each time slice of an assessment, lognormal.

    Attributes
    ----------
    median_share
        Median, shape=(n_time, n_district), NaN where unknown.
    log_sd
        Standard deviation of the logarithm, same shape.
    """

    median_share: NDArray[np.float64]
    log_sd: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CaseVintage:
    """Counts of many places as they were known at one time.

    Attributes
    ----------
    week
        Number of the last complete week; the same in every vintage of a series.
    weekly
        Totals of the weeks up to that one, shape=(n_week, n_place), NaN where nothing was told.
    daily
        Daily counts from the first day of the first week on, shape=(n_day, n_place), NaN where nothing was told;
        n_day >= 7 n_week, the days beyond belong to the running week. Empty first axis where only weeks are known.
    second
        A second signal of the same weeks, for example the share of emergency visits, shape=(n_week, n_place);
        NaN where unknown. Empty first axis without one.
    """

    week: int
    weekly: NDArray[np.float64]
    daily: NDArray[np.float64]
    second: NDArray[np.float64]
