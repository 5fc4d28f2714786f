"""Invented ground for drills on samples that have no terrain, water or shelters: always shown as 연습 / drill.

Nothing here is true of the place. The land rises from the west, where the sea is taken to be; a stream and two dry
valleys run down to it; the stream crosses the most densely meshed part of the town.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d
from scipy.spatial import cKDTree

from risk_core.state.area import Place, PlaceKind, Scenery
from risk_core.state.grid import Grid
from risk_core.state.network import Network
from risk_core.state.profile import Profile, RoadClass, profile_position
from risk_core.units import M_PER_DEG_LAT

LOW_STREET_M: Final = 80.0
"""Streets nearer than this to the stream flood early, metres; less in a small area."""

UNDERPASS_REACH_M: Final = 300.0
"""Underpasses are invented on main streets nearer than this to the stream, metres."""

N_UNDERPASS: Final = (8, 16)
"""Fewest (side streets help out) and most underpasses."""

N_SHELTER: Final = 12

NEAR_M: Final = 1500.0
"""How far from the wished place the centre may lie, metres."""

_SLOPE: Final = 0.012
_BANK_M: Final = 12.0
_VALLEY_M: Final = 300.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """A plane in metres over the grid: street middles, street metres per cell, and the town's centre."""

    grid: Grid
    scale: Floats
    cell_xy: Floats
    street_xy: Floats
    density: Floats
    centre_xy: Floats
    reach_m: float


def make_scenery(network: Network, grid: Grid, seed: int, near_deg: tuple[float, float] | None = None) -> Scenery:
    """Invent terrain, a stream, underpasses, low streets and shelters.

    Parameters
    ----------
    network
        Streets of the area.
    grid
        Its raster.
    seed
        Equal seeds on equal streets give equal scenery.
    near_deg
        (lat, lon) of the part of town the stream is to cross: the densest streets within `NEAR_M` of it. Without it
        the densest of all.

    Returns
    -------
    Scenery
        Positions refer to the streets of `network`.
    """
    rng = np.random.default_rng(seed)
    ground = _survey(network, grid, near_deg)
    stream = _stream_xy(ground, rng)
    elevation = _terrain(ground, stream, rng)
    point_m = _to_xy(ground, network.point_lat_deg, network.point_lon_deg)
    distance_m, _ = cKDTree(stream).query(point_m)
    street_distance_m = np.minimum.reduceat(distance_m, network.street_first_point[:-1])
    road_class = _street_class(network)
    lat_deg, lon_deg = _to_lat_lon(ground, stream)
    return Scenery(
        elevation_m=elevation.astype(np.float32),
        stream_lat_deg=lat_deg,
        stream_lon_deg=lon_deg,
        underpass_street=_underpasses(ground, road_class, street_distance_m),
        low_street=np.flatnonzero(street_distance_m < min(LOW_STREET_M, 0.1 * ground.reach_m)).astype(np.int32),
        shelters=_shelters(ground, network, elevation, stream, rng),
    )


def _survey(network: Network, grid: Grid, near_deg: tuple[float, float] | None) -> _Ground:
    scale = np.array([M_PER_DEG_LAT * np.cos(np.radians(float(grid.row_lat_deg.mean()))), M_PER_DEG_LAT])
    lon, lat = np.meshgrid(grid.col_lon_deg - grid.lon_min_deg, grid.row_lat_deg - grid.lat_max_deg)
    cell_xy = np.stack([lon, lat], axis=-1) * scale
    metres = np.bincount(network.street_cell, weights=network.street_cell_length_m, minlength=grid.n_cell)
    density = gaussian_filter(metres.reshape(grid.n_row, grid.n_col), 400.0 / grid.cell_m, mode="constant")
    middle = (network.street_first_point[:-1] + network.street_first_point[1:] - 1) // 2
    corner = np.array([grid.lon_min_deg, grid.lat_max_deg])
    street_xy = (np.column_stack([network.point_lon_deg[middle], network.point_lat_deg[middle]]) - corner) * scale
    is_near = np.ones(density.shape, dtype=bool)
    if near_deg is not None:
        is_near = np.hypot(*np.moveaxis(cell_xy - (np.array(near_deg[::-1]) - corner) * scale, -1, 0)) < NEAR_M
    centre_xy = cell_xy.reshape(-1, 2)[int(np.where(is_near, density, -1.0).argmax())]
    reach_m = min(4000.0, 0.45 * grid.n_col * grid.cell_m, 0.45 * grid.n_row * grid.cell_m)
    return _Ground(grid, scale, cell_xy, street_xy, density, centre_xy, reach_m)


