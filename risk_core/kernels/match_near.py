"""Streets near a ping and ways near a node: what map matching asks of the network.

Source of the table of near nodes: Yang, Gidofalvi, "Fast map matching, an algorithm integrating hidden Markov model
with precomputation", IJGIS 32(3), 2018.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel
from risk_core.kernels.network import arc_rad, project_share

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

NONE = -1


class Segments(NamedTuple):
    """Straight pieces of the streets on a plane in metres, bucket by bucket.

    `first` is shape=(n_row * n_col + 1,); bucket rows run from the north, columns from the west. A row of `line` is
    the segment's first point, east and north, its second point, how far its begin is from the first point of its
    street, and how long it is, shape=(n, 6): one place in memory, for all six are asked together.
    """

    first: Ints
    street: Ints
    line: Floats
    north_max_m: float
    east_min_m: float
    bucket_north_m: float
    bucket_east_m: float
    n_row: int
    n_col: int


class NearTable(NamedTuple):
    """Search nodes within `bound_m` of search node `x` along the streets: `first[x]:first[x + 1]`, nearest first.

    Yang, Gidofalvi, "Fast map matching", IJGIS 32(3), 2018, the bounded table.
    """

    bound_m: float
    first: NDArray[np.int64]
    node: Ints
    dist_m: NDArray[np.float32]


class StreetPlane(NamedTuple):
    """Streets on a plane in metres and the edges one profile may use.

    `street_edge` is shape=(2, n_street), -1 where the profile may not go.

    Searches walk on search nodes: every node of the network, and after them one for each edge at whose end some turn
    is forbidden, from which only the allowed moves lead on. `leaves[e]` is the search node an edge ends at. Moves out
    of search node `x` are `first_move[x]:first_move[x + 1]`: usable edges with the search node each leads to. The
    search nodes of a node `v` beside itself are `arrival[first_arrival[v]:first_arrival[v + 1]]`.
    """

    segments: Segments
    street_edge: Ints
    tail: Ints
    head: Ints
    length_m: Floats
    reverse: Ints
    leaves: Ints
    first_arrival: Ints
    arrival: Ints
    node_east_m: Floats
    node_north_m: Floats
    first_move: Ints
    move_edge: Ints
    move_head: Ints
    move_m: Floats
    near: NearTable


class SearchWork(NamedTuple):
    """Memory of the bounded search: reached distances and marks by node, heap, and the stamp that makes them valid.

    `wanted` counts the targets at a search node; `by_edge` and `before` hold the edge and the search node it was
    reached from; `between_m` holds the distance from the end of each state's edge to the begin of each next state's;
    `source` and `tail` hold those nodes.
    """

    dist_m: Floats
    seen: Ints
    wanted: Ints
    by_edge: Ints
    before: Ints
    heap_m: Floats
    heap_node: Ints
    stamp: Ints
    between_m: Floats
    source: Ints
    tail: Ints


class Aim(NamedTuple):
    """Where a search is headed: its bound, the targets' middle and their distance from it, metres; their number."""

    limit_m: float
    east_m: float
    north_m: float
    stretch: float
    spread_m: float
    n_wanted: int


@kernel
def new_work(n_search: int, n_move: int, n_most: int) -> SearchWork:
    """Memory for searches over so many search nodes and moves."""
    return SearchWork(
        np.empty(n_search),
        np.zeros(n_search, dtype=np.int32),
        np.zeros(n_search, dtype=np.int32),
        np.empty(n_search, dtype=np.int32),
        np.empty(n_search, dtype=np.int32),
        np.empty(n_move + 1),
        np.empty(n_move + 1, dtype=np.int32),
        np.zeros(1, dtype=np.int32),
        np.empty((n_most, n_most)),
        np.empty(n_most, dtype=np.int32),
        np.empty(n_most, dtype=np.int32),
    )


