"""The order in which search nodes are contracted: nested dissection, made once with an area."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.dissection import dissect_graph
from risk_core.state.rows import first_of

HELD_SHARES: Final = (0.2, 0.3)
"""Shares of a part's nodes held on either side of a cut; more of them cost time and cut hardly better (measured)."""


def join_ends(
    n_node: int, tail: NDArray[np.int32], head: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The graph without directions in compressed rows, each edge at both ends, doubles and loops left out."""
    ends = np.concatenate([tail, head]).astype(np.int64) * n_node + np.concatenate([head, tail])
    ends = np.unique(ends)
    a, b = (ends // max(n_node, 1)).astype(np.int32), (ends % max(n_node, 1)).astype(np.int32)
    return first_of(a[a != b], n_node), b[a != b]


def dissect(
    n_node: int,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
) -> NDArray[np.int32]:
    """Order the nodes of a directed graph for contraction.

    Parameters
    ----------
    n_node
        Number of nodes.
    tail, head
        Ends of its edges; loops, doubles and one-ways allowed.
    lat_deg, lon_deg
        Nodes, shape=(n_node,), degrees; several may share a place.

    Returns
    -------
    int32 array
        Nodes in the order of contraction, shape=(n_node,). The same graph always has the same order.
    """
    if not n_node:
        return np.empty(0, dtype=np.int32)
    stretch = math.cos(math.radians(float(lat_deg.mean())))
    first, other = join_ends(n_node, tail, head)
    x, y = np.ascontiguousarray(lon_deg * stretch), np.ascontiguousarray(lat_deg, dtype=np.float64)
    return np.asarray(dissect_graph(first, other, x, y, np.array(HELD_SHARES)), dtype=np.int32)
