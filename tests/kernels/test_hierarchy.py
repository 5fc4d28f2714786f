from itertools import pairwise

import numpy as np
import pytest

from risk_core.kernels.contraction import SELF_LOOP, contract, lower_lists, node_depths
from risk_core.kernels.hierarchy import (
    INF_COST,
    TURN_BACK,
    TURN_FORBIDDEN,
    TurnRule,
    climb,
    distance,
    height_of,
)
from risk_core.kernels.perfect import FIRST, HEAD, WEIGHT, exact_weights, rise_of
from risk_core.kernels.potential import NOT_ASKED, bound_of, open_bounds
from risk_core.kernels.reroute import BOUND, COST, Cheaper, Ends, new_desk, search_moves
from risk_core.kernels.unpack import Customised, find_between, find_way, group_paths, is_related
from risk_core.state.hierarchy_build import DirectedEdges, build_hierarchy
from tests.naive import hierarchy as naive


def random_graph(seed, n=30, n_pair=60):
    """A directed graph with one-ways, parallels, loops and some forbidden turns, some nodes without edges."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, n, (2, n_pair))
    both = rng.random(n_pair) < 0.7
    tail = np.concatenate([a, b[both]]).astype(np.int32)
    head = np.concatenate([b, a[both]]).astype(np.int32)
    street = np.concatenate([np.arange(n_pair), np.arange(n_pair)[both]]).astype(np.int32)
    pairs = [(i, j) for i in range(len(tail)) for j in range(len(tail)) if head[i] == tail[j]]
    chosen = sorted(pairs[i] for i in rng.choice(len(pairs), 5, replace=False)) if len(pairs) >= 5 else []
    turns = np.array(chosen, dtype=np.int32).reshape(-1, 2)
    edges = DirectedEdges(tail, head, street, turns[:, 0].copy(), turns[:, 1].copy())
    return edges, build_hierarchy(edges, rng.random(n), rng.random(n))


def customised(hierarchy, cost, rule):
    up, down = hierarchy.weights(cost, rule)
    return Customised(up, down, np.zeros((2 * len(up), 2), dtype=np.int32))


def cheaper(hierarchy, weights):
    return Cheaper(weights.up, weights.down, *rise_of(hierarchy.tree, weights.up, weights.down))


def random_cost(n_edge, seed):
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 20, n_edge).astype(np.int32)
    cost[rng.random(n_edge) < 0.1] = INF_COST
    return cost


@pytest.mark.parametrize("seed", range(4))
def test_contraction_is_the_twins(seed):
    rng = np.random.default_rng(seed)
    n = 12
    pairs = rng.integers(0, n, (20, 2))
    rows = [sorted({int(b) for a, b in [*pairs, *pairs[:, ::-1]] if a == v and b != v}) for v in range(n)]
    first = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    first_up, up_head, parent = contract(first, np.concatenate(rows).astype(np.int32))
    wanted = naive.contract(n, pairs.tolist())
    assert [up_head[first_up[v] : first_up[v + 1]].tolist() for v in range(n)] == wanted
    assert parent.tolist() == [some[0] if some else -1 for some in wanted]
    first_down, down_tail, down_up = lower_lists(first_up, up_head)
    for v in range(n):
        below = down_tail[first_down[v] : first_down[v + 1]].tolist()
        assert below == [u for u in range(n) if v in wanted[u]]
        assert (up_head[down_up[first_down[v] : first_down[v + 1]]] == v).all()
    depth = node_depths(parent)
    assert all(depth[v] == depth[parent[v]] + 1 if parent[v] >= 0 else depth[v] == 0 for v in range(n))


def test_search_nodes_tell_how_one_arrived_where_a_turn_is_forbidden():
    edges, hierarchy = random_graph(3)
    split = set(edges.head[edges.turn_from].tolist())
    for v in range(30):
        copies = hierarchy.copy[hierarchy.first_copy[v] : hierarchy.first_copy[v + 1]].tolist()
        assert len(copies) == (np.count_nonzero(edges.head == v) if v in split else 1)
        assert all(hierarchy.node_of[x] == v for x in copies)
    forbidden = set(zip(edges.turn_from.tolist(), edges.turn_to.tolist(), strict=True))
    met = set()
    for x in range(hierarchy.n_search):
        by = np.flatnonzero(hierarchy.edge_reaches == x)
        for i in range(hierarchy.first_move[x], hierarchy.first_move[x + 1]):
            edge = int(hierarchy.move_edge[i])
            assert edges.tail[edge] == hierarchy.node_of[x] and hierarchy.move_head[i] == hierarchy.edge_reaches[edge]
            turn = hierarchy.move_turn[i]
            if int(hierarchy.node_of[x]) not in split:
                assert turn == 0
                continue
            (arrived,) = by.tolist()
            if (arrived, edge) in forbidden:
                met.add((arrived, edge))
                assert turn == TURN_FORBIDDEN
            else:
                is_back = edges.street[arrived] == edges.street[edge] and arrived != edge
                assert turn == (TURN_BACK if is_back else 0)
    assert met == forbidden


@pytest.mark.parametrize("obeys", [0, 1])
@pytest.mark.parametrize("seed", range(3))
def test_distances_paths_and_bounds_are_the_twins(seed, obeys):
    edges, hierarchy = random_graph(seed)
    cost, rule = random_cost(len(edges.tail), seed), TurnRule(7, obeys)
    weights = customised(hierarchy, cost, rule)
    prices = naive.move_costs(hierarchy, cost, 7, bool(obeys))
    tree, n = hierarchy.tree, hierarchy.n_search
    label = np.empty(height_of(tree), dtype=np.int32)
    for start in range(n):
        wanted = naive.distances(hierarchy, prices, {start: 0})
        climb(tree, weights.up, start, label)
        above = start
        while above >= 0:
            assert label[tree.key[above]] >= wanted.get(above, INF_COST)
            above = hierarchy.parent[above]
        for stop in range(0, n, 3):
            exact = wanted.get(stop, INF_COST)
            assert distance(tree, weights.up, weights.down, start, stop) == exact
            one = np.array([start], dtype=np.int32), np.zeros(1, dtype=np.int32)
            other = np.array([stop], dtype=np.int32), np.zeros(1, dtype=np.int32)
            asked = (hierarchy.lower, hierarchy.moves, weights, cost, rule)
            path, found, first, last = find_way(tree, *asked, *one, *other)
            assert found == exact
            edges_between, cost_between = find_between(tree, *asked, start, stop)
            assert cost_between == exact and edges_between.tolist() == path.tolist()
            if exact == INF_COST:
                assert (len(path), first, last) == (0, -1, -1)
                continue
            assert (first, last) == (start, stop)
            assert re_added(hierarchy, prices, path.tolist(), start) == (exact, stop)
            bounds = open_bounds(tree, weights.up, weights.down, *other)
            assert bound_of(tree, bounds, start) == exact


def re_added(hierarchy, prices, path, node):
    """Cost and last search node of a list of edges begun at a search node, move by move."""
    total = 0
    for edge in path:
        moves = range(hierarchy.first_move[node], hierarchy.first_move[node + 1])
        (i,) = [i for i in moves if hierarchy.move_edge[i] == edge]
        total, node = total + prices[i], int(hierarchy.move_head[i])
    return total, node


@pytest.mark.parametrize("seed", range(4))
def test_several_starts_and_stops_wherever_they_lie(seed):
    edges, hierarchy = random_graph(seed)
    cost, rule = random_cost(len(edges.tail), seed), TurnRule(0, 0)
    weights = customised(hierarchy, cost, rule)
    prices = naive.move_costs(hierarchy, cost)
    rng = np.random.default_rng(seed)
    for _ in range(20):
        nodes = rng.choice(hierarchy.n_search, 6, replace=False).astype(np.int32)
        extra = rng.integers(0, 9, 6).astype(np.int32)
        reached = naive.distances(hierarchy, prices, dict(zip(nodes[:3].tolist(), extra[:3].tolist(), strict=True)))
        wanted = min(reached.get(int(v), INF_COST) + int(c) for v, c in zip(nodes[3:], extra[3:], strict=True))
        ends = (nodes[:3], extra[:3], nodes[3:], extra[3:])
        _, found, first, last = find_way(hierarchy.tree, hierarchy.lower, hierarchy.moves, weights, cost, rule, *ends)
        assert found == min(wanted, INF_COST)
        if found < INF_COST:
            assert first in nodes[:3] and last in nodes[3:]


@pytest.mark.parametrize("seed", range(4))
def test_perfect_weights_are_distances_and_only_they_are_kept(seed):
    edges, hierarchy = random_graph(seed)
    cost, rule = random_cost(len(edges.tail), seed), TurnRule(3, 1)
    weights = customised(hierarchy, cost, rule)
    tree = hierarchy.tree
    prices = naive.move_costs(hierarchy, cost, 3, True)
    there = [naive.distances(hierarchy, prices, {x: 0}) for x in range(hierarchy.n_search)]
    exact_up, exact_down = exact_weights(tree, weights.up, weights.down)
    rise = rise_of(tree, weights.up, weights.down)
    for x in range(hierarchy.n_search):
        kept = []
        for i in range(tree.first_up[x], tree.first_up[x + 1]):
            y = int(tree.up_head[i])
            assert exact_up[i] == there[x].get(y, INF_COST)
            assert exact_down[i] == there[y].get(x, INF_COST)
            if weights.up[i] < INF_COST and weights.up[i] == there[x][y]:
                kept.append((y, int(weights.up[i])))
        rows = rise.arc[rise.node[x, FIRST] : rise.node[x + 1, FIRST]]
        assert list(zip(rows[:, HEAD].tolist(), rows[:, WEIGHT].tolist(), strict=True)) == kept
    assert 0 < len(rise.arc) < hierarchy.n_up


@pytest.mark.parametrize("seed", range(4))
def test_search_with_bounds_of_a_cheaper_metric_is_exact(seed):
    edges, hierarchy = random_graph(seed)
    rule = TurnRule(5, 1)
    cost = random_cost(len(edges.tail), seed)
    weights = customised(hierarchy, cost, rule)
    rng = np.random.default_rng(seed)
    dearer = np.where(rng.random(len(cost)) < 0.2, INF_COST, np.minimum(cost * rng.integers(1, 4, len(cost)), INF_COST))
    dearer = dearer.astype(np.int32)
    prices = naive.move_costs(hierarchy, dearer, 5, True)
    zero = np.zeros(1, dtype=np.int32)
    asked = (hierarchy.tree, hierarchy.moves, cheaper(hierarchy, weights), dearer, rule)
    desk = new_desk(hierarchy.tree)
    for start in range(0, hierarchy.n_search, 2):
        wanted = naive.distances(hierarchy, prices, {start: 0})
        for stop in range(0, hierarchy.n_search, 3):
            s, t = np.array([start], dtype=np.int32), np.array([stop], dtype=np.int32)
            path, found, *_ = search_moves(*asked, Ends(s, zero, t, zero), desk)
            assert found == wanted.get(stop, INF_COST)
            if found < INF_COST:
                assert re_added(hierarchy, prices, path.tolist(), start) == (found, stop)
    assert desk.n_touched[0] == 0 and (desk.label[:, BOUND] == NOT_ASKED).all()
    assert (desk.label[:, COST] == INF_COST).all()


@pytest.mark.parametrize("seed", range(4))
def test_search_from_several_starts_to_several_stops(seed):
    edges, hierarchy = random_graph(seed)
    cost, rule = random_cost(len(edges.tail), seed), TurnRule(0, 0)
    weights = customised(hierarchy, cost, rule)
    rng = np.random.default_rng(seed)
    barred = np.where(rng.random(len(cost)) < 0.1, INF_COST, cost).astype(np.int32)
    prices = naive.move_costs(hierarchy, barred)
    desk = new_desk(hierarchy.tree)
    for _ in range(20):
        nodes = rng.choice(hierarchy.n_search, 6, replace=False).astype(np.int32)
        extra = rng.integers(0, 9, 6).astype(np.int32)
        reached = naive.distances(hierarchy, prices, dict(zip(nodes[:3].tolist(), extra[:3].tolist(), strict=True)))
        wanted = min(reached.get(int(v), INF_COST) + int(c) for v, c in zip(nodes[3:], extra[3:], strict=True))
        ends = Ends(nodes[:3], extra[:3], nodes[3:], extra[3:])
        path, found, first, last = search_moves(
            hierarchy.tree, hierarchy.moves, cheaper(hierarchy, weights), barred, rule, ends, desk
        )
        assert found == min(wanted, INF_COST)
        if found < INF_COST:
            begun = int(extra[:3][nodes[:3] == first].min())
            left = int(extra[3:][nodes[3:] == last].min())
            total, stop = re_added(hierarchy, prices, path.tolist(), first)
            assert (begun + total + left, stop) == (found, last)


def test_nodes_of_one_street_lie_on_one_root_path():
    _, hierarchy = random_graph(1)
    for node in range(hierarchy.n_search):
        for i in range(hierarchy.first_move[node], hierarchy.first_move[node + 1]):
            assert is_related(hierarchy.parent, node, int(hierarchy.move_head[i]))
    nodes = np.arange(hierarchy.n_search, dtype=np.int32)
    group = group_paths(hierarchy.parent, nodes)
    for a, b in pairwise(nodes):
        assert group[a] != group[b] or is_related(hierarchy.parent, a, b)


def test_graphs_without_edges_and_loops():
    none = np.empty(0, dtype=np.int32)
    alone = build_hierarchy(DirectedEdges(none, none, none, none, none), np.zeros(3), np.zeros(3))
    assert (alone.n_search, alone.n_up, alone.height) == (3, 0, 1)
    loop = np.zeros(1, dtype=np.int32)
    one = build_hierarchy(DirectedEdges(loop, loop, loop, none, none), np.zeros(1), np.zeros(1))
    assert one.move_place.tolist() == [SELF_LOOP]
    assert distance(one.tree, none, none, 0, 0) == 0
