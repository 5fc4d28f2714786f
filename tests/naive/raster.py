"""Slow and obvious twins of `risk_core.kernels.raster`: formulas of the Web-Mercator projection as printed."""

import math

import numpy as np


def mercator_y(lat_deg):
    phi = math.radians(lat_deg)
    return (1 - math.log(math.tan(phi) + 1 / math.cos(phi)) / math.pi) / 2


def mercator_lat_deg(y):
    return math.degrees(2 * math.atan(math.exp(math.pi * (1 - 2 * y))) - math.pi / 2)


def blend_code(code, row, col):
    n_row, n_col = code.shape
    own = int(code[min(max(int(row + 0.5), 0), n_row - 1), min(max(int(col + 0.5), 0), n_col - 1)])
    if own == 255:
        return 255
    corners = []
    for r in (math.floor(row), math.floor(row) + 1):
        for c in (math.floor(col), math.floor(col) + 1):
            on_grid = 0 <= r < n_row and 0 <= c < n_col
            value = own if not on_grid or code[r, c] == 255 else int(code[r, c])
            corners.append((1 - abs(row - r)) * (1 - abs(col - c)) * value)
    return round(sum(corners))


def mercator_tile(code, lat_max_deg, lon_min_deg, d_lat_deg, d_lon_deg, zoom, x, y):
    n_row, n_col = code.shape
    out = np.full((256, 256), 255, dtype=np.uint8)
    for j in range(256):
        lat = mercator_lat_deg((y + (j + 0.5) / 256) / 2**zoom)
        for i in range(256):
            lon = (x + (i + 0.5) / 256) / 2**zoom * 360 - 180
            row, col = (lat_max_deg - lat) / d_lat_deg, (lon - lon_min_deg) / d_lon_deg
            if 0 <= row < n_row and 0 <= col < n_col:
                out[j, i] = blend_code(code, row - 0.5, col - 0.5)
    return out


def mercator_rows(code, lat_max_deg, d_lat_deg):
    n_row = len(code)
    top, bottom = mercator_y(lat_max_deg), mercator_y(lat_max_deg - n_row * d_lat_deg)
    out = np.empty_like(code)
    for j in range(n_row):
        lat = mercator_lat_deg(top + (bottom - top) * (j + 0.5) / n_row)
        out[j] = code[min(max(int((lat_max_deg - lat) / d_lat_deg), 0), n_row - 1)]
    return out
