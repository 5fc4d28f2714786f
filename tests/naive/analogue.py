"""Slow and obvious twins of `risk_core.kernels.analogue`."""

import math

import numpy as np


def distance(row, query, rule):
    """D of two trajectory rows, term by term as it is written down."""
    away = [math.hypot(row[k] - query[k], row[k + 1] - query[k + 1]) for k in (0, 2, 4, 6)]
    hour = abs(float(row[8]) - float(query[8]))
    hour = min(hour, 24 - hour)
    d = (away[0] / rule.now_m) ** 2 + (away[1] / rule.one_m) ** 2 + (away[2] / rule.three_m) ** 2
    d += 2 * math.log(1 + (away[3] / rule.start_m) ** 2)
    d += math.log(1 + (hour / rule.hour) ** 2)
    d += math.log(1 + ((row[9] - query[9]) / rule.elapsed_step) ** 2)
    return d - 2 * math.log(0.5 ** (max(query[11] - row[11], 0) / rule.half_life_day))


def analogues(rows, users, query, user, need, reach, rule, n):
    """The nearest rows in the cells around, as (distance, row) in order."""
    at = np.floor(np.asarray(query[:2], dtype=float) / rule.cell_m)
    found = []
    for k, row in enumerate(rows):
        cell = np.floor(np.asarray(row[:2], dtype=float) / rule.cell_m)
        if (np.abs(cell - at) > reach).any() or row[10] < need:
            continue
        own = 2 * math.log(rule.own_factor) if user >= 0 and users[k] == user else 0.0
        found.append((distance(row, query, rule) - own, k))
    return sorted(found)[:n]


def energy_score(east, north, weight, true_east, true_north):
    """With all pairs at once."""
    place, true = np.stack([east, north], axis=1), np.array([true_east, true_north])
    w = weight / weight.sum()
    far = np.linalg.norm(place - true, axis=1)
    between = np.linalg.norm(place[:, None] - place[None, :], axis=2)
    return float(w @ far - 0.5 * w @ between @ w)


def geometric_median_cost(east, north, weight, at):
    """Weighted distance of a place to all points."""
    return float(weight @ np.hypot(east - at[0], north - at[1]))
