from itertools import pairwise

import numpy as np
import pytest

from risk_core.kernels.network import place_at, segment_arcs_rad
from risk_core.kernels.routes import (
    Ends,
    Rules,
    count_ways_on,
    drop_first,
    is_forbidden,
    least_ratio,
    push,
    search_edges,
)
from risk_core.routes.search import least_cost_per_rad, topology_of
from tests.naive import routes as naive
from tests.routes.cities import city


def test_heap_gives_back_in_order():
    rng = np.random.default_rng(0)
    for n in (0, 1, 2, 3, 40):
        key, item, size = np.empty(64), np.empty(64, dtype=np.int32), 0
        values = rng.integers(0, 10, n).astype(float)
        for i, value in enumerate(values):
            size = push(key, item, size, value, i)
        assert size == n
        out = []
        while size > 0:
            assert values[item[0]] == key[0]
            out.append(key[0])
            size = drop_first(key, item, size)
        assert out == sorted(values)


def test_forbidden_turns_are_found_among_their_neighbours():
    turn_from, turn_to = np.array([2, 2, 5], dtype=np.int32), np.array([1, 4, 0], dtype=np.int32)
    pairs = {(a, b) for a in range(7) for b in range(7) if is_forbidden(turn_from, turn_to, a, b)}
    assert pairs == {(2, 1), (2, 4), (5, 0)}
    none = np.empty(0, dtype=np.int32)
    assert not is_forbidden(none, none, 0, 0)


def ends_between(network, cost, start_street, stop_street, share):
    """The same ends for kernel and twin: both ways of two streets, cut at `share`, and the place of the stop."""
    edges, prices = [[], []], [[], []]
    for i, street in enumerate((start_street, stop_street)):
        for edge in network.street_edge[:, street]:
            is_open = edge >= 0 and np.isfinite(cost[edge])
            if not is_open:
                continue
            ahead = share if network.is_forward[edge] else 1 - share
            edges[i].append(int(edge))
            prices[i].append(float(cost[edge]) * ((1 - ahead) if i == 0 else ahead))
    first, last = network.street_first_point[stop_street], network.street_first_point[stop_street + 1]
    lat, lon = network.point_lat_deg[first:last], network.point_lon_deg[first:last]
    arcs = segment_arcs_rad(np.array([0, len(lat)], dtype=np.int32), lat, lon)
    along = np.concatenate([[0], np.cumsum(arcs[:-1])])
    place = place_at(along, lat, lon, share * along[-1])
    start, stop = (np.array(some, dtype=np.int32) for some in edges)
    kernel_ends = Ends(start, np.array(prices[0]), stop, np.array(prices[1]), *place)
    twin = [dict(zip(edges[i], prices[i], strict=True)) for i in range(2)]
    return kernel_ends, *twin


@pytest.mark.parametrize("obeys_turns", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_search_is_the_twins(seed, obeys_turns):
    network = city(seed, 4)
    rng = np.random.default_rng(seed)
    speed = network.speed_m_per_s[3 if obeys_turns else 0]
    cost = np.full(network.n_edge, np.inf, dtype=np.float32)
    np.divide(network.length_m, speed, out=cost, where=speed > 0)
    cost[rng.random(network.n_edge) < 0.1] = np.inf
    cost *= rng.choice([1.0, 5.0], network.n_edge)
    u_turn = 30.0 if obeys_turns else 0.0
    rules = Rules(u_turn, int(obeys_turns), least_cost_per_rad(network, cost))
    for _ in range(6):
        streets = rng.integers(0, network.n_street, 2)
        ends, starts, stops = ends_between(network, cost, *streets, rng.random())
        wanted, _ = naive.search_edges(network, cost, starts, stops, u_turn=u_turn, obeys_turns=obeys_turns)
        edges, found, _ = search_edges(topology_of(network), cost, ends, rules, np.inf)
        assert found == pytest.approx(wanted, rel=1e-9)
        if not len(edges):
            continue
        path = edges.tolist()
        assert naive.re_add(network, cost, path, starts, stops, u_turn=u_turn) == pytest.approx(found, rel=1e-9)
        assert all(network.head[a] == network.tail[b] for a, b in pairwise(path))
        forbidden = set(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
        assert not (obeys_turns and forbidden & set(pairwise(path)))
        nothing, _, _ = search_edges(topology_of(network), cost, ends, rules, found)
        assert nothing.size == 0


def test_ways_on_and_least_ratio_are_the_twins():
    network = city(2, 4)
    rng = np.random.default_rng(2)
    times = np.where(rng.random(network.n_edge) < 0.3, np.inf, rng.random(network.n_edge)).astype(np.float32)
    path = rng.integers(0, network.n_edge, 10).astype(np.int32)
    found = count_ways_on(network.first_out, network.head, network.street, times, path)
    assert found.tolist() == naive.count_ways_on(network, times, path)
    wanted = naive.least_ratio(times.tolist(), network.length_m.tolist())
    assert least_ratio(times, network.length_m) == pytest.approx(wanted, rel=1e-6)
    barred = np.full(3, np.inf, dtype=np.float32)
    assert least_ratio(barred, np.ones(3, dtype=np.float32)) == 0.0
    assert least_ratio(np.ones(3, dtype=np.float32), np.zeros(3, dtype=np.float32)) == 0.0


def test_search_without_ends_finds_nothing():
    network = city(1, 4)
    none, never = np.empty(0, dtype=np.int32), np.empty(0)
    ends = Ends(none, never, none, never, 0.0, 0.0)
    edges, cost, n_settled = search_edges(
        topology_of(network), np.ones(network.n_edge, dtype=np.float32), ends, Rules(0.0, 0, 0.0), np.inf
    )
    assert edges.size == 0 and cost == np.inf and n_settled == 0
