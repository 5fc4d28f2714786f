"""Members of a storm counted on the grid: how many pass each threshold, in which hour first, and how strongly."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel
from risk_core.kernels.typhoon_member import Member, member_wind2, place_member, reached_columns

CELLS_AT_A_TIME = 2048
"""Rows of about so many cells are done for all members and hours together, so that their counts stay in the cache."""
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
    member: Member,
    weather: tuple[NDArray[np.float64], NDArray[np.float64]],
    radius_m: float,
    thresholds: tuple[NDArray[np.float64], NDArray[np.float64]],
    counts: tuple[NDArray[np.uint16], NDArray[np.uint16]],
    scratch: tuple[NDArray[np.float64], NDArray[np.bool_]],
) -> None:
    """Count one member in one hour.

    Parameters
    ----------
    row_lat_deg, col_lon_deg
        Cell centres; columns evenly spaced eastwards.
    member
        As it stands in this hour.
    weather
        Background wind and radial table, see `member_wind2`.
    radius_m
        Cells farther than that are not visited.
    thresholds
        Squared thresholds, shape=(n_cell, n_threshold), and the smallest of each cell.
    counts
        Members over and members over for the first time in this hour, shape=(n_cell, n_threshold), raised in place.
    scratch
        Largest squared wind of this member so far, shape=(n_cell,), and the thresholds it has passed, in place.
    """
    motion, table = weather
    squared, lowest2 = thresholds
    over, first = counts
    largest2, passed = scratch
    most = (1.0 + math.sqrt(motion[0] * motion[0] + motion[1] * motion[1])) ** 2
    for r in range(row_lat_deg.size):
        north_m, across, c0, c1 = reached_columns(member, row_lat_deg[r], radius_m, col_lon_deg)
        for c in range(c0, c1 + 1):
            i = r * col_lon_deg.size + c
            east_m = (col_lon_deg[c] - member.lon_deg) * across
            wind2 = member_wind2(member, east_m, north_m, motion, table, lowest2[i] / most)
            if wind2 < lowest2[i]:
                continue
            largest2[i] = max(largest2[i], wind2)
            for j in range(squared.shape[1]):
                if wind2 >= squared[i, j]:
                    over[i, j] += 1
                    if not passed[i, j]:
                        passed[i, j] = True
                        first[i, j] += 1


@kernel
def least_of_rows(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least value of each row, shape=(n_row,)."""
    least = np.empty(value.shape[0])
    for i in range(value.shape[0]):
        least[i] = value[i].min()
    return least


@kernel
def count_members(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    centre: NDArray[np.float64],
    motion: NDArray[np.float64],
    tables: NDArray[np.float64],
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
        Vortex wind in m/s, cosine and sine of the inflow angle by hour and radius, shape=(n_time, n_node, 3).
    node_m
        Distance between the nodes, metres; the first stands at the centre.
    members
        Shift of the centre (east, north) in metres, shape=(n_member, n_time, 2); factor of the wind,
        shape=(n_member, n_time); stretch of the radii, shape=(n_member,).
    threshold_m_per_s
        Wind over sea at which each threshold is passed in each cell, shape=(n_row * n_col, n_threshold).
    peak_step_m_per_s, n_peak
        Classes of the largest wind of the event; the last class is open.

    Returns
    -------
    over
        Members over each threshold, shape=(n_time, n_cell, n_threshold).
    first
        Members that pass it for the first time in that hour, same shape.
    peak
        Members by class of their largest wind over sea, shape=(n_peak, n_cell); class 0 also holds members whose wind
        stays below every threshold of the cell.
    """
    shift_m, strength, stretch = members
    n_member, n_time, n_threshold = shift_m.shape[0], shift_m.shape[1], threshold_m_per_s.shape[1]
    n_row, n_col = row_lat_deg.size, col_lon_deg.size
    n_cell = n_row * n_col
    middle_deg = 0.5 * (col_lon_deg[0] + col_lon_deg[-1])
    over = np.zeros((n_time, n_cell, n_threshold), np.uint16)
    first = np.zeros((n_time, n_cell, n_threshold), np.uint16)
    peak = np.zeros((n_peak, n_cell), np.uint16)
    squared = threshold_m_per_s * threshold_m_per_s
    lowest2 = least_of_rows(squared)
    reach = outer_radii(np.ascontiguousarray(tables[:, :, 0]), node_m, REACH_STEP_M_PER_S)
    n_band = max(1, CELLS_AT_A_TIME // n_col)
    largest2, passed = np.empty(n_cell), np.empty((n_cell, n_threshold), np.bool_)
    for r0 in range(0, n_row, n_band):
        rows = row_lat_deg[r0 : r0 + n_band]
        i0, i1 = r0 * n_col, (r0 + rows.size) * n_col
        lowest = math.sqrt(lowest2[i0:i1].min())
        for m in range(n_member):
            largest2[i0:i1] = 0.0
            passed[i0:i1] = False
            for t in range(n_time):
                factor = strength[m, t]
                pull = math.sqrt(motion[t, 0] * motion[t, 0] + motion[t, 1] * motion[t, 1])
                level = int(lowest / (factor * (1.0 + pull)) / REACH_STEP_M_PER_S)
                if level >= reach.shape[1] or reach[t, level] <= 0.0:
                    continue
                member = place_member(centre[t], shift_m[m, t], factor, 1.0 / (node_m * stretch[m]), middle_deg)
                visit_member(rows, col_lon_deg, member, (motion[t], tables[t]), reach[t, level] * stretch[m],
                             (squared[i0:i1], lowest2[i0:i1]), (over[t, i0:i1], first[t, i0:i1]),
                             (largest2[i0:i1], passed[i0:i1]))  # fmt: skip
            for i in range(i0, i1):
                peak[min(int(math.sqrt(largest2[i]) / peak_step_m_per_s), n_peak - 1), i] += 1
    return over, first, peak
