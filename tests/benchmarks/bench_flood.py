"""Flood models against itzi, landlab and pysheds: the same ground, rain and end, CPU seconds of one thread.

    python -m tests.benchmarks.bench_flood [--python311 PY] [--python312 PY] [--rounds 5] [--write]

The peers are run by interpreters of their own (tests/benchmarks/requirements-flood*.txt), in rounds that alternate with
ours, so a busy machine slows all alike; a peer whose interpreter is not named is left out. Figures are medians over
the rounds. Ours keeps maxima and arrivals on the way, itzi direction and Froude number, landlab neither.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from risk_core.hazards.flood.hand import find_drainage
from risk_core.hazards.flood.hll import run_breach
from risk_core.hazards.flood.local_inertia import FlowOptions, Forcing, Precision
from risk_core.hazards.flood.surface_flow import run_flow
from risk_core.hazards.flood.terrain import Terrain
from tests.benchmarks.results import keep
from tests.city_ground import city_ground

PEERS = Path(__file__).with_name("flood")
CELL_M, RAIN_MM_PER_H, STREAM_CELLS, DEEP_M = 10.0, 100.0, 1000, 0.1
JOBS = {
    "rain on 200 x 200, 30 min": (200, 1800.0),
    "rain on 500 x 500, 10 min": (500, 600.0),
    "rain on 200 x 200, 10 min": (200, 600.0),
}
RIVALS = (
    ("itzi", "rain on 200 x 200, 30 min", 7.0),
    ("itzi", "rain on 500 x 500, 10 min", 7.0),
    ("landlab", "rain on 200 x 200, 10 min", 70.0),
    ("pysheds", "HAND of 500 x 500", 6.0),
    ("pysheds", "HAND of 1000 x 1000", 6.0),
)
"""Peer, job and the ratio to be reached."""


def ground(n):
    """The same ground every time; dust of a micrometre keeps it free of flats for HAND."""
    return city_ground(n, CELL_M) + 1e-6 * np.random.default_rng(3).uniform(size=(n, n))


def rain_job(n, end_s, precision=Precision.SINGLE):
    terrain = Terrain.from_heights(ground(n), CELL_M, 0.035)
    rain = Forcing(np.array([end_s]), np.full((1, n, n), RAIN_MM_PER_H, np.float32))
    options = FlowOptions(longest_step_s=5.0, precision=precision)
    return lambda: run_flow(terrain, rain, np.array([end_s]), options)


def ours(job):
    """Work of a job, and what describes it."""
    if job.startswith("HAND"):
        n = int(job.split()[-1])
        terrain = Terrain.from_heights(ground(n), CELL_M)
        return n, 0.0, lambda: find_drainage(terrain, STREAM_CELLS * CELL_M**2)
    n, end_s = JOBS[job]
    return n, end_s, rain_job(n, end_s)


def spent(work):
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def ask_peer(python, name, folder, n, end_s):
    """One run of a peer: its CPU seconds and what it found."""
    given, answer = folder / f"{n}_{end_s:g}.npz", folder / "answer.npz"
    if not given.exists():
        np.savez(given, height_m=ground(n), cell_m=CELL_M, end_s=end_s, rain_m_per_s=RAIN_MM_PER_H / 3.6e6,
                 stream_cells=STREAM_CELLS)  # fmt: skip
    threads = dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    command = [python, str(PEERS / f"peer_{name}.py"), str(given), str(answer)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **threads}).stdout
    return json.loads(told.strip().splitlines()[-1]), dict(np.load(answer))


def closeness(result, answer):
    """How alike two answers are."""
    if "hand_m" in answer:
        gap = np.abs(result.filled_m - answer["filled_m"])[1:-1, 1:-1]
        known = np.isfinite(answer["hand_m"])
        same = np.abs(result.hand_m - answer["hand_m"])[known] < 1e-3
        return {"largest_gap_of_filled_m": float(gap.max()), "share_of_hand_within_1_mm": round(float(same.mean()), 4)}
    one, other = result.depth_m[0].astype(float), np.asarray(answer["depth_m"], float)
    either, both = (one > DEEP_M) | (other > DEEP_M), (one > DEEP_M) & (other > DEEP_M)
    volume = RAIN_MM_PER_H / 3.6e6 * float(answer["end_s"]) * one.size
    return {
        "csi_over_0_1_m": round(float(both.sum() / either.sum()), 4),
        "rmse_m": round(float(np.sqrt(np.mean((one - other)[either] ** 2))), 4),
        "mass_error_ours": float(one.sum() / volume - 1),
        "mass_error_peer": float(other.sum() / volume - 1),
    }


def compare(rival, python, rounds, folder):
    """A peer against ours on one job, turn by turn."""
    name, job, target = rival
    n, end_s, work = ours(job)
    work()
    mine, theirs, told = [], [], {}
    for _ in range(rounds):
        seconds, result = spent(work)
        mine.append(seconds)
        told, answer = ask_peer(python, name, folder, n, end_s)
        theirs.append(told["cpu_s"])
    ratio = statistics.median(theirs) / statistics.median(mine)
    found = {
        "peer": f"{name} {told['version']}",
        "ours_cpu_s": round(statistics.median(mine), 4),
        "peer_cpu_s": round(statistics.median(theirs), 3),
        "ratio": round(ratio, 1),
        "must": target,
        "reached": ratio >= target,
        "rounds": rounds,
        **closeness(result, answer | {"end_s": end_s}),
    }
    if "n_step" in told:
        found["ours_million_cell_steps_per_cpu_s"] = round(n * n * result.n_step / statistics.median(mine) / 1e6, 1)
        found["peer_million_cell_steps_per_cpu_s"] = round(n * n * told["n_step"] / statistics.median(theirs) / 1e6, 2)
    return found


def alone(rounds):
    """Speeds without a peer: double precision, the breach scheme, a city's window."""
    n, end_s = 200, 600.0
    double = rain_job(n, end_s, Precision.DOUBLE)
    terrain, dry = Terrain.from_heights(ground(n), CELL_M), np.zeros((n, n))
    out = {}
    for name, work in (
        ("double", double),
        ("hll", lambda: run_breach(terrain, dry, np.array([end_s]), rain_mm_per_h=100.0)),
    ):
        work()
        seconds, results = zip(*(spent(work) for _ in range(rounds)), strict=True)
        speed = n * n * results[0].n_step / statistics.median(seconds) / 1e6
        out[f"{name}_million_cell_steps_per_cpu_s"] = round(speed, 1)
    return out


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python311", help="interpreter with requirements-flood.txt")
    parser.add_argument("--python312", help="interpreter with requirements-flood-itzi.txt")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks.json")
    args = parser.parse_args(words)
    pythons = {"itzi": args.python312, "landlab": args.python311, "pysheds": args.python311}
    body = {
        "command": "python -m tests.benchmarks.bench_flood",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "alone": alone(args.rounds),
    }
    with tempfile.TemporaryDirectory() as folder:
        for rival in RIVALS:
            if pythons[rival[0]]:
                body[f"{rival[1]} · {rival[0]}"] = compare(rival, pythons[rival[0]], args.rounds, Path(folder))
    if args.write:
        keep("D-flood", body)
    sys.stdout.write(json.dumps(body, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
