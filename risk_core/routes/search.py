"""The query: one metric, two places on streets, the cheapest path between them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import Metric
from risk_core.kernels.routes import Ends, Rules, Topology, is_forbidden, least_ratio, search_edges
from risk_core.state.network import Network
from risk_core.state.route import Snap
from risk_core.units import EARTH_RADIUS_M

_BOUND_SLACK: Final = 0.999
"""Keeps the bound below the true cost in spite of single-precision lengths and points cut into segments."""


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


def _ends(network: Network, cost_s: NDArray[np.float32], origin: Snap, destination: Snap) -> Ends:
    """Edges at both ends with the cost of the part that is travelled; barred ones are left out."""
    starts = {e: share for e, share in start_shares(network, origin).items() if cost_s[e] < np.inf}
    stops = {e: share for e, share in stop_shares(network, destination).items() if cost_s[e] < np.inf}
    return Ends(
        np.array(list(starts), dtype=np.int32),
        np.array([float(cost_s[edge]) * (1.0 - share) for edge, share in starts.items()], dtype=np.float64),
        np.array(list(stops), dtype=np.int32),
        np.array([float(cost_s[edge]) * share for edge, share in stops.items()], dtype=np.float64),
        destination.lat_deg,
        destination.lon_deg,
    )


def _direct(network: Network, cost_s: NDArray[np.float32], origin: Snap, destination: Snap) -> tuple[int, float]:
    """Edge and cost of a way of one edge, (-1, inf) where there is none."""
    best, best_cost = -1, np.inf
    stops = stop_shares(network, destination)
    for edge, share in start_shares(network, origin).items():
        ahead = stops.get(edge, -1.0) - share
        if ahead >= 0 and ahead * float(cost_s[edge]) < best_cost:
            best, best_cost = edge, ahead * float(cost_s[edge])
    return best, best_cost


def least_cost_per_rad(network: Network, cost_s: NDArray[np.float32]) -> float:
    """A lower bound of the objective per radian of great circle, over all edges that are open."""
    return least_ratio(cost_s, network.length_m) * EARTH_RADIUS_M * _BOUND_SLACK


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


def find_path(network: Network, metric: Metric, origin: Snap, destination: Snap) -> Path | None:
    """Cheapest path, or None when no open way leads there.

    Both directions of the streets at either end are tried, every street of a junction where an end lies at one, and
    staying on one street.
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
