"""Where the streets of an area without heights stand on the exposure index: underpasses and stream-side streets.

Underpasses are streets marked so or as tunnels; a stream is known by a drill's scenery, or by streets that are named
after their stream (in Korea names that end with 천로 or 천변길): a stand-in for its line. Basement shares are not part
of an area's bundle and count as unknown. See `exposure_index` for what the index is, and that it is no depth.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from risk_core.hazards.flood.exposure_index import exposure_index
from risk_core.state.area import Area
from risk_core.state.network import Network
from risk_core.state.profile import EdgeFlag
from risk_core.units import M_PER_DEG_LAT

STREAM_ENDINGS: Final = ("천로", "천변길", "천변로", "천길")
AREAS_KEPT: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class ExposurePlaces:
    """Index of an area.

    Attributes
    ----------
    street_index
        Index of each street's middle, shape=(n_street,), 0..1.
    underpass_m, stream_m
        Points of underpasses and of streams, metres east and north of the area's corner; None where it has none.
    """

    street_index: NDArray[np.float64]
    underpass_m: cKDTree | None
    stream_m: cKDTree | None


@lru_cache(maxsize=AREAS_KEPT)
def exposure_places(area: Area) -> ExposurePlaces | None:
    """Index of an area's streets; None where heights are known, which tell more, and without streets."""
    network = area.network
    if area.elevation_m is not None or network is None:
        return None
    flags = np.zeros(network.n_street, np.uint16)
    flags[network.street] = network.flags
    is_under = (flags & (EdgeFlag.UNDERPASS | EdgeFlag.TUNNEL)) > 0
    by_stream = np.isin(network.street_name, _stream_names(network)) & (network.street_name >= 0)
    under = _tree(_street_points(area, is_under))
    stream = _tree(_street_points(area, by_stream))
    middle = (network.street_first_point[:-1] + network.street_first_point[1:] - 1) // 2
    at = _metres(area, network.point_lat_deg[middle], network.point_lon_deg[middle])
    return ExposurePlaces(_index(at, under, stream), under, stream)


def exposure_at(area: Area, lat_deg: float, lon_deg: float) -> float | None:
    """Index at a place; None where heights are known or nothing is known of the streets.

    Parameters
    ----------
    area
        The area.
    lat_deg, lon_deg
        The place, degrees.
    """
    places = exposure_places(area)
    if places is None:
        return None
    at = _metres(area, np.array([lat_deg]), np.array([lon_deg]))
    return float(_index(at, places.underpass_m, places.stream_m)[0])


def _stream_names(network: Network) -> NDArray[np.int64]:
    return np.array([k for k, name in enumerate(network.names) if name.endswith(STREAM_ENDINGS)], dtype=np.int64)


def _street_points(area: Area, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    network = area.network
    if network is None:
        return np.empty((0, 2))
    owner = np.repeat(np.arange(network.n_street), np.diff(network.street_first_point))
    on = chosen[owner]
    return _metres(area, network.point_lat_deg[: len(owner)][on], network.point_lon_deg[: len(owner)][on])


def _metres(area: Area, lat_deg: NDArray[np.floating], lon_deg: NDArray[np.floating]) -> NDArray[np.float64]:
    _, south_deg, _, north_deg = area.grid.bounds
    across = M_PER_DEG_LAT * math.cos(math.radians((south_deg + north_deg) / 2))
    east = (np.asarray(lon_deg, np.float64) - area.grid.lon_min_deg) * across
    return np.column_stack([east, (np.asarray(lat_deg, np.float64) - area.grid.lat_max_deg) * M_PER_DEG_LAT])


def _tree(points: NDArray[np.float64]) -> cKDTree | None:
    return cKDTree(points) if len(points) else None


def _index(at: NDArray[np.float64], under: cKDTree | None, stream: cKDTree | None) -> NDArray[np.float64]:
    far = np.full(len(at), np.inf)
    near = [far if tree is None else np.asarray(tree.query(at)[0], np.float64) for tree in (under, stream)]
    return exposure_index(near[0], near[1], np.full(len(at), np.nan))
