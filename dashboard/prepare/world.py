"""A lattice of nine junctions with one of every observation: the smallest world that meets every kernel."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.area import Area, District, Place, PlaceKind, Scale
from risk_core.state.grid import Grid
from risk_core.state.network import StreetTable, network_from_streets
from risk_core.state.profile import PROFILES, EdgeFlag, RoadClass
from risk_core.state.situation import (
    Closure,
    ClosureReason,
    DistrictCases,
    GeometryKind,
    RainGauges,
    Shape,
    Situation,
    Track,
    WindStations,
)
from risk_core.units import S_PER_DAY

AREA_ID: Final = "warm"
SOUTH_DEG: Final = 37.5
WEST_DEG: Final = 127.0
STEP_DEG: Final = 0.001
N: Final = 3
NOW_S: Final = 1_660_003_200.0
LEAD_S: Final = (-600, 0, 600)
EAST_DEG: Final = WEST_DEG + (N - 1) * STEP_DEG


def lattice_area() -> Area:
    """Make the lattice with two districts, people, heights and a shelter."""
    west, south, margin = WEST_DEG - STEP_DEG, SOUTH_DEG - STEP_DEG, N * STEP_DEG
    grid = Grid.from_bounds(west, south, WEST_DEG + margin, SOUTH_DEG + margin, 50.0)
    shape = (grid.n_row, grid.n_col)
    district = np.zeros(shape, dtype=np.int32)
    district[:, grid.n_col // 2 :] = 1
    return Area(
        area_id=AREA_ID,
        name_ko="격자",
        name_en="Lattice",
        scale=Scale.CITY,
        is_sample=False,
        attribution="",
        content_hash="",
        grid=grid,
        population=np.full(shape, 10.0, dtype=np.float32),
        district=district,
        districts=tuple(District(name, name, name, name, 500.0, SOUTH_DEG, WEST_DEG) for name in ("west", "east")),
        places=(Place("s", PlaceKind.SHELTER, "Shelter", SOUTH_DEG, WEST_DEG, 100.0),),
        network=network_from_streets(lattice_streets(), grid),
        elevation_m=np.zeros(shape, dtype=np.float32),
        scenery=None,
    )


def lattice_streets() -> StreetTable:
    """Make the lattice's streets, a one-way and a forbidden turn among them."""
    ends = [(row * N + col, row * N + col + 1) for row in range(N) for col in range(N - 1)]
    ends += [(row * N + col, row * N + col + N) for row in range(N - 1) for col in range(N)]
    tail, head = np.array(ends, dtype=np.int32).T.copy()
    node = np.arange(N * N)
    lat, lon = SOUTH_DEG + node // N * STEP_DEG, WEST_DEG + node % N * STEP_DEG
    forward = np.full((len(PROFILES), len(ends)), 2.0, dtype=np.float32)
    backward = forward.copy()
    backward[2:, 0] = 0.0
    flags = np.zeros(len(ends), dtype=np.uint16)
    flags[0] = EdgeFlag.ONEWAY
    flags[1] = EdgeFlag.UNDERPASS
    return StreetTable(
        node_lat_deg=lat,
        node_lon_deg=lon,
        tail=tail,
        head=head,
        first_point=np.arange(0, 2 * len(ends) + 1, 2, dtype=np.int32),
        point_lat_deg=np.stack([lat[tail], lat[head]], axis=1).ravel(),
        point_lon_deg=np.stack([lon[tail], lon[head]], axis=1).ravel(),
        road_class=np.full(len(ends), RoadClass.MINOR, dtype=np.uint8),
        flags=flags,
        forward_m_per_s=forward,
        backward_m_per_s=backward,
        name=np.full(len(ends), -1, dtype=np.int32),
        names=(),
        turn_from_street=np.array([ends.index((3, 4))], dtype=np.int32),
        turn_via_node=np.array([4], dtype=np.int32),
        turn_to_street=np.array([ends.index((4, 7))], dtype=np.int32),
    )


def lattice_situation() -> Situation:
    """Make observations of every hazard, and a closure of every shape."""
    return Situation(
        area_id=AREA_ID,
        now_s=NOW_S,
        lead_s=LEAD_S,
        rain=_rain(),
        wind=_wind(),
        cases=_cases(),
        tracks=(_track(),),
        closures=tuple(_closure(kind) for kind in GeometryKind),
        alerts=(),
        shelters=(),
        sources=(),
        drill=None,
    )


def _ends(first: float, last: float) -> NDArray[np.float64]:
    return np.array([first, last])


def _rain() -> RainGauges:
    time_s = NOW_S - 600.0 * np.arange(12)[::-1]
    return RainGauges(_ends(SOUTH_DEG, SOUTH_DEG), _ends(WEST_DEG, EAST_DEG), time_s, np.full((12, 2), 40.0))


def _wind() -> WindStations:
    return WindStations(
        _ends(SOUTH_DEG, SOUTH_DEG),
        _ends(WEST_DEG, EAST_DEG),
        _ends(NOW_S, NOW_S),
        _ends(15.0, 18.0),
        _ends(20.0, 25.0),
    )


def _cases() -> DistrictCases:
    day_s = (NOW_S // S_PER_DAY - np.arange(21)[::-1]) * S_PER_DAY
    return DistrictCases(day_s, np.full((21, 2), 5.0))


def _track() -> Track:
    time_s = NOW_S + 3600.0 * np.arange(-6, 13, 6)
    n = len(time_s)
    lat, lon = SOUTH_DEG + np.linspace(-1.0, 1.0, n), np.full(n, WEST_DEG + 0.5)
    radius = np.full(n, 150_000.0)
    return Track("warm", "", NOW_S, time_s, lat, lon, np.full(n, 960.0), np.full(n, 35.0), radius, 2 * radius)


def _closure(kind: GeometryKind) -> Closure:
    """Close a street of the upper rows, so that the lowest row stays open."""
    lat, lon = SOUTH_DEG + (N - 1) * STEP_DEG, WEST_DEG + 0.5 * STEP_DEG
    outlines = {
        GeometryKind.POINT: [(lat, lon)],
        GeometryKind.LINE: [(lat, WEST_DEG), (lat, lon)],
        GeometryKind.POLYGON: [(lat - 1e-4, lon), (lat + 1e-4, lon), (lat, lon + 1e-4), (lat - 1e-4, lon)],
    }
    shape = Shape(kind, (np.array(outlines[kind]),))
    return Closure(str(kind), ClosureReason.FLOOD, "", shape, NOW_S - 60.0, NOW_S + 600.0, (), "warm", False)
