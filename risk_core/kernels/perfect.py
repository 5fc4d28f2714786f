"""Perfect customisation: which up edges a cheapest way upward can need, packed for reading few lines of memory.

After basic customisation an up edge has the cheapest way through lower nodes. Where a way over a higher node is
cheaper still, no cheapest way uses the up edge, and bounds need not look at it.

Source: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", ACM JEA 21 (2016), section 5.3 (perfect
customisation: upper and intermediate triangles).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST, Tree, height_of
from risk_core.kernels.jit import kernel

FIRST, PARENT = 0, 1
"""Columns of `Rise.node`."""

HEAD, WEIGHT = 0, 1
"""Columns of `Rise.arc`."""


class Rise(NamedTuple):
    """The up edges that matter upward under one metric, each beside its weight.

    `node`: where the up edges of each search node begin in `arc`, and its parent, shape=(n_search + 1, 2). `arc`:
    upper end and weight, shape=(n_kept, 2).
    """

    node: NDArray[np.int32]
    arc: NDArray[np.int32]


class Rows(NamedTuple):
    """Scratch by key: weights of the row at hand upward and downward, and the cheapest ways over a higher node."""

    up: NDArray[np.int32]
    down: NDArray[np.int32]
    over_up: NDArray[np.int32]
    over_down: NDArray[np.int32]


@kernel
def go_over(tree: Tree, exact_up: NDArray[np.int32], exact_down: NDArray[np.int32], at: int, rows: Rows) -> None:
    """Offer the ways over the upper end of up edge `at` to the row at hand, and the ways there over still higher nodes.

    The up edges of the upper end are exact already; where they lead to no member of the row, `rows.up` is barred and
    what is offered is never read.
    """
    k_own, head = tree.up_key[at], tree.up_head[at]
    there, back = rows.up[k_own], rows.down[k_own]
    round_up, round_down = np.int32(INF_COST), np.int32(INF_COST)
    for j in range(tree.first_up[head], tree.first_up[head + 1]):
        k = tree.up_key[j]
        over = np.int32(there + exact_up[j])
        rows.over_up[k] = over if over < rows.over_up[k] else rows.over_up[k]
        over = np.int32(back + exact_down[j])
        rows.over_down[k] = over if over < rows.over_down[k] else rows.over_down[k]
        over = np.int32(rows.up[k] + exact_down[j])
        round_up = over if over < round_up else round_up
        over = np.int32(rows.down[k] + exact_up[j])
        round_down = over if over < round_down else round_down
    rows.over_up[k_own] = min(rows.over_up[k_own], round_up)
    rows.over_down[k_own] = min(rows.over_down[k_own], round_down)


@kernel
def exact_weights(
    tree: Tree, up: NDArray[np.int32], down: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Cheapest ways between both ends of every up edge, however they lead, upward and downward, shape=(n_up,) each.

    Parameters
    ----------
    tree
        The hierarchy.
    up, down
        Its weights after basic customisation; not changed.
    """
    exact_up, exact_down = up.copy(), down.copy()
    height = height_of(tree)
    rows = Rows(
        np.full(height, INF_COST, dtype=np.int32),
        np.full(height, INF_COST, dtype=np.int32),
        np.empty(height, dtype=np.int32),
        np.empty(height, dtype=np.int32),
    )
    for node in range(tree.parent.size - 1, -1, -1):
        begin, end = tree.first_up[node], tree.first_up[node + 1]
        for i in range(begin, end):
            k = tree.up_key[i]
            rows.up[k], rows.down[k] = up[i], down[i]
            rows.over_up[k], rows.over_down[k] = INF_COST, INF_COST
        for i in range(begin, end):
            go_over(tree, exact_up, exact_down, i, rows)
        for i in range(begin, end):
            k = tree.up_key[i]
            exact_up[i], exact_down[i] = min(up[i], rows.over_up[k]), min(down[i], rows.over_down[k])
            rows.up[k], rows.down[k] = INF_COST, INF_COST
    return exact_up, exact_down


@kernel
def rise_of(tree: Tree, up: NDArray[np.int32], down: NDArray[np.int32]) -> Rise:
    """The up edges that are a cheapest way between their ends, upward; see `exact_weights` for the arguments."""
    exact_up, _ = exact_weights(tree, up, down)
    n = tree.parent.size
    node = np.empty((n + 1, 2), dtype=np.int32)
    arc = np.empty((up.size, 2), dtype=np.int32)
    n_kept = 0
    for x in range(n):
        node[x, FIRST], node[x, PARENT] = n_kept, tree.parent[x]
        for i in range(tree.first_up[x], tree.first_up[x + 1]):
            if up[i] == exact_up[i] and up[i] < INF_COST:
                arc[n_kept, HEAD], arc[n_kept, WEIGHT] = tree.up_head[i], up[i]
                n_kept += 1
    node[n, FIRST], node[n, PARENT] = n_kept, -1
    return Rise(node, arc[:n_kept].copy())
