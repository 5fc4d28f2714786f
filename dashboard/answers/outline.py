"""Outlines of grid cells, as polygons."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from risk_core.state.grid import Grid


def outline(grid: Grid, is_in: NDArray[np.bool_]) -> BaseGeometry:
    """Polygon or polygons round the cells chosen, (longitude, latitude); empty where none is.

    Examples
    --------
    >>> grid = Grid(1.0, 0.0, 0.5, 0.5, 2, 2, 50.0)
    >>> outline(grid, np.array([[True, True], [False, True]])).area
    0.75
    """
    edge = np.zeros((grid.n_row, 1), dtype=np.int8)
    change = np.diff(np.hstack([edge, is_in.astype(np.int8), edge]), axis=1)
    row, begin = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    north = grid.lat_max_deg - row * grid.d_lat_deg
    south = grid.lat_max_deg - (row + 1) * grid.d_lat_deg
    west, east = (grid.lon_min_deg + col * grid.d_lon_deg for col in (begin, end))
    runs = shapely.box(west, south, east, north)
    return shapely.union_all(runs)
