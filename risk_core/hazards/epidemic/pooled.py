"""The change of log counts some weeks ahead, by one linear rule for all places and a spread of each place's own.

Weighted least absolute deviations by iteratively reweighted least squares (Schlossmacher 1973, JASA 68, 857) with a
ridge towards a prior; the spread is a regression of log |error| on what the trend filter says of its own errors,
times a factor of the place; quantiles are those of past errors in units of that spread.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.bank import TrainingRows
from risk_core.hazards.epidemic.features import GROWTH_COLUMN, WeekTable
from risk_core.hazards.epidemic.forecast_options import LinearOptions
from risk_core.state.surveillance import QUANTILE_PROB

N_STEP: Final = 12
ERROR_LEAST: Final = 0.02
"""Errors below count alike: L1 is smooth there."""
CASES_LEAST: Final = 10.0
FALL_MORE: Final = 0.3
LOG_LEVEL_MOST: Final = 6.0
ERROR_UNIT_MOST: Final = 6.0
UP_MOST, DOWN_MOST = (0.9, 0.3), 1.2
"""Farthest quantiles from the median on the log scale: 0.9 sqrt(h) + 0.3 above, 1.2 sqrt(h) below."""


def forecast_linear(
    rows: TrainingRows, now: WeekTable, horizon_week: int, options: LinearOptions
) -> NDArray[np.float64]:
    """Quantiles of log(count + 5) at one horizon.

    Parameters
    ----------
    rows
        What is known of that horizon.
    now
        Today's description; its last week is the origin.
    horizon_week
        1..4.
    options
        Weights, priors and limits.

    Returns
    -------
    float64 array
        shape=(n_place, 23).
    """
    n_place, n_feature = now.feature.shape[1:]
    weight = (rows.count + CASES_LEAST) ** options.count_power * 0.5 ** (rows.age_week / options.half_life_week)
    prior = np.zeros(n_feature)
    prior[GROWTH_COLUMN] = options.growth_prior * horizon_week
    slope = fit_absolute(rows.feature, rows.change, weight, prior, options.ridge)
    error = rows.change - rows.feature @ slope
    design, recent = _design(rows.feature, rows.spread, rows.level), 0.5 ** (rows.age_week / options.half_life_week)
    spread_slope = _fit_spread(design, error, recent)
    unit = np.exp(design @ spread_slope)
    factor = _place_factor(np.abs(error) / unit, rows, n_place, options)
    shape = weighted_quantile(error / (unit * factor[rows.place]), weight, np.array(QUANTILE_PROB))
    most = options.change_most[horizon_week - 1]
    change = np.clip(now.feature[-1] @ slope, -most - FALL_MORE, most)
    width = np.exp(_design(now.feature[-1], now.spread[-1], now.level[-1]) @ spread_slope) * factor
    root = np.sqrt(horizon_week)
    off = np.clip(width[:, None] * shape, -DOWN_MOST * root, UP_MOST[0] * root + UP_MOST[1])
    return np.asarray(now.level[-1][:, None] + change[:, None] + off)


def fit_absolute(
    feature: NDArray[np.float64],
    change: NDArray[np.float64],
    weight: NDArray[np.float64],
    prior: NDArray[np.float64],
    ridge: float,
) -> NDArray[np.float64]:
    """Coefficients of least weighted absolute error, drawn towards `prior`, shape=(n_feature,).

    Examples
    --------
    A single wild row does not move the line:

    >>> x = np.arange(1.0, 9.0)[:, None]
    >>> y = 2 * x[:, 0]
    >>> y[3] = 100
    >>> fit_absolute(x, y, np.ones(8), np.zeros(1), 1e-6).round(3).tolist()
    [2.0]
    """
    slope = prior.copy()
    for _ in range(N_STEP):
        row_weight = weight / np.maximum(np.abs(change - feature @ slope), ERROR_LEAST)
        pull = ridge * row_weight.mean()
        weighted = feature * row_weight[:, None]
        square = weighted.T @ feature + pull * np.eye(len(prior))
        slope = np.linalg.solve(square, weighted.T @ change + pull * prior)
    return np.asarray(slope)


def weighted_quantile(
    value: NDArray[np.float64], weight: NDArray[np.float64], prob: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantiles of weighted values, each at the middle of its weight, linear between them, shape=(n_prob,).

    Examples
    --------
    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.ones(3), np.array([0.5])).tolist()
    [2.0]
    """
    order = np.argsort(value)
    share = weight[order]
    middle = (np.cumsum(share) - 0.5 * share) / share.sum()
    return np.asarray(np.interp(prob, middle, value[order]))


def _design(
    feature: NDArray[np.float64], spread: NDArray[np.float64], level: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What the spread depends on: expected miss, volatility, size of the growth, level."""
    size = np.minimum(level, LOG_LEVEL_MOST)
    columns = [np.ones(len(level)), np.log(spread[:, 0]), np.log(spread[:, 2] + 0.02)]
    return np.stack([*columns, np.abs(feature[:, GROWTH_COLUMN]), size], axis=-1)


def _fit_spread(
    design: NDArray[np.float64], error: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    weighted = design * weight[:, None]
    square = weighted.T @ design + 1e-3 * weight.sum() * np.eye(design.shape[1])
    return np.asarray(np.linalg.solve(square, weighted.T @ np.log(np.abs(error) + 0.01)))


def _place_factor(
    unit_error: NDArray[np.float64], rows: TrainingRows, n_place: int, options: LinearOptions
) -> NDArray[np.float64]:
    """Each place's own recent errors over those of all, drawn towards one, shape=(n_place,)."""
    weight = 0.5 ** (rows.age_week / options.place_half_life_week)
    error = np.bincount(rows.place, weight * np.minimum(unit_error, ERROR_UNIT_MOST), n_place)
    total = np.bincount(rows.place, weight, n_place)
    common = error.sum() / total.sum()
    pseudo = options.place_pseudo_week
    return np.asarray((error + pseudo * common) / (total + pseudo) / common)
