"""pysheds (numba): fill, flats, D8, accumulation, HAND. python peer_pysheds.py IN.npz OUT.npz, prints CPU seconds."""

import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np

warnings.filterwarnings("ignore")
if not hasattr(np, "in1d"):
    np.in1d = np.isin  # pysheds 0.5 still calls it; numpy 2.4 has dropped it

from affine import Affine  # noqa: E402
from pyproj import CRS  # noqa: E402
from pysheds.grid import Grid  # noqa: E402
from pysheds.view import Raster, ViewFinder  # noqa: E402


def run(job):
    height, cell_m = job["height_m"], float(job["cell_m"])
    affine = Affine(cell_m, 0, 0, 0, -cell_m, height.shape[0] * cell_m)
    view = ViewFinder(affine=affine, shape=height.shape, crs=CRS.from_epsg(5186), nodata=np.float64(-9999))
    ground, grid = Raster(height.astype(np.float64), viewfinder=view), Grid(viewfinder=view)

    def chain():
        filled = grid.fill_depressions(grid.fill_pits(ground))
        ways = grid.flowdir(grid.resolve_flats(filled))
        gathered = grid.accumulation(ways)
        return grid.compute_hand(ways, ground, gathered > float(job["stream_cells"])), filled

    chain()
    start = time.process_time()
    hand, filled = chain()
    return np.asarray(hand), np.asarray(filled), time.process_time() - start


hand_m, filled_m, cpu_s = run(np.load(sys.argv[1]))
np.savez(sys.argv[2], hand_m=hand_m, filled_m=filled_m)
sys.stdout.write(json.dumps({"cpu_s": cpu_s, "version": version("pysheds")}) + "\n")
