"""The flood forecast of an area with heights: rain of the gauges run over the ground, three times, where it is wet.

The window is the box of the cells whose rain makes it worth while, with a margin; its cells are coarsened until they
are few enough. Losses by curve number, drains as a sink, local inertia over the ground, open edges. Three runs (10 %,
middle, 90 % of the rain) give the middle and the bounds of the central 80 % of the depth; what the ground, the drains
and the scheme themselves have wrong is not in the bounds.

Streets: below the kerb the water of a cell stands in its streets alone (`street_depth_m`). Underpasses are buckets of
their own. Bridges stay dry.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.flood.drains import drain_capacity_mm_per_h
from risk_core.hazards.flood.local_inertia import Edge, Forcing
from risk_core.hazards.flood.options import FLOOD_DEFAULTS, FloodOptions
from risk_core.hazards.flood.rain_expected import ExpectedRain, expected_rain
from risk_core.hazards.flood.rain_over import INTERVAL_S, GaugeHistory, WindowRain, gauge_history, rain_over
from risk_core.hazards.flood.scs_cn import effective_rate_mm_per_h
from risk_core.hazards.flood.surface_flow import run_flow
from risk_core.hazards.flood.terrain import ROUGHNESS_BUILT, Terrain
from risk_core.hazards.rain.coming import coming_rain
from risk_core.hazards.rain.interpolate import interpolate_gauges
from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions
from risk_core.state.area import Area, Scale
from risk_core.state.grid import Grid
from risk_core.state.situation import RainGauges, Situation, WeatherForecast
from risk_core.units import S_PER_H

Floats = NDArray[np.float64]
MIDDLE: Final = 1
"""Position of the middle run among the three."""
OUTER_SLOPE: Final = 0.005
"""Fall of the ground beyond the window, so that water leaves it; an assumption."""
STEP_CELLS: Final = 8
"""The box of wet cells is looked for on every so-many-th cell."""


@dataclass(frozen=True, slots=True, eq=False)
class FloodOutlook:
    """Water of a window of the grid, in its own coarse cells.

    Attributes
    ----------
    first_row, first_col, n_row, n_col
        The window in cells of the area's grid.
    factor
        Cells of the grid along the side of one coarse cell.
    time_s
        Times, unix seconds, ascending, ten minutes apart, shape=(n_time,); the time slices asked for are among them,
        but for those before the run began.
    depth_m
        10 %, middle and 90 % run, shape=(3, n_time, n_coarse_row, n_coarse_col).
    depth_speed_m2_per_s
        Depth times speed, same shape.
    runoff_mm_per_h
        Rain less losses and drains, shape=(3, n_time - 1, n_coarse_row, n_coarse_col), of the intervals between times.
    is_synthetic
        Whether the ground is an invention.
    has_ground
        False where no heights are known: then all depths are 0, and only underpasses can be told.
    """

    first_row: int
    first_col: int
    n_row: int
    n_col: int
    factor: int
    time_s: Floats
    depth_m: NDArray[np.float32]
    depth_speed_m2_per_s: NDArray[np.float32]
    runoff_mm_per_h: NDArray[np.float32]
    is_synthetic: bool
    has_ground: bool = True

    def on_grid(self, coarse: NDArray[np.generic], grid: Grid, fill: float) -> NDArray[np.generic]:
        """Values of coarse cells on the area's grid, shape=(..., n_row, n_col); `fill` outside the window."""
        fine = coarse.repeat(self.factor, axis=-2).repeat(self.factor, axis=-1)[..., : self.n_row, : self.n_col]
        out = np.full((*coarse.shape[:-2], grid.n_row, grid.n_col), fill, dtype=coarse.dtype)
        rows = slice(self.first_row, self.first_row + self.n_row)
        out[..., rows, self.first_col : self.first_col + self.n_col] = fine
        return out


