import numpy as np
import pytest

from risk_core.kernels.hierarchy import INF_COST, TurnRule
from risk_core.kernels.lanes import LANES, customise_lanes, seed_lanes, take_lane
from risk_core.kernels.sweeps import Places, climb_places, cost_matrix, reach_all, reach_all_lanes, sweep_to
from tests.kernels.test_hierarchy import random_cost, random_graph
from tests.naive import hierarchy as naive


def weights_of(hierarchy, cost, rule):
    return hierarchy.weights(cost, rule)


def random_places(rng, n_search, n_place):
    first = np.concatenate([[0], np.cumsum(rng.integers(0, 4, n_place))]).astype(np.int32)
    node = rng.integers(0, n_search, first[-1]).astype(np.int32)
    return Places(first, node, rng.integers(0, 9, first[-1]).astype(np.int32))


def place(places, p):
    at = range(places.first[p], places.first[p + 1])
    out = {}
    for i in at:
        node = int(places.node[i])
        out[node] = min(out.get(node, INF_COST), int(places.cost[i]))
    return out


@pytest.mark.parametrize("seed_", range(3))
def test_lanes_are_what_each_metric_gives_alone(seed_):
    edges, hierarchy = random_graph(seed_)
    cost = np.stack([random_cost(len(edges.tail), 100 * seed_ + lane) for lane in range(LANES)])
    obeys = (np.arange(LANES) % 2).astype(np.int32)
    u_turn = np.arange(LANES, dtype=np.int32)
    columns = np.ascontiguousarray(cost.T)
    weight = np.full((hierarchy.n_up, 2 * LANES), 7, dtype=np.int32)
    seed_lanes(hierarchy.moves, hierarchy.move_place, columns, u_turn, obeys, weight)
    customise_lanes(hierarchy.tree, hierarchy.lower, weight)
    for lane in range(LANES):
        alone = weights_of(hierarchy, cost[lane], TurnRule(int(u_turn[lane]), int(obeys[lane])))
        for found, wanted in zip(take_lane(weight, lane), alone, strict=True):
            np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("obeys", [0, 1])
@pytest.mark.parametrize("seed_", range(3))
def test_reach_is_the_twins_both_ways(seed_, obeys):
    edges, hierarchy = random_graph(seed_)
    cost, rule = random_cost(len(edges.tail), seed_), TurnRule(4, obeys)
    up, down = weights_of(hierarchy, cost, rule)
    prices = naive.move_costs(hierarchy, cost, 4, bool(obeys))
    rng = np.random.default_rng(seed_)
    start, start_cost = rng.integers(0, hierarchy.n_search, 3).astype(np.int32), rng.integers(0, 9, 3).astype(np.int32)
    found = reach_all(hierarchy.tree, up, down, start, start_cost)
    wanted = naive.distances(hierarchy, prices, place(Places(np.array([0, 3]), start, start_cost), 0))
    assert found.tolist() == [wanted.get(node, INF_COST) for node in range(hierarchy.n_search)]
    back = reach_all(hierarchy.tree, down, up, start[:1], np.zeros(1, dtype=np.int32))
    for node in range(0, hierarchy.n_search, 3):
        assert back[node] == naive.distances(hierarchy, prices, {node: 0}).get(int(start[0]), INF_COST)


def reached_from(hierarchy, up, down, origins):
    """Costs to every search node, in its own order."""
    out = np.full((hierarchy.n_search, len(origins.first) - 1), 7, dtype=np.int32)
    reach_all_lanes(hierarchy.tree, up, down, origins, np.arange(hierarchy.n_search, dtype=np.int32), out)
    return out


@pytest.mark.parametrize("seed_", range(3))
def test_matrix_and_lanes_are_the_twins(seed_):
    edges, hierarchy = random_graph(seed_)
    cost, rule = random_cost(len(edges.tail), seed_), TurnRule(0, 0)
    up, down = weights_of(hierarchy, cost, rule)
    prices = naive.move_costs(hierarchy, cost)
    rng = np.random.default_rng(seed_)
    origins, stops = random_places(rng, hierarchy.n_search, 40), random_places(rng, hierarchy.n_search, 7)
    found = cost_matrix(hierarchy.tree, up, down, origins, stops)
    every = reached_from(hierarchy, up, down, origins)
    back = cost_matrix(hierarchy.tree, down, up, stops, origins)
    np.testing.assert_array_equal(np.minimum(found, INF_COST), np.minimum(back.T, INF_COST))
    for p in range(40):
        reached = naive.distances(hierarchy, prices, place(origins, p))
        for q in range(7):
            ends = place(stops, q).items()
            wanted = min((reached.get(node, INF_COST) + last for node, last in ends), default=INF_COST)
            assert min(found[p, q], INF_COST) == min(wanted, INF_COST)
        assert every[:, p].tolist() == [reached.get(node, INF_COST) for node in range(hierarchy.n_search)]


@pytest.mark.parametrize("seed_", range(3))
def test_places_reached_by_several_search_nodes_take_the_least_and_others_none(seed_):
    edges, hierarchy = random_graph(seed_)
    up, down = weights_of(hierarchy, random_cost(len(edges.tail), seed_), TurnRule(4, 1))
    origins = random_places(np.random.default_rng(seed_), hierarchy.n_search, 5)
    every = np.minimum(reached_from(hierarchy, up, down, origins), INF_COST)
    n_place = int(hierarchy.node_of.max()) + 3
    out = np.empty((n_place, 5), dtype=np.int32)
    reach_all_lanes(hierarchy.tree, up, down, origins, hierarchy.node_of, out)
    for place_ in range(n_place):
        wanted = every[hierarchy.node_of == place_].min(axis=0, initial=INF_COST)
        assert np.minimum(out[place_], INF_COST).tolist() == wanted.tolist()


@pytest.mark.parametrize("seed_", range(3))
def test_a_sweep_is_right_in_any_order(seed_):
    edges, hierarchy = random_graph(seed_)
    up, down = weights_of(hierarchy, random_cost(len(edges.tail), seed_), TurnRule(0, 0))
    rng = np.random.default_rng(seed_)
    origins = random_places(rng, hierarchy.n_search, 6)
    every = reached_from(hierarchy, up, down, origins)
    climbs = climb_places(hierarchy.tree, up, origins, 0, 6)
    nodes = rng.integers(0, hierarchy.n_search, 80).astype(np.int32)
    row, out = np.empty((hierarchy.height, 6), dtype=np.int32), np.empty((80, 6), dtype=np.int32)
    sweep_to(hierarchy.tree, down, climbs, nodes, row, out, np.arange(80, dtype=np.int32), np.ones(80, dtype=np.bool_))
    np.testing.assert_array_equal(np.minimum(out, INF_COST), np.minimum(every[nodes], INF_COST))


def test_nothing_asked_gives_an_empty_matrix():
    _, hierarchy = random_graph(1)
    none = Places(np.zeros(1, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))
    weight = np.zeros(hierarchy.n_up, dtype=np.int32)
    assert cost_matrix(hierarchy.tree, weight, weight, none, none).shape == (0, 0)
