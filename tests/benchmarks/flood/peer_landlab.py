"""landlab OverlandFlow (de Almeida et al. 2012, float64): python peer_landlab.py IN.npz OUT.npz, prints CPU seconds."""

import json
import sys
import time

import landlab
import numpy as np
from landlab import RasterModelGrid
from landlab.components import OverlandFlow


def run(job):
    padded = np.pad(job["height_m"], 1, mode="edge")
    grid = RasterModelGrid(padded.shape, xy_spacing=float(job["cell_m"]))
    grid.add_field("topographic__elevation", padded.ravel().copy(), at="node")
    grid.add_zeros("surface_water__depth", at="node")
    grid.set_closed_boundaries_at_grid_edges(True, True, True, True)
    flow = OverlandFlow(
        grid, mannings_n=0.035, theta=0.9, alpha=0.7, h_init=1e-8, steep_slopes=True,
        rainfall_intensity=float(job["rain_m_per_s"]),
    )  # fmt: skip
    end_s, time_s, n_step = float(job["end_s"]), 0.0, 0
    start = time.process_time()
    while time_s < end_s - 1e-9:
        dt_s = min(flow.calc_time_step(), 5.0, end_s - time_s)
        flow.run_one_step(dt=dt_s)
        time_s, n_step = time_s + dt_s, n_step + 1
    spent = time.process_time() - start
    depth = grid.at_node["surface_water__depth"].reshape(padded.shape)[1:-1, 1:-1]
    return depth, n_step, spent


depth_m, steps, cpu_s = run(np.load(sys.argv[1]))
np.savez(sys.argv[2], depth_m=depth_m)
sys.stdout.write(json.dumps({"cpu_s": cpu_s, "n_step": steps, "version": landlab.__version__}) + "\n")
