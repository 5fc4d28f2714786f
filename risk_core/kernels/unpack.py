"""The path behind a distance: the elimination-tree query that remembers, and unpacking up edges into moves."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.contraction import find_up
from risk_core.kernels.hierarchy import (
    INF_COST,
    UNKNOWN,
    Lower,
    Moves,
    Tree,
    TurnRule,
    height_of,
    move_cost,
)
from risk_core.kernels.jit import kernel


class Customised(NamedTuple):
    """Weights of the up edges under one metric, and what has been found of what they stand for (see `explain`)."""

    up: NDArray[np.int32]
    down: NDArray[np.int32]
    known_up: NDArray[np.int32]
    known_down: NDArray[np.int32]


@kernel
def relax(
    first_up: NDArray[np.int32],
    up_key: NDArray[np.uint16],
    weight: NDArray[np.int32],
    node: int,
    here: int,
    label: NDArray[np.int32],
    before: NDArray[np.int32],
) -> None:
    """Offer the label of `node` to its upper neighbours, who remember whom they have theirs from."""
    for i in range(first_up[node], first_up[node + 1]):
        k = up_key[i]
        if here + weight[i] < label[k]:
            label[k] = here + weight[i]
            before[k] = node


@kernel
def meet(
    tree: Tree,
    up: NDArray[np.int32],
    down: NDArray[np.int32],
    starts: NDArray[np.int32],
    start_cost: NDArray[np.int32],
    stops: NDArray[np.int32],
    stop_cost: NDArray[np.int32],
) -> tuple[int, int, NDArray[np.int32], NDArray[np.int32]]:
    """Cheapest way from any start to any stop; all starts lie on one root path, and so do all stops.

    Returns
    -------
    tuple
        Cost, the highest node of the way (-1 when there is none), and by key the node each label came from, ahead
        and behind; -1 at a start or stop itself.
    """
    first_up, up_key, key, parent = tree.first_up, tree.up_key, tree.key, tree.parent
    height = height_of(tree)
    ahead, behind = np.full(height, INF_COST, dtype=np.int32), np.full(height, INF_COST, dtype=np.int32)
    came, goes = np.full(height, -1, dtype=np.int32), np.full(height, -1, dtype=np.int32)
    x, y = starts[0], stops[0]
    for i in range(starts.size):
        ahead[key[starts[i]]] = min(ahead[key[starts[i]]], start_cost[i])
        x = min(x, starts[i])
    for i in range(stops.size):
        behind[key[stops[i]]] = min(behind[key[stops[i]]], stop_cost[i])
        y = min(y, stops[i])
    best, top = INF_COST, -1
    while x != y:
        if y < 0 or 0 <= x < y:
            if ahead[key[x]] < best:
                relax(first_up, up_key, up, x, ahead[key[x]], ahead, came)
            x = parent[x]
        else:
            if behind[key[y]] < best:
                relax(first_up, up_key, down, y, behind[key[y]], behind, goes)
            y = parent[y]
    while x >= 0:
        here, there = ahead[key[x]], behind[key[x]]
        if here + there < best:
            best, top = here + there, x
        if here < best:
            relax(first_up, up_key, up, x, here, ahead, came)
        if there < best:
            relax(first_up, up_key, down, x, there, behind, goes)
        x = parent[x]
    return best, top, came, goes


@kernel
def find_middle(tree: Tree, lower: Lower, weights: Customised, x: int, y: int, at: int) -> int:
    """Lower node through which the way along up edge `at` from `x` to `y` leads, -1 when it is a move itself."""
    is_up = x < y
    low, high = min(x, y), max(x, y)
    weight = weights.up[at] if is_up else weights.down[at]
    for j in range(lower.first_down[low], lower.first_down[low + 1]):
        near = lower.down_up[j]
        first = weights.down[near] if is_up else weights.up[near]
        if first >= weight:
            continue
        below = lower.down_tail[j]
        far = find_up(tree.first_up, tree.up_head, below, high)
        if far < tree.first_up[below + 1] and tree.up_head[far] == high:
            second = weights.up[far] if is_up else weights.down[far]
            if first + second == weight:
                return int(below)
    return -1


@kernel
def find_move(moves: Moves, cost: NDArray[np.int32], rule: TurnRule, x: int, y: int, weight: int) -> int:
    """Edge by which a move leads from `x` to `y` at the given cost, -1 when none does."""
    for i in range(moves.first[x], moves.first[x + 1]):
        if (
            moves.head[i] == y
            and move_cost(cost, moves.edge[i], moves.turn[i], rule.u_turn, rule.obeys_turns) == weight
        ):
            return int(moves.edge[i])
    return -1


@kernel
def explain(
    tree: Tree,
    lower: Lower,
    moves: Moves,
    weights: Customised,
    cost: NDArray[np.int32],
    rule: TurnRule,
    x: int,
    y: int,
    at: int,
) -> int:
    """What up edge `at` from `x` to `y` stands for: its middle node, or minus 2 minus the edge of its move."""
    middle = find_middle(tree, lower, weights, x, y, at)
    if middle >= 0:
        return middle
    return -2 - find_move(moves, cost, rule, x, y, weights.up[at] if x < y else weights.down[at])


@kernel
def stack_way(
    key: NDArray[np.uint16], top: int, came: NDArray[np.int32], goes: NDArray[np.int32]
) -> tuple[NDArray[np.int32], int, int, int]:
    """Up edges of the way `meet` found as pairs of ends, the last one lowest; how many; first and last search node."""
    n_goes, n_came = 0, 0
    stop = top
    while goes[key[stop]] >= 0:
        stop = goes[key[stop]]
        n_goes += 1
    start = top
    while came[key[start]] >= 0:
        start = came[key[start]]
        n_came += 1
    stack = np.empty((max(64, 2 * (n_goes + n_came)), 2), dtype=np.int32)
    x = top
    for at in range(n_goes - 1, -1, -1):
        stack[at, 0], stack[at, 1] = x, goes[key[x]]
        x = goes[key[x]]
    y = top
    for at in range(n_goes, n_goes + n_came):
        stack[at, 0], stack[at, 1] = came[key[y]], y
        y = came[key[y]]
    return stack, n_goes + n_came, start, stop


@kernel
def unpack(
    tree: Tree,
    lower: Lower,
    moves: Moves,
    weights: Customised,
    cost: NDArray[np.int32],
    rule: TurnRule,
    top: int,
    came: NDArray[np.int32],
    goes: NDArray[np.int32],
) -> tuple[NDArray[np.int32], int, int]:
    """Edges of the way that `meet` found, with its first and last search node."""
    first_up, up_head = tree.first_up, tree.up_head
    known_up, known_down = weights.known_up, weights.known_down
    stack, size, start, stop = stack_way(tree.key, top, came, goes)
    n_edge = 0
    edges = np.empty(512, dtype=np.int32)
    while size > 0:
        size -= 1
        x, y = stack[size, 0], stack[size, 1]
        at = find_up(first_up, up_head, min(x, y), max(x, y))
        known = known_up[at] if x < y else known_down[at]
        if known == UNKNOWN:
            known = explain(tree, lower, moves, weights, cost, rule, x, y, at)
            if x < y:
                known_up[at] = known
            else:
                known_down[at] = known
        if known >= 0:
            if size + 2 > stack.shape[0]:
                stack = np.concatenate((stack, np.empty_like(stack)))
            stack[size, 0], stack[size, 1] = known, y
            stack[size + 1, 0], stack[size + 1, 1] = x, known
            size += 2
            continue
        if n_edge == edges.size:
            edges = np.concatenate((edges, np.empty_like(edges)))
        edges[n_edge] = -2 - known
        n_edge += 1
    return edges[:n_edge].copy(), start, stop


@kernel
def is_related(parent: NDArray[np.int32], a: int, b: int) -> bool:
    """Whether two search nodes lie on one root path."""
    low, high = min(a, b), max(a, b)
    while 0 <= low < high:
        low = parent[low]
    return low == high


@kernel
def group_paths(parent: NDArray[np.int32], nodes: NDArray[np.int32]) -> NDArray[np.int32]:
    """Number of a group for each node, so that every group lies on one root path, shape as `nodes`."""
    group = np.full(nodes.size, -1, dtype=np.int32)
    n_group = 0
    for i in range(nodes.size):
        if group[i] >= 0:
            continue
        group[i] = n_group
        for j in range(i + 1, nodes.size):
            is_member = group[j] < 0
            for k in range(i, j):
                if is_member and group[k] == n_group:
                    is_member = is_related(parent, nodes[k], nodes[j])
            if is_member:
                group[j] = n_group
        n_group += 1
    return group


@kernel
def find_way(
    tree: Tree,
    lower: Lower,
    moves: Moves,
    weights: Customised,
    cost: NDArray[np.int32],
    rule: TurnRule,
    starts: NDArray[np.int32],
    start_cost: NDArray[np.int32],
    stops: NDArray[np.int32],
    stop_cost: NDArray[np.int32],
) -> tuple[NDArray[np.int32], int, int, int]:
    """Cheapest way from any start to any stop, wherever they lie.

    Parameters
    ----------
    tree, lower, moves
        The hierarchy.
    weights, cost, rule
        The metric it is customised to.
    starts, start_cost, stops, stop_cost
        Search nodes with the cost up to them and on from them; empty where there are none.

    Returns
    -------
    tuple
        Edges (empty also where a start is a stop), cost, first and last search node; cost `INF_COST` and nodes -1
        where no way leads.
    """
    best, top = INF_COST, -1
    came = np.empty(0, dtype=np.int32)
    goes = np.empty(0, dtype=np.int32)
    start_group, stop_group = group_paths(tree.parent, starts), group_paths(tree.parent, stops)
    for i in range(np.int64(start_group.max()) + 1 if starts.size > 0 else 0):
        for j in range(np.int64(stop_group.max()) + 1 if stops.size > 0 else 0):
            from_here, to_there = start_group == i, stop_group == j
            found, node, back, ahead = meet(
                tree,
                weights.up,
                weights.down,
                starts[from_here],
                start_cost[from_here],
                stops[to_there],
                stop_cost[to_there],
            )
            if found < best:
                best, top, came, goes = found, node, back, ahead
    if top < 0:
        return np.empty(0, dtype=np.int32), INF_COST, -1, -1
    edges, start, stop = unpack(tree, lower, moves, weights, cost, rule, top, came, goes)
    return edges, best, start, stop
