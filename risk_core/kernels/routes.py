"""Exact search on directed edges."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel
from risk_core.kernels.network import arc_rad


class Topology(NamedTuple):
    """Who follows whom: the arrays of `Network` a search walks on."""

    first_out: NDArray[np.int32]
    head: NDArray[np.int32]
    street: NDArray[np.int32]
    turn_from: NDArray[np.int32]
    turn_to: NDArray[np.int32]
    node_lat_deg: NDArray[np.float64]
    node_lon_deg: NDArray[np.float64]


class Ends(NamedTuple):
    """Where a search starts and stops.

    `start_edge` with the cost from the origin to each one's head, shape=(n_start,); `stop_edge` with the cost from
    each one's tail to the destination, shape=(n_stop,); the destination's position, degrees.
    """

    start_edge: NDArray[np.int32]
    start_cost: NDArray[np.float64]
    stop_edge: NDArray[np.int32]
    stop_cost: NDArray[np.float64]
    lat_deg: float
    lon_deg: float


class Rules(NamedTuple):
    """Objective of turning back, 1 where turn restrictions bind, and the least objective per radian of arc."""

    u_turn: float
    obeys_turns: int
    bound_per_rad: float


@kernel
def push(key: NDArray[np.float64], item: NDArray[np.int32], size: int, new_key: float, new_item: int) -> int:
    """Add an entry to a binary heap that has room; returns its new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if key[parent] <= new_key:
            break
        key[at] = key[parent]
        item[at] = item[parent]
        at = parent
    key[at] = new_key
    item[at] = new_item
    return size + 1


@kernel
def drop_first(key: NDArray[np.float64], item: NDArray[np.int32], size: int) -> int:
    """Remove the smallest entry of a binary heap; returns its new size."""
    size -= 1
    last_key = key[size]
    last_item = item[size]
    at = 0
    child = 1
    while child < size:
        if child + 1 < size and key[child + 1] < key[child]:
            child += 1
        if key[child] >= last_key:
            break
        key[at] = key[child]
        item[at] = item[child]
        at = child
        child = 2 * at + 1
    key[at] = last_key
    item[at] = last_item
    return size


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
def least_ratio(cost: NDArray[np.float32], length_m: NDArray[np.float32]) -> float:
    """Least cost per metre of the edges that are open and have a length; 0 when there is none."""
    least = np.inf
    for edge in range(cost.size):
        if length_m[edge] > 0.0 and cost[edge] < least * length_m[edge]:
            least = cost[edge] / length_m[edge]
    return 0.0 if least == np.inf else least


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
    topology: Topology, cost: NDArray[np.float32], ends: Ends, rules: Rules, limit: float
) -> tuple[NDArray[np.int32], float, int]:
    """Cheapest path from the origin to the destination, by label-setting search on directed edges.

    A label is the cost up to an edge's head, so that turn restrictions and turning back are exact. Keys add the
    least cost of the great circle still ahead (A*). Of the labels that reach one node only those are kept that may
    still matter: the cheapest one without forbidden turns leads everywhere but back into its own street for free,
    and the cheapest from another street leads back there, so whatever costs as much as the second of them, or as
    the first and turning back, is dropped.

    Parameters
    ----------
    topology, ends, rules
        See there.
    cost
        Objective of each edge, shape=(n_edge,), inf where barred.
    limit
        Only a path cheaper than this is wanted, inf for any.

    Returns
    -------
    tuple
        Edges in order from a start edge to a stop edge (empty when there is none), its cost, labels settled.
    """
    head, street, turn_from = topology.head, topology.street, topology.turn_from
    lat_deg, lon_deg = topology.node_lat_deg, topology.node_lon_deg
    n_edge, n_node = cost.size, lat_deg.size
    label, before = np.full(n_edge, np.inf), np.full(n_edge, -1, dtype=np.int32)
    key, item = np.empty(1024), np.empty(1024, dtype=np.int32)
    ahead, first_street = np.full(n_node, -1.0), np.full(n_node, -1, dtype=np.int32)
    first, second = np.full(n_node, np.inf), np.full(n_node, np.inf)
    best, best_last, best_stop, size, n_settled = limit, -1, -1, 0, 0
    for i in range(ends.start_edge.size):
        edge = ends.start_edge[i]
        if ends.start_cost[i] < label[edge]:
            node = head[edge]
            label[edge] = ends.start_cost[i]
            ahead[node] = rules.bound_per_rad * arc_rad(lat_deg[node], lon_deg[node], ends.lat_deg, ends.lon_deg)
            size = push(key, item, size, label[edge] + ahead[node], edge)
    while size > 0 and key[0] < best:
        edge = item[0]
        node = head[edge]
        is_stale = key[0] > label[edge] + ahead[node]
        size = drop_first(key, item, size)
        if is_stale or label[edge] > second[node] or label[edge] > first[node] + rules.u_turn:
            continue
        n_settled += 1
        is_bound = rules.obeys_turns == 1 and has_turn(turn_from, edge)
        for following in range(topology.first_out[node], topology.first_out[node + 1]):
            if cost[following] == np.inf or (is_bound and is_forbidden(turn_from, topology.turn_to, edge, following)):
                continue
            is_back = street[following] == street[edge] and following != edge
            start = label[edge] + rules.u_turn if is_back else label[edge]
            for i in range(ends.stop_edge.size):
                if ends.stop_edge[i] == following and start + ends.stop_cost[i] < best:
                    best, best_last, best_stop = start + ends.stop_cost[i], edge, following
            reached, there = start + cost[following], head[following]
            if reached >= label[following] or reached >= second[there] or reached >= first[there] + rules.u_turn:
                continue
            if ahead[there] < 0.0:
                arc = arc_rad(lat_deg[there], lon_deg[there], ends.lat_deg, ends.lon_deg)
                ahead[there] = rules.bound_per_rad * arc
            if reached + ahead[there] >= best:
                continue
            label[following], before[following] = reached, edge
            if size == key.size:
                key, item = np.concatenate((key, np.empty_like(key))), np.concatenate((item, np.empty_like(item)))
            size = push(key, item, size, reached + ahead[there], following)
            if rules.obeys_turns == 1 and has_turn(turn_from, following):
                continue
            if reached < first[there]:
                if street[following] != first_street[there]:
                    second[there], first_street[there] = first[there], street[following]
                first[there] = reached
            elif street[following] != first_street[there]:
                second[there] = reached
    if best_stop < 0:
        return np.empty(0, dtype=np.int32), np.inf, n_settled
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
