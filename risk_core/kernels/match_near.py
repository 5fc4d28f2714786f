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


class StreetPlane(NamedTuple):
    """Streets on a plane in metres, segments stored bucket by bucket, and the edges one profile may use.

    `first` is shape=(n_row * n_col + 1,); bucket rows run from the north, columns from the west. Entry `i` of a
    bucket is the segment from (`east_a`, `north_a`) to (`east_b`, `north_b`), which begins `along_m` metres from the
    first point of its street and is `piece_m` long. `street_edge` is shape=(2, n_street), -1 where the profile
    may not go. Moves out of node `v` are `first_move[v]:first_move[v + 1]`: usable edges with the node each leads to.
    Nodes within `near_bound_m` of node `v` along the streets are `near_first[v]:near_first[v + 1]`, nearest first
    (Yang, Gidofalvi, "Fast map matching", IJGIS 32(3), 2018, the bounded table).
    """

    first: Ints
    street: Ints
    east_a: Floats
    north_a: Floats
    east_b: Floats
    north_b: Floats
    along_m: Floats
    piece_m: Floats
    north_max_m: float
    east_min_m: float
    bucket_north_m: float
    bucket_east_m: float
    n_row: int
    n_col: int
    street_edge: Ints
    tail: Ints
    head: Ints
    length_m: Floats
    reverse: Ints
    node_east_m: Floats
    node_north_m: Floats
    first_move: Ints
    move_edge: Ints
    move_head: Ints
    move_m: Floats
    near_bound_m: float
    near_first: NDArray[np.int64]
    near_node: Ints
    near_m: NDArray[np.float32]


class SearchWork(NamedTuple):
    """Memory of the bounded search: reached distances and marks by node, heap, and the stamp that makes them valid.

    `wanted` counts the targets at a node; `between_m` holds the distance from the head of each state's edge to the
    tail of each next state's; `source` and `tail` hold those nodes.
    """

    dist_m: Floats
    seen: Ints
    wanted: Ints
    by_edge: Ints
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
def new_work(n_node: int, n_edge: int, n_most: int) -> SearchWork:
    """Memory for searches over a network of this size."""
    return SearchWork(
        np.empty(n_node),
        np.zeros(n_node, dtype=np.int32),
        np.zeros(n_node, dtype=np.int32),
        np.empty(n_node, dtype=np.int32),
        np.empty(n_edge + 1),
        np.empty(n_edge + 1, dtype=np.int32),
        np.zeros(1, dtype=np.int32),
        np.empty((n_most, n_most)),
        np.empty(n_most, dtype=np.int32),
        np.empty(n_most, dtype=np.int32),
    )


@kernel
def near_streets(
    plane: StreetPlane,
    east_m: float,
    north_m: float,
    stretch: float,
    radius_m: float,
    street: Ints,
    along_m: Floats,
    square: Floats,
    beyond_m: Floats,
) -> int:
    """Nearest streets within a radius, each with its nearest place; the farthest give way when room is short.

    Parameters
    ----------
    plane
        The streets.
    east_m, north_m, stretch
        The ping, and how long a metre east of the plane is there.
    radius_m
        Farthest distance, metres.
    street, along_m, square, beyond_m
        Filled: street, metres from its first point, squared distance, and how many metres before (negative) or after
        the street the foot of the perpendicular lies, 0 within; their size is the most streets kept.

    Returns
    -------
    int
        Number of streets found.
    """
    n = 0
    limit = radius_m * radius_m
    row_a = math.floor((plane.north_max_m - north_m - radius_m) / plane.bucket_north_m)
    row_b = math.floor((plane.north_max_m - north_m + radius_m) / plane.bucket_north_m)
    wide_m = radius_m / stretch
    col_a = math.floor((east_m - wide_m - plane.east_min_m) / plane.bucket_east_m)
    col_b = math.floor((east_m + wide_m - plane.east_min_m) / plane.bucket_east_m)
    for row in range(max(row_a, 0), min(row_b, plane.n_row - 1) + 1):
        for col in range(max(col_a, 0), min(col_b, plane.n_col - 1) + 1):
            bucket = row * plane.n_col + col
            for i in range(plane.first[bucket], plane.first[bucket + 1]):
                a_east = (plane.east_a[i] - east_m) * stretch
                b_east = (plane.east_b[i] - east_m) * stretch
                a_north = plane.north_a[i] - north_m
                b_north = plane.north_b[i] - north_m
                share = project_share(a_east, a_north, b_east, b_north)
                d_east = a_east + share * (b_east - a_east)
                d_north = a_north + share * (b_north - a_north)
                here = d_east * d_east + d_north * d_north
                if here > limit:
                    continue
                at = n
                for j in range(n):
                    if street[j] == plane.street[i]:
                        at = j
                        break
                if at < n:
                    if here >= square[at]:
                        continue
                elif n < street.size:
                    n += 1
                else:
                    at = 0
                    for j in range(1, n):
                        if square[j] > square[at]:
                            at = j
                    if here >= square[at]:
                        continue
                street[at] = plane.street[i]
                along_m[at] = plane.along_m[i] + share * plane.piece_m[i]
                square[at] = here
                beyond_m[at] = 0.0
                if share <= 0.0 or share >= 1.0:
                    length = math.hypot(b_east - a_east, b_north - a_north)
                    if length > 0.0:
                        foot = -(a_east * (b_east - a_east) + a_north * (b_north - a_north)) / length
                        beyond_m[at] = foot - share * length
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
def edges_between(plane: StreetPlane, work: SearchWork, edge_a: int, edge_b: int, limit_m: float, out: Ints) -> int:
    """Edges strictly between two edges on the shortest way, into `out`; their number, -1 where none within the limit.

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
    """
    source, target = plane.head[edge_a], plane.tail[edge_b]
    aim = Aim(limit_m, plane.node_east_m[target], plane.node_north_m[target], 1.0, math.inf, 1)
    work.wanted[target] = 1
    search_near(plane, work, source, aim)
    work.wanted[target] = 0
    if work.seen[target] != work.stamp[0]:
        return NONE
    n = 0
    node = target
    while node != source:
        if n == out.size:
            return NONE
        out[n] = work.by_edge[node]
        node = plane.tail[out[n]]
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
