"""Rain a weather model tells hour by hour, summed between any two moments."""

import numpy as np
from numpy.typing import NDArray

from risk_core.state.situation import WeatherForecast
from risk_core.units import S_PER_H

Floats = NDArray[np.float64]
LEAST_UNKNOWN_H = 1e-9
"""Part of an hour below which a missing amount is not part of the sum."""


def rain_between_mm(forecast: WeatherForecast, from_s: Floats, until_s: Floats) -> Floats:
    """Rain between moments at the model's points, mm, even inside an hour; hours beyond the record count as dry.

    Parameters
    ----------
    forecast
        Of the model.
    from_s, until_s
        Unix seconds, shape=(n,).

    Returns
    -------
    float64 array
        shape=(n, n_row, n_col), NaN where an hour in between is unknown at that point.

    Examples
    --------
    >>> mm = np.array([6.0, np.nan, 2.0]).reshape(3, 1, 1)
    >>> one = np.array([0.0])
    >>> told = WeatherForecast("model", 0.0, one, one, np.array([3600.0, 7200.0, 10_800.0]), mm, mm, mm)
    >>> rain_between_mm(told, np.array([1800.0, 0.0, 7200.0]), np.array([3600.0, 5400.0, 99_999.0])).ravel().tolist()
    [3.0, nan, 2.0]
    """
    known = np.isfinite(forecast.rain_mm)
    hourly = np.stack([np.where(known, forecast.rain_mm, 0.0), ~known])
    total = np.concatenate([np.zeros((2, 1, *known.shape[1:])), np.cumsum(hourly, axis=1)], axis=1)
    edge_s = np.concatenate([[forecast.time_s[0] - S_PER_H], forecast.time_s])
    fallen, unknown_h = _at(edge_s, total, until_s) - _at(edge_s, total, from_s)
    return np.where(unknown_h > LEAST_UNKNOWN_H, np.nan, fallen)


def _at(edge_s: Floats, total: Floats, moment_s: Floats) -> Floats:
    """Running totals at moments, shape=(2, n, n_row, n_col), constant beyond the record."""
    place = np.interp(moment_s, edge_s, np.arange(edge_s.size, dtype=np.float64))
    before = np.minimum(place.astype(np.int64), edge_s.size - 2)
    part = (place - before)[:, None, None]
    return np.asarray((1.0 - part) * total[:, before] + part * total[:, before + 1])
