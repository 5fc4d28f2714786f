"""Rain on the grid: local inverse distance weighting of the gauges, risk by the worst window, interval.

Method: R. Franke & G. Nielson 1980, Smooth interpolation of large sets of scattered data, Int. J. Numer. Methods
Eng. 15, 1691-1704: weights ((R - d) / (R d))^2 with R the distance of the seventh nearest gauge, so that a crowd
of gauges in a cloudburst does not rain on the far side of the city. Chosen before kriging because its weights
are never negative: more rain at a gauge never lowers a risk anywhere, and no cell exceeds the gauges.

Interval (central 80 %, an assumption until it is fitted): from interpolation, the factor
exp(1.2816 sqrt(gauge_error^2 + field_error^2 (1 - exp(-2 d / correlation_m)))) with d the distance to the nearest
gauge; from persistence, with the share 1 - exp(-lead / lifetime_s) our rain may be gone (low) or the region's
heavy rain have come (high). Weakness: rain that no gauge has seen yet is not in the interval.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.gauges import GaugeSlices, slice_gauges
from risk_core.hazards.rain.options import RAIN_DEFAULTS, WINDOWS_H, RainOptions
from risk_core.hazards.rain.spread import interpolation_spread
from risk_core.kernels.rain import blend_stations, rain_codes
from risk_core.state.assessment import LayerFields
from risk_core.state.grid import Grid
from risk_core.state.level import RISK_CODE_MISSING
from risk_core.state.situation import RainGauges

BLOCK_VALUES: Final = 4_000_000
"""Interpolated values held at once; bounds memory on large grids."""

RATE_NAME: Final = "rain_rate_mm_per_h"
WINDOW_NAMES: Final = tuple(f"accumulation_{window_h}h_mm" for window_h in WINDOWS_H)


def assess_rain(
    grid: Grid,
    gauges: RainGauges,
    now_s: float,
    lead_s: NDArray[np.int32],
    options: RainOptions = RAIN_DEFAULTS,
) -> LayerFields | None:
    """Risk of heavy rain on the grid for every time slice.

    Parameters
    ----------
    grid
        The area's grid.
    gauges
        Rates of the stations; missing ones are skipped.
    now_s
        The moment assessed, unix seconds.
    lead_s
        Time slices, seconds from now, 0 among them, shape=(n_slice,).
    options
        Settings.

    Returns
    -------
    LayerFields or None
        None when no station has reported. Sources are left empty.
    """
    slices = slice_gauges(gauges, now_s, lead_s, options)
    if slices is None:
        return None
    code = np.full((3, len(lead_s), grid.n_cell), RISK_CODE_MISSING, dtype=np.uint8)
    intensity = np.full((4, grid.n_cell), np.nan, dtype=np.float32)
    canvas = _Canvas(code, intensity, int(np.flatnonzero(lead_s == 0)[0]))
    for mask in np.unique(slices.is_known, axis=0):
        members = np.flatnonzero((slices.is_known == mask).all(axis=1))
        if mask.any():
            _fill_slices(grid, gauges, slices, mask, members, options, canvas)
    shape = (grid.n_row, grid.n_col)
    return LayerFields(
        risk=code[0].reshape(-1, *shape),
        low=code[1].reshape(-1, *shape),
        high=code[2].reshape(-1, *shape),
        intensity={name: intensity[i].reshape(shape) for i, name in enumerate((*WINDOW_NAMES, RATE_NAME))},
        data_as_of_s=slices.newest_s,
        sources=(),
        simulated=False,
    )


class _Canvas(NamedTuple):
    """Arrays being filled: bytes (3, n_slice, n_cell), values at lead 0 (4, n_cell), position of lead 0."""

    code: NDArray[np.uint8]
    intensity: NDArray[np.float32]
    now: int


def _fill_slices(
    grid: Grid,
    gauges: RainGauges,
    slices: GaugeSlices,
    mask: NDArray[np.bool_],
    members: NDArray[np.intp],
    options: RainOptions,
    canvas: _Canvas,
) -> None:
    """Fill the slices `members`, which all know the same gauges, block of rows by block of rows."""
    n_station = int(mask.sum())
    value = np.concatenate([slices.fallen_mm[members], slices.rate_mm_per_h[members][:, None, :]], axis=1)
    columns = np.ascontiguousarray(value[:, :, mask].reshape(-1, n_station).T, dtype=np.float32)
    knots = np.stack([scale.knots for scale in options.scales])
    growth, elsewhere = slices.growth_h[members], slices.elsewhere_mm[members]
    n_row = max(1, BLOCK_VALUES // (grid.n_col * columns.shape[1]))
    lat_deg, lon_deg = gauges.lat_deg[mask], gauges.lon_deg[mask]
    for first in range(0, grid.n_row, n_row):
        rows = grid.row_lat_deg[first : first + n_row]
        cells = slice(first * grid.n_col, (first + len(rows)) * grid.n_col)
        blended, nearest_m = blend_stations(rows, grid.col_lon_deg, lat_deg, lon_deg, grid.cell_m / 2, columns)
        rain = blended.reshape(-1, len(members), 4)
        spread = interpolation_spread(nearest_m, options)
        canvas.code[:, members, cells] = rain_codes(rain, spread, growth, elsewhere, slices.mixing[members], knots)
        for j in np.flatnonzero(members == canvas.now):
            canvas.intensity[:3, cells] = (rain[:, j, :3] + rain[:, j, 3:] * growth[j].astype(np.float32)).T
            canvas.intensity[3, cells] = rain[:, j, 3]
