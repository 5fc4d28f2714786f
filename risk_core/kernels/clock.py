"""What an edge costs on a moving clock, and the re-scoring of a way.

Clocks and travel times are whole units of time. Slice `k` holds from ``begin[k]`` until the next one begins, the last
for ever; no clock is before the first. An edge entered at clock t is travelled during [t, t + time) and costs what it
costs in the *dearest* slice it touches. So costs stay whole, a way never promises less than one may meet on it, and
closures need no rule of their own: `INF_COST` in any slice touched bars the entry, an edge that closes while one is on
it included. Within the slice of entry an earlier entry is never dearer.

A wait at a search node lasts until some slice begins, since nothing is known to change before.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST, TURN_BACK, TURN_FORBIDDEN, Moves, TurnRule
from risk_core.kernels.jit import kernel

UNITS_PER_S = 20
"""Units of time in the second by which waiting is priced."""


class Slices(NamedTuple):
    """Edge costs in time slices, and what waiting costs.

    `begin` (n_slice,) ascending; `time` (n_edge,) at least 1, `INF_COST` where the traveller may never go; `cost`
    (n_slice, n_edge) at least `time`; `wait_per_s` (n_slice, n_place) at least `UNITS_PER_S`, `INF_COST` where one must
    not stay; `place` (n_search,) the column of each search node, -1 where one never waits.
    """

    begin: NDArray[np.int32]
    time: NDArray[np.int32]
    cost: NDArray[np.int32]
    wait_per_s: NDArray[np.int32]
    place: NDArray[np.int32]


class Pieces(NamedTuple):
    """Parts of edges at an end: search node they join, time (0 at the node itself), cost (n_slice, n_piece)."""

    node: NDArray[np.int32]
    time: NDArray[np.int32]
    cost: NDArray[np.int32]


class Starts(NamedTuple):
    """Search nodes with the cost and the clock at which one stands there."""

    node: NDArray[np.int32]
    cost: NDArray[np.int32]
    clock: NDArray[np.int32]


class TimedWay(NamedTuple):
    """Edges, the clock at which each is entered, start it comes from, piece it ends with and the clock of entering it.

    `start` is -1 where there is no way.
    """

    edges: NDArray[np.int32]
    entry: NDArray[np.int32]
    start: int
    stop: int
    stop_entry: int
    cost: int


@kernel
def slice_at(begin: NDArray[np.int32], clock: int) -> int:
    """Slice that holds at a clock, by halving."""
    low, high = 0, begin.size
    while low < high:
        middle = (low + high) >> 1
        if begin[middle] <= clock:
            low = middle + 1
        else:
            high = middle
    return max(low - 1, 0)


@kernel
def cost_entered(begin: NDArray[np.int32], cost: NDArray[np.int32], column: int, time: int, clock: int) -> int:
    """Cost of an edge (`column` of `cost`) entered at `clock`: its dearest slice during [clock, clock + time)."""
    k = slice_at(begin, clock)
    found = int(cost[k, column])
    while k + 1 < begin.size and begin[k + 1] < clock + time:
        k += 1
        found = max(found, int(cost[k, column]))
    return found


@kernel
def cost_turn(turn: int, rule: TurnRule) -> int:
    """What a turn adds to the cost of its move; it takes no time."""
    if rule.obeys_turns == 0:
        return 0
    if turn == TURN_FORBIDDEN:
        return INF_COST
    return rule.u_turn if turn == TURN_BACK else 0


@kernel
def cost_wait(slices: Slices, place: int, clock: int, until: int) -> int:
    """Cost of waiting from `clock` to `until`, rounded up slice by slice; `INF_COST` where that is no wait."""
    if until == clock:
        return 0
    last = slice_at(slices.begin, until)
    if until < clock or place < 0 or slices.begin[last] != until:
        return INF_COST
    total = 0
    for k in range(slice_at(slices.begin, clock), last):
        per_s = int(slices.wait_per_s[k, place])
        if per_s >= INF_COST:
            return INF_COST
        n = int(slices.begin[k + 1]) - max(clock, int(slices.begin[k]))
        total = min(total + (n * per_s + UNITS_PER_S - 1) // UNITS_PER_S, INF_COST)
    return total


@kernel
def leave_between(begin: NDArray[np.int32], origin: Pieces, early: int, late: int) -> Starts:
    """Where one stands, and when, after leaving the origin at each clock in [early, late] by each of its pieces.

    Start ``(clock - early) * n_piece + piece``; the cost is `INF_COST` where the piece is closed.
    """
    n = origin.node.size
    size = max(late - early + 1, 0) * n
    starts = Starts(np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32))
    for at in range(size):
        i, clock = at % n, early + at // n
        starts.node[at] = origin.node[i]
        starts.cost[at] = cost_entered(begin, origin.cost, i, origin.time[i], clock)
        starts.clock[at] = clock + origin.time[i]
    return starts


@kernel
def find_leaving(moves: Moves, node: int, edge: int) -> int:
    """Move by which an edge leaves a search node, -1 when none does."""
    for i in range(moves.first[node], moves.first[node + 1]):
        if moves.edge[i] == edge:
            return i
    return -1


@kernel
def score(
    moves: Moves,
    slices: Slices,
    rule: TurnRule,
    starts: Starts,
    destination: Pieces,
    ends: tuple[int, int],
    edges: NDArray[np.int32],
    wait: NDArray[np.int32],
) -> TimedWay:
    """Travel a way on the true clock, whoever found it.

    Parameters
    ----------
    moves, slices, rule, starts, destination
        The question.
    ends
        Start and piece of the destination that the way uses.
    edges
        In order, shape=(n,).
    wait
        Units waited before each edge and before the last piece, shape=(n + 1,).

    Returns
    -------
    TimedWay
        With cost `INF_COST` where an edge is closed, does not follow, or a wait is not allowed.
    """
    node, total, clock = int(starts.node[ends[0]]), int(starts.cost[ends[0]]), int(starts.clock[ends[0]])
    entry = np.zeros(edges.size, dtype=np.int32)
    for i in range(edges.size):
        move = find_leaving(moves, node, edges[i])
        if move < 0 or total >= INF_COST:
            total = INF_COST
            break
        total += cost_wait(slices, slices.place[node], clock, clock + int(wait[i]))
        clock += int(wait[i])
        entry[i] = clock
        total += cost_entered(slices.begin, slices.cost, edges[i], slices.time[edges[i]], clock)
        total += cost_turn(moves.turn[move], rule)
        clock += int(slices.time[edges[i]])
        node = int(moves.head[move])
    if total < INF_COST:
        total += cost_wait(slices, slices.place[node], clock, clock + int(wait[edges.size]))
        clock += int(wait[edges.size])
        time = int(destination.time[ends[1]])
        total += cost_entered(slices.begin, destination.cost, ends[1], time, clock)
        if destination.node[ends[1]] != node:
            total = INF_COST
    return TimedWay(edges, entry, ends[0], ends[1], clock, min(total, INF_COST))
