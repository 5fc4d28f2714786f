"""Epidemic waves with everything known: what a model of reports is measured on where no truth is published.

A renewal process in each place, infections Poisson round R_t sum_s w_s I_(t-s). log R is a mean-reverting walk with
rare jumps (rules that change) and falls when many are infectious (people who take care): none of it is a trend
filter's own model. Part of the walk and of the weekdays is common to all places, as in the districts of a city.
Reports are a thinning of the infections through the delay, times a weekday factor, negative binomial; deaths a
thinning through a longer delay. The generation time is the serial interval of the reproduction number's defaults,
death gamma(shape 6, mean 30.5 days after infection, 21 after the report): assumptions. Delays to report and times
infectious are those of `risk_core.hazards.epidemic.delays`, or, for `delay_sd`, stretched by a factor of each place
that the model is not told.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from risk_core.hazards.epidemic.ascertainment import ASCERTAINMENT_DEFAULT, Ascertainment
from risk_core.hazards.epidemic.cori_2013 import CORI_DEFAULTS
from risk_core.hazards.epidemic.delays import infectious_share, report_share
from risk_core.hazards.epidemic.serial import serial_share

N_LAG: Final = 70
SEED_DAY: Final = 10
DEATH_SHAPE: Final = 6.0
DEATH_MEAN_DAY: Final = 30.5
CARE_SHARE: Final = 0.02
"""Share of residents infectious at which care halves R."""
CAREFREE_LOG: Final = 0.15
"""Where the walk of log R returns to when nobody takes care: waves come back instead of dying out."""


@dataclass(frozen=True, slots=True)
class WaveOptions:
    """How waves are drawn; figures of this project.

    Attributes
    ----------
    n_day
        Length of each series.
    ascertainment
        Distribution that each place's infections per report are drawn from.
    dispersion
        Median size of the negative binomial of the reports; places differ by a factor of exp(N(0, 0.4)).
    weekday_sd
        Standard deviation of the logarithm of each place's weekday factors.
    walk_sd, reversion_per_day
        Of log R, per day.
    jump_per_day, jump_sd
        Chance and size of a jump of log R.
    common_share
        Share of the variance of the walk, its jumps and the weekdays that all places have in common. With the
        defaults, growth from week to week has a standard deviation per day of 0.016 to 0.034 in common (by seed)
        and 0.031 to 0.035 for each place beside it; Seoul's districts had 0.028 and 0.027 (November 2020 to June
        2021), Japan's prefectures 0.035 and 0.050 (June 2020 to January 2021), Korea's provinces 0.041 and 0.040
        (August 2020 to June 2022).
    delay_sd
        Standard deviation of the logarithm of each place's stretch of delays and times infectious.
    fatality_ratio
        Deaths per infection.
    """

    n_day: int = 150
    ascertainment: Ascertainment = ASCERTAINMENT_DEFAULT
    dispersion: float = 15.0
    weekday_sd: float = 0.2
    walk_sd: float = 0.06
    reversion_per_day: float = 0.03
    jump_per_day: float = 0.01
    jump_sd: float = 0.3
    common_share: float = 0.65
    delay_sd: float = 0.0
    fatality_ratio: float = 0.006


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """What happened and what was reported; shape=(n_day, n_place) unless said otherwise.

    Attributes
    ----------
    population
        Residents, shape=(n_place,).
    infections_per_report
        Drawn for each place, shape=(n_place,).
    reproduction
        R of each day.
    infection, infectious
        New infections; people infectious in the middle of the day.
    report, death
        Daily counts.
    """

    population: NDArray[np.float64]
    infections_per_report: NDArray[np.float64]
    reproduction: NDArray[np.float64]
    infection: NDArray[np.float64]
    infectious: NDArray[np.float64]
    report: NDArray[np.float64]
    death: NDArray[np.float64]


def simulate_waves(seed: int, n_place: int, options: WaveOptions) -> Waves:
    """Draw the waves of every place.

    Examples
    --------
    >>> waves = simulate_waves(1, 3, WaveOptions(n_day=60))
    >>> waves.report.shape, bool((waves.infectious >= 0).all())
    ((60, 3), True)
    """
    rng = np.random.default_rng(seed)
    o = options
    population = np.exp(rng.uniform(np.log(1e5), np.log(6e5), n_place))
    stretch = np.exp(rng.normal(0, o.delay_sd, n_place))
    infectious_by_lag = _stretched(infectious_share(), stretch, is_share=False)
    infection, reproduction = _renew(rng, population, infectious_by_lag, o)
    per_report = np.maximum(o.ascertainment.infections_per_report
                            * np.exp(rng.normal(0, o.ascertainment.log_sd, n_place)), 1.0)  # fmt: skip
    weekday = np.exp(o.weekday_sd * _mixed(rng.normal(size=(7, n_place)), rng.normal(size=(7, 1)), o))
    weekday /= weekday.mean(axis=0)
    expected = _convolve(infection, _stretched(report_share(), stretch, is_share=True)) / per_report
    expected *= weekday[np.arange(o.n_day) % 7]
    size = o.dispersion * np.exp(rng.normal(0, 0.4, n_place))
    report = rng.poisson(expected * rng.gamma(size, 1 / size, expected.shape)).astype(np.float64)
    death_by_lag = np.diff(gammainc(DEATH_SHAPE, np.arange(N_LAG + 1) * DEATH_SHAPE / DEATH_MEAN_DAY))
    death_by_lag = np.tile((death_by_lag / death_by_lag.sum())[:, None], n_place)
    death = rng.poisson(o.fatality_ratio * _convolve(infection, death_by_lag)).astype(np.float64)
    infectious = _convolve(infection, infectious_by_lag)
    return Waves(population, per_report, reproduction, infection, infectious, report, death)


def _renew(
    rng: np.random.Generator, population: NDArray[np.float64], infectious_by_lag: NDArray[np.float64], o: WaveOptions
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """New infections and R of every day, shape=(n_day, n_place) each."""
    n_place = len(population)
    share = serial_share(CORI_DEFAULTS.serial_mean_day, CORI_DEFAULTS.serial_sd_day)
    infection, reproduction = np.zeros((o.n_day, n_place)), np.ones((o.n_day, n_place))
    seeds = np.exp(rng.uniform(np.log(10), np.log(300), n_place))
    walk = rng.normal(CAREFREE_LOG, 0.15, n_place)
    steps = _mixed(_steps(rng, o, n_place), _steps(rng, o, 1), o)
    for t in range(o.n_day):
        walk += steps[t] - o.reversion_per_day * (walk - CAREFREE_LOG)
        past = infection[max(0, t - N_LAG + 1) : t][::-1]
        ill = (past * infectious_by_lag[1 : len(past) + 1]).sum(axis=0)
        reproduction[t] = np.exp(np.clip(walk, -1.2, 0.9)) / (1 + ill / (CARE_SHARE * population))
        force = share[1 : len(past) + 1] @ past[: len(share) - 1]
        infection[t] = rng.poisson(seeds if t < SEED_DAY else np.minimum(reproduction[t] * force, 0.02 * population))
    return infection, reproduction


def _steps(rng: np.random.Generator, o: WaveOptions, n: int) -> NDArray[np.float64]:
    """Steps of log R, shape=(n_day, n)."""
    jump = np.where(rng.random((o.n_day, n)) < o.jump_per_day, rng.normal(0, o.jump_sd, (o.n_day, n)), 0.0)
    return np.asarray(rng.normal(0, o.walk_sd, (o.n_day, n)) + jump)


def _mixed(own: NDArray[np.float64], common: NDArray[np.float64], o: WaveOptions) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(1 - o.common_share) * own + np.sqrt(o.common_share) * common)


def _stretched(share: NDArray[np.float64], stretch: NDArray[np.float64], is_share: bool) -> NDArray[np.float64]:
    """A function of the days since infection with time stretched, shape=(N_LAG, n_place); of sum 1 if a share."""
    day = np.arange(N_LAG) + 0.5
    known = np.arange(len(share)) + 0.5
    out = np.stack([np.interp(day / one, known, share, left=share[0], right=0.0) for one in stretch], axis=1)
    return np.asarray(out / out.sum(axis=0) if is_share else out)


def _convolve(infection: NDArray[np.float64], by_lag: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum over s of infection[t - s] by_lag[s], shape=(n_day, n_place)."""
    out = np.zeros_like(infection)
    for lag in range(min(len(by_lag), len(infection))):
        out[lag:] += infection[: len(infection) - lag] * by_lag[lag]
    return out
