from dataclasses import replace

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.state.nearest import find_nearest, street_length_m
from risk_core.state.network import network_from_streets
from risk_core.state.profile import PROFILES, Profile, profile_position
from tests.naive.network import arc_rad
from tests.routes.cities import city, city_grid, city_table
from tests.tiny import N, node_position, tiny_grid, tiny_streets


def test_rows_hold_every_edge_both_ways():
    for seed in range(4):
        network = city(seed)
        for node in range(network.n_node):
            out = np.arange(network.first_out[node], network.first_out[node + 1])
            assert (network.tail[out] == node).all()
            into = network.in_edge[network.first_in[node] : network.first_in[node + 1]]
            assert (network.head[into] == node).all()
        assert sorted(network.in_edge.tolist()) == list(range(network.n_edge))
        for array in (network.first_out, network.head, network.street, network.street_cell, network.index_point):
            assert array.dtype == np.int32 and array.flags.c_contiguous


def test_edges_follow_the_table():
    table = city_table(2)
    network = city(2)
    for edge in range(network.n_edge):
        street = network.street[edge]
        ends = (table.tail[street], table.head[street])
        speed = table.forward_m_per_s if network.is_forward[edge] else table.backward_m_per_s
        assert (network.tail[edge], network.head[edge]) == (ends if network.is_forward[edge] else ends[::-1])
        assert (network.speed_m_per_s[:, edge] == speed[:, street]).all()
        assert (speed[:, street] > 0).any()
        assert network.street_edge[1 - network.is_forward[edge], street] == edge
    assert network.n_edge == int(
        (table.forward_m_per_s > 0).any(axis=0).sum() + (table.backward_m_per_s > 0).any(axis=0).sum()
    )
    missing = np.argwhere(network.street_edge < 0)
    assert all(not ((table.backward_m_per_s if way else table.forward_m_per_s)[:, s] > 0).any() for way, s in missing)


def test_lengths_are_great_circles_along_the_points():
    network = city(1)
    for street in range(network.n_street):
        a, b = network.street_first_point[street], network.street_first_point[street + 1]
        lat, lon = network.point_lat_deg, network.point_lon_deg
        wanted = sum(arc_rad(lat[k], lon[k], lat[k + 1], lon[k + 1]) for k in range(a, b - 1)) * 6_371_008.8
        edges = network.street_edge[:, street]
        assert network.length_m[edges[edges >= 0]] == pytest.approx(wanted, rel=1e-6)
        assert street_length_m(network, street) == pytest.approx(wanted, rel=1e-9)
        assert (network.point_street[a:b] == street).all()


def test_metres_in_cells_add_up_to_the_street_inside_the_grid():
    network = network_from_streets(city_table(3), city_grid())
    for street in range(network.n_street):
        part = slice(network.street_first_cell[street], network.street_first_cell[street + 1])
        assert network.street_cell_length_m[part].sum() == pytest.approx(street_length_m(network, street), rel=1e-4)
        assert (np.diff(network.street_cell[part]) != 0).all()


def test_snapping_stays_in_the_largest_part_of_each_profile(area):
    network = area.network
    on_island = network.tail >= N * N
    assert (network.snap_mask[on_island] == 0).all() and on_island.any()
    steps = network.street[np.flatnonzero((network.tail == 8) & (network.head == 14))[0]]
    walk, wheelchair = (1 << profile_position(p) for p in (Profile.WALK, Profile.WHEELCHAIR))
    edges = network.street_edge[:, steps]
    assert (network.snap_mask[edges] & walk).all() and not (network.snap_mask[edges] & wheelchair).any()


def test_dead_end_reached_only_one_way_is_no_place_to_start():
    table = tiny_streets()
    backward = table.backward_m_per_s.copy()
    backward[3, 0] = 0.0  # street 0-1: cars eastward only
    forward = table.forward_m_per_s.copy()
    only = np.flatnonzero((table.tail == 0) & (table.head == N))[0]
    forward[3, only] = backward[3, only] = 0.0  # and no other street for cars at node 0
    network = network_from_streets(replace(table, forward_m_per_s=forward, backward_m_per_s=backward), tiny_grid())
    car = 1 << profile_position(Profile.CAR)
    edge = network.street_edge[0, 0]
    assert network.speed_m_per_s[3, edge] > 0 and not network.snap_mask[edge] & car


