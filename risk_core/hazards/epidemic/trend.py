"""What the reports of the next four weeks will be if the present trend fades as trends do.

The damped local trend of `kernels.epidemic.filter_cases` carried on: l' = l + g, g' = damping g, its covariance with
it, and a negative binomial count on top; quantiles are taken on log(count + 1/2), where the filter is linear
(damped trend: Gardner & McKenzie 1985, Manage. Sci. 31, 1237). The weekday factors are those of the last four weeks,
drawn towards one. No change of rules, behaviour or variant is foreseen: weeks 3 and 4 are a scenario.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from risk_core.hazards.epidemic.options import TrendOptions
from risk_core.kernels.epidemic import FLOOR_CASES, filter_cases
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import N_DAY_AHEAD, N_WEEK_AHEAD, QUANTILE_PROB, CaseForecast
from risk_core.units import S_PER_DAY

N_WEEKDAY: Final = 7
WEEKDAY_WINDOW_DAY: Final = 28
WEEKDAY_CASES: Final = 20.0
"""Cases that an even week stands for."""
GROWTH_RANGE: Final = (-0.2, 0.25)
LOG_COUNT_MOST: Final = 20.0
N_AHEAD: Final = N_WEEKDAY * N_WEEK_AHEAD
TEACHING_DAY: Final = 21
"""Days that must lie before an earlier forecast that teaches."""
TEACHING_STEP_DAY: Final = 3
TEACHING_ERRORS: Final = 50.0
"""Errors that the expected spread stands for."""
FACTOR_RANGE: Final = (0.3, 1.0)


def forecast_trend(cases: DistrictCases, options: TrendOptions) -> CaseForecast:
    """Quantiles of the next 14 days and 4 weeks of each place.

    Parameters
    ----------
    cases
        Daily counts, late reports corrected; `from_s` is the day after their last.
    options
        Of the filter: variances, damping, dispersion.

    Examples
    --------
    >>> cases = DistrictCases(np.arange(28.0) * S_PER_DAY, np.full((28, 1), 100.0))
    >>> found = forecast_trend(cases, TrendOptions())
    >>> bool(90 < found.day[0, 0, 11] < 110), bool(found.day[13, 0, 0] < found.day[0, 0, 0])
    (True, True)
    """
    mean, spread = _expect(cases.count, options)
    spread = spread * _spread_factor(cases.count, options) ** 2
    z = stdtrit(options.student_nu, np.array(QUANTILE_PROB))
    day = _quantiles(mean[:N_DAY_AHEAD], spread[:N_DAY_AHEAD], z)
    weeks = (N_WEEK_AHEAD, N_WEEKDAY, -1)
    week = _quantiles(mean.reshape(weeks).sum(axis=1), spread.reshape(weeks).mean(axis=1), z)
    return CaseForecast(float(cases.day_s[-1]) + S_PER_DAY, np.array(QUANTILE_PROB), week, day)


def _expect(count: NDArray[np.float64], options: TrendOptions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of the next 28 days and variance of log(count + 1/2) round it, shape=(28, n_place) each."""
    state = filter_cases(count, options.level_var, options.growth_var, options.damping, options.dispersion)
    level, variance = _carry_on(state, options)
    ahead = (len(count) + np.arange(N_AHEAD)) % N_WEEKDAY
    mean = np.exp(np.minimum(level, LOG_COUNT_MOST)) * weekday_factors(count)[ahead]
    floored = mean + FLOOR_CASES
    return mean, variance * (mean / floored) ** 2 + (mean + mean**2 / options.dispersion) / floored**2


