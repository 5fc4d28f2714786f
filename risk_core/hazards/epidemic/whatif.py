"""What measures would change of an epidemic: infections of the next days with and without them.

The renewal equation I(t) = R f sum_s w(s) I(t - s) (Fraser 2007, PLoS ONE 2, e758, eq. 1) runs on with the newest known
reproduction number R, its uncertainty, and the factors f of the measures, each drawn once a path. Everything else stays
as it is: nobody becomes immune, no new variant comes. Valid for a few weeks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, UnavailableError
from risk_core.hazards.epidemic.reproduction import REPRODUCTION_DEFAULTS, ReproductionOptions
from risk_core.hazards.epidemic.serial import N_INTERVAL_DAY, serial_share
from risk_core.state.surveillance import Outbreak

N_AHEAD_DAY: Final = 14
N_DRAW: Final = 2000
Z_80: Final = 1.2815515655446004
Z_95: Final = 1.959963984540054
"""Standard normal quantiles of central 80 % and 95 % intervals."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What is done, by which factor it multiplies the reproduction number, and who found so.

    Attributes
    ----------
    name
        Short name.
    factor, low, high
        Median and central 95 % interval of the factor.
    source
        Where these numbers come from.
    """

    name: str
    factor: float
    low: float
    high: float
    source: str


MEASURES: Final = (
    Measure("mobility", 0.70, 0.70**1.5, 0.70**0.5,
            "30 % fewer trips; transmission in proportion to contacts, from half to one and a half of it: assumption"),
    Measure("mask", 0.75, 0.57, 0.94,
            "Leech et al. 2022, PNAS 119, e2119266119: nobody to everybody masked (interval unverified)"),
    Measure("distancing", 0.58, 0.40, 0.83,
            "Brauner et al. 2021, Science 371, eabd9338: gatherings of ten at most (figures unverified)"),
)  # fmt: skip
"""Measures offered."""


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """Infections of the next `N_AHEAD_DAY` days, as (10 %, 50 %, 90 %) quantiles.

    Attributes
    ----------
    without, with_measures
        Totals.
    change
        Share by which the measures change the total, below zero where they lower it.
    reproduction
        Reproduction number with the measures.
    below_one_prob
        Chance that it lies below one with the measures.
    """

    without: NDArray[np.float64]
    with_measures: NDArray[np.float64]
    change: NDArray[np.float64]
    reproduction: NDArray[np.float64]
    below_one_prob: float


def ask_what_if(
    outbreak: Outbreak,
    place: int,
    measures: Sequence[Measure],
    seed: int = 0,
    options: ReproductionOptions = REPRODUCTION_DEFAULTS,
) -> WhatIf:
    """Compare the next days with and without measures.

    Parameters
    ----------
    outbreak
        Course so far.
    place
        Its column.
    measures
        What would be done from now on, all together.
    seed
        Of the draws; the same seed gives the same answer.
    options
        Serial interval.

    Raises
    ------
    UnavailableError
        Where no reproduction number is known, or no cases.

    Examples
    --------
    >>> [one.name for one in MEASURES]
    ['mobility', 'mask', 'distancing']
    """
    known = np.flatnonzero(np.isfinite(outbreak.reproduction[:, place]))
    past = np.nan_to_num(outbreak.expected[-N_INTERVAL_DAY:, place])
    if not known.size or past.sum() <= 0:
        raise UnavailableError(Fault("place", str(place), "a place with cases", "Choose a place with more cases."))
    rng, at = np.random.default_rng(seed), int(known[-1])
    bounds = (outbreak.reproduction_low[at, place], outbreak.reproduction_high[at, place])
    number = draw_skewed(rng, float(outbreak.reproduction[at, place]), bounds, Z_80)
    factor = np.ones(N_DRAW)
    for one in measures:
        factor = factor * draw_skewed(rng, one.factor, (one.low, one.high), Z_95)
    share = serial_share(options.serial_mean_day, options.serial_sd_day)
    without, changed = (infections(past, share, one) for one in (number, number * factor))
    levels = (0.1, 0.5, 0.9)
    return WhatIf(
        without=np.quantile(without, levels),
        with_measures=np.quantile(changed, levels),
        change=np.quantile(changed / without - 1.0, levels),
        reproduction=np.quantile(number * factor, levels),
        below_one_prob=float((number * factor < 1.0).mean()),
    )


def draw_skewed(rng: np.random.Generator, median: float, bounds: tuple[float, float], z: float) -> NDArray[np.float64]:
    """Draw a positive number from two halves of lognormals that meet at its median, shape=(N_DRAW,).

    `bounds` lie `z` standard deviations from the median on either side.
    """
    normal = rng.standard_normal(N_DRAW)
    low, high = (max(float(one), 1e-6) for one in bounds)
    below, above = np.log(median / low) / z, np.log(high / median) / z
    return np.asarray(median * np.exp(normal * np.where(normal < 0, below, above)))


def infections(
    past: NDArray[np.float64], share: NDArray[np.float64], number: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Infections of the next days in total by the renewal equation, one a reproduction number.

    Parameters
    ----------
    past
        Infections of the days before, newest last.
    share
        Chance of each serial interval, from 0 days on.
    number
        Reproduction numbers, shape=(n,).
    """
    series = np.zeros((len(number), len(past) + N_AHEAD_DAY))
    series[:, : len(past)] = past
    back = share[1:][::-1]
    for day in range(len(past), series.shape[1]):
        window = series[:, max(0, day - len(back)) : day]
        series[:, day] = number * (window @ back[len(back) - window.shape[1] :])
    return np.asarray(series[:, len(past) :].sum(axis=1))
