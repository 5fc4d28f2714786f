"""Fields as a map shows them: risk bytes resampled to the Web-Mercator projection."""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.raster import mercator_rows, mercator_tile
from risk_core.state.grid import Grid


def overlay_codes(code: NDArray[np.uint8], grid: Grid) -> NDArray[np.uint8]:
    """Risk bytes whose picture, stretched by a map over the grid's bounds, lies exactly on the grid.

    Parameters
    ----------
    code
        Risk bytes, shape=(n_row, n_col).
    grid
        The grid they belong to.

    Returns
    -------
    numpy.ndarray
        Same shape; rows evenly spaced in Mercator y.

    Examples
    --------
    >>> grid = Grid.from_bounds(126.95, 37.54, 127.00, 37.58, 1000.0)
    >>> bool((overlay_codes(np.full((grid.n_row, grid.n_col), 7, dtype=np.uint8), grid) == 7).all())
    True
    """
    return mercator_rows(np.ascontiguousarray(code), grid.lat_max_deg, grid.d_lat_deg)


def tile_codes(code: NDArray[np.uint8], grid: Grid, zoom: int, x: int, y: int) -> NDArray[np.uint8]:
    """Risk bytes of one map tile, shape=(256, 256), 255 off the grid.

    Parameters
    ----------
    code
        Risk bytes, shape=(n_row, n_col).
    grid
        The grid they belong to.
    zoom, x, y
        Tile address, row 0 north.
    """
    corner = (grid.lat_max_deg, grid.lon_min_deg, grid.d_lat_deg, grid.d_lon_deg)
    return mercator_tile(np.ascontiguousarray(code), *corner, zoom, x, y)


def tile_touches(grid: Grid, zoom: int, x: int, y: int) -> bool:
    """Whether a tile shows any of the grid.

    Examples
    --------
    >>> grid = Grid.from_bounds(126.95, 37.54, 127.00, 37.58, 1000.0)
    >>> tile_touches(grid, 0, 0, 0), tile_touches(grid, 1, 0, 0)
    (True, False)
    """
    west, south, east, north = grid.bounds
    n_tile = 2.0**zoom
    left, right = x / n_tile * 360.0 - 180.0, (x + 1) / n_tile * 360.0 - 180.0
    top, bottom = (float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + i) / n_tile))))) for i in (0, 1))
    return left < east and right > west and bottom < north and top > south
