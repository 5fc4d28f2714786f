"""The query: one metric, two places on streets, the cheapest path between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import Metric
from risk_core.kernels.routes import Ends, Rules, Topology, is_forbidden, least_ratio, search_edges
from risk_core.state.network import Network
from risk_core.state.route import Snap
from risk_core.units import EARTH_RADIUS_M

_BOUND_SLACK = 0.999
"""Keeps the bound below the true cost in spite of single-precision lengths and points cut into segments."""


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
    """

    edges: NDArray[np.int32]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]
    share: NDArray[np.float64]


def topology_of(network: Network) -> Topology:
    """The arrays a search walks on."""
    return Topology(
        network.first_out,
        network.head,
        network.street,
        network.turn_from,
        network.turn_to,
        network.node_lat_deg,
        network.node_lon_deg,
    )


def share_from_tail(network: Network, edge: int, along_m: float) -> float:
    """Share of an edge that lies between its tail and the place `along_m` from its street's first point."""
    length_m = float(network.length_m[edge])
    share = min(1.0, max(0.0, along_m / length_m)) if length_m > 0 else 0.0
    return share if network.is_forward[edge] else 1.0 - share


def _ends(network: Network, cost_s: NDArray[np.float32], origin: Snap, destination: Snap) -> Ends:
    """Edges of both snapped streets, with the cost of the part that is travelled; barred ones are left out."""
    start, stop = np.full(2, -1, dtype=np.int32), np.full(2, -1, dtype=np.int32)
    start_cost, stop_cost = np.full(2, np.inf), np.full(2, np.inf)
    for way in range(2):
        edge = int(network.street_edge[way, origin.street])
        if edge >= 0 and np.isfinite(cost_s[edge]):
            start[way] = edge
            start_cost[way] = float(cost_s[edge]) * (1.0 - share_from_tail(network, edge, origin.along_m))
        edge = int(network.street_edge[way, destination.street])
        if edge >= 0 and np.isfinite(cost_s[edge]):
            stop[way] = edge
            stop_cost[way] = float(cost_s[edge]) * share_from_tail(network, edge, destination.along_m)
    return Ends(start, start_cost, stop, stop_cost, destination.lat_deg, destination.lon_deg)


def _direct(network: Network, cost_s: NDArray[np.float32], origin: Snap, destination: Snap) -> tuple[int, float]:
    """Edge and cost of staying on one street, (-1, inf) where that is not possible."""
    best, best_cost = -1, np.inf
    if origin.street != destination.street:
        return best, best_cost
    for edge in network.street_edge[:, origin.street]:
        if edge < 0 or not np.isfinite(cost_s[edge]):
            continue
        ahead = share_from_tail(network, edge, destination.along_m) - share_from_tail(network, edge, origin.along_m)
        if ahead >= 0 and ahead * float(cost_s[edge]) < best_cost:
            best, best_cost = int(edge), ahead * float(cost_s[edge])
    return best, best_cost


def least_cost_per_rad(network: Network, cost_s: NDArray[np.float32]) -> float:
    """A lower bound of the objective per radian of great circle, over all edges that are open."""
    return least_ratio(cost_s, network.length_m) * EARTH_RADIUS_M * _BOUND_SLACK


def cut_path(network: Network, edges: NDArray[np.int32], origin: Snap, destination: Snap) -> Path:
    """Where a path enters and leaves each of its edges.

    First and last parts without length are dropped: who starts at a junction starts on the street taken from it.
    """
    along = network.is_forward[edges].astype(bool)
    length_m = network.length_m[edges].astype(np.float64)
    begin_m, end_m = np.where(along, 0.0, length_m), np.where(along, length_m, 0.0)
    if network.street[edges[0]] == origin.street:
        begin_m[0] = min(origin.along_m, length_m[0])
    if network.street[edges[-1]] == destination.street:
        end_m[-1] = min(destination.along_m, length_m[-1])
    travelled_m = np.abs(end_m - begin_m)
    keep = np.ones(len(edges), dtype=bool)
    if len(edges) > 1:
        keep[0], keep[-1] = travelled_m[0] > 0.01, travelled_m[-1] > 0.01
        keep[0] |= not keep.any()
    share = np.divide(travelled_m, length_m, out=np.zeros_like(length_m), where=length_m > 0)
    return Path(edges[keep], begin_m[keep], end_m[keep], share[keep])


def find_path(network: Network, metric: Metric, origin: Snap, destination: Snap) -> Path | None:
    """Cheapest path, or None when no open way leads there.

    Both directions of the streets at either end are tried, and staying on one street where both points share it.
    """
    edge, limit = _direct(network, metric.cost_s, origin, destination)
    bound = least_cost_per_rad(network, metric.cost_s)
    rules = Rules(metric.u_turn_s, int(metric.obeys_turns), bound)
    ends = _ends(network, metric.cost_s, origin, destination)
    edges, _, _ = search_edges(topology_of(network), metric.cost_s, ends, rules, limit)
    if not len(edges):
        if edge < 0:
            return None
        edges = np.array([edge], dtype=np.int32)
    return cut_path(network, edges, origin, destination)


def path_cost(network: Network, metric: Metric, path: Path) -> float:
    """Objective of a path, turning back included; inf where it uses a barred edge or a forbidden turn."""
    total = float((metric.cost_s[path.edges].astype(np.float64) * path.share).sum())
    for edge, following in zip(path.edges[:-1], path.edges[1:], strict=True):
        if network.street[edge] == network.street[following] and edge != following:
            total += metric.u_turn_s
        if metric.obeys_turns and is_forbidden(network.turn_from, network.turn_to, edge, following):
            return np.inf
    return total
