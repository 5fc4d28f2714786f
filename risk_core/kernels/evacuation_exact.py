"""Ways of the least sum of arrivals, exactly, where a plan is small.

A plan is a flow on the network of (node, slot) pairs whose only cost is the slot of arrival. `fill_cheapest` sends
units along the cheapest way left, bookings being taken back where that pays, until all are placed or none can be more:
successive shortest paths with potentials (Edmonds and Karp 1972, "Theoretical improvements in algorithmic efficiency
for network flow problems", J. ACM 19:248; Tomizawa 1971, Networks 1:173). The flow is then the cheapest of all that
place as many. This holds where every edge has a capacity of its own in every slot: `LinkFacts.bin` is 1 and no two
edges share a link.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.evacuation import Flow, LinkFacts, Sinks, SlotGraph, Sources, free_at, is_open
from risk_core.kernels.heap import least_cost, least_item, new_heap, pop_cost, push_cost, with_room
from risk_core.kernels.jit import kernel

START, MOVE, WAIT, UNDO, UNWAIT, ARRIVE, LEAVE = 0, 1, 2, 3, 4, 5, 6

FAR = 1_000_000_000
"""Cost of what has not been reached."""


class Labels(NamedTuple):
    """Of each state ``node * width + slot``, and after them of each sink.

    `price` is the cost from the sources, up to one number for all; `cost` the reduced one of the search under way,
    `FAR` where not reached; `before`, `step` and `edge` the last step of the way; `touched` the states reached.
    """

    price: NDArray[np.int64]
    cost: NDArray[np.int64]
    before: NDArray[np.int64]
    step: NDArray[np.int8]
    edge: NDArray[np.int32]
    touched: NDArray[np.int64]


@kernel
def reach(
    labels: Labels, heap: NDArray[np.int64], size: int, n_touched: int, state: int, to: int, slots: int, step: int,
    edge: int,
) -> tuple[NDArray[np.int64], int, int]:  # fmt: skip
    """Offer a step from a state (-1: from the sources) that costs `slots`; gives the heap, its size, states touched."""
    so_far = labels.cost[state] + labels.price[state] if state >= 0 else 0
    cost = so_far + slots - labels.price[to]
    if cost >= labels.cost[to]:
        return heap, size, n_touched
    if labels.cost[to] == FAR:
        labels.touched[n_touched] = to
        n_touched += 1
    labels.cost[to], labels.before[to], labels.step[to], labels.edge[to] = cost, state, step, edge
    heap = with_room(heap, size)
    return heap, push_cost(heap, size, cost, to), n_touched


@kernel
def find_cheapest(
    graph: SlotGraph,
    facts: LinkFacts,
    sources: Sources,
    sinks: Sinks,
    flow: Flow,
    labels: Labels,
    heap: NDArray[np.int64],
    last: int,
) -> tuple[int, NDArray[np.int64], int]:
    """The sink with room that is cheapest to reach, -1 for none; the heap, and how many states were touched.

    Keys of the search are reduced by the price of the sources, 0, so they are never negative.
    """
    width = last + 1
    n_state = (graph.first_out.size - 1) * width
    size, n_touched = 0, 0
    for source in range(sources.node.size):
        if flow.entered[source] < sources.n_unit[source] and sources.ready[source] <= last:
            state = sources.node[source] * width + sources.ready[source]
            heap, size, n_touched = reach(labels, heap, size, n_touched, -1, state, 0, START, source)
    while size > 0:
        cost, state = least_cost(heap), least_item(heap)
        size = pop_cost(heap, size)
        if cost > labels.cost[state]:
            continue
        if state >= n_state:
            sink = state - n_state
            if sinks.room[sink] > 0:
                return state, heap, n_touched
            for slot in range(min(last, sinks.until[sink]) + 1):
                if flow.arrived[sink, slot] > 0:
                    to = sinks.node[sink] * width + slot
                    heap, size, n_touched = reach(labels, heap, size, n_touched, state, to, -slot, LEAVE, sink)
            continue
        node, slot = state // width, state % width
        sink = sinks.at_node[node]
        if sink >= 0 and slot <= sinks.until[sink]:
            heap, size, n_touched = reach(labels, heap, size, n_touched, state, n_state + sink, slot, ARRIVE, sink)
        for edge in range(graph.first_out[node], graph.first_out[node + 1]):
            link = graph.link[edge]
            end = slot + facts.slots[link]
            if end <= last and free_at(facts, flow.taken, link, slot) > 0 and is_open(facts, link, slot, end):
                to = graph.head[edge] * width + end
                heap, size, n_touched = reach(labels, heap, size, n_touched, state, to, 0, MOVE, edge)
        if slot < last:
            heap, size, n_touched = reach(labels, heap, size, n_touched, state, state + 1, 0, WAIT, -1)
        for i in range(graph.first_in[node], graph.first_in[node + 1]):
            edge = graph.in_edge[i]
            entry = slot - facts.slots[graph.link[edge]]
            if entry >= 0 and flow.used[edge, entry] > 0:
                to = graph.tail[edge] * width + entry
                heap, size, n_touched = reach(labels, heap, size, n_touched, state, to, 0, UNDO, edge)
        if slot > 0 and flow.held[node, slot - 1] > 0:
            heap, size, n_touched = reach(labels, heap, size, n_touched, state, state - 1, 0, UNWAIT, -1)
    return -1, heap, n_touched


@kernel
def units_on(
    graph: SlotGraph, facts: LinkFacts, sources: Sources, flow: Flow, labels: Labels, state: int, width: int
) -> int:
    """Units that fit through the last step of the way to a state."""
    kind, edge, before = labels.step[state], labels.edge[state], labels.before[state]
    if kind == START:
        return int(sources.n_unit[edge] - flow.entered[edge])
    if kind == MOVE:
        return free_at(facts, flow.taken, graph.link[edge], before % width)
    if kind == UNDO:
        return int(flow.used[edge, state % width])
    if kind == UNWAIT:
        return int(flow.held[state // width, state % width])
    if kind == LEAVE:
        return int(flow.arrived[edge, state % width])
    return FAR


@kernel
def book_on(graph: SlotGraph, flow: Flow, labels: Labels, state: int, width: int, n: int) -> None:
    """Book `n` units on the last step of the way to a state; every edge is its own link and bin here."""
    kind, edge, before = labels.step[state], labels.edge[state], labels.before[state]
    slot, entry = state % width, before % width
    if kind == START:
        flow.entered[edge] += n
    elif kind == MOVE:
        flow.used[edge, entry] += n
        flow.taken[graph.link[edge], entry] += n
    elif kind == WAIT:
        flow.held[state // width, entry] += n
    elif kind == UNDO:
        flow.used[edge, slot] -= n
        flow.taken[graph.link[edge], slot] -= n
    elif kind == UNWAIT:
        flow.held[state // width, slot] -= n
    elif kind == ARRIVE:
        flow.arrived[edge, entry] += n
    else:
        flow.arrived[edge, slot] -= n


@kernel
def fill_cheapest(graph: SlotGraph, facts: LinkFacts, sources: Sources, sinks: Sinks, flow: Flow, last: int) -> int:
    """Book as many units as can arrive by a slot, in the least sum of their arrivals; returns how many.

    `flow` is empty but for `taken` by others; `sinks.room` falls.
    """
    width = last + 1
    n_state = (graph.first_out.size - 1) * width
    n = n_state + sinks.node.size
    labels = Labels(
        np.zeros(n, dtype=np.int64), np.full(n, FAR, dtype=np.int64), np.full(n, -1, dtype=np.int64),
        np.zeros(n, dtype=np.int8), np.zeros(n, dtype=np.int32), np.empty(n, dtype=np.int64),
    )  # fmt: skip
    heap, placed = new_heap(), 0
    while True:
        goal, heap, n_touched = find_cheapest(graph, facts, sources, sinks, flow, labels, heap, last)
        if goal < 0:
            return placed
        far = labels.cost[goal]
        units, state = int(sinks.room[goal - n_state]), goal
        while state >= 0:
            units = min(units, units_on(graph, facts, sources, flow, labels, state, width))
            state = labels.before[state]
        state = goal
        while state >= 0:
            book_on(graph, flow, labels, state, width, units)
            state = labels.before[state]
        sinks.room[goal - n_state] -= units
        placed += units
        for i in range(n):
            labels.price[i] += min(labels.cost[i], far)
        for i in range(n_touched):
            labels.cost[labels.touched[i]] = FAR
