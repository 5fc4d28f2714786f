"""The query: one metric, two places on streets, the cheapest path between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import Metric
from risk_core.kernels.hierarchy import INF_COST, TURN_BACK, TURN_FORBIDDEN
from risk_core.kernels.lazy import GIVEN_UP, Chart, search_lazily
from risk_core.kernels.potential import open_bounds
from risk_core.kernels.reroute import Cheaper, search_moves
from risk_core.kernels.reroute import Ends as MoveEnds
from risk_core.kernels.routes import EdgeEnds, Topology, is_forbidden, search_edges
from risk_core.kernels.unpack import find_way
from risk_core.routes.desks import lent_desk, lent_sheet
from risk_core.routes.weights import Weights, rule_of
from risk_core.state.network import Network
from risk_core.state.route import Snap

Found = tuple[NDArray[np.int32], int, int, int]
"""Edges, cost, first and last search node of a way."""

AT_JUNCTION_M: Final = 0.01
"""A place this near to the end of its street lies at the junction, metres."""


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A way as edges, with the place where each is entered and left.

    Attributes
    ----------
    edges
        In order, shape=(n,), n >= 1.
    begin_m, end_m
        Metres from the first point of each edge's street, shape=(n,).
    share
        Share of each edge that is travelled, 0..1, shape=(n,).
    leg_first
        Position at which each leg begins, where places are called at on the way.
    """

    edges: NDArray[np.int32]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]
    share: NDArray[np.float64]
    leg_first: tuple[int, ...] = (0,)


def topology_of(network: Network) -> Topology:
    """The arrays an edge-based search walks on."""
    return Topology(
        network.first_out,
        network.head,
        network.street,
        network.turn_from,
        network.turn_to,
        network.hierarchy.edge_reaches,
    )


def share_from_tail(network: Network, edge: int, along_m: float) -> float:
    """Share of an edge that lies between its tail and the place `along_m` from its street's first point."""
    length_m = float(network.length_m[edge])
    share = min(1.0, max(0.0, along_m / length_m)) if length_m > 0 else 0.0
    return share if network.is_forward[edge] else 1.0 - share


def _end_node(network: Network, place: Snap) -> int:
    """Junction at which a place on a street lies, -1 between junctions."""
    edge = int(network.street_edge[:, place.street].max())
    is_forward = bool(network.is_forward[edge])
    if place.along_m <= AT_JUNCTION_M:
        return int(network.tail[edge] if is_forward else network.head[edge])
    if place.along_m >= float(network.length_m[edge]) - AT_JUNCTION_M:
        return int(network.head[edge] if is_forward else network.tail[edge])
    return -1


def _own_shares(network: Network, place: Snap) -> dict[int, float]:
    """Share from the tail at which a place lies on the edges of its street."""
    edges = [int(edge) for edge in network.street_edge[:, place.street] if edge >= 0]
    return {edge: share_from_tail(network, edge, place.along_m) for edge in edges}


def start_shares(network: Network, origin: Snap) -> dict[int, float]:
    """Edges a way may begin with, and the share from the tail at which it enters them.

    These are the directions of the origin's street; at a junction also every edge that leaves it.
    """
    shares = _own_shares(network, origin)
    node = _end_node(network, origin)
    if node >= 0:
        for edge in range(int(network.first_out[node]), int(network.first_out[node + 1])):
            shares.setdefault(edge, 0.0)
    return shares


