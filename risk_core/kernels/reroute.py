"""The cheapest way when streets were closed or made dearer since the hierarchy was customised, without doing it anew.

A* on the moves, with distances under the open metric as bounds. All a search notes of a node lies in one row, and
its bounds are read from the up edges that matter (`risk_core.kernels.perfect`): searches of this kind wait for memory
more than they compute. Source: Strasser, Zeitz, "A Fast and Tight Heuristic for A* in Road Networks", SEA 2021.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.heap import least_cost, least_item, new_heap, pop_cost, push_cost, with_room
from risk_core.kernels.hierarchy import INF_COST, Moves, Tree, TurnRule, height_of, move_cost
from risk_core.kernels.jit import kernel
from risk_core.kernels.perfect import FIRST, HEAD, PARENT, WEIGHT
from risk_core.kernels.potential import NOT_ASKED, Bounds, lay_bounds

COST, BOUND, BEFORE, BY = 0, 1, 2, 3
"""Columns of a label: cost so far, least cost from here to a stop, the node and the edge it was reached by."""


class Cheaper(NamedTuple):
    """The metric of the bounds: weights of the up edges, upward and downward, and both arrays of its `Rise`."""

    up: NDArray[np.int32]
    down: NDArray[np.int32]
    up_node: NDArray[np.int32]
    up_arc: NDArray[np.int32]


class Desk(NamedTuple):
    """Arrays as long as the hierarchy for one search at a time, which leaves them as it found them.

    Filling them anew would cost a short search more than the search itself. `label` shape=(n_search, 4); `chain` is
    scratch as long as the hierarchy is high; the nodes written on are ``touched[:n_touched[0]]``.
    """

    label: NDArray[np.int32]
    chain: NDArray[np.int32]
    touched: NDArray[np.int32]
    n_touched: NDArray[np.int64]


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
    label[:, COST], label[:, BOUND] = INF_COST, NOT_ASKED
    return Desk(
        label, np.empty(height_of(tree), dtype=np.int32), np.empty(n, dtype=np.int32), np.zeros(1, dtype=np.int64)
    )


@kernel
def clear_desk(desk: Desk) -> None:
    """Forget a search: only what it wrote on is written again."""
    for i in range(desk.n_touched[0]):
        node = desk.touched[i]
        desk.label[node, COST], desk.label[node, BOUND] = INF_COST, NOT_ASKED
    desk.n_touched[0] = 0


@kernel
def bound_here(
    up_node: NDArray[np.int32],
    up_arc: NDArray[np.int32],
    label: NDArray[np.int32],
    chain: NDArray[np.int32],
    touched: NDArray[np.int32],
    n_touched: int,
    node: int,
) -> int:
    """Find the bound of a search node and of its ancestors that have none; returns how many nodes are touched then.

    Arrays come one by one, `Rise` first: taking them out of records counts references, which a call this short feels.
    """
    n = 0
    while node >= 0 and label[node, BOUND] == NOT_ASKED:
        chain[n] = node
        n += 1
        node = up_node[node, PARENT]
    while n > 0:
        n -= 1
        node = chain[n]
        found = np.int32(INF_COST)
        for i in range(up_node[node, FIRST], up_node[node + 1, FIRST]):
            over = np.int32(label[up_arc[i, HEAD], BOUND] + up_arc[i, WEIGHT])
            found = over if over < found else found
        label[node, BOUND] = found
        touched[n_touched] = node
        n_touched += 1
    return n_touched


@kernel
def last_step(ends: Ends, node: int) -> int:
    """Cost from a node to the place asked for where a way may stop there, `INF_COST` elsewhere."""
    least = INF_COST
    for i in range(ends.stop.size):
        if ends.stop[i] == node:
            least = min(least, ends.stop_cost[i])
    return int(least)


@kernel
def search_moves(
    tree: Tree,
    moves: Moves,
    cheaper: Cheaper,
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
    cheaper
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
    bounds = Bounds(cheaper.up, desk.label[:, BOUND], desk.chain, desk.touched, desk.n_touched)
    lay_bounds(tree, bounds, cheaper.down, ends.stop, ends.stop_cost)
    best, last = settle_moves(moves, cheaper, cost, rule, ends, desk)
    found = trace_moves(desk.label, last, best)
    clear_desk(desk)
    return found


@kernel
def settle_moves(
    moves: Moves, cheaper: Cheaper, cost: NDArray[np.int32], rule: TurnRule, ends: Ends, desk: Desk
) -> tuple[int, int]:
    """Cost of the cheapest way and the search node at which it stops, -1 where there is none; labels tell the way.

    Along an open cheapest way the key does not change, so the next node of one is settled without the heap. A node
    can only be a stop where its bound is no more than the dearest last step. A dead end that leads back to the same
    search node is never entered: all stops have their bounds before.
    """
    first, heads, edges, turns = moves.first, moves.head, moves.edge, moves.turn
    up_node, up_arc = cheaper.up_node, cheaper.up_arc
    label, chain, touched, n_touched = desk.label, desk.chain, desk.touched, desk.n_touched[0]
    heap, size = new_heap(), 0
    for i in range(ends.start.size):
        node, begun = ends.start[i], ends.start_cost[i]
        n_touched = bound_here(up_node, up_arc, label, chain, touched, n_touched, node)
        if begun < label[node, COST] and begun + label[node, BOUND] < INF_COST:
            label[node, COST], label[node, BEFORE] = begun, -1
            heap = with_room(heap, size)
            size = push_cost(heap, size, begun + label[node, BOUND], node)
    near = np.int32(-1)
    for i in range(ends.stop.size):
        near = max(near, ends.stop_cost[i])
    best, last, key, ahead = INF_COST, -1, 0, -1
    while ahead >= 0 or (size > 0 and least_cost(heap) < best):
        if ahead >= 0:
            node, ahead = ahead, -1
        else:
            key, node = least_cost(heap), least_item(heap)
            size = pop_cost(heap, size)
            if key > label[node, COST] + label[node, BOUND]:
                continue
        here = label[node, COST]
        if label[node, BOUND] <= near and here + last_step(ends, node) < best:
            best, last = here + last_step(ends, node), node
        for i in range(first[node], first[node + 1]):
            head, step = heads[i], cost[edges[i]]
            if step >= INF_COST or here + step >= label[head, COST]:
                continue
            if rule.obeys_turns == 1:
                step = move_cost(cost, edges[i], turns[i], rule.u_turn, 1)
            reached = here + step
            if step >= INF_COST or reached >= label[head, COST]:
                continue
            if label[head, BOUND] == NOT_ASKED:
                if first[head + 1] == first[head] + 1 and heads[first[head]] == node:
                    continue
                n_touched = bound_here(up_node, up_arc, label, chain, touched, n_touched, head)
            bound = label[head, BOUND]
            if reached + bound >= best:
                continue
            label[head, COST], label[head, BEFORE], label[head, BY] = reached, node, edges[i]
            if ahead < 0 and reached + bound == key:
                ahead = head
            else:
                heap = with_room(heap, size)
                size = push_cost(heap, size, reached + bound, head)
    desk.n_touched[0] = n_touched
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