def test_forbidden_turns_become_sorted_pairs(area):
    network = area.network
    pairs = list(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    ((a, b),) = pairs
    assert (network.tail[a], network.head[a], network.head[b]) == (7, 8, 2)
    table = tiny_streets()
    twice = replace(
        table,
        turn_from_street=np.repeat(table.turn_from_street, 2),
        turn_via_node=np.repeat(table.turn_via_node, 2),
        turn_to_street=np.repeat(table.turn_to_street, 2),
    )
    assert network_from_streets(twice, tiny_grid()).turn_from.tolist() == [a]


def test_table_is_not_changed():
    table = tiny_streets()
    before = {name: np.copy(getattr(table, name)) for name in ("tail", "point_lat_deg", "forward_m_per_s")}
    network = network_from_streets(table, tiny_grid())
    network.point_lat_deg[:] = 0.0
    assert all((getattr(table, name) == value).all() for name, value in before.items())


def test_nearest_place_says_where_on_the_street_it_is(area):
    network = area.network
    lat, lon = node_position(0)
    lon_east = lon + 0.3 * (node_position(1)[1] - lon)
    every = np.ones(network.n_street, dtype=np.uint8)
    found = find_nearest(network, lat - 2e-5, lon_east, every, 500.0)
    assert found.street == 0
    assert found.along_m == pytest.approx(30.0, abs=0.01)
    assert (found.lat_deg, found.lon_deg) == pytest.approx((lat, lon_east))
    assert found.distance_m == pytest.approx(2e-5 * 111_195.08)
    assert find_nearest(network, lat - 0.01, lon, every, 500.0) is None


def broken(**changes):
    return replace(tiny_streets(), **changes)


def changed(name, position, value):
    array = getattr(tiny_streets(), name).copy()
    array[position] = value
    return broken(**{name: array})


@pytest.mark.parametrize(
    ("table", "argument"),
    [
        (broken(tail=np.zeros(3, dtype=np.int32)), "head"),
        (broken(names=()), "name"),
        (broken(forward_m_per_s=np.zeros((2, 61), dtype=np.float32)), "forward_m_per_s"),
        (changed("node_lat_deg", 3, np.nan), "node_lat_deg"),
        (changed("node_lon_deg", 3, 181.0), "node_lon_deg"),
        (changed("point_lat_deg", 3, -90.0), "point_lat_deg"),
        (changed("tail", 4, 99), "tail"),
        (changed("head", 4, -1), "head"),
        (changed("head", 4, 0), "head"),
        (changed("first_point", 1, 1), "first_point"),
        (changed("first_point", -1, 121), "first_point"),
        (changed("backward_m_per_s", (0, 3), -1.0), "backward_m_per_s"),
        (changed("forward_m_per_s", (5, 3), np.inf), "forward_m_per_s"),
        (changed("forward_m_per_s", (0, 3), 130.0), "forward_m_per_s"),
        (changed("road_class", 3, 12), "road_class"),
        (broken(tail=tiny_streets().tail.astype(np.float64)), "tail"),
        (broken(turn_via_node=np.full(len(tiny_streets().turn_via_node), np.nan)), "turn_via_node"),
        (changed("turn_via_node", 0, 3), "turn_from_street"),
        (changed("turn_to_street", 0, 61), "turn_to_street"),
        (broken(forward_m_per_s=np.zeros((6, 61)), backward_m_per_s=np.zeros((6, 61))), "forward_m_per_s, backward"),
    ],
)
def test_faulty_tables_are_refused_with_the_array_named(table, argument):
    with pytest.raises(InputError) as caught:
        network_from_streets(table, tiny_grid())
    assert argument in str(caught.value)
    assert all(fault.remedy and fault.wanted for fault in caught.value.faults)


def test_all_faults_come_at_once():
    table = tiny_streets()
    lat = table.node_lat_deg.copy()
    lat[[1, 5]] = np.nan
    name = table.name.copy()
    name[2] = 77
    with pytest.raises(InputError) as caught:
        network_from_streets(replace(table, node_lat_deg=lat, name=name), tiny_grid())
    assert [fault.argument for fault in caught.value.faults] == ["name", "node_lat_deg"]
    assert "wrong in 2 of 38 records, first at 1" in str(caught.value)


def test_empty_network_is_refused():
    ints, floats = np.empty(0, dtype=np.int32), np.empty(0)
    speed = np.empty((len(PROFILES), 0), dtype=np.float32)
    empty = broken(
        tail=ints,
        head=ints,
        first_point=np.zeros(1, dtype=np.int32),
        point_lat_deg=floats,
        point_lon_deg=floats,
        road_class=ints,
        flags=ints,
        forward_m_per_s=speed,
        backward_m_per_s=speed,
        name=ints,
        turn_from_street=ints,
        turn_via_node=ints,
        turn_to_street=ints,
    )
    with pytest.raises(InputError, match="streets is empty; wanted at least one street"):
        network_from_streets(empty, tiny_grid())


def test_far_flung_streets_get_larger_buckets_and_are_still_found():
    table = tiny_streets()
    lat, lon = table.node_lat_deg.copy(), table.node_lon_deg.copy()
    lat[-2:] += 60.0
    lon[-2:] += 100.0
    point_lat, point_lon = table.point_lat_deg.copy(), table.point_lon_deg.copy()
    point_lat[-2:] += 60.0
    point_lon[-2:] += 100.0
    moved = replace(table, node_lat_deg=lat, node_lon_deg=lon, point_lat_deg=point_lat, point_lon_deg=point_lon)
    network = network_from_streets(moved, tiny_grid())
    assert network.index_grid.n_cell < 5_000_000
    every = np.ones(network.n_street, dtype=np.uint8)
    assert find_nearest(network, float(lat[-1]), float(lon[-1]), every, 500.0).street == network.n_street - 1


def swapped_rows():
    first = tiny_streets().first_point.copy()
    first[[5, 6]] = first[[6, 5]]
    return broken(first_point=first)


def backwards():
    """Points in reverse: every street runs from its head to its tail."""
    table = tiny_streets()
    return broken(tail=table.head, head=table.tail)


@pytest.mark.parametrize(
    ("table", "argument", "wrong"),
    [
        (changed("forward_m_per_s", (0, 3), np.nan), "forward_m_per_s", "wrong in 1 of 61 records, first at 3"),
        (changed("backward_m_per_s", (5, 60), -np.inf), "backward_m_per_s", "wrong in 1 of 61 records, first at 60"),
        (changed("point_lon_deg", 7, np.nan), "point_lon_deg", "wrong in 1 of 122 records, first at 7"),
        (changed("point_lat_deg", 7, np.inf), "point_lat_deg", "wrong in 1 of 122 records, first at 7"),
        (changed("first_point", 0, -2), "first_point", "from -2 to 122"),
        (changed("turn_from_street", 0, -1), "turn_from_street", "wrong in 1 of 1 records"),
        (changed("turn_via_node", 0, 38), "turn_via_node", "wrong in 1 of 1 records"),
        (changed("name", 0, -2), "name", "wrong in 1 of 61 records"),
        (broken(tail=tiny_streets().tail.astype(np.int64) + 2**32), "tail", "wrong in 61 of 61 records"),
        (broken(node_lon_deg=np.zeros(37)), "node_lon_deg", "of shape (37,)"),
        (broken(turn_to_street=np.zeros(2, dtype=np.int32)), "turn_to_street", "of shape (2,)"),
        (swapped_rows(), "first_point", "first at 5"),
        (backwards(), "tail", "wrong in 61 of 61 records"),
    ],
)
def test_malformed_tables_are_refused_with_the_record_named(table, argument, wrong):
    with pytest.raises(InputError) as caught:
        network_from_streets(table, tiny_grid())
    faults = [fault for fault in caught.value.faults if fault.argument == argument]
    assert faults and wrong in faults[0].value, str(caught.value)
    assert faults[0].wanted and faults[0].remedy


def test_streets_given_twice_stay_two_streets():
    """A second street between the same nodes is no fault; each keeps its own length and speed."""
    table = tiny_streets()
    twice = np.append(np.arange(61), 0)
    speed = table.forward_m_per_s[:, twice].copy()
    speed[:, -1] *= 2.0
    network = network_from_streets(
        replace(
            table,
            tail=table.tail[twice],
            head=table.head[twice],
            first_point=np.append(table.first_point, table.first_point[-1] + 2),
            point_lat_deg=np.append(table.point_lat_deg, table.point_lat_deg[:2]),
            point_lon_deg=np.append(table.point_lon_deg, table.point_lon_deg[:2]),
            road_class=table.road_class[twice],
            flags=table.flags[twice],
            forward_m_per_s=speed,
            backward_m_per_s=table.backward_m_per_s[:, twice],
            name=table.name[twice],
        ),
        tiny_grid(),
    )
    assert network.n_street == 62
    first, second = network.street_edge[0, [0, 61]]
    assert network.tail[first] == network.tail[second] and network.head[first] == network.head[second]
    assert network.speed_m_per_s[:, second] == pytest.approx(2.0 * network.speed_m_per_s[:, first])
    assert network.length_m[second] == network.length_m[first] > 0


def test_lengths_are_never_negative_or_missing():
    for seed in range(3):
        network = city(seed)
        assert np.isfinite(network.length_m).all() and (network.length_m > 0).all()
        assert (network.street_cell_length_m >= 0).all()
