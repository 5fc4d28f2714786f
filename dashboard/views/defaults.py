"""Where a first visitor stands: two points of the area between which the story is told."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.views.format import metres_between
from risk_core.state.area import Area, PlaceKind, Scale, Scenery
from risk_core.state.network import Network
from risk_core.state.profile import Profile, profile_position
from risk_core.units import M_PER_DEG_LAT

LatLng = tuple[float, float]

HALF_WAY_M: Final = 900.0
"""How far each end lies from the place that floods: a walk of about twenty-five minutes in all."""

ZOOM_CITY: Final = 14
ZOOM_COUNTRY: Final = 7


def default_ends(area: Area) -> tuple[LatLng, LatLng] | None:
    """Give origin and destination on walkable streets, on both sides of the drill's stream where there is one.

    Without a stream the way leads through the most populated place; None without streets.
    """
    if area.network is None:
        return None
    scenery = area.scenery
    if scenery is not None and len(scenery.stream_lat_deg) > 1:
        middle, across = _crossing(area.network, scenery)
    else:
        middle, across = _most_people(area), (0.6, 0.8)
    ends = [_offset(middle, across, side * HALF_WAY_M) for side in (1.0, -1.0)]
    nodes = walkable_nodes(area.network)
    return nearest_node(area.network, nodes, ends[0]), nearest_node(area.network, nodes, ends[1])


def default_place(area: Area) -> LatLng:
    """Give the point spoken of before anyone has chosen one: where most people live."""
    return _most_people(area)


def default_zoom(area: Area) -> int:
    """Zoom that shows a city's streets, or a whole country."""
    return ZOOM_COUNTRY if area.scale is Scale.COUNTRY else ZOOM_CITY


def area_bounds(area: Area) -> tuple[LatLng, LatLng]:
    """South-west and north-east corners, (lat, lng)."""
    west, south, east, north = area.grid.bounds
    return (south, west), (north, east)


def first_view(area: Area, ends: tuple[LatLng, LatLng]) -> LatLng:
    """Centre of the first view: the middle of a country, otherwise between the ends."""
    low, high = area_bounds(area) if area.scale is Scale.COUNTRY else ends
    return (low[0] + high[0]) / 2, (low[1] + high[1]) / 2


def walkable_nodes(network: Network) -> NDArray[np.int32]:
    """Nodes where a walk may start."""
    bit = 1 << profile_position(Profile.WALK)
    return np.unique(network.tail[(network.snap_mask & bit) != 0])


def nearest_node(network: Network, nodes: NDArray[np.int32], at: LatLng) -> LatLng:
    """Position of the nearest of the nodes, or the point itself when there are none."""
    if not len(nodes):
        return at
    lat, lon = network.node_lat_deg[nodes], network.node_lon_deg[nodes]
    squeeze = np.cos(np.radians(at[0]))
    best = int(np.argmin((lat - at[0]) ** 2 + ((lon - at[1]) * squeeze) ** 2))
    return round(float(lat[best]), 6), round(float(lon[best]), 6)


def _crossing(network: Network, scenery: Scenery) -> tuple[LatLng, LatLng]:
    """Give the underpass nearest to the middle of the stream, and the direction across the stream (north, east)."""
    lat, lon = scenery.stream_lat_deg, scenery.stream_lon_deg
    centre = (float(np.mean(lat)), float(np.mean(lon)))
    if len(scenery.underpass_street):
        first = network.street_first_point[scenery.underpass_street]
        under = [(float(network.point_lat_deg[k]), float(network.point_lon_deg[k])) for k in first]
        centre = min(under, key=lambda at: metres_between(*at, *centre))
    squeeze = float(np.cos(np.radians(centre[0])))
    near = int(np.argmin((lat - centre[0]) ** 2 + ((lon - centre[1]) * squeeze) ** 2))
    before, after = max(near - 2, 0), min(near + 2, len(lat) - 1)
    north, east = float(lat[after] - lat[before]), float(lon[after] - lon[before]) * squeeze
    length = float(np.hypot(north, east)) or 1.0
    return centre, (-east / length, north / length)


def _offset(at: LatLng, direction: LatLng, metres: float) -> LatLng:
    north, east = direction
    lat = at[0] + north * metres / M_PER_DEG_LAT
    return lat, at[1] + east * metres / (M_PER_DEG_LAT * float(np.cos(np.radians(at[0]))))


def _most_people(area: Area) -> LatLng:
    """Middle of the most populated stretch of the grid (a window of a tenth of it), else a place, else its middle."""
    people = np.nan_to_num(np.asarray(area.population, dtype=np.float64))
    if people.sum() <= 0:
        known = [place for place in area.places if place.kind is PlaceKind.STATION] or list(area.places)
        if known:
            return known[0].lat_deg, known[0].lon_deg
        (south, west), (north, east) = area_bounds(area)
        return (south + north) / 2, (west + east) / 2
    half = max(1, min(people.shape) // 20)
    total = np.pad(people.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    rows, cols = np.arange(area.grid.n_row), np.arange(area.grid.n_col)
    top, bottom = np.clip(rows - half, 0, None), np.clip(rows + half + 1, None, area.grid.n_row)
    left, right = np.clip(cols - half, 0, None), np.clip(cols + half + 1, None, area.grid.n_col)
    window = (
        total[np.ix_(bottom, right)]
        - total[np.ix_(top, right)]
        - total[np.ix_(bottom, left)]
        + total[np.ix_(top, left)]
    )
    row, col = np.unravel_index(int(np.argmax(window)), window.shape)
    return round(float(area.grid.row_lat_deg[row]), 6), round(float(area.grid.col_lon_deg[col]), 6)
