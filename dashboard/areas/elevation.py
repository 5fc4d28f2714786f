"""Ground heights from a GeoTIFF, brought to the grid."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.report import BuildReport
from risk_core.errors import Fault, InputError
from risk_core.state.grid import Grid

if TYPE_CHECKING:
    from rasterio import DatasetReader

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
            height = _warp(raster, grid)
    except RasterioError as error:
        remedy = "Export it again as GeoTIFF."
        raise InputError(Fault("elevation", str(error)[:160], "a readable GeoTIFF", remedy, path.name)) from error
    return _check(height, path.name, report)


def _warp(raster: "DatasetReader", grid: Grid) -> NDArray[np.float32]:
    import rasterio
    from rasterio.transform import from_origin
    from rasterio.warp import Resampling, reproject

    height = np.full((grid.n_row, grid.n_col), np.nan, dtype=np.float32)
    reproject(
        rasterio.band(raster, 1),
        height,
        src_nodata=raster.nodata,
        dst_transform=from_origin(grid.lon_min_deg, grid.lat_max_deg, grid.d_lon_deg, grid.d_lat_deg),
        dst_crs="EPSG:4326",
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
    )
    return height


def _check(height: NDArray[np.float32], file: str, report: BuildReport) -> NDArray[np.float32]:
    known = np.isfinite(height)
    if not known.any():
        remedy = "Take a raster that covers the area, or check its coordinate system."
        raise report.refuse(file, "elevation", "outside the area", "heights inside the area", remedy)
    impossible = known & ((height < LOWEST_M) | (height > HIGHEST_M))
    if impossible.any():
        low, high = float(height[impossible].min()), float(height[impossible].max())
        found = f"{low:g} to {high:g} m in {int(impossible.sum()):,} cells"
        remedy = "Taken as unknown; check the unit and the no-data value."
        report.bad(file, "elevation", found, f"{LOWEST_M:g} to {HIGHEST_M:g} m", remedy)
    if not known.all():
        report.note(f"{file} knows no height in {1 - known.mean():.0%} of the area.")
    report.kept("elevation cells", int(known.sum() - impossible.sum()))
    return np.where(impossible, np.float32(np.nan), height)