@kernel
def near_streets(
    segments: Segments, east_m: float, north_m: float, stretch: float, radius_m: float, street: Ints, spot: Floats
) -> int:
    """Nearest streets within a radius, each with its nearest place; the farthest give way when room is short.

    Parameters
    ----------
    segments
        Of the streets.
    east_m, north_m, stretch
        The ping, and how long a metre east of the plane is there.
    radius_m
        Farthest distance, metres.
    street, spot
        Filled: street, shape=(n,), and a row of metres from its first point, squared distance, and how many metres
        before (negative) or after the street the foot of the perpendicular lies, 0 within, shape=(n, 3); n is the
        most streets kept.

    Returns
    -------
    int
        Number of streets found.
    """
    n, farthest = 0, 0
    limit = radius_m * radius_m
    row_a = math.floor((segments.north_max_m - north_m - radius_m) / segments.bucket_north_m)
    row_b = math.floor((segments.north_max_m - north_m + radius_m) / segments.bucket_north_m)
    wide_m = radius_m / stretch
    col_a = math.floor((east_m - wide_m - segments.east_min_m) / segments.bucket_east_m)
    col_b = math.floor((east_m + wide_m - segments.east_min_m) / segments.bucket_east_m)
    first, owner, line = segments.first, segments.street, segments.line
    for row in range(max(row_a, 0), min(row_b, segments.n_row - 1) + 1):
        for col in range(max(col_a, 0), min(col_b, segments.n_col - 1) + 1):
            bucket = row * segments.n_col + col
            for i in range(first[bucket], first[bucket + 1]):
                a_east, a_north = (line[i, 0] - east_m) * stretch, line[i, 1] - north_m
                b_east, b_north = (line[i, 2] - east_m) * stretch, line[i, 3] - north_m
                share = project_share(a_east, a_north, b_east, b_north)
                d_east = a_east + share * (b_east - a_east)
                d_north = a_north + share * (b_north - a_north)
                here = d_east * d_east + d_north * d_north
                if here > limit or (n == street.size and here == limit):
                    continue
                at = n - 1  # a street's segments mostly follow each other
                while at >= 0 and street[at] != owner[i]:
                    at -= 1
                if at >= 0 and here >= spot[at, 1]:
                    continue
                if at < 0:
                    at = n if n < street.size else farthest
                    n = min(n + 1, street.size)
                street[at] = owner[i]
                spot[at, 0] = line[i, 4] + share * line[i, 5]
                spot[at, 1] = here
                spot[at, 2] = 0.0
                if share <= 0.0 or share >= 1.0:
                    length = math.hypot(b_east - a_east, b_north - a_north)
                    if length > 0.0:
                        foot = -(a_east * (b_east - a_east) + a_north * (b_north - a_north)) / length
                        spot[at, 2] = foot - share * length
                if n == street.size:
                    farthest = 0
                    for j in range(1, n):
                        farthest = j if spot[j, 1] > spot[farthest, 1] else farthest
                    limit = spot[farthest, 1]
    return n


@kernel
def push_node(work: SearchWork, n: int, dist_m: float, node: int) -> int:
    """Put a node on the heap of `n` entries; gives the new count."""
    at = n
    while at > 0:
        above = (at - 1) // 2
        if work.heap_m[above] <= dist_m:
            break
        work.heap_m[at] = work.heap_m[above]
        work.heap_node[at] = work.heap_node[above]
        at = above
    work.heap_m[at] = dist_m
    work.heap_node[at] = node
    return n + 1


@kernel
def pop_node(work: SearchWork, n: int) -> int:
    """Take the nearest entry, which was at position 0, off the heap; gives the new count."""
    n -= 1
    last_m = work.heap_m[n]
    last_node = work.heap_node[n]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= n:
            break
        if below + 1 < n and work.heap_m[below + 1] < work.heap_m[below]:
            below += 1
        if work.heap_m[below] >= last_m:
            break
        work.heap_m[at] = work.heap_m[below]
        work.heap_node[at] = work.heap_node[below]
        at = below
    work.heap_m[at] = last_m
    work.heap_node[at] = last_node
    return n


