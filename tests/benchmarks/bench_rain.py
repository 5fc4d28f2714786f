"""Kriging against PyKrige, the rain nowcast against pysteps, and our own scores, in one run.

    OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.bench_rain [--repeats 5] [--write]

CPU time of one thread, median of the repeats, the first run (compilation) not counted. The peers are installed for
this alone (`make bench-rain`); without one its rows are left out. What differs: PyKrige's moving window and its full
solution give mean and variance, as ours do; the dual form gives the mean alone, PyKrige has no such mode. pysteps and
ours extrapolate the same field along the same motion; motion by Lucas and Kanade is pysteps' own (OpenCV).
"""

import argparse
import json
import logging
import os
import statistics
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np

from risk_core.hazards.rain.forecast import forecast_rain
from risk_core.hazards.rain.kriging import Covariance, krige, krige_mean
from risk_core.hazards.rain.motion import estimate_motion
from risk_core.kernels.kriging import krige_moving
from risk_core.kernels.nowcast_rain import extrapolate_rain
from risk_core.scores.field import compare_fractions
from risk_core.state.grid import Grid
from risk_core.state.situation import RainGauges
from tests.benchmarks.results import keep
from tests.samples.moving_rain import LAT_DEG, LON_DEG, M_PER_DEG, SIZE_M, START_S, MovingRain, place_stations

N_GAUGE, N_ROW, N_COL = 600, 250, 200
N_NEAR = 16
N_FIELD, N_LEAD = 500, 12
N_ROUND = 1
"""Rounds of the midpoint rule, as many as pysteps makes."""
MUST = {"PyKrige": 8.0, "pysteps": 4.0}


def cpu_s(work, repeats):
    """Median CPU seconds of a piece of work, and what it gave."""
    out = work()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        out = work()
        found.append(time.process_time() - start)
    return statistics.median(found), out


def bench_kriging(repeats):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 400.0, N_GAUGE), rng.uniform(0, 500.0, N_GAUGE)
    z = 60 * np.exp(-((x - 150) ** 2 / 900 + (y - 300) ** 2 / 160)) + rng.gamma(0.5, 4, N_GAUGE)
    cols, rows = np.linspace(0, 400, N_COL), np.linspace(0, 500, N_ROW)
    model = Covariance(sill=100.0, nugget=0.0, length_m=80.0 / 3.0)
    gx, gy = (one.ravel() for one in np.meshgrid(cols, rows))
    full_s, full = cpu_s(lambda: krige(x, y, z, gx, gy, model), repeats)
    mean_s, mean = cpu_s(lambda: krige_mean(x, y, z, gx, gy, model), repeats)
    plain = np.array([model.length_m, 0.0])
    near_s, near = cpu_s(lambda: krige_moving(cols, rows, x, y, plain, z, N_NEAR), repeats)
    out = {
        "gauges": N_GAUGE,
        "points": N_ROW * N_COL,
        "ours_cpu_s": {"mean": round(mean_s, 4), "mean and variance": round(full_s, 4),
                       f"{N_NEAR} nearest, mean and variance": round(near_s, 4)},
    }  # fmt: skip
    try:
        import pykrige
        from pykrige.ok import OrdinaryKriging
    except ImportError:
        return out | {"peer": "not installed"}
    parameters = {"sill": 100.0, "range": 80.0, "nugget": 0.0}

    def peer(**more):
        made = OrdinaryKriging(x, y, z, variogram_model="exponential", variogram_parameters=parameters)
        return made.execute("grid", cols, rows, **more)

    peer_s, (peer_mean, peer_variance) = cpu_s(peer, repeats)
    window_s, (w_mean, w_variance) = cpu_s(lambda: peer(backend="C", n_closest_points=N_NEAR), min(repeats, 3))
    far = {
        "mean": np.abs(full[0] - peer_mean.ravel()).max(),
        "variance": np.abs(full[1] - peer_variance.ravel()).max(),
        "mean, dual form": np.abs(mean - peer_mean.ravel()).max(),
        f"{N_NEAR} nearest, mean": np.abs(near[0] - w_mean.ravel()).max(),
        f"{N_NEAR} nearest, variance": np.abs(100.0 * near[1] - w_variance.ravel()).max(),
    }
    return out | {
        "peer": f"PyKrige {pykrige.__version__}",
        "peer_cpu_s": {"mean and variance": round(peer_s, 4),
                       f"{N_NEAR} nearest, mean and variance": round(window_s, 4)},
        "ratio": {"mean": round(peer_s / mean_s, 1), "mean and variance": round(peer_s / full_s, 1),
                  f"{N_NEAR} nearest, mean and variance": round(window_s / near_s, 1)},
        "must": MUST["PyKrige"],
        "largest_difference": {name: float(f"{value:.2e}") for name, value in far.items()},
    }  # fmt: skip


