"""Risk bytes in the Web-Mercator projection: map tiles and whole-field pictures."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

TILE_SIZE = 256
MISSING = 255


@kernel
def mercator_y(lat_deg: float) -> float:
    """Web-Mercator y of a latitude in the unit square, 0 at 85.05 degrees north, 1 at 85.05 south."""
    return 0.5 - math.asinh(math.tan(math.radians(lat_deg))) / (2.0 * math.pi)


@kernel
def mercator_lat_deg(y: float) -> float:
    """Latitude of a Web-Mercator y in the unit square, degrees."""
    return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y))))


@kernel
def blend_code(code: NDArray[np.uint8], row: float, col: float) -> int:
    """Byte at a place given in cell centres: bilinear among known neighbours, unknown where its own cell is unknown.

    A neighbour that is unknown or off the grid takes the place's own value, so that borders stay sharp.
    """
    n_row, n_col = code.shape
    own = int(code[min(max(int(row + 0.5), 0), n_row - 1), min(max(int(col + 0.5), 0), n_col - 1)])
    if own == MISSING:
        return MISSING
    r, c = math.floor(row), math.floor(col)
    total = 0.0
    for i in range(2):
        for j in range(2):
            weight = (row - r if i else 1.0 - row + r) * (col - c if j else 1.0 - col + c)
            near = own
            if 0 <= r + i < n_row and 0 <= c + j < n_col and code[r + i, c + j] != MISSING:
                near = int(code[r + i, c + j])
            total += weight * near
    return int(np.rint(total))


@kernel
def mercator_tile(
    code: NDArray[np.uint8],
    lat_max_deg: float,
    lon_min_deg: float,
    d_lat_deg: float,
    d_lon_deg: float,
    zoom: int,
    x: int,
    y: int,
) -> NDArray[np.uint8]:
    """One map tile of risk bytes, shape=(256, 256), 255 off the grid and where nothing is known.

    Parameters
    ----------
    code
        Risk bytes of the grid, shape=(n_row, n_col), row 0 north.
    lat_max_deg, lon_min_deg, d_lat_deg, d_lon_deg
        North-west corner and cell size of the grid, degrees.
    zoom, x, y
        Tile address in the usual scheme (row 0 north).
    """
    n_row, n_col = code.shape
    out = np.full((TILE_SIZE, TILE_SIZE), MISSING, np.uint8)
    n_tile = 2.0**zoom
    for j in range(TILE_SIZE):
        lat_deg = mercator_lat_deg((y + (j + 0.5) / TILE_SIZE) / n_tile)
        row = (lat_max_deg - lat_deg) / d_lat_deg
        if row < 0.0 or row >= n_row:
            continue
        for i in range(TILE_SIZE):
            col = ((x + (i + 0.5) / TILE_SIZE) / n_tile * 360.0 - 180.0 - lon_min_deg) / d_lon_deg
            if 0.0 <= col < n_col:
                out[j, i] = blend_code(code, row - 0.5, col - 0.5)
    return out


@kernel
def mercator_rows(code: NDArray[np.uint8], lat_max_deg: float, d_lat_deg: float) -> NDArray[np.uint8]:
    """Space the rows of a field evenly in Mercator y instead of latitude: same shape, nearest row.

    A picture of it, stretched by a map over the grid's bounds, lies exactly on the grid.

    Parameters
    ----------
    code
        Risk bytes, shape=(n_row, n_col), row 0 north.
    lat_max_deg, d_lat_deg
        North edge and cell height, degrees.
    """
    n_row, n_col = code.shape
    out = np.empty((n_row, n_col), np.uint8)
    top = mercator_y(lat_max_deg)
    bottom = mercator_y(lat_max_deg - n_row * d_lat_deg)
    for j in range(n_row):
        lat_deg = mercator_lat_deg(top + (j + 0.5) / n_row * (bottom - top))
        row = min(max(int((lat_max_deg - lat_deg) / d_lat_deg), 0), n_row - 1)
        for i in range(n_col):
            out[j, i] = code[row, i]
    return out
