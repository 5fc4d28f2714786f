"""Members of a storm counted by how strongly they blow: a histogram of the wind in each cell and hour."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel
from risk_core.kernels.typhoon_ensemble import REACH_STEP_M_PER_S, outer_radii
from risk_core.kernels.typhoon_member import Member, member_wind2, place_member, reached_columns

CELLS_AT_A_TIME = 512
"""Rows of about so many cells are done for all members and hours together, so that their counts stay in the cache."""
LOOKUP_STEP_M_PER_S = 0.25


@kernel
def rung_lookup(rung_m_per_s: NDArray[np.float64], step_m_per_s: float) -> NDArray[np.int64]:
    """Number of rungs not above each multiple of `step_m_per_s`, shape=(n,); the last multiple passes every rung."""
    n = int(rung_m_per_s[-1] / step_m_per_s) + 2
    out = np.empty(n, np.int64)
    for i in range(n):
        out[i] = np.searchsorted(rung_m_per_s, i * step_m_per_s, side="right")
    return out


@kernel
def count_rungs_of_member(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    member: Member,
    weather: tuple[NDArray[np.float64], NDArray[np.float64]],
    radius_m: float,
    rungs: tuple[NDArray[np.float64], NDArray[np.int64]],
    counts: tuple[NDArray[np.uint16], NDArray[np.uint16]],
    passed: tuple[NDArray[np.int16], bool],
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
    rungs
        Winds counted, ascending, and their `rung_lookup`.
    counts
        Members by the highest rung reached, and members that reach a rung for the first time in this hour, both
        shape=(n_cell, n_rung), raised in place.
    passed
        Number of rungs this member has reached so far in each cell, in place; False for hours before the present one.
    """
    motion, table = weather
    rung, lookup = rungs
    reached, first = counts
    n_passed, is_counted = passed
    least = rung[0] / (1.0 + math.sqrt(motion[0] * motion[0] + motion[1] * motion[1]))
    per_step = 1.0 / LOOKUP_STEP_M_PER_S
    for r in range(row_lat_deg.size):
        north_m, across, c0, c1 = reached_columns(member, row_lat_deg[r], radius_m, col_lon_deg)
        for c in range(c0, c1 + 1):
            i = r * col_lon_deg.size + c
            east_m = (col_lon_deg[c] - member.lon_deg) * across
            wind2 = member_wind2(member, east_m, north_m, motion, table, least * least)
            if wind2 < rung[0] * rung[0]:
                continue
            wind = math.sqrt(wind2)
            n = lookup[min(int(wind * per_step), lookup.size - 1)]
            while n < rung.size and wind >= rung[n]:
                n += 1
            reached[i, n - 1] += 1
            if is_counted and n > n_passed[i]:
                for j in range(n_passed[i], n):
                    first[i, j] += 1
                n_passed[i] = n


@kernel
def count_rungs(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    centre: NDArray[np.float64],
    motion: NDArray[np.float64],
    tables: NDArray[np.float64],
    node_m: float,
    members: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    rung_m_per_s: NDArray[np.float64],
    n_before: int,
) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Count members by the wind they bring over sea, by cell and hour.

    Members are those of `risk_core.kernels.typhoon_ensemble.count_members`; here the winds counted are the same in
    every cell, so that one visit costs one count however many they are.

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
    rung_m_per_s
        Winds counted, ascending, the first above 0, shape=(n_rung,).
    n_before
        Hours at the beginning whose first passing does not count.

    Returns
    -------
    reached
        Members whose highest rung in that hour is this one, shape=(n_time, n_cell, n_rung).
    first
        Members that reach the rung for the first time in that hour, same shape; 0 in the first `n_before` hours.
    """
    shift_m, strength, stretch = members
    n_member, n_time, n_rung = shift_m.shape[0], shift_m.shape[1], rung_m_per_s.size
    n_row, n_col = row_lat_deg.size, col_lon_deg.size
    middle_deg = 0.5 * (col_lon_deg[0] + col_lon_deg[-1])
    reached = np.zeros((n_time, n_row * n_col, n_rung), np.uint16)
    first = np.zeros((n_time, n_row * n_col, n_rung), np.uint16)
    reach = outer_radii(np.ascontiguousarray(tables[:, :, 0]), node_m, REACH_STEP_M_PER_S)
    rungs = (rung_m_per_s, rung_lookup(rung_m_per_s, LOOKUP_STEP_M_PER_S))
    n_band = max(1, CELLS_AT_A_TIME // n_col)
    passed = np.empty(n_band * n_col, np.int16)
    for r0 in range(0, n_row, n_band):
        rows = row_lat_deg[r0 : r0 + n_band]
        i0, i1 = r0 * n_col, (r0 + rows.size) * n_col
        for m in range(n_member):
            passed[:] = 0
            for t in range(n_time):
                factor = strength[m, t]
                pull = math.sqrt(motion[t, 0] * motion[t, 0] + motion[t, 1] * motion[t, 1])
                level = int(rung_m_per_s[0] / (factor * (1.0 + pull)) / REACH_STEP_M_PER_S)
                if level >= reach.shape[1] or reach[t, level] <= 0.0:
                    continue
                member = place_member(centre[t], shift_m[m, t], factor, 1.0 / (node_m * stretch[m]), middle_deg)
                count_rungs_of_member(rows, col_lon_deg, member, (motion[t], tables[t]), reach[t, level] * stretch[m],
                                      rungs, (reached[t, i0:i1], first[t, i0:i1]), (passed, t >= n_before))  # fmt: skip
    return reached, first
