"""Typhoon ensemble against the single field it is made of (CPU time of one thread), and the wind score on named data.

    OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.bench_typhoon [--repeats 5] [--members 1000] [--hours 46]
        [--data FOLDER] [--climada PYTHON] [--write]

With `--climada` (an interpreter that has CLIMADA; `make bench-typhoon` makes one) the peer runs on the same storm and
grid, in the same run. With `--data` (best track, IBTrACS extract, stations and hourly reports of Korea) the score runs
too; `--write` keeps the figures in benchmarks.json. The grid is that of the design notes: 33-39 N, 124-131 E at 0.05
degrees (120 x 140 cells). An invented storm passes it in 46 hours; half of all cell hours of the members lie above
the lowest level.
"""

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from dashboard.cli import main as dashboard
from risk_core.hazards.typhoon.ensemble import EnsembleOptions, wind_probabilities
from risk_core.hazards.typhoon.field import storm_wind
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.outlook import look_ahead
from risk_core.hazards.typhoon.storm import hour_tables, storm_at, vortex_wind
from risk_core.kernels.typhoon import wind_field
from risk_core.state.grid import Grid
from risk_core.state.situation import Track
from tests.benchmarks.results import keep

GRID = Grid(39.0, 124.0, 0.05, 0.05, 120, 140, 5000.0)
HOUR_S = 3600.0
STATIONS, REPORTS = "kma_asos_stations.csv", "kma_asos_hourly_2018_2022.csv.gz"
SCORES = {
    "RSMC Tokyo best track with radii, other storms": ("jma_bst_2015_2021_raw.txt", "others"),
    "RSMC Tokyo best track with radii, earlier storms only": ("jma_bst_2015_2021_raw.txt", "earlier"),
    "IBTrACS without radii, other storms": ("ibtracs_wp_6h.csv.gz", "others"),
}


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


def peer(python, track, hours, repeats, n_member=20):
    """CPU seconds of CLIMADA on the same storm, hour by hour."""
    storms = [storm_at(track, hour, TYPHOON_DEFAULTS) for hour in hours]
    told = {
        "time_h": [round(hour / HOUR_S) for hour in hours.tolist()],
        "lat": [one.lat_deg for one in storms],
        "lon": [one.lon_deg for one in storms],
        "hpa": [TYPHOON_DEFAULTS.environment_hpa - one.pressure_drop_hpa for one in storms],
        "m_per_s": [one.largest_m_per_s for one in storms],
        "radius_max_km": vortex_wind(storms[0], np.zeros(1), TYPHOON_DEFAULTS)[1] / 1000,
        "rows": GRID.row_lat_deg.tolist(),
        "cols": GRID.col_lon_deg.tolist(),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "track.json"
        path.write_text(json.dumps(told), "utf-8")
        script = Path(__file__).with_name("climada_peer.py")
        one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        command = [str(python), str(script), str(path), str(repeats), str(n_member)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | one_thread)
    return json.loads(done.stdout.splitlines()[-1])


def peer_figures(found, single_s, ensemble_s, members):
    """Ratios to the peer, with what the two do differently."""
    per_member = found["members_cpu_s"] / found["members"]
    return {
        "peer": "climada 6.1.0, H08",
        "peer_single_cpu_s": round(found["single_cpu_s"], 4),
        "single_cpu_s": round(single_s, 5),
        "single_ratio": round(found["single_cpu_s"] / single_s, 1),
        "peer_cpu_s_per_1000_members": round(1000 * per_member, 1),
        "cpu_s_per_1000_members": round(1000 * ensemble_s / members, 2),
        "ensemble_ratio": round(per_member / (ensemble_s / members), 1),
        "must": {"single_ratio": 10, "ensemble_ratio": 40},
        "differs": "the peer builds a sparse hazard, and stores wind vectors of its members; ours counts five levels",
    }


def score(folder, tracks, training):
    """Figures of `score wind` on files of the folder."""
    files = {"tracks": folder / tracks, "stations": folder / STATIONS, "observations": folder / REPORTS}
    words = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        dashboard(["score", "wind", *words, "--training", training, "--json"], {})
    body = json.loads(told.getvalue())
    command = f"score wind --tracks {tracks} --stations {STATIONS} --observations {REPORTS} --training {training}"
    return {
        "command": f"python -m dashboard {command} --json",
        "n_storm": body["n_storm"],
        "n_hour": body["n_hour"],
        "rmse_m_per_s": {name: one["rmse_m_per_s"] for name, one in body["hourly"].items()},
        "over_station_mean": {k: v["over_station_mean"] for k, v in body["hourly"].items() if "over_station_mean" in v},
        "over_plain_holland": {k: v["over_plain_holland"] for k, v in body["hourly"].items() if "meets_target" in v},
        "storm_maximum_rmse_m_per_s": {k: v["rmse_m_per_s"] for k, v in body["storm_maximum"].items() if k != "n"},
        "over_persistence_1_to_6_h": [one["over_persistence"] for one in body["ahead"].values()],
        "probability": {k: {name: body["probability"][k][name] for name in ("brier", "skill", "mean_gap")}
                        for k in ("best_track", "lead_24_h")},
        "must": {"over_station_mean": 0.85, "over_plain_holland": "below 1"},
    }  # fmt: skip


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--hours", type=int, default=46)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--climada", type=Path, metavar="PYTHON")
    parser.add_argument("--write", action="store_true")
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
        largest = np.zeros(GRID.n_cell, np.float32)
        for hour in hours:
            wind = storm_wind(GRID, track, hour, TYPHOON_DEFAULTS)[0]
            np.maximum(largest, np.hypot(wind[0], wind[1]), out=largest)
        return largest

    def outlook():
        look_ahead(GRID, (track,), 0.0, np.array([0, 172_800], np.int32))

    ensemble = cpu_s(lambda: wind_probabilities(GRID, track, hours, ground, options), args.repeats)
    kernel, field = cpu_s(single_kernel, args.repeats), cpu_s(single_field, args.repeats)
    body = {
        "cells": GRID.n_cell,
        "hours": args.hours,
        "members": args.members,
        "ensemble_cpu_s": round(ensemble, 4),
        "single_kernel_cpu_s": round(kernel, 5),
        "largest_wind_of_one_field_cpu_s": round(field, 5),
        "outlook_cpu_s": round(cpu_s(outlook, args.repeats), 3),
        "million_cell_hour_members_per_cpu_s": round(GRID.n_cell * args.hours * args.members / ensemble / 1e6, 1),
        "members_for_the_cost_of_one_field_each": round(kernel * args.members / ensemble, 1),
    }
    figures = {"typhoon ensemble": {"command": "python -m tests.benchmarks.bench_typhoon", **body}}
    if args.climada is not None:
        found = peer(args.climada, track, hours, args.repeats)
        figures["typhoon against CLIMADA"] = peer_figures(found, field, ensemble, args.members)
    if args.data is not None:
        figures["typhoon wind at stations"] = {name: score(args.data, *one) for name, one in SCORES.items()}
    if args.write:
        keep("D", figures)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
