"""From pings to streets: a hidden Markov model whose states are places on directed edges, and one off the road.

Source: Newson, Krumm, "Hidden Markov map matching through noise and sparseness", ACM GIS 2009: emission equation 1,
transition equation 2. Beyond it: a state off the road, signed travel on one edge, a charge for turning back, and
posterior probabilities by the forward-backward recursion (Rabiner, Proceedings of the IEEE 77(2), 1989, section III).
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
ALONG, AGAINST = 0, 1


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


class PingTable(NamedTuple):
    """Pings in time order: seconds, metres on the plane, local metres per metre east of it, and error by axis."""

    time_s: Floats
    east_m: Floats
    north_m: Floats
    stretch: Floats
    sigma_m: Floats


class MatchRule(NamedTuple):
    """The figures of the model, as `risk_core.movement.match_options.MatchOptions` explains them."""

    radius_sigmas: float
    least_radius_m: float
    beta_m_per_s: float
    beta_sigmas: float
    least_beta_m: float
    most_beta_m: float
    detour_betas: float
    turn_back_m: float
    off_road_sigmas: float
    leave_prob: float
    break_prob: float
    most_gap_s: float
    prune_prob: float


class Lattice(NamedTuple):
    """States of every ping and what is known of them.

    A ping has `n_state[t]` places on edges and, in the last column, the state off the road. `best` is the likelihood
    of the likeliest history (its largest is 1), `back` the state before it (-1 at a start), `filtered` the
    probability given the pings so far, `move` the likelihood of going from each state of the ping before, float32.
    """

    n_state: Ints
    edge: Ints
    along_m: Floats
    away_m: Floats
    emission: Floats
    best: Floats
    back: Ints
    filtered: Floats
    move: NDArray[np.float32]


class SearchWork(NamedTuple):
    """Memory of the bounded search: reached distances and marks by node, heap, and the stamp that makes them valid.

    `wanted` counts the targets at a node; `between_m` holds the distance from the head of each state's edge to the
    tail of each next state's.
    """

    dist_m: Floats
    seen: Ints
    wanted: Ints
    by_edge: Ints
    heap_m: Floats
    heap_node: Ints
    stamp: Ints
    between_m: Floats


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
    )


@kernel
def new_lattice(n_ping: int, n_most: int) -> Lattice:
    """Memory for the states of `n_ping` pings with at most `n_most` places on edges each."""
    return Lattice(
        np.zeros(n_ping, dtype=np.int32),
        np.full((n_ping, n_most), NONE, dtype=np.int32),
        np.zeros((n_ping, n_most)),
        np.zeros((n_ping, n_most)),
        np.zeros((n_ping, n_most + 1)),
        np.zeros((n_ping, n_most + 1)),
        np.full((n_ping, n_most + 1), NONE, dtype=np.int32),
        np.zeros((n_ping, n_most + 1)),
        np.zeros((n_ping, n_most + 1, n_most + 1), dtype=np.float32),
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
    street, along_m, square
        Filled: street, metres from its first point, squared distance; their size is the most streets kept.

    Returns
    -------
    int
        Number of streets found.
    """
    n = 0
    limit = radius_m * radius_m
    row_a = int(math.floor((plane.north_max_m - north_m - radius_m) / plane.bucket_north_m))
    row_b = int(math.floor((plane.north_max_m - north_m + radius_m) / plane.bucket_north_m))
    wide_m = radius_m / stretch
    col_a = int(math.floor((east_m - wide_m - plane.east_min_m) / plane.bucket_east_m))
    col_b = int(math.floor((east_m + wide_m - plane.east_min_m) / plane.bucket_east_m))
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
    return n


