"""Customising a contraction hierarchy to one metric, and asking it for distances and paths.

Search nodes are numbered by rank, so every up neighbour of a node is one of its ancestors in the elimination tree
and a whole upward search fits into one array addressed by `Tree.key` (height - 1 - depth), a few hundred entries.
Costs are whole numbers; `INF_COST` is barred, and twice that still fits 32 bits.

Source: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", ACM JEA 21 (2016); addressing by depth is
our own.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.contraction import SELF_LOOP
from risk_core.kernels.jit import kernel

INF_COST = 1_000_000_000
"""Cost of what is barred."""

TURN_PLAIN = 0
TURN_BACK = 1
TURN_FORBIDDEN = 2
"""What a move does at the junction it leaves: nothing special, turn back into its street, a turn vehicles may not."""

UNKNOWN = 0
"""What an up edge stands for where no path has asked for it yet; 0, so that untouched memory need not be written."""


class Moves(NamedTuple):
    """The turn-aware graph: moves of search node `x` are ``first[x]:first[x + 1]``; each travels `edge` to `head`."""

    first: NDArray[np.int32]
    head: NDArray[np.int32]
    edge: NDArray[np.int32]
    turn: NDArray[np.uint8]


class Tree(NamedTuple):
    """Up edges of each search node, the key of their upper ends, and the elimination tree."""

    first_up: NDArray[np.int32]
    up_head: NDArray[np.int32]
    up_key: NDArray[np.uint16]
    key: NDArray[np.uint16]
    parent: NDArray[np.int32]


class Lower(NamedTuple):
    """The up edges grouped by their upper end: lower end and position."""

    first_down: NDArray[np.int32]
    down_tail: NDArray[np.int32]
    down_up: NDArray[np.int32]


class TurnRule(NamedTuple):
    """Cost of turning back, and 1 where forbidden turns bind."""

    u_turn: int
    obeys_turns: int


@kernel
def height_of(tree: Tree) -> int:
    """Entries of a label: the depth of the elimination tree, whose last node is always a root."""
    return int(tree.key[tree.key.size - 1]) + 1 if tree.key.size > 0 else 0


@kernel
def move_cost(cost: NDArray[np.int32], edge: int, turn: int, u_turn: int, obeys_turns: int) -> int:
    """Cost of one move: its edge, turning back, or barred."""
    found = int(cost[edge])
    if obeys_turns == 1 and found < INF_COST:
        if turn == TURN_FORBIDDEN:
            return INF_COST
        if turn == TURN_BACK:
            return min(found + u_turn, INF_COST)
    return found


@kernel
def cost_moves(moves: Moves, cost: NDArray[np.int32], rule: TurnRule) -> NDArray[np.int32]:
    """Cost of every move under one metric, shape=(n_move,)."""
    out = np.empty(moves.edge.size, dtype=np.int32)
    for i in range(out.size):
        out[i] = move_cost(cost, moves.edge[i], moves.turn[i], rule.u_turn, rule.obeys_turns)
    return out


@kernel
def seed(
    moves: Moves,
    place: NDArray[np.int32],
    cost: NDArray[np.int32],
    rule: TurnRule,
    up: NDArray[np.int32],
    down: NDArray[np.int32],
) -> None:
    """Write the cheapest move along each up edge, upward and downward, before customisation; `INF_COST` without one."""
    up[:], down[:] = INF_COST, INF_COST
    for i in range(place.size):
        at = place[i]
        found = cost[moves.edge[i]]
        if moves.turn[i] != TURN_PLAIN:
            found = np.int32(move_cost(cost, moves.edge[i], moves.turn[i], rule.u_turn, rule.obeys_turns))
        if at >= 0:
            up[at] = min(up[at], found)
        elif at != SELF_LOOP:
            down[-at - 1] = min(down[-at - 1], found)


@kernel
def customise(tree: Tree, lower: Lower, up: NDArray[np.int32], down: NDArray[np.int32]) -> None:
    """Lower every up edge to the cheapest way round below it (basic customisation), in place.

    Nodes are taken from the lowest up; the row of a node is spread by key, then each lower neighbour offers its
    pairs: from `node` down to it and up to a common upper neighbour, and the other way. Written without a branch and
    in 32 bits, which is an eighth faster (measured on New York).
    """
    first_up, up_key = tree.first_up, tree.up_key
    first_down, down_tail, down_up = lower.first_down, lower.down_tail, lower.down_up
    row_up = np.empty(height_of(tree), dtype=np.int32)
    row_down = np.empty(height_of(tree), dtype=np.int32)
    for node in range(first_up.size - 1):
        begin, end = first_down[node], first_down[node + 1]
        if begin == end:
            continue
        for i in range(first_up[node], first_up[node + 1]):
            k = up_key[i]
            row_up[k], row_down[k] = up[i], down[i]
        for j in range(begin, end):
            side = down_up[j]
            there, back = up[side], down[side]
            for i in range(side + 1, first_up[down_tail[j] + 1]):
                k = up_key[i]
                rise, fall = np.int32(back + up[i]), np.int32(there + down[i])
                row_up[k] = rise if rise < row_up[k] else row_up[k]
                row_down[k] = fall if fall < row_down[k] else row_down[k]
        for i in range(first_up[node], first_up[node + 1]):
            k = up_key[i]
            up[i], down[i] = row_up[k], row_down[k]


@kernel
def climb(tree: Tree, weight: NDArray[np.int32], node: int, label: NDArray[np.int32]) -> None:
    """Distances between `node` and each of its ancestors by key: from it with up weights, to it with down weights."""
    label[:] = INF_COST
    label[tree.key[node]] = 0
    while node >= 0:
        here = label[tree.key[node]]
        for i in range(tree.first_up[node], tree.first_up[node + 1]):
            label[tree.up_key[i]] = min(label[tree.up_key[i]], here + weight[i])
        node = tree.parent[node]


@kernel
def distance(tree: Tree, up: NDArray[np.int32], down: NDArray[np.int32], start: int, stop: int) -> int:
    """Cost of the cheapest way from one search node to another, `INF_COST` where there is none."""
    height = height_of(tree)
    ahead, behind = np.full(height, INF_COST, dtype=np.int32), np.full(height, INF_COST, dtype=np.int32)
    ahead[tree.key[start]] = 0
    behind[tree.key[stop]] = 0
    best = INF_COST
    x, y = start, stop
    while x != y:
        if y < 0 or 0 <= x < y:
            here = ahead[tree.key[x]]
            if here < best:
                for i in range(tree.first_up[x], tree.first_up[x + 1]):
                    ahead[tree.up_key[i]] = min(ahead[tree.up_key[i]], here + up[i])
            x = tree.parent[x]
        else:
            here = behind[tree.key[y]]
            if here < best:
                for i in range(tree.first_up[y], tree.first_up[y + 1]):
                    behind[tree.up_key[i]] = min(behind[tree.up_key[i]], here + down[i])
            y = tree.parent[y]
    while x >= 0:
        here, there = ahead[tree.key[x]], behind[tree.key[x]]
        best = min(best, here + there)
        if here < best:
            for i in range(tree.first_up[x], tree.first_up[x + 1]):
                ahead[tree.up_key[i]] = min(ahead[tree.up_key[i]], here + up[i])
        if there < best:
            for i in range(tree.first_up[x], tree.first_up[x + 1]):
                behind[tree.up_key[i]] = min(behind[tree.up_key[i]], there + down[i])
        x = tree.parent[x]
    return best
