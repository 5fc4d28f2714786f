"""Tracks with a known truth: trips over the streets of an area, pings with noise."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from risk_core.movement.match_plane import MatchStreets
from risk_core.movement.match_track import place_on
from risk_core.state.profile import profile_position
from risk_core.units import M_PER_DEG_LAT


class SimulatedTrack(NamedTuple):
    """Edges travelled, and by ping: seconds, noisy position, true edge and true metres along it."""

    route: NDArray[np.int32]
    time_s: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    edge: NDArray[np.int32]
    along_m: NDArray[np.float64]


def simulate_routes(streets: MatchStreets, n: int, seed: int, least_m: float = 1500.0) -> list[NDArray[np.int32]]:
    """Ways of least cost between random nodes, where everybody weighs each edge by 0.7 to 1.6 in his own way."""
    network, rng = streets.network, np.random.default_rng(seed)
    at = profile_position(streets.profile)
    is_open = (network.speed_m_per_s[at] > 0) & (network.tail != network.head)
    usable = np.flatnonzero((network.snap_mask >> at) & 1)
    routes: list[NDArray[np.int32]] = []
    while len(routes) < n:
        weight = network.length_m / np.maximum(network.speed_m_per_s[at], 0.1) * rng.uniform(0.7, 1.6, network.n_edge)
        order = np.flatnonzero(is_open)[np.argsort(-weight[is_open], kind="stable")]
        best = {(int(network.tail[e]), int(network.head[e])): int(e) for e in order}
        pair, edge = np.array(list(best)), np.array(list(best.values()))
        graph = csr_array((weight[edge], (pair[:, 0], pair[:, 1])), shape=(network.n_node, network.n_node))
        source, target = (int(network.tail[rng.choice(usable)]) for _ in range(2))
        before = dijkstra(graph, indices=source, return_predecessors=True)[1]
        route, node = [], target
        while before[node] >= 0:
            route.append(best[int(before[node]), node])
            node = int(before[node])
        found = np.array(route[::-1], dtype=np.int32)
        if node == source and network.length_m[found].sum() >= least_m:
            routes.append(found)
    return routes


def simulate_track(
    streets: MatchStreets, route: NDArray[np.int32], gap_s: float, noise_m: float, seed: int, pace: float | None = None
) -> SimulatedTrack:
    """Pings every `gap_s` seconds with normal noise of `noise_m` by axis; speed is `pace` times the free speed."""
    network, rng = streets.network, np.random.default_rng(seed)
    pace = pace or float(rng.uniform(0.5, 0.95))
    speed = network.speed_m_per_s[profile_position(streets.profile)][route] * pace * rng.uniform(0.8, 1.2, len(route))
    end_s = np.cumsum(network.length_m[route] / speed)
    time_s = np.arange(float(rng.uniform(0, min(gap_s, 5.0))), end_s[-1], gap_s)
    at = np.minimum(np.searchsorted(end_s, time_s, side="right"), len(route) - 1)
    edge = route[at]
    whole_m = network.length_m[edge].astype(np.float64)
    along_m = np.clip(whole_m - (end_s[at] - time_s) * speed[at], 0.0, whole_m)
    lat, lon = np.empty(len(edge)), np.empty(len(edge))
    place_on(streets, edge, along_m, lat, lon)
    noise = rng.normal(0.0, noise_m, (2, len(edge))) / M_PER_DEG_LAT
    lon += noise[1] / np.cos(np.radians(lat))
    lat += noise[0]
    return SimulatedTrack(route, time_s, lat, lon, edge, along_m)
