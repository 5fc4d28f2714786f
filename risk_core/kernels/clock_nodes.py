"""The quick search on a moving clock: one label a node.

Source: Dreyfus, "An Appraisal of Some Shortest-Path Algorithms" (1969), where leaving later never means arriving
earlier and it is exact; time + risk is not so, and here it is a heuristic. Exact: `risk_core.kernels.clock_labels`.
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.clock import (
    Pieces,
    Slices,
    Starts,
    TimedWay,
    cost_entered,
    cost_turn,
    cost_wait,
    find_leaving,
    slice_at,
)
from risk_core.kernels.heap import least_cost, least_item, new_heap, pop_cost, push_cost, with_room
from risk_core.kernels.hierarchy import INF_COST, Moves, Tree, TurnRule
from risk_core.kernels.jit import kernel
from risk_core.kernels.potential import Bounds, bound_of


@kernel
def cheapest_entry(
    begin: NDArray[np.int32],
    cost: NDArray[np.int32],
    column: int,
    time: int,
    clock: int,
    slices: Slices,
    place: int,
) -> tuple[int, int]:
    """Least cost of waiting and travelling an edge from `clock` on, and the clock of entry."""
    best, entry = cost_entered(begin, cost, column, time, clock), clock
    if place < 0:
        return best, entry
    for k in range(slice_at(begin, clock) + 1, begin.size):
        waited = cost_wait(slices, place, clock, begin[k])
        if waited + time >= best:
            break
        found = waited + cost_entered(begin, cost, column, time, begin[k])
        if found < best:
            best, entry = found, int(begin[k])
    return best, entry


@kernel
def search_nodes(
    tree: Tree,
    moves: Moves,
    bounds: Bounds,
    slices: Slices,
    rule: TurnRule,
    starts: Starts,
    destination: Pieces,
) -> tuple[TimedWay, int]:
    """A good way with one label a node: not exact, its cost is never below the cheapest.

    Every node keeps only the cheapest way to it, though a dearer one that arrives at another clock may lead on more
    cheaply; a wait is taken only where it makes the very next edge cheaper. A way may be missed.

    Returns
    -------
    tuple
        The way and the number of labels settled.
    """
    n = tree.parent.size
    label, clock = np.full(n, INF_COST, dtype=np.int32), np.empty(n, dtype=np.int32)
    before, by, entered = np.full(n, -1, dtype=np.int32), np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    heap, size = new_heap(), 0
    for i in range(starts.node.size):
        node = starts.node[i]
        bound = bound_of(tree, bounds, node)
        if starts.cost[i] < label[node] and starts.cost[i] + bound < INF_COST:
            label[node], clock[node], by[node] = starts.cost[i], starts.clock[i], i
            size = push_cost(heap, size, starts.cost[i] + bound, node)
            heap = with_room(heap, size)
    best, last, stop, stop_entry, n_settled = INF_COST, -1, -1, 0, 0
    while size > 0 and least_cost(heap) < best:
        node = least_item(heap)
        is_stale = least_cost(heap) > label[node] + bounds.known[node]
        size = pop_cost(heap, size)
        if is_stale:
            continue
        n_settled += 1
        for i in range(destination.node.size):
            if destination.node[i] == node:
                step, entry = cheapest_entry(
                    slices.begin, destination.cost, i, destination.time[i], clock[node], slices, slices.place[node]
                )
                if label[node] + step < best:
                    best, last, stop, stop_entry = label[node] + step, node, i, entry
        for i in range(moves.first[node], moves.first[node + 1]):
            edge, head, turn = moves.edge[i], moves.head[i], cost_turn(moves.turn[i], rule)
            bound = bound_of(tree, bounds, head)
            if bound >= INF_COST or turn >= INF_COST or slices.time[edge] >= INF_COST:
                continue
            step, entry = cheapest_entry(
                slices.begin, slices.cost, edge, slices.time[edge], clock[node], slices, slices.place[node]
            )
            reached = label[node] + min(step + turn, INF_COST)
            if reached >= label[head] or reached + bound >= best:
                continue
            label[head], before[head], by[head], entered[head] = reached, node, edge, entry
            clock[head] = entry + slices.time[edge]
            heap = with_room(heap, size)
            size = push_cost(heap, size, reached + bound, head)
    return trace_nodes(before, by, entered, last, stop, stop_entry, best), n_settled


@kernel
def trace_nodes(
    before: NDArray[np.int32],
    by: NDArray[np.int32],
    entered: NDArray[np.int32],
    last: int,
    stop: int,
    stop_entry: int,
    cost: int,
) -> TimedWay:
    """The way to node `last`, by its predecessors."""
    n_edge, node = 0, last
    while node >= 0 and before[node] >= 0:
        n_edge += 1
        node = before[node]
    edges, entry = np.empty(n_edge, dtype=np.int32), np.empty(n_edge, dtype=np.int32)
    start = -1 if node < 0 else int(by[node])
    node = last
    for i in range(n_edge - 1, -1, -1):
        edges[i], entry[i] = by[node], entered[node]
        node = before[node]
    return TimedWay(edges, entry, start, int(stop), int(stop_entry), int(cost))


@kernel
def best_departure(
    moves: Moves,
    slices: Slices,
    rule: TurnRule,
    origin: Pieces,
    destination: Pieces,
    ends: tuple[int, int],
    edges: NDArray[np.int32],
    between: tuple[int, int],
) -> tuple[int, int]:
    """When to set off on a given way, without waits, so as to be there by a deadline.

    Parameters
    ----------
    moves, slices, rule, origin, destination
        The question.
    ends, edges
        Pieces at both ends, and the edges between them.
    between
        Earliest departure and deadline.

    Returns
    -------
    tuple
        Least ``cost + (deadline - arrival)`` and its departure, of equals the latest; `INF_COST` where there is none.
    """
    turns, time, node = 0, int(origin.time[ends[0]]) + int(destination.time[ends[1]]), origin.node[ends[0]]
    for i in range(edges.size):
        move = find_leaving(moves, node, edges[i])
        turns += cost_turn(moves.turn[move], rule)
        time += int(slices.time[edges[i]])
        node = moves.head[move]
    best, found, departure = INF_COST, between[0], between[1] - time
    while departure >= between[0] and between[1] - departure + turns < best:
        clock, total = departure + int(origin.time[ends[0]]), between[1] - departure - time + turns
        total += cost_entered(slices.begin, origin.cost, ends[0], origin.time[ends[0]], departure)
        for i in range(edges.size):
            if total >= best:
                break
            total += cost_entered(slices.begin, slices.cost, edges[i], slices.time[edges[i]], clock)
            clock += int(slices.time[edges[i]])
        total += cost_entered(slices.begin, destination.cost, ends[1], destination.time[ends[1]], clock)
        if total < best:
            best, found = total, departure
        departure -= 1
    return best, found
