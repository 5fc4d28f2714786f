"""Exact ways on a moving clock, by labels (cost, clock).

When one label may drop another. Costs of entering an edge rise and fall with the clock, so standing at a node earlier
is in itself no advantage: nothing can be said of two labels with different clocks, for the later one may meet an edge
in a cheap slice that the earlier one, not free to wait at will, passes in a dear one. (1) Of two labels at one search
node and one clock the cheaper dominates, since everything that follows, waits included, is a function of node and clock
alone, so whatever completes the dearer one completes the cheaper one at the same further cost. (2) From the beginning
of the last slice on that function no longer depends on the clock, so there the cheaper dominates whatever the clocks,
unless arrivals are bound by a deadline. Waits add no dominance: they end when a slice begins, where all who wait
share one clock and (1) applies.

So labels are the states (node, clock) of the time-expanded graph, met lazily and best first with the bounds of
`risk_core.kernels.clock_window`.

Source: Hart, Nilsson, Raphael, "A Formal Basis for the Heuristic Determination of Minimum Cost Paths" (1968), on that
graph.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.clock import Pieces, Slices, Starts, TimedWay, cost_entered, cost_turn, cost_wait, slice_at
from risk_core.kernels.clock_window import Aim, Window
from risk_core.kernels.heap import N_FIRST, least_cost, least_item, pop_cost, push_cost
from risk_core.kernels.hierarchy import INF_COST, Moves, TurnRule
from risk_core.kernels.jit import kernel

_BY_WAIT = -1
_BY_START = -2


class Labels(NamedTuple):
    """Everything a search has met, one entry a label, found by node and clock through `table`, and the heap of them.

    `by` is an edge, `_BY_WAIT`, or `_BY_START` less the start; `size` holds the number of labels and the heap's size.
    """

    node: NDArray[np.int32]
    clock: NDArray[np.int32]
    cost: NDArray[np.int32]
    before: NDArray[np.int32]
    by: NDArray[np.int32]
    table: NDArray[np.int32]
    heap: NDArray[np.int64]
    size: NDArray[np.int64]


@kernel
def find_slot(labels: Labels, node: int, clock: int, horizon: int) -> int:
    """Place in the table of the label with a node and a clock (already cut at the horizon), or the free one for it."""
    mask = labels.table.size - 1
    at = np.int64(node) * 1_000_003 + np.int64(clock) * 8_191
    at = (at ^ (at >> 17)) & mask
    while labels.table[at] >= 0:
        other = labels.table[at]
        if labels.node[other] == node and min(labels.clock[other], horizon) == clock:
            break
        at = (at + 1) & mask
    return int(at)


@kernel
def widen(labels: Labels, room: int, horizon: int) -> Labels:
    """The same labels with room for at least `room` in all and as many more heap entries; the table is refilled."""
    n_label, n_heap = labels.size[0], labels.size[1]
    size = 1024
    while size < room:
        size *= 2
    n_entry = max(labels.heap.size, N_FIRST)
    while n_entry < n_heap + size - n_label:
        n_entry *= 2
    wide = Labels(
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.full(4 * size, -1, dtype=np.int32),
        np.empty(n_entry, dtype=np.int64),
        labels.size,
    )
    wide.heap[:n_heap] = labels.heap[:n_heap]
    wide.node[:n_label], wide.clock[:n_label], wide.cost[:n_label] = (
        labels.node[:n_label],
        labels.clock[:n_label],
        labels.cost[:n_label],
    )
    wide.before[:n_label], wide.by[:n_label] = labels.before[:n_label], labels.by[:n_label]
    for i in range(n_label):
        wide.table[find_slot(wide, wide.node[i], min(wide.clock[i], horizon), horizon)] = i
    return wide


@kernel
def offer(labels: Labels, node: int, clock: int, cost: int, before: int, by: int, window: Window, horizon: int) -> None:
    """Keep a label unless one at its node and clock is as cheap; there must be room."""
    slot = find_slot(labels, node, min(clock, horizon), horizon)
    at = labels.table[slot]
    if at < 0:
        at = labels.size[0]
        labels.table[slot] = at
        labels.size[0] += 1
    elif cost >= labels.cost[at]:
        return
    labels.node[at], labels.clock[at], labels.cost[at] = node, clock, cost
    labels.before[at], labels.by[at] = before, by
    labels.size[1] = push_cost(labels.heap, labels.size[1], cost + window.to_go[node], at)


@kernel
def first_labels(starts: Starts, window: Window, aim: Aim) -> Labels:
    """A label for each start that can matter."""
    none = np.empty(0, dtype=np.int32)
    empty = Labels(none, none, none, none, none, none, np.empty(0, dtype=np.int64), np.zeros(2, dtype=np.int64))
    labels = widen(empty, starts.node.size + 64, aim.horizon)
    for i in range(starts.node.size):
        node, clock, cost = starts.node[i], starts.clock[i], starts.cost[i]
        if clock <= window.late[node] and cost < aim.below - window.to_go[node]:
            offer(labels, node, clock, cost, -1, _BY_START - i, window, aim.horizon)
    return labels


@kernel
def search_labels(
    moves: Moves,
    slices: Slices,
    rule: TurnRule,
    starts: Starts,
    destination: Pieces,
    window: Window,
    aim: Aim,
) -> tuple[TimedWay, int, int]:
    """Cheapest way below `aim.below`, by best-first search over labels (cost, clock).

    Parameters
    ----------
    moves, slices, rule, starts, destination
        The question; the starts' costs are less the credit as well.
    window
        From `least_to_go`.
    aim
        What is looked for.

    Returns
    -------
    tuple
        The way (start -1 where there is none below `aim.below`; its cost is less the credit), a cost below which no way
        lies, and the number of labels. The budget cut the search short where the second is below the first and
        `aim.below`.
    """
    begin, late, to_go = slices.begin, window.late, window.to_go
    labels = first_labels(starts, window, aim)
    best, last, stop = aim.below, -1, -1
    while labels.size[1] > 0 and least_cost(labels.heap) < best and labels.size[0] <= aim.budget:
        now = least_item(labels.heap)
        node, clock, cost = labels.node[now], labels.clock[now], labels.cost[now]
        is_stale = least_cost(labels.heap) > cost + to_go[node]
        labels.size[1] = pop_cost(labels.heap, labels.size[1])
        if is_stale:
            continue
        n_more = moves.first[node + 1] - moves.first[node] + 1
        if labels.size[0] + n_more > labels.node.size or labels.size[1] + n_more > labels.heap.size:
            labels = widen(labels, max(2 * labels.size[0], labels.size[0] + n_more), aim.horizon)
        for i in range(destination.node.size):
            if destination.node[i] == node and clock + destination.time[i] <= aim.limit:
                step = cost_entered(begin, destination.cost, i, destination.time[i], clock)
                if cost + step - aim.credit * destination.time[i] < best:
                    best, last, stop = cost + step - aim.credit * destination.time[i], now, i
        k = slice_at(begin, clock) + 1
        if slices.place[node] >= 0 and k < begin.size and begin[k] <= late[node]:
            reached = cost + cost_wait(slices, slices.place[node], clock, begin[k]) - aim.credit * (begin[k] - clock)
            if reached + to_go[node] < best:
                offer(labels, node, begin[k], reached, now, _BY_WAIT, window, aim.horizon)
        for i in range(moves.first[node], moves.first[node + 1]):
            edge, head, turn = moves.edge[i], moves.head[i], cost_turn(moves.turn[i], rule)
            if to_go[head] >= INF_COST or turn >= INF_COST or slices.time[edge] > late[head] - clock:
                continue
            step = cost_entered(begin, slices.cost, edge, slices.time[edge], clock) + turn
            reached = cost + step - aim.credit * slices.time[edge]
            if reached < best - to_go[head]:
                offer(labels, head, clock + slices.time[edge], reached, now, edge, window, aim.horizon)
    floor = min(least_cost(labels.heap), best) if labels.size[1] > 0 else best
    return trace_labels(labels, slices.time, last, stop, best), floor, int(labels.size[0])


@kernel
def trace_labels(labels: Labels, time: NDArray[np.int32], last: int, stop: int, cost: int) -> TimedWay:
    """The way to a label, by its predecessors; waits show in the clocks of entry."""
    n_edge, at, start = 0, last, -1
    while at >= 0:
        n_edge += 1 if labels.by[at] >= 0 else 0
        if labels.by[at] <= _BY_START:
            start = _BY_START - int(labels.by[at])
        at = labels.before[at]
    edges, entry = np.empty(n_edge, dtype=np.int32), np.empty(n_edge, dtype=np.int32)
    at = last
    while at >= 0:
        if labels.by[at] >= 0:
            n_edge -= 1
            edges[n_edge] = labels.by[at]
            entry[n_edge] = labels.clock[at] - time[labels.by[at]]
        at = labels.before[at]
    stop_entry = 0 if last < 0 else int(labels.clock[last])
    return TimedWay(edges, entry, start, int(stop), stop_entry, int(cost))
