"""Linear weights between the places a coarser grid was counted at."""

import numpy as np
from numpy.typing import NDArray

from risk_core.state.grid import Grid

Floats = NDArray[np.float64]


def axis_weights(position: Floats, n: int) -> NDArray[np.float32]:
    """Linear weights of `n` evenly spaced values at positions between them, constant beyond, shape=(n_place, n).

    Examples
    --------
    >>> axis_weights(np.array([-0.5, 0.25, 2.0]), 2).tolist()
    [[1.0, 0.0], [0.75, 0.25], [0.0, 1.0]]
    """
    at = np.clip(position, 0.0, n - 1)
    before = np.minimum(at.astype(np.int64), max(n - 2, 0))
    part = at - before
    out = np.zeros((len(at), n), np.float32)
    rows = np.arange(len(at))
    out[rows, before] = 1.0 - part
    if n > 1:
        out[rows, before + 1] = part
    return out


def spread_lattice(row: NDArray[np.float32], value: Floats, col: NDArray[np.float32]) -> Floats:
    """Values between the points of a lattice, shape=(..., n_row, n_col) -> (..., y, x).

    `row` and `col` are the weights of `axis_weights`. A place is NaN where a point that has a weight there is.

    Examples
    --------
    >>> half = axis_weights(np.array([0.0, 0.5, 1.0]), 2)
    >>> spread_lattice(half, np.array([[0.0, 4.0], [8.0, np.nan]]), half)[:, 0].tolist()
    [0.0, 4.0, 8.0]
    >>> np.isnan(spread_lattice(half, np.array([[0.0, 4.0], [8.0, np.nan]]), half)).sum().item()
    4
    """
    known = np.isfinite(value)
    if known.all():
        return np.asarray(row @ value @ col.T)
    missing = row @ (~known).astype(np.float32) @ col.T
    return np.where(missing > 0.0, np.nan, row @ np.where(known, value, 0.0) @ col.T)


def grid_weights(lat_deg: Floats, lon_deg: Floats, coarse: Grid) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights of the coarse grid's rows at latitudes and of its columns at longitudes."""
    row = (coarse.lat_max_deg - lat_deg) / coarse.d_lat_deg - 0.5
    col = (lon_deg - coarse.lon_min_deg) / coarse.d_lon_deg - 0.5
    return axis_weights(row, coarse.n_row), axis_weights(col, coarse.n_col)
