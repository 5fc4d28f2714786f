"""What the reports of the next four weeks will be if the present trend fades as trends do.

Two forecasts of each place are blended. Its own: the damped local trend of `kernels.epidemic.track_levels` carried on
(Gardner & McKenzie 1985, Manage. Sci. 31, 1237). The area's: the same trend of the sum of all places, of which the
place gets the share it had so far; 25 districts that rise together tell the growth better than any one of them. How
long a place keeps to its own course is learnt on earlier days (combination by regression: Granger & Ramanathan 1984,
J. Forecast. 3, 197), and so is how far its forecasts were off. Quantiles are those of a gamma mixture of Poisson
counts, Student tails laid on it. No change of rules, behaviour or variant is foreseen: weeks 3 and 4 are a scenario.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, stdtrit

from risk_core.hazards.epidemic.options import TrendOptions
from risk_core.hazards.epidemic.rhythm import N_WEEKDAY, learn_dispersion, weekday_factors
from risk_core.kernels.epidemic import track_levels
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import N_DAY_AHEAD, N_WEEK_AHEAD, QUANTILE_PROB, CaseForecast
from risk_core.units import S_PER_DAY

GROWTH_RANGE: Final = (-0.2, 0.25)
LOG_COUNT_MOST: Final = 20.0
LEVEL_VAR_MOST: Final = 3.0
N_AHEAD: Final = N_WEEKDAY * N_WEEK_AHEAD
TEACHING_DAY: Final = 21
"""Days that must lie before an earlier forecast that teaches."""
SHARE_CASES: Final = 20.0
"""Cases added to each place before its share is taken."""
BLEND_ERRORS: Final = 100.0
"""Errors, in standard deviations squared, that the expected blend stands for."""
WIDTH_ERRORS: Final = 10.0
PLACE_ERRORS: Final = 10.0
"""Errors that the expected width, and the common one of each place, stand for."""
ERROR_MOST: Final = 5.0
"""Squared errors over their variance that count no further."""
WIDTH_RANGE: Final = (0.01, 1.2)
"""A fan is narrowed in calm times; one widened after a bad month came too late on every window tried."""
MEAN_LEAST: Final = 1e-3
GAMMA_VAR_MOST: Final = 0.5
"""Log variance of the level up to which its spread is skew as a gamma's."""
CONTINUITY_CASES: Final = 0.3
"""Half a case or so: counts are whole, the quantiles are not."""


@dataclass(frozen=True, slots=True, eq=False)
class _Paths:
    """Forecasts from many origins, the last of them now; shape=(28, n_origin, n_place) each but `first`.

    `first` is the row of the first day unknown to each origin, shape=(n_origin,); `own` and `shared` are means,
    `variance` is that of the log level.
    """

    first: NDArray[np.int64]
    own: NDArray[np.float64]
    shared: NDArray[np.float64]
    variance: NDArray[np.float64]


def forecast_trend(cases: DistrictCases, options: TrendOptions) -> CaseForecast:
    """Quantiles of the next 14 days and 4 weeks of each place.

    Parameters
    ----------
    cases
        Daily counts, late reports corrected; `from_s` is the day after their last.
    options
        Of the trend: variances, damping, dispersion, memory, width.

    Examples
    --------
    >>> cases = DistrictCases(np.arange(28.0) * S_PER_DAY, np.full((28, 1), 100.0))
    >>> found = forecast_trend(cases, TrendOptions())
    >>> bool(90 < found.day[0, 0, 11] < 110), bool(found.day[13, 0, 0] < found.day[0, 0, 0])
    (True, True)
    """
    count = cases.count
    weekday = weekday_factors(count)
    dispersion = learn_dispersion(count, weekday, options.dispersion)
    paths = _follow(count, weekday, dispersion, options)
    later = _later(count, paths.first)
    mean = _blend(paths, later, dispersion, options)
    width = _learn_width(mean, paths, later, dispersion, options)
    mean, variance = mean[:, -1], paths.variance[:, -1]
    near = slice(N_DAY_AHEAD)
    day = _quantiles(mean[near], width[near] / dispersion, width[near] * _excess(variance[near]), options)
    weeks = (N_WEEK_AHEAD, N_WEEKDAY, -1)
    mean, variance, width = mean.reshape(weeks).sum(axis=1), *(x.reshape(weeks).mean(axis=1) for x in (variance, width))
    week = _quantiles(mean, width / (N_WEEKDAY * dispersion), width * _excess(variance), options)
    return CaseForecast(float(cases.day_s[-1]) + S_PER_DAY, np.array(QUANTILE_PROB), week, day)


