"""Forecasts that any model has to beat."""

import numpy as np
from numpy.typing import NDArray


def same_weekday_quantiles(
    count: NDArray[np.float64], horizon_day: int, prob: NDArray[np.float64], window_day: int = 200
) -> NDArray[np.float64]:
    """Same weekday of the last week known, with the spread of past changes between such days.

    The rule of the forecast hubs' baseline (Cramer et al. 2022, PNAS 119, e2113561119) on days of one weekday: the
    median is the last value, the quantiles are those of past changes and of their opposites, never below zero.

    Parameters
    ----------
    count
        Daily cases up to the origin, shape=(n_day, n_place), NaN where missing.
    horizon_day
        Days after the last one, 1 or more.
    prob
        Levels.
    window_day
        Changes looked back at.

    Returns
    -------
    float64 array
        shape=(n_place, n_prob), NaN where the weekday before is missing.

    Examples
    --------
    >>> week = np.array([[1.0], [5.0], [5.0], [5.0], [5.0], [3.0], [2.0]])
    >>> same_weekday_quantiles(np.tile(week, (6, 1)), 1, np.array([0.1, 0.5]))[0].tolist()
    [1.0, 1.0]
    """
    back = 7 * -(-horizon_day // 7)
    last = count[len(count) - 1 + horizon_day - back]
    change = (count[back:] - count[:-back])[-window_day:]
    spread = np.concatenate([change, -change])
    known = np.isfinite(spread).any(axis=0)
    out = np.full((count.shape[1], len(prob)), np.nan)
    out[known] = last[known, None] + np.nanquantile(spread[:, known], prob, axis=0).T
    return np.asarray(np.maximum(out, 0.0))


def persistence_quantiles(
    weekly: NDArray[np.float64], horizon_week: int, prob: NDArray[np.float64], n_draw: int = 4000, seed: int = 0
) -> NDArray[np.float64]:
    """Last week's total with the spread of past changes, by the rule of the forecast hubs' baseline.

    Cramer et al. 2022, PNAS 119, e2113561119 (COVIDhub-baseline): past weekly changes and their opposites are equally
    likely; `horizon_week` of them, drawn independently, are added to the last value, the median is that value,
    nothing falls below zero. Drawn by chance with a fixed seed, each draw together with its opposite.

    Parameters
    ----------
    weekly
        Totals up to the origin, shape=(n_week, n_place), NaN where unknown.
    horizon_week
        Weeks ahead, 1 or more.
    prob
        Levels.
    n_draw, seed
        Of the draws.

    Returns
    -------
    float64 array
        shape=(n_place, n_prob), NaN where no total or no change is known.

    Examples
    --------
    >>> even = np.array([[10.0], [14.0], [10.0], [14.0], [10.0]])
    >>> persistence_quantiles(even, 1, np.array([0.1, 0.5, 0.9]))[0].tolist()
    [6.0, 10.0, 14.0]
    """
    rng = np.random.default_rng(seed)
    pick = rng.random((n_draw, horizon_week))
    sign = rng.choice((-1.0, 1.0), (n_draw, horizon_week))
    out = np.full((weekly.shape[1], len(prob)), np.nan)
    for place in range(weekly.shape[1]):
        total = weekly[np.isfinite(weekly[:, place]), place]
        change = np.diff(weekly[:, place])
        change = change[np.isfinite(change)]
        if not len(total) or not len(change):
            continue
        drawn = (change[(pick * len(change)).astype(np.int64)] * sign).sum(axis=1)
        spread = np.quantile(np.concatenate([drawn, -drawn]), prob)
        out[place] = np.maximum(total[-1] + spread, 0.0)
    return out
