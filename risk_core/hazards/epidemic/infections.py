"""When people were infected: daily infections behind the reports, by penalised likelihood.

Reports y_t scatter round mu_t = c_t sum_s f_(t-s) exp(eta_s): f is `delays.report_share`, c_t the weekday's factor
times the share known by now, and eta a smooth curve of cubic B-splines. This is the penalised composite link model of
Eilers 2007, Stat. Modelling 7, 239, fitted by its iteratively reweighted least squares; counts that scatter more than
a Poisson's count for less by their index of dispersion, and the smoothness is learnt by Schall 1991, Biometrika 78,
719. The iteration of Goldstein et al. 2009, PNAS 106, 21825, is stopped early instead of penalised and tells no
interval, so it is not taken. (References unverified.)

The whole area's growth wanders (second differences). A district is the area's curve times a factor that changes as
much as all districts together show (first differences): one with few cases follows the area. Valid while the delay
from infection to report stays as it is. Infections of the last days are hardly reported: there the growth is carried
on, with an error that widens fast.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from risk_core.hazards.epidemic.delays import N_DAY, report_share
from risk_core.state.options import check_ranges

WARM_UP_DAY: Final = N_DAY - 1
"""Days before the first report whose infections are reported in the series."""
DEGREE: Final = 3
N_STEP: Final = 60
STEP_MOST: Final = 1.0
STEP_DONE: Final = 1e-4
LEVEL_PRECISION: Final = 1e-2
"""Of the weak prior that keeps a place without any case finite."""
VAR_RANGE: Final = (1e-3, 20.0)
"""How far a learnt variance may lie from the expected one, as a ratio."""
MEAN_LEAST: Final = 1e-9
LOG_MOST: Final = 25.0


@dataclass(frozen=True, slots=True)
class CurveOptions:
    """Settings of the curve of infections; all are assumptions of this project.

    Attributes
    ----------
    area_knot_day, district_knot_day
        Distance of the splines' knots; a district has fewer cases.
    growth_var, growth_weight
        Expected variance of the change of the area's daily growth from day to day, as the case forecast's
        (`TrendOptions.growth_var`), and the number of observed changes that this expectation stands for.
    factor_var, factor_weight
        Expected variance of the change of the log of a district's factor from knot to knot, and the number of
        observed changes that it stands for.
    """

    area_knot_day: int = 3
    district_knot_day: int = 7
    growth_var: float = 1e-4
    growth_weight: float = 4.0
    factor_var: float = 0.03
    factor_weight: float = 20.0

    def __post_init__(self) -> None:
        ranges = {
            "area_knot_day": (1, 14),
            "district_knot_day": (1, 28),
            "growth_var": (1e-7, 1e-1),
            "growth_weight": (1e-3, 1e6),
            "factor_var": (1e-6, 1.0),
            "factor_weight": (1e-3, 1e6),
        }
        check_ranges(self, ranges)


CURVE_DEFAULTS: Final = CurveOptions()


@dataclass(frozen=True, slots=True, eq=False)
class CurvePart:
    """A smooth curve and its error: shape=(n_row, n_coefficient), and (n_place, n_coefficient, n_coefficient)."""

    spline: NDArray[np.float64]
    covariance: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Infections:
    """Infections of each day that will have been reported in the end; the last place is the whole area.

    Attributes
    ----------
    mean
        Infections a day, shape=(n_row, n_place), NaN for a place without reports, and everywhere where the
        area has no case. The first row lies
        `WARM_UP_DAY` days before the first report, the last on the day of the last report.
    parts
        Independent errors of the log of `mean`: the area's curve, and each district's factor (none for the area).
    reported_share
        Share of the day's infections that is reported by now, shape=(n_row, n_place).
    """

    mean: NDArray[np.float64]
    parts: tuple[CurvePart, ...]
    reported_share: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Counts and the share of the day's reports that is counted, shape=(n_place, n_day); matrix of the delay."""

    count: NDArray[np.float64]
    counted: NDArray[np.float64]
    delay: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Prior:
    """Order of the differences drawn to zero, their expected variance, and how many differences that stands for."""

    order: int
    var: float
    weight: float


