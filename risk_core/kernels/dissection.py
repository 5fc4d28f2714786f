"""Nested dissection of a street graph: small sets of junctions that cut it into parts, ranked last.

A part is cut by maximum flow between its outermost nodes in several directions, with ever more of them on either side;
the cut with the fewest edges for the size of its smaller side wins, and the fewer of its two rows of end nodes
separates.

Sources: Schild, Sommer, "On balanced separators in road networks", SEA 2015 (inertial flow); Dibbelt, Strasser,
Wagner, "Customizable Contraction Hierarchies", ACM JEA 21 (2016), section 4 (nested dissection orders).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.flow import SOURCE, TARGET, FlowScratch, FlowState, Halves, fill_flow, reach_targets
from risk_core.kernels.jit import kernel

N_DIRECTION = 3
"""Directions tried, spread evenly over half a turn."""

N_LEAF = 3
"""Parts of at most this many nodes are not cut any further."""

LEAST_SHARE = 0.2
"""A cut whose smaller side has a smaller share of the nodes is taken only where it is much smaller itself."""


class Part(NamedTuple):
    """A part under dissection, its nodes numbered from 0: half-edges, flow, scratch, and plane coordinates."""

    graph: Halves
    state: FlowState
    scratch: FlowScratch
    x: NDArray[np.float64]
    y: NDArray[np.float64]


@kernel
def cut_score(n_cut: int, n_small: int, n: int) -> float:
    """Badness of a cut: edges for each node of the smaller side, more where that side is small."""
    share = n_small / n
    lack = max(0.0, LEAST_SHARE - share) / LEAST_SHARE
    return float(n_cut / max(n_small, 1) * (1.0 + 4.0 * lack))


@kernel
def cut_along(
    n: int, part: Part, along: NDArray[np.int64], shares: NDArray[np.float64], best: float, keep: NDArray[np.int8]
) -> float:
    """Cut a part between the nodes first and last along a direction.

    Given up once so much flows that no smaller side, at most half of the nodes, could make up for the cut.

    Parameters
    ----------
    n, part
        The part, connected.
    along
        Its nodes in order of their place along the direction.
    shares
        Ascending shares of the nodes that are held on either side.
    best, keep
        Best score so far, and 1 for each node on one side of that cut; overwritten where a better one is found.

    Returns
    -------
    float
        Best score now.
    """
    graph, state, scratch = part.graph, part.state, part.scratch
    level = scratch.level
    state.flow[: graph.first[n]] = 0
    state.side[:n] = 0
    n_held, n_cut = 0, 0
    for share in shares:
        n_more = max(1, int(share * n))
        for k in range(n_held, n_more):
            state.side[along[k]] = SOURCE
            state.side[along[n - 1 - k]] = TARGET
        n_held = n_more
        most = graph.head.size if best == np.inf else int(0.5 * best * n) - n_cut
        n_unit, n_source = fill_flow(n, graph, state, scratch, most)
        n_cut += n_unit
        if n_unit > most:
            break
        n_target = reach_targets(n, graph, state, scratch)
        by_source, by_target = min(n_source, n - n_source), min(n_target, n - n_target)
        score = cut_score(n_cut, max(by_source, by_target), n)
        if score < best:
            best = score
            for node in range(n):
                keep[node] = level[node] >= 0 if by_source >= by_target else level[node] != -2
    return best


@kernel
def mark_separator(n: int, graph: Halves, keep: NDArray[np.int8]) -> None:
    """Mark the separator of a cut with 2 in `keep`: the end nodes of cut edges on the side that has fewer of them."""
    first, head = graph.first, graph.head
    n_end = np.zeros(2, dtype=np.int64)
    is_end = np.zeros(n, dtype=np.uint8)
    for node in range(n):
        for i in range(first[node], first[node + 1]):
            if keep[head[i]] != keep[node]:
                is_end[node] = 1
                n_end[keep[node]] += 1
                break
    side = 1 if n_end[1] <= n_end[0] else 0
    for node in range(n):
        if is_end[node] == 1 and keep[node] == side:
            keep[node] = 2


@kernel
def find_component(n: int, graph: Halves, queue: NDArray[np.int32], keep: NDArray[np.int8]) -> int:
    """Size of the connected component of node 0; its nodes get 1 in `keep`, the others 0."""
    keep[:n] = 0
    keep[0], queue[0] = 1, 0
    begin, end = 0, 1
    while begin < end:
        node = queue[begin]
        begin += 1
        for i in range(graph.first[node], graph.first[node + 1]):
            other = graph.head[i]
            if keep[other] == 0:
                keep[other] = 1
                queue[end] = other
                end += 1
    return end


@kernel
def take_part(
    nodes: NDArray[np.int32],
    first: NDArray[np.int32],
    head: NDArray[np.int32],
    place: NDArray[np.int32],
    graph: Halves,
) -> None:
    """Write the graph between some nodes, numbered in their order, into `graph`; `place` is -1 before and after."""
    for i in range(nodes.size):
        place[nodes[i]] = i
    n_half = 0
    for i in range(nodes.size):
        graph.first[i] = n_half
        for k in range(first[nodes[i]], first[nodes[i] + 1]):
            other = place[head[k]]
            if other >= 0:
                graph.head[n_half] = other
                n_half += 1
    graph.first[nodes.size] = n_half
    for i in range(nodes.size):
        place[nodes[i]] = -1
    for i in range(nodes.size):
        for k in range(graph.first[i], graph.first[i + 1]):
            j = graph.first[graph.head[k]]
            while graph.head[j] != i:
                j += 1
            graph.back[k] = j


@kernel
def cut_part(n: int, part: Part, shares: NDArray[np.float64], keep: NDArray[np.int8]) -> None:
    """Cut a part of two nodes or more: 0 and 1 in `keep` for its sides, 2 for the separator.

    A part that is not connected falls apart without a separator.
    """
    if find_component(n, part.graph, part.scratch.queue, keep) < n:
        return
    best = np.inf
    for direction in range(N_DIRECTION):
        angle = math.pi * direction / N_DIRECTION
        along = np.argsort(math.cos(angle) * part.x[:n] + math.sin(angle) * part.y[:n])
        best = cut_along(n, part, along, shares, best, keep)
    mark_separator(n, part.graph, keep)


@kernel
def new_part(n: int, n_half: int) -> Part:
    """A part with room for so many nodes and half-edges."""
    graph = Halves(np.empty(n + 1, np.int32), np.empty(n_half, np.int32), np.empty(n_half, np.int32))
    state = FlowState(np.empty(n_half, np.int8), np.empty(n, np.int8))
    level, following, queue, stack = (
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
    )
    return Part(graph, state, FlowScratch(level, following, queue, stack), np.empty(n), np.empty(n))


@kernel
def dissect_graph(
    first: NDArray[np.int32],
    head: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> NDArray[np.int32]:
    """Nested dissection order of an undirected graph.

    Parameters
    ----------
    first, head
        The graph in compressed rows: each edge at both ends, once, without loops.
    x, y
        Nodes in the plane, any unit; nodes may share a place.
    shares
        See `cut_along`.

    Returns
    -------
    int32 array
        Nodes in the order of contraction, separators after the parts they cut.
    """
    n = first.size - 1
    nodes = np.arange(n).astype(np.int32)
    place, keep = np.full(n, -1, dtype=np.int32), np.empty(n, dtype=np.int8)
    part = new_part(n, head.size)
    stack = np.empty((2 * n + 2, 2), dtype=np.int64)
    stack[0, 0], stack[0, 1] = 0, n
    size = 1
    while size > 0:
        size -= 1
        low, high = stack[size, 0], stack[size, 1]
        here = nodes[low:high].copy()
        if here.size < 2:
            continue
        take_part(here, first, head, place, part.graph)
        if here.size <= N_LEAF:
            degree = part.graph.first[1 : here.size + 1] - part.graph.first[: here.size]
            nodes[low:high] = here[np.argsort(degree, kind="mergesort")]
            continue
        for i in range(here.size):
            part.x[i], part.y[i] = x[here[i]], y[here[i]]
        cut_part(here.size, part, shares, keep)
        begin = low
        for wanted in range(3):
            start = begin
            for i in range(here.size):
                if keep[i] == wanted:
                    nodes[begin] = here[i]
                    begin += 1
            if wanted < 2 and begin > start:
                stack[size, 0], stack[size, 1] = start, begin
                size += 1
    return nodes
