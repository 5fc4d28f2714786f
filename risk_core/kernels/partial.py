"""Following a few changed edges through a customised hierarchy, instead of customising all of it again.

Source: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", ACM JEA 21 (2016), section 7.3 (partial
weight updates).
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.contraction import SELF_LOOP, find_up
from risk_core.kernels.heap import least_cost, least_item, new_heap, pop_cost, push_cost, with_room
from risk_core.kernels.hierarchy import INF_COST, Lower, Moves, Tree, TurnRule, move_cost
from risk_core.kernels.jit import kernel
from risk_core.kernels.unpack import lower_end


@kernel
def cheapest_move(moves: Moves, cost: NDArray[np.int32], rule: TurnRule, x: int, y: int) -> int:
    """Cost of the cheapest move from one search node to another, `INF_COST` when there is none."""
    best = INF_COST
    for i in range(moves.first[x], moves.first[x + 1]):
        if moves.head[i] == y:
            best = min(best, move_cost(cost, moves.edge[i], moves.turn[i], rule.u_turn, rule.obeys_turns))
    return best


@kernel
def weigh_up_edge(
    tree: Tree,
    lower: Lower,
    moves: Moves,
    cost: NDArray[np.int32],
    rule: TurnRule,
    up: NDArray[np.int32],
    down: NDArray[np.int32],
    low: int,
    at: int,
) -> tuple[int, int]:
    """Weights of up edge `at` from its lower end `low`, from its moves and the ways round below it."""
    high = tree.up_head[at]
    best_up = cheapest_move(moves, cost, rule, low, high)
    best_down = cheapest_move(moves, cost, rule, high, low)
    for j in range(lower.first_down[low], lower.first_down[low + 1]):
        below, near = lower.down_tail[j], lower.down_up[j]
        far = find_up(tree.first_up, tree.up_head, below, high)
        if far < tree.first_up[below + 1] and tree.up_head[far] == high:
            best_up = min(best_up, down[near] + up[far])
            best_down = min(best_down, down[far] + up[near])
    return best_up, best_down


@kernel
def matters(old: int, new: int, weight: int) -> bool:
    """Whether a changed way round can change the weight it competes with: it was that weight, or beats it now."""
    return old == weight or new < weight


@kernel
def follow_changes(
    tree: Tree,
    lower: Lower,
    moves: Moves,
    place: NDArray[np.int32],
    changed: NDArray[np.int32],
    cost: NDArray[np.int32],
    rule: TurnRule,
    up: NDArray[np.int32],
    down: NDArray[np.int32],
) -> int:
    """Bring customised weights up to date after the costs of some moves changed, in place.

    Up edges are weighed again from the lowest up; where a weight changed, those third sides of its lower end's
    triangles follow to which the changed way round is or was the cheapest.

    Parameters
    ----------
    tree, lower, moves, place
        The hierarchy.
    changed
        Moves whose cost changed, either way.
    cost, rule
        The new metric.
    up, down
        Customised to the former one.

    Returns
    -------
    int
        Number of up edges weighed again.
    """
    first_up, up_head = tree.first_up, tree.up_head
    is_queued = np.zeros(up.size, dtype=np.uint8)
    heap, size = new_heap(), 0
    n_weighed = 0
    for i in range(changed.size):
        at = place[changed[i]]
        if at == SELF_LOOP:
            continue
        at = at if at >= 0 else -at - 1
        if is_queued[at] == 0:
            is_queued[at] = 1
            low = lower_end(tree, at)
            heap = with_room(heap, size)
            size = push_cost(heap, size, low, at)
    while size > 0:
        low, at = least_cost(heap), least_item(heap)
        size = pop_cost(heap, size)
        is_queued[at] = 0
        n_weighed += 1
        new_up, new_down = weigh_up_edge(tree, lower, moves, cost, rule, up, down, low, at)
        if new_up == up[at] and new_down == down[at]:
            continue
        old_up, old_down = up[at], down[at]
        up[at], down[at] = new_up, new_down
        head = up_head[at]
        for i in range(first_up[low], first_up[low + 1]):
            other = up_head[i]
            if other == head:
                continue
            below = min(head, other)
            third = find_up(first_up, up_head, below, max(head, other))
            over, back = (up[third], down[third]) if head < other else (down[third], up[third])
            is_met = matters(old_down + up[i], new_down + up[i], over)
            is_met |= matters(down[i] + old_up, down[i] + new_up, back)
            if not is_met or is_queued[third] == 1:
                continue
            is_queued[third] = 1
            heap = with_room(heap, size)
            size = push_cost(heap, size, below, third)
    return n_weighed
