"""Rain on the grid: gauges interpolated, moved ahead by the nowcast, risk by the worst window, interval.

Past and present: what the gauges measured, kriged (`interpolate`). Ahead: the present rate goes on and fades, changed
by what moves in or away (`coming`), so far as moving has lately been the better forecast (`nowcast`).

Interval (central 80 %): from interpolation the factor exp(1.2816 sqrt(gauge_error^2 + field_error^2 U)) with U the
kriging variance as a share of the field's; upwards also unseen rain, `unseen_error` of the gauges' root mean square
times sqrt(U). Ahead the verified error of hindcasts in log(rate + 1 mm/h) is added, and with the share
1 - exp(-lead / lifetime_s) our rain may be gone (low) or the region's heavy rain have come (high).

More rain at a gauge never lowers the risk of now or of the past anywhere; ahead it may, where it tells that the rain
moves away.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.coming import ComingRain, coming_rain
from risk_core.hazards.rain.gauges import GaugeSlices, slice_gauges, usable_gauges
from risk_core.hazards.rain.interpolate import interpolate_gauges
from risk_core.hazards.rain.options import RAIN_DEFAULTS, SUMS_H, WINDOWS_H, RainOptions
from risk_core.kernels.rain import NORMAL_90, rain_codes
from risk_core.state.assessment import LayerFields
from risk_core.state.grid import Grid
from risk_core.state.level import RISK_CODE_MISSING
from risk_core.state.situation import RainGauges
from risk_core.units import S_PER_H

BLOCK_VALUES: Final = 4_000_000
"""Interpolated values held at once; bounds memory on large grids."""

RATE_NAME: Final = "rain_rate_mm_per_h"
WINDOW_NAMES: Final = tuple(f"accumulation_{window_h}h_mm" for window_h in WINDOWS_H)
SUM_NAMES: Final = tuple(f"accumulation_{window_h}h_mm" for window_h in SUMS_H)
MORE_NAMES: Final = tuple(name for name in SUM_NAMES if name not in WINDOW_NAMES)
"""Sums of the present that the risk does not use."""
KNOWN_NAME: Final = "gauge_known_share"
"""Share of the field's variance the gauges explain, 0..1."""


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
        Rates of the stations; missing and impossible ones, and stations without a position, are skipped.
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
    gauges = usable_gauges(gauges, options)
    slices = slice_gauges(gauges, now_s, lead_s, options)
    if slices is None:
        return None
    now = int(np.flatnonzero(lead_s == 0)[0])
    coming = coming_rain(grid, gauges, float(slices.base_s[now]), options) if (lead_s > 0).any() else None
    code = np.full((3, len(lead_s), grid.n_cell), RISK_CODE_MISSING, dtype=np.uint8)
    intensity = np.full((5 + len(MORE_NAMES), grid.n_cell), np.nan, dtype=np.float32)
    canvas = _Canvas(code, intensity, now)
    for mask in np.unique(slices.is_known, axis=0):
        members = np.flatnonzero((slices.is_known == mask).all(axis=1))
        if mask.any():
            part = _Part(mask, members, _change_mm(coming, slices, members, now), coming)
            _fill_slices(grid, gauges, slices, part, options, canvas)
    shape = (grid.n_row, grid.n_col)
    names = (*WINDOW_NAMES, RATE_NAME, KNOWN_NAME, *MORE_NAMES)
    return LayerFields(
        risk=code[0].reshape(-1, *shape),
        low=code[1].reshape(-1, *shape),
        high=code[2].reshape(-1, *shape),
        intensity={name: intensity[i].reshape(shape) for i, name in enumerate(names)},
        data_as_of_s=slices.newest_s,
        sources=(),
        simulated=False,
    )


class _Canvas(NamedTuple):
    """Arrays being filled: bytes (3, n_slice, n_cell), values at lead 0 (7, n_cell), position of lead 0."""

    code: NDArray[np.uint8]
    intensity: NDArray[np.float32]
    now: int


