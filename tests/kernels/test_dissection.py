import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.kernels.dissection import cut_score, dissect_graph, find_component, mark_separator, new_part, take_part
from risk_core.kernels.flow import SOURCE, TARGET, fill_flow, reach_targets
from tests.naive import dissection as naive

SHARES = np.array([0.2, 0.3])


def rows_of(n, pairs):
    """Compressed rows of an undirected graph."""
    both = sorted({(a, b) for a, b in pairs if a != b} | {(b, a) for a, b in pairs if a != b})
    ends = np.array(both, dtype=np.int32).reshape(-1, 2)
    first = np.concatenate([[0], np.cumsum(np.bincount(ends[:, 0], minlength=n))]).astype(np.int32)
    return first, ends[:, 1].copy()


def lattice(n):
    pairs = [(v, v + 1) for v in range(n * n) if v % n < n - 1] + [(v, v + n) for v in range(n * n - n)]
    place = np.arange(n * n)
    return pairs, (place % n).astype(float), (place // n).astype(float)


def part_of(n, pairs):
    first, head = rows_of(n, pairs)
    part, place = new_part(n, head.size), np.full(n, -1, dtype=np.int32)
    take_part(np.arange(n, dtype=np.int32), first, head, place, part.graph)
    assert (place == -1).all()
    return part


def random_pairs(seed, n, n_pair):
    return [tuple(pair) for pair in np.random.default_rng(seed).integers(0, n, (n_pair, 2)).tolist()]


@pytest.mark.parametrize("seed", range(8))
def test_flow_and_cut_are_the_twins(seed):
    n, pairs = 14, random_pairs(seed, 14, 26)
    part = part_of(n, pairs)
    graph = part.graph
    for i in range(graph.head.size):
        assert graph.back[graph.back[i]] == i and graph.head[graph.back[i]] in range(n)
    part.state.flow[:], part.state.side[:] = 0, 0
    part.state.side[[0, 1]], part.state.side[[12, 13]] = SOURCE, TARGET
    value, n_reached = fill_flow(n, graph, part.state, part.scratch, 99)
    wanted, reached = naive.max_flow(n, [p for p in pairs if p[0] != p[1]], [0, 1], [12, 13])
    assert value == wanted
    assert set(np.flatnonzero(part.scratch.level[:n] >= 0).tolist()) == reached and n_reached == len(reached)
    n_target = reach_targets(n, graph, part.state, part.scratch)
    back = {v for v in range(n) if part.scratch.level[v] == -2}
    assert len(back) == n_target and {12, 13} <= back and not back & reached
    for side in (reached, back):
        ends = {tuple(sorted(p)) for p in pairs if (p[0] in side) != (p[1] in side)}
        assert len(ends) == value


def test_parts_are_taken_and_components_found():
    first, head = rows_of(6, [(0, 1), (1, 2), (3, 4), (4, 5), (2, 3)])
    part, place = new_part(6, head.size), np.full(6, -1, dtype=np.int32)
    take_part(np.array([1, 2, 4], dtype=np.int32), first, head, place, part.graph)
    assert part.graph.first[:4].tolist() == [0, 1, 2, 2] and part.graph.head[:2].tolist() == [1, 0]
    keep = np.empty(6, dtype=np.int8)
    assert find_component(3, part.graph, part.scratch.queue, keep) == 2 and keep[:3].tolist() == [1, 1, 0]


def test_separator_is_the_smaller_row_of_ends():
    part, keep = part_of(4, [(0, 1), (0, 2), (0, 3)]), np.array([1, 0, 0, 0], dtype=np.int8)
    mark_separator(4, part.graph, keep)
    assert keep.tolist() == [2, 0, 0, 0]


def test_small_sides_are_worse_than_balanced_ones():
    assert cut_score(4, 50, 100) < cut_score(4, 20, 100) < cut_score(4, 10, 100)
    assert cut_score(1, 15, 100) < cut_score(8, 50, 100)
    assert cut_score(2, 10, 100) == pytest.approx(0.2 * 3)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 16))
def test_every_graph_gets_every_node_once_and_always_the_same(seed, n):
    rng = np.random.default_rng(seed)
    first, head = rows_of(n, random_pairs(seed, n, int(rng.integers(0, 3 * n))))
    x, y = rng.integers(0, 3, (2, n)).astype(float)
    order = dissect_graph(first, head, x, y, SHARES)
    assert sorted(order.tolist()) == list(range(n))
    assert dissect_graph(first, head, x, y, SHARES).tolist() == order.tolist()


@pytest.mark.parametrize("n", [10, 12])
def test_order_of_a_lattice_is_far_better_than_a_random_one(n):
    pairs, x, y = lattice(n)
    order = dissect_graph(*rows_of(n * n, pairs), x, y, SHARES)
    fill, height = naive.fill_in(n * n, pairs, order)
    shuffled, random_height = naive.fill_in(n * n, pairs, np.random.default_rng(n).permutation(n * n))
    assert height <= 4 * n and height < 0.85 * random_height
    assert fill < 0.8 * shuffled


@pytest.mark.parametrize("pairs", [[(0, k) for k in range(1, 9)], [(a, b) for a in range(9) for b in range(a)]])
def test_stars_and_cliques_are_cut(pairs):
    rng = np.random.default_rng(1)
    order = dissect_graph(*rows_of(9, pairs), rng.random(9), rng.random(9), SHARES)
    assert sorted(order.tolist()) == list(range(9))
    fill, _ = naive.fill_in(9, pairs, order)
    assert fill == len(pairs) if len(pairs) > 8 else fill <= 12


def test_a_part_through_which_more_flows_than_it_has_nodes_is_cut():
    n, rng = 20, np.random.default_rng(3)
    order = dissect_graph(
        *rows_of(n, [(a, b) for a in range(n) for b in range(a)]), rng.random(n), rng.random(n), SHARES
    )
    assert sorted(order.tolist()) == list(range(n))
