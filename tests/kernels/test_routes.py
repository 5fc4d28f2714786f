from itertools import pairwise

import numpy as np
import pytest

from risk_core.kernels.hierarchy import INF_COST, TurnRule
from risk_core.kernels.potential import open_bounds
from risk_core.kernels.routes import EdgeEnds, count_ways_on, is_forbidden, search_edges
from risk_core.routes.search import topology_of
from tests.naive import routes as naive
from tests.routes.cities import city


def test_forbidden_turns_are_found_among_their_neighbours():
    turn_from, turn_to = np.array([2, 2, 5], dtype=np.int32), np.array([1, 4, 0], dtype=np.int32)
    pairs = {(a, b) for a in range(7) for b in range(7) if is_forbidden(turn_from, turn_to, a, b)}
    assert pairs == {(2, 1), (2, 4), (5, 0)}
    none = np.empty(0, dtype=np.int32)
    assert not is_forbidden(none, none, 0, 0)


def ends_between(network, cost, start_street, stop_street, share):
    """The same ends for kernel and twin: both ways of two streets, cut at `share`."""
    edges, prices = [[], []], [[], []]
    for i, street in enumerate((start_street, stop_street)):
        for edge in network.street_edge[:, street]:
            if edge < 0 or cost[edge] >= INF_COST:
                continue
            ahead = share if network.is_forward[edge] else 1 - share
            edges[i].append(int(edge))
            prices[i].append(round(int(cost[edge]) * ((1 - ahead) if i == 0 else ahead)))
    start, start_cost, stop, stop_cost = (
        np.array(some, dtype=np.int32) for some in (edges[0], prices[0], edges[1], prices[1])
    )
    twin = [dict(zip(edges[i], prices[i], strict=True)) for i in range(2)]
    return EdgeEnds(start, start_cost, stop, stop_cost), *twin


def bounds_to(network, cost, rule, ends):
    """Bounds under the metric itself towards the tails of the stop edges."""
    hierarchy = network.hierarchy
    up, down = hierarchy.weights(cost, rule)
    stops = [
        (copy, price)
        for edge, price in zip(ends.stop_edge.tolist(), ends.stop_cost.tolist(), strict=True)
        for copy in hierarchy.copy[
            hierarchy.first_copy[network.tail[edge]] : hierarchy.first_copy[network.tail[edge] + 1]
        ]
    ]
    stop = np.array(stops, dtype=np.int32).reshape(-1, 2)
    return open_bounds(hierarchy.tree, up, down, stop[:, 0].copy(), stop[:, 1].copy())


@pytest.mark.parametrize("obeys_turns", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_search_is_the_twins(seed, obeys_turns):
    network = city(seed, 4)
    rng = np.random.default_rng(seed)
    speed = network.speed_m_per_s[3 if obeys_turns else 0]
    cost = np.where(speed > 0, rng.integers(1, 500, network.n_edge), INF_COST).astype(np.int32)
    cost[rng.random(network.n_edge) < 0.1] = INF_COST
    as_float = np.where(cost < INF_COST, cost, np.inf)
    u_turn = 300 if obeys_turns else 0
    rule, tree = TurnRule(u_turn, int(obeys_turns)), network.hierarchy.tree
    for _ in range(6):
        streets = rng.integers(0, network.n_street, 2)
        ends, starts, stops = ends_between(network, cost, *streets, rng.random())
        bounds = bounds_to(network, cost, rule, ends)
        wanted, _ = naive.search_edges(network, as_float, starts, stops, u_turn=u_turn, obeys_turns=obeys_turns)
        edges, found, _ = search_edges(topology_of(network), tree, bounds, cost, ends, rule, INF_COST)
        assert found == min(wanted, INF_COST)
        if not len(edges):
            continue
        path = edges.tolist()
        assert naive.re_add(network, as_float, path, starts, stops, u_turn=u_turn) == found
        assert all(network.head[a] == network.tail[b] for a, b in pairwise(path))
        forbidden = set(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
        assert not (obeys_turns and forbidden & set(pairwise(path)))
        nothing, _, _ = search_edges(topology_of(network), tree, bounds, cost, ends, rule, found)
        assert nothing.size == 0


def test_ways_on_are_the_twins():
    network = city(2, 4)
    rng = np.random.default_rng(2)
    times = np.where(rng.random(network.n_edge) < 0.3, np.inf, rng.random(network.n_edge)).astype(np.float32)
    path = rng.integers(0, network.n_edge, 10).astype(np.int32)
    found = count_ways_on(network.first_out, network.head, network.street, times, path)
    assert found.tolist() == naive.count_ways_on(network, times, path)


def test_search_without_ends_finds_nothing():
    network = city(1, 4)
    none, cost = np.empty(0, dtype=np.int32), np.ones(network.n_edge, dtype=np.int32)
    ends, rule = EdgeEnds(none, none, none, none), TurnRule(0, 0)
    bounds = bounds_to(network, cost, rule, ends)
    edges, found, n_settled = search_edges(
        topology_of(network), network.hierarchy.tree, bounds, cost, ends, rule, INF_COST
    )
    assert edges.size == 0 and found == INF_COST and n_settled == 0
