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

NOWHERE = 0xFFFFFFFF
"""In a label: it came from no other node."""


class Customised(NamedTuple):
    """Weights of the up edges under one metric, and what has been found of what they stand for.

    `known` shape=(2 x n_up, 2): row ``2 i`` is up edge `i` upward, row ``2 i + 1`` downward. Its first number is 0
    where nothing was asked yet, minus 1 minus the edge of a move, or 1 plus the up edge between its lower end and the
    middle node of the way it stands for; its second number then is the up edge between that node and its upper end.
    """

    up: NDArray[np.int32]
    down: NDArray[np.int32]
    known: NDArray[np.int32]


@kernel
def relax(
    first_up: NDArray[np.int32],
    up_key: NDArray[np.uint16],
    weight: NDArray[np.int32],
    node: int,
    here: int,
    label: NDArray[np.int64],
) -> None:
    """Offer the cost of `node` to its upper neighbours; a label is ``cost << 32 | node it came from``.

    Cost and node in one number need no branch, which a processor would guess wrong half of the time.
    """
    for i in range(first_up[node], first_up[node + 1]):
        k = up_key[i]
        label[k] = min(label[k], (np.int64(here + weight[i]) << 32) | np.int64(node))


@kernel
def origins_of(label: NDArray[np.int64]) -> NDArray[np.int32]:
    """Node each label came from, -1 for none, shape as given."""
    out = np.empty(label.size, dtype=np.int32)
    for k in range(label.size):
        node = label[k] & NOWHERE
        out[k] = -1 if node == NOWHERE else node
    return out


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
    height, nothing = height_of(tree), (np.int64(INF_COST) << 32) | NOWHERE
    ahead, behind = np.full(height, nothing, dtype=np.int64), np.full(height, nothing, dtype=np.int64)
    x, y = starts[0], stops[0]
    for i in range(starts.size):
        k = key[starts[i]]
        ahead[k] = min(ahead[k], (np.int64(start_cost[i]) << 32) | NOWHERE)
        x = min(x, starts[i])
    for i in range(stops.size):
        k = key[stops[i]]
        behind[k] = min(behind[k], (np.int64(stop_cost[i]) << 32) | NOWHERE)
        y = min(y, stops[i])
    best, top = INF_COST, -1
    while x != y:
        if y < 0 or 0 <= x < y:
            here = ahead[key[x]] >> 32
            if here < best:
                relax(first_up, up_key, up, x, here, ahead)
            x = parent[x]
        else:
            there = behind[key[y]] >> 32
            if there < best:
                relax(first_up, up_key, down, y, there, behind)
            y = parent[y]
    while x >= 0:
        here, there = ahead[key[x]] >> 32, behind[key[x]] >> 32
        if here + there < best:
            best, top = here + there, x
        if here < best:
            relax(first_up, up_key, up, x, here, ahead)
        if there < best:
            relax(first_up, up_key, down, x, there, behind)
        x = parent[x]
    came, goes = origins_of(ahead), origins_of(behind)
    return best, top, came, goes


@kernel
def find_middle(tree: Tree, lower: Lower, weights: Customised, low: int, high: int, row: int) -> tuple[int, int]:
    """Both up edges of the cheapest way round below a row's up edge, from its middle node to `low` and to `high`.

    (-1, -1) where the up edge is a move itself.
    """
    is_up = row & 1 == 0
    weight = weights.up[row >> 1] if is_up else weights.down[row >> 1]
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
                return int(near), int(far)
    return -1, -1


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
def lower_end(tree: Tree, at: int) -> int:
    """Lower end of an up edge, by halving."""
    begin, end = 0, tree.first_up.size - 1
    while end - begin > 1:
        middle = (begin + end) >> 1
        if tree.first_up[middle] <= at:
            begin = middle
        else:
            end = middle
    return begin


@kernel
def explain(
    tree: Tree, lower: Lower, moves: Moves, weights: Customised, cost: NDArray[np.int32], rule: TurnRule, row: int
) -> None:
    """Find what a row of `known` stands for."""
    at = row >> 1
    low, high = lower_end(tree, at), int(tree.up_head[at])
    near, far = find_middle(tree, lower, weights, low, high, row)
    if near >= 0:
        weights.known[row, 0], weights.known[row, 1] = near + 1, far
        return
    is_up = row & 1 == 0
    weight = weights.up[at] if is_up else weights.down[at]
    edge = find_move(moves, cost, rule, low, high, weight) if is_up else find_move(moves, cost, rule, high, low, weight)
    weights.known[row, 0] = -1 - edge


