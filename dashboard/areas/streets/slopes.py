"""Speeds by slope: what the ground's heights do to walkers, wheelchairs and bicycles.

How each profile answers to a slope, and the sources, stand in `risk_core.state.profile_table`. A street's slope is
that of its end nodes, so a hill between two nodes at the same height is not seen. Heights of the ground say nothing of
bridges, tunnels, ferries and stairs (whose pace is along the slope already): these keep their speed.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from risk_core.kernels.network import segment_arcs_rad
from risk_core.state import profile_table
from risk_core.state.grid import Grid
from risk_core.state.network import StreetTable
from risk_core.state.profile import EdgeFlag, RoadClass
from risk_core.units import EARTH_RADIUS_M

SHORTEST_M: Final = 10.0
"""On shorter streets errors of height make slopes of their own: they count as flat (unverified)."""

STEEPEST: Final = 0.35
"""No street is steeper (Baldwin Street, Dunedin, the steepest known, has 34.8 %): what is, is an error of height."""

_LEVEL_FLAGS: Final = int(EdgeFlag.BRIDGE | EdgeFlag.TUNNEL | EdgeFlag.UNDERPASS | EdgeFlag.FERRY | EdgeFlag.STEPS)


def height_at(
    elevation_m: NDArray[np.float32], grid: Grid, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Heights at points, bilinear between cell centres; NaN off the grid and next to a cell of unknown height.

    Parameters
    ----------
    elevation_m
        shape=(n_row, n_col), metres, NaN where unknown.
    grid
        Raster of the heights.
    lat_deg, lon_deg
        shape=(n,), degrees.

    Returns
    -------
    numpy.ndarray
        shape=(n,), metres.
    """
    row = (grid.lat_max_deg - lat_deg) / grid.d_lat_deg
    col = (lon_deg - grid.lon_min_deg) / grid.d_lon_deg
    is_inside = (row >= 0) & (row <= grid.n_row) & (col >= 0) & (col <= grid.n_col)
    at = np.stack([np.clip(row - 0.5, 0, grid.n_row - 1), np.clip(col - 0.5, 0, grid.n_col - 1)])
    height = np.asarray(map_coordinates(elevation_m.astype(np.float64), at, order=1, mode="nearest"))
    return np.where(is_inside, height, np.nan)


def street_slopes(table: StreetTable, elevation_m: NDArray[np.float32], grid: Grid) -> NDArray[np.float64]:
    """Rise over run of each street along its points, shape=(n_street,); 0 where it is unknown or not the ground's."""
    height = height_at(elevation_m, grid, table.node_lat_deg, table.node_lon_deg)
    arc = segment_arcs_rad(table.first_point, table.point_lat_deg, table.point_lon_deg)
    length_m = np.add.reduceat(arc, table.first_point[:-1]) * EARTH_RADIUS_M
    is_ground = (table.flags & _LEVEL_FLAGS == 0) & ~np.isin(table.road_class, (RoadClass.STEPS, RoadClass.FERRY))
    rise_m = height[table.head] - height[table.tail]
    slope = np.divide(rise_m, length_m, out=np.zeros(len(rise_m)), where=is_ground & (length_m >= SHORTEST_M))
    return np.clip(np.nan_to_num(slope), -STEEPEST, STEEPEST)


def slow_on_slopes(table: StreetTable, elevation_m: NDArray[np.float32], grid: Grid) -> StreetTable:
    """Copy of a table whose speeds, each way, are those on the ground's slopes; closed streets stay closed.

    Parameters
    ----------
    table
        Streets with free speeds on the flat.
    elevation_m
        Heights of the ground, shape=(n_row, n_col), metres, NaN where unknown.
    grid
        Raster of the heights.
    """
    slope = street_slopes(table, elevation_m, grid)
    forward, backward = table.forward_m_per_s.copy(), table.backward_m_per_s.copy()
    for position, row in enumerate(profile_table.TABLE):
        knots = np.array(row.slope_share)
        for speed, along in ((forward, slope), (backward, -slope)):
            speed[position] *= np.interp(along, knots[:, 0], knots[:, 1]).astype(np.float32)
    return replace(table, forward_m_per_s=forward, backward_m_per_s=backward)
