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
