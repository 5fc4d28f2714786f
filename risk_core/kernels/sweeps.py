"""Distances from places to everywhere, and between many places: up along root paths, then one sweep down.

A place is one or more search nodes with the cost between it and each, in compressed rows: those of place `p` are
``first[p]:first[p + 1]``. Sources: Delling, Goldberg, Nowatzyk, Werneck, "PHAST", JPDC 73 (2013); Delling, Goldberg,
Werneck, "Faster batched shortest paths in road networks", ATMOS 2011 (RPHAST); on elimination trees Buchhold, Wagner,
"Nearest-neighbor queries in customizable contraction hierarchies", SEA 2021.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST, Tree, height_of
from risk_core.kernels.jit import kernel

WIDE = 64
"""Origins swept together: four vectors of sixteen, which hides the reading of the up edges."""


class Places(NamedTuple):
    """Places in compressed rows: search nodes, and the cost between the place and each."""

    first: NDArray[np.int32]
    node: NDArray[np.int32]
    cost: NDArray[np.int32]


class Selection(NamedTuple):
    """Ancestors of some nodes, roots first: position of each search node or -1, and where their up edges lead.

    The up edges of the ancestor at position `p` lead to the positions ``head[first[p]:first[p + 1]]``; they are those
    of the hierarchy, in its order.
    """

    at: NDArray[np.int32]
    node: NDArray[np.int32]
    first: NDArray[np.int32]
    head: NDArray[np.int32]


@kernel
def reach_all(
    tree: Tree,
    leaving: NDArray[np.int32],
    entering: NDArray[np.int32],
    start: NDArray[np.int32],
    start_cost: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Cost from the nearest start to every search node, shape=(n_search,), `INF_COST` where none leads.

    Parameters
    ----------
    tree
        The hierarchy.
    leaving, entering
        Weights upward and downward; the other way round for the cost from every search node to the nearest stop.
    start, start_cost
        Search nodes with the cost up to them.
    """
    first_up, up_head, parent = tree.first_up, tree.up_head, tree.parent
    cost = np.full(parent.size, INF_COST, dtype=np.int32)
    for i in range(start.size):
        cost[start[i]] = min(cost[start[i]], start_cost[i])
    for i in range(start.size):
        node = start[i]
        while node >= 0:
            here = cost[node]
            for k in range(first_up[node], first_up[node + 1]):
                cost[up_head[k]] = min(cost[up_head[k]], here + leaving[k])
            node = parent[node]
    for node in range(parent.size - 1, -1, -1):
        best = cost[node]
        for k in range(first_up[node], first_up[node + 1]):
            best = min(best, cost[up_head[k]] + entering[k])
        cost[node] = best
    return cost


@kernel
def select_ancestors(tree: Tree, nodes: NDArray[np.int32]) -> Selection:
    """All ancestors of some nodes, themselves included.

    Up neighbours come before a node from the roots down, so one pass numbers it and finds where its up edges lead.
    """
    first_up, up_head = tree.first_up, tree.up_head
    at = np.full(tree.parent.size, -1, dtype=np.int32)
    n, n_edge = 0, 0
    for i in range(nodes.size):
        node = nodes[i]
        while node >= 0 and at[node] < 0:
            at[node] = 0
            n += 1
            n_edge += first_up[node + 1] - first_up[node]
            node = tree.parent[node]
    chosen, first = np.empty(n, dtype=np.int32), np.zeros(n + 1, dtype=np.int32)
    head = np.empty(n_edge, dtype=np.int32)
    k, p = 0, 0
    for node in range(at.size - 1, -1, -1):
        if at[node] < 0:
            continue
        at[node], chosen[p] = p, node
        for i in range(first_up[node], first_up[node + 1]):
            head[k] = at[up_head[i]]
            k += 1
        p += 1
        first[p] = k
    return Selection(at, chosen, first, head)


