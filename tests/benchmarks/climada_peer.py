"""CPU time of CLIMADA for the storm of `bench_typhoon`, run by it with an interpreter of its own. A peer only: GPL.

    PYTHON_WITH_CLIMADA tests/benchmarks/climada_peer.py TRACK.json REPEATS N_MEMBER

The file holds time_h, lat, lon, hpa, m_per_s and the grid's rows and columns. Printed: medians as JSON. One track at a
time through TropCyclone.from_tracks with the model H08, up to 500 km and with no cut below 17.5 m/s; members are the
same track displaced, with wind fields stored, as their exceedance by hour needs.
"""

import json
import logging
import statistics
import sys
import time
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

KNOT, NAUTICAL_MILE_KM = 1852 / 3600, 1.852


def track_of(told, shift=(0.0, 0.0), name="0"):
    """The storm hour by hour as CLIMADA takes it, with winds as 1-minute means in knots."""
    import xarray as xr

    n = len(told["time_h"])
    time_axis = np.datetime64("2024-09-01T00", "h") + np.array(told["time_h"]).astype("timedelta64[h]")
    per_point = {
        "time_step": np.ones(n),
        "max_sustained_wind": np.array(told["m_per_s"]) / KNOT / 0.93,
        "central_pressure": np.array(told["hpa"]),
        "environmental_pressure": np.full(n, 1010.0),
        "radius_max_wind": np.full(n, told["radius_max_km"] / NAUTICAL_MILE_KM),
        "radius_oci": np.full(n, 300.0 / NAUTICAL_MILE_KM),
    }
    data = {key: ("time", values) for key, values in per_point.items()}
    data["basin"] = ("time", np.array(["WP"] * n))
    where = {"lat": np.array(told["lat"]) + shift[0], "lon": np.array(told["lon"]) + shift[1]}
    coordinates = {"time": time_axis.astype("datetime64[ns]"), **{key: ("time", one) for key, one in where.items()}}
    facts = {
        "max_sustained_wind_unit": "kn", "central_pressure_unit": "mb", "name": name, "sid": name,
        "orig_event_flag": True, "data_provider": "invented", "id_no": float(name), "category": 3,
    }  # fmt: skip
    return xr.Dataset(data, coords=coordinates, attrs=facts)


def main(path, repeats, n_member):
    from climada.hazard import Centroids, TCTracks, TropCyclone

    told = json.loads(Path(path).read_text("utf-8"))
    lat, lon = np.meshgrid(told["rows"], told["cols"], indexing="ij")
    centroids = Centroids(lat=lat.ravel(), lon=lon.ravel())

    def blow(tracks, is_stored):
        start = time.process_time()
        TropCyclone.from_tracks(
            TCTracks(tracks), centroids, model="H08", ignore_distance_to_coast=True, intensity_thres=0.0,
            max_dist_eye_km=500.0, max_dist_inland_km=1e4, store_windfields=is_stored,
        )  # fmt: skip
        return time.process_time() - start

    single = [blow([track_of(told)], False) for _ in range(repeats + 1)][1:]
    rng = np.random.default_rng(0)
    many = [track_of(told, rng.normal(0, (0.5, 0.6)), str(m)) for m in range(n_member)]
    ensemble = [blow(many, True) for _ in range(repeats)]
    figures = {
        "single_cpu_s": statistics.median(single),
        "members": n_member,
        "members_cpu_s": statistics.median(ensemble),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
