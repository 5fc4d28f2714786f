"""Customising a hierarchy to sixteen metrics at once: the same triangles, the lanes side by side in vectors.

Weights upward and downward lie in one row of 2 x `LANES` numbers, so that one triangle is one vector loop for both.
The innermost loops run over a length read from the arrays: one fixed when compiling is unrolled before it can become
vector instructions. Source: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", ACM JEA 21 (2016),
section 7 (SIMD).
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.contraction import SELF_LOOP
from risk_core.kernels.hierarchy import INF_COST, TURN_PLAIN, Lower, Moves, Tree, height_of, move_cost
from risk_core.kernels.jit import kernel

LANES = 16
"""Metrics side by side."""


@kernel
def seed_lanes(
    moves: Moves,
    place: NDArray[np.int32],
    cost: NDArray[np.int32],
    u_turn: NDArray[np.int32],
    obeys_turns: NDArray[np.int32],
    weight: NDArray[np.int32],
) -> None:
    """Write the cheapest move along each up edge in each lane into `weight`: upward, then downward.

    Parameters
    ----------
    moves, place
        The hierarchy's moves, and the up edge of each.
    cost
        Costs of the edges, a column for each lane, shape=(n_edge, LANES).
    u_turn, obeys_turns
        Turn rule of each lane, shape=(LANES,).
    weight
        shape=(n_up, 2 x LANES), anything before; kept by the caller, since fresh memory costs more than the work.
    """
    weight[:] = INF_COST
    for i in range(place.size):
        at = place[i]
        if at == SELF_LOOP:
            continue
        first = 0 if at >= 0 else LANES
        at = at if at >= 0 else -at - 1
        edge, turn = moves.edge[i], moves.turn[i]
        if turn == TURN_PLAIN:
            for lane in range(LANES):
                weight[at, first + lane] = min(weight[at, first + lane], cost[edge, lane])
            continue
        for lane in range(LANES):
            found = move_cost(cost[:, lane], edge, turn, u_turn[lane], obeys_turns[lane])
            weight[at, first + lane] = min(weight[at, first + lane], found)


@kernel
def customise_lanes(tree: Tree, lower: Lower, weight: NDArray[np.int32]) -> None:
    """Lower every up edge to the cheapest way round below it in each lane, in place; see `customise`."""
    first_up, up_key = tree.first_up, tree.up_key
    first_down, down_tail, down_up = lower.first_down, lower.down_tail, lower.down_up
    n_lane = weight.shape[1]
    row = np.empty((height_of(tree), n_lane), dtype=np.int32)
    near = np.empty(n_lane, dtype=np.int32)
    for node in range(first_up.size - 1):
        begin, end = first_down[node], first_down[node + 1]
        if begin == end:
            continue
        for i in range(first_up[node], first_up[node + 1]):
            k = up_key[i]
            for lane in range(n_lane):
                row[k, lane] = weight[i, lane]
        for j in range(begin, end):
            side = down_up[j]
            for lane in range(n_lane >> 1):
                near[lane] = weight[side, (n_lane >> 1) + lane]
                near[(n_lane >> 1) + lane] = weight[side, lane]
            for i in range(side + 1, first_up[down_tail[j] + 1]):
                k = up_key[i]
                for lane in range(n_lane):
                    over = np.int32(near[lane] + weight[i, lane])
                    row[k, lane] = over if over < row[k, lane] else row[k, lane]
        for i in range(first_up[node], first_up[node + 1]):
            k = up_key[i]
            for lane in range(n_lane):
                weight[i, lane] = row[k, lane]


@kernel
def take_lane(weight: NDArray[np.int32], lane: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Weights upward and downward of one lane by themselves, each shape=(n_up,)."""
    up, down = np.empty(weight.shape[0], dtype=np.int32), np.empty(weight.shape[0], dtype=np.int32)
    for i in range(up.size):
        up[i], down[i] = weight[i, lane], weight[i, LANES + lane]
    return up, down
