import math

import numpy as np
import pytest

from risk_core.kernels.network import (
    arc_rad,
    cross_cells,
    mark_streets,
    nearest_segment,
    project_share,
    segment_arcs_rad,
    trace_path,
)
from risk_core.state.nearest import segment_index
from risk_core.units import EARTH_RADIUS_M, M_PER_DEG_LAT
from tests.naive import network as naive
from tests.routes.cities import city


def test_arc_is_the_twins_and_known_distances():
    rng = np.random.default_rng(1)
    for _ in range(50):
        place = rng.uniform((-89, -180, -89, -180), (89, 180, 89, 180))
        assert arc_rad(*place) == pytest.approx(naive.arc_rad(*place), abs=1e-9)
    assert arc_rad(0.0, 0.0, 1.0, 0.0) * EARTH_RADIUS_M == pytest.approx(M_PER_DEG_LAT, abs=0.1)
    assert arc_rad(10.0, 20.0, 10.0, 20.0) == 0.0
    assert arc_rad(0.0, 0.0, 0.0, 180.0) == pytest.approx(math.pi)
    assert math.isnan(arc_rad(math.nan, 0.0, 0.0, 0.0))


def test_arcs_stop_at_the_end_of_each_street():
    first = np.array([0, 2, 5], dtype=np.int32)
    lat = np.array([0.0, 1.0, 5.0, 5.0, 6.0])
    arcs = np.degrees(segment_arcs_rad(first, lat, np.zeros(5)))
    assert arcs == pytest.approx([1.0, 0.0, 0.0, 1.0, 0.0])


@pytest.mark.parametrize("seed", range(6))
def test_cells_are_the_twins(seed):
    rng = np.random.default_rng(seed)
    n_row, n_col = 4, 5
    row, col = rng.uniform(-2, 6, 30), rng.uniform(-2, 7, 30)
    if seed % 2:  # along and across grid lines, through corners, standing still
        row, col = np.round(row * 2) / 2, np.round(col * 2) / 2
        row = row + 1e-9 * (row == np.round(row))
        col = col + 1e-9 * (col == np.round(col))
    first = np.arange(0, 31, 2, dtype=np.int32)
    length_m = rng.uniform(1, 100, 30)
    first_cell, cell, inside_m = cross_cells(first, row, col, length_m, n_row, n_col)
    for street in range(15):
        a, b = first[street], first[street] + 1
        if row[a] == row[b] and col[a] == col[b]:
            continue
        wanted = naive.cells_of_segment(row[a], col[a], row[b], col[b], n_row, n_col)
        part = slice(first_cell[street], first_cell[street + 1])
        found = dict(zip(cell[part].tolist(), inside_m[part].tolist(), strict=True))
        for key in wanted.keys() | found.keys():
            assert found.get(key, 0.0) == pytest.approx(wanted.get(key, 0.0) * length_m[a], abs=1e-4)


def test_cells_come_in_order_and_join_across_the_points_of_a_street():
    row, col = np.array([0.5, 0.5, 0.5]), np.array([0.5, 0.7, 2.5])
    first = np.array([0, 3], dtype=np.int32)
    _, cell, inside_m = cross_cells(first, row, col, np.array([20.0, 180.0, 0.0]), 3, 3)
    assert cell.tolist() == [0, 1, 2]
    assert inside_m == pytest.approx([50.0, 100.0, 50.0])


def test_street_that_leaves_the_grid_and_returns_keeps_its_inner_parts():
    row, col = np.array([0.5, 0.5, 1.5, 1.5]), np.array([0.5, 5.0, 5.0, 0.5])
    _, cell, inside_m = cross_cells(np.array([0, 4], dtype=np.int32), row, col, np.array([45.0, 10.0, 45.0, 0.0]), 2, 2)
    assert cell.tolist() == [0, 1, 3, 2]
    assert inside_m == pytest.approx([5.0, 10.0, 10.0, 5.0])


def test_more_cells_than_first_thought_are_kept():
    _, cell, inside_m = cross_cells(
        np.array([0, 2], dtype=np.int32), np.array([0.5, 0.5]), np.array([0.0, 99.99]), np.array([100.0, 0.0]), 1, 100
    )
    assert cell.tolist() == list(range(100))
    assert inside_m.sum() == pytest.approx(100.0)


def test_nothing_outside_the_grid_and_nothing_without_streets():
    empty = np.empty(0)
    first_cell, cell, _ = cross_cells(np.array([0], dtype=np.int32), empty, empty, empty, 3, 3)
    assert first_cell.tolist() == [0] and cell.size == 0
    far = np.array([10.0, 12.0])
    first_cell, cell, _ = cross_cells(np.array([0, 2], dtype=np.int32), far, far, np.array([9.0, 0.0]), 3, 3)
    assert first_cell.tolist() == [0, 0] and cell.size == 0


