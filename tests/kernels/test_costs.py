import math

import numpy as np
import pytest

from risk_core.kernels.costs import (
    LineRule,
    blend_costs,
    metres_along_line,
    rings_cross,
    segment_meets_rings,
    segments_touch,
    streets_in_rings,
    travel_times,
)
from risk_core.state.nearest import segment_index
from risk_core.units import M_PER_DEG_LAT
from tests.naive import costs as naive
from tests.routes.cities import city

RULE = LineRule(15.0, math.cos(math.radians(30.0)), 5.0)


def test_times_are_the_twins():
    rng = np.random.default_rng(0)
    length_m = rng.uniform(0, 300, 60).astype(np.float32)
    speed = np.where(rng.random(60) < 0.2, 0, rng.uniform(0.5, 20, 60)).astype(np.float32)
    closed = rng.integers(0, 64, 60).astype(np.uint8)
    for bit in range(6):
        wanted = naive.travel_times(length_m, speed, closed, bit)
        assert travel_times(length_m, speed, closed, bit) == pytest.approx(wanted, rel=1e-6)


def test_no_edges_cost_nothing():
    none = np.empty(0, dtype=np.float32)
    assert travel_times(none, none, np.empty(0, np.uint8), 0).size == 0
    assert blend_costs(none, none, 1.0, 20.0).size == 0


def test_blend_is_the_twins():
    rng = np.random.default_rng(1)
    times = np.append(rng.uniform(0, 100, 20), [np.inf, 0.0, 1e9]).astype(np.float32)
    danger = rng.uniform(0, 13, 23).astype(np.float32)
    for weight in (0.0, 2.0, 20.0):
        wanted = naive.blend_costs(times.tolist(), danger.tolist(), weight, 20.0)
        assert blend_costs(times, danger, weight, 20.0).tolist() == wanted


def test_segments_touch_is_the_twins_on_a_small_lattice_of_points():
    rng = np.random.default_rng(2)
    for _ in range(300):
        points = rng.integers(0, 4, 8).astype(float)
        pairs = [tuple(points[i : i + 2]) for i in range(0, 8, 2)]
        assert segments_touch(*points) == naive.segments_touch(*pairs)


def rings_of(rng, n_ring):
    """Random polygons round nearby centres, so that some are holes."""
    rings = []
    for _ in range(n_ring):
        angle = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 8))))
        reach = rng.uniform(0.5, 3)
        rings.append([(5 + reach * math.cos(a), 5 + reach * math.sin(a)) for a in angle])
    return rings


@pytest.mark.parametrize("seed", range(4))
def test_segment_in_rings_is_the_twins(seed):
    rng = np.random.default_rng(seed)
    rings = rings_of(rng, 1 + seed % 3)
    if seed == 3:
        rings = [[*ring, ring[0]] for ring in rings]
    first = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int32)
    x, y = np.array([p for ring in rings for p in ring]).T.copy()
    for _ in range(40):
        a = rng.uniform(1, 9, 2)
        b = a + rng.uniform(-1, 1, 2)
        assert segment_meets_rings(*a, *b, first, x, y) == naive.segment_meets_rings(tuple(a), tuple(b), rings)


@pytest.mark.parametrize("seed", range(3))
def test_streets_in_rings_are_the_twins(seed):
    network = city(seed)
    rng = np.random.default_rng(seed)
    lat0, lon0 = network.point_lat_deg.mean(), network.point_lon_deg.mean()
    rings = [[(lon0 + (x - 5) * 6e-4, lat0 + (y - 5) * 6e-4) for x, y in ring] for ring in rings_of(rng, 2)]
    first = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int32)
    lon, lat = np.array([p for ring in rings for p in ring]).T.copy()
    met = streets_in_rings(segment_index(network), network.n_street, first, lat, lon)
    wanted = np.zeros(network.n_street, dtype=np.uint8)
    for street in range(network.n_street):
        for k in range(network.street_first_point[street], network.street_first_point[street + 1] - 1):
            a, b = ((network.point_lon_deg[i], network.point_lat_deg[i]) for i in (k, k + 1))
            wanted[street] |= naive.segment_meets_rings(a, b, rings)
    assert met.tolist() == wanted.tolist()
    assert 0 < met.sum() < network.n_street


@pytest.mark.parametrize("seed", range(30))
def test_crossing_rings_are_the_twins(seed):
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 6))
    outer = np.stack([np.cos(angle), np.sin(angle)], axis=1) * rng.uniform(0.5, 1, (6, 1))
    if seed % 3 == 0:
        outer = rng.permutation(outer)
    hole = rng.integers(-2, 3, (3, 2)) * 0.2
    rings = [outer, hole] if seed % 2 else [outer]
    first = np.cumsum([0, *map(len, rings)]).astype(np.int32)
    every = np.concatenate(rings)
    found = rings_cross(first, every[:, 0].copy(), every[:, 1].copy())
    assert bool(found) == naive.rings_cross([ring.tolist() for ring in rings])


def test_rings_far_away_meet_nothing():
    network = city(1)
    lat, lon = np.array([10.0, 10.1, 10.1]), np.array([10.0, 10.0, 10.1])
    assert not streets_in_rings(
        segment_index(network), network.n_street, np.array([0, 3], dtype=np.int32), lat, lon
    ).any()


@pytest.mark.parametrize("seed", range(3))
def test_metres_along_a_line_are_the_twins(seed):
    network = city(seed)
    rng = np.random.default_rng(seed)
    node = rng.integers(0, network.n_node, 4)
    lat, lon = network.node_lat_deg[node], network.node_lon_deg[node]
    m_lon = M_PER_DEG_LAT * math.cos(math.radians(lat[0]))
    found = metres_along_line(segment_index(network), network.n_street, lat, lon, M_PER_DEG_LAT, m_lon, RULE)

    def plane(some_lat, some_lon):
        return [((o - lon[0]) * m_lon, (a - lat[0]) * M_PER_DEG_LAT) for a, o in zip(some_lat, some_lon, strict=True)]

    for street in range(network.n_street):
        part = slice(network.street_first_point[street], network.street_first_point[street + 1])
        points = plane(network.point_lat_deg[part], network.point_lon_deg[part])
        assert found[street] == pytest.approx(naive.metres_along_line(points, plane(lat, lon), 15.0, 30.0, 5.0))
    assert found.any()


def test_line_without_length_runs_along_nothing():
    network = city(1)
    lat, lon = np.full(2, network.node_lat_deg[0]), np.full(2, network.node_lon_deg[0])
    index = segment_index(network)
    assert not metres_along_line(index, network.n_street, lat, lon, M_PER_DEG_LAT, M_PER_DEG_LAT, RULE).any()
