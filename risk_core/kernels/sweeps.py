"""Distances from places to everywhere, and between many places: up along root paths, then one sweep down.

A place is one or more search nodes with the cost between it and each, in compressed rows: those of place `p` are
``first[p]:first[p + 1]``. Sources: Delling, Goldberg, Nowatzyk, Werneck, "PHAST", JPDC 73 (2013); Delling, Goldberg,
Werneck, "Faster batched shortest paths in road networks", ATMOS 2011 (RPHAST); on elimination trees Buchhold, Wagner,
"Nearest-neighbor queries in customizable contraction hierarchies", SEA 2021. Rows by key, one root path at a time, are
our own.
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


class Climbs(NamedTuple):
    """Costs from some nodes up to their ancestors, by key.

    `node` has the ancestor of each at each key or -1, shape=(height, n); `cost` what it takes to get there,
    shape=(n, height); `lane` the place each belongs to, counted from the first, shape=(n,).
    """

    node: NDArray[np.int32]
    cost: NDArray[np.int32]
    lane: NDArray[np.int32]


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
def climb_places(tree: Tree, weight: NDArray[np.int32], places: Places, begin: int, end: int) -> Climbs:
    """Climb from every node of the places from `begin` up to `end`."""
    first_up, up_key, key, parent = tree.first_up, tree.up_key, tree.key, tree.parent
    height, first, n = height_of(tree), places.first[begin], places.first[end] - places.first[begin]
    above = np.full((height, n), -1, dtype=np.int32)
    label, lane = np.full((n, height), INF_COST, dtype=np.int32), np.empty(n, dtype=np.int32)
    for p in range(begin, end):
        lane[places.first[p] - first : places.first[p + 1] - first] = p - begin
    for i in range(n):
        node = places.node[first + i]
        label[i, key[node]] = places.cost[first + i]
        while node >= 0:
            k = key[node]
            here, above[k, i] = label[i, k], node
            for j in range(first_up[node], first_up[node + 1]):
                label[i, up_key[j]] = min(label[i, up_key[j]], here + weight[j])
            node = parent[node]
    return Climbs(above, label, lane)


@kernel
def begin_row(climbs: Climbs, k: int, node: int, row: NDArray[np.int32]) -> bool:
    """Lower the row of a node at key `k` to what the climbs that pass it found; whether any does."""
    is_passed = False
    for i in range(climbs.lane.size):
        if climbs.node[k, i] == node:
            is_passed = True
            row[k, climbs.lane[i]] = min(row[k, climbs.lane[i]], climbs.cost[i, k])
    return is_passed


@kernel
def next_chain(tree: Tree, node: int, beheld: NDArray[np.int32], lowest: int, chain: NDArray[np.int32]) -> int:
    """Write a node and its ancestors that have no row into `chain`, the highest last; how many they are.

    Rows lie by key, so those at hand are one root path: `beheld` down to the key `lowest`.
    """
    n = 0
    while node >= 0 and (tree.key[node] < lowest or beheld[tree.key[node]] != node):
        chain[n] = node
        n += 1
        node = tree.parent[node]
    return n


@kernel
def sweep_to(
    tree: Tree,
    entering: NDArray[np.int32],
    climbs: Climbs,
    nodes: NDArray[np.int32],
    row: NDArray[np.int32],
    out: NDArray[np.int32],
    place: NDArray[np.int32],
    is_new: NDArray[np.bool_],
) -> None:
    """Costs in lanes from where climbs began down to nodes, each into the row of `out` that `place` names.

    Rows of the nodes under way lie by key in `row`, shape=(height, n_lane), so a sweep works in a few hundred rows
    however many nodes it visits. Nodes that come in descending order share what they have in common; any other order
    is as right, but slower. A row of `out` that `is_new` is written over, any other one lowered.
    """
    first_up, up_key, key, parent = tree.first_up, tree.up_key, tree.key, tree.parent
    height, n_lane = row.shape
    beheld, chain = np.full(height, -1, dtype=np.int32), np.empty(height, dtype=np.int32)
    is_shared = np.zeros(height + 1, dtype=np.bool_)
    is_shared[height] = True
    lowest = 0
    for target in range(nodes.size):
        node = nodes[target]
        chain[0], n, k = node, 1, key[node]
        if parent[node] >= 0 and (k + 1 < lowest or beheld[k + 1] != parent[node]):
            n = next_chain(tree, node, beheld, lowest, chain)
        for i in range(n - 1, -1, -1):
            node = chain[i]
            k = key[node]
            beheld[k] = node
            begin, end = first_up[node], first_up[node + 1]
            if is_shared[k + 1] or begin == end:
                for lane in range(n_lane):
                    row[k, lane] = INF_COST
                is_shared[k] = is_shared[k + 1] and begin_row(climbs, k, node, row)
            else:
                is_shared[k], step, head = False, entering[begin], up_key[begin]
                for lane in range(n_lane):
                    over = np.int32(row[head, lane] + step)
                    row[k, lane] = over if over < INF_COST else INF_COST
                begin += 1
            for j in range(begin, end):
                step, head = entering[j], up_key[j]
                for lane in range(n_lane):
                    over = np.int32(row[head, lane] + step)
                    row[k, lane] = over if over < row[k, lane] else row[k, lane]
        lowest, at = key[nodes[target]], place[target]
        if is_new[at]:
            is_new[at] = False
            for lane in range(n_lane):
                out[at, lane] = row[lowest, lane]
            continue
        for lane in range(n_lane):
            out[at, lane] = min(out[at, lane], row[lowest, lane])


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
    by_node = np.argsort(-destinations.node)
    nodes, place = destinations.node[by_node], np.arange(by_node.size).astype(np.int32)
    owner = np.empty(by_node.size, dtype=np.int32)
    for q in range(n_destination):
        owner[destinations.first[q] : destinations.first[q + 1]] = q
    row = np.empty((height_of(tree), WIDE if n_origin > WIDE >> 1 else WIDE >> 1), dtype=np.int32)
    found = np.empty((by_node.size, row.shape[1]), dtype=np.int32)
    for begin in range(0, n_origin, row.shape[1]):
        n_lane = min(row.shape[1], n_origin - begin)
        climbs = climb_places(tree, leaving, origins, begin, begin + n_lane)
        sweep_to(tree, entering, climbs, nodes, row, found, place, np.ones(by_node.size, dtype=np.bool_))
        for i in range(by_node.size):
            q, last = owner[by_node[i]], destinations.cost[by_node[i]]
            for lane in range(n_lane):
                out[begin + lane, q] = min(out[begin + lane, q], found[i, lane] + last)
    return out


@kernel
def reach_all_lanes(
    tree: Tree,
    leaving: NDArray[np.int32],
    entering: NDArray[np.int32],
    origins: Places,
    place: NDArray[np.int32],
    out: NDArray[np.int32],
) -> None:
    """Write the cost from each of a few places to everywhere into `out`, `INF_COST` where none leads.

    Parameters
    ----------
    tree
        The hierarchy.
    leaving, entering
        Weights upward and downward.
    origins
        Places, one a lane.
    place
        Row of the answer for each search node, such as its network node; where several share one, the least counts.
    out
        shape=(n_row, n_origin), anything before. It is the caller's, since fresh memory costs a third of the work.
    """
    n_lane = origins.first.size - 1
    is_new = np.ones(out.shape[0], dtype=np.bool_)
    nodes = np.arange(place.size - 1, -1, -1).astype(np.int32)
    climbs = climb_places(tree, leaving, origins, 0, n_lane)
    row = np.empty((height_of(tree), n_lane), dtype=np.int32)
    sweep_to(tree, entering, climbs, nodes, row, out, place[::-1].copy(), is_new)
    for at in range(is_new.size):
        if is_new[at]:
            out[at] = INF_COST
