"""Whether two engines agree, and whether a path costs what its distance says."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tests.benchmarks.routing.graphs import Graph


class MismatchError(Exception):
    """Two engines that price alike gave different answers: no figure of the run counts."""


def check_costs(what: str, found: ArrayLike, wanted: ArrayLike) -> None:
    """Compare costs one by one.

    Raises
    ------
    MismatchError
        With the number of differences and the first.
    """
    a, b = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    if a.shape != b.shape:
        raise MismatchError(f"{what}: answers of shape {a.shape} instead of {b.shape}")
    differs = np.flatnonzero(~(np.abs(a - b).ravel() < 1e-6))
    if len(differs):
        at = differs[0]
        first = f"the first is {a.ravel()[at]} instead of {b.ravel()[at]} at {at}"
        raise MismatchError(f"{what}: {len(differs)} of {a.size} answers differ; {first}")


def path_costs(
    graph: Graph, weights: NDArray[np.int32], pairs: NDArray[np.int32], paths: Sequence[NDArray[np.int32]]
) -> NDArray[np.int64]:
    """Costs of paths of nodes, added up edge by edge, shape=(n_pair,).

    Raises
    ------
    MismatchError
        For a path that does not lead from its start to its stop along edges.
    """
    # sorted by tail, then head
    key = graph.tail.astype(np.int64) * graph.n_node + graph.head
    out = np.zeros(len(pairs), dtype=np.int64)
    for i, ((start, stop), nodes) in enumerate(zip(pairs.tolist(), paths, strict=True)):
        if start == stop and len(nodes) <= 1:
            continue
        if len(nodes) == 0 or (nodes[0], nodes[-1]) != (start, stop):
            raise MismatchError(f"path {i} does not lead from {start} to {stop}")
        steps = nodes[:-1].astype(np.int64) * graph.n_node + nodes[1:]
        edges = np.minimum(np.searchsorted(key, steps), graph.n_edge - 1)
        if not np.array_equal(key[edges], steps):
            raise MismatchError(f"path {i} from {start} to {stop} leaves the streets")
        out[i] = weights[edges].sum()
    return out
