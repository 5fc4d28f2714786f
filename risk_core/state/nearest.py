"""The place on a street nearest to a point."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.network import SegmentIndex, nearest_segment, segment_arcs_rad
from risk_core.state.network import Network
from risk_core.units import EARTH_RADIUS_M, M_PER_DEG_LAT


class OnStreet(NamedTuple):
    """A place on a street: metres from its first point, position in degrees, and metres from the point asked for."""

    street: int
    along_m: float
    lat_deg: float
    lon_deg: float
    distance_m: float


def segment_index(network: Network) -> SegmentIndex:
    """The network's segments as the kernels take them."""
    grid = network.index_grid
    return SegmentIndex(
        network.point_lat_deg,
        network.point_lon_deg,
        network.point_street,
        network.index_first,
        network.index_point,
        grid.lat_max_deg,
        grid.lon_min_deg,
        grid.d_lat_deg,
        grid.d_lon_deg,
        grid.n_row,
        grid.n_col,
    )


def street_length_m(network: Network, street: int, n_point: int | None = None) -> float:
    """Metres along a street's points, or along its first `n_point` points."""
    first, end = int(network.street_first_point[street]), int(network.street_first_point[street + 1])
    if n_point is not None:
        end = min(end, first + n_point)
    part = np.array([0, end - first], dtype=np.int32)
    arcs = segment_arcs_rad(part, network.point_lat_deg[first:end], network.point_lon_deg[first:end])
    return float(arcs.sum()) * EARTH_RADIUS_M


def find_nearest(
    network: Network, lat_deg: float, lon_deg: float, is_usable: NDArray[np.uint8], max_m: float
) -> OnStreet | None:
    """Nearest place on the usable streets, or None when none lies within `max_m`.

    Parameters
    ----------
    network
        The streets.
    lat_deg, lon_deg
        The point, degrees.
    is_usable
        1 for each street that may be found, shape=(n_street,).
    max_m
        Farthest distance, metres.
    """
    m_per_deg_lon = M_PER_DEG_LAT * math.cos(math.radians(lat_deg))
    index = segment_index(network)
    found = nearest_segment(index, is_usable, lat_deg, lon_deg, M_PER_DEG_LAT, m_per_deg_lon, max_m)
    point, share, distance_m = int(found[0]), float(found[1]), float(found[2])
    if point < 0:
        return None
    street = int(network.point_street[point])
    n_before = point - int(network.street_first_point[street]) + 1
    before_m = street_length_m(network, street, n_before)
    along_m = before_m + share * (street_length_m(network, street, n_before + 1) - before_m)
    lat, lon = network.point_lat_deg, network.point_lon_deg
    return OnStreet(
        street,
        along_m,
        float(lat[point] + share * (lat[point + 1] - lat[point])),
        float(lon[point] + share * (lon[point + 1] - lon[point])),
        distance_m,
    )