@kernel
def search_near(plane: StreetPlane, work: SearchWork, source: int, aim: Aim) -> None:
    """Shortest distances from a node until every wanted node is settled or none can be reached within the bound.

    Nodes from which the straight line to the targets is already too long are left out, so only an ellipse is
    searched. Reached nodes carry the new ``work.stamp[0]`` in ``work.seen``.
    """
    work.stamp[0] += 1
    mark = work.stamp[0]
    n_wanted = aim.n_wanted
    n = push_node(work, 0, 0.0, source)
    work.dist_m[source] = 0.0
    work.seen[source] = mark
    work.by_edge[source] = NONE
    most_m = aim.limit_m + aim.spread_m
    while n > 0:
        here_m = work.heap_m[0]
        node = work.heap_node[0]
        n = pop_node(work, n)
        if here_m > work.dist_m[node]:
            continue
        if work.wanted[node] > 0:
            n_wanted -= 1
            if n_wanted == 0:
                break
        for i in range(plane.first_move[node], plane.first_move[node + 1]):
            far = plane.move_head[i]
            next_m = here_m + plane.move_m[i]
            if next_m > aim.limit_m or (work.seen[far] == mark and next_m >= work.dist_m[far]):
                continue
            d_east = (plane.node_east_m[far] - aim.east_m) * aim.stretch
            d_north = plane.node_north_m[far] - aim.north_m
            left_m = most_m - next_m
            if d_east * d_east + d_north * d_north > left_m * left_m:
                continue
            work.seen[far] = mark
            work.dist_m[far] = next_m
            work.by_edge[far] = plane.move_edge[i]
            work.before[far] = node
            n = push_node(work, n, next_m, far)


@kernel
def list_near(
    first_move: Ints, move_head: Ints, move_m: Floats, bound_m: float
) -> tuple[NDArray[np.int64], Ints, NDArray[np.float32]]:
    """Nodes within a bound of every node along the streets, nearest first, and how far each is, metres."""
    n_node = first_move.size - 1
    work = new_work(n_node, move_head.size, 1)
    first = np.zeros(n_node + 1, dtype=np.int64)
    node_out = np.empty(64 * n_node + 64, dtype=np.int32)
    m_out = np.empty(node_out.size, dtype=np.float32)
    total = 0
    for source in range(n_node):
        mark = source + 1
        n = push_node(work, 0, 0.0, source)
        work.dist_m[source] = 0.0
        work.seen[source] = mark
        while n > 0:
            here_m = work.heap_m[0]
            node = work.heap_node[0]
            n = pop_node(work, n)
            if here_m > work.dist_m[node]:
                continue
            if total == node_out.size:
                node_out = np.concatenate((node_out, np.empty(total, dtype=np.int32)))
                m_out = np.concatenate((m_out, np.empty(total, dtype=np.float32)))
            node_out[total] = node
            m_out[total] = here_m
            total += 1
            for i in range(first_move[node], first_move[node + 1]):
                far = move_head[i]
                next_m = here_m + move_m[i]
                if next_m <= bound_m and (work.seen[far] != mark or next_m < work.dist_m[far]):
                    work.seen[far] = mark
                    work.dist_m[far] = next_m
                    n = push_node(work, n, next_m, far)
        first[source + 1] = total
    return first, node_out[:total].copy(), m_out[:total].copy()


@kernel
def may_enter(plane: StreetPlane, search_node: int, edge: int) -> bool:
    """Whether a move leads from a search node into an edge."""
    for i in range(plane.first_move[search_node], plane.first_move[search_node + 1]):
        if plane.move_edge[i] == edge:
            return True
    return False


@kernel
def best_arrival(plane: StreetPlane, work: SearchWork, edge: int) -> int:
    """Nearest reached search node from which an edge may be entered, after a search; -1 where none was reached."""
    node, mark = plane.tail[edge], work.stamp[0]
    best = node if work.seen[node] == mark else NONE
    for i in range(plane.first_arrival[node], plane.first_arrival[node + 1]):
        here = plane.arrival[i]
        if work.seen[here] == mark and (best == NONE or work.dist_m[here] < work.dist_m[best]):
            best = here if may_enter(plane, here, edge) else best
    return best


