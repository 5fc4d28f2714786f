import numpy as np
import pytest
import shapely

from dashboard.answers.outline import outline
from risk_core.state.grid import Grid


@pytest.mark.parametrize("seed", range(5))
def test_an_outline_covers_its_cells_and_no_others(seed):
    grid = Grid(37.6, 126.9, 0.0004, 0.0005, 9, 11, 45.0)
    is_in = np.random.default_rng(seed).random((grid.n_row, grid.n_col)) < 0.6
    shape = outline(grid, is_in)
    assert shape.is_valid
    lon, lat = np.meshgrid(grid.col_lon_deg, grid.row_lat_deg)
    assert (shapely.contains_xy(shape, lon, lat) == is_in).all()
    assert shape.area == pytest.approx(is_in.sum() * grid.d_lat_deg * grid.d_lon_deg)


def test_nothing_has_an_empty_outline():
    assert outline(Grid(1.0, 0.0, 0.5, 0.5, 2, 2, 50.0), np.zeros((2, 2), dtype=bool)).is_empty
