"""Building a contraction hierarchy along a given order: up edges, elimination tree, keys, and where each move lies.

Source: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", ACM JEA 21 (2016), sections 4 and 5.
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

SELF_LOOP = -2_000_000_000
"""Place of a move that leads back to where it started: no shortest path has one."""


@kernel
def contract(
    first: NDArray[np.int32], neighbour: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Contract nodes 0, 1, 2 ... of an undirected graph in turn, joining their later neighbours.

    The later neighbours of a node are those of the graph and those inherited from each node whose lowest later
    neighbour it is (its children in the elimination tree).

    Parameters
    ----------
    first, neighbour
        The graph in compressed rows, each edge at both ends; doubles do no harm.

    Returns
    -------
    tuple
        First up edge of each node, shape=(n + 1,); upper end of each up edge, ascending within a node; parent of
        each node in the elimination tree, -1 for roots.
    """
    n = first.size - 1
    parent = np.full(n, -1, dtype=np.int32)
    child = np.full(n, -1, dtype=np.int32)
    sibling = np.full(n, -1, dtype=np.int32)
    mark = np.full(n, -1, dtype=np.int32)
    first_up = np.zeros(n + 1, dtype=np.int32)
    up_head = np.empty(max(16, 2 * neighbour.size), dtype=np.int32)
    n_up = 0
    for node in range(n):
        begin = n_up
        room = first[node + 1] - first[node]
        below = child[node]
        while below >= 0:
            room += first_up[below + 1] - first_up[below]
            below = sibling[below]
        while n_up + room > up_head.size:
            up_head = np.concatenate((up_head, np.empty_like(up_head)))
        for i in range(first[node], first[node + 1]):
            other = neighbour[i]
            if other > node and mark[other] != node:
                mark[other] = node
                up_head[n_up] = other
                n_up += 1
        below = child[node]
        while below >= 0:
            for i in range(first_up[below], first_up[below + 1]):
                other = up_head[i]
                if other != node and mark[other] != node:
                    mark[other] = node
                    up_head[n_up] = other
                    n_up += 1
            below = sibling[below]
        up_head[begin:n_up].sort()
        first_up[node + 1] = n_up
        if n_up > begin:
            above = up_head[begin]
            parent[node] = above
            sibling[node] = child[above]
            child[above] = node
    return first_up, up_head[:n_up].copy(), parent


@kernel
def lower_lists(
    first_up: NDArray[np.int32], up_head: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """The same up edges grouped by their upper end: first of each node, lower end, position; lower ends ascend."""
    n = first_up.size - 1
    first_down = np.zeros(n + 1, dtype=np.int32)
    for i in range(up_head.size):
        first_down[up_head[i] + 1] += 1
    for node in range(n):
        first_down[node + 1] += first_down[node]
    at = first_down[:n].copy()
    down_tail = np.empty(up_head.size, dtype=np.int32)
    down_up = np.empty(up_head.size, dtype=np.int32)
    for node in range(n):
        for i in range(first_up[node], first_up[node + 1]):
            upper = up_head[i]
            down_tail[at[upper]] = node
            down_up[at[upper]] = i
            at[upper] += 1
    return first_down, down_tail, down_up


@kernel
def node_depths(parent: NDArray[np.int32]) -> NDArray[np.int32]:
    """Number of ancestors of each node in the elimination tree, shape=(n,)."""
    depth = np.zeros(parent.size, dtype=np.int32)
    for node in range(parent.size - 1, -1, -1):
        if parent[node] >= 0:
            depth[node] = depth[parent[node]] + 1
    return depth


@kernel
def find_up(first_up: NDArray[np.int32], up_head: NDArray[np.int32], low: int, high: int) -> int:
    """Position of the up edge from `low` to `high`, or of the first one beyond, by halving."""
    begin = int(first_up[low])
    end = int(first_up[low + 1])
    while begin < end:
        middle = (begin + end) >> 1
        if up_head[middle] < high:
            begin = middle + 1
        else:
            end = middle
    return begin


@kernel
def place_moves(
    first_up: NDArray[np.int32], up_head: NDArray[np.int32], tail: NDArray[np.int32], head: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Up edge of each move: its position where the move leads upward, minus it minus 1 downward, or `SELF_LOOP`."""
    place = np.empty(tail.size, dtype=np.int32)
    for i in range(tail.size):
        if tail[i] == head[i]:
            place[i] = SELF_LOOP
        elif tail[i] < head[i]:
            place[i] = find_up(first_up, up_head, tail[i], head[i])
        else:
            place[i] = -find_up(first_up, up_head, head[i], tail[i]) - 1
    return place
