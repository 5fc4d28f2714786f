"""Reproduction number from daily cases (Cori et al. 2013, Am. J. Epidemiol. 178, 1505).

Posterior of R over a window of days: gamma of shape a + sum I and scale 1 / (1 / b + sum Lambda), with
Lambda_t = sum_s w_s I_(t-s) and the prior gamma(a, b). Counts scatter more than a Poisson's, so the shape is divided
and the scale multiplied by the index of dispersion (quasi-likelihood), learnt from the residuals I - R Lambda.
Serial interval mean 4.7, sd 2.9 days: Nishiura et al. 2020, Int. J. Infect. Dis. 93, 284 (COVID-19 of early 2020),
discretised as the shifted gamma of Cori et al., web appendix 11. R tells of the reports: infections turned about a
week earlier. The first two windows of a series are not told: R is too high there. `growth_to_reproduction` is the
quicker way from the growth of the infections themselves (`inversion.infer_infections`), the day's R and wider.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from risk_core.hazards.epidemic.serial import N_INTERVAL_DAY, serial_share
from risk_core.state.options import check_ranges

LEAST_LAMBDA: Final = 1e-9
LEAST_EXPECTED: Final = 1.0


@dataclass(frozen=True, slots=True)
class CoriOptions:
    """Settings of the reproduction number.

    Attributes
    ----------
    window_day
        Days that one R holds for.
    prior_shape, prior_scale
        Gamma prior of R; 1 and 5 as in Cori et al.
    serial_mean_day, serial_sd_day
        Serial interval.
    """

    window_day: int = 7
    prior_shape: float = 1.0
    prior_scale: float = 5.0
    serial_mean_day: float = 4.7
    serial_sd_day: float = 2.9

    def __post_init__(self) -> None:
        ranges = {
            "window_day": (1, 60),
            "prior_shape": (1e-3, 1e3),
            "prior_scale": (1e-3, 1e3),
            "serial_mean_day": (1.1, 60.0),
            "serial_sd_day": (0.1, 60.0),
        }
        check_ranges(self, ranges)


CORI_DEFAULTS: Final = CoriOptions()


@dataclass(frozen=True, slots=True, eq=False)
class ReproductionPosterior:
    """Gamma posterior of R on each day, from the window that ends there.

    Attributes
    ----------
    shape, scale
        shape=(n_day, n_place); NaN on the days of the first two windows (too high there, as cases before the series
        are not counted), round missing days and without any earlier case.
    force
        Lambda: expected cases of the day for R = 1, shape=(n_day, n_place).
    dispersion
        Index that shape was divided and scale multiplied by, shape=(n_place,).
    """

    shape: NDArray[np.float64]
    scale: NDArray[np.float64]
    force: NDArray[np.float64]
    dispersion: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Posterior mean, shape=(n_day, n_place)."""
        return self.shape * self.scale

    def quantile(self, prob: float) -> NDArray[np.float64]:
        """R that is not passed with that chance, shape=(n_day, n_place)."""
        return np.asarray(gammaincinv(self.shape, prob) * self.scale)


def infer_reproduction(
    count: NDArray[np.float64],
    options: CoriOptions = CORI_DEFAULTS,
    dispersion: float | None = None,
) -> ReproductionPosterior:
    """Posterior of R of each place on each day.

    Parameters
    ----------
    count
        Daily cases, shape=(n_day, n_place); a missing day counts as none and its place is unknown for a window.
    options
        Settings.
    dispersion
        Index of dispersion; 1 gives the formula of the paper (EpiEstim's figures, `tests/reference`). Learnt for each
        place where None.

    Examples
    --------
    >>> steady = np.full((30, 1), 100.0)
    >>> round(float(infer_reproduction(steady, dispersion=1.0).mean[-1, 0]), 2)
    1.0
    """
    share = serial_share(options.serial_mean_day, options.serial_sd_day)
    known = np.isfinite(count)
    cases = np.where(known, count, 0.0)
    force = np.stack([share[: t + 1][::-1][-N_INTERVAL_DAY:] @ cases[max(0, t + 1 - N_INTERVAL_DAY) : t + 1]
                      for t in range(len(cases))])  # fmt: skip
    new, spread = _window_sum(cases, options.window_day), _window_sum(force, options.window_day)
    whole = _window_sum(known.astype(float), options.window_day) == options.window_day
    told = whole & (spread > LEAST_LAMBDA)
    told[: 2 * options.window_day] = False
    shape = options.prior_shape + new
    scale = 1 / (1 / options.prior_scale + spread)
    index = np.full(count.shape[1], dispersion) if dispersion else _dispersion(cases, force, shape * scale, told)
    return ReproductionPosterior(
        np.where(told, shape / index, np.nan), np.where(told, scale * index, np.nan), force, index
    )


def growth_to_reproduction(
    growth_per_day: NDArray[np.float64], options: CoriOptions = CORI_DEFAULTS
) -> NDArray[np.float64]:
    """R at a steady daily growth of infections, 1 / sum_s w_s exp(-g s), any shape.

    Wallinga & Lipsitch 2007, Proc. R. Soc. B 274, 599, eq. 2.7 for the discrete serial interval. It rises with the
    growth, so quantiles of g give those of R; it assumes that g held for a serial interval.

    Examples
    --------
    >>> growth_to_reproduction(np.array([-0.05, 0.0, 0.05])).round(2).tolist()
    [0.78, 1.0, 1.25]
    """
    share = serial_share(options.serial_mean_day, options.serial_sd_day)
    fade = np.exp(-np.multiply.outer(np.asarray(growth_per_day, dtype=np.float64), np.arange(N_INTERVAL_DAY)))
    return np.asarray(share.sum() / (fade @ share))


def _window_sum(value: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Sum of each day and the n - 1 before it, as far as there are any."""
    total = np.cumsum(np.concatenate([np.zeros((1, value.shape[1])), value]), axis=0)
    day = np.arange(len(value))
    return np.asarray(total[day + 1] - total[np.maximum(day + 1 - n, 0)])


def _dispersion(
    cases: NDArray[np.float64], force: NDArray[np.float64], mean: NDArray[np.float64], told: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Mean squared Pearson residual of the daily cases, at least 1, shape=(n_place,).

    A day counts as if a case were expected at least: the first case after a silence must not pass for wild scatter.
    """
    expected = np.where(told, np.maximum(mean * force, LEAST_EXPECTED), np.inf)
    square = np.where(told, (cases - mean * force) ** 2, 0.0) / expected
    return np.asarray(np.maximum(square.sum(axis=0) / np.maximum(told.sum(axis=0), 1), 1.0))
