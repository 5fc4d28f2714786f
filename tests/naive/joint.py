"""Levels members reach, the plain way."""

import math

import numpy as np

from tests.naive.storm_rain import from_centres, rate


def rain_levels(rows, cols, hours, reach_m, window_h, least_mm, n_last):
    centre, shift_m, terms = hours
    n_member, n_hour = shift_m.shape[:2]
    cells = [(lat, lon) for lat in rows for lon in cols]
    level = np.zeros((n_last, len(cells), n_member), np.uint8)
    total = np.zeros(level.shape, np.float32)
    for i, (lat, lon) in enumerate(cells):
        place = np.stack(from_centres(lat, lon, centre), axis=1)
        for m in range(n_member):
            fell = [rate(place[t], shift_m[m, t], terms[m, t], reach_m) for t in range(n_hour)]
            for k in range(n_last):
                t = n_hour - n_last + k
                amounts = [sum(fell[max(t + 1 - w, 0) : t + 1]) for w in window_h]
                reached = [sum(mm >= one for one in least) for mm, least in zip(amounts, least_mm, strict=True)]
                level[k, i, m], total[k, i, m] = max(reached), amounts[1]
    return level, total


def count_levels(wind, rain, flood, n_level):
    kinds = []
    for k in range(1, n_level + 1):
        a, b, c = wind >= k, rain >= k, flood >= k
        kinds.append([one.sum(axis=2) for one in (a, b, c, a & b, a & b & c, a | b | c)])
    return np.array(kinds).transpose(1, 2, 0, 3).astype(np.uint16)


def wind_speed(member, east_m, north_m, motion, table):
    """Wind over sea at a place, m/s; 0 off the table."""
    far = math.hypot(east_m, north_m) * member.node_per_m
    k = int(far)
    if k >= len(table) - 1:
        return 0.0
    v, cos, sin = (table[k] + (far - k) * (table[k + 1] - table[k])).tolist()
    v *= member.factor
    d = max(math.hypot(east_m, north_m), 1.0)
    x, y = east_m / d, north_m / d
    east = -member.turn * y * cos - x * sin + motion[0]
    north = member.turn * x * cos - y * sin + motion[1]
    return v * math.hypot(east, north)