def stop_shares(network: Network, destination: Snap) -> dict[int, float]:
    """Edges a way may end with, and the share from the tail at which it leaves them; see `start_shares`."""
    shares = _own_shares(network, destination)
    node = _end_node(network, destination)
    if node >= 0:
        for edge in network.in_edge[network.first_in[node] : network.first_in[node + 1]].tolist():
            shares.setdefault(edge, 1.0)
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Both ends of a question as search nodes.

    Attributes
    ----------
    start_node, start_cost, start_edge
        Search nodes from which the way goes on, the cost up to them, and the edge that leads there (-1: one starts
        on the junction itself).
    stop_node, stop_cost, stop_edge
        Search nodes at which the way ends, the cost from them on, and the edge entered there (-1: none).
    """

    start_node: NDArray[np.int32]
    start_cost: NDArray[np.int32]
    start_edge: NDArray[np.int32]
    stop_node: NDArray[np.int32]
    stop_cost: NDArray[np.int32]
    stop_edge: NDArray[np.int32]


def part_cost(metric: Metric, edge: int, share: float) -> int:
    """Cost of a part of an edge, rounded to a whole unit."""
    return round(int(metric.cost[edge]) * share)


def _plain_junction(network: Network, place: Snap) -> int:
    """Search node of the junction at which a place lies where that is one search node, -1 otherwise."""
    node = _end_node(network, place)
    hierarchy = network.hierarchy
    if node < 0 or hierarchy.first_copy[node + 1] - hierarchy.first_copy[node] != 1:
        return -1
    copy = int(hierarchy.copy[hierarchy.first_copy[node]])
    return copy if _is_whole(network, node) else -1


def _is_whole(network: Network, node: int) -> bool:
    """Whether a junction has no forbidden turn, so that it is one search node however one arrives."""
    into = network.in_edge[network.first_in[node] : network.first_in[node + 1]]
    return not np.isin(into, network.turn_from).any()


def starts_of(network: Network, metric: Metric, origin: Snap) -> list[tuple[int, int, int]]:
    """Search node, cost and edge of each beginning."""
    junction = _plain_junction(network, origin)
    if junction >= 0:
        return [(junction, 0, -1)]
    reaches = network.hierarchy.edge_reaches
    shares = start_shares(network, origin).items()
    return [
        (int(reaches[edge]), part_cost(metric, edge, 1.0 - share), edge)
        for edge, share in shares
        if metric.cost[edge] < INF_COST
    ]


def stops_of(network: Network, metric: Metric, destination: Snap) -> list[tuple[int, int, int]]:
    """Search node, cost and edge of each end."""
    junction = _plain_junction(network, destination)
    if junction >= 0:
        return [(junction, 0, -1)]
    hierarchy, found = network.hierarchy, []
    for edge, share in stop_shares(network, destination).items():
        if metric.cost[edge] >= INF_COST:
            continue
        node = int(network.tail[edge])
        for copy in hierarchy.copy[hierarchy.first_copy[node] : hierarchy.first_copy[node + 1]].tolist():
            moves = range(int(hierarchy.first_move[copy]), int(hierarchy.first_move[copy + 1]))
            turn = next(int(hierarchy.move_turn[i]) for i in moves if hierarchy.move_edge[i] == edge)
            if metric.obeys_turns and turn == TURN_FORBIDDEN:
                continue
            extra = metric.u_turn if metric.obeys_turns and turn == TURN_BACK else 0
            found.append((copy, part_cost(metric, edge, share) + extra, edge))
    return found


def ends_between(network: Network, metric: Metric, origin: Snap, destination: Snap) -> Ends:
    """Where a way from one place on a street to another may begin and end; barred edges are left out."""
    start = np.array(starts_of(network, metric, origin), dtype=np.int32).reshape(-1, 3).T.copy()
    stop = np.array(stops_of(network, metric, destination), dtype=np.int32).reshape(-1, 3).T.copy()
    return Ends(start[0], start[1], start[2], stop[0], stop[1], stop[2])


def _edge_ends(network: Network, metric: Metric, origin: Snap, destination: Snap) -> EdgeEnds:
    """The same ends as edges, for the edge-based search."""
    starts = {e: share for e, share in start_shares(network, origin).items() if metric.cost[e] < INF_COST}
    stops = {e: share for e, share in stop_shares(network, destination).items() if metric.cost[e] < INF_COST}
    return EdgeEnds(
        np.array(list(starts), dtype=np.int32),
        np.array([part_cost(metric, edge, 1.0 - share) for edge, share in starts.items()], dtype=np.int32),
        np.array(list(stops), dtype=np.int32),
        np.array([part_cost(metric, edge, share) for edge, share in stops.items()], dtype=np.int32),
    )


def direct_edge(network: Network, metric: Metric, origin: Snap, destination: Snap) -> tuple[int, int]:
    """Edge and cost of a way of one edge, (-1, `INF_COST`) where there is none."""
    best, best_cost = -1, INF_COST
    stops = stop_shares(network, destination)
    for edge, share in start_shares(network, origin).items():
        ahead = stops.get(edge, -1.0) - share
        if ahead >= 0 and metric.cost[edge] < INF_COST and part_cost(metric, edge, ahead) < best_cost:
            best, best_cost = edge, part_cost(metric, edge, ahead)
    return best, best_cost


def cut_path(network: Network, edges: NDArray[np.int32], origin: Snap, destination: Snap) -> Path:
    """Where a path enters and leaves each of its edges.

    First and last parts without length are dropped: who starts at a junction starts on the street taken from it.
    """
    enter, leave = np.zeros(len(edges)), np.ones(len(edges))
    enter[0] = start_shares(network, origin).get(int(edges[0]), 0.0)
    leave[-1] = stop_shares(network, destination).get(int(edges[-1]), 1.0)
    length_m = network.length_m[edges].astype(np.float64)
    along = network.is_forward[edges].astype(bool)
    begin_m, end_m = (np.where(along, share, 1.0 - share) * length_m for share in (enter, leave))
    share = leave - enter
    keep = np.ones(len(edges), dtype=bool)
    if len(edges) > 1:
        keep[0], keep[-1] = share[0] * length_m[0] > AT_JUNCTION_M, share[-1] * length_m[-1] > AT_JUNCTION_M
        keep[0] |= not keep.any()
    return Path(edges[keep], begin_m[keep], end_m[keep], share[keep])


def _cheapest_at(nodes: NDArray[np.int32], costs: NDArray[np.int32], node: int) -> int:
    """Position of the cheapest beginning or end at a search node."""
    at = np.flatnonzero(nodes == node)
    return int(at[np.argmin(costs[at])])


def join_ends(ends: Ends, edges: NDArray[np.int32], begin: int, end: int) -> NDArray[np.int32]:
    """A way with the edges of the beginning and the end it uses, given by position; none at a junction itself."""
    both = int(ends.start_edge[begin]), int(ends.stop_edge[end])
    first, last = ([edge] if edge >= 0 else [] for edge in both)
    return np.array([*first, *edges.tolist(), *last], dtype=np.int32)


def _turns_back(network: Network, metric: Metric, edges: NDArray[np.int32]) -> bool:
    """Whether a way turns back where the hierarchy lets it do so free of charge."""
    if metric.u_turn == 0 or len(edges) < 2:
        return False
    street = network.street[edges]
    at = np.flatnonzero((street[1:] == street[:-1]) & (edges[1:] != edges[:-1]))
    return any(_is_whole(network, int(network.head[edges[i]])) for i in at)


def _meet_closures(network: Network, weights: Weights, metric: Metric, ends: MoveEnds) -> Found:
    """Edges, cost and both search nodes of the cheapest way, closures met one by one; see `search_lazily`."""
    hierarchy = network.hierarchy
    chart = Chart(hierarchy.tree, hierarchy.lower, hierarchy.moves, weights.customised, weights.metric.cost)
    with lent_sheet(chart.weights) as sheet:
        return search_lazily(chart, metric.cost, rule_of(metric), ends, sheet)


def _go_round(network: Network, weights: Weights, metric: Metric, ends: MoveEnds) -> Found:
    """The same by A*; see `search_moves`."""
    tree = network.hierarchy.tree
    cheaper = Cheaper(weights.up, weights.down, *weights.rise(tree))
    with lent_desk(tree) as desk:
        return search_moves(tree, network.hierarchy.moves, cheaper, metric.cost, rule_of(metric), ends, desk)


def load_searches(network: Network, weights: Weights) -> None:
    """Ask each search under a dearer metric once, so that this process has loaded their kernels."""
    at = np.zeros(1, dtype=np.int32)
    metric, ends = replace(weights.metric, cost=weights.metric.cost.copy()), MoveEnds(at, at, at, at)
    for search in (_meet_closures, _go_round):
        search(network, weights, metric, ends)


def find_path(network: Network, weights: Weights, metric: Metric, origin: Snap, destination: Snap) -> Path | None:
    """Cheapest path, or None when no open way leads there.

    Both directions of the streets at either end are tried, every street of a junction where an end lies at one, and
    staying on one street. Under the metric of the weights the hierarchy answers; under a dearer one it is asked again
    and again, with the true cost of what the way met, or A* searches with its distances as bounds. A path that turns
    back where the hierarchy does not charge for it (only next to junctions with forbidden turns) is searched again
    edge by edge, so the answer is exact.

    Parameters
    ----------
    network
        The streets.
    weights
        Customised to a metric that is nowhere above `metric`.
    metric
        What is minimised: that of the weights itself, or one in which streets were closed or made dearer since; the
        turn rule is the same.
    origin, destination
        On the network.
    """
    hierarchy = network.hierarchy
    direct, limit = direct_edge(network, metric, origin, destination)
    ends = ends_between(network, metric, origin, destination)
    places = (ends.start_node, ends.start_cost, ends.stop_node, ends.stop_cost)
    rule = rule_of(metric)
    if metric is weights.metric:
        found = find_way(
            hierarchy.tree, hierarchy.lower, hierarchy.moves, weights.customised, metric.cost, rule, *places
        )
    else:
        found = _meet_closures(network, weights, metric, MoveEnds(*places))
        if found[1] == GIVEN_UP:
            found = _go_round(network, weights, metric, MoveEnds(*places))
    edges, cost, start, stop = found
    if cost < limit:
        begin, end = _cheapest_at(ends.start_node, ends.start_cost, start), _cheapest_at(*places[2:], stop)
        edges = join_ends(ends, edges, begin, end)
    else:
        edges = np.empty(0, dtype=np.int32)
    if _turns_back(network, metric, edges):
        bounds = open_bounds(hierarchy.tree, weights.up, weights.down, ends.stop_node, ends.stop_cost)
        by_edge = _edge_ends(network, metric, origin, destination)
        edges, _, _ = search_edges(topology_of(network), hierarchy.tree, bounds, metric.cost, by_edge, rule, limit)
    if not len(edges):
        if direct < 0:
            return None
        edges = np.array([direct], dtype=np.int32)
    return cut_path(network, edges, origin, destination)


def join_paths(legs: Sequence[Path]) -> Path:
    """One path of legs in order, each beginning where the one before ends."""
    first = np.cumsum([0, *(len(leg.edges) for leg in legs[:-1])]).tolist()
    edges, begin_m, end_m, share = (
        np.concatenate([getattr(leg, name) for leg in legs]) for name in ("edges", "begin_m", "end_m", "share")
    )
    return Path(edges, begin_m, end_m, share, tuple(first))


def path_cost(network: Network, metric: Metric, path: Path) -> int:
    """Objective of a path, turning back included; `INF_COST` where it uses a barred edge or a forbidden turn."""
    if (metric.cost[path.edges] >= INF_COST).any():
        return INF_COST
    whole = path.share >= 1.0
    total = int(metric.cost[path.edges[whole]].astype(np.int64).sum())
    pairs = zip(path.edges[~whole].tolist(), path.share[~whole].tolist(), strict=True)
    total += sum(part_cost(metric, edge, share) for edge, share in pairs)
    if not metric.obeys_turns:
        return total
    for edge, following in zip(path.edges[:-1], path.edges[1:], strict=True):
        if network.street[edge] == network.street[following] and edge != following:
            total += metric.u_turn
        if is_forbidden(network.turn_from, network.turn_to, edge, following):
            return INF_COST
    return total
