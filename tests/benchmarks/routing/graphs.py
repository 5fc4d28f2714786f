"""The graphs engines are compared on: directed, strongly connected where one-ways are, without parallels and loops."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

SHARED: Final = Path(__file__).resolve().parents[4] / "shared"
"""Development data beside the checkout."""

DIMACS_LINE: Final = {"a": 3, "v": 3}
"""Numbers in a line of each kind."""


class MissingDataError(Exception):
    """The graph's files are not here; the message says which."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A directed graph with two whole-numbered weights.

    Attributes
    ----------
    name
        As asked for on the command line.
    tail, head
        shape=(n_edge,), sorted by tail, then head; int32.
    time, distance
        shape=(n_edge,), at least 1, in the units of the source; int32.
    lat_deg, lon_deg
        shape=(n_node,), degrees.
    """

    name: str
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    time: NDArray[np.int32]
    distance: NDArray[np.int32]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]

    @property
    def n_node(self) -> int:
        """Number of nodes."""
        return len(self.lat_deg)

    @property
    def n_edge(self) -> int:
        """Number of edges."""
        return len(self.tail)


def merge_parallels(graph: Graph) -> Graph:
    """The same graph sorted, with the quickest of parallel edges and without loops."""
    by_ends = np.lexsort((graph.time, graph.head, graph.tail))
    by_ends = by_ends[graph.tail[by_ends] != graph.head[by_ends]]
    tail, head = graph.tail[by_ends], graph.head[by_ends]
    is_first = np.ones(len(by_ends), dtype=bool)
    is_first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return _take(graph, by_ends[is_first])


def strong_part(graph: Graph) -> Graph:
    """The largest part in which every node reaches every other."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    shape = (graph.n_node, graph.n_node)
    matrix = csr_matrix((np.ones(graph.n_edge), (graph.tail, graph.head)), shape=shape)
    part = connected_components(matrix, directed=True, connection="strong")[1]
    is_in = part == np.bincount(part).argmax()
    position = (np.cumsum(is_in) - 1).astype(np.int32)
    inner = _take(graph, np.flatnonzero(is_in[graph.tail] & is_in[graph.head]))
    return Graph(
        graph.name,
        position[inner.tail],
        position[inner.head],
        inner.time,
        inner.distance,
        graph.lat_deg[is_in],
        graph.lon_deg[is_in],
    )


def _take(graph: Graph, edges: NDArray[np.intp]) -> Graph:
    columns = (np.ascontiguousarray(column[edges]) for column in (graph.tail, graph.head, graph.time, graph.distance))
    return Graph(graph.name, *columns, graph.lat_deg, graph.lon_deg)


def read_dimacs(path: Path, kind: str) -> NDArray[np.int64]:
    """Lines of one kind of a file of the 9th DIMACS challenge, shape=(n_line, 3)."""
    mark = f"{kind} "
    with gzip.open(path, "rt") as lines:
        text = "".join(line[2:] for line in lines if line.startswith(mark))
    return np.array(text.split(), dtype=np.int64).reshape(-1, DIMACS_LINE[kind])


def newyork(shared: Path = SHARED) -> Graph:
    """New York City of the 9th DIMACS challenge: every street both ways, 264,346 nodes.

    Raises
    ------
    MissingDataError
        Where the development data is not beside the checkout.
    """
    folder = shared / "data" / "geo" / "streets_newyork"
    files = [folder / f"USA-road-{part}" for part in ("t.NY.gr.gz", "d.NY.gr.gz", "d.NY.co.gz")]
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise MissingDataError(f"{', '.join(missing)} not in {folder}")
    time, distance, place = (read_dimacs(path, kind) for path, kind in zip(files, "aav", strict=True))
    if not np.array_equal(time[:, :2], distance[:, :2]):
        raise ValueError("the files of times and of lengths list different edges")
    tail, head = (time[:, :2].T - 1).astype(np.int32)
    weights = (column.astype(np.int32) for column in (time[:, 2], distance[:, 2]))
    lon_deg, lat_deg = place[:, 1:].T * 1e-6
    return merge_parallels(Graph("newyork", tail, head, *weights, lat_deg.copy(), lon_deg.copy()))


def coquimbo(_shared: Path = SHARED) -> Graph:
    """The default embedded area as a car may drive it, with its one-ways; time in 0.05 s, distance in decimetres."""
    from dashboard.areas.embedded.coquimbo import coquimbo_request
    from risk_core.state.network_build import street_lengths_m
    from risk_core.state.profile import Profile, profile_position

    streets = coquimbo_request().parts.streets
    car = profile_position(Profile.CAR)
    speeds = streets.forward_m_per_s[car], streets.backward_m_per_s[car]
    is_open = [speed > 0 for speed in speeds]
    street_m = np.add.reduceat(street_lengths_m(streets), streets.first_point[:-1])
    length_m = np.concatenate([street_m[way] for way in is_open])
    speed = np.concatenate([speed[way] for speed, way in zip(speeds, is_open, strict=True)])
    time, distance = (np.maximum(1, np.rint(x)).astype(np.int32) for x in (20 * length_m / speed, 10 * length_m))
    tail = np.concatenate([streets.tail[is_open[0]], streets.head[is_open[1]]])
    head = np.concatenate([streets.head[is_open[0]], streets.tail[is_open[1]]])
    whole = Graph("coquimbo", tail, head, time, distance, streets.node_lat_deg, streets.node_lon_deg)
    return strong_part(merge_parallels(whole))


GRAPHS: Final[dict[str, Callable[[Path], Graph]]] = {"newyork": newyork, "coquimbo": coquimbo}
