from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.kernels.hierarchy import INF_COST, TurnRule
from risk_core.kernels.pareto import Criterion, Limits, Places, find_front
from risk_core.state.hierarchy import Hierarchy
from risk_core.state.hierarchy_build import DirectedEdges, build_hierarchy
from tests.kernels.test_hierarchy import customised, random_graph, re_added
from tests.naive import hierarchy as naive_hierarchy
from tests.naive import pareto as naive

ALL = Limits(1_000_000, INF_COST - 1, 1, 1)


class Case(NamedTuple):
    """A random graph with two costs, and the same as the twin takes it."""

    hierarchy: Hierarchy
    first: Criterion
    second: Criterion
    first_price: list
    second_price: list


def criterion(hierarchy, cost, rule):
    weights = customised(hierarchy, cost, rule)
    return Criterion(cost, rule, weights.up, weights.down)


def random_case(seed, obeys=1, n=14, n_pair=30):
    """Costs that pull apart, exposures of 0, closed edges that differ, a price of turning back in each."""
    edges, hierarchy = random_graph(seed, n, n_pair)
    rng = np.random.default_rng(seed)
    n_edge = len(edges.tail)
    first = rng.integers(1, 20, n_edge).astype(np.int32)
    second = np.maximum(0, rng.integers(-6, 20, n_edge)).astype(np.int32)
    first[rng.random(n_edge) < 0.05] = INF_COST
    second[rng.random(n_edge) < 0.05] = INF_COST
    prices = [naive_hierarchy.move_costs(hierarchy, *asked, bool(obeys)) for asked in ((first, 7), (second, 3))]
    rules = TurnRule(7, obeys), TurnRule(3, obeys)
    return Case(hierarchy, criterion(hierarchy, first, rules[0]), criterion(hierarchy, second, rules[1]), *prices)


def places(entries):
    columns = np.array(entries, dtype=np.int32).reshape(-1, 3)
    return Places(*(columns[:, i].copy() for i in range(3)))


def random_entries(rng, n_search, n):
    """Some places with costs; one search node may come twice."""
    return [tuple(row) for row in zip(*(rng.integers(0, top, n).tolist() for top in (n_search, 9, 9)), strict=True)]


def found(case, starts, stops, limits=ALL):
    asked = case.hierarchy.tree, case.hierarchy.moves, case.first, case.second
    return find_front(*asked, places(starts), places(stops), limits)


def pairs_of(front):
    return list(zip(front.first.tolist(), front.second.tolist(), strict=True))


def check_ways(case, front, starts, stops):
    """Every way is one: it begins and ends where it says and its moves add up to both its costs."""
    assert len(front.first_edge) == len(front.first) + 1
    for i, pair in enumerate(pairs_of(front)):
        edges = front.edge[front.first_edge[i] : front.first_edge[i + 1]].tolist()
        node, *begun = starts[front.start[i]]
        last, *ended = stops[front.stop[i]]
        for prices, total, before, after in zip((case.first_price, case.second_price), pair, begun, ended, strict=True):
            assert re_added(case.hierarchy, prices, edges, node) == (total - before - after, last)
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(pairs_of(front)))


