"""What a nowcast adds to persistence, or takes from it: between two times, on the coarse grid and in cells."""

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.frames import RainFrames, make_frames
from risk_core.hazards.rain.nowcast import Nowcast, nowcast_rain
from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions
from risk_core.state.grid import Grid
from risk_core.state.situation import RainGauges
from risk_core.units import S_PER_H

Floats = NDArray[np.float64]


class ComingRain:
    """A nowcast on the grid of an area; make it with `coming_rain`."""

    def __init__(self, frames: RainFrames, nowcast: Nowcast, lifetime_s: float) -> None:
        self.frames = frames
        self.nowcast = nowcast
        self._lifetime_s = lifetime_s
        change = nowcast.change_mm_per_h.astype(np.float64)
        steps = 0.5 * (change[1:] + change[:-1]) * (frames.step_s / S_PER_H)
        self._sum_mm = np.concatenate([np.zeros((1, *change.shape[1:])), np.cumsum(steps, axis=0)])

    def change_mm_per_h(self, lead_s: float) -> Floats:
        """Change of the rate at a lead on the coarse grid, shape=(n_row, n_col); later than two hours it fades."""
        change, i, share = self.nowcast.change_mm_per_h, *self._place(lead_s)
        fade = np.exp(-max(lead_s - self.nowcast.lead_s[-1], 0.0) / self._lifetime_s)
        return np.asarray(((1 - share) * change[i] + share * change[min(i + 1, len(change) - 1)]) * fade, np.float64)

    def change_mm(self, from_s: float, until_s: float) -> Floats:
        """Change of the rain that falls between two leads, mm on the coarse grid, shape=(n_row, n_col)."""
        return self._until(until_s) - self._until(from_s)

    def log_error(self, lead_s: Floats) -> Floats:
        """Standard error of log(rate) at leads; that of two hours beyond."""
        return np.asarray(np.interp(lead_s, self.nowcast.lead_s, self.nowcast.log_error), np.float64)

    def to_cells(self, coarse: Floats, row_lat_deg: Floats, col_lon_deg: Floats) -> Floats:
        """Coarse fields in cells by bilinear interpolation.

        Parameters
        ----------
        coarse
            shape=(..., n_coarse_row, n_coarse_col).
        row_lat_deg, col_lon_deg
            Cell centres, degrees.

        Returns
        -------
        float64 array
            shape=(..., n_row, n_col).
        """
        rows = _hat(self.frames.row_lat_deg, row_lat_deg)
        cols = _hat(self.frames.col_lon_deg, col_lon_deg)
        return np.asarray(rows @ coarse @ cols.T)

    def _place(self, lead_s: float) -> tuple[int, float]:
        place = float(np.clip(lead_s / self.frames.step_s, 0.0, len(self._sum_mm) - 1))
        return int(place), place - int(place)

    def _until(self, lead_s: float) -> Floats:
        i, share = self._place(lead_s)
        change, hours = self.nowcast.change_mm_per_h, self.frames.step_s / S_PER_H
        ahead = change[min(i + 1, len(change) - 1)].astype(np.float64)
        part = share * hours * ((1 - 0.5 * share) * change[i] + 0.5 * share * ahead)
        beyond_s = max(lead_s - self.nowcast.lead_s[-1], 0.0)
        tail = (1.0 - np.exp(-beyond_s / self._lifetime_s)) * self._lifetime_s / S_PER_H
        return np.asarray(self._sum_mm[i] + part + tail * change[-1], np.float64)


def coming_rain(
    grid: Grid, gauges: RainGauges, base_s: float, options: RainOptions = RAIN_DEFAULTS
) -> ComingRain | None:
    """Nowcast from what was known at `base_s`, unix seconds; None where there are too few gauges or fields."""
    frames = make_frames(grid, gauges, base_s, options)
    if frames is None or frames.time_s[-1] < base_s - options.max_age_s:
        return None
    return ComingRain(frames, nowcast_rain(frames, options), options.lifetime_s)


def _hat(axis: Floats, at: Floats) -> Floats:
    """Bilinear weights of points on an even axis, shape=(n_point, n_axis)."""
    place = np.clip((at - axis[0]) / (axis[1] - axis[0]), 0.0, axis.size - 1)
    return np.asarray(np.maximum(1.0 - np.abs(place[:, None] - np.arange(axis.size)), 0.0), np.float64)
