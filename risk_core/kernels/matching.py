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
from risk_core.kernels.match_near import (
    NONE,
    Aim,
    SearchWork,
    StreetPlane,
    best_arrival,
    edges_between,
    forget_edges,
    near_streets,
    search_near,
    want_edges,
)

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

HALF_DECAY = math.exp(-0.5)
SERIES = tuple(1.0 / math.factorial(k) for k in range(10))

ALONG = 0
"""Row of `street_edge` along a street's points."""


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

    A ping has `n_state[t]` places on edges and, in the last column, the state off the road; no place and its edge's
    begin is farther from the ping than `spread_m[t]`. `best` is the likelihood of the likeliest history (its largest
    is 1), `back` the state before it (-1 at a start), `filtered` the probability given the pings so far. `move` holds
    from `first_move[t]` on, row by row, the likelihood of going from each state of the ping before, the last of them
    off the road, to each of this, float32: packed, because most of the room for the most states is never needed.
    """

    n_state: Ints
    edge: Ints
    along_m: Floats
    spread_m: Floats
    emission: Floats
    best: Floats
    back: Ints
    filtered: Floats
    first_move: NDArray[np.int64]
    move: NDArray[np.float32]


@kernel
def new_lattice(n_ping: int, n_most: int) -> Lattice:
    """Memory for the states of `n_ping` pings with at most `n_most` places on edges each."""
    return Lattice(
        np.zeros(n_ping, dtype=np.int32),
        np.empty((n_ping, n_most), dtype=np.int32),
        np.empty((n_ping, n_most)),
        np.empty(n_ping),
        np.empty((n_ping, n_most + 1)),
        np.empty((n_ping, n_most + 1)),
        np.empty((n_ping, n_most + 1), dtype=np.int32),
        np.empty((n_ping, n_most + 1)),
        np.zeros(n_ping + 1, dtype=np.int64),
        np.empty(n_ping * (n_most + 1) * (n_most + 1), dtype=np.float32),
    )


@kernel
def moves_into(lattice: Lattice, t: int) -> NDArray[np.float32]:
    """Likelihoods of the moves into ping `t`: a row for each state of the ping before, off the road in the last."""
    n_row, n_col = lattice.n_state[t - 1] + 1, lattice.n_state[t] + 1
    first = lattice.first_move[t]
    return lattice.move[first : first + n_row * n_col].reshape((n_row, n_col))


class Step(NamedTuple):
    """What the time between two pings allows.

    The straight line, beta of equation 2, how far back counts as noise, and how long a way is looked for, metres.
    """

    straight_m: float
    beta_m: float
    slack_m: float
    limit_m: float


# A call that passes many arrays costs as much as what it does for one ping: each array is counted in and out. So the
# loops over pings stand inside the kernels, which take their arrays out of the tuples once, before the loop.


@kernel
def place_pings(plane: StreetPlane, pings: PingTable, rule: MatchRule, lattice: Lattice, first: int, end: int) -> None:
    """Find the states of pings `first:end` and how likely each would give its ping.

    Newson & Krumm's equation 1 summed along the edge rather than taken at its nearest place, so that a short edge
    counts for little: ``exp(-across^2 / 2 sigma^2) (Phi((length - foot) / sigma) - Phi(-foot / sigma))``.
    """
    n_most = lattice.edge.shape[1]
    street, spot = np.empty(n_most // 2, dtype=np.int32), np.empty((n_most // 2, 3))
    segments, street_edge, length_m = plane.segments, plane.street_edge, plane.length_m
    place, along, likely = lattice.edge, lattice.along_m, lattice.emission
    off_road = math.exp(-0.5 * rule.off_road_sigmas * rule.off_road_sigmas)
    for t in range(first, end):
        sigma_m = pings.sigma_m[t]
        root = math.sqrt(2.0) * sigma_m
        radius_m = max(rule.radius_sigmas * sigma_m, rule.least_radius_m)
        found = near_streets(segments, pings.east_m[t], pings.north_m[t], pings.stretch[t], radius_m, street, spot)
        n, spread_m = 0, 0.0
        for j in range(found):
            whole_m = length_m[max(street_edge[0, street[j]], street_edge[1, street[j]])]
            at_m, square = min(spot[j, 0], whole_m), spot[j, 1]
            over_m = spot[j, 2] if at_m < 1e-3 or at_m > whole_m - 1e-3 else 0.0
            foot_m = at_m + over_m
            across = max(square - over_m * over_m, 0.0) / (sigma_m * sigma_m)
            inside = 0.5 * (math.erf((whole_m - foot_m) / root) + math.erf(foot_m / root))
            emission = math.exp(-0.5 * across) * inside
            for way in range(2):
                edge = street_edge[way, street[j]]
                if edge < 0:
                    continue
                place[t, n] = edge
                along[t, n] = at_m if way == ALONG else whole_m - at_m
                likely[t, n] = emission
                spread_m = max(spread_m, math.sqrt(square) + along[t, n])
                n += 1
        lattice.n_state[t] = n
        lattice.spread_m[t] = spread_m
        place[t, n:] = NONE
        along[t, n:] = 0.0
        likely[t, n:n_most] = 0.0
        likely[t, n_most] = off_road


@kernel
def step_into(pings: PingTable, rule: MatchRule, t: int) -> Step:
    """What the time between ping `t - 1` and ping `t` allows."""
    d_east = (pings.east_m[t] - pings.east_m[t - 1]) * pings.stretch[t]
    straight_m = math.hypot(d_east, pings.north_m[t] - pings.north_m[t - 1])
    gap_s = pings.time_s[t] - pings.time_s[t - 1]
    noise_m = math.hypot(pings.sigma_m[t], pings.sigma_m[t - 1])
    beta_m = min(max(rule.beta_m_per_s * gap_s + rule.beta_sigmas * noise_m, rule.least_beta_m), rule.most_beta_m)
    return Step(straight_m, beta_m, 2.0 * noise_m, straight_m + rule.detour_betas * beta_m)


@kernel
def match_steps(
    plane: StreetPlane, pings: PingTable, rule: MatchRule, lattice: Lattice, work: SearchWork, first: int, end: int
) -> None:
    """Take pings `first:end` into the lattice, whose earlier rows are done; a gap of `most_gap_s` begins anew.

    Distances come from the table of near nodes where the bound allows, from a search otherwise.
    """
    place_pings(plane, pings, rule, lattice, first, end)
    near_first, near_node, near_m = plane.near.first, plane.near.node, plane.near.dist_m
    leaves, tail, first_arrival, arrival = plane.leaves, plane.tail, plane.first_arrival, plane.arrival
    wanted, dist_m, seen, between_m, begin = work.wanted, work.dist_m, work.seen, work.between_m, work.tail
    length_m, reverse = plane.length_m, plane.reverse
    edge, best, filtered, n_state = lattice.edge, lattice.best, lattice.filtered, lattice.n_state
    for t in range(first, end):
        if t == 0 or pings.time_s[t] - pings.time_s[t - 1] > rule.most_gap_s:
            start_at(lattice, t)
            continue
        step, n = step_into(pings, rule, t), n_state[t]
        n_wanted = want_edges(tail, first_arrival, arrival, wanted, edge[t, :n])
        for k in range(n):
            node = tail[edge[t, k]]
            begin[k] = node if first_arrival[node] == first_arrival[node + 1] else NONE
        for i in range(n_state[t - 1] if n else 0):
            source = leaves[edge[t - 1, i]]
            work.source[i] = NONE
            if not is_followed(best[t - 1, i], filtered[t - 1, i], rule.prune_prob):
                continue
            same = i
            for j in range(i):
                same = j if work.source[j] == source else same
            work.source[i] = source
            if same < i:
                for k in range(n):
                    between_m[i, k] = between_m[same, k]
                continue
            if step.limit_m <= plane.near.bound_m:
                work.stamp[0] += 1
                n_left = n_wanted
                mark = work.stamp[0]
                for j in range(near_first[source], near_first[source + 1]):
                    far_m = near_m[j]
                    if far_m > step.limit_m or n_left == 0:
                        break
                    node = near_node[j]
                    if wanted[node] > 0:
                        seen[node] = mark
                        dist_m[node] = far_m
                        n_left -= 1
            else:
                spread_m = lattice.spread_m[t]
                aim = Aim(step.limit_m, pings.east_m[t], pings.north_m[t], pings.stretch[t], spread_m, n_wanted)
                search_near(plane, work, source, aim)
            mark = work.stamp[0]
            for k in range(n):
                node = begin[k]
                if node != NONE:
                    between_m[i, k] = dist_m[node] if seen[node] == mark else math.inf
                    continue
                node = best_arrival(plane, work, edge[t, k])
                between_m[i, k] = dist_m[node] if node != NONE else math.inf
        forget_edges(tail, first_arrival, arrival, wanted, edge[t, :n])
        weigh_moves(length_m, reverse, rule, lattice, between_m, step, t)
        advance(lattice, rule.prune_prob, t)


@kernel
def weigh_moves(
    length_m: Floats, reverse: Ints, rule: MatchRule, lattice: Lattice, between_m: Floats, step: Step, t: int
) -> None:
    """Likelihood of every move from the states of ping `t - 1` to those of ping `t` (equation 2), into the lattice.

    Going back on one edge by no more than both errors counts as negative travel: noise, not a journey round the block.

    Parameters
    ----------
    length_m, reverse
        Of the plane's edges.
    rule, lattice
        As for `match_steps`.
    between_m
        Metres from the end of each state's edge to the begin of each next state's, shape=(n_before, n); used up.
    step
        From `step_into`.
    t
        Position of the ping.
    """
    n_before, n = lattice.n_state[t - 1], lattice.n_state[t]
    lattice.first_move[t + 1] = lattice.first_move[t] + (n_before + 1) * (n + 1)
    move = moves_into(lattice, t)
    move[:n_before, n] = rule.leave_prob
    move[n_before, :n] = rule.leave_prob
    move[n_before, n] = 1.0
    most, straight_m, beta_m = -math.log(rule.break_prob), step.straight_m, step.beta_m
    edge_before, edge_now, along_now = lattice.edge[t - 1], lattice.edge[t], lattice.along_m[t]
    along_before, best, filtered = lattice.along_m[t - 1], lattice.best[t - 1], lattice.filtered[t - 1]
    for i in range(n_before):
        if not is_followed(best[i], filtered[i], rule.prune_prob):
            move[i, :n] = 0.0
            continue
        at_m, here, way_m = along_before[i], edge_before[i], between_m[i]
        left_m, back = length_m[here] - at_m, reverse[here]
        for k in range(n):
            way_m[k] += left_m + along_now[k]
            if edge_now[k] == here and along_now[k] >= at_m - step.slack_m:
                way_m[k] = along_now[k] - at_m
            elif edge_now[k] == back:
                way_m[k] += rule.turn_back_m
        for k in range(n):
            move[i, k] = decay(min(abs(way_m[k] - straight_m) / beta_m, most))


@kernel
def decay(x: float) -> float:
    """``exp(-x)``: the 16th power of a series, which runs in vector lanes; to 1e-8 of it up to 16, 2e-4 up to 28."""
    y = 0.5 - 0.0625 * x
    power = SERIES[9]
    for k in range(8, -1, -1):
        power = power * y + SERIES[k]
    power *= HALF_DECAY
    power *= power
    power *= power
    power *= power
    return power * power


@kernel
def is_followed(best: float, filtered: float, prune_prob: float) -> bool:
    """Whether a state is likely enough for the moves out of it to be looked at."""
    return best >= prune_prob or filtered >= prune_prob


@kernel
def advance(lattice: Lattice, prune_prob: float, t: int) -> None:
    """Likeliest history and filtered probability of ping `t` from those of ping `t - 1` and the moves between."""
    off = lattice.edge.shape[1]
    n_before, n = lattice.n_state[t - 1], lattice.n_state[t]
    best, filtered, back = lattice.best[t], lattice.filtered[t], lattice.back[t]
    best_before, filtered_before = lattice.best[t - 1], lattice.filtered[t - 1]
    emission, move = lattice.emission[t], moves_into(lattice, t)
    best[:] = 0.0
    filtered[:] = 0.0
    back[:] = NONE
    for i in range(n_before + 1):
        state = i if i < n_before else off
        best_i, filtered_i = best_before[state], filtered_before[state]
        if i < n_before and not is_followed(best_i, filtered_i, prune_prob):
            continue
        row = move[i]
        for k in range(n):
            filtered[k] += filtered_i * row[k]
            here = best_i * row[k]
            if here > best[k]:
                best[k] = here
                back[k] = state
        filtered[off] += filtered_i * row[n]
        if best_i * row[n] > best[off]:
            best[off] = best_i * row[n]
            back[off] = state
    most, total = 0.0, 0.0
    for k in range(off + 1):
        best[k] *= emission[k]
        filtered[k] *= emission[k]
        most = max(most, best[k])
        total += filtered[k]
    for k in range(off + 1):
        best[k] /= most
        filtered[k] /= total


@kernel
def start_at(lattice: Lattice, t: int) -> None:
    """Begin anew at ping `t`: only how well each state gives the ping counts."""
    off = lattice.edge.shape[1]
    lattice.first_move[t + 1] = lattice.first_move[t]
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
def smooth_states(lattice: Lattice, rule: MatchRule, first: int, end: int, out: Floats) -> None:
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
        n_before, n = lattice.n_state[t - 1], lattice.n_state[t]
        move = moves_into(lattice, t)
        for k in range(off + 1):
            ahead[k] *= lattice.emission[t, k]
        before[:] = 0.0
        most = 0.0
        for i in range(n_before + 1):
            state = i if i < n_before else off
            if i < n_before and not is_followed(lattice.best[t - 1, i], lattice.filtered[t - 1, i], rule.prune_prob):
                continue
            here = move[i, n] * ahead[off]
            for k in range(n):
                here += move[i, k] * ahead[k]
            before[state] = here
            most = max(most, here)
        for i in range(off + 1):
            ahead[i] = before[i] / most


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
            is_next = here >= 0 and before >= 0 and not is_silent and plane.leaves[before] == plane.tail[here]
            if here >= 0 and before >= 0 and not is_next:
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
