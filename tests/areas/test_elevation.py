import numpy as np
import pytest
import rasterio
from rasterio.crs import CRS
from rasterio.warp import transform

from dashboard.areas import elevation
from dashboard.areas.elevation import read_elevation
from dashboard.areas.report import BuildReport
from risk_core.errors import InputError
from tests.areas.files import GRID


def write_tiff(path, values, origin, step, crs, nodata=None):
    values = values.astype(np.float32)
    profile = {"driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": "float32"}
    place = rasterio.Affine(step, 0.0, origin[0], 0.0, -step, origin[1])
    with rasterio.open(path, "w", **profile, crs=crs, transform=place, nodata=nodata) as raster:
        raster.write(values, 1)
    return path


def plane_of_degrees(step=0.0005, size=60):
    """A raster whose height is 1000 m a degree to the north, from 37.555 on."""
    lat = 37.58 - (np.arange(size) + 0.5) * step
    return np.repeat(((lat - 37.555) * 1000)[:, None], size, axis=1)


def test_heights_are_bilinear_between_the_rasters_own(tmp_path):
    path = write_tiff(tmp_path / "h.tif", plane_of_degrees(), (126.96, 37.58), 0.0005, "EPSG:4326")
    height = read_elevation(path, GRID, BuildReport())
    expected = (GRID.row_lat_deg - 37.555) * 1000
    assert height.dtype == np.float32 and height.shape == (GRID.n_row, GRID.n_col)
    np.testing.assert_allclose(height, np.repeat(expected[:, None], GRID.n_col, axis=1), atol=0.05)


def test_any_coordinate_system_is_brought_to_the_grid(tmp_path):
    (x,), (y,) = transform("EPSG:4326", "EPSG:5179", [126.96], [37.58])
    values = np.arange(120)[:, None] + np.arange(120)[None, :] * 0.0
    path = write_tiff(tmp_path / "h.tif", values, (x, y), 50.0, "EPSG:5179")
    height = read_elevation(path, GRID, BuildReport())
    assert np.isfinite(height).all()
    _, (py,) = transform("EPSG:4326", "EPSG:5179", [GRID.col_lon_deg[4]], [GRID.row_lat_deg[7]])
    assert height[7, 4] == pytest.approx((y - py) / 50.0 - 0.5, abs=0.05)


def test_missing_heights_stay_missing_and_impossible_ones_are_reported(tmp_path):
    values = plane_of_degrees()
    values[:40, :22] = -9999.0
    values[:, 38:] = 30000.0
    path = write_tiff(tmp_path / "h.tif", values, (126.96, 37.58), 0.0005, "EPSG:4326", nodata=-9999.0)
    report = BuildReport()
    height = read_elevation(path, GRID, report)
    assert np.isnan(height[0, 0]) and np.isnan(height[0, -1])
    assert np.nanmax(height) < 25.1
    assert "check the unit" in str(report.faults[0])
    assert "knows no height in" in report.notes[0]


def test_a_raster_that_cannot_be_used_is_refused(tmp_path):
    with pytest.raises(InputError, match="an existing file"):
        read_elevation(tmp_path / "none.tif", GRID, BuildReport())
    (tmp_path / "bad.tif").write_bytes(b"II*\x00 no tiff")
    with pytest.raises(InputError, match=r"bad\.tif"):
        read_elevation(tmp_path / "bad.tif", GRID, BuildReport())
    far = write_tiff(tmp_path / "far.tif", plane_of_degrees(), (10.0, 50.0), 0.0005, "EPSG:4326")
    with pytest.raises(InputError, match="nowhere known inside the area"):
        read_elevation(far, GRID, BuildReport())
    bare = write_tiff(tmp_path / "bare.tif", plane_of_degrees(), (126.96, 37.58), 0.0005, CRS())
    with pytest.raises(InputError, match=r"coordinate system is missing.*gdal_edit"):
        read_elevation(bare, GRID, BuildReport())


def test_a_fine_raster_is_read_coarser(tmp_path, monkeypatch):
    path = write_tiff(tmp_path / "h.tif", plane_of_degrees(), (126.96, 37.58), 0.0005, "EPSG:4326")
    whole = read_elevation(path, GRID, BuildReport())
    monkeypatch.setattr(elevation, "MAX_READ", 100)
    np.testing.assert_allclose(read_elevation(path, GRID, BuildReport()), whole, atol=1.0)
