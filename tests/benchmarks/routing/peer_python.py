"""Graph libraries that answer by Dijkstra: scipy, igraph, networkit, rustworkx, networkx."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.peer import Nodes, Peer


class Scipy(Peer):
    """scipy.sparse.csgraph; has no early stop, so a pair costs a whole search."""

    package = "scipy"
    n_pair = n_path = 20

    def prepare(self, graph: Graph) -> None:
        """Compressed rows; edges are sorted by tail and head already."""
        from scipy.sparse import csr_matrix

        first = np.searchsorted(graph.tail, np.arange(graph.n_node + 1)).astype(np.int32)
        shape = (graph.n_node, graph.n_node)
        self.rows = csr_matrix((graph.time.astype(float), graph.head, first), shape=shape)

    def as_weights(self, weights: NDArray[np.int32]) -> NDArray[np.float64]:
        """As floats."""
        return weights.astype(float)

    def reweight(self, weights: NDArray[np.float64]) -> bool:
        """Overwrite the data."""
        np.copyto(self.rows.data, weights)
        return True

    def distances(self, pairs: Nodes) -> list[float]:
        """A search from each start."""
        from scipy.sparse.csgraph import dijkstra

        return [dijkstra(self.rows, indices=start)[stop] for start, stop in pairs.tolist()]

    def paths(self, pairs: Nodes) -> list[list[int]]:
        """A search with predecessors from each start, then back along them."""
        from scipy.sparse.csgraph import dijkstra

        found = []
        for start, stop in pairs.tolist():
            before = dijkstra(self.rows, indices=start, return_predecessors=True)[1]
            path = [stop]
            while path[-1] != start:
                path.append(int(before[path[-1]]))
            found.append(path[::-1])
        return found

    def one_to_all(self, sources: Nodes) -> NDArray[np.float64]:
        """A search from each source."""
        from scipy.sparse.csgraph import dijkstra

        return dijkstra(self.rows, indices=sources)

    def matrix(self, sources: Nodes, targets: Nodes) -> NDArray[np.float64]:
        """Searches from the shorter side."""
        from scipy.sparse.csgraph import dijkstra

        if len(sources) <= len(targets):
            return dijkstra(self.rows, indices=sources)[:, targets]
        return dijkstra(self.rows.T.tocsr(), indices=targets)[:, sources].T


class Igraph(Peer):
    """python-igraph."""

    package = "igraph"
    n_pair = n_path = 20

    def prepare(self, graph: Graph) -> None:
        """A directed graph with an edge attribute."""
        import igraph

        self.graph = igraph.Graph(n=graph.n_node, edges=np.column_stack([graph.tail, graph.head]), directed=True)
        self.reweight(self.as_weights(graph.time))

    def as_weights(self, weights: NDArray[np.int32]) -> list[float]:
        """A list."""
        return weights.astype(float).tolist()

    def reweight(self, weights: list[float]) -> bool:
        """Overwrite the attribute."""
        self.graph.es["weight"] = weights
        return True

    def distances(self, pairs: Nodes) -> list[float]:
        """One call a pair."""
        return [self.graph.distances(start, stop, weights="weight")[0][0] for start, stop in pairs.tolist()]

    def paths(self, pairs: Nodes) -> list[list[int]]:
        """One call a pair."""
        return [self.graph.get_shortest_path(start, stop, weights="weight") for start, stop in pairs.tolist()]

    def one_to_all(self, sources: Nodes) -> list[list[float]]:
        """One call for all sources."""
        return self.graph.distances(sources.tolist(), weights="weight")

    def matrix(self, sources: Nodes, targets: Nodes) -> Any:
        """Searches from the shorter side; the library wants each node once."""
        (one, at_one), (other, at_other) = (np.unique(x, return_inverse=True) for x in (sources, targets))
        if len(one) <= len(other):
            found = self.graph.distances(one.tolist(), other.tolist(), weights="weight")
            return np.array(found)[np.ix_(at_one, at_other)]
        found = self.graph.distances(other.tolist(), one.tolist(), weights="weight", mode="in")
        return np.array(found)[np.ix_(at_other, at_one)].T


class Networkit(Peer):
    """networkit with one thread, bidirectional search for pairs."""

    package = "networkit"
    n_pair = n_path = 50

    def prepare(self, graph: Graph) -> None:
        """A weighted directed graph."""
        import networkit

        networkit.setNumberOfThreads(1)
        self.n_node = graph.n_node
        self.ends = graph.tail.astype(np.uint64), graph.head.astype(np.uint64)
        self.reweight(self.as_weights(graph.time))

    def as_weights(self, weights: NDArray[np.int32]) -> NDArray[np.float64]:
        """As floats."""
        return weights.astype(float)

    def reweight(self, weights: NDArray[np.float64]) -> bool:
        """Build the graph again: faster than setting edge by edge."""
        import networkit

        self.graph = networkit.GraphFromCoo((weights, self.ends), n=self.n_node, weighted=True, directed=True)
        return True

    def _search(self, start: int, stop: int) -> Any:
        """Predecessors are always stored: without them version 11.3 ends the process."""
        from networkit.distance import BidirectionalDijkstra

        search = BidirectionalDijkstra(self.graph, start, stop, True)
        search.run()
        return search

    def distances(self, pairs: Nodes) -> list[float]:
        """One search a pair; it knows no way from a node to itself."""
        return [self._search(a, b).getDistance() if a != b else 0.0 for a, b in pairs.tolist()]

    def paths(self, pairs: Nodes) -> list[list[int]]:
        """One search a pair; its paths leave both ends out."""
        return [[a, *self._search(a, b).getPath(), b] if a != b else [a] for a, b in pairs.tolist()]

    def one_to_all(self, sources: Nodes) -> list[list[float]]:
        """One search a source."""
        from networkit.distance import Dijkstra

        found = []
        for source in sources.tolist():
            search = Dijkstra(self.graph, source, False)
            search.run()
            found.append(search.getDistances())
        return found


class Rustworkx(Peer):
    """rustworkx; a pair's search stops at its goal."""

    package = "rustworkx"
    n_pair = n_path = 20
    n_source = 4

    def prepare(self, graph: Graph) -> None:
        """A directed graph whose edges hold their weight."""
        self.n_node = graph.n_node
        self.ends = graph.tail.tolist(), graph.head.tolist()
        self.reweight(self.as_weights(graph.time))

    def as_weights(self, weights: NDArray[np.int32]) -> list[tuple[int, int, float]]:
        """Edges as triples."""
        return list(zip(*self.ends, weights.astype(float).tolist(), strict=True))

    def reweight(self, weights: list[tuple[int, int, float]]) -> bool:
        """Build the graph again."""
        import rustworkx

        self.graph = rustworkx.PyDiGraph(multigraph=False)
        self.graph.add_nodes_from(range(self.n_node))
        self.graph.add_edges_from(weights)
        return True

    def distances(self, pairs: Nodes) -> list[float]:
        """One search a pair."""
        from rustworkx import digraph_dijkstra_shortest_path_lengths as search

        return [search(self.graph, a, float, b)[b] if a != b else 0.0 for a, b in pairs.tolist()]

    def paths(self, pairs: Nodes) -> list[list[int]]:
        """One search a pair."""
        from rustworkx import digraph_dijkstra_shortest_paths as search

        return [list(search(self.graph, a, b, float)[b]) if a != b else [a] for a, b in pairs.tolist()]

    def one_to_all(self, sources: Nodes) -> list[Any]:
        """One search a source."""
        from rustworkx import digraph_dijkstra_shortest_path_lengths as search

        return [search(self.graph, source, float) for source in sources.tolist()]

    def as_costs(self, found: Any) -> NDArray[np.float64]:
        """Its answers are mappings that leave the source itself out."""
        return costs_by_node(found, self.n_node)


