"""Rain fields of the last hours on a coarse grid, from which their motion is read."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.interpolate import interpolate_gauges
from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions
from risk_core.state.grid import Grid
from risk_core.state.situation import RainGauges

MOST_CELLS: Final = 48
"""Rows and columns of the coarse grid at most; gauges show no finer rain."""
N_BEFORE: Final = 8
"""Fields kept from before the earliest hindcast, for its motion."""
MARGIN: Final = 0.25
"""Added on each side, as a share of the grid, so that rain from just outside is seen coming."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RainFrames:
    """Rain rates of the past, evenly spaced.

    Attributes
    ----------
    row_lat_deg, col_lon_deg
        Cell centres of the coarse grid, descending and ascending, shape=(n_row,), (n_col,), degrees.
    time_s
        Ends of the averaging steps, ascending, shape=(n_frame,), unix seconds.
    step_s
        Their spacing.
    field_mm_per_h
        Interpolated mean rate of each step, shape=(n_frame, n_row, n_col).
    gauge_mm_per_h
        The gauges themselves, shape=(n_frame, n_station), NaN where unknown.
    gauge_row, gauge_col
        Where they stand on the coarse grid, in cells and fractions; NaN outside, shape=(n_station,).
    """

    row_lat_deg: Floats
    col_lon_deg: Floats
    time_s: Floats
    step_s: float
    field_mm_per_h: NDArray[np.float32]
    gauge_mm_per_h: Floats
    gauge_row: Floats
    gauge_col: Floats


def coarse_axes(grid: Grid) -> tuple[Floats, Floats]:
    """Latitudes and longitudes of the coarse grid's cell centres: the area's box with a margin."""
    west, south, east, north = grid.bounds
    height, width = north - south, east - west
    shape = (grid.n_row, grid.n_col)
    n_row, n_col = (min(MOST_CELLS, max(4, round(n * (1 + 2 * MARGIN)))) for n in shape)
    lat = np.linspace(north + MARGIN * height, south - MARGIN * height, 2 * n_row + 1)[1::2]
    lon = np.linspace(west - MARGIN * width, east + MARGIN * width, 2 * n_col + 1)[1::2]
    return lat, lon


def make_frames(
    grid: Grid, gauges: RainGauges, now_s: float, options: RainOptions = RAIN_DEFAULTS, n_frame: int = 2
) -> RainFrames | None:
    """Average the newest rates over steps and interpolate each; None without `n_frame` steps in a row.

    Parameters
    ----------
    grid
        The area's grid.
    gauges
        Rates; later ones than `now_s` are not looked at.
    now_s
        The moment, unix seconds.
    options
        Settings; a step is the least multiple of the gauges' interval that reaches `step_s`.
    n_frame
        Fewest frames wanted.
    """
    past = np.flatnonzero(gauges.time_s <= now_s)
    if past.size < 2:
        return None
    interval_s = float(gauges.time_s[1] - gauges.time_s[0])
    n_join = max(1, int(np.ceil(options.step_s / interval_s - 1e-6)))
    step_s = n_join * interval_s
    n_kept = min(past.size // n_join, int(options.verify_s / step_s) + N_BEFORE)
    rows = past[past.size - n_kept * n_join :].reshape(n_kept, n_join)
    rate = gauges.rate_mm_per_h[rows]
    mean = np.where(np.isfinite(rate).all(axis=1), rate.mean(axis=1), np.nan)
    heard = np.isfinite(mean).sum(axis=1) >= options.least_kriging
    silent = np.flatnonzero(~heard)
    first = int(silent[-1]) + 1 if silent.size else 0
    if n_kept - first < n_frame:
        return None
    lat, lon = coarse_axes(grid)
    mean = mean[first:]
    field = np.empty((len(mean), lat.size, lon.size), np.float32)
    for mask in np.unique(np.isfinite(mean), axis=0):
        same = np.flatnonzero((np.isfinite(mean) == mask).all(axis=1))
        value = np.ascontiguousarray(mean[same][:, mask].T, dtype=np.float32)
        found = interpolate_gauges(lat, lon, gauges.lat_deg[mask], gauges.lon_deg[mask], value, options)
        field[same] = found.value.T.reshape(len(same), lat.size, lon.size)
    return RainFrames(
        lat,
        lon,
        gauges.time_s[rows[first:, -1]],
        step_s,
        field,
        mean,
        _position(lat, gauges.lat_deg),
        _position(lon, gauges.lon_deg),
    )


def _position(axis: Floats, at: Floats) -> Floats:
    """Place on an even axis in cells and fractions, NaN outside."""
    place = (at - axis[0]) / (axis[1] - axis[0])
    return np.where((place >= 0) & (place <= axis.size - 1), place, np.nan)
