"""Exact peers on the time-expanded network: maximum flow for the clearance, HiGHS for the sum of arrivals."""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import maximum_flow

from risk_core.kernels.evacuation import LinkFacts, Sinks, SlotGraph, Sources, capacity_at

PLENTY = 10**6


def slot_graph_of(n_node, tail, head):
    """A graph with a link for each edge; edges are sorted by tail here, so links are positions after the sort."""
    order = np.lexsort((head, tail))
    tail, head = tail[order].astype(np.int32), head[order].astype(np.int32)
    in_edge = np.argsort(head, kind="stable").astype(np.int32)
    first_out = np.searchsorted(tail, np.arange(n_node + 1)).astype(np.int32)
    first_in = np.searchsorted(head[in_edge], np.arange(n_node + 1)).astype(np.int32)
    return SlotGraph(first_out, tail, head, first_in, in_edge, np.arange(len(tail), dtype=np.int32))


def link_facts(slots, per_bin, n_slot, closed=None):
    """Links with one slice a slot where some are closed: `closed` is a mask of bits for slices 0..2 of equal length."""
    none = np.zeros(len(slots), dtype=np.int64)
    third = np.minimum(np.arange(n_slot + 1) * 3 // (n_slot + 1), 2).astype(np.int32)
    return LinkFacts(
        np.asarray(slots, dtype=np.int32),
        np.asarray(per_bin, dtype=np.float64),
        none if closed is None else np.asarray(closed, dtype=np.int64),
        third,
        third,
        1,
    )


def sinks_of(n_node, node, room, n_slot, until=None):
    """Places with room."""
    at_node = np.full(n_node, -1, dtype=np.int32)
    at_node[node] = np.arange(len(node))
    until = np.full(len(node), n_slot) if until is None else np.asarray(until)
    return Sinks(at_node, np.asarray(node, np.int32), np.asarray(room, np.int64), until.astype(np.int32))


def random_case(seed, n=6, n_slot=120, spare=(1.0, 1.5), has_closures=False):
    """A lattice with gaps and one-ways, 4 to 11 groups and 2 to 4 shelters with little room to spare."""
    rng = np.random.default_rng(seed)
    n_node = n * n
    ends = [(v, v + 1) for v in range(n_node) if v % n < n - 1] + [(v, v + n) for v in range(n_node - n)]
    ends = [end for end in ends if rng.random() > 0.1]
    ends += [end[::-1] for end in ends if rng.random() > 0.2]
    graph = slot_graph_of(n_node, *np.array(ends).T)
    m = len(graph.tail)
    closed = np.where(rng.random(m) < 0.15, rng.integers(1, 8, m), 0) if has_closures else None
    facts = link_facts(rng.integers(1, 6, m), rng.choice([0.5, 1, 1.5, 2, 3], m), n_slot, closed)
    n_source, n_sink = int(rng.integers(4, 12)), int(rng.integers(2, 5))
    node = rng.choice(n_node, n_source + n_sink, replace=False).astype(np.int32)
    n_unit = rng.integers(1, 25, n_source).astype(np.int32)
    sources = Sources(node[n_sink:].copy(), rng.integers(0, 6, n_source).astype(np.int32), n_unit)
    room = rng.multinomial(int(n_unit.sum() * rng.uniform(*spare)), np.ones(n_sink) / n_sink)
    return graph, facts, sources, sinks_of(n_node, node[:n_sink], room, n_slot)


def is_open(facts, link, slot, end):
    """Whether a link is open all the way."""
    return not any((facts.closed[link] >> k) & 1 for k in range(facts.slice_from[slot], facts.slice_to[end] + 1))


def expand(graph, facts, sources, sinks, n_slot):
    """Arcs of the time-expanded network: tail, head, capacity, cost; then source, target and number of nodes."""
    n_node, width = len(graph.first_out) - 1, n_slot + 1
    arcs = []
    for edge, link in enumerate(graph.link):
        length = int(facts.slots[link])
        for slot in range(n_slot - length + 1):
            units = capacity_at(facts.per_bin[link], slot)
            if units > 0 and is_open(facts, link, slot, slot + length):
                arcs.append((graph.tail[edge] * width + slot, graph.head[edge] * width + slot + length, units, 0))
    arcs += [(v * width + x, v * width + x + 1, PLENTY, 0) for v in range(n_node) for x in range(n_slot)]
    start = n_node * width
    stop, hub = start + 1, start + 2
    for node, ready, units in zip(sources.node, sources.ready, sources.n_unit, strict=True):
        if ready <= n_slot:
            arcs.append((start, node * width + ready, units, 0))
    for k, node in enumerate(sinks.node):
        arcs += [(node * width + x, hub + k, PLENTY, x) for x in range(min(n_slot, sinks.until[k]) + 1)]
        arcs.append((hub + k, stop, sinks.room[k], 0))
    return np.array(arcs, dtype=np.int64).T, start, stop, hub + len(sinks.node)


def most_placed(case, n_slot):
    """Most units that can have arrived by a slot."""
    (tail, head, units, _), start, stop, n = expand(*case, n_slot)
    matrix = coo_matrix((units.astype(np.int32), (tail, head)), shape=(n, n)).tocsr()
    return int(maximum_flow(matrix, start, stop).flow_value)


def least_clearance(case, n_unit, most):
    """First slot by which so many units can all have arrived; they can by `most`."""
    low = 0
    while low < most:
        middle = (low + most) // 2
        low, most = (low, middle) if most_placed(case, middle) >= n_unit else (middle + 1, most)
    return low


def least_arrivals(case, n_unit, n_slot):
    """Least sum of arrival slots over so many units, by HiGHS; None where they cannot all arrive."""
    (tail, head, units, cost), start, stop, n = expand(*case, n_slot)
    arc = np.arange(len(tail))
    ones = np.ones(len(arc))
    balance = coo_matrix((np.r_[ones, -ones], (np.r_[tail, head], np.r_[arc, arc])), shape=(n, len(arc))).tocsr()
    supply = np.zeros(n)
    supply[start], supply[stop] = n_unit, -n_unit
    found = linprog(cost.astype(float), A_eq=balance, b_eq=supply, bounds=np.c_[0 * ones, units], method="highs")
    return float(found.fun) if found.status == 0 else None
