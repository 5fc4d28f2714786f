"""Ways for many people at once on streets that hold only so many: reservations in slots of time.

Time is cut into slots, and slots are counted in bins of several. An edge entered in slot `x` is left in slot
``x + slots``; `capacity_at` units may enter it in a bin. Waiting at a node is always allowed. `reserve_ways` serves
whoever can arrive first, again and again, and books the street for them: the capacity constrained route planner CCRP
(Lu, George and Shekhar 2005, "Capacity constrained routing algorithms for evacuation planning", SSTD). What it leaves
to the last is mended by `evacuation_tail`.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.heap import least_cost, least_item, pop_cost, push_cost
from risk_core.kernels.jit import kernel

NEVER = 1_000_000_000
"""A slot that never comes."""


class SlotGraph(NamedTuple):
    """Streets as a plan sees them.

    Edges are sorted by tail; those into node `v` are ``in_edge[first_in[v]:first_in[v + 1]]``. `link` is what an edge
    shares its capacity, time and closures with: its position in `LinkFacts`.
    """

    first_out: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    first_in: NDArray[np.int32]
    in_edge: NDArray[np.int32]
    link: NDArray[np.int32]


class LinkFacts(NamedTuple):
    """Of each link: slots it takes (1 or more), units a bin it passes, and a bit for each slice it is closed in.

    `slice_from` and `slice_to` are the slices that must be open for who enters or leaves in a slot,
    shapes=(n_slot + 1,), neither ever falling; where they differ, ways keep a margin to closures. `bin` is the
    number of slots in a bin.
    """

    slots: NDArray[np.int32]
    per_bin: NDArray[np.float64]
    closed: NDArray[np.int64]
    slice_from: NDArray[np.int32]
    slice_to: NDArray[np.int32]
    bin: int


class Sources(NamedTuple):
    """Groups: the node they are at, the slot they are ready in, and how many units they are."""

    node: NDArray[np.int32]
    ready: NDArray[np.int32]
    n_unit: NDArray[np.int32]


class Sinks(NamedTuple):
    """Places to go: the place at each node (-1 for none), its node, free room, and the last slot it takes people in."""

    at_node: NDArray[np.int32]
    node: NDArray[np.int32]
    room: NDArray[np.int64]
    until: NDArray[np.int32]


class Flow(NamedTuple):
    """What is booked: of every link, and of these groups alone on every edge, waiting at nodes, in sinks, of sources.

    `taken` counts units by the bin of entry, shape=(n_link, n_bin); `used` by the slot, shape=(n_edge, n_slot); `held`
    units at a node from a slot to the next, shape=(n_node, n_slot); `arrived` shape=(n_sink, n_slot + 1); `entered`
    shape=(n_source,).
    """

    taken: NDArray[np.int16]
    used: NDArray[np.int16]
    held: NDArray[np.int32]
    arrived: NDArray[np.int32]
    entered: NDArray[np.int32]


class WayWork(NamedTuple):
    """Scratch of the searches: by node the slot reached, the mark it holds for, the edge and slot of entry; a heap.

    `onward` as `first_free_bin` keeps it, shape=(n_link, n_bin); its bins are those of the horizon.
    """

    slot: NDArray[np.int32]
    mark: NDArray[np.int32]
    before: NDArray[np.int32]
    entry: NDArray[np.int32]
    heap: NDArray[np.int64]
    onward: NDArray[np.int16]


@kernel
def capacity_at(per_bin: float, at: int) -> int:
    """Whole units that may enter in a bin: as many by the end of each bin as the rate allows until then."""
    return int(math.floor((at + 1) * per_bin) - math.floor(at * per_bin))


@kernel
def free_at(facts: LinkFacts, taken: NDArray[np.int16], link: int, slot: int) -> int:
    """Units that may still enter a link in the bin of a slot."""
    at = slot // facts.bin
    return capacity_at(facts.per_bin[link], at) - int(taken[link, at])


@kernel
def is_open(facts: LinkFacts, link: int, slot: int, end: int) -> bool:
    """Whether a link is open in every slice from a slot of entry to a slot of exit."""
    bits = facts.closed[link]
    if bits == 0:
        return True
    n_closed = 0
    for k in range(facts.slice_from[slot], facts.slice_to[end] + 1):
        n_closed += (bits >> k) & 1
    return n_closed == 0


@kernel
def first_free_bin(facts: LinkFacts, taken: NDArray[np.int16], onward: NDArray[np.int16], link: int, at: int) -> int:
    """First bin from `at` on with room on a link, `onward.shape[1]` for none.

    `onward[link, b]` is how far a full bin was found to be from the next one with room; it is lengthened on the way.
    """
    n_bin = onward.shape[1]
    begin = at
    while at < n_bin and capacity_at(facts.per_bin[link], at) <= taken[link, at]:
        at += max(1, int(onward[link, at]))
    if at > begin:
        onward[link, begin] = at - begin
    return at


@kernel
def earliest_entry(
    facts: LinkFacts, taken: NDArray[np.int16], onward: NDArray[np.int16], link: int, slot: int, last: int
) -> int:
    """First slot from `slot` on in which a link is open to the end and not full, `NEVER` where none is by `last`."""
    length = facts.slots[link]
    while slot <= last:
        at = slot // facts.bin
        free = first_free_bin(facts, taken, onward, link, at)
        if free > at:
            slot = free * facts.bin
        elif is_open(facts, link, slot, slot + length):
            return slot
        else:
            slot += 1
    return NEVER


@kernel
def bound_slots(graph: SlotGraph, facts: LinkFacts, sinks: Sinks, work: WayWork) -> NDArray[np.int32]:
    """Slots from each node to the nearest sink that still has room, streets empty and open; `NEVER` where none leads.

    Dijkstra's search backward from all these sinks.
    """
    bound = np.full(graph.first_out.size - 1, NEVER, dtype=np.int32)
    heap = work.heap
    size = 0
    for k in range(sinks.node.size):
        if sinks.room[k] > 0:
            bound[sinks.node[k]] = 0
            size = push_cost(heap, size, 0, sinks.node[k])
    while size > 0:
        near, node = least_cost(heap), least_item(heap)
        size = pop_cost(heap, size)
        if near > bound[node]:
            continue
        for i in range(graph.first_in[node], graph.first_in[node + 1]):
            edge = graph.in_edge[i]
            other = graph.tail[edge]
            longer = near + facts.slots[graph.link[edge]]
            if longer < bound[other]:
                bound[other] = longer
                size = push_cost(heap, size, longer, other)
    return bound


@kernel
def find_way(
    graph: SlotGraph,
    facts: LinkFacts,
    sinks: Sinks,
    taken: NDArray[np.int16],
    bound: NDArray[np.int32],
    hopeless: NDArray[np.int32],
    work: WayWork,
    start: int,
    ready: int,
    mark: int,
) -> int:
    """Node of the sink with room that can be reached first from a node, -1 where none can; labels are in `work`.

    A* with the empty streets as bound. One label a node is exact, since whoever is there earlier may wait. A search
    that fails has labelled all that can be reached: nobody gets anywhere from a node labelled then, in that slot or
    later, as streets and places only fill. `hopeless` keeps these slots, and no later search goes on from there.
    """
    n_slot = facts.slice_from.size - 1
    slot, reached, before, heap = work.slot, work.mark, work.before, work.heap
    first_out, heads, links, at_node = graph.first_out, graph.head, graph.link, sinks.at_node
    slots, per_bin, closed, wide = facts.slots, facts.per_bin, facts.closed, facts.bin
    if bound[start] == NEVER or ready + bound[start] > n_slot:
        return -1
    slot[start], reached[start], before[start] = ready, mark, -1
    size = push_cost(heap, 0, ready + bound[start], start)
    while size > 0:
        cost, node = least_cost(heap), least_item(heap)
        size = pop_cost(heap, size)
        here = slot[node]
        if cost > here + bound[node]:
            continue
        sink = at_node[node]
        if sink >= 0 and sinks.room[sink] > 0 and here <= sinks.until[sink]:
            return int(node)
        for edge in range(first_out[node], first_out[node + 1]):
            other, link = heads[edge], links[edge]
            length = slots[link]
            if here + length + bound[other] > n_slot or per_bin[link] <= 0.0 or here + length >= hopeless[other]:
                continue
            if reached[other] == mark and slot[other] <= here + length:
                continue
            entry = here
            if closed[link] != 0 or capacity_at(per_bin[link], here // wide) <= taken[link, here // wide]:
                entry = earliest_entry(facts, taken, work.onward, link, here, n_slot - length - bound[other])
                if entry == NEVER:
                    continue
            there = entry + length
            if there >= hopeless[other]:
                continue
            if reached[other] != mark or there < slot[other]:
                slot[other], reached[other], before[other], work.entry[other] = there, mark, edge, entry
                size = push_cost(heap, size, there + bound[other], other)
    for node in range(bound.size):
        if reached[node] == mark:
            hopeless[node] = min(hopeless[node], slot[node])
    return -1


@kernel
def book_way(graph: SlotGraph, facts: LinkFacts, flow: Flow, work: WayWork, goal: int, most: int) -> int:
    """Book the way found to `goal` for as many units as every link of it has room for, at most `most`."""
    n = most
    node = goal
    while work.before[node] >= 0:
        edge = work.before[node]
        link, entry = graph.link[edge], work.entry[node]
        n = min(n, free_at(facts, flow.taken, link, entry))
        node = graph.tail[edge]
    node = goal
    while work.before[node] >= 0:
        edge = work.before[node]
        link, entry = graph.link[edge], work.entry[node]
        flow.taken[link, entry // facts.bin] += n
        flow.used[edge, entry] += n
        node = graph.tail[edge]
        for waiting in range(work.slot[node], entry):
            flow.held[node, waiting] += n
    return n


@kernel
def reserve_ways(
    graph: SlotGraph, facts: LinkFacts, sources: Sources, sinks: Sinks, flow: Flow, work: WayWork, patience: int
) -> NDArray[np.int32]:
    """Book ways until nobody who is left can get anywhere; returns how many units of each source are left.

    Served is always the source that can arrive first; found arrivals only become later as streets and places fill, so
    that a queue by the last arrival found is enough. A source that was put back `patience` times is served when it
    comes to the front again, even where another has become faster. `sinks.room` and `flow` are changed; nobody may have
    left a street since `work.onward` was cleared.
    """
    left = sources.n_unit.copy()
    n_source, n_slot = sources.node.size, flow.used.shape[1]
    bound = bound_slots(graph, facts, sinks, work)
    queue = np.empty(n_source + 1, dtype=np.int64)
    size = 0
    for source in range(n_source):
        near = bound[sources.node[source]]
        if near != NEVER and left[source] > 0 and sources.ready[source] + near <= n_slot:
            size = push_cost(queue, size, sources.ready[source] + near, source)
    room = np.int64(0)
    for sink in range(sinks.room.size):
        room += sinks.room[sink]
    mark = 0
    work.mark[:] = 0
    put_back = np.zeros(n_source, dtype=np.int32)
    hopeless = np.full(bound.size, NEVER, dtype=np.int32)
    while size > 0 and room > 0:
        source = least_item(queue)
        size = pop_cost(queue, size)
        mark += 1
        start, ready = sources.node[source], sources.ready[source]
        if ready >= hopeless[start]:
            continue
        goal = find_way(graph, facts, sinks, flow.taken, bound, hopeless, work, start, ready, mark)
        if goal < 0:
            continue
        arrival = work.slot[goal]
        if size > 0 and arrival > least_cost(queue) and put_back[source] < patience:
            put_back[source] += 1
            size = push_cost(queue, size, arrival, source)
            continue
        sink = sinks.at_node[goal]
        n = book_way(graph, facts, flow, work, goal, int(min(np.int64(left[source]), sinks.room[sink])))
        put_back[source] = 0
        left[source] -= n
        sinks.room[sink] -= n
        room -= n
        flow.arrived[sink, arrival] += n
        flow.entered[source] += n
        if left[source] > 0:
            size = push_cost(queue, size, arrival, source)
        if sinks.room[sink] == 0:
            bound = bound_slots(graph, facts, sinks, work)
    return left
