"""Members of a storm counted on the grid: how many pass each threshold, in which hour first, and how strongly."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel
from risk_core.kernels.typhoon import M_PER_DEG

REACH_STEP_M_PER_S = 0.25
"""Fineness of the table that tells how far from the centre to look."""


@kernel
def outer_radii(speed_m_per_s: NDArray[np.float64], node_m: float, step_m_per_s: float) -> NDArray[np.float64]:
    """Radius beyond which the vortex wind stays below each multiple of `step_m_per_s`.

    Parameters
    ----------
    speed_m_per_s
        Vortex wind by radius, shape=(n_time, n_node).
    node_m
        Distance between the nodes, metres.
    step_m_per_s
        Distance between the winds asked for.

    Returns
    -------
    float64 array
        shape=(n_time, n_wind), metres; 0 where the storm has no such wind.
    """
    n_time, n_node = speed_m_per_s.shape
    n_wind = int(speed_m_per_s.max() / step_m_per_s) + 2
    out = np.zeros((n_time, n_wind))
    for t in range(n_time):
        reached = 0
        for k in range(n_node - 1, -1, -1):
            upto = min(int(speed_m_per_s[t, k] / step_m_per_s), n_wind - 1)
            for i in range(reached, upto + 1):
                out[t, i] = min(k + 1, n_node - 1) * node_m
            reached = max(reached, upto + 1)
    return out


@kernel
def visit_member(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    storm: tuple[float, float, float, float, float],
    motion: NDArray[np.float64],
    tables: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    node_m: float,
    radius_m: float,
    squared: NDArray[np.float64],
    lowest2: NDArray[np.float64],
    counts: tuple[NDArray[np.uint16], NDArray[np.uint16]],
    scratch: tuple[NDArray[np.float64], NDArray[np.bool_]],
) -> None:
    """Count one member in one hour.

    Parameters
    ----------
    row_lat_deg, col_lon_deg
        Cell centres; columns evenly spaced eastwards.
    storm
        Latitude and longitude of the centre (the longitude within 180 degrees of the grid's middle), 1 north of the
        equator or -1, factor of the wind, stretch of the radii.
    motion
        Background wind (east, north) per unit of vortex wind.
    tables
        Vortex wind, cosine and sine of the inflow angle, shape=(n_node,) each.
    node_m, radius_m
        Distance between the nodes; cells farther than the radius are not visited.
    squared, lowest2
        Squared thresholds, shape=(n_threshold, n_cell), and the smallest of each cell.
    counts
        Members over and members over for the first time in this hour, shape=(n_threshold, n_cell), raised in place.
    scratch
        Largest squared wind of this member so far, shape=(n_cell,), and the thresholds it has passed, in place.
    """
    speed, inflow_cos, inflow_sin = tables
    lat_deg, lon_deg, turn, factor, scale = storm
    over, first = counts
    largest2, passed = scratch
    n_col, n_node = col_lon_deg.size, speed.size
    col_step_deg = col_lon_deg[1] - col_lon_deg[0] if n_col > 1 else 1.0
    for r in range(row_lat_deg.size):
        north_m = (row_lat_deg[r] - lat_deg) * M_PER_DEG
        left2 = radius_m * radius_m - north_m * north_m
        if left2 <= 0.0:
            continue
        across = M_PER_DEG * max(math.cos(math.radians(0.5 * (row_lat_deg[r] + lat_deg))), 1e-3)
        half_deg = math.sqrt(left2) / across
        c0 = max(0, math.ceil((lon_deg - half_deg - col_lon_deg[0]) / col_step_deg))
        c1 = min(n_col - 1, math.floor((lon_deg + half_deg - col_lon_deg[0]) / col_step_deg))
        for c in range(c0, c1 + 1):
            east_m = (col_lon_deg[c] - lon_deg) * across
            far_m = math.sqrt(east_m * east_m + north_m * north_m)
            at = far_m / (node_m * scale)
            k = int(at)
            if k >= n_node - 1:
                continue
            part = at - k
            v = factor * (speed[k] + part * (speed[k + 1] - speed[k]))
            ic = inflow_cos[k] + part * (inflow_cos[k + 1] - inflow_cos[k])
            isn = inflow_sin[k] + part * (inflow_sin[k + 1] - inflow_sin[k])
            x, y = east_m / max(far_m, 1.0), north_m / max(far_m, 1.0)
            east, north = -turn * y * ic - x * isn + motion[0], turn * x * ic - y * isn + motion[1]
            wind2 = v * v * (east * east + north * north)
            i = r * n_col + c
            if wind2 < lowest2[i]:
                continue
            largest2[i] = max(largest2[i], wind2)
            for j in range(squared.shape[0]):
                if wind2 >= squared[j, i]:
                    over[j, i] += 1
                    if not passed[j, i]:
                        passed[j, i] = True
                        first[j, i] += 1


@kernel
def count_members(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    centre: NDArray[np.float64],
    motion: NDArray[np.float64],
    tables: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    node_m: float,
    members: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    threshold_m_per_s: NDArray[np.float64],
    peak_step_m_per_s: float,
    n_peak: int,
) -> tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.uint16]]:
    """Count members over thresholds by cell and hour; only cells inside a member's lowest threshold are visited.

    A member is the storm of `tables` with its centre shifted, its wind multiplied and its radii stretched. Places lie
    on the plane that touches the earth half-way between the cell's latitude and the centre's, as in `wind_field`.

    Parameters
    ----------
    row_lat_deg, col_lon_deg
        Cell centres, degrees; columns evenly spaced eastwards.
    centre
        (lat_deg, lon_deg) by hour, shape=(n_time, 2).
    motion
        Background wind (east, north) per unit of vortex wind, shape=(n_time, 2).
    tables
        Vortex wind by hour and radius, shape=(n_time, n_node), m/s; cosine and sine of the inflow angle, same shape.
    node_m
        Distance between the nodes, metres; the first stands at the centre.
    members
        Shift of the centre (east, north) in metres, shape=(n_member, n_time, 2); factor of the wind,
        shape=(n_member, n_time); stretch of the radii, shape=(n_member,).
    threshold_m_per_s
        Wind over sea at which each threshold is passed in each cell, shape=(n_threshold, n_row * n_col).
    peak_step_m_per_s, n_peak
        Classes of the largest wind of the event; the last class is open.

    Returns
    -------
    over
        Members over each threshold, shape=(n_time, n_threshold, n_cell).
    first
        Members that pass it for the first time in that hour, same shape.
    peak
        Members by class of their largest wind over sea, shape=(n_peak, n_cell); class 0 also holds members whose wind
        stays below every threshold of the cell.
    """
    speed, inflow_cos, inflow_sin = tables
    shift_m, strength, stretch = members
    n_member, n_time, n_threshold = shift_m.shape[0], shift_m.shape[1], threshold_m_per_s.shape[0]
    n_row, n_col = row_lat_deg.size, col_lon_deg.size
    n_cell = n_row * n_col
    middle_deg = 0.5 * (col_lon_deg[0] + col_lon_deg[-1])
    over = np.zeros((n_time, n_threshold, n_cell), np.uint16)
    first = np.zeros((n_time, n_threshold, n_cell), np.uint16)
    peak = np.zeros((n_peak, n_cell), np.uint16)
    squared = threshold_m_per_s * threshold_m_per_s
    lowest2 = np.empty(n_cell)
    for i in range(n_cell):
        lowest2[i] = squared[:, i].min()
    lowest = math.sqrt(lowest2.min())
    reach = outer_radii(speed, node_m, REACH_STEP_M_PER_S)
    largest2, passed = np.zeros(n_cell), np.zeros((n_threshold, n_cell), np.bool_)
    for m in range(n_member):
        largest2[:] = 0.0
        passed[:] = False
        for t in range(n_time):
            factor = strength[m, t]
            pull = math.sqrt(motion[t, 0] * motion[t, 0] + motion[t, 1] * motion[t, 1])
            level = int(lowest / (factor * (1.0 + pull)) / REACH_STEP_M_PER_S)
            if level >= reach.shape[1] or reach[t, level] <= 0.0:
                continue
            lat_deg = centre[t, 0] + shift_m[m, t, 1] / M_PER_DEG
            lon_deg = centre[t, 1] + shift_m[m, t, 0] / (M_PER_DEG * max(math.cos(math.radians(centre[t, 0])), 1e-3))
            lon_deg = middle_deg + (lon_deg - middle_deg + 180.0) % 360.0 - 180.0
            storm = (lat_deg, lon_deg, 1.0 if centre[t, 0] >= 0.0 else -1.0, factor, stretch[m])
            hour = (speed[t], inflow_cos[t], inflow_sin[t])
            visit_member(row_lat_deg, col_lon_deg, storm, motion[t], hour, node_m, reach[t, level] * stretch[m],
                         squared, lowest2, (over[t], first[t]), (largest2, passed))  # fmt: skip
        for i in range(n_cell):
            peak[min(int(math.sqrt(largest2[i]) / peak_step_m_per_s), n_peak - 1), i] += 1
    return over, first, peak
