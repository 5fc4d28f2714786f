"""A* whose bounds are exact distances under a cheaper metric, read from its hierarchy only where the search looks.

Source: Strasser, Zeitz, "A Fast and Tight Heuristic for A* in Road Networks", SEA 2021 (CCH potentials, lazily).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST, Tree, height_of
from risk_core.kernels.jit import kernel

NOT_ASKED = -1
"""Bound nobody has asked for yet."""


class Bounds(NamedTuple):
    """Least cost from each search node to the stops, by up weights.

    `known` holds the bounds found so far, those of ``touched[:n_touched[0]]``, shape=(n_search,); `chain` is scratch
    as long as the hierarchy is high.
    """

    up: NDArray[np.int32]
    known: NDArray[np.int32]
    chain: NDArray[np.int32]
    touched: NDArray[np.int32]
    n_touched: NDArray[np.int64]


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
    bounds = Bounds(
        up,
        np.full(n, NOT_ASKED, dtype=np.int32),
        np.empty(height_of(tree), dtype=np.int32),
        np.empty(n, dtype=np.int32),
        np.zeros(1, dtype=np.int64),
    )
    lay_bounds(tree, bounds, down, stops, stop_cost)
    return bounds


@kernel
def lay_bounds(
    tree: Tree, bounds: Bounds, down: NDArray[np.int32], stops: NDArray[np.int32], stop_cost: NDArray[np.int32]
) -> None:
    """Find the bounds of the stops and their ancestors, for bounds that know nothing yet.

    First the cost from each ancestor down to a stop, then, from the roots down, also by way of a higher node.
    """
    known = bounds.known
    for i in range(stops.size):
        node = stops[i]
        while node >= 0 and known[node] == NOT_ASKED:
            known[node] = INF_COST
            note(bounds, node)
            node = tree.parent[node]
    for i in range(stops.size):
        known[stops[i]] = min(known[stops[i]], stop_cost[i])
    for i in range(stops.size):
        node = stops[i]
        while node >= 0:
            here = known[node]
            for j in range(tree.first_up[node], tree.first_up[node + 1]):
                known[tree.up_head[j]] = min(known[tree.up_head[j]], here + down[j])
            node = tree.parent[node]
    for i in range(stops.size):
        n, node = 0, stops[i]
        while node >= 0:
            bounds.chain[n] = node
            n += 1
            node = tree.parent[node]
        for k in range(n - 1, -1, -1):
            node = bounds.chain[k]
            known[node] = least_over(tree, bounds, node, known[node])


@kernel
def note(bounds: Bounds, node: int) -> None:
    """Remember that a node's bound is known."""
    bounds.touched[bounds.n_touched[0]] = node
    bounds.n_touched[0] += 1


@kernel
def least_over(tree: Tree, bounds: Bounds, node: int, found: int) -> int:
    """The lesser of a cost and that of going on over an up neighbour; theirs are known."""
    known, up, up_head = bounds.known, bounds.up, tree.up_head
    least = np.int32(found)
    for i in range(tree.first_up[node], tree.first_up[node + 1]):
        over = np.int32(known[up_head[i]] + up[i])
        least = over if over < least else least
    return int(least)


@kernel
def bound_of(tree: Tree, bounds: Bounds, node: int) -> int:
    """Least cost from a search node to the nearest stop, `INF_COST` when none can be reached."""
    n, known = 0, bounds.known
    while node >= 0 and known[node] == NOT_ASKED:
        bounds.chain[n] = node
        n += 1
        node = tree.parent[node]
    found = 0 if node < 0 else int(known[node])
    while n > 0:
        n -= 1
        node = bounds.chain[n]
        found = least_over(tree, bounds, node, INF_COST)
        known[node] = found
        note(bounds, node)
    return found
