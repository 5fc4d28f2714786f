"""Rain that moves with a known motion, seen by gauges: a table for `score rain-nowcast`, written by us.

    python -m tests.samples.moving_rain FILE.csv [--gauges 120] [--hours 8] [--seed 0] [--growth 0.0]

Gaussian cells of 3 to 8 km drift together over a square of 60 km near Seoul; with `growth` they also swell and shrink.
"""

import argparse
import csv
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

M_PER_DEG = 111_195.08
LAT_DEG, LON_DEG, SIZE_M = 37.5, 127.0, 60_000.0
START_S = 1_754_006_400.0


@dataclass(frozen=True)
class MovingRain:
    """Cells of rain and their drift, metres and metres a second; x east, y north of the square's south-west corner."""

    x_m: np.ndarray
    y_m: np.ndarray
    radius_m: np.ndarray
    peak_mm_per_h: np.ndarray
    phase: np.ndarray
    east_m_per_s: float
    north_m_per_s: float
    growth: float

    @classmethod
    def make(cls, seed=0, n_cell=40, east_m_per_s=8.0, north_m_per_s=3.0, growth=0.0):
        rng = np.random.default_rng(seed)
        spread = rng.uniform(-4 * SIZE_M, 2 * SIZE_M, n_cell), rng.uniform(-2 * SIZE_M, 2 * SIZE_M, n_cell)
        radius, peak = rng.uniform(3e3, 8e3, n_cell), rng.uniform(5.0, 60.0, n_cell)
        phase = rng.uniform(0, 2 * np.pi, n_cell)
        return cls(*spread, radius, peak, phase, east_m_per_s, north_m_per_s, growth)

    def rate_mm_per_h(self, x_m, y_m, elapsed_s):
        """Rate at points, shape as given."""
        total = np.zeros(np.shape(x_m))
        for k in range(len(self.x_m)):
            dx = x_m - self.x_m[k] - self.east_m_per_s * elapsed_s
            dy = y_m - self.y_m[k] - self.north_m_per_s * elapsed_s
            strength = max(1 + self.growth * np.sin(self.phase[k] + elapsed_s / 1800.0), 0.0)
            total += strength * self.peak_mm_per_h[k] * np.exp(-0.5 * (dx**2 + dy**2) / self.radius_m[k] ** 2)
        return total


def place_stations(n_station, seed=0):
    """Stations at random in the square: x, y in metres, latitude, longitude in degrees."""
    x, y = np.random.default_rng([seed, 1]).uniform(0, SIZE_M, (2, n_station))
    return x, y, LAT_DEG + y / M_PER_DEG, LON_DEG + x / (M_PER_DEG * np.cos(np.radians(LAT_DEG)))


def table(n_station=120, n_hour=8, seed=0, interval_s=600.0, **rain):
    """Rows station_id, lat, lon, time, rate_mm_per_h with 8 % of noise; a row is the mean at its interval's middle."""
    x, y, lat, lon = place_stations(n_station, seed)
    storm, rng = MovingRain.make(seed, **rain), np.random.default_rng([seed, 2])
    rows = []
    for k in range(round(n_hour * 3600 / interval_s)):
        rate = storm.rate_mm_per_h(x, y, (k + 0.5) * interval_s) * np.exp(rng.normal(0, 0.08, n_station))
        time = datetime.fromtimestamp(START_S + (k + 1) * interval_s, UTC).isoformat()
        rows += [
            {"station_id": f"g{i:03d}", "lat": round(lat[i], 5), "lon": round(lon[i], 5), "time": time,
             "rate_mm_per_h": round(rate[i], 2)}
            for i in range(n_station)
        ]  # fmt: skip
    return rows


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--gauges", type=int, default=120)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--growth", type=float, default=0.0)
    args = parser.parse_args(words)
    rows = table(args.gauges, args.hours, args.seed, growth=args.growth)
    with open(args.file, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
