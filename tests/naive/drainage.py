"""Slow and obvious twins of `risk_core.kernels.drainage`."""

import numpy as np

NEIGHBOURS = [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)]


def around(shape, j, i):
    return [(j + a, i + b) for a, b in NEIGHBOURS if 0 <= j + a < shape[0] and 0 <= i + b < shape[1]]


def fill_hollows(height):
    """Lowest brim on any way out: repeated until nothing changes."""
    filled = np.full_like(height, np.inf)
    filled[0], filled[-1], filled[:, 0], filled[:, -1] = height[0], height[-1], height[:, 0], height[:, -1]
    while True:
        before = filled.copy()
        for j, i in np.ndindex(*height.shape):
            if filled[j, i] > height[j, i]:
                filled[j, i] = min(filled[j, i], max(height[j, i], min(filled[q] for q in around(height.shape, j, i))))
        if np.array_equal(before, filled):
            return filled


def steepest_down(filled, flooded_from):
    n_row, n_col = filled.shape
    down = flooded_from.copy()
    for j in range(1, n_row - 1):
        for i in range(1, n_col - 1):
            slopes = {(jj, ii): (filled[j, i] - filled[jj, ii]) / np.hypot(jj - j, ii - i)
                      for jj, ii in around(filled.shape, j, i)}  # fmt: skip
            best = max(slopes, key=slopes.get)
            if slopes[best] > 0:
                down[j * n_col + i] = best[0] * n_col + best[1]
    return down


def way_down(down, cell):
    way = [cell]
    while down[way[-1]] >= 0:
        way.append(down[way[-1]])
    return way


def gather_down(down, own):
    gathered = np.zeros(len(down))
    for cell in range(len(down)):
        gathered[way_down(down, cell)] += own[cell]
    return gathered


def stream_of(down, is_stream):
    return [
        next((c for c in way_down(down, cell) if is_stream[c]), way_down(down, cell)[-1]) for cell in range(len(down))
    ]