def _spread_factor(count: NDArray[np.float64], options: TrendOptions) -> NDArray[np.float64]:
    """How much wider than expected the errors of earlier forecasts were, shape=(28, n_place).

    The same forecast is made at earlier days of `count` and compared with what came after: median error over
    the one expected, each horizon with its neighbours; places are drawn towards all together, and those towards one.
    """
    off = np.full((len(count), N_AHEAD, count.shape[1]), np.nan)
    for origin in range(len(count) - 1, TEACHING_DAY - 1, -TEACHING_STEP_DAY):
        mean, spread = _expect(count[:origin], options)
        after = count[origin : origin + N_AHEAD]
        n = len(after)
        with np.errstate(invalid="ignore"):
            error = np.log(np.maximum(after, 0) + FLOOR_CASES) - np.log(mean[:n] + FLOOR_CASES)
            off[origin, :n] = np.where(after >= 0, np.abs(error) / np.sqrt(spread[:n]), np.nan)
    off /= float(stdtrit(options.student_nu, 0.75))
    factor = np.empty((N_AHEAD, count.shape[1]))
    for h in range(N_AHEAD):
        near = off[:, max(0, h - h // 3) : h + h // 3 + 1]
        common = _median_or(near.reshape(-1, 1), np.ones(1))
        factor[h] = _median_or(near.reshape(-1, count.shape[1]), np.broadcast_to(common, count.shape[1]))
    return np.clip(factor, *FACTOR_RANGE)


def _median_or(value: NDArray[np.float64], prior: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of the known values of each column, drawn towards a prior that stands for `TEACHING_ERRORS` of them."""
    n = np.isfinite(value).sum(axis=0)
    median = np.array(prior, dtype=np.float64)
    median[n > 0] = np.nanmedian(value[:, n > 0], axis=0)
    return np.asarray((n * median + TEACHING_ERRORS * prior) / (n + TEACHING_ERRORS))


def weekday_factors(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of a mean day reported on each day of the week, by place, shape=(7, n_place), mean 1.

    Counted from the first row of `count`, shape=(n_day, n_place): row t belongs to t % 7. The factors of all places
    together stand for half of what a place shows; a place with few cases shows little.
    """
    n_day = len(count)
    window = count[max(0, n_day - n_day % N_WEEKDAY - WEEKDAY_WINDOW_DAY) : n_day - n_day % N_WEEKDAY]
    if len(window) < N_WEEKDAY:
        return np.ones((N_WEEKDAY, count.shape[1]))
    weeks = window.reshape(-1, N_WEEKDAY, count.shape[1])
    total = np.nansum(weeks, axis=0)
    shared = _even(total.sum(axis=1, keepdims=True), WEEKDAY_CASES)
    prior = WEEKDAY_CASES * N_WEEKDAY + total.sum(axis=0) / 2
    return np.asarray(_even(total + prior * shared / N_WEEKDAY, 0.0))


def _even(total: NDArray[np.float64], pseudo: float) -> NDArray[np.float64]:
    """Totals by weekday over their mean, `pseudo` cases added to each day; ones where there is nothing."""
    filled = total + pseudo
    mean = filled.mean(axis=0)
    return np.asarray(np.where(mean > 0, filled / np.where(mean > 0, mean, 1.0), 1.0))


def _carry_on(state: NDArray[np.float64], options: TrendOptions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log level and its variance on each of the next 28 days, shape=(28, n_place) each."""
    level, growth, p00, p01, p11 = state.T
    growth = np.clip(growth, *GROWTH_RANGE)
    levels, variances = [], []
    for _ in range(N_AHEAD):
        level = level + growth
        growth = options.damping * growth
        p00 = p00 + 2 * p01 + p11 + options.level_var
        p01 = options.damping * (p01 + p11)
        p11 = options.damping**2 * p11 + options.growth_var
        levels.append(level)
        variances.append(p00)
    return np.array(levels), np.array(variances)


def _quantiles(mean: NDArray[np.float64], spread: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of a count with that mean and variance of log(count + 1/2), shape=(*mean.shape, n_z), never below 0."""
    return np.asarray(
        np.maximum((mean + FLOOR_CASES)[..., None] * np.exp(np.sqrt(spread)[..., None] * z) - FLOOR_CASES, 0.0)
    )
