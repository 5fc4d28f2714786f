"""Score the exposure index of areas without heights where floods are known. Figures go to benchmarks.json.

Seoul itself has no record of flooded places in the development data, so the index is scored elsewhere:

* San Salvador: 12,472 houses along the Acelhuate, stream term alone. The stream is where the two-year flood stands;
  flooded means water over 0.1 m in the flood of 25 years (modelled depths on a 10 m grid).
* Norfolk: places reported up to 2012, underpass term alone. Underpasses are those reported by then; flooded means
  reported again from 2013 on, within 30 m.

``python -m tests.benchmarks.bench_exposure --data DIR [--write]``; needs h5py and openpyxl for San Salvador.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from dashboard.score.flood.exposure import FloodPlaces, score_exposure
from risk_core.units import M_PER_DEG_LAT
from tests.benchmarks.results import keep

KEY = "D-exposure"
ACELHUATE_DEG, NORFOLK_DEG = 13.69, 36.88
WET_M = 0.1
SAME_M = 30.0
FIRST_SCORED = "2013-01-01"


def metres(lat_deg, lon_deg, middle_deg):
    """Points in metres, near enough across a city round a latitude."""
    across = M_PER_DEG_LAT * np.cos(np.radians(middle_deg))
    return np.column_stack([np.asarray(lon_deg) * across, np.asarray(lat_deg) * M_PER_DEG_LAT])


def san_salvador(folder: Path) -> FloodPlaces:
    """Houses with their distance to the stream and the flood of 25 years."""
    import h5py

    with h5py.File(folder / "acelhuate_flood_hazard_2015.hdf5") as file:
        part = file["intensity"]
        at = metres(file["centroids/lat"][:].ravel(), file["centroids/lon"][:].ravel(), ACELHUATE_DEG)
        shape = len(part["indptr"]) - 1, len(at)
        depth = csr_matrix((part["data"][:], part["indices"][:], part["indptr"][:]), shape=shape).toarray()
    houses = pd.read_excel(folder / "acelhuate_houses_exposure.xlsx", sheet_name="assets")
    here = metres(houses["latitude"].to_numpy(), houses["longitude"].to_numpy(), ACELHUATE_DEG)
    gap, cell = cKDTree(at).query(here)
    wet = np.where(gap < 10.0, depth[3, cell], 0.0) > WET_M
    stream_m = cKDTree(at[depth[0] > 0]).query(here)[0]
    unknown = np.full(len(here), np.nan)
    terms = {"underpass_m": unknown, "stream_m": stream_m, "basement_share": unknown}
    return FloodPlaces(terms, wet.astype(np.float64), None)


def norfolk(path: Path) -> FloodPlaces:
    """Places with their distance to underpasses known by 2012, reports before and after."""
    rows = pd.read_csv(path)
    rows = rows[~rows["drill"]]
    places = rows[rows["time_local"] < FIRST_SCORED].drop_duplicates(["location", "lat", "lon"])
    here = metres(places["lat"].to_numpy(), places["lon"].to_numpy(), NORFOLK_DEG)
    at = metres(rows["lat"].to_numpy(), rows["lon"].to_numpy(), NORFOLK_DEG)
    is_late = (rows["time_local"] >= FIRST_SCORED).to_numpy()
    is_under = (rows["eventType"] == "Flooded underpass").to_numpy() & ~is_late
    count = [[len(one) for one in cKDTree(at[some]).query_ball_point(here, SAME_M)] for some in (is_late, ~is_late)]
    unknown = np.full(len(here), np.nan)
    under_m = cKDTree(at[is_under]).query(here)[0]
    terms = {"underpass_m": under_m, "stream_m": unknown, "basement_share": unknown}
    return FloodPlaces(terms, np.array(count[0], np.float64), np.array(count[1], np.float64))


def main() -> None:
    """Score both cases and print, or write, the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with rain_flood and geo/flood_san_salvador")
    parser.add_argument("--write", action="store_true", help="write the figures to benchmarks.json")
    args = parser.parse_args()
    found = {
        "San Salvador, houses by the Acelhuate, flood of 25 years": score_exposure(
            san_salvador(args.data / "geo" / "flood_san_salvador")
        ),
        "Norfolk, places reported again from 2013 on": score_exposure(
            norfolk(args.data / "rain_flood" / "norfolk_flood_reports_2010_2015.csv")
        ),
        "command": "python -m tests.benchmarks.bench_exposure --data DIR",
        "must": "told",
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    if args.write:
        keep(KEY, found)


if __name__ == "__main__":
    main()
