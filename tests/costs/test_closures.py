import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.costs.closures import close_edges, close_slices, closure_faults, streets_met
from risk_core.errors import InputError
from risk_core.state.profile import Profile, profile_position
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape
from tests.routes.cities import city
from tests.tiny import D_LAT_DEG, D_LON_DEG, SOUTH_DEG, WEST_DEG


def place(row, col):
    """(lat, lon) on the tiny lattice, in blocks of 100 m from its south-west corner."""
    return SOUTH_DEG + row * D_LAT_DEG, WEST_DEG + col * D_LON_DEG


def shape(kind, *parts):
    return Shape(kind, tuple(np.array([place(*p) for p in part]) for part in parts))


def closure(a_shape, *, from_s=0.0, until_s=math.inf, profiles=(), closure_id="c1"):
    return Closure(closure_id, ClosureReason.FLOOD, "Low Street", a_shape, from_s, until_s, profiles, "test", True)


def box(south, west, north, east):
    return [(south, west), (south, east), (north, east), (north, west)]


def ends_met(network, a_shape):
    """Streets met, as pairs of lattice nodes."""
    first = network.street_edge.max(axis=0)[streets_met(network, a_shape)]
    return {tuple(sorted((int(network.tail[e]), int(network.head[e])))) for e in first}


def test_polygon_takes_streets_inside_crossing_and_touching(area):
    inside = shape(GeometryKind.POLYGON, box(0.5, 0.5, 1.5, 1.5))
    assert ends_met(area.network, inside) == {(7, 8), (6, 7), (7, 13), (1, 7)}
    between = shape(GeometryKind.POLYGON, box(0.2, 0.2, 0.8, 0.8))
    assert ends_met(area.network, between) == set()
    across_one = shape(GeometryKind.POLYGON, box(0.4, 0.9, 0.6, 1.1))
    assert ends_met(area.network, across_one) == {(1, 7)}


def test_hole_of_a_polygon_stays_open(area):
    holed = shape(GeometryKind.POLYGON, box(-0.5, -0.5, 2.5, 2.5), box(0.5, 0.5, 1.5, 1.5))
    whole = shape(GeometryKind.POLYGON, box(-0.5, -0.5, 2.5, 2.5))
    assert ends_met(area.network, whole) == ends_met(area.network, holed)
    small = shape(GeometryKind.POLYGON, box(0.1, -0.5, 0.9, 5.5), box(0.2, 2.5, 0.8, 3.5))
    assert (3, 9) in ends_met(area.network, small)
    cut = shape(GeometryKind.POLYGON, box(-0.5, -0.5, 5.5, 5.5), box(-0.4, 1.5, 5.4, 2.5))
    assert not ends_met(area.network, cut) & {(2, 8), (8, 14), (14, 20)}


def test_line_closes_what_runs_along_it_and_not_what_it_crosses(area):
    along = shape(GeometryKind.LINE, [(1.05, 1.0), (1.05, 3.0)])
    assert ends_met(area.network, along) == {(7, 8), (8, 9)}
    part = shape(GeometryKind.LINE, [(1.0, 1.2), (1.0, 1.6)])
    assert ends_met(area.network, part) == {(7, 8)}
    too_far = shape(GeometryKind.LINE, [(1.2, 1.0), (1.2, 3.0)])
    assert ends_met(area.network, too_far) == set()
    slanted = shape(GeometryKind.LINE, [(0.0, 0.0), (1.0, 1.0)])
    assert ends_met(area.network, slanted) == set()
    two = shape(GeometryKind.LINE, [(0, 0), (0, 1)], [(3, 3), (4, 3)])
    assert ends_met(area.network, two) == {(0, 1), (21, 27)}


def test_point_closes_the_nearest_street_within_reach(area):
    assert ends_met(area.network, shape(GeometryKind.POINT, [(1.1, 1.5)])) == {(7, 8)}
    assert ends_met(area.network, shape(GeometryKind.POINT, [(1.4, 1.5)])) == set()
    assert ends_met(area.network, shape(GeometryKind.POINT, [(1.1, 1.5)], [(2.5, 4.1)])) == {(7, 8), (16, 22)}


