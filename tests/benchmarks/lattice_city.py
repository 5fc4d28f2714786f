"""An invented city of so many edges, for measurements that the sample areas are too small for.

    python -m tests.benchmarks.lattice_city --home /tmp/lattice [--edges 100000]
    ANSIMGIL_HOME=/tmp/lattice make run AREA=lattice
    python -m tests.benchmarks.bench_pages --only frames --view VIEW    (VIEW as the first command prints it)

Streets stand on a crooked lattice 60 m apart, about as dense as the middle of Seoul; every tenth line is a main street.
"""

import argparse
import math
import sys
from pathlib import Path

import numpy as np

from dashboard.store.bundles import Manifest, write_bundle
from risk_core.state.area import Area, District, Place, PlaceKind, Scale
from risk_core.state.grid import Grid
from risk_core.state.network import StreetTable, network_from_streets
from risk_core.state.profile import PROFILES, RoadClass
from risk_core.units import M_PER_DEG_LAT
from tests.tiny import SPEED_M_PER_S

SPACING_M, JITTER_M, MAIN_EVERY, POINTS = 60.0, 12.0, 10, 3
SOUTH_DEG, WEST_DEG = 35.10, 128.90
M_PER_DEG_LON = M_PER_DEG_LAT * math.cos(math.radians(SOUTH_DEG))


def lattice_streets(n_side: int, seed: int) -> StreetTable:
    """Streets of a crooked lattice of ``n_side * n_side`` crossings, two edges each."""
    rng = np.random.default_rng(seed)
    row, col = np.divmod(np.arange(n_side * n_side), n_side)
    lat = SOUTH_DEG + (row * SPACING_M + rng.normal(0, JITTER_M / 2, row.size)) / M_PER_DEG_LAT
    lon = WEST_DEG + (col * SPACING_M + rng.normal(0, JITTER_M / 2, row.size)) / M_PER_DEG_LON
    east, north = np.flatnonzero(col < n_side - 1), np.flatnonzero(row < n_side - 1)
    tail = np.concatenate((east, north)).astype(np.int32)
    head = np.concatenate((east + 1, north + n_side)).astype(np.int32)
    line = np.concatenate((row[east], n_side + col[north])).astype(np.int32)
    share = np.linspace(0, 1, POINTS)
    bend = np.zeros((tail.size, POINTS))
    bend[:, 1:-1] = rng.normal(0, JITTER_M / 4 / M_PER_DEG_LAT, (tail.size, POINTS - 2))
    is_main = line % MAIN_EVERY == 0
    speed = np.array([SPEED_M_PER_S[p] for p in PROFILES], dtype=np.float32)
    both = np.repeat(speed[:, None], tail.size, axis=1)
    none = np.zeros(0, dtype=np.int32)
    return StreetTable(
        node_lat_deg=lat,
        node_lon_deg=lon,
        tail=tail,
        head=head,
        first_point=np.arange(0, POINTS * tail.size + 1, POINTS, dtype=np.int32),
        point_lat_deg=(lat[tail, None] * (1 - share) + lat[head, None] * share + bend).ravel(),
        point_lon_deg=(lon[tail, None] * (1 - share) + lon[head, None] * share + bend).ravel(),
        road_class=np.where(is_main, RoadClass.PRIMARY, RoadClass.MINOR).astype(np.uint8),
        flags=np.zeros(tail.size, dtype=np.uint16),
        forward_m_per_s=both,
        backward_m_per_s=both.copy(),
        name=line,
        names=tuple(f"Line {k}" for k in range(2 * n_side)),
        turn_from_street=none,
        turn_via_node=none.copy(),
        turn_to_street=none.copy(),
    )


def lattice_area(n_edge: int, seed: int = 7) -> Area:
    """The city: four districts, people everywhere, a shelter in each."""
    n_side = max(math.ceil((1 + math.sqrt(1 + n_edge)) / 2), 2)
    streets = lattice_streets(n_side, seed)
    north, east = float(streets.node_lat_deg.max()), float(streets.node_lon_deg.max())
    grid = Grid.from_bounds(WEST_DEG - 0.003, SOUTH_DEG - 0.003, east + 0.003, north + 0.003, 100.0)
    middle_lat, middle_lon = (SOUTH_DEG + north) / 2, (WEST_DEG + east) / 2
    district = (2 * (grid.row_lat_deg < middle_lat)[:, None] + (grid.col_lon_deg > middle_lon)[None, :]).astype(
        np.int32
    )
    people = np.full((grid.n_row, grid.n_col), 120.0, dtype=np.float32)
    names = (("nw", "북서구"), ("ne", "북동구"), ("sw", "남서구"), ("se", "남동구"))
    spots = [
        (middle_lat + d * (north - SOUTH_DEG) / 4, middle_lon + e * (east - WEST_DEG) / 4)
        for d in (1, -1) for e in (-1, 1)
    ]  # fmt: skip
    return Area(
        area_id="lattice",
        name_ko="격자 도시",
        name_en="Lattice City",
        scale=Scale.CITY,
        is_sample=True,
        attribution="Invented for measurements",
        content_hash="0" * 64,
        grid=grid,
        population=people,
        district=district,
        districts=tuple(
            District(code, ko, code.upper(), code.upper(), float(people[district == k].sum()), *spots[k])
            for k, (code, ko) in enumerate(names)
        ),
        places=tuple(
            Place(f"s{k}", PlaceKind.SHELTER, f"School {k}", lat, lon, 500.0, "school")
            for k, (lat, lon) in enumerate(spots)
        ),
        network=network_from_streets(streets, grid),
        elevation_m=None,
        scenery=None,
    )


def main() -> None:
    """Write the city into a home."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--edges", type=int, default=100_000)
    args = parser.parse_args()
    area = lattice_area(args.edges)
    write_bundle(args.home.resolve(), area, Manifest())
    (a, b), (c, d) = ((p.lat_deg, p.lon_deg) for p in (area.places[0], area.places[3]))
    where = f"/?area={area.area_id}&from={a:.5f},{b:.5f}&to={c:.5f},{d:.5f}"
    sys.stdout.write(f"{area.network.n_edge:,} edges in {args.home}; --view '{where}'\n")


if __name__ == "__main__":
    main()
