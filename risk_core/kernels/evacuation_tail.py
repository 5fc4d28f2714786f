"""The last to arrive once more: earlier ones step aside where they have another way, and whole flows are cut into ways.

A plan is a flow on the network of (node, slot) pairs. `remove_late` takes back whoever arrives after a slot;
`augment_way` finds room for them before it, along ways that may take back others' bookings: the augmenting paths of
Ford and Fulkerson (1956, "Maximal flow through a network", Canadian J. Math. 8:399), which fail only when a maximum
flow leaves them over. Nobody already there arrives later than the slot.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.evacuation import (
    Flow,
    LinkFacts,
    Sinks,
    SlotGraph,
    Sources,
    free_at,
    is_open,
)
from risk_core.kernels.heap import least_item, pop_cost, push_cost
from risk_core.kernels.jit import kernel

START, MOVE, WAIT, UNDO, UNWAIT, SWAP = 0, 1, 2, 3, 4, 5


MARK, COST, BEFORE, STEP, EDGE = 0, 1, 2, 3, 4
"""Columns of `StateWork.label`.

The search a state was reached in, slots by which others arrive later in sum, the state before it, and the step from
there with its edge.
"""


class StateWork(NamedTuple):
    """Scratch by state ``node * (n_slot + 1) + slot``, shape=(n_state, 5), a heap of states, and states looked at."""

    label: NDArray[np.int32]
    heap: NDArray[np.int64]
    looked: NDArray[np.int64]


class Search(NamedTuple):
    """Last slot in which anything may happen, what the way must cost less than, and states looked at at most."""

    target: int
    worth: int
    most: int


class Ways(NamedTuple):
    """A flow cut into ways: source, sink, units, slots of departure and arrival, and edges of each.

    Edges of way `w` are ``edge[first[w]:first[w + 1]]``.
    """

    source: NDArray[np.int32]
    sink: NDArray[np.int32]
    n_unit: NDArray[np.int32]
    depart: NDArray[np.int32]
    arrive: NDArray[np.int32]
    first: NDArray[np.int32]
    edge: NDArray[np.int32]


@kernel
def source_at(sources: Sources, flow: Flow, node: int, slot: int) -> int:
    """A source that entered units at a node in a slot and has not had them all taken back, -1 for none."""
    for source in range(sources.node.size):
        if sources.node[source] == node and sources.ready[source] == slot and flow.entered[source] > 0:
            return source
    return -1


@kernel
def step_back(graph: SlotGraph, facts: LinkFacts, flow: Flow, node: int, slot: int) -> tuple[int, int]:
    """The kind of step by which units came to a node in a slot, and its edge; `START` where they began there."""
    for i in range(graph.first_in[node], graph.first_in[node + 1]):
        edge = graph.in_edge[i]
        entry = slot - facts.slots[graph.link[edge]]
        if entry >= 0 and flow.used[edge, entry] > 0:
            return MOVE, edge
    if slot > 0 and flow.held[node, slot - 1] > 0:
        return WAIT, -1
    return START, -1


@kernel
def remove_late(
    graph: SlotGraph, facts: LinkFacts, sources: Sources, sinks: Sinks, flow: Flow, after: int
) -> NDArray[np.int32]:
    """Take back whoever arrives after a slot; returns how many units of each source."""
    removed = np.zeros(sources.node.size, dtype=np.int32)
    n_slot = flow.used.shape[1]
    trail_node = np.empty(n_slot + 2, dtype=np.int32)
    trail_edge = np.empty(n_slot + 2, dtype=np.int32)
    for sink in range(sinks.node.size):
        for arrival in range(after + 1, n_slot + 1):
            while flow.arrived[sink, arrival] > 0:
                n = flow.arrived[sink, arrival]
                node, slot, depth = sinks.node[sink], arrival, 0
                source = -1
                while True:
                    kind, edge = step_back(graph, facts, flow, node, slot)
                    if kind == START:
                        source = source_at(sources, flow, node, slot)
                        break
                    trail_edge[depth] = edge
                    if kind == MOVE:
                        slot -= facts.slots[graph.link[edge]]
                        n = min(n, flow.used[edge, slot])
                        node = graph.tail[edge]
                    else:
                        slot -= 1
                        n = min(n, flow.held[node, slot])
                    trail_node[depth] = node
                    depth += 1
                n = min(n, flow.entered[source])
                flow.entered[source] -= n
                removed[source] += n
                flow.arrived[sink, arrival] -= n
                sinks.room[sink] += n
                for d in range(depth - 1, -1, -1):
                    edge = trail_edge[d]
                    if edge < 0:
                        flow.held[trail_node[d], slot] -= n
                        slot += 1
                    else:
                        flow.used[edge, slot] -= n
                        flow.taken[graph.link[edge], slot // facts.bin] -= n
                        slot += facts.slots[graph.link[edge]]
    return removed


@kernel
def visit(work: StateWork, size: int, state: int, key: int, mark: int, before: int, step: int, edge: int) -> int:
    """Mark a state reached by a step, if it is new, and put it on the heap; returns the heap's size."""
    if work.label[state, MARK] == mark:
        return size
    work.label[state, MARK], work.label[state, BEFORE], work.label[state, STEP], work.label[state, EDGE] = (
        mark,
        before,
        step,
        edge,
    )
    work.label[state, COST] = 0 if before < 0 else work.label[before, COST]
    return push_cost(work.heap, size, work.label[state, COST] + key, state)


