"""Row 17: the same result in this process, on two workers, with a worker killed, and with the scheduler gone."""

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

from dashboard.batches import ensemble_wind
from dashboard.engine import DaskEngine, LocalEngine
from dashboard.settings import CHECKOUT
from risk_core.hazards.typhoon.ensemble import EnsembleOptions
from risk_core.state.grid import Grid
from risk_core.state.situation import Track
from tests.faults.served import wait_until
from tests.reliability.figures import Figures, Plan

TITLE = "cluster: two workers, a worker killed, the scheduler gone"
TARGET = "bit-equal; falls back in process <= 10 s with a warning"
NEEDS = "distributed"
FALL_BACK_S = 10.0
HOURS = 24


def measure(plan: Plan) -> Figures:
    """Count one ensemble four ways."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    options = EnsembleOptions(n_member=plan.pick(1000, 4000), seed=plan.seed)
    local = LocalEngine(2)
    expected, took_s = timed(local, options)
    local.close()
    values: dict[str, object] = {"members": options.n_member, "in_process_s": took_s}
    failed, missed = [], []
    with cluster(plan.folder) as (address, scheduler, workers):
        engine = DaskEngine(address)
        found, values["two_workers_s"] = timed(engine, options)
        failed += [] if same(found, expected) else ["two workers gave something else"]
        threading.Timer(0.3 * float(values["two_workers_s"]), lambda: os.kill(workers[0].pid, signal.SIGKILL)).start()
        found, values["a_worker_killed_s"] = timed(engine, options)
        failed += [] if same(found, expected) else ["with a worker killed something else came out"]
        failed += ["a killed worker made the whole cluster given up"] if engine.is_lost else []
        scheduler.kill()
        begun_s = time.monotonic()
        small = EnsembleOptions(n_member=500, seed=plan.seed)
        found, _ = timed(engine, small)
        values["scheduler_gone_back_after_s"] = round(time.monotonic() - begun_s, 2)
        failed += [] if engine.is_lost else ["the lost scheduler was not noticed"]
        engine.close()
    here = LocalEngine(2)
    failed += [] if same(found, timed(here, small)[0]) else ["after the fall-back something else came out"]
    here.close()
    if float(values["scheduler_gone_back_after_s"]) > FALL_BACK_S:
        missed.append(f"fell back after {values['scheduler_gone_back_after_s']} s")
    return Figures(values, failed, missed)


def is_possible() -> bool:
    """Whether Dask is installed."""
    return importlib.util.find_spec(NEEDS) is not None


def timed(engine, options):
    """Count the ensemble; result and seconds."""
    grid, track, hours = _grid(), _track(), np.arange(HOURS) * 3600.0
    land = np.full(grid.n_row * grid.n_col, 0.8, np.float32)
    begun_s = time.monotonic()
    found = ensemble_wind(engine, grid, track, hours, (land, land * 2.0), options)
    return found, round(time.monotonic() - begun_s, 2)


def same(one, other) -> bool:
    """Whether every bit is equal."""
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def _grid() -> Grid:
    return Grid.from_bounds(125.0, 33.0, 130.0, 38.6, 10_000.0)


def _track() -> Track:
    hour = np.arange(0.0, HOURS + 1.0, 6.0)
    return Track("t", "T", 0.0, hour * 3600.0, 33.0 + 0.15 * hour, 127.0 + 0.05 * hour, 950.0 + hour, 45.0 - 0.5 * hour,
                 np.full(len(hour), 200_000.0), np.full(len(hour), 400_000.0))  # fmt: skip


@contextlib.contextmanager
def cluster(folder: Path):
    """A scheduler and two workers on this machine only."""
    file = folder / "scheduler.json"
    environ = os.environ | {"PYTHONPATH": str(CHECKOUT), "DASK_LOGGING__DISTRIBUTED": "error"}

    def start(name: str, *words: object) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{name}", *map(str, words)]
        return subprocess.Popen(command, env=environ, cwd=CHECKOUT, stderr=subprocess.DEVNULL)

    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", file)
    running = [scheduler]
    try:
        wait_until(file.is_file)
        address = json.loads(file.read_text())["address"]
        options = ("--nthreads", 1, "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--local-directory", folder)
        running += [start("worker", address, *options) for _ in range(2)]
        yield address, scheduler, running[1:]
    finally:
        for one in running:
            one.kill()
            one.wait()
