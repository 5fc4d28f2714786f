"""The streets of a network on a plane, as one profile may use them: made once, used for every track."""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import is_bound_by_turns
from risk_core.kernels.match_near import NearTable, Segments, StreetPlane, list_near
from risk_core.kernels.network import segment_arcs_rad
from risk_core.state.grid import Grid
from risk_core.state.network import Network
from risk_core.state.profile import Profile, profile_position
from risk_core.state.rows import first_of
from risk_core.units import EARTH_RADIUS_M, M_PER_DEG_LAT

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

MARGIN_M: Final = 1000.0
"""Pings so far beyond the last streets still belong to the area: off the road."""

NEAR_BOUND_M: Final = 400.0
"""Ways between nodes up to this long are listed beforehand, metres; enough for pings every 10 s in a city."""


@dataclass(frozen=True, slots=True, eq=False)
class MatchStreets:
    """Streets ready for matching.

    Attributes
    ----------
    network
        Where they come from.
    profile
        Who may use them.
    plane
        As the kernels take them.
    lat_mid_deg
        Latitude at which a metre east on the plane is a metre.
    around
        Box of the streets and `MARGIN_M` round it: pings elsewhere are outside the area.
    """

    network: Network
    profile: Profile
    plane: StreetPlane
    lat_mid_deg: float
    around: Grid

    @property
    def n_search(self) -> int:
        """Number of search nodes."""
        return len(self.plane.first_move) - 1

    @property
    def n_move(self) -> int:
        """Number of moves between them."""
        return len(self.plane.move_edge)

    def to_plane(self, lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats, Floats]:
        """Metres east and north on the plane, and local metres per metre east of it."""
        cos_mid = math.cos(math.radians(self.lat_mid_deg))
        east_m = np.asarray(lon_deg * (M_PER_DEG_LAT * cos_mid), dtype=np.float64)
        stretch = np.cos(np.radians(lat_deg)) / cos_mid
        return east_m, np.asarray(lat_deg * M_PER_DEG_LAT, dtype=np.float64), np.asarray(stretch, dtype=np.float64)

    def to_degrees(self, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude of places on the plane, degrees."""
        cos_mid = math.cos(math.radians(self.lat_mid_deg))
        return np.asarray(north_m / M_PER_DEG_LAT), np.asarray(east_m / (M_PER_DEG_LAT * cos_mid))


def street_plane(network: Network, profile: Profile, is_closed: NDArray[np.bool_] | None = None) -> MatchStreets:
    """Lay the streets out for matching the pings of one kind of traveller.

    Parameters
    ----------
    network
        The streets.
    profile
        Edges it may not use are never matched. Forbidden turns bind vehicles only: no way between two pings takes one,
        so a driver who did take one shows as a longer way or as a break.
    is_closed
        Edges nobody can be on, shape=(n_edge,).

    Returns
    -------
    MatchStreets
        Kept in memory, about 100 bytes a segment and 8 for each pair of nodes within `NEAR_BOUND_M`.
    """
    grid = network.index_grid
    south, north = grid.bounds[1], grid.bounds[3]
    lat_mid = 0.5 * (south + north)
    m_per_deg_lon = M_PER_DEG_LAT * math.cos(math.radians(lat_mid))
    arc = segment_arcs_rad(network.street_first_point, network.point_lat_deg, network.point_lon_deg)
    piece_m = arc * EARTH_RADIUS_M
    before_m = np.concatenate([[0.0], np.cumsum(piece_m)[:-1]])
    along_m = before_m - before_m[network.street_first_point[network.point_street]]
    is_open = network.speed_m_per_s[profile_position(profile)] > 0
    if is_closed is not None:
        is_open = is_open & ~is_closed
    usable = np.where((network.street_edge >= 0) & is_open[network.street_edge], network.street_edge, -1)
    point = network.index_point
    east_m, north_m = network.point_lon_deg * m_per_deg_lon, network.point_lat_deg * M_PER_DEG_LAT
    reverse = np.where(network.is_forward == 1, network.street_edge[1, network.street], -1)
    reverse = np.where(network.is_forward == 0, network.street_edge[0, network.street], reverse)
    moves = _search_moves(network, is_open, is_bound_by_turns(profile))
    near = list_near(moves.first, moves.reaches, moves.length_m, NEAR_BOUND_M)
    line = (east_m[point], north_m[point], east_m[point + 1], north_m[point + 1], along_m[point], piece_m[point])
    segments = Segments(
        first=network.index_first,
        street=network.point_street[point],
        line=np.ascontiguousarray(np.stack(line, axis=1), dtype=np.float64),
        north_max_m=grid.lat_max_deg * M_PER_DEG_LAT,
        east_min_m=grid.lon_min_deg * m_per_deg_lon,
        bucket_north_m=grid.d_lat_deg * M_PER_DEG_LAT,
        bucket_east_m=grid.d_lon_deg * m_per_deg_lon,
        n_row=grid.n_row,
        n_col=grid.n_col,
    )
    plane = StreetPlane(
        segments=segments,
        street_edge=np.ascontiguousarray(usable, dtype=np.int32),
        tail=network.tail,
        head=network.head,
        length_m=network.length_m.astype(np.float64),
        reverse=np.ascontiguousarray(reverse, dtype=np.int32),
        leaves=moves.leaves,
        first_arrival=moves.first_arrival,
        arrival=moves.arrival,
        node_east_m=network.node_lon_deg[moves.node] * m_per_deg_lon,
        node_north_m=network.node_lat_deg[moves.node] * M_PER_DEG_LAT,
        first_move=moves.first,
        move_edge=moves.edge,
        move_head=moves.reaches,
        move_m=moves.length_m,
        near=NearTable(NEAR_BOUND_M, *near),
    )
    return MatchStreets(network, profile, plane, lat_mid, _around(grid))


class _SearchMoves(NamedTuple):
    """Search nodes and the moves between them, as `StreetPlane` explains them; `node` is where each stands."""

    node: Ints
    leaves: Ints
    first_arrival: Ints
    arrival: Ints
    first: Ints
    edge: Ints
    reaches: Ints
    length_m: Floats


def _search_moves(network: Network, is_open: NDArray[np.bool_], obeys_turns: bool) -> _SearchMoves:
    """Moves over the open edges; an edge that forbids a turn at its end has a search node of its own there."""
    bound = np.unique(network.turn_from) if obeys_turns else np.zeros(0, dtype=np.int32)
    bound = bound[is_open[bound]]
    leaves = network.head.copy()
    leaves[bound] = network.n_node + np.arange(len(bound), dtype=np.int32)
    by_node = np.argsort(network.head[bound], kind="stable")
    node = np.concatenate([np.arange(network.n_node, dtype=np.int32), network.head[bound]])
    n_out = np.diff(network.first_out)[node]
    tail = np.repeat(np.arange(len(node), dtype=np.int32), n_out)
    step = np.arange(len(tail)) - np.repeat(np.cumsum(n_out) - n_out, n_out)
    edge = (network.first_out[node[tail]] + step).astype(np.int32)
    keep = is_open[edge]
    if len(bound):
        came = np.concatenate([np.full(network.n_node, -1), bound])[tail]
        forbidden = network.turn_from.astype(np.int64) * network.n_edge + network.turn_to
        keep &= ~np.isin(came * np.int64(network.n_edge) + edge, forbidden)
    tail, edge = tail[keep], edge[keep]
    return _SearchMoves(
        node=node,
        leaves=leaves,
        first_arrival=first_of(np.sort(network.head[bound]), network.n_node),
        arrival=leaves[bound][by_node],
        first=first_of(tail, len(node)),
        edge=edge,
        reaches=leaves[edge],
        length_m=network.length_m[edge].astype(np.float64),
    )


def _around(grid: Grid) -> Grid:
    west, south, east, north = grid.bounds
    d_lat = MARGIN_M / M_PER_DEG_LAT
    d_lon = d_lat / math.cos(math.radians(0.5 * (south + north)))
    return Grid.from_bounds(west - d_lon, south - d_lat, east + d_lon, north + d_lat, MARGIN_M)