def _follow(
    count: NDArray[np.float64], weekday: NDArray[np.float64], dispersion: NDArray[np.float64], options: TrendOptions
) -> _Paths:
    """Both forecasts of each place as made on each day from `TEACHING_DAY` on."""
    n_day = len(count)
    usual = weekday[np.arange(n_day) % N_WEEKDAY]
    own = _track(count, usual, dispersion, options)
    filled = np.where(np.isfinite(count), count, np.exp(np.minimum(own[..., 0], LOG_COUNT_MOST)) * usual)
    total = np.where(np.isfinite(count).any(axis=1), np.nansum(filled, axis=1), np.nan)[:, None]
    rhythm = weekday_factors(total)
    total_dispersion = learn_dispersion(total, rhythm, options.dispersion)
    area = _track(total, rhythm[np.arange(n_day) % N_WEEKDAY], total_dispersion, options)
    first = np.append(np.arange(min(TEACHING_DAY, n_day), n_day), n_day)
    level, variance = _carry_on(own[first - 1], options)
    area_level, _ = _carry_on(area[first - 1], options)
    so_far = np.nancumsum(filled, axis=0)[first - 1] + SHARE_CASES
    share = so_far / np.where(np.isfinite(level[0]), so_far, 0.0).sum(axis=1, keepdims=True)
    factor = weekday[(first + np.arange(N_AHEAD)[:, None]) % N_WEEKDAY]
    return _Paths(first, np.exp(level) * factor, np.exp(area_level) * share * factor, variance)


def _track(
    count: NDArray[np.float64], usual: NDArray[np.float64], dispersion: NDArray[np.float64], o: TrendOptions
) -> NDArray[np.float64]:
    return track_levels(count, usual, dispersion, o.level_var, o.chance_var, o.growth_var, o.damping)


