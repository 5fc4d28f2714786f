"""From reports back to infections: the path of new infections that the reports tell, and who is infectious.

Reports of a day are a negative binomial count round share exp(weekday) sum_s f_s i_(t-s), with share the part of
them known by now, f the delay from infection to report (`delays.report_share`) and i the infections that will be
reported. log i is linear between knots; its daily growth fades and drifts, g' = damping g + N(0, growth_var), a
smoothness prior (as Goldstein et al. 2009, PNAS 106, 21825 and Abbott et al. 2020, Wellcome Open Res. 5, 112 invert
such delays; here by the mode). The posterior is taken as normal round its mode (Laplace), found by Fisher scoring;
scatter beyond the negative binomial divides the weights (quasi-likelihood), and a report far off weighs less, as
Student's distribution has it. Who is infectious on a day is sum_s i_(t-s) phi_s with phi `delays.infectious_share`;
its logarithm gets its variance by the delta method. Knots go on after the last report: a forecast is the same sum.

Places of one area share most of their turns. So the path of each place is that of all others together plus a
deviation that drifts less; the weekday factors likewise. What the others do not know of their path is added to the
covariance through the share that the place takes from it.

A level read from smoothed reports lags as the reports do; the inversion puts a turn where the infections turned. So
it serves both the prevalence and the reproduction number. Infections of the last days are hardly reported: there the
fading growth is carried on, with an error that widens fast.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.delays import N_DAY, infectious_share
from risk_core.hazards.epidemic.inversion_fit import (
    N_WEEKDAY,
    WARM_DAY,
    Counts,
    area_totals,
    fit_places,
    learn_growth_var,
    make_design,
)
from risk_core.hazards.epidemic.inversion_options import INVERSION_DEFAULTS, InversionOptions

CHUNK: Final = 256
"""Places fitted at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class InfectionCurves:
    """Posterior of the infections of each day that are or will be reported; the last place is the whole area.

    Attributes
    ----------
    path
        Knots to the logarithm of the infections, shape=(n_row, n_knot). The first row lies `WARM_DAY` days before
        the first report.
    knots, covariance
        shape=(n_place + 1, n_knot) and (n_place + 1, n_knot, n_knot), NaN for a place without reports.
    reported_share
        Share of the day's infections that is reported by now, shape=(n_row, n_place + 1).
    n_report
        Reports of all days and places.
    """

    path: NDArray[np.float64]
    knots: NDArray[np.float64]
    covariance: NDArray[np.float64]
    reported_share: NDArray[np.float64]
    n_report: float

    @property
    def mean(self) -> NDArray[np.float64]:
        """Infections a day at the mode, shape=(n_row, n_place + 1)."""
        return np.asarray(np.exp(self.path @ self.knots.T))


@dataclass(frozen=True, slots=True, eq=False)
class InfectionPath:
    """Infections that are or will be reported, and the people infectious among them.

    Attributes
    ----------
    log_infectious, log_infectious_sd
        Logarithm of the people infectious at each time asked for, shape=(n_time, n_place).
    growth_per_day, growth_sd
        Mean growth of the logarithm of new infections over the week that ends then, and its standard deviation.
    """

    log_infectious: NDArray[np.float64]
    log_infectious_sd: NDArray[np.float64]
    growth_per_day: NDArray[np.float64]
    growth_sd: NDArray[np.float64]


