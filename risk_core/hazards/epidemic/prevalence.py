"""Share of a district's residents who are infectious, with its uncertainty.

Reports are levelled by `kernels.epidemic.filter_cases`, mapped to infectious people by the growth
(`delays.infectious_per_report`) and divided by the ascertainment. The logarithm of the prevalence is taken as
normal: its variance is that of the filter through the map (first order) plus ln(1 + CV^2) of the ascertainment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.delays import infectious_per_report
from risk_core.hazards.epidemic.options import InfectionOptions
from risk_core.kernels.epidemic import filter_cases
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

NORMAL_90 = 1.2815515655446004
WEEK_DAY = 7
KNOWN_DAYS = 4
GROWTH_RANGE = (-0.2, 0.25)
PREVALENCE_MOST = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Prevalence:
    """Prevalence of each district at each time slice; all shape=(n_slice, n_district), NaN where unknown.

    Attributes
    ----------
    mean_share
        Expected share of the residents who are infectious and not isolated.
    cv
        Its relative standard deviation.
    low_share, high_share
        10 % and 90 % quantiles.
    """

    mean_share: NDArray[np.float64]
    cv: NDArray[np.float64]
    low_share: NDArray[np.float64]
    high_share: NDArray[np.float64]


def weekly_incidence(count: NDArray[np.float64], population: NDArray[np.float64]) -> NDArray[np.float64]:
    """New reported cases of the last seven days per 100,000 residents, shape=(n_district,).

    Missing days count as the mean of the others; NaN with fewer than four reported days or without residents.

    Parameters
    ----------
    count
        shape=(n_day, n_district).
    population
        shape=(n_district,), persons.
    """
    week = count[-WEEK_DAY:]
    n_known = np.isfinite(week).sum(axis=0)
    enough = (n_known >= min(KNOWN_DAYS, len(week))) & (population > 0) & (n_known > 0)
    total = np.nansum(week, axis=0) / np.maximum(n_known, 1) * WEEK_DAY
    return np.where(enough, total / np.where(population > 0, population, np.nan) * 1e5, np.nan)


def estimate_prevalence(
    cases: DistrictCases,
    population: NDArray[np.float64],
    valid_s: NDArray[np.float64],
    options: InfectionOptions,
) -> Prevalence:
    """Prevalence of each district at each time.

    From the middle of the last reported day the level is carried on with its damped growth, backwards with its
    present growth; the uncertainty grows with the days carried.

    Parameters
    ----------
    cases
        Daily cases.
    population
        Residents, shape=(n_district,).
    valid_s
        Times, shape=(n_slice,), unix seconds.
    options
        Settings.
    """
    o = options
    state = filter_cases(cases.count, o.level_var, o.growth_var, o.damping, o.dispersion)
    level, growth, p00, p01, p11 = (state[:, i][None, :] for i in range(5))
    growth = np.clip(growth, *GROWTH_RANGE)
    day = ((valid_s - cases.day_s[-1]) / S_PER_DAY - 0.5)[:, None]
    ahead = np.maximum(day, 0.0)
    carried = ahead if o.damping >= 1 else o.damping * (1 - o.damping**ahead) / (1 - o.damping)
    path = np.where(day > 0, carried, day)
    step = 1e-3
    slope = (np.log(infectious_per_report(growth + step)) - np.log(infectious_per_report(growth - step))) / (2 * step)
    lever = slope + path
    variance = np.maximum(p00 + 2 * lever * p01 + lever**2 * p11, 0.0) + ahead * o.level_var
    variance = variance + np.log1p(o.ascertainment_cv**2)

    present = o.infections_per_case - o.isolated_share
    people = np.exp(level + growth * path) * infectious_per_report(growth) * present
    residents = np.where(population > 0, population, np.nan)
    median = np.minimum(people / residents, PREVALENCE_MOST) * np.exp(-0.5 * np.log1p(o.ascertainment_cv**2))
    sd = np.sqrt(variance)
    mean = np.minimum(median * np.exp(0.5 * variance), PREVALENCE_MOST)
    return Prevalence(
        mean_share=mean,
        cv=np.sqrt(np.expm1(np.minimum(variance, 5.0))),
        low_share=np.minimum(median * np.exp(-NORMAL_90 * sd), PREVALENCE_MOST),
        high_share=np.minimum(median * np.exp(NORMAL_90 * sd), PREVALENCE_MOST),
    )


def match_beta(mean: NDArray[np.float64], cv: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Parameters (alpha, beta) of the Beta distribution with a mean and relative standard deviation, any shape.

    The variance is kept under 90 % of the largest a Beta of that mean can have.

    Examples
    --------
    >>> alpha, beta = match_beta(np.array([0.2]), np.array([0.5]))
    >>> round(float((alpha / (alpha + beta))[0]), 12)
    0.2
    """
    positive = np.where(mean > 0, mean, np.where(mean <= 0, 1e-12, np.nan))
    variance = np.clip((positive * cv) ** 2, 1e-30, 0.9 * positive * (1 - positive))
    size = positive * (1 - positive) / variance - 1
    return positive * size, (1 - positive) * size