class Networkx(Peer):
    """networkx, bidirectional search for pairs."""

    package = "networkx"
    n_pair = n_path = 10
    n_source = 2

    def prepare(self, graph: Graph) -> None:
        """A directed graph with an edge attribute."""
        import networkx

        self.n_node = graph.n_node
        self.graph = networkx.DiGraph()
        self.ends = list(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
        weights = graph.time.tolist()
        self.graph.add_weighted_edges_from((a, b, x) for (a, b), x in zip(self.ends, weights, strict=True))

    def as_weights(self, weights: NDArray[np.int32]) -> dict[tuple[int, int], int]:
        """By edge."""
        return dict(zip(self.ends, weights.tolist(), strict=True))

    def reweight(self, weights: dict[tuple[int, int], int]) -> bool:
        """Overwrite the attribute."""
        import networkx

        networkx.set_edge_attributes(self.graph, weights, "weight")
        return True

    def distances(self, pairs: Nodes) -> list[int]:
        """One search a pair."""
        from networkx import bidirectional_dijkstra as search

        return [search(self.graph, start, stop)[0] for start, stop in pairs.tolist()]

    def paths(self, pairs: Nodes) -> list[list[int]]:
        """One search a pair."""
        from networkx import bidirectional_dijkstra as search

        return [search(self.graph, start, stop)[1] for start, stop in pairs.tolist()]

    def one_to_all(self, sources: Nodes) -> list[dict[int, int]]:
        """One search a source."""
        from networkx import single_source_dijkstra_path_length as search

        return [search(self.graph, source) for source in sources.tolist()]

    def as_costs(self, found: Any) -> NDArray[np.float64]:
        """Its one-to-all answers are mappings."""
        return costs_by_node(found, self.n_node)


def costs_by_node(found: Any, n_node: int) -> NDArray[np.float64]:
    """Lists of costs as an array; a mapping becomes a row, what it leaves out the source."""
    if len(found) == 0 or not hasattr(found[0], "items"):
        return np.asarray(found, dtype=float)
    costs = np.zeros((len(found), n_node))
    for row, reached in zip(costs, found, strict=True):
        for node, cost in reached.items():
            row[node] = cost
    return costs
