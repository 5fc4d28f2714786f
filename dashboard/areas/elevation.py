"""Ground heights from a GeoTIFF, brought to the grid."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.cells import grid_transform
from dashboard.areas.report import BuildReport
from risk_core.errors import Fault, InputError
from risk_core.state.grid import Grid

if TYPE_CHECKING:
    from rasterio import Affine, DatasetReader

MAX_READ: Final = 50_000_000
"""Most heights read at once, about 200 MB."""

LOWEST_M: Final = -500.0
"""Below the shore of the Dead Sea, about -430 m, the lowest dry land."""

HIGHEST_M: Final = 9000.0
"""Above the summit of Mount Everest, 8,849 m."""


def read_elevation(path: Path, grid: Grid, report: BuildReport) -> NDArray[np.float32]:
    """Heights of the cells, bilinear between the raster's own, NaN where it knows nothing.

    Parameters
    ----------
    path
        A GeoTIFF in any coordinate system, first band in metres.
    grid
        Where the heights are wanted.
    report
        Takes what is wrong with part of it.

    Returns
    -------
    numpy.ndarray
        shape=(n_row, n_col), metres.

    Raises
    ------
    InputError
        When the file is missing or unreadable, names no coordinate system, or does not reach the area.
    """
    import rasterio
    from rasterio.errors import RasterioError

    if not path.is_file():
        raise InputError(Fault("elevation", str(path), "an existing file", "Check the path."))
    try:
        with rasterio.open(path) as raster:
            if raster.crs is None:
                remedy = "Name it in the file, for example: gdal_edit.py -a_srs EPSG:5186 " + path.name
                raise report.refuse(path.name, "coordinate system", "missing", "a named one", remedy)
            height = _warp(raster, grid, report)
    except RasterioError as error:
        remedy = "Export it again as GeoTIFF."
        raise InputError(Fault("elevation", str(error)[:160], "a readable GeoTIFF", remedy, path.name)) from error
    return _check(height, path.name, report)


def _warp(raster: "DatasetReader", grid: Grid, report: BuildReport) -> NDArray[np.float32]:
    from rasterio.warp import Resampling, reproject

    values, transform = _read_near(raster, grid)
    height = np.full((grid.n_row, grid.n_col), np.nan, dtype=np.float32)
    if values.size == 0:
        return height
    _drop_impossible(values, Path(raster.name).name, report)
    reproject(
        values,
        height,
        src_transform=transform,
        src_crs=raster.crs,
        src_nodata=np.nan,
        dst_transform=grid_transform(grid),
        dst_crs="EPSG:4326",
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
    )
    return height


def _read_near(raster: "DatasetReader", grid: Grid) -> tuple[NDArray[np.float32], "Affine"]:
    """Part of the first band that covers the grid, missing heights NaN, and its own transform.

    A part of more than `MAX_READ` heights is read coarser, so that a fine raster of a wide area fits in memory.
    """
    from rasterio import Affine
    from rasterio.enums import Resampling
    from rasterio.warp import transform_bounds

    west, south, east, north = transform_bounds("EPSG:4326", raster.crs, *grid.bounds)
    corners = np.array([(x, y, 1.0) for x in (west, east) for y in (south, north)])
    inverse = np.linalg.inv(np.array(raster.transform).reshape(3, 3))
    col, row, _ = inverse @ corners.T
    first_col, last_col = _clip(col, raster.width)
    first_row, last_row = _clip(row, raster.height)
    n_row, n_col = last_row - first_row, last_col - first_col
    if n_row <= 0 or n_col <= 0:
        return np.empty((0, 0), dtype=np.float32), Affine(1, 0, 0, 0, 1, 0)
    coarser = max(1.0, np.sqrt(n_row * n_col / MAX_READ))
    shape = max(1, round(n_row / coarser)), max(1, round(n_col / coarser))
    window = ((first_row, last_row), (first_col, last_col))
    values = raster.read(1, window=window, out_shape=shape, masked=True, resampling=Resampling.average)
    x_col, x_row, x0, y_col, y_row, y0 = raster.transform[:6]
    by_row, by_col = n_row / shape[0], n_col / shape[1]
    x0, y0 = x0 + x_col * first_col + x_row * first_row, y0 + y_col * first_col + y_row * first_row
    transform = Affine(x_col * by_col, x_row * by_row, x0, y_col * by_col, y_row * by_row, y0)
    return values.astype(np.float32).filled(np.nan), transform


def _clip(position: NDArray[np.float64], size: int) -> tuple[int, int]:
    """First and last row or column of the raster near the corners, two to spare."""
    return max(0, int(np.floor(position.min())) - 2), min(size, int(np.ceil(position.max())) + 2)


def _drop_impossible(height: NDArray[np.float32], file: str, report: BuildReport) -> None:
    """Heights no land has become NaN before they can mix with their neighbours."""
    impossible = np.isfinite(height) & ((height < LOWEST_M) | (height > HIGHEST_M))
    if impossible.any():
        low, high = float(height[impossible].min()), float(height[impossible].max())
        found = f"{low:g} to {high:g} m in {int(impossible.sum()):,} places"
        remedy = "Taken as unknown; check the unit and the no-data value."
        report.bad(file, "elevation", found, f"{LOWEST_M:g} to {HIGHEST_M:g} m", remedy)
        height[impossible] = np.nan


def _check(height: NDArray[np.float32], file: str, report: BuildReport) -> NDArray[np.float32]:
    known = np.isfinite(height)
    if not known.any():
        remedy = "Take a raster that covers the area, or check its coordinate system."
        raise report.refuse(file, "elevation", "nowhere known inside the area", "heights inside the area", remedy)
    if not known.all():
        report.note(f"{file} knows no height in {1 - known.mean():.0%} of the area.")
    report.kept("elevation cells", int(known.sum()))
    return height
