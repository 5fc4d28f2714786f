"""From the cost of search nodes to that of streets and grid cells: what can be reached, and how dearly."""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST, Moves, TurnRule, move_cost
from risk_core.kernels.jit import kernel


@kernel
def enter_edges(
    moves: Moves, cost: NDArray[np.int32], rule: TurnRule, node_cost: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Least cost at which each edge can be entered at its tail, shape=(n_edge,), `INF_COST` where it cannot.

    Parameters
    ----------
    moves, cost, rule
        The turn-aware graph; barred edges are never entered.
    node_cost
        Of every search node, as `risk_core.kernels.sweeps.reach_all` gives it.
    """
    entry = np.full(cost.size, INF_COST, dtype=np.int32)
    for node in range(node_cost.size):
        here = node_cost[node]
        if here >= INF_COST:
            continue
        for i in range(moves.first[node], moves.first[node + 1]):
            edge = moves.edge[i]
            whole = move_cost(cost, edge, moves.turn[i], rule.u_turn, rule.obeys_turns)
            if whole < INF_COST:
                entry[edge] = min(entry[edge], here + whole - cost[edge])
    return entry


@kernel
def cost_cells(
    first_cell: NDArray[np.int32],
    cell: NDArray[np.int32],
    cell_length_m: NDArray[np.float32],
    street: NDArray[np.int32],
    is_forward: NDArray[np.uint8],
    cost: NDArray[np.int32],
    begin: NDArray[np.float64],
    entry: NDArray[np.int32],
    out: NDArray[np.float64],
) -> None:
    """Lower the cost of each grid cell to that of arriving in it along one of some edges, in place.

    Parameters
    ----------
    first_cell, cell, cell_length_m
        Cells each street crosses, from its first point.
    street, is_forward, cost
        Of the edges, shape=(n,).
    begin, entry
        Share from the tail at which each edge is entered, and the cost there, shape=(n,).
    out
        Cost by flat cell.
    """
    for i in range(street.size):
        low, high = first_cell[street[i]], first_cell[street[i] + 1]
        whole_m = 0.0
        for k in range(low, high):
            whole_m += cell_length_m[k]
        at_m = 0.0
        for j in range(high - low):
            k = low + j if is_forward[i] else high - 1 - j
            share = at_m / whole_m if whole_m > 0.0 else 0.0
            at_m += cell_length_m[k]
            if at_m < begin[i] * whole_m:
                continue
            here = entry[i] + cost[i] * max(0.0, share - begin[i])
            out[cell[k]] = min(out[cell[k]], here)
