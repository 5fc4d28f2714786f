"""What each member of a storm reaches in each cell and hour: levels of wind and of rain, and how often both at once."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel
from risk_core.kernels.storm_rain import from_centres, rain_at
from risk_core.kernels.typhoon_member import member_wind2, place_member, reached_columns


@kernel
def member_wind_levels(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    hours: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    node_m: float,
    members: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    least_m_per_s: NDArray[np.float64],
    level: NDArray[np.uint8],
) -> None:
    """Raise `level` to the number of winds that each member reaches in each cell and hour.

    Parameters
    ----------
    row_lat_deg, col_lon_deg
        Cell centres, degrees; columns evenly spaced eastwards.
    hours
        Centre, background wind and radial tables by hour, as `count_rungs` takes them.
    node_m
        Distance between the nodes of the tables, metres.
    members
        Shift, factor and stretch, as `count_rungs` takes them.
    least_m_per_s
        Winds over sea, ascending, shape=(n_level,).
    level
        shape=(n_time, n_cell, n_member), changed in place.
    """
    centre, motion, tables = hours
    shift_m, strength, stretch = members
    n_col, reach_m = col_lon_deg.size, node_m * (tables.shape[1] - 1)
    middle_deg = 0.5 * (col_lon_deg[0] + col_lon_deg[-1])
    for t in range(level.shape[0]):
        pull = math.sqrt(motion[t, 0] * motion[t, 0] + motion[t, 1] * motion[t, 1])
        least = least_m_per_s[0] / (1.0 + pull)
        for m in range(level.shape[2]):
            far_m = outermost_m(tables[t], node_m, least / strength[m, t]) * stretch[m]
            if far_m <= 0.0:
                continue
            member = place_member(centre[t], shift_m[m, t], strength[m, t], 1.0 / (node_m * stretch[m]), middle_deg)
            for r in range(row_lat_deg.size):
                north_m, across, c0, c1 = reached_columns(
                    member, row_lat_deg[r], min(far_m, reach_m * stretch[m]), col_lon_deg
                )
                for c in range(c0, c1 + 1):
                    east_m = (col_lon_deg[c] - member.lon_deg) * across
                    wind2 = member_wind2(member, east_m, north_m, motion[t], tables[t], least * least)
                    n = 0
                    while n < least_m_per_s.size and wind2 >= least_m_per_s[n] * least_m_per_s[n]:
                        n += 1
                    i = r * n_col + c
                    level[t, i, m] = max(level[t, i, m], n)


@kernel
def outermost_m(table: NDArray[np.float64], node_m: float, least_m_per_s: float) -> float:
    """Distance beyond which the vortex is weaker than that, one node to spare; 0 where it always is."""
    for k in range(table.shape[0] - 1, -1, -1):
        if table[k, 0] >= least_m_per_s:
            return node_m * (k + 1)
    return 0.0


@kernel
def member_rain_levels(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    hours: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    reach_m: float,
    window_h: NDArray[np.int64],
    least_mm: NDArray[np.float64],
    found: tuple[NDArray[np.uint8], NDArray[np.float32]],
) -> None:
    """Raise levels of accumulated rain that each member reaches in each cell, and its sums, in the last hours.

    Parameters
    ----------
    row_lat_deg, col_lon_deg
        Cell centres, degrees.
    hours
        Centre by hour, shift and profile terms of the members, as `member_rain_codes` takes them.
    reach_m
        No rain farther than this from the centre.
    window_h
        Lengths of the windows, whole hours, ascending, shape=(n_window,).
    least_mm
        Amounts of each window that reach a level, ascending, shape=(n_window, n_level).
    found
        Level, shape=(n_last, n_cell, n_member), of the last `n_last` hours, and rain of the second window in the first
        of them, shape=(n_first, n_cell, n_member), mm; raised in place.
    """
    centre, shift_m, terms = hours
    level, sum_mm = found
    n_hour, n_col, reach2 = centre.shape[0], col_lon_deg.size, reach_m * reach_m
    skipped = n_hour - level.shape[0]
    sums = np.zeros(n_hour + 1)
    for i in range(row_lat_deg.size * n_col):
        east_m, north_m = from_centres(row_lat_deg[i // n_col], col_lon_deg[i % n_col], centre)
        for m in range(level.shape[2]):
            for t in range(n_hour):
                x, y = east_m[t] - shift_m[m, t, 0], north_m[t] - shift_m[m, t, 1]
                far2 = x * x + y * y
                sums[t + 1] = sums[t] + (rain_at(terms[m, t], math.sqrt(far2)) if far2 < reach2 else 0.0)
                if t < skipped or sums[t + 1] == sums[0]:
                    continue
                n = 0
                for w in range(window_h.size):
                    fallen_mm = sums[t + 1] - sums[max(t + 1 - window_h[w], 0)]
                    while n < least_mm.shape[1] and fallen_mm >= least_mm[w, n]:
                        n += 1
                    if w == 1 and t - skipped < sum_mm.shape[0]:
                        sum_mm[t - skipped, i, m] = max(sum_mm[t - skipped, i, m], np.float32(fallen_mm))
                level[t - skipped, i, m] = max(level[t - skipped, i, m], n)


@kernel
def count_levels(
    wind: NDArray[np.uint8], rain: NDArray[np.uint8], flood: NDArray[np.uint8], n_level: int
) -> NDArray[np.uint16]:
    """Count members that reach each level: by wind, rain, flood, wind and rain, all three, any.

    Parameters
    ----------
    wind, rain, flood
        Levels reached, shape=(n_time, n_cell, n_member) each.
    n_level
        Levels counted, from 1 on.

    Returns
    -------
    uint16 array
        shape=(6, n_time, n_level, n_cell).
    """
    out = np.zeros((6, wind.shape[0], n_level, wind.shape[1]), np.uint16)
    for t in range(wind.shape[0]):
        for i in range(wind.shape[1]):
            for m in range(wind.shape[2]):
                a, b, c = wind[t, i, m], rain[t, i, m], flood[t, i, m]
                for k in range(max(a, b, c)):
                    by_wind, by_rain, by_flood = a > k, b > k, c > k
                    out[0, t, k, i] += by_wind
                    out[1, t, k, i] += by_rain
                    out[2, t, k, i] += by_flood
                    out[3, t, k, i] += by_wind and by_rain
                    out[4, t, k, i] += by_wind and by_rain and by_flood
                    out[5, t, k, i] += 1
    return out