@kernel
def stack_way(
    tree: Tree, top: int, came: NDArray[np.int32], goes: NDArray[np.int32]
) -> tuple[NDArray[np.int32], int, int, int]:
    """Rows of the up edges of the way `meet` found, the last one lowest; how many; first and last search node."""
    key, first_up, up_head = tree.key, tree.first_up, tree.up_head
    n_goes, n_came = 0, 0
    stop = top
    while goes[key[stop]] >= 0:
        stop = goes[key[stop]]
        n_goes += 1
    start = top
    while came[key[start]] >= 0:
        start = came[key[start]]
        n_came += 1
    stack = np.empty(max(128, 2 * (n_goes + n_came)), dtype=np.int32)
    node = top
    for at in range(n_goes - 1, -1, -1):
        below = goes[key[node]]
        stack[at] = 2 * find_up(first_up, up_head, below, node) + 1
        node = below
    node = top
    for at in range(n_goes, n_goes + n_came):
        below = came[key[node]]
        stack[at] = 2 * find_up(first_up, up_head, below, node)
        node = below
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
    known = weights.known
    stack, size, start, stop = stack_way(tree, top, came, goes)
    n_edge = 0
    edges = np.empty(512, dtype=np.int32)
    while size > 0:
        size -= 1
        row = stack[size]
        if known[row, 0] == UNKNOWN:
            explain(tree, lower, moves, weights, cost, rule, row)
        code = known[row, 0]
        if code > 0:
            if size + 2 > stack.size:
                stack = np.concatenate((stack, np.empty_like(stack)))
            near, far = code - 1, known[row, 1]
            if row & 1 == 0:
                stack[size], stack[size + 1] = 2 * far, 2 * near + 1
            else:
                stack[size], stack[size + 1] = 2 * near, 2 * far + 1
            size += 2
            continue
        if n_edge == edges.size:
            edges = np.concatenate((edges, np.empty_like(edges)))
        edges[n_edge] = -1 - code
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
def find_top(
    tree: Tree,
    up: NDArray[np.int32],
    down: NDArray[np.int32],
    starts: NDArray[np.int32],
    start_cost: NDArray[np.int32],
    stops: NDArray[np.int32],
    stop_cost: NDArray[np.int32],
) -> tuple[int, int, NDArray[np.int32], NDArray[np.int32]]:
    """Cheapest way from any start to any stop, wherever they lie; see `meet` for what is returned."""
    best, top = INF_COST, -1
    came = np.empty(0, dtype=np.int32)
    goes = np.empty(0, dtype=np.int32)
    start_group, stop_group = group_paths(tree.parent, starts), group_paths(tree.parent, stops)
    for i in range(np.int64(start_group.max()) + 1 if starts.size > 0 else 0):
        for j in range(np.int64(stop_group.max()) + 1 if stops.size > 0 else 0):
            from_here, to_there = start_group == i, stop_group == j
            found, node, back, ahead = meet(
                tree,
                up,
                down,
                starts[from_here],
                start_cost[from_here],
                stops[to_there],
                stop_cost[to_there],
            )
            if found < best:
                best, top, came, goes = found, node, back, ahead
    return best, top, came, goes


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
    best, top, came, goes = find_top(tree, weights.up, weights.down, starts, start_cost, stops, stop_cost)
    if top < 0:
        return np.empty(0, dtype=np.int32), INF_COST, -1, -1
    edges, start, stop = unpack(tree, lower, moves, weights, cost, rule, top, came, goes)
    return edges, best, start, stop


@kernel
def find_between(
    tree: Tree,
    lower: Lower,
    moves: Moves,
    weights: Customised,
    cost: NDArray[np.int32],
    rule: TurnRule,
    start: int,
    stop: int,
) -> tuple[NDArray[np.int32], int]:
    """Edges and cost of the cheapest way from one search node to another; see `find_way`."""
    ends, none = np.empty(2, dtype=np.int32), np.zeros(1, dtype=np.int32)
    ends[0], ends[1] = start, stop
    best, top, came, goes = meet(tree, weights.up, weights.down, ends[:1], none, ends[1:], none)
    if top < 0:
        return np.empty(0, dtype=np.int32), INF_COST
    edges, _, _ = unpack(tree, lower, moves, weights, cost, rule, top, came, goes)
    return edges, best
