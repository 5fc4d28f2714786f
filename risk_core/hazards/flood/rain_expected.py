"""Rain a weather model expects, as the flood forecast takes it: ten-minute rates on the model's lattice.

Hourly amounts fall evenly within their hour. Where gauges measure, they and their nowcast hold for two hours
(`WeatherForecast.rain_from_s`), and later the larger of both counts; where only the same model's past hours stand for
gauges, its forecast holds from now on.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.flood.rain_over import INTERVAL_S
from risk_core.hazards.rain.model_hours import rain_between_mm
from risk_core.hazards.typhoon.grid_weights import axis_weights, spread_lattice
from risk_core.state.situation import WeatherForecast
from risk_core.units import S_PER_DAY, S_PER_H

Floats = NDArray[np.float64]
LOG_ERROR_NOW: Final = 0.5
LOG_ERROR_PER_DAY: Final = 0.5
"""Log standard deviation of the rain, as for the rain hazard; assumptions."""


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedRain:
    """A model's rain by intervals of ten minutes from now on; make it with `expected_rain`.

    Attributes
    ----------
    lat_deg, lon_deg
        The model's rows, north first, and columns, degrees.
    rate_mm_per_h
        shape=(n_interval, n_row, n_col), NaN where it does not count or tells nothing.
    is_alone
        Whether it stands in place of what gauges give, not beside it.
    log_error
        Log standard deviation of each interval, shape=(n_interval,).
    """

    lat_deg: Floats
    lon_deg: Floats
    rate_mm_per_h: Floats
    is_alone: bool
    log_error: Floats

    def in_cells(self, row_lat_deg: Floats, col_lon_deg: Floats) -> Floats:
        """Rates at cells, bilinear between the lattice points, shape=(n_interval, n_row, n_col)."""
        rows, cols = self.lat_deg, self.lon_deg
        row = np.interp(-row_lat_deg, -rows, np.arange(rows.size, dtype=np.float64))
        col = np.interp(col_lon_deg, cols, np.arange(cols.size, dtype=np.float64))
        return spread_lattice(axis_weights(row, rows.size), self.rate_mm_per_h, axis_weights(col, cols.size))

    def join(self, rate_mm_per_h: Floats, row_lat_deg: Floats, col_lon_deg: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Rates from gauges raised to the expected ones, or replaced, and in which intervals the model counts.

        Parameters
        ----------
        rate_mm_per_h
            From gauges, shape=(n_interval, n_row, n_col).
        row_lat_deg, col_lon_deg
            Cell centres, degrees.
        """
        own = self.in_cells(row_lat_deg, col_lon_deg)
        told = np.isfinite(own)
        joined = own if self.is_alone else np.fmax(rate_mm_per_h, own)
        return np.where(told, joined, rate_mm_per_h), np.asarray(told.any(axis=(1, 2)))


def expected_rain(forecast: WeatherForecast | None, now_s: float, ahead_s: float) -> ExpectedRain | None:
    """Rain of a forecast from now on; None without one, or where it tells nothing of that time.

    Parameters
    ----------
    forecast
        Of a weather model.
    now_s
        The moment, unix seconds.
    ahead_s
        How far ahead; a multiple of ten minutes.
    """
    if forecast is None:
        return None
    lead_s = INTERVAL_S * np.arange(round(ahead_s / INTERVAL_S) + 1, dtype=np.float64)
    begin_s, end_s = now_s + lead_s[:-1], now_s + lead_s[1:]
    rate = rain_between_mm(forecast, begin_s, end_s) / (INTERVAL_S / S_PER_H)
    counts = (lead_s[:-1] >= forecast.rain_from_s) & (end_s <= forecast.time_s[-1])
    counts &= begin_s >= forecast.time_s[0] - S_PER_H
    if not counts.any():
        return None
    rate[~counts] = np.nan
    error = LOG_ERROR_NOW + LOG_ERROR_PER_DAY * (lead_s[:-1] + 0.5 * INTERVAL_S) / S_PER_DAY
    return ExpectedRain(forecast.lat_deg, forecast.lon_deg, rate, forecast.rain_from_s <= 0.0, error)
