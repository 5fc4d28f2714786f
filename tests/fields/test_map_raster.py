import numpy as np
import pytest

from risk_core.fields.raster import overlay_codes, tile_codes, tile_touches
from risk_core.state.grid import Grid


@pytest.fixture(scope="module")
def grid() -> Grid:
    return Grid.from_bounds(124.0, 33.0, 132.0, 39.0, 4_000.0)


def mercator_y(lat_deg):
    return np.arcsinh(np.tan(np.radians(lat_deg)))


def test_overlay_rows_lie_evenly_in_the_projection(grid):
    code = np.repeat(np.arange(grid.n_row, dtype=np.uint8)[:, None], grid.n_col, axis=1)
    shown = overlay_codes(code, grid)[:, 0].astype(int)
    _, south, _, north = grid.bounds
    y = mercator_y(north) + (np.arange(grid.n_row) + 0.5) / grid.n_row * (mercator_y(south) - mercator_y(north))
    lat_deg = np.degrees(np.arctan(np.sinh(y)))
    assert (shown == ((north - lat_deg) / grid.d_lat_deg).astype(int)).all()
    assert (shown != np.arange(grid.n_row)).any()


@pytest.mark.parametrize("zoom", [0, 3, 6, 7])
def test_tiles_that_touch_are_those_with_something_on_them(grid, zoom):
    code = np.full((grid.n_row, grid.n_col), 9, dtype=np.uint8)
    west, south, east, north = grid.bounds
    x0, x1 = (int((lon + 180) / 360 * 2**zoom) for lon in (west, east))
    y0, y1 = (int((1 - mercator_y(lat) / np.pi) / 2 * 2**zoom) for lat in (north, south))
    n_touch = 0
    for x in range(max(0, x0 - 1), min(2**zoom, x1 + 2)):
        for y in range(max(0, y0 - 1), min(2**zoom, y1 + 2)):
            has_something = bool((tile_codes(code, grid, zoom, x, y) != 255).any())
            assert tile_touches(grid, zoom, x, y) or not has_something
            n_touch += has_something
    assert n_touch >= 1


def test_read_only_strided_field_is_taken(grid):
    code = np.zeros((2, grid.n_row, grid.n_col), dtype=np.uint8)[:, ::-1]
    code.flags.writeable = False
    assert overlay_codes(code[1], grid).shape == (grid.n_row, grid.n_col)
