"""Typhoon ensemble against the single field it is made of: CPU time of one thread, and members a second.

    OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.bench_typhoon [--repeats 5] [--members 1000] [--hours 46]

The grid is that of the design notes: 33-39 N, 124-131 E at 0.05 degrees (120 x 140 cells). An invented storm passes it
in 46 hours. Nothing is read; the same numbers come out every time.
"""

import argparse
import json
import statistics
import sys
import time

import numpy as np

from risk_core.hazards.typhoon.ensemble import EnsembleOptions, wind_probabilities
from risk_core.hazards.typhoon.field import storm_wind
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.storm import hour_tables, storm_at
from risk_core.kernels.typhoon import wind_field
from risk_core.state.grid import Grid
from risk_core.state.situation import Track

GRID = Grid(39.0, 124.0, 0.05, 0.05, 120, 140, 5000.0)
HOUR_S = 3600.0


def storm(n_hour):
    step = np.arange(n_hour // 6 + 2)
    return Track(
        storm_id="9901",
        name="BENCH",
        issue_s=0.0,
        time_s=6 * HOUR_S * step,
        lat_deg=30.0 + 1.1 * step,
        lon_deg=126.0 + 0.25 * step,
        central_pressure_hpa=945.0 + 3.0 * step,
        max_wind_m_per_s=45.0 - 1.5 * step,
        radius_25_m=np.full(len(step), 150e3),
        radius_15_m=np.full(len(step), 400e3),
    )


def cpu_s(work, repeats):
    """Median CPU seconds, the first run (compilation) not counted."""
    work()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--hours", type=int, default=46)
    args = parser.parse_args(words)
    track, hours = storm(args.hours), HOUR_S * np.arange(args.hours)
    ground = np.full(GRID.n_cell, 0.8, np.float32), np.full(GRID.n_cell, 1.66, np.float32)
    options = EnsembleOptions(n_member=args.members)
    tables = [hour_tables(storm_at(track, hour, TYPHOON_DEFAULTS), TYPHOON_DEFAULTS) for hour in hours]

    def single_kernel():
        for one in tables:
            wind_field(GRID.row_lat_deg, GRID.col_lon_deg, one.centre, one.motion, TYPHOON_DEFAULTS.node_m,
                       one.speed_m_per_s, one.inflow_rad)  # fmt: skip

    def single_field():
        for hour in hours:
            storm_wind(GRID, track, hour, TYPHOON_DEFAULTS)

    ensemble = cpu_s(lambda: wind_probabilities(GRID, track, hours, ground, options), args.repeats)
    kernel, field = cpu_s(single_kernel, args.repeats), cpu_s(single_field, args.repeats)
    body = {
        "cells": GRID.n_cell,
        "hours": args.hours,
        "members": args.members,
        "ensemble_cpu_s": round(ensemble, 4),
        "single_kernel_cpu_s": round(kernel, 5),
        "single_field_with_bounds_cpu_s": round(field, 5),
        "million_cell_hour_members_per_cpu_s": round(GRID.n_cell * args.hours * args.members / ensemble / 1e6, 1),
        "members_for_the_cost_of_one_field_each": round(kernel * args.members / ensemble, 1),
    }
    sys.stdout.write(json.dumps(body, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