@kernel
def climb_place(
    tree: Tree,
    weight: NDArray[np.int32],
    places: Places,
    p: int,
    selection: Selection,
    lane: int,
    cost: NDArray[np.int32],
) -> None:
    """Costs from one place to the selected ones of its ancestors, into one lane of `cost`."""
    first_up, up_key, key, parent = tree.first_up, tree.up_key, tree.key, tree.parent
    label = np.full(height_of(tree), INF_COST, dtype=np.int32)
    for i in range(places.first[p], places.first[p + 1]):
        label[:] = INF_COST
        node = places.node[i]
        label[key[node]] = places.cost[i]
        while node >= 0:
            here = label[key[node]]
            at = selection.at[node]
            if at >= 0:
                cost[at, lane] = min(cost[at, lane], here)
            for k in range(first_up[node], first_up[node + 1]):
                label[up_key[k]] = min(label[up_key[k]], here + weight[k])
            node = parent[node]


@kernel
def sweep_down(tree: Tree, selection: Selection, weight: NDArray[np.int32], cost: NDArray[np.int32]) -> None:
    """Spread costs from ancestors down over a selection, all lanes at once, in place."""
    n_lane, heads, first, first_up = cost.shape[1], selection.head, selection.first, tree.first_up
    for at in range(selection.node.size):
        ahead = first_up[selection.node[at]] - first[at]
        for k in range(first[at], first[at + 1]):
            step, head = weight[ahead + k], heads[k]
            for lane in range(n_lane):
                over = np.int32(cost[head, lane] + step)
                cost[at, lane] = over if over < cost[at, lane] else cost[at, lane]


@kernel
def cost_matrix(
    tree: Tree, leaving: NDArray[np.int32], entering: NDArray[np.int32], origins: Places, destinations: Places
) -> NDArray[np.int32]:
    """Cost between every origin and every destination, shape=(n_origin, n_destination).

    Parameters
    ----------
    tree
        The hierarchy.
    leaving, entering
        Weights upward and downward.
    origins, destinations
        Places; one without search nodes is unreachable. Origins are taken in lanes, so let them be the fewer (with
        the weights exchanged the matrix is that of the ways back, transposed).
    """
    n_origin, n_destination = origins.first.size - 1, destinations.first.size - 1
    out = np.full((n_origin, n_destination), INF_COST, dtype=np.int32)
    selection = select_ancestors(tree, destinations.node)
    cost = np.empty((selection.node.size, WIDE if n_origin > WIDE >> 1 else WIDE >> 1), dtype=np.int32)
    for begin in range(0, n_origin, cost.shape[1]):
        cost[:] = INF_COST
        n_lane = min(cost.shape[1], n_origin - begin)
        for lane in range(n_lane):
            climb_place(tree, leaving, origins, begin + lane, selection, lane, cost)
        sweep_down(tree, selection, entering, cost)
        for q in range(n_destination):
            for i in range(destinations.first[q], destinations.first[q + 1]):
                at, last = selection.at[destinations.node[i]], destinations.cost[i]
                for lane in range(n_lane):
                    out[begin + lane, q] = min(out[begin + lane, q], cost[at, lane] + last)
    return out


@kernel
def reach_all_lanes(
    tree: Tree, leaving: NDArray[np.int32], entering: NDArray[np.int32], origins: Places
) -> NDArray[np.int32]:
    """Cost from each of a few places to every search node, shape=(n_search, n_origin); see `reach_all`."""
    first_up, up_head, parent = tree.first_up, tree.up_head, tree.parent
    n_lane = origins.first.size - 1
    cost = np.full((parent.size, n_lane), np.int32(INF_COST), dtype=np.int32)
    for lane in range(n_lane):
        for i in range(origins.first[lane], origins.first[lane + 1]):
            node = origins.node[i]
            cost[node, lane] = min(cost[node, lane], origins.cost[i])
        for i in range(origins.first[lane], origins.first[lane + 1]):
            node = origins.node[i]
            while node >= 0:
                here = cost[node, lane]
                for k in range(first_up[node], first_up[node + 1]):
                    cost[up_head[k], lane] = min(cost[up_head[k], lane], here + leaving[k])
                node = parent[node]
    for node in range(parent.size - 1, -1, -1):
        for k in range(first_up[node], first_up[node + 1]):
            step, head = entering[k], up_head[k]
            for lane in range(n_lane):
                over = np.int32(cost[head, lane] + step)
                cost[node, lane] = over if over < cost[node, lane] else cost[node, lane]
    return cost