def estimate_infections(
    count: NDArray[np.float64],
    share: NDArray[np.float64],
    weekday: NDArray[np.float64],
    options: CurveOptions = CURVE_DEFAULTS,
) -> Infections:
    """Daily infections behind the reports of each place.

    Parameters
    ----------
    count
        Reports of each day as known now, shape=(n_day, n_place), NaN where unknown; the last place is the whole area.
    share
        Share of the day's final reports that is known by now, same shape.
    weekday
        Factor of row t at t % 7, shape=(7, n_place), mean 1.
    options
        Settings.

    Examples
    --------
    A steady 100 reports a day stand for a steady 100 infections a day:

    >>> steady = np.full((42, 1), 100.0)
    >>> found = estimate_infections(steady, np.ones((42, 1)), np.ones((7, 1)))
    >>> bool(np.allclose(found.mean[WARM_UP_DAY : WARM_UP_DAY + 30], 100.0, rtol=0.02))
    True
    >>> round(float(found.reported_share[-1, 0]), 2), round(float(found.reported_share[-30, 0]), 2)
    (0.0, 1.0)
    """
    n_day = len(count)
    known = np.isfinite(count)
    filled = np.where(known, count, 0.0).T
    shown = np.where(known, share, 0.0)
    counted = (shown * weekday[np.arange(n_day) % len(weekday)]).T
    delay = _delay_matrix(n_day)
    o = options
    fine, coarse = (_splines(n_day + WARM_UP_DAY, step) for step in (o.area_knot_day, o.district_knot_day))
    level = np.log(np.maximum(filled[-1:].sum() / max(float(counted[-1:].sum()), MEAN_LEAST), MEAN_LEAST))
    growth = _Prior(2, o.growth_var * o.area_knot_day**3, o.growth_weight)
    area, area_part = _fit(_Counts(filled[-1:], counted[-1:], delay), fine, np.full((1, len(fine)), level), growth)
    others = _Counts(filled[:-1], counted[:-1], delay)
    expected = (others.counted * (np.exp(area) @ delay.T)).sum(axis=1)
    ratio = np.log((others.count.sum(axis=1) + 0.5) / (expected + 0.5))
    factor = _Prior(1, o.factor_var, o.factor_weight)
    places, own = _fit(others, coarse, area + ratio[:, None], factor)
    none = np.zeros((1, *own.covariance.shape[1:]))
    own = CurvePart(own.spline, np.concatenate([own.covariance, none]))
    mean = np.exp(np.concatenate([places, area])).T
    mean[:, ~known.any(axis=0) | (filled[-1].sum() == 0)] = np.nan
    return Infections(mean, (area_part, own), delay.T @ shown)


def _fit(
    data: _Counts, spline: NDArray[np.float64], offset: NDArray[np.float64], prior: _Prior
) -> tuple[NDArray[np.float64], CurvePart]:
    """Log infections, shape=(n_place, n_row), as `offset` plus a curve for each place; variance learnt of all."""
    n_place, n = len(data.count), spline.shape[1]
    difference = np.diff(np.eye(n), prior.order, axis=0)
    penalty, ridge = difference.T @ difference, LEVEL_PRECISION * np.eye(n)
    theta = np.zeros((n_place, n))
    covariance: NDArray[np.float64] = np.zeros((n_place, n, n))
    var, dispersion = prior.var, np.ones(n_place)
    known = data.counted > 0
    for _ in range(N_STEP if n_place else 0):
        curve = np.exp(np.clip(offset + theta @ spline.T, -LOG_MOST, LOG_MOST))
        mean = np.maximum(data.counted * (curve @ data.delay.T), MEAN_LEAST)
        slope = data.counted[:, :, None] * (data.delay @ (curve[:, :, None] * spline))
        weighted = np.swapaxes(slope * (known / (dispersion[:, None] * mean))[:, :, None], 1, 2)
        information = weighted @ slope
        covariance = np.asarray(np.linalg.inv(information + penalty / var + ridge))
        aim = (slope @ theta[:, :, None])[:, :, 0] + data.count - mean
        step = (covariance @ (weighted @ aim[:, :, None]))[:, :, 0] - theta
        theta = theta + step * np.minimum(1.0, STEP_MOST / np.maximum(np.abs(step).max(axis=1), MEAN_LEAST))[:, None]
        free = n_place * len(difference) - float(np.einsum("pij,ji->", covariance, penalty)) / var
        rough = float(((theta @ difference.T) ** 2).sum())
        learnt = (rough + prior.weight * prior.var) / (max(free, 0.0) + prior.weight)
        var = prior.var * float(np.clip(learnt / prior.var, *VAR_RANGE))
        used = np.einsum("pij,pji->p", covariance, information)
        miss = np.where(known, (data.count - mean) ** 2 / mean, 0.0).sum(axis=1)
        dispersion = np.maximum(miss / np.maximum(known.sum(axis=1) - used, 1.0), 1.0)
        if np.abs(step).max() < STEP_DONE:
            break
    return offset + theta @ spline.T, CurvePart(spline, covariance)


def _delay_matrix(n_day: int) -> NDArray[np.float64]:
    """Chance that an infection of row s is reported on day t, shape=(n_day, n_day + WARM_UP_DAY)."""
    matrix = np.zeros((n_day, n_day + WARM_UP_DAY))
    for day in range(n_day):
        matrix[day, day : day + N_DAY] = report_share()[::-1]
    return matrix


def _splines(n_row: int, step: int) -> NDArray[np.float64]:
    """Cubic B-splines with knots every `step` rows, one of them on the last row, shape=(n_row, n_coefficient)."""
    n_span = -(-(n_row - 1) // step)
    knots = (np.arange(-DEGREE, n_span + DEGREE + 1) - n_span) * step + n_row - 1.0
    return np.asarray(BSpline.design_matrix(np.arange(n_row, dtype=np.float64), knots, DEGREE).toarray())
