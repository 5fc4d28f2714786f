"""itzi (Cython, float32) in memory, without GRASS: python peer_itzi.py IN.npz OUT.npz, prints CPU seconds."""

import json
import sys
import time
from datetime import datetime, timedelta
from importlib.metadata import version
from types import SimpleNamespace

import numpy as np
from itzi.rasterdomain import DomainData
from itzi.simulation_factories import create_memory_simulation

SETTINGS = {
    "dtmax": 5.0,
    "cfl": 0.7,
    "g": 9.81,
    "theta": 0.9,
    "hmin": 1e-4,
    "slmax": 0.1,
    "vrouting": 0.1,
    "dtinf": 60.0,
    "inf_model": "null",
    "max_error": 1.0,
}


def run(job):
    height = job["height_m"].astype(np.float32)
    n_row, n_col = height.shape
    cell_m, end_s = float(job["cell_m"]), float(job["end_s"])
    begun = datetime(2022, 8, 8)
    span = timedelta(seconds=end_s)
    times = SimpleNamespace(start=begun, end=begun + span, record_step=span, temporal_type="relative", duration=span)
    domain = DomainData(north=n_row * cell_m, south=0.0, east=n_col * cell_m, west=0.0, rows=n_row, cols=n_col)
    mask = np.zeros((n_row, n_col), bool)
    simulation = create_memory_simulation(
        times, {"water_depth": "h"}, SETTINGS, {"swmm_inp": None}, domain, mask, dtype=np.float32
    )
    simulation.set_array("dem", height)
    simulation.set_array("friction", np.full(height.shape, 0.035, np.float32))
    simulation.set_array("rain", np.full(height.shape, float(job["rain_m_per_s"]), np.float32))
    simulation.initialize()
    start, n_step = time.process_time(), 0
    while simulation.sim_time < times.end:
        simulation.update()
        n_step += 1
    spent = time.process_time() - start
    return simulation.get_array("water_depth"), n_step, spent


depth_m, steps, cpu_s = run(np.load(sys.argv[1]))
np.savez(sys.argv[2], depth_m=depth_m)
sys.stdout.write(json.dumps({"cpu_s": cpu_s, "n_step": steps, "version": version("itzi")}) + "\n")