@kernel
def place_ping(plane: StreetPlane, pings: PingTable, rule: MatchRule, lattice: Lattice, t: int) -> None:
    """Find the states of ping `t` and how likely each would give it (Newson & Krumm, equation 1)."""
    n_most = lattice.edge.shape[1]
    street = np.empty(n_most // 2, dtype=np.int32)
    along_m = np.empty(n_most // 2)
    square = np.empty(n_most // 2)
    sigma_m = pings.sigma_m[t]
    radius_m = max(rule.radius_sigmas * sigma_m, rule.least_radius_m)
    found = near_streets(
        plane, pings.east_m[t], pings.north_m[t], pings.stretch[t], radius_m, street, along_m, square
    )
    n = 0
    for j in range(found):
        for way in range(2):
            edge = plane.street_edge[way, street[j]]
            if edge < 0:
                continue
            whole_m = plane.length_m[edge]
            at_m = min(along_m[j], whole_m)
            lattice.edge[t, n] = edge
            lattice.along_m[t, n] = at_m if way == ALONG else whole_m - at_m
            lattice.away_m[t, n] = math.sqrt(square[j])
            lattice.emission[t, n] = math.exp(-0.5 * square[j] / (sigma_m * sigma_m))
            n += 1
    lattice.n_state[t] = n
    for k in range(n, n_most):
        lattice.edge[t, k] = NONE
        lattice.emission[t, k] = 0.0
    lattice.emission[t, n_most] = math.exp(-0.5 * rule.off_road_sigmas * rule.off_road_sigmas)


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
def look_up_near(plane: StreetPlane, work: SearchWork, source: int, aim: Aim) -> None:
    """The same distances as `search_near` for the wanted nodes, read from the table."""
    work.stamp[0] += 1
    n_wanted = aim.n_wanted
    for j in range(plane.near_first[source], plane.near_first[source + 1]):
        if plane.near_m[j] > aim.limit_m:
            break
        node = plane.near_node[j]
        if work.wanted[node] > 0:
            work.seen[node] = work.stamp[0]
            work.dist_m[node] = plane.near_m[j]
            n_wanted -= 1
            if n_wanted == 0:
                break


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
def reach_states(plane: StreetPlane, lattice: Lattice, work: SearchWork, t: int, i: int, aim: Aim) -> None:
    """Distances from the head of state `i` of ping `t - 1` to the tails of the states of ping `t`, inf if too far.

    States that share the head share the search.
    """
    n = lattice.n_state[t]
    source = plane.head[lattice.edge[t - 1, i]]
    for j in range(i):
        if plane.head[lattice.edge[t - 1, j]] == source and work.between_m[j, 0] >= 0.0:
            work.between_m[i, :n] = work.between_m[j, :n]
            return
    if aim.limit_m <= plane.near_bound_m:
        look_up_near(plane, work, source, aim)
    else:
        search_near(plane, work, source, aim)
    for k in range(n):
        node = plane.tail[lattice.edge[t, k]]
        work.between_m[i, k] = work.dist_m[node] if work.seen[node] == work.stamp[0] else math.inf


@kernel
def aim_at(
    plane: StreetPlane, pings: PingTable, rule: MatchRule, lattice: Lattice, work: SearchWork, t: int
) -> tuple[Aim, float, float, float]:
    """Mark the tails of the states of ping `t`; the search's aim, then straight line, beta and joint error, metres."""
    d_east = (pings.east_m[t] - pings.east_m[t - 1]) * pings.stretch[t]
    straight_m = math.hypot(d_east, pings.north_m[t] - pings.north_m[t - 1])
    gap_s = pings.time_s[t] - pings.time_s[t - 1]
    noise_m = math.hypot(pings.sigma_m[t], pings.sigma_m[t - 1])
    beta_m = min(max(rule.beta_m_per_s * gap_s + rule.beta_sigmas * noise_m, rule.least_beta_m), rule.most_beta_m)
    n_node, spread_m = 0, 0.0
    for k in range(lattice.n_state[t]):
        edge = lattice.edge[t, k]
        node = plane.tail[edge]
        n_node += 1 if work.wanted[node] == 0 else 0
        work.wanted[node] += 1
        spread_m = max(spread_m, lattice.away_m[t, k] + lattice.along_m[t, k])
    limit_m = straight_m + rule.detour_betas * beta_m
    aim = Aim(limit_m, pings.east_m[t], pings.north_m[t], pings.stretch[t], spread_m, n_node)
    return aim, straight_m, beta_m, noise_m


@kernel
def weigh_moves(
    plane: StreetPlane, pings: PingTable, rule: MatchRule, lattice: Lattice, work: SearchWork, t: int
) -> None:
    """Likelihood of every move from the states of ping `t - 1` to those of ping `t` (equation 2), into `move[t]`.

    Going back on one edge by no more than both errors counts as negative travel: noise, not a journey round the block.
    """
    off = lattice.edge.shape[1]
    n_before, n = lattice.n_state[t - 1], lattice.n_state[t]
    aim, straight_m, beta_m, noise_m = aim_at(plane, pings, rule, lattice, work, t)
    slack_m = 2.0 * noise_m
    for i in range(n_before):
        lattice.move[t, i, off] = rule.leave_prob
        if n == 0:
            continue
        work.between_m[i, 0] = -1.0
        if lattice.filtered[t - 1, i] < rule.prune_prob and lattice.best[t - 1, i] < rule.prune_prob:
            lattice.move[t, i, :n] = 0.0
            continue
        reach_states(plane, lattice, work, t, i, aim)
        edge_a, at_a_m = lattice.edge[t - 1, i], lattice.along_m[t - 1, i]
        left_m = plane.length_m[edge_a] - at_a_m
        for k in range(n):
            edge_b, at_b_m = lattice.edge[t, k], lattice.along_m[t, k]
            if edge_a == edge_b and at_b_m >= at_a_m - slack_m:
                way_m = at_b_m - at_a_m
            else:
                way_m = left_m + work.between_m[i, k] + at_b_m
                if edge_b == plane.reverse[edge_a]:
                    way_m += rule.turn_back_m
            likelihood = math.exp(-abs(way_m - straight_m) / beta_m)
            lattice.move[t, i, k] = max(likelihood, rule.break_prob)
    for k in range(n):
        work.wanted[plane.tail[lattice.edge[t, k]]] = 0
        lattice.move[t, off, k] = rule.leave_prob
    lattice.move[t, off, off] = 1.0


@kernel
def advance(lattice: Lattice, t: int) -> None:
    """Likeliest history and filtered probability of ping `t` from those of ping `t - 1` and the moves between."""
    off = lattice.edge.shape[1]
    most, total = 0.0, 0.0
    for k in range(off + 1):
        lattice.best[t, k] = 0.0
        lattice.filtered[t, k] = 0.0
        lattice.back[t, k] = NONE
        if off > k >= lattice.n_state[t]:
            continue
        reached = 0.0
        for i in range(off + 1):
            if off > i >= lattice.n_state[t - 1]:
                continue
            move = lattice.move[t, i, k]
            reached += lattice.filtered[t - 1, i] * move
            if lattice.best[t - 1, i] * move > lattice.best[t, k]:
                lattice.best[t, k] = lattice.best[t - 1, i] * move
                lattice.back[t, k] = i
        lattice.best[t, k] *= lattice.emission[t, k]
        lattice.filtered[t, k] = reached * lattice.emission[t, k]
        most = max(most, lattice.best[t, k])
        total += lattice.filtered[t, k]
    for k in range(off + 1):
        lattice.best[t, k] /= most
        lattice.filtered[t, k] /= total


@kernel
def start_at(lattice: Lattice, rule: MatchRule, t: int) -> None:
    """Begin anew at ping `t`: only how well each state gives the ping counts."""
    off = lattice.edge.shape[1]
    most, total = 0.0, 0.0
    for k in range(off + 1):
        here = lattice.emission[t, k]
        lattice.best[t, k] = here
        lattice.filtered[t, k] = here
        lattice.back[t, k] = NONE
        most = max(most, here)
        total += here
    for k in range(off + 1):
        lattice.best[t, k] /= most
        lattice.filtered[t, k] /= total


@kernel
def match_steps(
    plane: StreetPlane, pings: PingTable, rule: MatchRule, lattice: Lattice, work: SearchWork, first: int, end: int
) -> None:
    """Take pings `first:end` into the lattice, whose earlier rows are done; a gap of `most_gap_s` begins anew."""
    for t in range(first, end):
        place_ping(plane, pings, rule, lattice, t)
        if t == 0 or pings.time_s[t] - pings.time_s[t - 1] > rule.most_gap_s:
            start_at(lattice, rule, t)
        else:
            weigh_moves(plane, pings, rule, lattice, work, t)
            advance(lattice, t)


@kernel
def trace_back(lattice: Lattice, first: int, end: int, out: Ints) -> None:
    """State of each ping `first:end` on the likeliest history up to the last of them, into `out[:end - first]`."""
    off = lattice.edge.shape[1]
    state = NONE
    for t in range(end - 1, first - 1, -1):
        if state == NONE:
            state = 0
            for k in range(off + 1):
                if lattice.best[t, k] > lattice.best[t, state]:
                    state = k
        out[t - first] = state
        state = lattice.back[t, state]


@kernel
def smooth_states(lattice: Lattice, first: int, end: int, out: Floats) -> None:
    """Probability of each state of pings `first:end` given all of them, into `out[:end - first]` of their states."""
    off = lattice.edge.shape[1]
    ahead = np.ones(off + 1)
    before = np.empty(off + 1)
    for t in range(end - 1, first - 1, -1):
        total = 0.0
        for k in range(off + 1):
            here = lattice.filtered[t, k] * ahead[k]
            out[t - first, k] = here
            total += here
        for k in range(off + 1):
            out[t - first, k] /= total
        if t == first:
            break
        is_start = True
        for k in range(off + 1):
            is_start = is_start and lattice.back[t, k] == NONE
        if is_start:
            ahead[:] = 1.0
            continue
        most = 0.0
        for i in range(off + 1):
            before[i] = 0.0
            if off > i >= lattice.n_state[t - 1]:
                continue
            for k in range(off + 1):
                if off > k >= lattice.n_state[t]:
                    continue
                before[i] += lattice.move[t, i, k] * lattice.emission[t, k] * ahead[k]
            most = max(most, before[i])
        for i in range(off + 1):
            ahead[i] = before[i] / most


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
def join_way(
    plane: StreetPlane, pings: PingTable, rule: MatchRule, work: SearchWork, edge: Ints, along_m: Floats, most: int
) -> tuple[Ints, Ints]:
    """Edges of the whole way past every matched place, and the position in it of each ping's edge.

    Parameters
    ----------
    plane, pings, rule, work
        As for `match_steps`.
    edge, along_m
        Matched place of each ping, -1 off the road.
    most
        Most edges between two pings; a longer way counts as a break.

    Returns
    -------
    tuple
        The way, with -1 where it leaves the road or breaks off; position of each ping.
    """
    way = np.empty(64 + 4 * edge.size, dtype=np.int32)
    way_at = np.empty(edge.size, dtype=np.int32)
    room = np.empty(most, dtype=np.int32)
    n = 0
    for t in range(edge.size):
        if n + most + 2 > way.size:
            way = np.concatenate((way, np.empty(way.size + most + 2, dtype=np.int32)))
        here = edge[t]
        before = edge[t - 1] if t > 0 else NONE - 1
        is_silent = t > 0 and pings.time_s[t] - pings.time_s[t - 1] > rule.most_gap_s
        is_new = here != before
        if t > 0 and here >= 0 and here == before:
            slack_m = 2.0 * math.hypot(pings.sigma_m[t], pings.sigma_m[t - 1])
            is_new = is_silent or along_m[t] < along_m[t - 1] - slack_m
        if is_new:
            n_between = 0
            if here >= 0 and before >= 0:
                n_between = NONE
                if not is_silent:
                    d_east = (pings.east_m[t] - pings.east_m[t - 1]) * pings.stretch[t]
                    straight_m = math.hypot(d_east, pings.north_m[t] - pings.north_m[t - 1])
                    limit_m = straight_m + rule.detour_betas * rule.most_beta_m
                    n_between = edges_between(plane, work, before, here, limit_m, room)
            if n_between < 0:
                way[n] = NONE
                n += 1
            for j in range(n_between):
                way[n] = room[j]
                n += 1
            way[n] = here
            n += 1
        way_at[t] = n - 1
    return way[:n].copy(), way_at


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