@kernel
def want_edges(tail: Ints, first_arrival: Ints, arrival: Ints, wanted: Ints, edge: Ints) -> int:
    """Count in `wanted` the edges that may be entered at each search node; how many nodes were not wanted before."""
    n_new = 0
    for k in range(edge.size):
        node = tail[edge[k]]
        n_new += 1 if wanted[node] == 0 else 0
        wanted[node] += 1
        for i in range(first_arrival[node], first_arrival[node + 1]):
            n_new += 1 if wanted[arrival[i]] == 0 else 0
            wanted[arrival[i]] += 1
    return n_new


@kernel
def forget_edges(tail: Ints, first_arrival: Ints, arrival: Ints, wanted: Ints, edge: Ints) -> None:
    """Take back what `want_edges` counted."""
    for k in range(edge.size):
        node = tail[edge[k]]
        wanted[node] = 0
        for i in range(first_arrival[node], first_arrival[node + 1]):
            wanted[arrival[i]] = 0


@kernel
def edges_between(plane: StreetPlane, work: SearchWork, edge_a: int, edge_b: int, limit_m: float, out: Ints) -> int:
    """Edges strictly between two edges on the shortest allowed way, into `out`; -1 where none within the limit.

    Parameters
    ----------
    plane, work
        The streets and memory.
    edge_a, edge_b
        Two different edges, or one to be entered again.
    limit_m
        Farthest distance from the head of the first to the tail of the second, metres.
    out
        Room for the edges; a way of more gives -1.

    Returns
    -------
    int
        Number of edges.
    """
    source, target = plane.leaves[edge_a], plane.tail[edge_b]
    if source == target or (plane.head[edge_a] == target and may_enter(plane, source, edge_b)):
        return 0
    targets = np.full(1, edge_b, dtype=np.int32)
    n_wanted = want_edges(plane.tail, plane.first_arrival, plane.arrival, work.wanted, targets)
    aim = Aim(limit_m, plane.node_east_m[target], plane.node_north_m[target], 1.0, math.inf, n_wanted)
    search_near(plane, work, source, aim)
    forget_edges(plane.tail, plane.first_arrival, plane.arrival, work.wanted, targets)
    node = best_arrival(plane, work, edge_b)
    if node == NONE:
        return NONE
    n = 0
    while node != source:
        if n == out.size:
            return NONE
        out[n] = work.by_edge[node]
        node = work.before[node]
        n += 1
    for j in range(n // 2):
        out[j], out[n - 1 - j] = out[n - 1 - j], out[j]
    return n


@kernel
def locate_places(
    first_point: Ints,
    point_lat_deg: Floats,
    point_lon_deg: Floats,
    street: Ints,
    at_m: Floats,
    length_m: Floats,
    lat_deg: Floats,
    lon_deg: Floats,
) -> None:
    """Positions of places on streets, into `lat_deg` and `lon_deg`; those of street -1 are left as they are.

    Parameters
    ----------
    first_point, point_lat_deg, point_lon_deg
        Points of street `s` are ``first_point[s]:first_point[s + 1]``.
    street, at_m, length_m
        Street of each place, metres from its first point, and its whole length, shape=(n,).
    lat_deg, lon_deg
        Filled, shape=(n,).
    """
    for i in range(street.size):
        if street[i] < 0:
            continue
        first, last = first_point[street[i]], first_point[street[i] + 1] - 1
        whole = 0.0
        for k in range(first, last):
            whole += arc_rad(point_lat_deg[k], point_lon_deg[k], point_lat_deg[k + 1], point_lon_deg[k + 1])
        left = whole * min(max(at_m[i] / length_m[i], 0.0), 1.0) if length_m[i] > 0.0 else 0.0
        lat_deg[i], lon_deg[i] = point_lat_deg[last], point_lon_deg[last]
        for k in range(first, last):
            arc = arc_rad(point_lat_deg[k], point_lon_deg[k], point_lat_deg[k + 1], point_lon_deg[k + 1])
            if left < arc:
                share = left / arc
                lat_deg[i] = point_lat_deg[k] + share * (point_lat_deg[k + 1] - point_lat_deg[k])
                lon_deg[i] = point_lon_deg[k] + share * (point_lon_deg[k + 1] - point_lon_deg[k])
                break
            left -= arc
