"""Exact search on directed edges, where even turning back at an ordinary junction has its price."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.heap import least_cost, least_item, new_heap, pop_cost, push_cost, with_room
from risk_core.kernels.hierarchy import INF_COST, Tree, TurnRule
from risk_core.kernels.jit import kernel
from risk_core.kernels.potential import Bounds, bound_of


class Topology(NamedTuple):
    """Who follows whom: arrays of `Network`, and the search node each edge reaches."""

    first_out: NDArray[np.int32]
    head: NDArray[np.int32]
    street: NDArray[np.int32]
    turn_from: NDArray[np.int32]
    turn_to: NDArray[np.int32]
    edge_reaches: NDArray[np.int32]


class EdgeEnds(NamedTuple):
    """Where a search starts and stops.

    `start_edge` with the cost from the origin to each one's head, shape=(n_start,); `stop_edge` with the cost from
    each one's tail to the destination, shape=(n_stop,).
    """

    start_edge: NDArray[np.int32]
    start_cost: NDArray[np.int32]
    stop_edge: NDArray[np.int32]
    stop_cost: NDArray[np.int32]


@kernel
def first_turn(turn_from: NDArray[np.int32], edge: int) -> int:
    """Position of the first forbidden turn out of `edge` or a later edge, by halving."""
    low = 0
    high = turn_from.size
    while low < high:
        middle = (low + high) >> 1
        if turn_from[middle] < edge:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def has_turn(turn_from: NDArray[np.int32], edge: int) -> bool:
    """Whether any turn out of `edge` is forbidden."""
    at = first_turn(turn_from, edge)
    return at < turn_from.size and turn_from[at] == edge


@kernel
def is_forbidden(turn_from: NDArray[np.int32], turn_to: NDArray[np.int32], edge: int, following: int) -> bool:
    """Whether vehicles may not go from `edge` into `following`."""
    at = first_turn(turn_from, edge)
    while at < turn_from.size and turn_from[at] == edge:
        if turn_to[at] == following:
            return True
        at += 1
    return False


@kernel
def take_path(before: NDArray[np.int32], last: int, stop: int) -> NDArray[np.int32]:
    """Edges from the start to `last` by their predecessors, then `stop`."""
    n = 2
    edge = last
    while before[edge] >= 0:
        edge = before[edge]
        n += 1
    path = np.empty(n, dtype=np.int32)
    path[n - 1] = stop
    edge = last
    for i in range(n - 2, -1, -1):
        path[i] = edge
        edge = before[edge]
    return path


@kernel
def search_edges(
    topology: Topology,
    tree: Tree,
    bounds: Bounds,
    cost: NDArray[np.int32],
    ends: EdgeEnds,
    rule: TurnRule,
    limit: int,
) -> tuple[NDArray[np.int32], int, int]:
    """Cheapest path from the origin to the destination, by label-setting search on directed edges.

    A label is the cost up to an edge's head, so that turn restrictions and turning back are exact. Keys add the
    bound of the search node reached (A*). Of the labels that reach one node only those are kept that may
    still matter: the cheapest one without forbidden turns leads everywhere but back into its own street for free,
    and the cheapest from another street leads back there, so whatever costs as much as the second of them, or as
    the first and turning back, is dropped.

    Parameters
    ----------
    topology, tree, ends, rule
        See there.
    bounds
        Towards the destination, under a metric nowhere above `cost`.
    cost
        Objective of each edge, shape=(n_edge,), `INF_COST` where barred.
    limit
        Only a path cheaper than this is wanted, `INF_COST` for any.

    Returns
    -------
    tuple
        Edges in order from a start edge to a stop edge (empty when there is none), its cost, labels settled.
    """
    head, street, turn_from, reaches = topology.head, topology.street, topology.turn_from, topology.edge_reaches
    n_edge, n_node = cost.size, topology.first_out.size - 1
    label, before = np.full(n_edge, INF_COST, dtype=np.int32), np.full(n_edge, -1, dtype=np.int32)
    heap = new_heap()
    first_street = np.full(n_node, -1, dtype=np.int32)
    first, second = np.full(n_node, INF_COST, dtype=np.int32), np.full(n_node, INF_COST, dtype=np.int32)
    best, best_last, best_stop, size, n_settled = limit, -1, -1, 0, 0
    for i in range(ends.start_edge.size):
        edge = ends.start_edge[i]
        bound = bound_of(tree, bounds, reaches[edge])
        if ends.start_cost[i] < label[edge] and ends.start_cost[i] + bound < best:
            label[edge] = ends.start_cost[i]
            size = push_cost(heap, size, label[edge] + bound, edge)
    while size > 0 and least_cost(heap) < best:
        edge = least_item(heap)
        node = head[edge]
        is_stale = least_cost(heap) > label[edge] + bounds.known[reaches[edge]]
        size = pop_cost(heap, size)
        if is_stale or label[edge] > second[node] or label[edge] > first[node] + rule.u_turn:
            continue
        n_settled += 1
        is_bound = rule.obeys_turns == 1 and has_turn(turn_from, edge)
        for following in range(topology.first_out[node], topology.first_out[node + 1]):
            if cost[following] >= INF_COST or (is_bound and is_forbidden(turn_from, topology.turn_to, edge, following)):
                continue
            is_back = street[following] == street[edge] and following != edge
            start = label[edge] + rule.u_turn if is_back else label[edge]
            for i in range(ends.stop_edge.size):
                if ends.stop_edge[i] == following and start + ends.stop_cost[i] < best:
                    best, best_last, best_stop = start + ends.stop_cost[i], edge, following
            reached, there = start + cost[following], head[following]
            if reached >= label[following] or reached >= second[there] or reached >= first[there] + rule.u_turn:
                continue
            bound = bound_of(tree, bounds, reaches[following])
            if reached + bound >= best:
                continue
            label[following], before[following] = reached, edge
            heap = with_room(heap, size)
            size = push_cost(heap, size, reached + bound, following)
            if rule.obeys_turns == 1 and has_turn(turn_from, following):
                continue
            if reached < first[there]:
                if street[following] != first_street[there]:
                    second[there], first_street[there] = first[there], street[following]
                first[there] = reached
            elif street[following] != first_street[there]:
                second[there] = reached
    if best_stop < 0:
        return np.empty(0, dtype=np.int32), INF_COST, n_settled
    return take_path(before, best_last, best_stop), best, n_settled


@kernel
def count_ways_on(
    first_out: NDArray[np.int32],
    head: NDArray[np.int32],
    street: NDArray[np.int32],
    travel_time_s: NDArray[np.float32],
    path: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Number of open edges into other streets at the head of each edge of a path, shape as `path`."""
    n_way = np.zeros(path.size, dtype=np.int32)
    for i in range(path.size):
        node = head[path[i]]
        for edge in range(first_out[node], first_out[node + 1]):
            if street[edge] != street[path[i]] and travel_time_s[edge] < np.inf:
                n_way[i] += 1
    return n_way
