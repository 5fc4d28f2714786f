"""Cuts of a field along its own cells, as GeoTIFF and CoverageJSON."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.api.schemas.tiles import CoverageBody
from dashboard.api.schemas.words import iso_time
from risk_core.errors import Fault, InputError, OutsideAreaError
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.grid import Grid
from risk_core.state.level import Layer, code_to_risk

MAX_TIFF_CELLS: Final = 4_000_000
MAX_COVERAGE_CELLS: Final = 100_000
NAMES: Final = ("risk", "risk_low", "risk_high")
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Whole cells of a grid: north-west corner, degrees, and risks by name, each shape=(n_row, n_col)."""

    lat_max_deg: float
    lon_min_deg: float
    risks: dict[str, NDArray[np.float32]]


def cut_layer(area: Area, assessment: Assessment, layer: Layer, step: int, box: Box | None, most: int) -> Cut:
    """Cells that touch a box, or all of them.

    Parameters
    ----------
    area, assessment, layer, step
        What is cut.
    box
        West, south, east, north, degrees.
    most
        Most cells.

    Raises
    ------
    risk_core.errors.OutsideAreaError
        For a box that holds no cell of the area.
    risk_core.errors.InputError
        For one with too many.
    """
    grid = area.grid
    rows, cols = _window(grid, box or grid.bounds)
    n_cell = (rows.stop - rows.start) * (cols.stop - cols.start)
    if n_cell > most:
        raise InputError(Fault("bbox", f"{n_cell} cells", f"at most {most} cells", "Ask for a smaller box."))
    shape = (rows.stop - rows.start, cols.stop - cols.start)
    fields = assessment.layers.get(layer)
    risks = {
        name: np.full(shape, np.nan, dtype=np.float32) if fields is None else code_to_risk(codes[step, rows, cols])
        for name, codes in zip(
            NAMES, (None,) * 3 if fields is None else (fields.risk, fields.low, fields.high), strict=True
        )
    }
    return Cut(grid.lat_max_deg - rows.start * grid.d_lat_deg, grid.lon_min_deg + cols.start * grid.d_lon_deg, risks)


def geotiff(cut: Cut, grid: Grid, tags: dict[str, str]) -> bytes:
    """GeoTIFF of three bands: risk and the bounds of its interval, NaN where nothing is known."""
    from affine import Affine
    from rasterio.io import MemoryFile

    n_row, n_col = cut.risks["risk"].shape
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            width=n_col,
            height=n_row,
            count=len(NAMES),
            dtype="float32",
            crs="EPSG:4326",
            transform=Affine(grid.d_lon_deg, 0.0, cut.lon_min_deg, 0.0, -grid.d_lat_deg, cut.lat_max_deg),
            nodata=np.nan,
            compress="deflate",
        ) as file:
            for band, name in enumerate(NAMES, start=1):
                file.write(cut.risks[name], band)
                file.set_band_description(band, name)
            file.update_tags(**tags)
        return bytes(memory.read())


def coverage(cut: Cut, grid: Grid, valid_s: float) -> CoverageBody:
    """CoverageJSON of a cut; axes tell the centres of the cells."""
    n_row, n_col = cut.risks["risk"].shape
    west, north = cut.lon_min_deg + grid.d_lon_deg / 2, cut.lat_max_deg - grid.d_lat_deg / 2
    axes: dict[str, Any] = {
        "x": {"start": west, "stop": west + (n_col - 1) * grid.d_lon_deg, "num": n_col},
        "y": {"start": north, "stop": north - (n_row - 1) * grid.d_lat_deg, "num": n_row},
        "t": {"values": [iso_time(valid_s)]},
    }
    crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    referencing = [
        {"coordinates": ["x", "y"], "system": {"type": "GeographicCRS", "id": crs}},
        {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}},
    ]
    labels = {"risk": "risk, 0..1", "risk_low": "lower bound of its 80 % interval", "risk_high": "upper bound"}
    parameters = {
        name: {"type": "Parameter", "observedProperty": {"label": {"en": label}}, "unit": {"symbol": "1"}}
        for name, label in labels.items()
    }
    ranges = {
        name: {
            "type": "NdArray",
            "dataType": "float",
            "axisNames": ["t", "y", "x"],
            "shape": [1, n_row, n_col],
            "values": [None if np.isnan(one) else round(one, 3) for one in values.ravel().tolist()],
        }
        for name, values in cut.risks.items()
    }
    domain = {"type": "Domain", "domainType": "Grid", "axes": axes, "referencing": referencing}
    return CoverageBody(type="Coverage", domain=domain, parameters=parameters, ranges=ranges)


def _window(grid: Grid, box: Box) -> tuple[slice, slice]:
    west, south, east, north = box
    top, bottom = ((grid.lat_max_deg - lat) / grid.d_lat_deg for lat in (north, south))
    left, right = ((lon - grid.lon_min_deg) / grid.d_lon_deg for lon in (west, east))
    rows = slice(max(0, int(np.floor(top + 1e-9))), min(grid.n_row, int(np.ceil(bottom - 1e-9))))
    cols = slice(max(0, int(np.floor(left + 1e-9))), min(grid.n_col, int(np.ceil(right - 1e-9))))
    if rows.start >= rows.stop or cols.start >= cols.stop:
        west, south, east, north = grid.bounds
        wanted = f"a box that meets longitude {west:.5f}..{east:.5f}, latitude {south:.5f}..{north:.5f}"
        raise OutsideAreaError(Fault("bbox", "outside the area", wanted, "Choose a box inside the area."))
    return rows, cols
