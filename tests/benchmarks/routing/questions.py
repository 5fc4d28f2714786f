"""What every engine is asked: pairs, matrices, sources, a second metric and closures, all from one seed."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.routing.graphs import Graph

SEED: Final = 20240601
N_LANE: Final = 16
CLOSED_SHARE: Final = 0.01
N_RING: Final = 20
RING_HALF_DEG: Final = 0.002
"""Half the side of a square that an engine with polygons is asked to avoid: about 400 m across."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is asked; the defaults are those of the published figures."""

    n_pair: int = 1000
    small: tuple[int, int] = (500, 50)
    large: tuple[int, int] = (5000, 500)
    n_source: int = 16


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """Fixed questions on one graph.

    Attributes
    ----------
    pairs
        Start and stop nodes, uniform, shape=(n_pair, 2).
    small, large
        Sources and targets of the two matrices.
    sources
        Where the one-to-all searches start, shape=(n_source,).
    risky
        A second metric: time raised by a field of blobs, shape=(n_edge,).
    lanes
        `N_LANE` blends between time and `risky`, shape=(N_LANE, n_edge).
    closed
        Edges closed for one request, 1 % of all, ascending.
    rings
        Squares to avoid, corners as (lon, lat), closed, shape=(N_RING, 5, 2).
    """

    pairs: NDArray[np.int32]
    small: tuple[NDArray[np.int32], NDArray[np.int32]]
    large: tuple[NDArray[np.int32], NDArray[np.int32]]
    sources: NDArray[np.int32]
    risky: NDArray[np.int32]
    lanes: NDArray[np.int32]
    closed: NDArray[np.int32]
    rings: NDArray[np.float64]


def make_questions(graph: Graph, sizes: Sizes) -> Questions:
    """Draw the questions for a graph."""
    rng = np.random.default_rng(SEED)

    def nodes(*shape: int) -> NDArray[np.int32]:
        return rng.integers(0, graph.n_node, shape).astype(np.int32)

    pairs = nodes(sizes.n_pair, 2)
    small, large = ((nodes(a), nodes(b)) for a, b in (sizes.small, sizes.large))
    sources = nodes(sizes.n_source)
    risk = blobs(graph, rng)
    blend = np.linspace(0, 1, N_LANE)[:, None]
    lanes = np.rint(graph.time * (1 + blend * risk)).astype(np.int32)
    n_closed = max(1, round(CLOSED_SHARE * graph.n_edge))
    closed = np.sort(rng.choice(graph.n_edge, n_closed, replace=False)).astype(np.int32)
    middle = nodes(N_RING)
    corner = RING_HALF_DEG * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)])
    rings = np.stack([graph.lon_deg[middle], graph.lat_deg[middle]], axis=1)[:, None] + corner
    return Questions(pairs, small, large, sources, lanes[-1].copy(), lanes, closed, rings)


def blobs(graph: Graph, rng: np.random.Generator) -> NDArray[np.float64]:
    """A smooth field of 40 bumps at the middle of each edge, 0 to 4."""
    at = []
    for degrees in (graph.lon_deg, graph.lat_deg):
        middle = (degrees[graph.tail] + degrees[graph.head]) / 2
        at.append((middle - degrees.min()) / max(float(np.ptp(degrees)), 1e-9))
    field = np.zeros(graph.n_edge)
    for x, y, width, height in rng.random((40, 4)):
        square = (at[0] - x) ** 2 + (at[1] - y) ** 2
        field += height * np.exp(-square / (2 * (0.01 + 0.06 * width) ** 2))
    return np.minimum(field, 4.0)
