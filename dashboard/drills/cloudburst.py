"""A cloudburst over a city: rain at gauges, and streets that close when the water has come.

The rain is a round core of Gaussian profile over a drizzle, with an envelope in time; it is an invention made
to exercise the product, not a model of any storm. The core's size (a few kilometres) and peak (about 110 mm/h)
are those of a severe convective cell: the Seoul cloudburst of 2022-08-08 brought 141.5 mm in one hour.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.units import M_PER_DEG_LAT

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CloudburstOptions:
    """Shape of the cloudburst; times are seconds from the beginning of the story.

    Attributes
    ----------
    peak_mm_per_h, drizzle_mm_per_h
        Rate in the middle of the core at its height, and everywhere.
    radius_m
        Standard deviation of the core.
    onset_s, full_s, waning_s, end_s
        When the core appears, is full, begins to weaken, is gone.
    drift_east_m_per_s, drift_north_m_per_s
        Motion of the core; it stands over the centre at `full_s`.
    interval_s
        Reporting interval of the gauges.
    """

    peak_mm_per_h: float = 115.0
    drizzle_mm_per_h: float = 2.0
    radius_m: float = 800.0
    onset_s: float = -900.0
    full_s: float = 600.0
    waning_s: float = 4200.0
    end_s: float = 6600.0
    drift_east_m_per_s: float = 0.06
    drift_north_m_per_s: float = 0.02
    interval_s: float = 120.0


CLOUDBURST_DEFAULTS = CloudburstOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Gauges:
    """Where rain is measured: ids and positions, shape=(n_station,), degrees."""

    station_id: tuple[str, ...]
    lat_deg: Floats
    lon_deg: Floats


def _ramp(x: float | Floats) -> Floats:
    """Smooth step from 0 at x <= 0 to 1 at x >= 1."""
    t = np.clip(x, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def place_gauges(
    centre: tuple[float, float], bounds: tuple[float, float, float, float], radius_m: float, seed: int
) -> Gauges:
    """Gauges in three rings round the centre and on a jittered lattice over (west, south, east, north)."""
    rng = np.random.default_rng([seed, 1])
    d_lon = 1.0 / (M_PER_DEG_LAT * np.cos(np.radians(centre[0])))
    lat, lon = [centre[0]], [centre[1]]
    for n_ring, radii in ((6, 0.8), (9, 1.7), (9, 3.0)):
        angle = 2 * np.pi * (np.arange(n_ring) + rng.uniform()) / n_ring
        lat += list(centre[0] + radii * radius_m * np.sin(angle) / M_PER_DEG_LAT)
        lon += list(centre[1] + radii * radius_m * np.cos(angle) * d_lon)
    west, south, east, north = bounds
    share = (np.arange(4) + 0.5) / 4
    grid_lat, grid_lon = np.meshgrid(south + share * (north - south), west + share * (east - west), indexing="ij")
    jitter = rng.uniform(-0.06, 0.06, size=(2, 16))
    lat += list(grid_lat.ravel() + jitter[0] * (north - south))
    lon += list(grid_lon.ravel() + jitter[1] * (east - west))
    names = tuple(f"drill-gauge-{k + 1:02d}" for k in range(len(lat)))
    return Gauges(names, np.array(lat), np.array(lon))


def rain_rate_mm_per_h(
    lat_deg: Floats,
    lon_deg: Floats,
    elapsed_s: float,
    centre: tuple[float, float],
    options: CloudburstOptions = CLOUDBURST_DEFAULTS,
) -> Floats:
    """Rate at points at one time of the story, mm/h, shape as given.

    Examples
    --------
    >>> at = np.array([0.0])
    >>> float(rain_rate_mm_per_h(at, at, 600.0, (0.0, 0.0))[0])
    117.0
    """
    rise = _ramp((elapsed_s - options.onset_s) / (options.full_s - options.onset_s))
    fall = _ramp((elapsed_s - options.waning_s) / (options.end_s - options.waning_s))
    strength = options.peak_mm_per_h * float(rise * (1.0 - fall))
    since_full_s = elapsed_s - options.full_s
    north_m = (lat_deg - centre[0]) * M_PER_DEG_LAT - options.drift_north_m_per_s * since_full_s
    east_m = (lon_deg - centre[1]) * M_PER_DEG_LAT * np.cos(np.radians(centre[0]))
    east_m = east_m - options.drift_east_m_per_s * since_full_s
    core = np.exp(-0.5 * (north_m**2 + east_m**2) / options.radius_m**2)
    return np.asarray(options.drizzle_mm_per_h + strength * core)


def measured_mm_per_h(
    gauges: Gauges,
    elapsed_s: float,
    centre: tuple[float, float],
    seed: int,
    options: CloudburstOptions = CLOUDBURST_DEFAULTS,
) -> Floats:
    """What the gauges report for the interval that ends at `elapsed_s`: the truth with 8 % noise, mm/h."""
    step = round(elapsed_s / options.interval_s)
    rng = np.random.default_rng([seed, 2, step + 100_000])
    middle_s = elapsed_s - options.interval_s / 2
    truth = rain_rate_mm_per_h(gauges.lat_deg, gauges.lon_deg, middle_s, centre, options)
    return np.round(truth * np.exp(rng.normal(0.0, 0.08, size=truth.size)), 1)


def hour_accumulation_mm(
    lat_deg: float,
    lon_deg: float,
    elapsed_s: float,
    centre: tuple[float, float],
    options: CloudburstOptions = CLOUDBURST_DEFAULTS,
) -> float:
    """Rain of the last hour at a point, mm, by the midpoint rule over minutes."""
    lat, lon = np.array([lat_deg]), np.array([lon_deg])
    minutes = elapsed_s - 3600.0 + 60.0 * (np.arange(60) + 0.5)
    return float(sum(rain_rate_mm_per_h(lat, lon, t, centre, options)[0] for t in minutes) / 60.0)


def closing_time_s(
    lat_deg: float,
    lon_deg: float,
    threshold_mm: float,
    centre: tuple[float, float],
    options: CloudburstOptions = CLOUDBURST_DEFAULTS,
) -> float:
    """First minute of the story at which the last hour's rain reaches the threshold, inf if never, seconds."""
    minutes = np.arange(options.onset_s - 3600.0, options.end_s + 60.0, 60.0)
    lat, lon = np.array([lat_deg]), np.array([lon_deg])
    rate = np.array([rain_rate_mm_per_h(lat, lon, t + 30.0, centre, options)[0] for t in minutes])
    total = np.cumsum(rate) / 60.0
    hour = total - np.concatenate([np.zeros(60), total[:-60]])
    reached = np.flatnonzero(hour >= threshold_mm)
    return float(minutes[reached[0]] + 60.0) if reached.size else float("inf")
