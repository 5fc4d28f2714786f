import numpy as np
import pytest

from risk_core.kernels.hierarchy import INF_COST, TurnRule, cost_moves
from risk_core.kernels.partial import cheapest_move, follow_changes
from tests.kernels.test_hierarchy import random_cost, random_graph


def weights_of(hierarchy, cost, rule):
    return hierarchy.weights(cost, rule)


@pytest.mark.parametrize("obeys", [0, 1])
@pytest.mark.parametrize("number", range(4))
def test_following_changes_gives_what_customising_anew_gives(number, obeys):
    edges, hierarchy = random_graph(number)
    cost, rule = random_cost(len(edges.tail), number), TurnRule(5, obeys)
    rng = np.random.default_rng(number)
    up, down = weights_of(hierarchy, cost, rule)
    tree, lower, moves = hierarchy.tree, hierarchy.lower, hierarchy.moves
    for share in (0.0, 0.03, 0.2, 1.0):
        before = cost_moves(moves, cost, rule)
        hit = rng.random(len(cost)) < share
        drawn = np.where(rng.random(len(cost)) < 0.3, INF_COST, rng.integers(1, 40, len(cost)))
        cost = np.where(hit, drawn, cost).astype(np.int32)
        changed = np.flatnonzero(cost_moves(moves, cost, rule) != before).astype(np.int32)
        n = follow_changes(tree, lower, moves, hierarchy.move_place, changed, cost, rule, up, down)
        wanted_up, wanted_down = weights_of(hierarchy, cost, rule)
        np.testing.assert_array_equal(up, wanted_up)
        np.testing.assert_array_equal(down, wanted_down)
        assert n == 0 if share == 0.0 else n <= 20 * hierarchy.n_up


def test_one_change_far_up_weighs_few_edges_again():
    edges, hierarchy = random_graph(2, 60, 90)
    cost, rule = np.full(len(edges.tail), 5, dtype=np.int32), TurnRule(0, 0)
    up, down = weights_of(hierarchy, cost, rule)
    tail = np.repeat(np.arange(hierarchy.n_search), np.diff(hierarchy.first_move))
    highest = int(np.argmax(np.minimum(tail, hierarchy.move_head)))
    cost[hierarchy.move_edge[highest]] = 4
    changed = np.flatnonzero(hierarchy.move_edge == hierarchy.move_edge[highest]).astype(np.int32)
    asked = (hierarchy.tree, hierarchy.lower, hierarchy.moves, hierarchy.move_place, changed, cost, rule, up, down)
    assert follow_changes(*asked) <= hierarchy.height**2 / 2
    assert follow_changes(*asked) <= len(changed)


def test_cheapest_of_parallel_moves_counts():
    edges, hierarchy = random_graph(0)
    cost, rule = random_cost(len(edges.tail), 0), TurnRule(3, 1)
    prices = cost_moves(hierarchy.moves, cost, rule)
    tail = np.repeat(np.arange(hierarchy.n_search), np.diff(hierarchy.first_move))
    for x, y in zip(tail[:20].tolist(), hierarchy.move_head[:20].tolist(), strict=True):
        wanted = prices[(tail == x) & (hierarchy.move_head == y)].min()
        assert cheapest_move(hierarchy.moves, cost, rule, x, y) == wanted
    assert cheapest_move(hierarchy.moves, cost, rule, 0, 0) == INF_COST or (hierarchy.move_head == 0).any()
