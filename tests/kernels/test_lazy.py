"""Closures met one by one: the same costs as Dijkstra's, and nothing left behind."""

import numpy as np
import pytest

from risk_core.kernels.hierarchy import INF_COST, TurnRule
from risk_core.kernels.lazy import (
    BASE,
    GIVEN_UP,
    LAST_BASE,
    N_KEPT_RECORD,
    N_KEPT_WAY,
    Chart,
    new_sheet,
    search_lazily,
)
from risk_core.kernels.reroute import Ends
from tests.kernels.test_hierarchy import customised, random_cost, random_graph, re_added
from tests.naive import hierarchy as naive

ZERO = np.zeros(1, dtype=np.int32)


def made_dearer(cost, seed, share=0.25):
    """Costs with some edges closed and others dearer, nowhere cheaper."""
    rng = np.random.default_rng(seed)
    out = np.minimum(cost.astype(np.int64) * rng.integers(1, 4, len(cost)), INF_COST)
    return np.where(rng.random(len(cost)) < share, INF_COST, out).astype(np.int32)


def chart_of(seed, rule):
    edges, hierarchy = random_graph(seed)
    cost = random_cost(len(edges.tail), seed)
    weights = customised(hierarchy, cost, rule)
    return hierarchy, Chart(hierarchy.tree, hierarchy.lower, hierarchy.moves, weights, cost)


def node_ends(start, stop):
    return Ends(np.array([start], dtype=np.int32), ZERO, np.array([stop], dtype=np.int32), ZERO)


@pytest.mark.parametrize("obeys", [0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_ways_round_are_the_twins(seed, obeys):
    rule = TurnRule(5, obeys)
    hierarchy, chart = chart_of(seed, rule)
    sheet = new_sheet(chart.weights.up, chart.weights.down)
    for number in range(3):
        cost = made_dearer(chart.cost, 10 * seed + number)
        prices = naive.move_costs(hierarchy, cost, 5, bool(obeys))
        for start in range(0, hierarchy.n_search, 3):
            wanted = naive.distances(hierarchy, prices, {start: 0})
            for stop in range(number, hierarchy.n_search, 3):
                edges, found, first, last = search_lazily(chart, cost, rule, node_ends(start, stop), sheet)
                assert found == wanted.get(stop, INF_COST)
                if found < INF_COST:
                    assert (first, last) == (start, stop)
                    assert re_added(hierarchy, prices, edges.tolist(), start) == (found, stop)
                else:
                    assert (len(edges), first, last) == (0, -1, -1)
    np.testing.assert_array_equal(sheet.up, chart.weights.up)
    np.testing.assert_array_equal(sheet.down, chart.weights.down)
    assert sheet.size[N_KEPT_RECORD] == sheet.size[N_KEPT_WAY] == 0


@pytest.mark.parametrize("seed", range(4))
def test_several_starts_and_stops(seed):
    rule = TurnRule(0, 0)
    hierarchy, chart = chart_of(seed, rule)
    sheet = new_sheet(chart.weights.up, chart.weights.down)
    rng = np.random.default_rng(seed)
    cost = made_dearer(chart.cost, seed, 0.1)
    prices = naive.move_costs(hierarchy, cost)
    for _ in range(20):
        nodes = rng.choice(hierarchy.n_search, 6, replace=False).astype(np.int32)
        extra = rng.integers(0, 9, 6).astype(np.int32)
        reached = naive.distances(hierarchy, prices, dict(zip(nodes[:3].tolist(), extra[:3].tolist(), strict=True)))
        wanted = min(reached.get(int(v), INF_COST) + int(c) for v, c in zip(nodes[3:], extra[3:], strict=True))
        ends = Ends(nodes[:3], extra[:3], nodes[3:], extra[3:])
        edges, found, first, last = search_lazily(chart, cost, rule, ends, sheet)
        assert found == min(wanted, INF_COST)
        if found < INF_COST:
            begun = int(extra[:3][nodes[:3] == first].min())
            left = int(extra[3:][nodes[3:] == last].min())
            total, stop = re_added(hierarchy, prices, edges.tolist(), first)
            assert (begun + total + left, stop) == (found, last)


def test_a_search_without_room_is_given_up_and_leaves_nothing_behind():
    rule = TurnRule(0, 0)
    hierarchy, chart = chart_of(2, rule)
    whole = new_sheet(chart.weights.up, chart.weights.down)
    cost = made_dearer(chart.cost, 7, 0.1)
    for rooms in ({"record": whole.record[:4].copy()}, {"way": whole.way[:3].copy()}):
        small, n_given_up = whole._replace(**rooms), 0
        for start in range(0, hierarchy.n_search, 3):
            for stop in range(1, hierarchy.n_search, 2):
                ends = node_ends(start, stop)
                found = search_lazily(chart, cost, rule, ends, small)
                np.testing.assert_array_equal(small.up, chart.weights.up)
                np.testing.assert_array_equal(small.down, chart.weights.down)
                if found[1] == GIVEN_UP:
                    n_given_up += 1
                    assert (len(found[0]), *found[2:]) == (0, -1, -1)
                else:
                    assert found[1] == search_lazily(chart, cost, rule, ends, whole)[1]
        assert 0 < n_given_up < hierarchy.n_search**2 // 7


def test_states_begin_anew_before_their_numbers_run_out():
    rule = TurnRule(0, 0)
    _, chart = chart_of(1, rule)
    sheet = new_sheet(chart.weights.up, chart.weights.down)
    cost = made_dearer(chart.cost, 3, 0.1)
    asked = [node_ends(start, stop) for start in range(0, 30, 4) for stop in range(1, 30, 5)]
    wanted = [search_lazily(chart, cost, rule, ends, sheet)[1] for ends in asked]
    sheet.size[BASE] = LAST_BASE - 20
    assert [search_lazily(chart, cost, rule, ends, sheet)[1] for ends in asked] == wanted
    assert sheet.size[BASE] < LAST_BASE / 2
