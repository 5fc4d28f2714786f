"""RoutingKit (C++) through its three Python packages: two bindings of its CCH, one of its static CH."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.peer import Nodes, Peer


class PyRoutingKit(Peer):
    """pyroutingkit: customisable, with matrices; every question brings its path."""

    package = "pyroutingkit"
    n_cell = 5_000_000

    def prepare(self, graph: Graph) -> None:
        """Order, contract and customise."""
        self.graph = graph
        self.all = np.arange(graph.n_node, dtype=np.uint32)
        self.topology()
        self._open()

    def topology(self) -> bool:
        """Order by inertial flow and contract."""
        from pyroutingkit import CCHTopology

        graph = self.graph
        ends = graph.tail.astype(np.uint32), graph.head.astype(np.uint32)
        self.built = CCHTopology()
        self.built.build(*ends, graph.lat_deg.astype(np.float32), graph.lon_deg.astype(np.float32), graph.n_node)
        return True

    def _open(self) -> None:
        from pyroutingkit import CCHMetric

        self.metric_of = self.built
        self.metric = CCHMetric(self.built)
        self.metric.customize(self.as_weights(self.graph.time), 1)

    def as_weights(self, weights: NDArray[np.int32]) -> NDArray[np.uint32]:
        """Unsigned."""
        return weights.astype(np.uint32)

    def reweight(self, weights: NDArray[np.uint32]) -> bool:
        """Customise with one thread."""
        self.metric.customize(weights, 1)
        return True

    def paths(self, pairs: Nodes) -> list[Any]:
        """Nodes of each path."""
        query = self.metric.query
        return [query(start, stop)[1] for start, stop in pairs.tolist()]

    def one_to_all(self, sources: Nodes) -> Any:
        """A matrix with every node as a target."""
        return self.matrix(sources, self.all)

    def matrix(self, sources: Nodes, targets: Nodes) -> Any:
        """Many to many."""
        found = self.metric.distances_many_to_many(sources.astype(np.uint32), targets.astype(np.uint32))
        return found.reshape(len(sources), len(targets))


class RoutingKitCch(Peer):
    """routingkit-cch: customisable, distances and paths apart."""

    package = "routingkit-cch"

    def prepare(self, graph: Graph) -> None:
        """Order by inertial flow, contract, customise."""
        import routingkit_cch as kit

        tail, head = graph.tail.tolist(), graph.head.tolist()
        places = graph.lat_deg.tolist(), graph.lon_deg.tolist()
        self.order_of = kit.compute_order_inertial(graph.n_node, tail, head, *places)
        self.built = kit.CCH(self.order_of, tail, head, False)
        self.metric = kit.CCHMetric(self.built, graph.time.tolist())
        self.query = None

    def _run(self) -> Any:
        """The question to ask; it is kept until the next weights."""
        from routingkit_cch import CCHQuery

        if self.query is None:
            self.query = CCHQuery(self.metric)
        return self.query.run

    def order(self) -> Nodes:
        """Its order; pyroutingkit makes its own with the same method."""
        return np.array(self.order_of, dtype=np.int32)

    def as_weights(self, weights: NDArray[np.int32]) -> list[int]:
        """A list; the binding takes nothing else, and new weights only while there is no query."""
        self.query = None
        return weights.tolist()

    def reweight(self, weights: list[int]) -> bool:
        """Customise, reusing its buffers."""
        self.metric.reset(weights)
        return True

    def distances(self, pairs: Nodes) -> list[int]:
        """One call a pair."""
        run = self._run()
        return [run(start, stop).distance for start, stop in pairs.tolist()]

    def paths(self, pairs: Nodes) -> list[list[int]]:
        """One call a pair."""
        run = self._run()
        return [run(start, stop).node_path for start, stop in pairs.tolist()]

    def matrix(self, sources: Nodes, targets: Nodes) -> list[list[int]]:
        """Targets pinned once, then a search from each source."""
        from routingkit_cch import CCHOneToMany

        pinned = CCHOneToMany(self.metric, targets.tolist())
        return [pinned.distances_from(source) for source in sources.tolist()]


class ChRouter(Peer):
    """ch-router: the static hierarchy, built for one metric; new weights mean a new hierarchy."""

    package = "ch-router"

    def prepare(self, graph: Graph) -> None:
        """Contract."""
        self.graph = graph
        self.ends = graph.tail.astype(np.uint32), graph.head.astype(np.uint32)
        self.reweight(self.as_weights(graph.time))

    def as_weights(self, weights: NDArray[np.int32]) -> NDArray[np.uint32]:
        """Unsigned."""
        return weights.astype(np.uint32)

    def reweight(self, weights: NDArray[np.uint32]) -> bool:
        """Contract again."""
        from ch_router import CHQuery, ContractionHierarchy

        self.built = ContractionHierarchy.build(self.graph.n_node, *self.ends, weights)
        self.query = CHQuery(self.built)
        return True

    def distances(self, pairs: Nodes) -> list[int]:
        """One call a pair."""
        query = self.query
        return [query.reset().add_source(a).add_target(b).run().get_distance() for a, b in pairs.tolist()]

    def paths(self, pairs: Nodes) -> list[list[int]]:
        """One call a pair."""
        query = self.query
        return [query.reset().add_source(a).add_target(b).run().get_node_path() for a, b in pairs.tolist()]