def test_marked_streets_are_the_twins():
    rng = np.random.default_rng(4)
    allowed, barred = rng.integers(0, 64, (2, 40)).astype(np.uint8)
    street = rng.integers(0, 15, 40).astype(np.int32)
    for bit in range(6):
        found = mark_streets(allowed, barred, street, bit, 16)
        assert found.tolist() == naive.mark_streets(allowed, barred, street, bit, 16)
    none = np.empty(0, dtype=np.uint8)
    assert mark_streets(none, none, np.empty(0, dtype=np.int32), 0, 2).tolist() == [0, 0]


def test_projection_stays_on_the_segment():
    assert project_share(-1.0, 1.0, 1.0, 1.0) == 0.5
    assert project_share(1.0, 1.0, 2.0, 1.0) == 0.0
    assert project_share(-2.0, 1.0, -1.0, 1.0) == 1.0
    assert project_share(3.0, 4.0, 3.0, 4.0) == 0.0


@pytest.mark.parametrize("max_m", [30.0, 500.0, 1e6])
def test_nearest_is_the_twins(max_m):
    network = city(3)
    rng = np.random.default_rng(7)
    index = segment_index(network)
    west, south, east, north = network.index_grid.bounds
    for _ in range(25):
        lat, lon = rng.uniform(south - 0.01, north + 0.01), rng.uniform(west - 0.01, east + 0.01)
        usable = (rng.random(network.n_street) < rng.choice([0.05, 0.5, 1.0])).astype(np.uint8)
        m_lon = M_PER_DEG_LAT * math.cos(math.radians(lat))
        point, share, distance_m = nearest_segment(index, usable, lat, lon, M_PER_DEG_LAT, m_lon, max_m)
        wanted = naive.nearest_segment(
            network.point_lat_deg,
            network.point_lon_deg,
            network.street_first_point,
            usable,
            place=(lat, lon),
            m_per_deg=(M_PER_DEG_LAT, m_lon),
            max_m=max_m,
        )
        assert (point < 0) == (wanted[0] < 0)
        if point >= 0:
            assert distance_m == pytest.approx(wanted[2], abs=1e-6)
            assert usable[network.point_street[point]] == 1
            assert 0.0 <= share <= 1.0


def test_nearest_finds_nothing_where_no_street_is_usable():
    network = city(3)
    none = np.zeros(network.n_street, dtype=np.uint8)
    found = nearest_segment(segment_index(network), none, -29.95, -71.3, M_PER_DEG_LAT, M_PER_DEG_LAT, 1e9)
    assert found[0] == -1


@pytest.mark.parametrize("seed", range(4))
def test_drawn_line_is_the_twins(seed):
    network = city(seed)
    rng = np.random.default_rng(seed)
    streets = rng.integers(0, network.n_street, 5).astype(np.int32)
    lines, begin_m, end_m = [], [], []
    for i, street in enumerate(streets):
        part = slice(network.street_first_point[street], network.street_first_point[street + 1])
        lat, lon = network.point_lat_deg[part].tolist(), network.point_lon_deg[part].tolist()
        along = [0.0]
        for k in range(len(lat) - 1):
            along.append(along[-1] + arc_rad(lat[k], lon[k], lat[k + 1], lon[k + 1]) * EARTH_RADIUS_M)
        lines.append((along, lat, lon))
        cut = sorted(rng.uniform(0, along[-1], 2)) if i in (0, 4) else [0.0, along[-1]]
        begin, end = cut if rng.random() < 0.5 else cut[::-1]
        begin_m.append(begin)
        end_m.append(end)
    found = trace_path(
        network.street_first_point,
        network.point_lat_deg,
        network.point_lon_deg,
        streets,
        np.array(begin_m),
        np.array(end_m),
        EARTH_RADIUS_M,
    )
    wanted = naive.trace_path(lines, begin_m, end_m)
    assert np.stack(found[:2], axis=1) == pytest.approx(np.array(wanted), abs=1e-12)
    assert len(found[2]) == len(found[0]) - 1
    assert np.unique(found[2]).tolist() == [0, 1, 2, 3, 4]


def test_path_without_length_has_two_equal_points():
    network = city(1)
    at = np.array([5.0])
    lat, lon, owner = trace_path(
        network.street_first_point,
        network.point_lat_deg,
        network.point_lon_deg,
        np.array([0], dtype=np.int32),
        at,
        at,
        EARTH_RADIUS_M,
    )
    assert lat[0] == lat[1] and lon[0] == lon[1] and owner.tolist() == [0]
