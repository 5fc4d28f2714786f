"""From outlines, points and totals to cells of the grid, without losing a person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.grid import Grid
from risk_core.state.network import Network
from risk_core.state.profile import EdgeFlag, RoadClass

if TYPE_CHECKING:
    from rasterio import Affine
    from shapely import Geometry

HOME_CLASSES: Final = (
    RoadClass.TERTIARY,
    RoadClass.MINOR,
    RoadClass.SERVICE,
    RoadClass.PEDESTRIAN,
    RoadClass.FOOTWAY,
)
"""Streets along which people live."""


def grid_transform(grid: Grid) -> "Affine":
    """Column and row of a grid to degrees, as rasterio wants it."""
    from rasterio import Affine

    return Affine(grid.d_lon_deg, 0.0, grid.lon_min_deg, 0.0, -grid.d_lat_deg, grid.lat_max_deg)


def label_cells(grid: Grid, outlines: Sequence["Geometry"]) -> NDArray[np.int32]:
    """Position of the outline each cell's centre lies in, shape=(n_row, n_col), -1 outside all.

    Where outlines overlap the later one counts. An outline too small to hold a cell's centre takes the cell of its
    inner point if nobody else has it.
    """
    from rasterio.features import rasterize

    label = np.full((grid.n_row, grid.n_col), -1, dtype=np.int32)
    if not outlines:
        return label
    shapes = [(outline, position) for position, outline in enumerate(outlines)]
    label = rasterize(shapes, out=label, transform=grid_transform(grid))
    for position in np.setdiff1d(np.arange(len(outlines)), label):
        inside = outlines[position].representative_point()
        cell = grid.cell_of(inside.y, inside.x)
        if cell >= 0 and label.flat[cell] < 0:
            label.flat[cell] = position
    return label


def living_weight(grid: Grid, network: Network | None) -> NDArray[np.float64]:
    """Metres of streets along which people live in each cell, shape=(n_row, n_col); zeros without a network.

    Totals are spread along streets rather than evenly, so that nobody lives in a lake or on a slope without
    a street (street-weighted interpolation, Reibel and Bufalino 2005, Environment and Planning A 37:127-139).
    """
    if network is None:
        return np.zeros((grid.n_row, grid.n_col))
    is_home = np.zeros(network.n_street, dtype=bool)
    away = int(EdgeFlag.TUNNEL | EdgeFlag.BRIDGE | EdgeFlag.FERRY)
    is_home[network.street] = np.isin(network.road_class, HOME_CLASSES) & ((network.flags & away) == 0)
    street = np.repeat(np.arange(network.n_street), np.diff(network.street_first_cell))
    length_m = np.where(is_home[street], network.street_cell_length_m, 0.0)
    known = network.street_cell >= 0
    weight = np.bincount(network.street_cell[known], weights=length_m[known], minlength=grid.n_cell)
    return weight.reshape(grid.n_row, grid.n_col)


def spread_totals(
    grid: Grid,
    outlines: Sequence["Geometry"],
    label: NDArray[np.int32],
    total: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Spread each outline's total over its cells in proportion to `weight`, evenly where that is zero.

    An outline without a cell of its own gives its total to the cell of its inner point (the nearest one when that
    lies off the grid), so that the totals' sum is kept. Totals that are NaN count as zero.

    Returns
    -------
    numpy.ndarray
        shape=(n_row, n_col).
    """
    flat = label.ravel()
    inside = flat >= 0
    total = np.nan_to_num(np.asarray(total, dtype=np.float64))
    n_cell = np.bincount(flat[inside], minlength=len(outlines))
    weight_sum = np.bincount(flat[inside], weights=weight.ravel()[inside], minlength=len(outlines))
    owner = flat[inside]
    by_weight = weight.ravel()[inside] / np.where(weight_sum > 0, weight_sum, 1.0)[owner]
    share = np.where(weight_sum[owner] > 0, by_weight, 1.0 / np.maximum(n_cell, 1)[owner])
    result = np.zeros(grid.n_cell)
    result[inside] = total[owner] * share
    for position in np.flatnonzero(n_cell == 0):
        point = outlines[position].representative_point()
        row = np.clip(int((grid.lat_max_deg - point.y) / grid.d_lat_deg), 0, grid.n_row - 1)
        col = np.clip(int((point.x - grid.lon_min_deg) / grid.d_lon_deg), 0, grid.n_col - 1)
        result[row * grid.n_col + col] += total[position]
    return result.reshape(grid.n_row, grid.n_col)


def add_points(
    grid: Grid, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], total: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Sum of the totals at points by cell, shape=(n_row, n_col), and the total that lay outside the grid."""
    cell = grid.cells_of(lat_deg, lon_deg)
    inside = cell >= 0
    result = np.bincount(cell[inside], weights=total[inside], minlength=grid.n_cell)
    return result.reshape(grid.n_row, grid.n_col), float(total[~inside].sum())
