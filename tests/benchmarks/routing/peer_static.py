"""Libraries with a static contraction hierarchy of their own: pandana and gravel; new weights mean a new hierarchy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.peer import Nodes, Peer


class Pandana(Peer):
    """pandana; pairs are asked for in one call, which is 200 times faster than one by one."""

    package = "pandana"
    n_path = 100

    def prepare(self, graph: Graph) -> None:
        """Contract."""
        import pandas

        ids = pandas.RangeIndex(graph.n_node)
        self.places = pandas.Series(graph.lon_deg, ids), pandas.Series(graph.lat_deg, ids)
        self.edges = pandas.DataFrame({"tail": graph.tail, "head": graph.head})
        self.reweight(self.as_weights(graph.time))
        self.notes.append("distances asked in one call; paths one by one")

    def as_weights(self, weights: NDArray[np.int32]) -> Any:
        """A table of edges."""
        return self.edges.assign(weight=weights.astype(float))

    def reweight(self, weights: Any) -> bool:
        """Contract again."""
        from pandana import Network

        self.network = Network(*self.places, weights["tail"], weights["head"], weights[["weight"]], twoway=False)
        return True

    def distances(self, pairs: Nodes) -> list[float]:
        """One call for all."""
        return self.network.shortest_path_lengths(pairs[:, 0], pairs[:, 1])

    def paths(self, pairs: Nodes) -> list[Any]:
        """One call a pair."""
        return [self.network.shortest_path(start, stop) for start, stop in pairs.tolist()]

    def matrix(self, sources: Nodes, targets: Nodes) -> Any:
        """Every pair in one call."""
        starts, stops = np.repeat(sources, len(targets)), np.tile(targets, len(sources))
        found = self.network.shortest_path_lengths(starts, stops)
        return np.array(found).reshape(len(sources), len(targets))


class Gravel(Peer):
    """gravel-fragility."""

    package = "gravel-fragility"
    n_pair = n_path = 200

    def prepare(self, graph: Graph) -> None:
        """Contract with one thread."""
        import gravel

        gravel.set_max_threads(1)
        self.graph = graph
        self.ends = graph.tail.astype(np.uint32), graph.head.astype(np.uint32)
        self.places = np.column_stack([graph.lat_deg, graph.lon_deg])
        self.reweight(self.as_weights(graph.time))

    def as_weights(self, weights: NDArray[np.int32]) -> NDArray[np.float64]:
        """As floats."""
        return weights.astype(float)

    def reweight(self, weights: NDArray[np.float64]) -> bool:
        """Contract again."""
        import gravel

        self.streets = gravel.Graph.from_coo(self.graph.n_node, *self.ends, weights, self.places)
        self.built = gravel.build_ch(self.streets)
        self.query = gravel.CHQuery(self.built)
        return True

    def distances(self, pairs: Nodes) -> list[float]:
        """One call a pair."""
        query = self.query.distance
        return [query(start, stop) for start, stop in pairs.tolist()]

    def paths(self, pairs: Nodes) -> list[list[int]]:
        """One call a pair."""
        query = self.query.route
        return [query(start, stop).path for start, stop in pairs.tolist()]

    def one_to_all(self, sources: Nodes) -> list[Any]:
        """Its plain search from each source."""
        import gravel

        return [gravel.dijkstra(self.streets, source) for source in sources.tolist()]

    def matrix(self, sources: Nodes, targets: Nodes) -> Any:
        """One call."""
        return self.query.distance_matrix(sources.tolist(), targets.tolist())
