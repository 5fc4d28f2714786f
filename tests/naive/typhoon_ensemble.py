"""Slow and obvious twin of `risk_core.kernels.typhoon_ensemble`: every member's wind in every cell, no short cuts."""

import math

import numpy as np

from tests.naive.typhoon import M_PER_DEG, unit_wind


def outer_radii(speed_m_per_s, node_m, step_m_per_s):
    n_time, n_node = speed_m_per_s.shape
    n_wind = int(speed_m_per_s.max() / step_m_per_s) + 2
    out = np.zeros((n_time, n_wind))
    for t in range(n_time):
        for i in range(n_wind):
            there = np.flatnonzero(np.floor(speed_m_per_s[t] / step_m_per_s) >= i)
            out[t, i] = min(there[-1] + 1, n_node - 1) * node_m if len(there) else 0.0
    return out


def member_wind(row_lat_deg, col_lon_deg, centre, motion, tables, node_m, member):
    """Wind over sea of one member in one hour, shape=(n_cell,)."""
    speed, inflow_cos, inflow_sin = tables.T
    shift_m, factor, scale = member
    node = np.arange(len(speed)) * node_m
    lat0 = centre[0] + shift_m[1] / M_PER_DEG
    lon0 = centre[1] + shift_m[0] / (M_PER_DEG * math.cos(math.radians(centre[0])))
    turn = 1 if centre[0] >= 0 else -1
    out = []
    for lat in row_lat_deg:
        for lon in col_lon_deg:
            east = ((lon - lon0 + 180) % 360 - 180) * M_PER_DEG * math.cos(math.radians((lat + lat0) / 2))
            north = (lat - lat0) * M_PER_DEG
            r = math.hypot(east, north) / scale
            if r >= node[-1]:
                out.append(0.0)
                continue
            e, n = unit_wind(east, north, turn, np.interp(r, node, inflow_cos), np.interp(r, node, inflow_sin))
            out.append(factor * np.interp(r, node, speed) * math.hypot(e + motion[0], n + motion[1]))
    return np.array(out)


def count_members(rows, cols, centre, motion, tables, node_m, members, *classes):
    threshold_m_per_s, peak_step, n_peak = classes
    shift, strength, stretch = members
    n_member, n_time = strength.shape
    n_cell = len(rows) * len(cols)
    over = np.zeros((n_time, *threshold_m_per_s.shape), int)
    first, peak = over.copy(), np.zeros((n_peak, n_cell), int)
    for m in range(n_member):
        wind = np.array([
            member_wind(rows, cols, centre[t], motion[t], tables[t], node_m,
                        (shift[m, t], strength[m, t], stretch[m]))
            for t in range(n_time)
        ])  # fmt: skip
        hit = wind[:, :, None] >= threshold_m_per_s[None]
        over += hit
        first += hit & (np.cumsum(hit, axis=0) == 1)
        largest = np.where(hit.any(axis=2), wind, 0.0).max(axis=0)
        place = np.minimum((largest / peak_step).astype(int), n_peak - 1)
        peak[place, np.arange(n_cell)] += 1
    return over, first, peak
