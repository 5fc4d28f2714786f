"""Rain of the next two hours on the grid, with the bounds of its interval."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.hazards.rain.gauges import slice_gauges
from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions
from risk_core.hazards.rain.spread import interpolation_spread
from risk_core.kernels.rain import blend_stations
from risk_core.state.grid import Grid
from risk_core.state.situation import RainGauges

MOST_LEAD_S: Final = 7200.0
"""Farthest lead of a nowcast; beyond two hours extrapolated rain has no skill (Germann & Zawadzki 2002)."""


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
    """

    lead_s: NDArray[np.float64]
    rate_mm_per_h: NDArray[np.float32]
    low_mm_per_h: NDArray[np.float32]
    high_mm_per_h: NDArray[np.float32]
    data_as_of_s: float


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
    slices = slice_gauges(gauges, now_s, np.zeros(1, np.int32), options)
    if slices is None:
        return None
    shape = (len(leads), grid.n_row, grid.n_col)
    known = slices.is_known[0]
    if not known.any():
        unknown = np.full(shape, np.nan, np.float32)
        return RainForecast(leads, unknown, unknown, unknown, slices.newest_s)
    rates = slices.rate_mm_per_h[0][known]
    rate, nearest_m = blend_stations(
        grid.row_lat_deg,
        grid.col_lon_deg,
        gauges.lat_deg[known],
        gauges.lon_deg[known],
        grid.cell_m / 2,
        rates.astype(np.float32)[:, None],
    )
    left = np.exp(-leads / options.lifetime_s)[:, None]
    mean = rate[:, 0] * left
    wide = interpolation_spread(nearest_m, options)
    heavy = slices.elsewhere_mm_per_h[0]
    low = mean * left / wide
    high = mean * wide + (1.0 - left) * np.maximum(heavy - mean, 0.0)
    fields = [one.astype(np.float32).reshape(shape) for one in (mean, low, high)]
    return RainForecast(leads, *fields, slices.newest_s)
