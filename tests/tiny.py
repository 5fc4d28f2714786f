"""A tiny area for tests: a lattice of streets with one of everything, small enough to check by hand.

Junctions stand on a 6 x 6 lattice, 100 m apart, named row by row from the south-west (node = row * 6 + col).
Streets run along rows ("Row 0" .. "Row 5") and columns ("Col 0" .. "Col 5"). Row 2 is one-way to the east for
vehicles; the street from node 8 to node 14 is a flight of steps; turning for vehicles from Row 1 (7 -> 8) into
Col 2 (8 -> 2) is forbidden; nodes 36 and 37 form an island that no street joins to the rest.
"""

import numpy as np

from risk_core.state.area import Area, District, Place, PlaceKind, Scale
from risk_core.state.grid import Grid
from risk_core.state.network import StreetTable, network_from_streets
from risk_core.state.profile import PROFILES, EdgeFlag, RoadClass
from risk_core.units import M_PER_DEG_LAT

N = 6
SPACING_M = 100.0
SOUTH_DEG = -29.95
WEST_DEG = -71.30
D_LAT_DEG = SPACING_M / M_PER_DEG_LAT
D_LON_DEG = D_LAT_DEG / float(np.cos(np.radians(SOUTH_DEG)))
SPEED_M_PER_S = {"walk": 1.3, "wheelchair": 1.0, "bicycle": 4.0, "car": 10.0, "bus": 10.0, "ambulance": 12.0}


def node_position(node: int) -> tuple[float, float]:
    """(lat, lon) of a lattice node; the island lies 2 km to the east."""
    if node >= N * N:
        return SOUTH_DEG, WEST_DEG + 20 * D_LON_DEG + (node - N * N) * D_LON_DEG
    return SOUTH_DEG + (node // N) * D_LAT_DEG, WEST_DEG + (node % N) * D_LON_DEG


def tiny_streets() -> StreetTable:
    """The lattice as a source would give it."""
    ends, names = [], []
    for row in range(N):
        ends += [(row * N + col, row * N + col + 1) for col in range(N - 1)]
        names += [row] * (N - 1)
    for col in range(N):
        ends += [(row * N + col, (row + 1) * N + col) for row in range(N - 1)]
        names += [N + col] * (N - 1)
    ends.append((N * N, N * N + 1))
    names.append(-1)
    tail = np.array([a for a, _ in ends], dtype=np.int32)
    head = np.array([b for _, b in ends], dtype=np.int32)
    position = np.array([node_position(node) for node in range(N * N + 2)])
    forward = np.repeat(np.array([[SPEED_M_PER_S[p] for p in PROFILES]], dtype=np.float32).T, len(ends), axis=1)
    backward = forward.copy()
    flags = np.zeros(len(ends), dtype=np.uint16)
    road_class = np.full(len(ends), RoadClass.MINOR, dtype=np.uint8)
    one_way = np.array([name == 2 for name in names])
    backward[2:, one_way] = 0.0
    flags[one_way] |= np.uint16(EdgeFlag.ONEWAY)
    steps = ends.index((8, 14))
    forward[1:, steps] = backward[1:, steps] = 0.0
    flags[steps] |= np.uint16(EdgeFlag.STEPS)
    road_class[steps] = RoadClass.STEPS
    point = np.stack([position[tail], position[head]], axis=1)
    return StreetTable(
        node_lat_deg=position[:, 0].copy(),
        node_lon_deg=position[:, 1].copy(),
        tail=tail,
        head=head,
        first_point=np.arange(0, 2 * len(ends) + 1, 2, dtype=np.int32),
        point_lat_deg=point[:, :, 0].ravel(),
        point_lon_deg=point[:, :, 1].ravel(),
        road_class=road_class,
        flags=flags,
        forward_m_per_s=forward,
        backward_m_per_s=backward,
        name=np.array(names, dtype=np.int32),
        names=tuple(f"Row {row}" for row in range(N)) + tuple(f"Col {col}" for col in range(N)),
        turn_from_street=np.array([ends.index((7, 8))], dtype=np.int32),
        turn_via_node=np.array([8], dtype=np.int32),
        turn_to_street=np.array([ends.index((2, 8))], dtype=np.int32),
    )


def tiny_grid(cell_m: float = 50.0) -> Grid:
    """A grid round the lattice with 200 m to spare."""
    north = SOUTH_DEG + (N - 1) * D_LAT_DEG
    east = WEST_DEG + 22 * D_LON_DEG
    return Grid.from_bounds(WEST_DEG - 2 * D_LON_DEG, SOUTH_DEG - 2 * D_LAT_DEG, east, north + 2 * D_LAT_DEG, cell_m)


def tiny_area(area_id: str = "tiny") -> Area:
    """The lattice with two districts (west, east), people and one shelter."""
    grid = tiny_grid()
    middle = WEST_DEG + 2.5 * D_LON_DEG
    district = np.where(grid.col_lon_deg[None, :] < middle, 0, 1).astype(np.int32)
    district = np.repeat(district, grid.n_row, axis=0)
    lat, lon = node_position(21)
    west, east = float((district == 0).sum()), float((district == 1).sum())
    return Area(
        area_id=area_id,
        name_ko="작은 마을",
        name_en="Tiny Town",
        scale=Scale.CITY,
        is_sample=True,
        attribution="Invented for tests",
        content_hash="0" * 64,
        grid=grid,
        population=np.full((grid.n_row, grid.n_col), 5.0, dtype=np.float32),
        district=district,
        districts=(
            District("west", "서구", "West", "Oeste", west * 5.0, lat, middle - 2 * D_LON_DEG),
            District("east", "동구", "East", "Este", east * 5.0, lat, middle + 2 * D_LON_DEG),
        ),
        places=(Place("s1", PlaceKind.SHELTER, "Tiny School", lat, lon, 300.0, "school"),),
        network=network_from_streets(tiny_streets(), grid),
        elevation_m=None,
        scenery=None,
    )
