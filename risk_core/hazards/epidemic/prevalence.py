"""Share of a district's residents who are infectious, with its uncertainty.

Reports are led back to the infections behind them (`inversion.infer_infections`), the people infectious among those
are counted, and both multiplied by the infections per report (`ascertainment.Ascertainment`), less those who stay
away. The logarithm of the prevalence is taken as normal: its variance is that of the inversion plus that of the
ascertainment (first order), which every interval and draw so includes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk_core.hazards.epidemic.ascertainment import Ascertainment
from risk_core.hazards.epidemic.inversion import infer_infections
from risk_core.hazards.epidemic.options import InfectionOptions
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

WEEK_DAY = 7
KNOWN_DAYS = 4
PREVALENCE_MOST = 0.5
HIGH_PROB = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Prevalence:
    """Share of the residents who are infectious and not isolated; shape=(n_slice, n_district), NaN where unknown.

    Attributes
    ----------
    mean_share
        Expectation.
    cv
        Its relative standard deviation.
    low_share, high_share
        10 % and 90 % quantiles.
    median_share, log_sd
        Median, and standard deviation of the logarithm.
    ascertainment
        The infections per report that all of it rests on.
    """

    mean_share: NDArray[np.float64]
    cv: NDArray[np.float64]
    low_share: NDArray[np.float64]
    high_share: NDArray[np.float64]
    median_share: NDArray[np.float64]
    log_sd: NDArray[np.float64]
    ascertainment: Ascertainment

    @classmethod
    def from_median(
        cls, median_share: NDArray[np.float64], log_sd: NDArray[np.float64], ascertainment: Ascertainment
    ) -> "Prevalence":
        """Everything that follows from the median and the standard deviation of the logarithm."""
        variance, z = log_sd**2, float(ndtri(HIGH_PROB))
        return cls(
            mean_share=np.minimum(median_share * np.exp(0.5 * variance), PREVALENCE_MOST),
            cv=np.sqrt(np.expm1(np.minimum(variance, 5.0))),
            low_share=np.minimum(median_share * np.exp(-z * log_sd), PREVALENCE_MOST),
            high_share=np.minimum(median_share * np.exp(z * log_sd), PREVALENCE_MOST),
            median_share=median_share,
            log_sd=log_sd,
            ascertainment=ascertainment,
        )

    def quantile(self, prob: float) -> NDArray[np.float64]:
        """Share that is not passed with that chance, at most `PREVALENCE_MOST`."""
        return np.minimum(self.median_share * np.exp(float(ndtri(prob)) * self.log_sd), PREVALENCE_MOST)

    def draw(self, n_draw: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draws of every district and slice, shape=(n_draw, n_slice, n_district).

        The districts share one ascertainment, so its part of the error is the same for all in a draw.
        """
        shared = np.minimum(self.ascertainment.log_sd**2, self.log_sd**2)
        common = rng.standard_normal((n_draw, 1, 1)) * np.sqrt(shared)
        own = rng.standard_normal((n_draw, 1, self.log_sd.shape[-1])) * np.sqrt(self.log_sd**2 - shared)
        return np.minimum(self.median_share * np.exp(common + own), PREVALENCE_MOST)


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

    After the last report the infections go on with their growth, which fades; the uncertainty grows with the days.

    Parameters
    ----------
    cases
        Daily cases, late reports corrected.
    population
        Residents, shape=(n_district,).
    valid_s
        Times, shape=(n_slice,), unix seconds.
    options
        Settings; `options.ascertainment` comes back in the result.
    """
    at_day = (valid_s - cases.day_s[-1]) / S_PER_DAY - 0.5
    path = infer_infections(cases.count, at_day, options.inversion)
    ascertainment = options.ascertainment
    present = ascertainment.infections_per_report - options.isolated_share
    lever = ascertainment.infections_per_report / present if present > 0 else 1.0
    variance = path.log_infectious_sd**2 + (lever * ascertainment.log_sd) ** 2
    residents = np.where(population > 0, population, np.nan)
    median = np.minimum(np.exp(path.log_infectious) * present / residents, PREVALENCE_MOST)
    return Prevalence.from_median(median, np.sqrt(variance), ascertainment)


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