@pytest.mark.parametrize("obeys", [0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_front_is_the_twins(seed, obeys):
    case = random_case(seed, obeys)
    sizes = []
    for start in range(0, case.hierarchy.n_search, 2):
        for stop in range(0, case.hierarchy.n_search, 3):
            ends = [(start, 0, 0)], [(stop, 0, 0)]
            front = found(case, *ends)
            assert front.is_complete
            assert pairs_of(front) == naive.front(case.hierarchy, case.first_price, case.second_price, *ends)
            check_ways(case, front, *ends)
            sizes.append(len(front.first))
    assert 0 in sizes or seed != 0
    assert max(sizes) >= 3


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
def test_several_starts_and_stops(seed, n_start, n_stop):
    case = random_case(seed)
    rng = np.random.default_rng(seed)
    starts = random_entries(rng, case.hierarchy.n_search, n_start)
    stops = random_entries(rng, case.hierarchy.n_search, n_stop)
    front = found(case, starts, stops)
    assert pairs_of(front) == naive.front(case.hierarchy, case.first_price, case.second_price, starts, stops)
    check_ways(case, front, starts, stops)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.fractions(0, 2, max_denominator=50))
def test_slack_keeps_a_way_near_each(seed, slack):
    case = random_case(seed, n_pair=40)
    ends = [(0, 0, 0)], [(case.hierarchy.n_search - 1, 0, 0)]
    above = 1 + Fraction(slack)
    front = found(case, *ends, ALL._replace(slack_above=above.numerator, slack_below=above.denominator))
    wanted = naive.front(case.hierarchy, case.first_price, case.second_price, *ends)
    check_ways(case, front, *ends)
    assert set(pairs_of(front)) <= set(wanted)
    assert all(any(a <= first and b <= above * second for a, b in pairs_of(front)) for first, second in wanted)


def test_slack_drops_what_is_hardly_better():
    case = ladder(12)
    ends = ladder_ends(case)
    exact = found(case, *ends)
    near = found(case, *ends, ALL._replace(slack_above=3, slack_below=2))
    assert len(exact.first) > 3 * len(near.first) > 0
    assert exact.second[-1] == 0 and near.second[-1] == 0
    assert near.n_label < exact.n_label


def ladder(n_rung):
    """A chain of junctions, each step with a quick street of exposure 2^i and a slow one of none."""
    at = np.arange(n_rung, dtype=np.int32)
    ends = np.array([n_rung, 0], dtype=np.int32)
    tail, head = np.concatenate([at, at, ends]), np.concatenate([at + 1, at + 1, ends])
    none = np.empty(0, dtype=np.int32)
    street = np.arange(len(tail), dtype=np.int32)
    x = np.arange(n_rung + 1) / 10.0
    hierarchy = build_hierarchy(DirectedEdges(tail, head, street, none, none), x, x)
    first = np.concatenate([at * 0 + 1, 1 + 2**at, [9, 9]]).astype(np.int32)
    second = np.concatenate([2**at, at * 0, [9, 9]]).astype(np.int32)
    rule = TurnRule(0, 0)
    prices = [naive_hierarchy.move_costs(hierarchy, cost) for cost in (first, second)]
    return Case(hierarchy, criterion(hierarchy, first, rule), criterion(hierarchy, second, rule), *prices)


def ladder_ends(case):
    """Both ends of a ladder: the last two edges are loops there."""
    return [(int(case.hierarchy.edge_reaches[-1]), 0, 0)], [(int(case.hierarchy.edge_reaches[-2]), 0, 0)]


def test_every_subset_of_a_ladder_is_a_way():
    case = ladder(10)
    front = found(case, *ladder_ends(case))
    assert pairs_of(front) == [(10 + i, 1023 - i) for i in range(1024)]


def test_labels_run_out():
    case = ladder(9)
    ends = ladder_ends(case)
    whole = found(case, *ends)
    before = -1
    for n_label in (0, 9, 10, 60, 200, whole.n_label - 1):
        front = found(case, *ends, ALL._replace(n_label=n_label))
        assert not front.is_complete
        assert front.n_label == n_label
        assert pairs_of(front) == pairs_of(whole)[: len(front.first)]
        check_ways(case, front, *ends)
        assert len(front.first) >= before
        before = len(front.first)
    assert found(case, *ends, ALL._replace(n_label=whole.n_label)).is_complete


def test_most_of_the_first_cost():
    case = ladder(8)
    front = found(case, *ladder_ends(case), ALL._replace(first=40))
    assert front.is_complete
    assert pairs_of(front) == [(8 + i, 255 - i) for i in range(33)]


def test_bounds_of_a_cheaper_metric_do():
    for seed in range(4):
        case = random_case(seed)
        dear = [
            part._replace(cost=np.minimum(part.cost.astype(np.int64) * 2 + 1, INF_COST).astype(np.int32))
            for part in (case.first, case.second)
        ]
        prices = [naive_hierarchy.move_costs(case.hierarchy, part.cost, part.rule.u_turn, True) for part in dear]
        moved = Case(case.hierarchy, *dear, *prices)
        ends = [(1, 0, 0)], [(case.hierarchy.n_search - 2, 0, 0)]
        front = found(moved, *ends)
        assert pairs_of(front) == naive.front(case.hierarchy, *prices, *ends)
        check_ways(moved, front, *ends)


def test_barred_ends_and_none():
    case = random_case(2)
    barred = [(0, INF_COST, 0), (1, 0, INF_COST)]
    assert found(case, barred, [(5, 0, 0)]).first.size == 0
    assert found(case, [(5, 0, 0)], barred).first.size == 0
    assert found(case, [], [(5, 0, 0)]).first.size == 0
    assert found(case, [(5, 0, 0)], []).is_complete
    same = found(case, [(5, 2, 3)], [(5, 4, 0)])
    assert (pairs_of(same), same.edge.size) == ([(6, 3)], 0)