def rain_fields(n, n_time, u, v, seed=0):
    """Log-normal rain on a larger canvas moved by (u, v) cells a step."""
    rng = np.random.default_rng(seed)
    size = 2 * n
    k = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])
    k[0, 0] = 1
    wave = (rng.normal(size=k.shape) + 1j * rng.normal(size=k.shape)) * k**-1.9 * np.exp(-((k / 0.12) ** 2))
    noise = np.fft.irfft2(wave, s=(size, size))
    spectrum = np.fft.rfft2((noise - noise.mean()) / noise.std())
    fy, fx = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None]
    out = []
    for t in range(n_time):
        moved = np.fft.irfft2(spectrum * np.exp(-2j * np.pi * (fx * u * t + fy * v * t)), s=(size, size))
        rate = np.exp(1.2 * moved + 0.3)
        rate[rate < 1.0] = 0.0
        out.append(rate[n // 2 : n // 2 + n, n // 2 : n // 2 + n])
    return np.array(out, dtype=np.float32)


def bench_nowcast(repeats):
    true_u, true_v = 3.3, -1.7
    rain = rain_fields(N_FIELD, 4 + N_LEAD, true_u, true_v)
    motion_s, motion = cpu_s(lambda: estimate_motion(rain[:4]), repeats)
    u, v = motion.u, motion.v
    ours_s, ours = cpu_s(lambda: extrapolate_rain(rain[3], u, v, N_LEAD, N_ROUND), repeats)
    out = {
        "cells": N_FIELD**2,
        "leads": N_LEAD,
        "ours_cpu_s": {"motion": round(motion_s, 3), "extrapolation": round(ours_s, 4)},
        "motion_error_cells": {"ours": round(float(np.hypot(u - true_u, v - true_v).mean()), 3)},
    }
    try:
        os.environ.setdefault("PYSTEPSRC", "")
        logging.disable(logging.CRITICAL)
        from pysteps import motion as peer_motion
        from pysteps import nowcasts
        from pysteps.verification.spatialscores import fss
    except ImportError:
        return out | {"peer": "not installed"}
    extrapolate, track = nowcasts.get_method("extrapolation"), peer_motion.get_method("LK")
    both = np.stack([u, v]).astype(np.float64)
    start = rain[3].astype(np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer_s, theirs = cpu_s(lambda: extrapolate(start, both, N_LEAD), repeats)
        track_s, tracked = cpu_s(lambda: track(np.log10(rain[:4].astype(np.float64) + 0.1)), min(repeats, 3))
    known = np.isfinite(ours) & np.isfinite(theirs)
    scores = []
    for lead in (0, 5, 11):
        forecast, seen = np.nan_to_num(ours[lead]), rain[4 + lead]
        scores.append(abs(fss(forecast, seen, 5.0, 11) - compare_fractions(forecast, seen, 5.0, 11).fss))
    error = np.hypot(tracked[0] - true_u, tracked[1] - true_v).mean()
    return out | {
        "peer": f"pysteps {version('pysteps')}",
        "peer_cpu_s": {"motion, Lucas and Kanade": round(track_s, 3), "extrapolation": round(peer_s, 4)},
        "ratio": {"extrapolation": round(peer_s / ours_s, 1)},
        "must": MUST["pysteps"],
        "mean_difference_mm_per_h": float(f"{np.abs(ours - theirs)[known].mean():.2e}"),
        "largest_difference_mm_per_h": float(f"{np.abs(ours - theirs)[known].max():.2e}"),
        "fss_largest_difference": float(f"{max(scores):.2e}"),
        "motion_error_cells": out["motion_error_cells"] | {"pysteps": round(float(error), 3)},
    }


def bench_forecast(repeats):
    """The whole way from 120 gauges to rates of six leads, hindcasts included."""
    x, y, lat, lon = place_stations(120, 0)
    storm = MovingRain.make(0)
    rate = np.stack([storm.rate_mm_per_h(x, y, (k + 0.5) * 600.0) for k in range(48)])
    gauges = RainGauges(lat, lon, START_S + 600.0 * (np.arange(48) + 1), rate)
    east = M_PER_DEG * np.cos(np.radians(LAT_DEG))
    grid = Grid.from_bounds(LON_DEG, LAT_DEG, LON_DEG + SIZE_M / east, LAT_DEG + SIZE_M / M_PER_DEG, 300.0)
    leads = np.array([0.0, 600.0, 1800.0, 3600.0, 5400.0, 7200.0])
    ours_s, _ = cpu_s(lambda: forecast_rain(grid, gauges, float(gauges.time_s[-1]), leads), repeats)
    return {"cells": grid.n_cell, "gauges": 120, "ours_cpu_s": round(ours_s, 3)}


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks.json")
    args = parser.parse_args(words)
    command = "OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.bench_rain"
    figures = {
        "command": command,
        "load": round(os.getloadavg()[0], 2),
        "kriging": bench_kriging(args.repeats),
        "nowcast": bench_nowcast(args.repeats),
        "forecast from gauges": bench_forecast(args.repeats),
    }
    if args.write:
        keep("D-rain", figures)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