def flood_outlook(
    area: Area,
    situation: Situation,
    options: FloodOptions = FLOOD_DEFAULTS,
    rain_options: RainOptions = RAIN_DEFAULTS,
) -> FloodOutlook | None:
    """Flood forecast of a city from its gauges and what a weather model expects; None without rain, and for a country.

    Heights are the area's own. In a drill, a sample without heights has those of its scenery, which are an invention.

    Parameters
    ----------
    area, situation
        The place and what is known of it.
    options, rain_options
        Settings.
    """
    if area.scale is not Scale.CITY or area.network is None or situation.rain is None:
        return None
    height_m, is_invented = area.elevation_m, False
    if height_m is None and area.scenery is not None and situation.drill is not None:
        height_m, is_invented = area.scenery.elevation_m, True
    ahead_s = float(max(situation.lead_s))
    grid, now_s = area.grid, situation.now_s
    ground = height_m, is_invented
    return forecast_flood(grid, ground, situation.rain, now_s, ahead_s, options, rain_options, situation.forecast)


def forecast_flood(
    grid: Grid,
    ground: tuple[NDArray[np.floating] | None, bool],
    gauges: RainGauges,
    now_s: float,
    ahead_s: float,
    options: FloodOptions = FLOOD_DEFAULTS,
    rain_options: RainOptions = RAIN_DEFAULTS,
    forecast: WeatherForecast | None = None,
) -> FloodOutlook | None:
    """Run the rain of the last hours and of the next over the ground.

    Parameters
    ----------
    grid, ground
        The area's grid, the heights of its cells, shape=(n_row, n_col), metres, and whether they are an invention;
        cells without a height are taken as high as the highest, so that no water gathers where nothing is known. None
        where no heights are known.
    gauges
        Rain.
    now_s
        The moment, unix seconds.
    ahead_s
        How far ahead, seconds; the water is followed for `options.after_s` longer.
    options, rain_options
        Settings.
    forecast
        Of a weather model, for the rain that the gauges cannot tell yet; None without.

    Returns
    -------
    FloodOutlook or None
        None where it has not rained enough for water to gather, or no gauge reports.
    """
    history = gauge_history(gauges, now_s, options.history_s, rain_options)
    if history is None:
        return None
    expected = expected_rain(forecast, now_s, ahead_s + options.after_s)
    history = _from_first_wet(history, options, expected)
    if history is None:
        return None
    window = _wet_window(grid, history, expected, options, rain_options)
    if window is None:
        return None
    rows, cols, factor = window
    height_m, is_synthetic = ground
    has_ground = height_m is not None
    terrain = None if height_m is None else _coarse_terrain(grid, height_m, rows, cols, factor, is_synthetic)
    row_lat, col_lon = _centres(grid.row_lat_deg[rows], factor), _centres(grid.col_lon_deg[cols], factor)
    coming = coming_rain(grid, gauges, now_s, rain_options)
    rain = rain_over(history, row_lat, col_lon, ahead_s + options.after_s, coming, rain_options, expected)
    runs = [_run(terrain, rain, k, options) for k in range(3)]
    depth, strength, runoff = (np.stack([one[part] for one in runs]) for part in range(3))
    n_row, n_col = rows.stop - rows.start, cols.stop - cols.start
    return FloodOutlook(
        rows.start, cols.start, n_row, n_col, factor, rain.edge_s, np.sort(depth, axis=0), np.sort(strength, axis=0),
        runoff, is_synthetic, has_ground,
    )  # fmt: skip


def street_depth_m(depth_m: NDArray[np.floating], options: FloodOptions = FLOOD_DEFAULTS) -> NDArray[np.float64]:
    """Water in the streets of a cell: all of it there up to the kerb, the rest over the whole cell.

    Examples
    --------
    >>> street_depth_m(np.array([0.0, 0.03, 0.2])).round(4).tolist()
    [0.0, 0.12, 0.3125]
    """
    held = options.street_share * options.kerb_m
    depth = np.asarray(depth_m, np.float64)
    return np.where(depth <= held, depth / options.street_share, options.kerb_m + depth - held)


def _from_first_wet(history: GaugeHistory, options: FloodOptions, expected: ExpectedRain | None) -> GaugeHistory | None:
    """The history from its first wet interval on, its last where rain is only expected; None where neither is."""
    wet = np.flatnonzero(history.wettest_mm_per_h >= options.wet_mm_per_h)
    comes = expected is not None and bool((expected.rate_mm_per_h >= options.wet_mm_per_h).any())
    if not wet.size and not comes:
        return None
    first = max(int(wet[0]) - 1, 0) if wet.size else len(history.rate_mm_per_h) - 1
    return GaugeHistory(
        history.lat_deg, history.lon_deg, history.edge_s[first:], history.rate_mm_per_h[first:], history.now_mm_per_h
    )


