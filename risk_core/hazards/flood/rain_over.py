"""Rain over a window of ground, from the gauges' past into the next hours: least likely, middle and most.

Past: the gauges, interpolated as for the rain hazard. Ahead: the newest rates go on and fade, changed by what the
nowcast moves in or away; later what a weather model expects, where its forecast is at hand. The outer two are the 10 %
and 90 % of it: the interpolation's own spread, and ahead the error the nowcast has lately made or the model is taken to
make.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.coming import ComingRain
from risk_core.hazards.rain.gauges import usable_gauges
from risk_core.hazards.rain.interpolate import interpolate_gauges
from risk_core.hazards.rain.options import RainOptions
from risk_core.hazards.rain.spread import rain_factor
from risk_core.kernels.rain import NORMAL_90, accumulate_rain, hold_gaps
from risk_core.state.situation import RainGauges
from risk_core.units import S_PER_H

if TYPE_CHECKING:
    from risk_core.hazards.flood.rain_expected import ExpectedRain

Floats = NDArray[np.float64]
INTERVAL_S: Final = 600.0


@dataclass(frozen=True, slots=True, eq=False)
class GaugeHistory:
    """Rain of the gauges by intervals of ten minutes.

    Attributes
    ----------
    lat_deg, lon_deg
        Gauges that have reported, shape=(n_station,).
    edge_s
        Beginnings of the intervals and the end of the last, unix seconds, shape=(n_interval + 1,).
    rate_mm_per_h
        Mean of each interval, shape=(n_interval, n_station).
    now_mm_per_h
        Newest rate, shape=(n_station,).
    """

    lat_deg: Floats
    lon_deg: Floats
    edge_s: Floats
    rate_mm_per_h: Floats
    now_mm_per_h: Floats

    @property
    def wettest_mm_per_h(self) -> Floats:
        """Largest mean rate of any gauge in each interval."""
        return np.asarray(self.rate_mm_per_h.max(axis=1))


def gauge_history(gauges: RainGauges, now_s: float, history_s: float, options: RainOptions) -> GaugeHistory | None:
    """Rain of the last hours up to now; None where no gauge has reported lately.

    Parameters
    ----------
    gauges
        As the situation has them.
    now_s
        The moment, unix seconds.
    history_s
        How far back.
    options
        Of the rain: how long gaps are held, and how old a report may be.
    """
    gauges = usable_gauges(gauges, options)
    row = np.flatnonzero(gauges.time_s <= now_s)
    if not row.size or not len(gauges.lat_deg):
        return None
    time_s, rate = gauges.time_s[row], gauges.rate_mm_per_h[row]
    interval_s = float(time_s[1] - time_s[0]) if len(time_s) > 1 else options.interval_s
    held = hold_gaps(np.ascontiguousarray(rate), int(options.max_gap_s // interval_s))
    known = np.isfinite(held[-1])
    if now_s - time_s[-1] > options.max_age_s or not known.any():
        return None
    n = round(history_s / INTERVAL_S)
    edge_s = now_s - INTERVAL_S * np.arange(n, -1, -1, dtype=np.float64)
    held = np.ascontiguousarray(held[:, known])
    fallen = accumulate_rain(held, float(time_s[0]) - interval_s, interval_s, edge_s[:-1], edge_s[1:])
    mean = fallen / (INTERVAL_S / S_PER_H)
    unseen_s = np.clip(edge_s[1:] - time_s[-1], 0.0, INTERVAL_S)
    mean += held[-1] * (unseen_s / INTERVAL_S)[:, None]
    return GaugeHistory(gauges.lat_deg[known], gauges.lon_deg[known], edge_s, mean, held[-1])


@dataclass(frozen=True, slots=True, eq=False)
class WindowRain:
    """Rain over the cells of a window: 10 %, middle and 90 %.

    Attributes
    ----------
    edge_s
        Beginnings of the intervals and the end of the last, unix seconds, shape=(n_interval + 1,).
    rate_mm_per_h
        shape=(3, n_interval, n_row, n_col).
    """

    edge_s: Floats
    rate_mm_per_h: NDArray[np.float32]


def rain_over(
    history: GaugeHistory,
    row_lat_deg: Floats,
    col_lon_deg: Floats,
    ahead_s: float,
    coming: ComingRain | None,
    options: RainOptions,
    expected: "ExpectedRain | None" = None,
) -> WindowRain:
    """Rain of the past and of `ahead_s` from now on, over a window.

    Parameters
    ----------
    history
        Of the gauges.
    row_lat_deg, col_lon_deg
        Cell centres of the window, degrees.
    ahead_s
        How far ahead; a multiple of ten minutes.
    coming
        The nowcast, or None for plain persistence.
    options
        Of the rain.
    expected
        What a weather model expects, over the same time; None without.
    """
    value = np.concatenate([history.rate_mm_per_h.T, history.now_mm_per_h[:, None]], axis=1).astype(np.float32)
    found = interpolate_gauges(row_lat_deg, col_lon_deg, history.lat_deg, history.lon_deg, value, options)
    shape = (len(row_lat_deg), len(col_lon_deg))
    past = np.moveaxis(found.value[:, :-1].reshape(*shape, -1), -1, 0)
    begin = INTERVAL_S * np.arange(round(ahead_s / INTERVAL_S), dtype=np.float64)
    fade = (np.exp(-begin / options.lifetime_s) - np.exp(-(begin + INTERVAL_S) / options.lifetime_s)) / (
        INTERVAL_S / options.lifetime_s
    )
    ahead = found.value[:, -1].reshape(shape)[None] * fade[:, None, None]
    if coming is not None:
        change = np.stack([coming.change_mm(one, one + INTERVAL_S) for one in begin]) / (INTERVAL_S / S_PER_H)
        ahead = np.maximum(ahead + coming.to_cells(change, row_lat_deg, col_lon_deg), 0.0)
    error = np.zeros(len(begin)) if coming is None else coming.log_error(begin + 0.5 * INTERVAL_S)
    if expected is not None:
        ahead, told = expected.join(ahead, row_lat_deg, col_lon_deg)
        error = np.where(told, np.maximum(error, expected.log_error), error)
    wide = rain_factor(found.unknown_share, options).reshape(shape)[None]
    spread = np.exp(NORMAL_90 * np.concatenate([np.zeros(len(past)), error]))[:, None, None]
    rate = np.concatenate([past, ahead])
    low, high = np.maximum((rate / wide + 1.0) / spread - 1.0, 0.0), (rate * wide + 1.0) * spread - 1.0
    edge_s = np.concatenate([history.edge_s, history.edge_s[-1] + begin + INTERVAL_S])
    return WindowRain(edge_s, np.stack([low, rate, high]).astype(np.float32))
