"""A* whose bounds are exact distances under a cheaper metric, read from its hierarchy only where the search looks.

Source: Strasser, Zeitz, "A Fast and Tight Heuristic for A* in Road Networks", SEA 2021 (CCH potentials, lazily).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.heap import least_cost, least_item, new_heap, pop_cost, push_cost, with_room
from risk_core.kernels.hierarchy import INF_COST, Moves, Tree, TurnRule, height_of, move_cost
from risk_core.kernels.jit import kernel

NOT_ASKED = -1
"""Bound nobody has asked for yet."""

COST, TO_STOP, BEFORE, BY = 0, 1, 2, 3
"""Columns of a label: cost so far, from there to a stop that lies there, the node and the edge it was reached by."""


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


class Desk(NamedTuple):
    """Arrays as long as the hierarchy for one search at a time, which leaves them as it found them.

    Filling them anew would cost a short search more than the search itself. `label` shape=(n_search, 4), the others
    as in `Bounds`.
    """

    known: NDArray[np.int32]
    chain: NDArray[np.int32]
    touched: NDArray[np.int32]
    n_touched: NDArray[np.int64]
    label: NDArray[np.int32]


class Ends(NamedTuple):
    """Search nodes a way may start from and stop at, each with the cost between it and the place asked for."""

    start: NDArray[np.int32]
    start_cost: NDArray[np.int32]
    stop: NDArray[np.int32]
    stop_cost: NDArray[np.int32]


@kernel
def new_desk(tree: Tree) -> Desk:
    """A desk for searches on one hierarchy."""
    n = tree.parent.size
    label = np.empty((n, 4), dtype=np.int32)
    label[:, COST], label[:, TO_STOP] = INF_COST, INF_COST
    return Desk(
        np.full(n, NOT_ASKED, dtype=np.int32),
        np.empty(height_of(tree), dtype=np.int32),
        np.empty(n, dtype=np.int32),
        np.zeros(1, dtype=np.int64),
        label,
    )


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


@kernel
def clear_desk(desk: Desk, stops: NDArray[np.int32]) -> None:
    """Forget a search: only what it wrote on is written again."""
    for i in range(desk.n_touched[0]):
        node = desk.touched[i]
        desk.known[node] = NOT_ASKED
        desk.label[node, COST] = INF_COST
    desk.n_touched[0] = 0
    for i in range(stops.size):
        desk.label[stops[i], TO_STOP] = INF_COST


@kernel
def search_moves(
    tree: Tree,
    moves: Moves,
    up: NDArray[np.int32],
    down: NDArray[np.int32],
    cost: NDArray[np.int32],
    rule: TurnRule,
    ends: Ends,
    desk: Desk,
) -> tuple[NDArray[np.int32], int, int, int]:
    """Cheapest way from any start to any stop under a metric nowhere below that of the hierarchy's weights.

    Parameters
    ----------
    tree, moves
        The hierarchy.
    up, down
        Its weights under the cheaper metric.
    cost, rule
        The metric asked for.
    ends
        Where the way may start and stop.
    desk
        Of this hierarchy, in no other use; left as it was.

    Returns
    -------
    tuple
        Edges (empty also where a start is a stop), cost, first and last search node; cost `INF_COST` and nodes -1
        where no way leads.
    """
    bounds = Bounds(up, desk.known, desk.chain, desk.touched, desk.n_touched)
    lay_bounds(tree, bounds, down, ends.stop, ends.stop_cost)
    for i in range(ends.stop.size):
        there = desk.label[ends.stop[i]]
        there[TO_STOP] = min(there[TO_STOP], ends.stop_cost[i])
    best, last = settle_moves(tree, moves, bounds, cost, rule, ends, desk.label)
    found = trace_moves(desk.label, last, best)
    clear_desk(desk, ends.stop)
    return found


@kernel
def settle_moves(
    tree: Tree,
    moves: Moves,
    bounds: Bounds,
    cost: NDArray[np.int32],
    rule: TurnRule,
    ends: Ends,
    label: NDArray[np.int32],
) -> tuple[int, int]:
    """Cost of the cheapest way and the search node at which it stops, -1 where there is none; labels tell the way.

    Along an open cheapest way the key does not change, so the next node of one is settled without the heap.
    """
    heap, size = new_heap(), 0
    for i in range(ends.start.size):
        node, begun = ends.start[i], ends.start_cost[i]
        bound = bound_of(tree, bounds, node)
        if begun < label[node, COST] and begun + bound < INF_COST:
            label[node, COST], label[node, BEFORE] = begun, -1
            heap = with_room(heap, size)
            size = push_cost(heap, size, begun + bound, node)
    best, last, key, ahead = INF_COST, -1, 0, -1
    while ahead >= 0 or (size > 0 and least_cost(heap) < best):
        if ahead >= 0:
            node, ahead = ahead, -1
        else:
            key, node = least_cost(heap), least_item(heap)
            size = pop_cost(heap, size)
            if key > label[node, COST] + bounds.known[node]:
                continue
        here = label[node, COST]
        if here + label[node, TO_STOP] < best:
            best, last = here + label[node, TO_STOP], node
        for i in range(moves.first[node], moves.first[node + 1]):
            head, step = moves.head[i], cost[moves.edge[i]]
            if step >= INF_COST or here + step >= label[head, COST]:
                continue
            if rule.obeys_turns == 1:
                step = move_cost(cost, moves.edge[i], moves.turn[i], rule.u_turn, 1)
            reached = here + step
            if step >= INF_COST or reached >= label[head, COST]:
                continue
            bound = bounds.known[head] if bounds.known[head] != NOT_ASKED else bound_of(tree, bounds, head)
            if reached + bound >= best:
                continue
            label[head, COST], label[head, BEFORE], label[head, BY] = reached, node, moves.edge[i]
            if ahead < 0 and reached + bound == key:
                ahead = head
            else:
                heap = with_room(heap, size)
                size = push_cost(heap, size, reached + bound, head)
    return best, last


@kernel
def trace_moves(label: NDArray[np.int32], last: int, cost: int) -> tuple[NDArray[np.int32], int, int, int]:
    """The way to search node `last`, as `search_moves` returns it."""
    if last < 0:
        return np.empty(0, dtype=np.int32), INF_COST, -1, -1
    n_edge, node = 0, last
    while label[node, BEFORE] >= 0:
        n_edge += 1
        node = label[node, BEFORE]
    edges = np.empty(n_edge, dtype=np.int32)
    node = last
    for i in range(n_edge - 1, -1, -1):
        edges[i] = label[node, BY]
        node = label[node, BEFORE]
    return edges, cost, node, last
