"""Our own engine as the comparison asks it: the kernels themselves, one call from Python a question."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST, TurnRule, distance
from risk_core.kernels.lanes import LANES, customise_lanes, seed_lanes
from risk_core.kernels.lazy import GIVEN_UP, Chart, Sheet, new_sheet, search_lazily
from risk_core.kernels.perfect import rise_of
from risk_core.kernels.reroute import Cheaper, Ends, new_desk, search_moves
from risk_core.kernels.sweeps import Places, cost_matrix, reach_all_lanes
from risk_core.kernels.unpack import Customised, find_between
from risk_core.state.hierarchy import Hierarchy
from risk_core.state.hierarchy_build import DirectedEdges, build_hierarchy
from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.peer import Nodes, Peer

RULE = TurnRule(0, 0)


class Ours(Peer):
    """The contraction hierarchy of `risk_core`, without turn restrictions (the graphs have none)."""

    package = ""
    n_cell = 5_000_000

    def prepare(self, graph: Graph) -> None:
        """Build the hierarchy and customise it to the times."""
        self.graph = graph
        none = np.empty(0, dtype=np.int32)
        street = np.arange(graph.n_edge, dtype=np.int32)
        self.edges = DirectedEdges(graph.tail, graph.head, street, none, none)
        self.topology()
        self.reweight(graph.time)

    def topology(self) -> bool:
        """Nested dissection and contraction."""
        self.hierarchy = build_hierarchy(self.edges, self.graph.lat_deg, self.graph.lon_deg)
        self.rank = rank_of(self.hierarchy)
        self.lanes = np.empty((self.hierarchy.n_up, 2 * LANES), dtype=np.int32)
        self.desk = new_desk(self.hierarchy.tree)
        return True

    def order(self) -> Nodes:
        """Network nodes by rank."""
        return self.hierarchy.node_of

    def reweight(self, weights: NDArray[np.int32]) -> bool:
        """Customise, with the middle nodes forgotten, as every new snapshot does."""
        self.cost, self.own_cost = weights, weights.copy()
        self.weights = customised(self.hierarchy, weights)
        self.risen: Cheaper | None = None
        self.sheet: Sheet | None = None
        return True

    def reweight_lanes(self, weights: NDArray[np.int32]) -> Any:
        """Customise sixteen metrics together."""
        hierarchy, none = self.hierarchy, np.zeros(LANES, dtype=np.int32)
        columns = np.ascontiguousarray(weights.T)
        seed_lanes(hierarchy.moves, hierarchy.move_place, columns, none, none, self.lanes)
        customise_lanes(hierarchy.tree, hierarchy.lower, self.lanes)
        return True

    def distances(self, pairs: Nodes) -> list[int]:
        """Elimination-tree query, one call a pair."""
        tree, up, down = self.hierarchy.tree, self.weights.up, self.weights.down
        return [distance(tree, up, down, start, stop) for start, stop in self.rank[pairs].tolist()]

    def paths(self, pairs: Nodes) -> list[Nodes]:
        """Query and unpacking, one call a pair; each path as edges."""
        world = (self.hierarchy.tree, self.hierarchy.lower, self.hierarchy.moves, self.weights, self.cost, RULE)
        return [find_between(*world, start, stop)[0] for start, stop in self.rank[pairs].tolist()]

    def as_nodes(self, path: Nodes) -> Nodes:
        """Nodes along a list of edges."""
        if len(path) == 0:
            return path
        return np.append(self.graph.tail[path], self.graph.head[path[-1:]])

    def one_to_all(self, sources: Nodes) -> Any:
        """Sweep from sixteen sources together."""
        hierarchy, origins = self.hierarchy, places_at(self.rank[sources])
        weights = self.weights.up, self.weights.down
        found = np.empty((self.graph.n_node, len(sources)), dtype=np.int32)
        reach_all_lanes(hierarchy.tree, *weights, origins, hierarchy.node_of, found)
        return found.T

    def matrix(self, sources: Nodes, targets: Nodes) -> Any:
        """Restricted sweeps with the smaller side in lanes."""
        tree, up, down = self.hierarchy.tree, self.weights.up, self.weights.down
        origins, stops = places_at(self.rank[sources]), places_at(self.rank[targets])
        if len(sources) <= len(targets):
            return cost_matrix(tree, up, down, origins, stops)
        return cost_matrix(tree, down, up, stops, origins).T

    def cheaper(self) -> Cheaper:
        """The open metric with the up edges that matter, found once for each metric."""
        weights = self.weights
        if self.risen is None:
            self.risen = Cheaper(weights.up, weights.down, *rise_of(self.hierarchy.tree, weights.up, weights.down))
        return self.risen

    def way_round(self, ends: Ends) -> int:
        """Cost of one pair as the product finds it: closures met one by one, A* where that is given up."""
        hierarchy = self.hierarchy
        if self.sheet is None:
            self.sheet = new_sheet(self.weights.up, self.weights.down)
        chart = Chart(hierarchy.tree, hierarchy.lower, hierarchy.moves, self.weights, self.cost)
        cost = search_lazily(chart, self.own_cost, RULE, ends, self.sheet)[1]
        if cost != GIVEN_UP:
            return cost
        return search_moves(hierarchy.tree, hierarchy.moves, self.cheaper(), self.own_cost, RULE, ends, self.desk)[1]

    def avoid(self, pairs: Nodes, closed: Nodes, rings: NDArray[np.float64]) -> list[int]:
        """Each request closes its edges on a row of costs, finds its way, and opens them again."""
        zero = np.zeros(1, dtype=np.int32)
        found = []
        for ends in self.rank[pairs]:
            self.own_cost[closed] = INF_COST
            found.append(self.way_round(Ends(ends[:1], zero, ends[1:], zero)))
            self.own_cost[closed] = self.cost[closed]
        return found

    def memory_bytes(self) -> int:
        """Arrays of the hierarchy and of one metric with its middle nodes."""
        arrays = [getattr(self.hierarchy, name) for name in self.hierarchy.__slots__]
        return sum(array.nbytes for array in (*arrays, *self.weights, self.cost))


def customised(hierarchy: Hierarchy, cost: NDArray[np.int32]) -> Customised:
    """The hierarchy's weights under one cost of edges, no path asked for yet."""
    up, down = hierarchy.weights(cost, RULE)
    return Customised(up, down, np.zeros((2 * len(up), 2), dtype=np.int32))