@kernel
def reach_room(
    graph: SlotGraph,
    facts: LinkFacts,
    sinks: Sinks,
    flow: Flow,
    bound: NDArray[np.int32],
    work: StateWork,
    start: int,
    search: Search,
    mark: int,
) -> int:
    """State of a sink with room that can be reached when bookings may be taken back, -1 where none is found.

    The arrival, and what it costs others in the sum of their arrivals, must together stay below `search.worth`, and
    nothing may happen after `search.target`. Every state is looked at once, the most promising first, `search.most` at
    most, and none is moved to from which empty streets would not lead there in time: a better way may be missed, a
    worse one is never taken.
    `work.looked[0]` rises by the states looked at.
    """
    width = flow.used.shape[1] + 1
    target, most = search.target, search.most
    size = visit(work, 0, start, start % width, mark, -1, START, -1)
    while size > 0 and most > 0:
        state = least_item(work.heap)
        size = pop_cost(work.heap, size)
        most -= 1
        work.looked[0] += 1
        node, slot = state // width, state % width
        sink = sinks.at_node[node]
        if sink >= 0 and slot <= sinks.until[sink]:
            if sinks.room[sink] > 0:
                if work.label[state, COST] + slot < search.worth:
                    return int(state)
            else:
                for other in range(target + 1):
                    there = state - slot + other
                    if flow.arrived[sink, other] > 0 and work.label[there, MARK] != mark:
                        size = visit(work, size, there, slot, mark, state, SWAP, sink)
                        work.label[there, COST] += slot - other
        for edge in range(graph.first_out[node], graph.first_out[node + 1]):
            link, other = graph.link[edge], graph.head[edge]
            end = slot + facts.slots[link]
            if end > target or work.label[state, COST] + end + bound[other] >= search.worth:
                continue
            if free_at(facts, flow.taken, link, slot) <= 0:
                continue
            if is_open(facts, link, slot, end):
                size = visit(work, size, other * width + end, end + bound[other], mark, state, MOVE, edge)
        if slot < target and work.label[state, COST] + slot + 1 + bound[node] < search.worth:
            size = visit(work, size, state + 1, slot + 1 + bound[node], mark, state, WAIT, -1)
        for i in range(graph.first_in[node], graph.first_in[node + 1]):
            edge = graph.in_edge[i]
            entry = slot - facts.slots[graph.link[edge]]
            if entry >= 0 and flow.used[edge, entry] > 0:
                other = graph.tail[edge]
                size = visit(work, size, other * width + entry, entry + bound[other], mark, state, UNDO, edge)
        if slot > 0 and flow.held[node, slot - 1] > 0:
            size = visit(work, size, state - 1, slot - 1 + bound[node], mark, state, UNWAIT, -1)
    return -1


