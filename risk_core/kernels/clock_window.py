"""In which clocks each node can matter to a way below a known cost, and the least cost from it on within them.

`first_clocks` says from when on a node can be stood at; `least_to_go` until when, and what it costs from there at
least, given that each edge is entered within its window. Both look only where the bounds of a hierarchy leave a chance.
The windows are as wide as the slack of the known way, not as the whole journey, so the bounds follow a moving hazard.

Source: our own. Bounds from a hierarchy: Strasser, Zeitz, "A Fast and Tight Heuristic for A* in Road Networks" (2021).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.clock import Pieces, Slices, Starts, cost_entered, cost_turn, slice_at
from risk_core.kernels.heap import least_cost, least_item, new_heap, pop_cost, push_cost, with_room
from risk_core.kernels.hierarchy import INF_COST, Moves, Tree, TurnRule
from risk_core.kernels.jit import kernel
from risk_core.kernels.potential import Bounds, bound_of

NEVER = -2_000_000_000
"""Latest clock of a node that cannot matter."""


class Into(NamedTuple):
    """Moves by the search node they lead to: those of `x` are ``first[x]:first[x + 1]``, with tail and move."""

    first: NDArray[np.int32]
    tail: NDArray[np.int32]
    move: NDArray[np.int32]


class Reached(NamedTuple):
    """What is known of ways to each node: earliest clock, least excess of cost over time; `INF_COST` outside."""

    early: NDArray[np.int32]
    surplus: NDArray[np.int32]


class Window(NamedTuple):
    """Clocks between which a node can matter, and the least cost from it on; `INF_COST` cost where it cannot."""

    early: NDArray[np.int32]
    late: NDArray[np.int32]
    to_go: NDArray[np.int32]


class Aim(NamedTuple):
    """What is looked for.

    `below`: only a way cheaper than this; `limit`: the clock up to which it must have arrived; `credit`: 0 to count the
    cost, 1 to count it less the time on the way (then time enters by the departure, and arriving early wins nothing);
    `horizon`: clock from which labels differ by cost alone; `budget`: most labels.
    """

    below: int
    limit: int
    credit: int
    horizon: int
    budget: int


@kernel
def moves_into(moves: Moves) -> Into:
    """Group the moves of a hierarchy by the search node they lead to."""
    n = moves.first.size - 1
    first = np.zeros(n + 1, dtype=np.int32)
    for i in range(moves.head.size):
        first[moves.head[i] + 1] += 1
    for node in range(n):
        first[node + 1] += first[node]
    at = first[:n].copy()
    tail, move = np.empty(moves.head.size, dtype=np.int32), np.empty(moves.head.size, dtype=np.int32)
    for node in range(n):
        for i in range(moves.first[node], moves.first[node + 1]):
            head = moves.head[i]
            tail[at[head]], move[at[head]] = node, i
            at[head] += 1
    return Into(first, tail, move)


@kernel
def cost_between(
    begin: NDArray[np.int32], cost: NDArray[np.int32], column: int, time: int, early: int, late: int
) -> int:
    """Least cost of an edge entered at some clock in [early, late], `INF_COST` where that is empty.

    Within a slice the earliest entry is the cheapest.
    """
    if late < early:
        return INF_COST
    found = cost_entered(begin, cost, column, time, early)
    for k in range(slice_at(begin, early) + 1, begin.size):
        if begin[k] > late:
            break
        found = min(found, cost_entered(begin, cost, column, time, begin[k]))
    return found


@kernel
def first_clocks(
    tree: Tree, moves: Moves, bounds: Bounds, slices: Slices, rule: TurnRule, starts: Starts, limit: int
) -> NDArray[np.int32]:
    """Earliest clock at which each search node can be stood at, `INF_COST` where its bound leads beyond `limit`.

    Closures that end are ignored, so the clocks are lower bounds.
    """
    early = np.full(tree.parent.size, INF_COST, dtype=np.int32)
    heap, size = new_heap(), 0
    for i in range(starts.node.size):
        node = starts.node[i]
        bound = bound_of(tree, bounds, node)
        if starts.cost[i] >= INF_COST or bound >= INF_COST or starts.clock[i] + bound > limit:
            continue
        if starts.clock[i] < early[node]:
            early[node] = starts.clock[i]
            heap = with_room(heap, size)
            size = push_cost(heap, size, early[node], node)
    while size > 0:
        clock, node = least_cost(heap), least_item(heap)
        size = pop_cost(heap, size)
        if clock > early[node]:
            continue
        for i in range(moves.first[node], moves.first[node + 1]):
            head, time = moves.head[i], slices.time[moves.edge[i]]
            if time >= INF_COST or cost_turn(moves.turn[i], rule) >= INF_COST or clock + time >= early[head]:
                continue
            bound = bound_of(tree, bounds, head)
            if bound >= INF_COST or clock + time > limit - bound:
                continue
            early[head] = clock + time
            heap = with_room(heap, size)
            size = push_cost(heap, size, early[head], head)
    return early


@kernel
def least_to_go(
    moves: Moves,
    into: Into,
    bounds: Bounds,
    slices: Slices,
    rule: TurnRule,
    destination: Pieces,
    reached: Reached,
    aim: Aim,
) -> Window:
    """Least cost (less `credit` times the time) from each node on, every edge entered within its window.

    Without credit the clock of a label is at most its cost less the surplus on the way to its node, so a node can
    matter only until ``limit - surplus - to_go``, known when the node is settled, which bounds the entries of the edges
    into it; with credit it is ``limit - bounds``.
    """
    early, surplus = reached.early, reached.surplus
    n = early.size
    to_go, late = np.full(n, INF_COST, dtype=np.int32), np.full(n, NEVER, dtype=np.int32)
    heap, size = new_heap(), 0
    for i in range(destination.node.size):
        node, time = destination.node[i], destination.time[i]
        if early[node] >= INF_COST or surplus[node] >= INF_COST:
            continue
        step = cost_between(slices.begin, destination.cost, i, time, early[node], aim.limit - time)
        if step < INF_COST and step - aim.credit * time < to_go[node]:
            to_go[node] = step - aim.credit * time
            heap = with_room(heap, size)
            size = push_cost(heap, size, to_go[node], node)
    while size > 0:
        found, node = least_cost(heap), least_item(heap)
        size = pop_cost(heap, size)
        if found > to_go[node]:
            continue
        late[node] = aim.limit - (bounds.known[node] if aim.credit == 1 else found + surplus[node])
        for i in range(into.first[node], into.first[node + 1]):
            tail, move = into.tail[i], into.move[i]
            time, turn = slices.time[moves.edge[move]], cost_turn(moves.turn[move], rule)
            if early[tail] >= INF_COST or surplus[tail] >= INF_COST or time >= INF_COST or turn >= INF_COST:
                continue
            least = found + turn + (0 if aim.credit == 1 else time)
            if least >= to_go[tail] or (aim.credit == 0 and early[tail] > aim.limit - least - surplus[tail]):
                continue
            step = cost_between(slices.begin, slices.cost, moves.edge[move], time, early[tail], late[node] - time)
            through = min(found + turn + step - aim.credit * time, INF_COST)
            if step >= INF_COST or through >= to_go[tail]:
                continue
            to_go[tail] = through
            heap = with_room(heap, size)
            size = push_cost(heap, size, through, tail)
    return Window(early, late, to_go)


@kernel
def later_clocks(
    early: NDArray[np.int32], surplus: NDArray[np.int32], to_go: NDArray[np.int32], spare: int
) -> NDArray[np.int32]:
    """Earliest clocks with credit, given the excess of cost that a way through a node has to pay.

    A label's cost less credit is how long before the deadline it set off, and the excess so far; a way that goes on to
    pay `to_go` beats the known one only if it set off that much later. `early` must count from the earliest departure,
    whether or not that is open; `spare` is by how much it could be earlier still and beat the known way.
    """
    out = np.full(early.size, INF_COST, dtype=np.int32)
    for node in range(early.size):
        if early[node] < INF_COST and surplus[node] < INF_COST and to_go[node] < INF_COST:
            out[node] = early[node] + max(int(surplus[node]) + int(to_go[node]) - spare, 0)
    return out


@kernel
def least_surplus(
    moves: Moves, slices: Slices, rule: TurnRule, starts: Starts, window: Window, credit: int
) -> NDArray[np.int32]:
    """Least excess of cost over time on the way to each node, edges entered within the window; `INF_COST` outside.

    Without credit it counts from the start whose clock is farthest ahead of its cost; with credit from 0 at each.
    """
    surplus = np.full(window.early.size, INF_COST, dtype=np.int32)
    heap, size = new_heap(), 0
    ahead = -INF_COST
    for i in range(starts.node.size):
        ahead = max(ahead, starts.clock[i] - starts.cost[i])
    for i in range(starts.node.size):
        node, found = starts.node[i], 0 if credit == 1 else starts.cost[i] - starts.clock[i] + ahead
        if starts.cost[i] < INF_COST and window.to_go[node] < INF_COST and found < surplus[node]:
            surplus[node] = found
            heap = with_room(heap, size)
            size = push_cost(heap, size, found, node)
    while size > 0:
        found, node = least_cost(heap), least_item(heap)
        size = pop_cost(heap, size)
        if found > surplus[node]:
            continue
        for i in range(moves.first[node], moves.first[node + 1]):
            head, time, turn = moves.head[i], slices.time[moves.edge[i]], cost_turn(moves.turn[i], rule)
            if window.to_go[head] >= INF_COST or time >= INF_COST or turn >= INF_COST or found + turn >= surplus[head]:
                continue
            late = min(window.late[node], window.late[head] - time)
            step = cost_between(slices.begin, slices.cost, moves.edge[i], time, window.early[node], late)
            if step >= INF_COST or found + turn + step - time >= surplus[head]:
                continue
            surplus[head] = found + turn + step - time
            heap = with_room(heap, size)
            size = push_cost(heap, size, surplus[head], head)
    return surplus
