"""A* whose bounds are exact distances under a cheaper metric, read from its hierarchy only where the search looks.

Source: Strasser, Zeitz, "A Fast and Tight Heuristic for A* in Road Networks", SEA 2021 (CCH potentials, lazily).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST, Moves, Tree, TurnRule, move_cost
from risk_core.kernels.jit import kernel

NOT_ASKED = -1
"""Bound nobody has asked for yet."""


class Bounds(NamedTuple):
    """Least cost from each search node to the stops: by up weights, from the stops' own root paths.

    `to_stop` holds the cost from an ancestor of a stop down to it, `INF_COST` elsewhere; `known` the bounds found so
    far; `chain` is scratch. All shape=(n_search,).
    """

    up: NDArray[np.int32]
    to_stop: NDArray[np.int32]
    known: NDArray[np.int32]
    chain: NDArray[np.int32]


@kernel
def open_bounds(
    tree: Tree,
    up: NDArray[np.int32],
    down: NDArray[np.int32],
    stops: NDArray[np.int32],
    stop_cost: NDArray[np.int32],
) -> Bounds:
    """Prepare bounds towards stops, wherever they lie."""
    n = tree.parent.size
    to_stop = np.full(n, INF_COST, dtype=np.int32)
    known = np.full(n, NOT_ASKED, dtype=np.int32)
    chain = np.empty(np.int64(tree.key[n - 1]) + 1, dtype=np.int32)
    for i in range(stops.size):
        to_stop[stops[i]] = min(to_stop[stops[i]], stop_cost[i])
    for i in range(stops.size):
        node = stops[i]
        while node >= 0:
            here = to_stop[node]
            for j in range(tree.first_up[node], tree.first_up[node + 1]):
                to_stop[tree.up_head[j]] = min(to_stop[tree.up_head[j]], here + down[j])
            node = tree.parent[node]
    return Bounds(up, to_stop, known, chain)


@kernel
def bound_of(tree: Tree, bounds: Bounds, node: int) -> int:
    """Least cost from a search node to the nearest stop, `INF_COST` when none can be reached."""
    n = 0
    while node >= 0 and bounds.known[node] == NOT_ASKED:
        bounds.chain[n] = node
        n += 1
        node = tree.parent[node]
    found = 0 if node < 0 else bounds.known[node]
    while n > 0:
        n -= 1
        node = bounds.chain[n]
        found = bounds.to_stop[node]
        for i in range(tree.first_up[node], tree.first_up[node + 1]):
            found = min(found, bounds.known[tree.up_head[i]] + bounds.up[i])
        bounds.known[node] = found
    return found


@kernel
def push_cost(key: NDArray[np.int32], item: NDArray[np.int32], size: int, new_key: int, new_item: int) -> int:
    """Add an entry to a heap of four children a node that has room; returns its new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 2
        if key[parent] <= new_key:
            break
        key[at] = key[parent]
        item[at] = item[parent]
        at = parent
    key[at] = new_key
    item[at] = new_item
    return size + 1


@kernel
def pop_cost(key: NDArray[np.int32], item: NDArray[np.int32], size: int) -> int:
    """Remove the smallest entry; returns the heap's new size."""
    size -= 1
    last_key, last_item = key[size], item[size]
    at = 0
    while True:
        child = 4 * at + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if key[other] < key[least]:
                least = other
        if key[least] >= last_key:
            break
        key[at] = key[least]
        item[at] = item[least]
        at = least
    key[at] = last_key
    item[at] = last_item
    return size


@kernel
def search_moves(
    tree: Tree,
    moves: Moves,
    bounds: Bounds,
    cost: NDArray[np.int32],
    rule: TurnRule,
    starts: NDArray[np.int32],
    start_cost: NDArray[np.int32],
    stops: NDArray[np.int32],
    stop_cost: NDArray[np.int32],
) -> tuple[NDArray[np.int32], int, int, int]:
    """Cheapest way from any start to any stop under `cost`, none of which is below the metric of the bounds.

    Returns
    -------
    tuple
        Edges (empty also where a start is a stop), cost, first and last search node; cost `INF_COST` and nodes -1
        where no way leads.
    """
    n = tree.parent.size
    label = np.full(n, INF_COST, dtype=np.int32)
    before = np.full(n, -1, dtype=np.int32)
    by = np.empty(n, dtype=np.int32)
    stop_at = np.full(n, INF_COST, dtype=np.int32)
    for i in range(stops.size):
        stop_at[stops[i]] = min(stop_at[stops[i]], stop_cost[i])
    key, item, size = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int32), 0
    for i in range(starts.size):
        bound = bound_of(tree, bounds, starts[i])
        if start_cost[i] < label[starts[i]] and start_cost[i] + bound < INF_COST:
            label[starts[i]] = start_cost[i]
            size = push_cost(key, item, size, start_cost[i] + bound, starts[i])
    best, last = INF_COST, -1
    while size > 0 and key[0] < best:
        node = item[0]
        is_stale = key[0] > label[node] + bounds.known[node]
        size = pop_cost(key, item, size)
        if is_stale:
            continue
        if label[node] + stop_at[node] < best:
            best, last = label[node] + stop_at[node], node
        for i in range(moves.first[node], moves.first[node + 1]):
            step = move_cost(cost, moves.edge[i], moves.turn[i], rule.u_turn, rule.obeys_turns)
            head = moves.head[i]
            reached = label[node] + step
            if step >= INF_COST or reached >= label[head]:
                continue
            bound = bound_of(tree, bounds, head)
            if reached + bound >= best:
                continue
            label[head], before[head], by[head] = reached, node, moves.edge[i]
            if size == key.size:
                key, item = np.concatenate((key, np.empty_like(key))), np.concatenate((item, np.empty_like(item)))
            size = push_cost(key, item, size, reached + bound, head)
    if last < 0:
        return np.empty(0, dtype=np.int32), INF_COST, -1, -1
    n_edge, node = 0, last
    while before[node] >= 0:
        n_edge += 1
        node = before[node]
    edges = np.empty(n_edge, dtype=np.int32)
    node = last
    for i in range(n_edge - 1, -1, -1):
        edges[i] = by[node]
        node = before[node]
    return edges, best, node, last