@kernel
def free_units(graph: SlotGraph, facts: LinkFacts, flow: Flow, work: StateWork, state: int, most: int) -> int:
    """Units that fit through the last step of the way to a state, at most `most`."""
    n_slot = flow.used.shape[1]
    kind, edge, before = work.label[state, STEP], work.label[state, EDGE], work.label[state, BEFORE]
    slot = state % (n_slot + 1)
    if kind == MOVE:
        link, entry = graph.link[edge], before % (n_slot + 1)
        return min(most, free_at(facts, flow.taken, link, entry))
    if kind == UNDO:
        return min(most, int(flow.used[edge, slot]))
    if kind == UNWAIT:
        return min(most, int(flow.held[state // (n_slot + 1), slot]))
    if kind == SWAP:
        return min(most, int(flow.arrived[edge, slot]))
    return most


@kernel
def take_step(graph: SlotGraph, facts: LinkFacts, flow: Flow, work: StateWork, state: int, n: int) -> None:
    """Book `n` units on the last step of the way to a state."""
    n_slot = flow.used.shape[1]
    kind, edge, before = work.label[state, STEP], work.label[state, EDGE], work.label[state, BEFORE]
    slot = state % (n_slot + 1)
    entry = before % (n_slot + 1)
    if kind == MOVE:
        flow.used[edge, entry] += n
        flow.taken[graph.link[edge], entry // facts.bin] += n
    elif kind == WAIT:
        flow.held[state // (n_slot + 1), entry] += n
    elif kind == UNDO:
        flow.used[edge, slot] -= n
        flow.taken[graph.link[edge], slot // facts.bin] -= n
    elif kind == UNWAIT:
        flow.held[state // (n_slot + 1), slot] -= n
    elif kind == SWAP:
        flow.arrived[edge, slot] -= n
        flow.arrived[edge, entry] += n


@kernel
def book_goal(
    graph: SlotGraph, facts: LinkFacts, sinks: Sinks, flow: Flow, work: StateWork, goal: int, most: int
) -> int:
    """Book the way found to a sink for as many units as fit, at most `most`; returns how many."""
    width = flow.used.shape[1] + 1
    sink = sinks.at_node[goal // width]
    n = int(min(np.int64(most), sinks.room[sink]))
    state = goal
    while work.label[state, STEP] != START:
        n = free_units(graph, facts, flow, work, state, n)
        state = work.label[state, BEFORE]
    state = goal
    while work.label[state, STEP] != START:
        take_step(graph, facts, flow, work, state, n)
        state = work.label[state, BEFORE]
    sinks.room[sink] -= n
    flow.arrived[sink, goal % width] += n
    return n


@kernel
def place_by(
    graph: SlotGraph,
    facts: LinkFacts,
    sources: Sources,
    sinks: Sinks,
    flow: Flow,
    bound: NDArray[np.int32],
    work: StateWork,
    left: NDArray[np.int32],
    search: Search,
    mark: int,
    most_all: int,
) -> int:
    """Find room by `search.target` for as many of `left` as there is; lowers `left` and returns the last mark used.

    Looks at `most_all` states in all.
    """
    width = flow.used.shape[1] + 1
    stop = work.looked[0] + most_all
    for source in range(left.size):
        start = sources.node[source] * width + sources.ready[source]
        while left[source] > 0 and sources.ready[source] <= search.target and work.looked[0] < stop:
            mark += 1
            goal = reach_room(graph, facts, sinks, flow, bound, work, start, search, mark)
            if goal < 0:
                break
            n = book_goal(graph, facts, sinks, flow, work, goal, left[source])
            left[source] -= n
            flow.entered[source] += n
    return mark


@kernel
def hasten(
    graph: SlotGraph,
    facts: LinkFacts,
    sinks: Sinks,
    flow: Flow,
    bound: NDArray[np.int32],
    work: StateWork,
    last: int,
    mark: int,
    most: int,
    most_all: int,
) -> int:
    """Lower the sum of arrivals by exchanges in which some arrive earlier by more than others arrive later.

    Each exchange takes one arrival back and looks for an earlier one with bookings moved: a cycle of negative cost
    (Klein 1967, "A primal method for minimal cost flows", Management Science 14:205). Nobody comes later than `last`.
    Looks at `most` states an arrival and `most_all` in all; returns the last mark used.
    """
    width = flow.used.shape[1] + 1
    stop = work.looked[0] + most_all
    for arrival in range(last, 0, -1):
        for sink in range(sinks.node.size):
            while flow.arrived[sink, arrival] > 0 and work.looked[0] < stop:
                n = flow.arrived[sink, arrival]
                flow.arrived[sink, arrival] = 0
                sinks.room[sink] += n
                mark += 1
                start = sinks.node[sink] * width + arrival
                search = Search(last, arrival, most)
                goal = reach_room(graph, facts, sinks, flow, bound, work, start, search, mark)
                done = 0
                if goal >= 0:
                    done = book_goal(graph, facts, sinks, flow, work, goal, n)
                flow.arrived[sink, arrival] += n - done
                sinks.room[sink] -= n - done
                if done == 0:
                    break
    return mark


@kernel
def trace_way(
    graph: SlotGraph,
    facts: LinkFacts,
    sources: Sources,
    sinks: Sinks,
    flow: Flow,
    source: int,
    trail: NDArray[np.int32],
    trail_slot: NDArray[np.int32],
) -> tuple[int, int, int, int]:
    """Follow units of a source to a sink: units that go this way, the sink, the slot of arrival, and steps taken.

    Edges (-1: waits) and slots of the steps go into `trail` and `trail_slot`.
    """
    n_slot = flow.used.shape[1]
    n = flow.entered[source]
    node, slot, depth = sources.node[source], sources.ready[source], 0
    while True:
        sink = sinks.at_node[node]
        if sink >= 0 and flow.arrived[sink, slot] > 0:
            return min(n, flow.arrived[sink, slot]), sink, slot, depth
        found = -1
        for edge in range(graph.first_out[node], graph.first_out[node + 1]):
            if slot < n_slot and flow.used[edge, slot] > 0:
                found = edge
                break
        trail[depth], trail_slot[depth] = found, slot
        depth += 1
        if found >= 0:
            n = min(n, flow.used[found, slot])
            slot += facts.slots[graph.link[found]]
            node = graph.head[found]
        else:
            n = min(n, flow.held[node, slot])
            slot += 1


@kernel
def take_out(
    graph: SlotGraph,
    flow: Flow,
    node: int,
    n: int,
    trail: NDArray[np.int32],
    trail_slot: NDArray[np.int32],
    depth: int,
    edges: NDArray[np.int32],
    begin: int,
    place: NDArray[np.int32],
) -> tuple[int, int]:
    """Take `n` units off the steps of a trail from `node` on, and write its edges, loops left out, from `begin` on.

    `place` is -1 everywhere, and is again afterwards.

    Returns
    -------
    tuple
        End of the edges written, and the slot in which the first of them is entered (-1 for none).
    """
    end, depart, start = begin, -1, node
    place[node] = begin
    for d in range(depth):
        if trail[d] < 0:
            flow.held[node, trail_slot[d]] -= n
            continue
        edge = trail[d]
        flow.used[edge, trail_slot[d]] -= n
        if end == begin:
            depart = trail_slot[d]
        edges[end] = edge
        end += 1
        node = graph.head[edge]
        kept = place[node]
        if kept >= 0:
            for undone in range(kept, end):
                place[graph.head[edges[undone]]] = -1
            end = kept
        place[node] = end
    for d in range(begin, end):
        place[graph.head[edges[d]]] = -1
    place[start] = -1
    return end, depart


@kernel
def split_flow(graph: SlotGraph, facts: LinkFacts, sources: Sources, sinks: Sinks, flow: Flow) -> Ways:
    """Cut a flow into ways; the flow is used up. Whoever comes back to a node is taken to have waited there."""
    n_slot, n_node = flow.used.shape[1], graph.first_out.size - 1
    n_way, n_edge = 0, 0
    rows = np.empty((5, 1024), dtype=np.int32)
    first = np.zeros(1025, dtype=np.int32)
    edges = np.empty(16384, dtype=np.int32)
    trail = np.empty(n_slot + 2, dtype=np.int32)
    trail_slot = np.empty(n_slot + 2, dtype=np.int32)
    place = np.full(n_node, -1, dtype=np.int32)
    for source in range(sources.node.size):
        while flow.entered[source] > 0:
            n, sink, arrive, depth = trace_way(graph, facts, sources, sinks, flow, source, trail, trail_slot)
            flow.entered[source] -= n
            flow.arrived[sink, arrive] -= n
            if n_way == rows.shape[1]:
                rows = np.concatenate((rows, np.empty_like(rows)), axis=1)
                first = np.concatenate((first, np.zeros(n_way, dtype=np.int32)))
            if n_edge + depth > edges.size:
                edges = np.concatenate((edges, np.empty(edges.size + depth, dtype=np.int32)))
            start = sources.node[source]
            n_edge, depart = take_out(graph, flow, start, n, trail, trail_slot, depth, edges, n_edge, place)
            rows[0, n_way], rows[1, n_way], rows[2, n_way] = source, sink, n
            rows[3, n_way], rows[4, n_way] = depart if depart >= 0 else arrive, arrive
            n_way += 1
            first[n_way] = n_edge
    row = rows[:, :n_way].copy()
    return Ways(row[0], row[1], row[2], row[3], row[4], first[: n_way + 1].copy(), edges[:n_edge].copy())
