"""The streets of a network on a plane, as one profile may use them: made once, used for every track."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.match_near import StreetPlane, list_near
from risk_core.kernels.network import segment_arcs_rad
from risk_core.state.grid import Grid
from risk_core.state.network import Network
from risk_core.state.profile import Profile, profile_position
from risk_core.state.rows import first_of
from risk_core.units import EARTH_RADIUS_M, M_PER_DEG_LAT

Floats = NDArray[np.float64]

MARGIN_M: Final = 1000.0
"""Pings so far beyond the last streets still belong to the area: off the road."""

NEAR_BOUND_M: Final = 300.0
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
        The streets. Forbidden turns are not looked at: a person may have taken one.
    profile
        Edges it may not use are never matched.
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
    reverse = np.where(network.is_forward == 1, network.street_edge[1, network.street], -1)
    reverse = np.where(network.is_forward == 0, network.street_edge[0, network.street], reverse)
    move = np.flatnonzero(is_open).astype(np.int32)
    first_move, move_m = first_of(network.tail[move], network.n_node), network.length_m[move].astype(np.float64)
    near_first, near_node, near_m = list_near(first_move, network.head[move], move_m, NEAR_BOUND_M)
    plane = StreetPlane(
        first=network.index_first,
        street=network.point_street[point],
        east_a=network.point_lon_deg[point] * m_per_deg_lon,
        north_a=network.point_lat_deg[point] * M_PER_DEG_LAT,
        east_b=network.point_lon_deg[point + 1] * m_per_deg_lon,
        north_b=network.point_lat_deg[point + 1] * M_PER_DEG_LAT,
        along_m=along_m[point],
        piece_m=piece_m[point],
        north_max_m=grid.lat_max_deg * M_PER_DEG_LAT,
        east_min_m=grid.lon_min_deg * m_per_deg_lon,
        bucket_north_m=grid.d_lat_deg * M_PER_DEG_LAT,
        bucket_east_m=grid.d_lon_deg * m_per_deg_lon,
        n_row=grid.n_row,
        n_col=grid.n_col,
        street_edge=np.ascontiguousarray(usable, dtype=np.int32),
        tail=network.tail,
        head=network.head,
        length_m=network.length_m.astype(np.float64),
        reverse=np.ascontiguousarray(reverse, dtype=np.int32),
        node_east_m=network.node_lon_deg * m_per_deg_lon,
        node_north_m=network.node_lat_deg * M_PER_DEG_LAT,
        first_move=first_move,
        move_edge=move,
        move_head=network.head[move],
        move_m=move_m,
        near_bound_m=NEAR_BOUND_M,
        near_first=near_first,
        near_node=near_node,
        near_m=near_m,
    )
    return MatchStreets(network, profile, plane, lat_mid, _around(grid))


def _around(grid: Grid) -> Grid:
    west, south, east, north = grid.bounds
    d_lat = MARGIN_M / M_PER_DEG_LAT
    d_lon = d_lat / math.cos(math.radians(0.5 * (south + north)))
    return Grid.from_bounds(west - d_lon, south - d_lat, east + d_lon, north + d_lat, MARGIN_M)