def places_at(nodes: Nodes) -> Places:
    """Places at single search nodes."""
    first = np.arange(len(nodes) + 1, dtype=np.int32)
    return Places(first, nodes.astype(np.int32), np.zeros(len(nodes), dtype=np.int32))


def rank_of(hierarchy: Hierarchy) -> Nodes:
    """Search node of each network node, where no turn is forbidden."""
    return hierarchy.copy[hierarchy.first_copy[:-1]]


def count_triangles(graph: Graph, order: Nodes) -> int:
    """Lower triangles that a contraction order leaves for customisation to look at."""
    from risk_core.kernels.contraction import contract
    from risk_core.state.rows import first_of

    rank = np.empty(graph.n_node, dtype=np.int32)
    rank[order] = np.arange(graph.n_node, dtype=np.int32)
    a, b = rank[graph.tail].astype(np.int64), rank[graph.head].astype(np.int64)
    ends = np.unique(np.concatenate([a * graph.n_node + b, b * graph.n_node + a]))
    rows, neighbour = (ends // graph.n_node).astype(np.int32), (ends % graph.n_node).astype(np.int32)
    n_up = np.diff(contract(first_of(rows, graph.n_node), neighbour)[0]).astype(np.int64)
    return int((n_up * (n_up - 1) // 2).sum())
