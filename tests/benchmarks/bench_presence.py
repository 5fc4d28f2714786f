"""Refresh of the infection tables by the hour, and the chance along one way: CPU time of one thread.

    OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.bench_presence [--repeats 5] [--edges 500000] [--areas 250]

A made-up city: districts as a chessboard over 50,000 cells of 100 m, trips between all districts at every hour, streets
through three cells on average. Nothing is read; the same numbers come out every time.
"""

import argparse
import sys
import time
from types import SimpleNamespace

import numpy as np

from risk_core.hazards.epidemic.hourly import (
    hourly_hazard,
    hourly_people_near,
    path_infection_chance,
    path_infection_draws,
)
from risk_core.hazards.epidemic.presence import gather_people, infectious_present
from risk_core.hazards.epidemic.transmission import near_rate_per_h
from risk_core.state.activity_presets import PRESETS
from risk_core.state.grid import Grid
from risk_core.state.situation import PeoplePresent

WALK = PRESETS["street_walk"].activity
GRID = Grid(37.7, 126.8, 100 / 111_195.08, 100 / 88_000.0, 200, 250, 100.0)
PATH_EDGES = 150
PATH_MIN = 30.0


def made_up(n_area, n_edge, rng):
    """Residents, districts, flows and streets of the city."""
    row, col = np.divmod(np.arange(GRID.n_cell), GRID.n_col)
    side = int(np.ceil(np.sqrt(n_area)))
    district = np.minimum(row * side // GRID.n_row * side + col * side // GRID.n_col, n_area - 1).astype(np.int32)
    residents = rng.gamma(2, 90, GRID.n_cell).astype(np.float32)
    flows = rng.gamma(0.3, 60, (24, n_area, n_area))
    n_street = n_edge // 2
    n_met = rng.integers(1, 6, n_street)
    first = np.concatenate([[0], np.cumsum(n_met)]).astype(np.int32)
    start = np.repeat(rng.integers(0, GRID.n_cell, n_street), n_met)
    cell = np.minimum(start + np.arange(first[-1]) - np.repeat(first[:-1], n_met), GRID.n_cell - 1).astype(np.int32)
    network = SimpleNamespace(
        n_edge=n_edge,
        street=rng.permutation(np.repeat(np.arange(n_street, dtype=np.int32), 2)),
        street_first_cell=first,
        street_cell=cell,
        street_cell_length_m=rng.uniform(5, 60, first[-1]).astype(np.float32),
    )
    return residents, district, flows, network


def counted(residents, district, trips):
    """The city as `gather_people` takes it: people counted in every cell and hour, trips between all districts."""
    shape = (GRID.n_row, GRID.n_col)
    n = trips.shape[1]
    area = SimpleNamespace(population=residents.reshape(shape), district=district.reshape(shape), districts=range(n))
    persons = np.tile(residents, (24, 1))
    return area, PeoplePresent(persons, np.full_like(persons, 0.05), trips, 0.0, 0.0, 5, ("operator",), False)


def nearby_edges(network, rng):
    """Edges of one corner of the city, 3 km wide, as a way on foot would have."""
    row, col = np.divmod(network.street_cell[network.street_first_cell[network.street]], GRID.n_col)
    inside = np.flatnonzero((abs(row - 60) < 15) & (abs(col - 60) < 15))
    return rng.choice(inside, PATH_EDGES).astype(np.int32)


def measure(name, repeats, work):
    """Run once to warm up, then tell the median and the worst milliseconds of the repeats."""
    found = work()
    wall, spent = [], []
    for _ in range(repeats):
        begin, began = time.perf_counter(), time.process_time()
        work()
        wall.append((time.perf_counter() - begin) * 1e3)
        spent.append((time.process_time() - began) * 1e3)
    figures = f"median {np.median(wall):8.2f} ms, worst {max(wall):8.2f} ms, CPU {np.median(spent):8.2f} ms"
    sys.stdout.write(f"{name:36} {figures}\n")
    return found


def main() -> None:
    """Measure each step and the whole."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--edges", type=int, default=500_000)
    parser.add_argument("--areas", type=int, default=250)
    args = parser.parse_args()
    rng = np.random.default_rng(1)
    residents, district, flows, network = made_up(args.areas, args.edges, rng)
    mean = rng.uniform(0.001, 0.02, args.areas)
    bounds = np.stack([mean * 0.5, mean, mean * 1.9])
    draws = np.linspace(0.4, 2.2, 200)[:, None] * mean

    area, people = counted(residents, district, flows)

    def presence_of():
        return gather_people(area, people)

    presence = measure("presence from counts and trips", args.repeats, presence_of)
    near = measure("people near", args.repeats, lambda: hourly_people_near(GRID, presence))
    measure("infectious present, 3 quantiles", args.repeats, lambda: infectious_present(presence, bounds))
    table = measure("hazard of every edge", args.repeats, lambda: hourly_hazard(network, presence, mean, near, WALK))

    def refresh():
        here = presence_of()
        by_hour = hourly_people_near(GRID, here)
        infectious_present(here, bounds)
        hourly_hazard(network, here, mean, by_hour, WALK)

    measure("refresh, all of these", args.repeats, refresh)
    edges = nearby_edges(network, rng)
    stay = np.full(PATH_EDGES, PATH_MIN / PATH_EDGES)
    many = max(args.repeats, 200)
    measure("one way of 150 edges", many, lambda: path_infection_chance(edges, stay, 17.8, table))
    way = (edges, stay, 17.8)
    rate = near_rate_per_h(WALK)
    measure("its 200 draws", many, lambda: path_infection_draws(network, presence, draws, near, rate, way))


if __name__ == "__main__":
    main()