def _to_xy(ground: _Ground, lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Metres east and north of the grid's north-west corner, shape=(n, 2)."""
    return np.column_stack([lon_deg - ground.grid.lon_min_deg, lat_deg - ground.grid.lat_max_deg]) * ground.scale


def _to_lat_lon(ground: _Ground, xy: Floats) -> tuple[Floats, Floats]:
    lon_lat = xy / ground.scale
    return ground.grid.lat_max_deg + lon_lat[:, 1], ground.grid.lon_min_deg + lon_lat[:, 0]


def _stream_xy(ground: _Ground, rng: np.random.Generator) -> Floats:
    """Points 25 m apart from the hills in the east through the centre to the sea in the west."""
    west = _coast_x(ground)[_row_of(ground, ground.centre_xy[1])]
    start = min(ground.centre_xy[0] + ground.reach_m, ground.grid.n_col * ground.grid.cell_m - ground.grid.cell_m)
    end = max(min(west, ground.centre_xy[0] - 0.2 * ground.reach_m), ground.grid.cell_m)
    x = np.arange(start, end, -25.0)
    bend_m = 0.06 * ground.reach_m
    phase = rng.uniform(0, 2 * np.pi, 2)
    along = (x - ground.centre_xy[0]) / ground.reach_m
    sway = bend_m * (np.sin(5.0 * along + phase[0]) + 0.4 * np.sin(13.0 * along + phase[1]))
    at_centre = bend_m * (np.sin(phase[0]) + 0.4 * np.sin(phase[1]))
    return np.column_stack([x, ground.centre_xy[1] + sway - at_centre])


def _row_of(ground: _Ground, y: float) -> int:
    return int(np.clip(-y / ground.grid.cell_m, 0, ground.grid.n_row - 1))


def _coast_x(ground: _Ground) -> Floats:
    """Where the sea is taken to begin in each row: the westernmost streets of the rows around, smoothed."""
    is_built = ground.density > 0.05 * ground.density.max()
    first = np.where(is_built.any(axis=1), is_built.argmax(axis=1), -1).astype(np.float64)
    known = np.flatnonzero(first >= 0)
    column = np.interp(np.arange(ground.grid.n_row), known, first[known])
    return gaussian_filter1d(column, 600.0 / ground.grid.cell_m, mode="nearest") * ground.grid.cell_m


def _terrain(ground: _Ground, stream: Floats, rng: np.random.Generator) -> Floats:
    """Heights, shape=(n_row, n_col), metres: never rising along the stream on its way down."""
    base = _slope(ground, rng)
    bed = np.minimum.accumulate(_at(ground, base, stream)) - 2.0 - np.linspace(0.0, 1.0, len(stream))
    distance_m, nearest = cKDTree(stream).query(ground.cell_xy.reshape(-1, 2))
    share = np.exp(-((distance_m / _VALLEY_M) ** 2)).reshape(base.shape)
    for side in (-1.0, 1.0):
        offset = np.array([0.0, side * 0.55 * ground.reach_m])
        away_m, _ = cKDTree(stream + offset).query(ground.cell_xy.reshape(-1, 2))
        base = base - 0.6 * _BANK_M * np.exp(-((away_m / _VALLEY_M) ** 2)).reshape(base.shape)
    near_m = ground.grid.cell_m
    share = np.where(distance_m.reshape(base.shape) < near_m, 1.0, share)
    return np.maximum(share * bed[nearest].reshape(base.shape) + (1 - share) * (base + _BANK_M), -5.0)


def _slope(ground: _Ground, rng: np.random.Generator) -> Floats:
    """Land that rises from the coast, steeper inland, with gentle hills."""
    inland_m = ground.cell_xy[..., 0] - _coast_x(ground)[:, None]
    height = 4.0 + _SLOPE * inland_m + 0.02 * np.maximum(inland_m - 4000.0, 0.0)
    hills = gaussian_filter(rng.standard_normal(height.shape), 500.0 / ground.grid.cell_m, mode="nearest")
    return height + 4.0 * hills / max(float(hills.std()), 1e-9)


def _at(ground: _Ground, field: Floats, xy: Floats) -> Floats:
    """Values of the cells that hold the points."""
    column = np.clip(xy[:, 0] / ground.grid.cell_m, 0, ground.grid.n_col - 1).astype(np.int64)
    row = np.clip(-xy[:, 1] / ground.grid.cell_m, 0, ground.grid.n_row - 1).astype(np.int64)
    return np.asarray(field[row, column], dtype=np.float64)


def _street_class(network: Network) -> NDArray[np.uint8]:
    """Road class of each street, shape=(n_street,)."""
    road_class = np.full(network.n_street, RoadClass.FERRY, dtype=np.uint8)
    road_class[network.street] = network.road_class
    return road_class


def _underpasses(ground: _Ground, road_class: NDArray[np.uint8], distance_m: Floats) -> NDArray[np.int32]:
    """Main streets near the stream, spread out; side streets only where main streets are too few."""
    fewest, most = N_UNDERPASS
    reach_m = min(UNDERPASS_REACH_M, 0.2 * ground.reach_m)
    rank = np.select(
        [(road_class > 0) & (road_class <= RoadClass.SECONDARY), road_class == RoadClass.TERTIARY], [0, 1], 2
    )
    picked: list[int] = []
    for street in np.lexsort((distance_m, rank)):
        if len(picked) >= (most if rank[street] == 0 else fewest):
            break
        gaps_m = [float(np.hypot(*(ground.street_xy[street] - ground.street_xy[other]))) for other in picked]
        if distance_m[street] <= reach_m and road_class[street] <= RoadClass.MINOR and min(gaps_m, default=1e9) > 120.0:
            picked.append(int(street))
    return np.array(sorted(picked), dtype=np.int32)


def _shelters(
    ground: _Ground, network: Network, elevation: Floats, stream: Floats, rng: np.random.Generator
) -> tuple[Place, ...]:
    """Place shelters at walkers' junctions that lie higher than most, away from the stream, where streets are dense."""
    bit = 1 << profile_position(Profile.WALK)
    node = np.unique(network.tail[(network.snap_mask & bit) > 0])
    xy = _to_xy(ground, network.node_lat_deg[node], network.node_lon_deg[node])
    from_stream_m, _ = cKDTree(stream).query(xy)
    from_centre_m = np.hypot(*(xy - ground.centre_xy).T)
    is_near = from_centre_m < ground.reach_m
    height, density = _at(ground, elevation, xy), _at(ground, ground.density, xy)
    is_high = height > np.median(height[is_near]) if is_near.any() else np.ones(len(node), dtype=bool)
    score = density * (is_high + 0.2) * (from_stream_m > 0.1 * ground.reach_m) * is_near
    picked: list[int] = []
    for candidate in np.argsort(-score, kind="stable"):
        if len(picked) == N_SHELTER or score[candidate] <= 0:
            break
        gaps_m = [float(np.hypot(*(xy[candidate] - xy[other]))) for other in picked]
        if min(gaps_m, default=np.inf) > 0.18 * ground.reach_m:
            picked.append(int(candidate))
    capacity = rng.integers(4, 26, len(picked)) * 50
    return tuple(
        Place(
            place_id=f"drill-shelter-{i}",
            kind=PlaceKind.SHELTER,
            name=f"연습 대피소 {i} · Drill shelter {i}",
            lat_deg=float(network.node_lat_deg[node[at]]),
            lon_deg=float(network.node_lon_deg[node[at]]),
            capacity_persons=float(capacity[i - 1]),
            detail="drill",
        )
        for i, at in enumerate(picked, start=1)
    )