def _carry_on(state: NDArray[np.float64], o: TrendOptions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log level and its variance on each of the 28 days after a state of shape=(..., 5), shape=(28, ...) each."""
    level, growth, p00, p01, p11 = np.moveaxis(state, -1, 0)
    growth = np.clip(growth, *GROWTH_RANGE)
    levels, variances = [], []
    for _ in range(N_AHEAD):
        growth = o.damping * growth
        level = np.minimum(level + growth, LOG_COUNT_MOST)
        p00 = p00 + 2 * p01 + p11 + o.level_var + o.chance_var / (np.exp(level) + 1)
        p01, p11 = o.damping * (p01 + p11), o.damping**2 * p11 + o.growth_var
        levels.append(level)
        variances.append(p00)
    return np.array(levels), np.array(variances)


def _later(count: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.float64]:
    """What came after each origin, shape=(28, n_origin, n_place), NaN where it is not known."""
    row = first + np.arange(N_AHEAD)[:, None]
    known = row < len(count)
    return np.where(known[..., None], count[np.where(known, row, 0)], np.nan)


def _blend(
    paths: _Paths, later: NDArray[np.float64], dispersion: NDArray[np.float64], options: TrendOptions
) -> NDArray[np.float64]:
    """Mean of both forecasts of each place, shape=(28, n_origin, n_place).

    The weight of a place's own, common to all places, is the slope of what came on the difference of the two, in
    standard deviations, each horizon with its neighbours; it is drawn towards memory^horizon.
    """
    gap = paths.own - paths.shared
    middle = 0.5 * (paths.own + paths.shared)
    variance = middle + CONTINUITY_CASES + middle**2 * (1 / dispersion + _excess(paths.variance))
    most = 3 * np.sqrt(variance)
    error = np.clip(later - paths.shared, -most, most)
    known = np.isfinite(error)
    top = _near(np.where(known, error * gap / variance, 0.0).sum(axis=(1, 2)))
    bottom = _near(np.where(known, gap**2 / variance, 0.0).sum(axis=(1, 2)))
    prior = BLEND_ERRORS * _near(np.ones(N_AHEAD))
    expected = options.memory ** np.arange(1, N_AHEAD + 1)
    weight = np.clip((top + prior * expected) / (bottom + prior), 0.0, 1.0)
    return np.asarray(np.maximum(paths.shared + weight[:, None, None] * gap, MEAN_LEAST))


def _learn_width(
    mean: NDArray[np.float64],
    paths: _Paths,
    later: NDArray[np.float64],
    dispersion: NDArray[np.float64],
    options: TrendOptions,
) -> NDArray[np.float64]:
    """Factor of the variance beyond Poisson's that earlier errors show, shape=(28, n_place).

    The variance is mean + factor * excess; the factor is the weighted moment estimate of earlier squared errors,
    each horizon with its neighbours. All places together are drawn towards `options.width`, each towards all.
    """
    excess = mean**2 * (1 / dispersion + _excess(paths.variance))
    variance = mean + excess
    part = excess / variance
    error = np.minimum((later - mean) ** 2 / variance, ERROR_MOST)
    known = np.isfinite(error)
    top = _near(np.where(known, part * (error - mean / variance), 0.0).sum(axis=1))
    bottom = _near(np.where(known, part**2, 0.0).sum(axis=1))
    n_near = _near(np.ones((N_AHEAD, 1)))
    prior = WIDTH_ERRORS * n_near
    common = top.sum(axis=1, keepdims=True) + prior * options.width
    common = np.clip(common / (bottom.sum(axis=1, keepdims=True) + prior), *WIDTH_RANGE)
    own = (top + PLACE_ERRORS * n_near * common) / (bottom + PLACE_ERRORS * n_near)
    return np.asarray(np.clip(own, *WIDTH_RANGE))


def _near(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of each row with those up to a third of its horizon away."""
    total = np.concatenate([np.zeros_like(value[:1]), value.cumsum(axis=0)])
    row = np.arange(len(value))
    return np.asarray(total[np.minimum(row + row // 3 + 1, len(value))] - total[row - row // 3])


def _excess(variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative variance of a lognormal level."""
    return np.asarray(np.expm1(np.minimum(variance, LEVEL_VAR_MOST)))


def _quantiles(
    mean: NDArray[np.float64], scatter: NDArray[np.float64], drift: NDArray[np.float64], options: TrendOptions
) -> NDArray[np.float64]:
    """Quantiles of counts with variance mean + mean^2 * (scatter + drift), shape=(*mean.shape, n_prob), not below 0.

    A gamma of count + `CONTINUITY_CASES` with that variance stands for the negative binomial. Its median sinks below
    the mean as the variance grows; the log variance of the drift beyond `GAMMA_VAR_MOST` is laid on symmetrically
    instead, each part with its share of the standard deviation, so that a far week does not seem to fall. The levels
    are those that a normal gives to the Student quantiles, which makes the tails as heavy.
    """
    z = stdtrit(options.student_nu, np.array(QUANTILE_PROB))
    middle = mean + CONTINUITY_CASES
    shape = (mean / middle) ** 2
    log_var = np.log1p(drift)
    inner = np.minimum(log_var, GAMMA_VAR_MOST)
    gamma_var = mean / middle**2 + shape * (scatter + np.expm1(inner))
    outer = shape * (log_var - inner)
    part = outer / (gamma_var + outer)
    gamma = gammaincinv((1 / gamma_var)[..., None], ndtr(z * np.sqrt(1 - part)[..., None])) * gamma_var[..., None]
    spread = np.exp(z * np.sqrt(part * outer)[..., None])
    return np.asarray(np.maximum(middle[..., None] * gamma * spread - CONTINUITY_CASES, 0.0))
