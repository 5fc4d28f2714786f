"""Maximum flow of unit capacities on an undirected graph, between two growing sets of nodes.

Source: Dinitz, "Algorithm for solution of a problem of maximum flow in networks with power estimation", Soviet Math.
Doklady 11 (1970): level graphs and blocking flows.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

SOURCE = 1
TARGET = 2
"""Sides of a node; 0 is free."""


class Halves(NamedTuple):
    """An undirected graph as half-edges: those of node `v` are ``first[v]:first[v + 1]``; `back` is the other half."""

    first: NDArray[np.int32]
    head: NDArray[np.int32]
    back: NDArray[np.int32]


class FlowState(NamedTuple):
    """Flow along each half-edge (-1, 0, 1; the other half has its negative), and the side of each node."""

    flow: NDArray[np.int8]
    side: NDArray[np.int8]


class FlowScratch(NamedTuple):
    """Level, next half-edge, queue and stack, each shape=(n_node,)."""

    level: NDArray[np.int32]
    following: NDArray[np.int32]
    queue: NDArray[np.int32]
    stack: NDArray[np.int32]


@kernel
def level_nodes(n: int, graph: Halves, state: FlowState, scratch: FlowScratch) -> tuple[int, bool]:
    """Steps from the sources to each node where the flow leaves room, -1 where none leads.

    Returns
    -------
    tuple
        Nodes reached, in `scratch.queue`; whether a target is among them, in which case nodes beyond it are left out.
    """
    first, head = graph.first, graph.head
    flow, side = state.flow, state.side
    level, queue = scratch.level, scratch.queue
    end = 0
    for node in range(n):
        level[node] = -1
        if side[node] == SOURCE:
            level[node] = 0
            queue[end] = node
            end += 1
    begin, last = 0, n
    while begin < end:
        node = queue[begin]
        begin += 1
        if level[node] >= last:
            break
        for i in range(first[node], first[node + 1]):
            other = head[i]
            if flow[i] < 1 and level[other] < 0:
                level[other] = level[node] + 1
                queue[end] = other
                end += 1
                if side[other] == TARGET:
                    last = level[other]
    return end, last < n


@kernel
def block_flow(n: int, graph: Halves, state: FlowState, scratch: FlowScratch) -> int:
    """Send flow along shortest ways until every one of them is blocked; returns how many units."""
    first, head, back = graph.first, graph.head, graph.back
    flow, side = state.flow, state.side
    level, following, queue, stack = scratch.level, scratch.following, scratch.queue, scratch.stack
    for node in range(n):
        following[node] = first[node]
    n_unit = 0
    k = 0
    while k < n and level[queue[k]] == 0:
        depth, node = 0, queue[k]
        while True:
            if side[node] == TARGET:
                for d in range(depth):
                    flow[stack[d]] += 1
                    flow[back[stack[d]]] -= 1
                n_unit += 1
                break
            while following[node] < first[node + 1]:
                i = following[node]
                if flow[i] < 1 and level[head[i]] == level[node] + 1:
                    break
                following[node] += 1
            if following[node] < first[node + 1]:
                stack[depth] = following[node]
                depth += 1
                node = head[following[node]]
                continue
            if depth == 0:
                break
            depth -= 1
            node = head[back[stack[depth]]]
            following[node] += 1
        if depth == 0:
            k += 1
            if k >= n or level[queue[k]] != 0:
                break
    return n_unit


@kernel
def fill_flow(n: int, graph: Halves, state: FlowState, scratch: FlowScratch, most: int) -> tuple[int, int]:
    """Raise the flow to its maximum; returns the units added and the nodes the sources still reach.

    Those nodes are the smallest side of a minimum cut: they have a `level` of 0 or more in the scratch. Once more than
    `most` units are added it stops, and neither is told.
    """
    n_unit = 0
    while True:
        n_reached, is_open = level_nodes(n, graph, state, scratch)
        if not is_open or n_unit > most:
            return n_unit, n_reached
        n_unit += block_flow(n, graph, state, scratch)


@kernel
def reach_targets(n: int, graph: Halves, state: FlowState, scratch: FlowScratch) -> int:
    """Number of nodes from which a target can be reached where the flow leaves room; they get `level` -2.

    Only after `fill_flow`, whose levels of 0 and more are left as they are.
    """
    first, head, back = graph.first, graph.head, graph.back
    flow, side = state.flow, state.side
    level, queue = scratch.level, scratch.queue
    begin, end = 0, 0
    for node in range(n):
        if side[node] == TARGET:
            level[node] = -2
            queue[end] = node
            end += 1
    while begin < end:
        node = queue[begin]
        begin += 1
        for i in range(first[node], first[node + 1]):
            other = head[i]
            if level[other] == -1 and flow[back[i]] < 1:
                level[other] = -2
                queue[end] = other
                end += 1
    return end
