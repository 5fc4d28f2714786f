"""Slow twins of `risk_core.kernels.reach`: loops over dictionaries."""

import math


def enter_edges(moves, node_cost, barred):
    """Edge -> least cost at its tail, from moves (tail, edge, cost with its turn, cost of the edge alone)."""
    entry = {}
    for tail, edge, whole, alone in moves:
        if node_cost[tail] < barred and whole < barred:
            entry[edge] = min(entry.get(edge, barred), node_cost[tail] + whole - alone)
    return entry


def cost_cells(cells_of, rows):
    """Cell -> least cost; `cells_of` lists (cell, metres) of each street; rows: street, forward, cost, begin, entry."""
    out = {}
    for street, forward, cost, begin, entry in rows:
        cells = cells_of[street] if forward else cells_of[street][::-1]
        whole_m = sum(metres for _, metres in cells)
        at_m = 0.0
        for cell, metres in cells:
            if at_m + metres >= begin * whole_m:
                share = at_m / whole_m if whole_m else 0.0
                out[cell] = min(out.get(cell, math.inf), entry + cost * max(0.0, share - begin))
            at_m += metres
    return out
