from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.areas.cells import add_points, label_cells, living_weight, spread_totals
from tests.areas.files import BOUNDS, GRID
from tests.tiny import tiny_area

WEST, SOUTH, EAST, NORTH = BOUNDS


def test_labels_follow_the_cells_centres():
    middle = 126.9752
    label = label_cells(GRID, [shapely.box(WEST, SOUTH, middle, NORTH), shapely.box(middle, SOUTH, EAST, NORTH)])
    lon = GRID.col_lon_deg
    lat = GRID.row_lat_deg
    inside = (lat[:, None] > SOUTH) & (lon[None, :] < EAST)
    expected = np.where(inside, np.where(lon[None, :] < middle, 0, 1), -1)
    np.testing.assert_array_equal(label, expected)
    assert label.dtype == np.int32


def test_no_outlines_label_nothing_and_a_speck_gets_its_cell():
    assert (label_cells(GRID, []) == -1).all()
    speck = shapely.box(126.97801, 37.56801, 126.97802, 37.56802)
    label = label_cells(GRID, [speck])
    assert np.flatnonzero(label.ravel() == 0).tolist() == [GRID.cell_of(37.568015, 126.978015)]


@settings(max_examples=40, deadline=None)
@given(
    cuts=st.lists(st.floats(WEST, EAST), min_size=1, max_size=6, unique=True),
    totals=st.lists(st.floats(0, 1e6), min_size=7, max_size=7),
    seed=st.integers(0, 2**16),
    bare=st.booleans(),
)
def test_totals_are_kept_whatever_the_outlines(cuts, totals, seed, bare):
    edges = [WEST, *sorted(cuts), EAST]
    pairs = [(a, b) for a, b in pairwise(edges) if b - a > 1e-9]
    outlines = [shapely.box(a, SOUTH, b, NORTH) for a, b in pairs]
    total = np.array(totals[: len(outlines)])
    weight = np.zeros((GRID.n_row, GRID.n_col))
    if not bare:
        weight = np.random.default_rng(seed).choice([0.0, 0.0, 3.0], weight.shape)
    label = label_cells(GRID, outlines)
    cells = spread_totals(GRID, outlines, label, total, weight)
    assert cells.sum() == pytest.approx(total.sum(), rel=1e-9, abs=1e-9)
    assert (cells >= 0).all()


def test_people_live_along_streets_not_beside_them():
    area = tiny_area()
    weight = living_weight(area.grid, area.network)
    first, last = area.network.street_first_cell[0], area.network.street_first_cell[1]
    assert (weight.flat[area.network.street_cell[first:last]] > 0).all()
    label = np.zeros((area.grid.n_row, area.grid.n_col), dtype=np.int32)
    whole = shapely.box(*area.grid.bounds)
    cells = spread_totals(area.grid, [whole], label, np.array([1000.0]), weight)
    assert cells.sum() == pytest.approx(1000.0)
    assert (cells[weight == 0] == 0).all()
    np.testing.assert_allclose(cells, 1000.0 * weight / weight.sum())


def test_without_streets_the_weight_is_nothing():
    assert not living_weight(GRID, None).any()


def test_points_off_the_grid_or_nowhere_are_counted_as_outside():
    lat, lon = np.array([37.565, 0.0, np.nan]), np.array([126.975, 0.0, 126.975])
    cells, outside = add_points(GRID, lat, lon, np.array([1.0, 2.0, 4.0]))
    assert (cells.sum(), outside) == (1.0, 6.0)
