"""Slow and obvious twins of `risk_core.kernels.typhoon`, with complex numbers for the plane."""

import cmath
import math

import numpy as np

from tests.naive.fields import code_of, ladder_risk

M_PER_DEG = 111_195.08


def unit_wind(east_m, north_m, turn, inflow_cos, inflow_sin):
    place = complex(east_m, north_m)
    if abs(place) < 1:
        return 0.0, 0.0
    outward = place / abs(place)
    wind = outward * (turn * 1j * inflow_cos) - outward * inflow_sin
    return wind.real, wind.imag


def wind_field(row_lat_deg, col_lon_deg, centre, motion, node_m, speed_m_per_s, inflow_rad):
    n_table, n_node = speed_m_per_s.shape
    node = np.arange(n_node) * node_m
    out = np.zeros((n_table, 2, len(row_lat_deg) * len(col_lon_deg)), dtype=np.float32)
    turn = 1 if centre[0] >= 0 else -1
    cells = [(lat, lon) for lat in row_lat_deg for lon in col_lon_deg]
    for i, (lat, lon) in enumerate(cells):
        d_lon = cmath.phase(cmath.rect(1, math.radians(lon - centre[1])))
        east = math.degrees(d_lon) * M_PER_DEG * math.cos(math.radians((lat + centre[0]) / 2))
        north = (lat - centre[0]) * M_PER_DEG
        r = math.hypot(east, north)
        if r >= node[-1]:
            continue
        inflow = np.interp(r, node, np.cos(inflow_rad)), np.interp(r, node, np.sin(inflow_rad))
        direction = unit_wind(east, north, turn, *inflow)
        for j in range(n_table):
            v = np.interp(r, node, speed_m_per_s[j])
            out[j, :, i] = v * (direction[0] + motion[0]), v * (direction[1] + motion[1])
    return out


def wind_codes(wind, land_ratio, gust_ratio, wind_knots, gust_knots):
    out = np.empty((wind.shape[0], wind.shape[2]), dtype=np.uint8)
    for j, i in np.ndindex(*out.shape):
        local = math.hypot(*wind[j, :, i]) * float(land_ratio[i])
        out[j, i] = code_of(max(ladder_risk(local, wind_knots), ladder_risk(local * float(gust_ratio[i]), gust_knots)))
    return out
