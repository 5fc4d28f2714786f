"""How long after infection a person is infectious, and is reported: discrete distributions by day.

Incubation lognormal(1.62, 0.42): Lauer et al. 2020, Ann. Intern. Med. 172, 577 (figures unverified). Onset to
report gamma, shape 2, mean 4 days; infectious from a gamma latent period of mean 3.2 days (shape 4) to a gamma
removal of mean 11 days (shape 5), about 8 days in all: assumptions of this project until line lists are loaded.

Delays are continuous, days are those of the calendar: the day of infection is day 0, people are infected at any time
of it alike, and a report counts for the day on which its moment falls. A delay of d days so ends d days later in the
mean, though both moments are cut to their day (Charniga et al. 2024, PLoS Comput. Biol. 20, e1012520, on censoring of
both ends; unverified).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, ndtr

N_DAY = 45
N_STEP_PER_DAY = 24
"""Steps by which the sum of both delays and the time of infection is cut into days."""
INCUBATION_LOG_MEAN, INCUBATION_LOG_SD = 1.62, 0.42
REPORT_SHAPE, REPORT_SCALE_DAY = 2.0, 2.0
LATENT_SHAPE, LATENT_SCALE_DAY = 4.0, 0.8
REMOVAL_SHAPE, REMOVAL_SCALE_DAY = 5.0, 2.2


@lru_cache(maxsize=1)
def report_share() -> NDArray[np.float64]:
    """Share of the reported cases that are reported s days after the day of infection, shape=(45,), sum 1.

    Examples
    --------
    The mean is that of the incubation, exp(1.62 + 0.42^2 / 2), and four days:

    >>> round(float(report_share() @ np.arange(N_DAY)), 1)
    9.5
    """
    n = N_DAY * N_STEP_PER_DAY
    edge = np.arange(n + 1) / N_STEP_PER_DAY
    with np.errstate(divide="ignore"):
        incubation = np.diff(ndtr((np.log(edge) - INCUBATION_LOG_MEAN) / INCUBATION_LOG_SD))
    onset_to_report = np.diff(gammainc(REPORT_SHAPE, edge / REPORT_SCALE_DAY))
    delay = np.convolve(incubation, onset_to_report)[:n]
    infected = np.full(N_STEP_PER_DAY, 1 / N_STEP_PER_DAY)
    by_step = np.concatenate([[0.0], np.convolve(delay, infected)])[:n]  # three middles of steps make one and a half
    share = by_step.reshape(N_DAY, N_STEP_PER_DAY).sum(axis=1)
    share /= share.sum()
    share.setflags(write=False)
    return np.asarray(share)


@lru_cache(maxsize=1)
def infectious_share() -> NDArray[np.float64]:
    """Chance of being infectious in the middle of day s, shape=(45,); its sum is the infectious period, days.

    Day 0 is that of the infection, which is as likely at any time of it.

    Examples
    --------
    >>> round(float(infectious_share().sum()), 1)
    7.8
    """
    within = (np.arange(N_STEP_PER_DAY) + 0.5) / N_STEP_PER_DAY
    age = np.maximum(np.arange(N_DAY)[:, None] + 0.5 - within, 0.0)
    latent = gammainc(LATENT_SHAPE, age / LATENT_SCALE_DAY)
    removed = gammainc(REMOVAL_SHAPE, age / REMOVAL_SCALE_DAY)
    share = np.maximum(latent - removed, 0.0).mean(axis=1)
    share.setflags(write=False)
    return np.asarray(share)


def infectious_per_report(growth_per_day: NDArray[np.float64]) -> NDArray[np.float64]:
    """People infectious now for each report a day, at a daily growth of infections, any shape.

    Phi(g) / F(g) with Phi the sum of `infectious_share` exp(-g s) and F that of `report_share` (Euler-Lotka):
    in a growing wave reports lag, so more people are infectious than the reports tell.

    Examples
    --------
    >>> low, high = infectious_per_report(np.array([0.0, 0.1]))
    >>> bool(high > low)
    True
    """
    day = np.arange(N_DAY)
    fade = np.exp(-np.multiply.outer(np.asarray(growth_per_day, dtype=np.float64), day))
    return np.asarray((fade @ infectious_share()) / (fade @ report_share()))
