"""Rain of the next two hours on the grid, with the bounds of its interval."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from risk_core.errors import Fault, InputError
from risk_core.hazards.rain.coming import coming_rain
from risk_core.hazards.rain.gauges import slice_gauges, usable_gauges
from risk_core.hazards.rain.interpolate import interpolate_gauges
from risk_core.hazards.rain.nowcast import MOST_LEAD_S
from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions
from risk_core.hazards.rain.spread import rain_factor
from risk_core.kernels.rain import NORMAL_90
from risk_core.state.grid import Grid
from risk_core.state.situation import RainGauges

LEAST_WIDTH = 0.01
"""Least half width of the interval of log(rate + 1) a probability is read from."""


@dataclass(frozen=True, slots=True, eq=False)
class RainForecast:
    """Rain rate ahead.

    Attributes
    ----------
    lead_s
        Seconds from now, ascending, 0..7200, shape=(n_lead,).
    rate_mm_per_h
        Best estimate of the rate at each lead, shape=(n_lead, n_row, n_col), never negative; NaN where unknown.
    low_mm_per_h, high_mm_per_h
        Bounds of its central 80 % interval, same shape; they widen with the lead and away from the gauges.
    data_as_of_s
        Newest observation used, unix seconds.
    moved_weight
        Weight 0..1 the moved rain has earned at each lead against standing still, shape=(n_lead,).
    """

    lead_s: NDArray[np.float64]
    rate_mm_per_h: NDArray[np.float32]
    low_mm_per_h: NDArray[np.float32]
    high_mm_per_h: NDArray[np.float32]
    data_as_of_s: float
    moved_weight: NDArray[np.float64]

    def exceedance_prob(self, threshold_mm_per_h: float) -> NDArray[np.float64]:
        """Probability that the rate reaches a threshold, shape as `rate_mm_per_h`; NaN where unknown.

        A normal distribution of log(rate + 1) on either side of the best estimate, as wide as the 80 % interval on
        that side; 0.01 of width at least, so that a certain forecast still is a probability.
        """
        level = np.log1p(self.rate_mm_per_h.astype(np.float64))
        bound = np.log1p(np.array(threshold_mm_per_h))
        side = np.where(bound >= level, np.log1p(self.high_mm_per_h) - level, level - np.log1p(self.low_mm_per_h))
        return np.asarray(ndtr((level - bound) * NORMAL_90 / np.maximum(side, LEAST_WIDTH)), np.float64)


def forecast_rain(
    grid: Grid,
    gauges: RainGauges,
    now_s: float,
    lead_s: NDArray[np.float64],
    options: RainOptions = RAIN_DEFAULTS,
) -> RainForecast | None:
    """Forecast the rain rate on the grid for 0..2 h ahead.

    Parameters
    ----------
    grid
        Where.
    gauges
        Rates of the stations; later ones than `now_s` are not looked at.
    now_s
        The moment of the forecast, unix seconds.
    lead_s
        Seconds from now, ascending, in 0..7200, shape=(n_lead,).
    options
        Settings.

    Returns
    -------
    RainForecast or None
        None when no station has reported.

    Raises
    ------
    InputError
        For leads that do not ascend or leave 0..7200 s.
    """
    leads = np.asarray(lead_s, dtype=np.float64)
    if not (leads.size and leads[0] >= 0 and leads[-1] <= MOST_LEAD_S and (np.diff(leads) > 0).all()):
        wanted = f"ascending seconds in 0..{MOST_LEAD_S:g}"
        raise InputError(Fault("lead_s", str(lead_s), wanted, "Ask for at most two hours."))
    gauges = usable_gauges(gauges, options)
    slices = slice_gauges(gauges, now_s, np.zeros(1, np.int32), options)
    if slices is None:
        return None
    shape = (len(leads), grid.n_row, grid.n_col)
    known = slices.is_known[0]
    if not known.any():
        unknown = np.full(shape, np.nan, np.float32)
        return RainForecast(leads, unknown, unknown, unknown, slices.newest_s, np.zeros(len(leads)))
    base_s = float(slices.base_s[0])
    ahead_s = leads + (now_s - base_s)
    value = slices.rate_mm_per_h[0][known].astype(np.float32)[:, None]
    found = interpolate_gauges(
        grid.row_lat_deg, grid.col_lon_deg, gauges.lat_deg[known], gauges.lon_deg[known], value, options
    )
    coming = coming_rain(grid, gauges, base_s, options)
    left = np.exp(-ahead_s / options.lifetime_s).reshape(-1, 1, 1)
    still = found.value.reshape(1, grid.n_row, grid.n_col)
    rate, log_error, weight = still * left, np.zeros(len(leads)), np.zeros(len(leads))
    if coming is not None:
        change = np.stack([coming.change_mm_per_h(float(lead)) for lead in ahead_s])
        rate = np.maximum(rate + coming.to_cells(change, grid.row_lat_deg, grid.col_lon_deg), 0.0)
        log_error = coming.log_error(ahead_s)
        weight = np.interp(ahead_s, coming.nowcast.lead_s, coming.nowcast.weight)
    share = found.unknown_share.reshape(still.shape)
    unseen = NORMAL_90 * options.unseen_error * float(np.sqrt(np.mean(value.astype(np.float64) ** 2)))
    wide = rain_factor(share, options)
    ahead = np.exp(NORMAL_90 * log_error).reshape(-1, 1, 1)
    heavy = float(slices.elsewhere_mm_per_h[0])
    low = np.maximum((rate / wide + 1.0) / ahead - 1.0, 0.0) * left
    moved = (1.0 - left) * np.maximum(heavy - rate, 0.0)
    high = (rate * wide + 1.0) * ahead - 1.0 + moved + unseen * np.sqrt(share)
    return RainForecast(
        lead_s=leads,
        rate_mm_per_h=rate.astype(np.float32),
        low_mm_per_h=low.astype(np.float32),
        high_mm_per_h=high.astype(np.float32),
        data_as_of_s=slices.newest_s,
        moved_weight=np.asarray(weight, np.float64),
    )
