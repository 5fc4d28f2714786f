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
from risk_core.kernels.match_near import NONE, Aim, SearchWork, StreetPlane, edges_between, near_streets, search_near

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

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
def place_ping(plane: StreetPlane, pings: PingTable, rule: MatchRule, lattice: Lattice, t: int) -> None:
    """Find the states of ping `t` and how likely each would give it.

    Newson & Krumm's equation 1 summed along the edge rather than taken at its nearest place, so that a short edge
    counts for little: ``exp(-across^2 / 2 sigma^2) (Phi((length - foot) / sigma) - Phi(-foot / sigma))``.
    """
    n_most = lattice.edge.shape[1]
    street = np.empty(n_most // 2, dtype=np.int32)
    along_m = np.empty(n_most // 2)
    square = np.empty(n_most // 2)
    beyond_m = np.empty(n_most // 2)
    sigma_m = pings.sigma_m[t]
    radius_m = max(rule.radius_sigmas * sigma_m, rule.least_radius_m)
    place = (pings.east_m[t], pings.north_m[t], pings.stretch[t])
    found = near_streets(plane, place[0], place[1], place[2], radius_m, street, along_m, square, beyond_m)
    root = math.sqrt(2.0) * sigma_m
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
            over_m = beyond_m[j] if at_m < 1e-3 or at_m > whole_m - 1e-3 else 0.0
            foot_m = at_m + over_m
            across = max(square[j] - over_m * over_m, 0.0) / (sigma_m * sigma_m)
            inside = 0.5 * (math.erf((whole_m - foot_m) / root) + math.erf(foot_m / root))
            lattice.emission[t, n] = math.exp(-0.5 * across) * inside
            n += 1
    lattice.n_state[t] = n
    for k in range(n, n_most):
        lattice.edge[t, k] = NONE
        lattice.emission[t, k] = 0.0
    lattice.emission[t, n_most] = math.exp(-0.5 * rule.off_road_sigmas * rule.off_road_sigmas)


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
    Distances come from the table of near nodes where the bound allows, from a search otherwise. The body is long
    because each call with so many arrays costs as much as a look-up.
    """
    off = lattice.edge.shape[1]
    n_before, n = lattice.n_state[t - 1], lattice.n_state[t]
    move, between_m = lattice.move[t], work.between_m
    move[:n_before, off] = rule.leave_prob
    move[off, :n] = rule.leave_prob
    move[off, off] = 1.0
    if n == 0:
        return
    aim, straight_m, beta_m, noise_m = aim_at(plane, pings, rule, lattice, work, t)
    slack_m = 2.0 * noise_m
    most_m = -math.log(rule.break_prob) * beta_m
    edge_before, edge_now, along_now = lattice.edge[t - 1], lattice.edge[t], lattice.along_m[t]
    wanted, dist_m, seen, tail = work.wanted, work.dist_m, work.seen, work.tail
    for k in range(n):
        tail[k] = plane.tail[edge_now[k]]
    for i in range(n_before):
        edge_a, at_a_m = edge_before[i], lattice.along_m[t - 1, i]
        source = plane.head[edge_a]
        work.source[i] = NONE
        if lattice.filtered[t - 1, i] < rule.prune_prob and lattice.best[t - 1, i] < rule.prune_prob:
            move[i, :n] = 0.0
            continue
        same = NONE
        for j in range(i):
            if work.source[j] == source:
                same = j
        work.source[i] = source
        if same != NONE:
            between_m[i, :n] = between_m[same, :n]
        else:
            if aim.limit_m <= plane.near_bound_m:
                work.stamp[0] += 1
                n_left = aim.n_wanted
                for j in range(plane.near_first[source], plane.near_first[source + 1]):
                    if plane.near_m[j] > aim.limit_m:
                        break
                    node = plane.near_node[j]
                    if wanted[node] > 0:
                        seen[node] = work.stamp[0]
                        dist_m[node] = plane.near_m[j]
                        n_left -= 1
                        if n_left == 0:
                            break
            else:
                search_near(plane, work, source, aim)
            for k in range(n):
                between_m[i, k] = dist_m[tail[k]] if seen[tail[k]] == work.stamp[0] else math.inf
        left_m = plane.length_m[edge_a] - at_a_m
        back = plane.reverse[edge_a]
        for k in range(n):
            if edge_a == edge_now[k] and along_now[k] >= at_a_m - slack_m:
                way_m = along_now[k] - at_a_m
            else:
                way_m = left_m + between_m[i, k] + along_now[k]
                if edge_now[k] == back:
                    way_m += rule.turn_back_m
            excess_m = abs(way_m - straight_m)  # beyond `most_m` the likelihood is below that of a break
            move[i, k] = max(math.exp(-excess_m / beta_m), rule.break_prob) if excess_m < most_m else rule.break_prob
    for k in range(n):
        wanted[tail[k]] = 0


@kernel
def advance(lattice: Lattice, t: int) -> None:
    """Likeliest history and filtered probability of ping `t` from those of ping `t - 1` and the moves between."""
    off = lattice.edge.shape[1]
    n_before, n = lattice.n_state[t - 1], lattice.n_state[t]
    best, filtered, back = lattice.best[t], lattice.filtered[t], lattice.back[t]
    best[:] = 0.0
    filtered[:] = 0.0
    back[:] = NONE
    for i in range(off + 1):
        best_i, filtered_i = lattice.best[t - 1, i], lattice.filtered[t - 1, i]
        if off > i >= n_before or (best_i == 0.0 and filtered_i == 0.0):
            continue
        row = lattice.move[t, i]
        for k in range(off + 1):
            if off > k >= n:
                continue
            filtered[k] += filtered_i * row[k]
            if best_i * row[k] > best[k]:
                best[k] = best_i * row[k]
                back[k] = i
    most, total = 0.0, 0.0
    for k in range(off + 1):
        best[k] *= lattice.emission[t, k]
        filtered[k] *= lattice.emission[t, k]
        most = max(most, best[k])
        total += filtered[k]
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