def fit_infections(
    count: NDArray[np.float64],
    share: NDArray[np.float64] | None = None,
    n_ahead: int = 0,
    options: InversionOptions = INVERSION_DEFAULTS,
) -> InfectionCurves:
    """Infections behind the reports, of each place and of all places together.

    Parameters
    ----------
    count
        Daily reports as known now, shape=(n_day, n_place), NaN where missing.
    share
        Share of the day's final reports that is known by now, same shape; all where None.
    n_ahead
        Days after the last report that the curves go on for.
    options
        Settings; all rows are read.

    Examples
    --------
    A steady 100 reports a day stand for a steady 100 infections a day:

    >>> found = fit_infections(np.full((42, 1), 100.0))
    >>> bool(np.allclose(found.mean[WARM_DAY : WARM_DAY + 30], 100.0, rtol=0.02))
    True
    """
    n_day, n_place = count.shape
    design = make_design(n_day, n_ahead, options)
    n_knot = design.path.shape[1]
    known = np.isfinite(count)
    shown = np.where(known, 1.0 if share is None else share, 0.0)
    knots = np.full((n_place + 1, n_knot), np.nan)
    covariance = np.full((n_place + 1, n_knot, n_knot), np.nan)
    reported = np.column_stack([shown, np.zeros(n_day)])
    told = np.flatnonzero((known & (shown > 0)).any(axis=0))
    if len(told):
        places = Counts.of(count[:, told].T, shown[:, told].T)
        total, of = area_totals(places)
        now = make_design(n_day, 0, options)
        area = fit_places(total, now, options, options.growth_var)
        growth_var = learn_growth_var(places, now, area, of, options)
        if n_ahead:
            area = fit_places(total, design, options, options.growth_var)
        alone = len(told) == 1
        knots[-1], covariance[-1] = area.mean[0, :n_knot], area.covariance[0, :n_knot, :n_knot]
        reported[:, -1] = total.share[0]
        for begin in range(0, len(told), CHUNK):
            part = slice(begin, begin + CHUNK)
            found = area if alone else fit_places(places.rows(part), design, options, growth_var, area, of[part])
            knots[told[part]] = found.mean[:, :n_knot]
            covariance[told[part]] = found.covariance[:, :n_knot, :n_knot]
    return InfectionCurves(design.path, knots, covariance, design.delay.T @ reported, float(np.nansum(count)))


def infer_infections(
    count: NDArray[np.float64], at_day: NDArray[np.float64], options: InversionOptions = INVERSION_DEFAULTS
) -> InfectionPath:
    """How many people are infectious, and how fast new infections grow, in each place.

    Parameters
    ----------
    count
        Daily reports, shape=(n_day, n_place), NaN where missing; late reports corrected.
    at_day
        Times of the infectious, days after the middle of the last row, shape=(n_time,); negative before it.
    options
        Settings.

    Returns
    -------
    InfectionPath
        In people who are or will be reported: multiply by infections per report. NaN for a place without reports.

    Examples
    --------
    >>> path = infer_infections(np.full((40, 1), 100.0), np.array([0.0]))
    >>> round(float(np.exp(path.log_infectious[0, 0]) / 100), 1)
    7.8
    """
    count = count[-options.window_day :]
    n_day = len(count)
    found = fit_infections(count, None, max(int(np.ceil(at_day.max(initial=0.0))), 0), options)
    row = WARM_DAY + n_day - 1 + np.maximum(at_day, -float(n_day))
    path_day = np.arange(len(found.path))
    infectious = np.interp(row[:, None] - path_day, np.arange(N_DAY), infectious_share(), left=0.0, right=0.0)
    now, before = (np.maximum(1 - np.abs(at[:, None] - path_day), 0.0) @ found.path for at in (row, row - N_WEEKDAY))
    rise = (now - before) / N_WEEKDAY
    total, gradient = log_gradient(found.mean[:, :-1], infectious, found.path)
    covariance = found.covariance[:-1]
    return InfectionPath(
        np.log(total), _sd(gradient, covariance), rise @ found.knots[:-1].T, _sd(rise[None], covariance)
    )


def log_gradient(
    mean: NDArray[np.float64], weight: NDArray[np.float64], path: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums of infections, and the slope of their logarithm by knot.

    Parameters
    ----------
    mean
        Infections, shape=(n_row, n_place).
    weight
        shape=(n_sum, n_row).
    path
        `InfectionCurves.path`.

    Returns
    -------
    total, gradient
        shape=(n_sum, n_place), and (n_place, n_sum, n_knot).
    """
    total = weight @ mean
    slope = weight @ (mean.T[:, :, None] * path)
    return total, slope / total.T[:, :, None]


def _sd(gradient: NDArray[np.float64], covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard deviation of linear forms, gradient of shape=(n_place or 1, n, n_knot); shape=(n, n_place)."""
    return np.asarray(np.sqrt(np.maximum(((gradient @ covariance) * gradient).sum(axis=2), 0.0)).T)
