"""Write the reference tables that other programs gave for inputs of ours: `python -m tests.reference.peers NAME`.

    kriging     kriging_pykrige.csv   PyKrige (tests/benchmarks/requirements.txt)
    nowcast     nowcast_pysteps.csv   pysteps (the same)
    fractions   fractions_pysteps.csv pysteps
    holland     holland_climada.csv   CLIMADA, in an environment of its own (make bench-typhoon makes one)

The inputs are made here from seeds, so a test makes the same ones again and compares what we give with the table.
"""

import csv
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SILL, RANGE_M, N_GAUGE, N_POINT = 100.0, 80.0, 600, 60
N_CELL, N_LEAD, EVERY = 64, 6, 4
MOTION = (2.6, -1.3)
THRESHOLDS, WINDOWS = (0.5, 2.0, 5.0), (1, 5, 11)
ENVIRONMENT_HPA = 1010.0
RADII_M = np.array([5e3, 15e3, 30e3, 45e3, 80e3, 150e3, 300e3, 450e3])


def gauges() -> tuple[np.ndarray, ...]:
    """Places and amounts of gauges, and places to krige at, metres and millimetres."""
    rng = np.random.default_rng(20260802)
    x, y = rng.uniform(0, 400.0, N_GAUGE), rng.uniform(0, 500.0, N_GAUGE)
    z = 60 * np.exp(-((x - 150) ** 2 / 900 + (y - 300) ** 2 / 160)) + rng.gamma(0.5, 4, N_GAUGE)
    return x, y, z, rng.uniform(0, 400.0, N_POINT), rng.uniform(0, 500.0, N_POINT)


def rain() -> np.ndarray:
    """A smooth field of rain with dry ground in it, mm/h."""
    rng = np.random.default_rng(20260803)
    k = np.hypot(np.fft.fftfreq(N_CELL)[:, None], np.fft.rfftfreq(N_CELL)[None])
    k[0, 0] = 1
    wave = (rng.normal(size=k.shape) + 1j * rng.normal(size=k.shape)) * k**-1.9 * np.exp(-((k / 0.12) ** 2))
    field = np.fft.irfft2(wave, s=(N_CELL, N_CELL))
    rate = np.exp(1.2 * (field - field.mean()) / field.std() + 0.3)
    rate[rate < 1.0] = 0.0
    return rate.astype(np.float32)


def storms() -> np.ndarray:
    """Rows of latitude, central pressure, its change (hPa/h), translation (m/s) and radius of maximum wind (m)."""
    rng = np.random.default_rng(20260804)
    n = 24
    return np.column_stack([
        rng.uniform(12, 42, n), rng.uniform(915, 995, n), rng.uniform(-2, 2, n), rng.uniform(1, 15, n),
        rng.uniform(20e3, 70e3, n),
    ]).round(3)  # fmt: skip


def by_pykrige() -> Iterable[tuple[object, ...]]:
    from pykrige.ok import OrdinaryKriging

    x, y, z, px, py = gauges()
    parameters = {"sill": SILL, "range": RANGE_M, "nugget": 0.0}
    peer = OrdinaryKriging(x, y, z, variogram_model="exponential", variogram_parameters=parameters)
    mean, variance = peer.execute("points", px, py)
    yield ("mean", "variance")
    yield from zip(map(repr, mean.data.tolist()), map(repr, variance.data.tolist()), strict=True)


def by_pysteps() -> Iterable[tuple[object, ...]]:
    from pysteps import nowcasts

    u, v = (np.full((N_CELL, N_CELL), one) for one in MOTION)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = nowcasts.get_method("extrapolation")(rain().astype(np.float64), np.stack([u, v]), N_LEAD)
    yield ("lead", "row", "col", "mm_per_h")
    for lead, row, col in np.ndindex(N_LEAD, N_CELL // EVERY, N_CELL // EVERY):
        yield lead, row * EVERY, col * EVERY, f"{told[lead, row * EVERY, col * EVERY]:.6f}"


def fractions_by_pysteps() -> Iterable[tuple[object, ...]]:
    from pysteps.verification.spatialscores import fss

    seen = rain().astype(np.float64)
    forecast = np.roll(seen, (3, -5), axis=(0, 1))
    yield ("threshold_mm_per_h", "window_cells", "fss")
    for threshold in THRESHOLDS:
        for window in WINDOWS:
            yield threshold, window, f"{fss(forecast, seen, threshold, window):.6f}"


def by_climada() -> Iterable[tuple[object, ...]]:
    import xarray as xr
    from climada.hazard.trop_cyclone import trop_cyclone_windfields as peer

    yield ("storm", "shape_b", *(f"wind_{r / 1000:.0f}_km" for r in RADII_M))
    for k, (lat, hpa, change, speed, radius) in enumerate(storms().tolist()):
        # The peer takes the change from the points an hour apart, in Pa and seconds.
        track = xr.Dataset({
            "lat": ("time", [lat, lat]), "tstep": ("time", [3600.0, 3600.0]), "vtrans_norm": ("time", [speed, speed]),
            "cen": ("time", 100 * np.array([hpa - change, hpa])), "rad": ("time", [radius, radius]),
            "env": ("time", 100 * np.array([ENVIRONMENT_HPA] * 2)),
            "pdelta": ("time", 100 * (ENVIRONMENT_HPA - np.array([hpa - change, hpa]))),
            "cp": ("time", peer._coriolis_parameter(np.array([lat, lat]))),
        })  # fmt: skip
        peer._bs_holland_2008(track)
        peer._rho_air(track, 1.15)
        far = np.repeat(RADII_M[None], 2, axis=0)
        wind = peer._stat_holland_1980(track, far, np.ones_like(far, dtype=bool))[1]
        yield k, f"{float(track['hol_b'][1]):.9f}", *(f"{one:.6f}" for one in wind)


TABLES: dict[str, tuple[str, Callable[[], Iterable[tuple[object, ...]]]]] = {
    "kriging": ("kriging_pykrige.csv", by_pykrige),
    "nowcast": ("nowcast_pysteps.csv", by_pysteps),
    "fractions": ("fractions_pysteps.csv", fractions_by_pysteps),
    "holland": ("holland_climada.csv", by_climada),
}


def main(name: str) -> None:
    """Write one table."""
    file, make = TABLES[name]
    with (HERE / file).open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(make())


if __name__ == "__main__":
    main(sys.argv[1])