def test_both_ways_close_only_while_in_force_and_only_for_those_named(area):
    network = area.network
    one = closure(shape(GeometryKind.POINT, [(1.0, 1.5)]), from_s=10.0, until_s=20.0, profiles=(Profile.CAR,))
    for now_s, is_in_force in ((9.9, False), (10.0, True), (19.9, True), (20.0, False)):
        closed = close_edges(network, [one], now_s)
        assert (closed.closed_mask > 0).sum() == (2 if is_in_force else 0)
        assert (closed.edge_closure >= 0).sum() == (2 if is_in_force else 0)
    mask = close_edges(network, [one], 10.0).closed_mask
    assert set(mask[mask > 0].tolist()) == {1 << profile_position(Profile.CAR)}
    for_all = closure(one.shape, from_s=0.0)
    assert close_edges(network, [for_all], 10.0).closed_mask.max() == 0b111111


def test_closures_on_one_street_add_up_and_the_first_is_named(area):
    point = shape(GeometryKind.POINT, [(1.0, 1.5)])
    wide = shape(GeometryKind.POLYGON, box(0.5, 0.5, 1.5, 1.5))
    first = closure(point, profiles=(Profile.CAR,), closure_id="a")
    second = closure(wide, profiles=(Profile.WALK,), closure_id="b")
    closed = close_edges(area.network, [first, second], 0.0)
    both = closed.edge_closure == 0
    assert both.sum() == 2 and (closed.edge_closure == 1).sum() == 6
    assert set(closed.closed_mask[both].tolist()) == {0b001001}
    assert set(closed.closed_mask[closed.edge_closure == 1].tolist()) == {0b000001}


def test_nothing_closed_without_closures(area):
    closed = close_edges(area.network, [], 0.0)
    assert not closed.closed_mask.any() and (closed.edge_closure == -1).all()
    assert closed.closed_mask.dtype == np.uint8 and closed.edge_closure.dtype == np.int32


def test_faulty_shapes_and_times_are_all_named():
    line = Shape(GeometryKind.LINE, (np.array([[1.0, 2.0]]),))
    ring = Shape(GeometryKind.POLYGON, (np.array([[1.0, 2.0], [1.0, np.nan], [2.0, 2.0]]),))
    none = Shape(GeometryKind.POINT, ())
    fine = Shape(GeometryKind.POINT, (np.array([[1.0, 2.0]]),))
    closures = [closure(s, closure_id=f"c{i}") for i, s in enumerate((line, ring, none))]
    closures.append(closure(fine, from_s=5.0, until_s=5.0, closure_id="c3"))
    with pytest.raises(InputError) as caught:
        close_edges(city(1), closures, 0.0)
    assert [fault.place for fault in caught.value.faults] == ["closure c0", "closure c1", "closure c2", "closure c3"]
    assert "2 or more points of a line" in str(caught.value) and "Give inf" in str(caught.value)
    assert closure_faults([closure(fine)]) == []


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_polygon_agrees_with_shapely(seed):
    network = city(seed % 7)
    rng = np.random.default_rng(seed)
    centre = rng.uniform(0, 4, 2)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 6))
    reach = rng.uniform(0.1, 1.5, 6)
    ring = [(centre[0] + r * math.sin(a), centre[1] + r * math.cos(a)) for a, r in zip(angle, reach, strict=True)]
    polygon = shape(GeometryKind.POLYGON, ring)
    area_of_it = shapely.Polygon(polygon.parts[0])
    if not area_of_it.is_valid:
        return
    met = streets_met(network, polygon)
    for street in range(network.n_street):
        part = slice(network.street_first_point[street], network.street_first_point[street + 1])
        line = shapely.LineString(np.stack([network.point_lat_deg[part], network.point_lon_deg[part]], axis=1))
        assert met[street] == line.intersects(area_of_it)


def test_slices_are_the_closed_masks_of_their_moments(area):
    early = closure(shape(GeometryKind.POLYGON, box(0.5, 0.5, 1.5, 1.5)), from_s=100.0, until_s=200.0)
    late = closure(shape(GeometryKind.LINE, [(2, 0), (2, 3)]), from_s=150.0, profiles=(Profile.CAR,), closure_id="c2")
    at_s = np.array([0.0, 100.0, 150.0, 199.9, 200.0, 1e9])
    found = close_slices(area.network, [early, late], at_s)
    for mask, moment in zip(found, at_s, strict=True):
        np.testing.assert_array_equal(mask, close_edges(area.network, [early, late], moment).closed_mask)
    assert len({mask.tobytes() for mask in found}) == 4
    with pytest.raises(InputError, match="until_s"):
        close_slices(area.network, [closure(early.shape, from_s=5.0, until_s=5.0)], at_s)