class _Part(NamedTuple):
    """Slices that know the same gauges, and what the nowcast changes in them on the coarse grid (n_member, 3, ...)."""

    mask: NDArray[np.bool_]
    members: NDArray[np.intp]
    change_mm: NDArray[np.float64] | None
    coming: ComingRain | None


def _change_mm(
    coming: ComingRain | None, slices: GaugeSlices, members: NDArray[np.intp], now: int
) -> NDArray[np.float64] | None:
    """Change of the rain still to fall in each window, on the coarse grid; None where nothing is moved or ahead."""
    if coming is None or not coming.nowcast.change_mm_per_h.any():
        return None
    if not (slices.end_s[members] > slices.end_s[now]).any():
        return None
    return np.stack([
        np.stack([coming.change_mm(float(begin), float(slices.end_s[t])) for begin in slices.begin_s[t]])
        for t in members
    ])  # fmt: skip


def _fill_slices(
    grid: Grid, gauges: RainGauges, slices: GaugeSlices, part: _Part, options: RainOptions, canvas: _Canvas
) -> None:
    """Fill the slices of a part, block of rows by block of rows."""
    mask, members = part.mask, part.members
    n_station, n_member = int(mask.sum()), len(members)
    value = np.concatenate([slices.fallen_mm[members], slices.rate_mm_per_h[members][:, None, :]], axis=1)
    value = value[:, :, mask].reshape(-1, n_station)
    if canvas.now in members:
        value = np.concatenate([value, slices.more_mm[:, mask]])
    columns = np.ascontiguousarray(value.T, dtype=np.float32)
    knots = np.stack([scale.knots for scale in options.scales])
    growth, errors = slices.growth_h[members], np.array([options.gauge_error, options.field_error])
    widths = _widths(slices, part, options)
    mid_lat_deg = float(grid.row_lat_deg.mean())
    n_row = max(1, BLOCK_VALUES // (grid.n_col * columns.shape[1]))
    for first in range(0, grid.n_row, n_row):
        rows = grid.row_lat_deg[first : first + n_row]
        cells = slice(first * grid.n_col, (first + len(rows)) * grid.n_col)
        found = interpolate_gauges(
            rows, grid.col_lon_deg, gauges.lat_deg[mask], gauges.lon_deg[mask], columns, options, mid_lat_deg
        )
        rain = np.ascontiguousarray(found.value[:, : 4 * n_member]).reshape(-1, n_member, 4)
        change = np.zeros((len(rain), n_member, 3), np.float32)
        if part.change_mm is not None and part.coming is not None:
            at = part.coming.to_cells(part.change_mm, rows, grid.col_lon_deg)
            change[:] = np.moveaxis(at.reshape(n_member, 3, -1), -1, 0)
        elsewhere = slices.elsewhere_mm[members]
        canvas.code[:, members, cells] = rain_codes(
            rain, change, found.unknown_share, growth, widths, elsewhere, knots, errors
        )
        for j in np.flatnonzero(members == canvas.now):
            whole = rain[:, j, :3] + np.maximum(rain[:, j, 3:] * growth[j].astype(np.float32) + change[:, j], 0)
            canvas.intensity[:3, cells] = whole.T
            canvas.intensity[3, cells] = rain[:, j, 3]
            canvas.intensity[4, cells] = 1.0 - found.unknown_share if gauges.is_measured else 0.0
            canvas.intensity[5:, cells] = found.value[:, 4 * n_member :].T


def _widths(slices: GaugeSlices, part: _Part, options: RainOptions) -> NDArray[np.float64]:
    """What widens the interval of each member, as `rain_codes` takes it."""
    ahead_s = slices.end_s[part.members]
    log_error = np.zeros(len(part.members)) if part.coming is None else part.coming.log_error(ahead_s)
    unseen = NORMAL_90 * options.unseen_error * slices.unseen_mm[part.members]
    hours = (ahead_s[:, None] - slices.begin_s[part.members]) / S_PER_H
    return np.column_stack([slices.mixing[part.members], log_error, unseen, hours])
