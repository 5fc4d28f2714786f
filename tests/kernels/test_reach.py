import numpy as np
import pytest

from risk_core.kernels.hierarchy import INF_COST, TurnRule, move_cost
from risk_core.kernels.reach import cost_cells, enter_edges
from tests.kernels.test_hierarchy import random_cost, random_graph
from tests.naive import reach as naive


@pytest.mark.parametrize("seed", range(4))
def test_entries_are_the_twins(seed):
    edges, hierarchy = random_graph(seed)
    rng = np.random.default_rng(seed)
    cost, rule, moves = random_cost(len(edges.tail), seed), TurnRule(5, seed % 2), hierarchy.moves
    node_cost = np.where(rng.random(hierarchy.n_search) < 0.3, INF_COST, rng.integers(0, 50, hierarchy.n_search))
    node_cost = node_cost.astype(np.int32)
    listed = [
        (node, int(moves.edge[i]), move_cost(cost, moves.edge[i], moves.turn[i], *rule), int(cost[moves.edge[i]]))
        for node in range(hierarchy.n_search)
        for i in range(moves.first[node], moves.first[node + 1])
    ]
    wanted = naive.enter_edges(listed, node_cost.tolist(), INF_COST)
    found = enter_edges(moves, cost, rule, node_cost)
    assert {edge: int(found[edge]) for edge in np.flatnonzero(found < INF_COST)} == wanted
    assert wanted


@pytest.mark.parametrize("seed", range(4))
def test_cells_are_the_twins(seed):
    rng, n_street, n_cell = np.random.default_rng(seed), 7, 12
    first = np.concatenate([[0], np.cumsum(rng.integers(0, 5, n_street))]).astype(np.int32)
    cell = rng.integers(0, n_cell, first[-1]).astype(np.int32)
    length_m = (rng.integers(0, 4, first[-1]) * 8).astype(np.float32)
    n = 10
    street, forward = rng.integers(0, n_street, n).astype(np.int32), rng.integers(0, 2, n).astype(np.uint8)
    cost, begin = rng.integers(1, 90, n).astype(np.int32), rng.choice([0.0, 0.25, 0.5, 1.0], n)
    entry = rng.integers(0, 40, n).astype(np.int32)
    out = np.full(n_cell, np.inf)
    cost_cells(first, cell, length_m, street, forward, cost, begin, entry, out)
    cells_of = [[(int(cell[k]), float(length_m[k])) for k in range(first[s], first[s + 1])] for s in range(n_street)]
    rows = zip(street.tolist(), forward.tolist(), cost.tolist(), begin.tolist(), entry.tolist(), strict=True)
    wanted = naive.cost_cells(cells_of, list(rows))
    assert {k: out[k] for k in range(n_cell) if np.isfinite(out[k])} == pytest.approx(wanted)