def _wet_window(
    grid: Grid,
    history: GaugeHistory,
    expected: ExpectedRain | None,
    options: FloodOptions,
    rain_options: RainOptions,
) -> tuple[slice, slice, int] | None:
    """Rows and columns of the grid round the wet cells, and how coarse they are to be taken."""
    at_row, at_col = np.arange(0, grid.n_row, STEP_CELLS), np.arange(0, grid.n_col, STEP_CELLS)
    most = np.maximum(history.rate_mm_per_h.max(axis=0), history.now_mm_per_h).astype(np.float32)[:, None]
    rows, cols = grid.row_lat_deg[at_row], grid.col_lon_deg[at_col]
    peak = interpolate_gauges(rows, cols, history.lat_deg, history.lon_deg, most, rain_options).value
    is_wet = peak.reshape(len(rows), len(cols)) >= options.wet_mm_per_h
    if expected is not None:
        is_wet |= (expected.in_cells(rows, cols) >= options.wet_mm_per_h).any(axis=0)
    if not is_wet.any():
        return None
    margin = int(np.ceil(options.margin_m / grid.cell_m)) + STEP_CELLS
    wet_row, wet_col = at_row[is_wet.any(axis=1)], at_col[is_wet.any(axis=0)]
    row = slice(max(int(wet_row[0]) - margin, 0), min(int(wet_row[-1]) + margin + 1, grid.n_row))
    col = slice(max(int(wet_col[0]) - margin, 0), min(int(wet_col[-1]) + margin + 1, grid.n_col))
    n_cell = (row.stop - row.start) * (col.stop - col.start)
    return row, col, max(1, int(np.ceil(np.sqrt(n_cell / options.most_cells))))


def _coarse_terrain(
    grid: Grid, height_m: NDArray[np.floating], rows: slice, cols: slice, factor: int, is_synthetic: bool
) -> Terrain:
    """Mean heights of the coarse cells; those at the end of a row or column may hold fewer."""
    part = np.asarray(height_m[rows, cols], np.float64)
    part = np.where(np.isfinite(part), part, np.nanmax(part, initial=0.0))
    pads = [(0, -n % factor) for n in part.shape]
    whole = np.pad(part, pads, mode="edge")
    blocks = whole.reshape(whole.shape[0] // factor, factor, whole.shape[1] // factor, factor)
    return Terrain.from_heights(blocks.mean(axis=(1, 3)), grid.cell_m * factor, ROUGHNESS_BUILT, is_synthetic)


def _centres(axis: Floats, factor: int) -> Floats:
    """Centres of groups of `factor` along an even axis; the last group is as long as the others."""
    step = float(axis[1] - axis[0])
    n = -(-len(axis) // factor)
    return np.asarray(axis[0] + step * (factor * np.arange(n) + (factor - 1) / 2))


def _run(
    terrain: Terrain | None, rain: WindowRain, member: int, options: FloodOptions
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Depth and depth times speed at the times, and run-off the drains leave, of one of the three rains."""
    hours = np.full(len(rain.edge_s) - 1, INTERVAL_S / S_PER_H)
    left = effective_rate_mm_per_h(rain.rate_mm_per_h[member], hours, options.drains.sealed_share)
    capacity = drain_capacity_mm_per_h(options.drains, np.ones(left.shape[1:], np.bool_))
    runoff = np.maximum(left - capacity, 0.0)
    if terrain is None:
        still = np.zeros((len(rain.edge_s), *left.shape[1:]), np.float32)
        return still, still, runoff
    since_s = rain.edge_s - rain.edge_s[0]
    open_edges = {side: Edge(slope=OUTER_SLOPE) for side in ("west", "east", "north", "south")}
    forcing = Forcing(since_s[1:], left, capacity)
    run = run_flow(terrain, forcing, since_s[1:], options.flow, edges=open_edges)
    dry = np.zeros((1, *terrain.height_m.shape), np.float32)
    depth = np.concatenate([dry, run.depth_m.astype(np.float32)])
    strength = np.concatenate([dry, run.depth_speed_m2_per_s.astype(np.float32)])
    return depth, strength, runoff
