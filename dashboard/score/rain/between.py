"""How well rain between gauges is met: each gauge left out and estimated from the others."""

import math
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.interpolate import interpolate_gauges
from risk_core.hazards.rain.options import RAIN_DEFAULTS, Interpolation
from risk_core.hazards.rain.variogram import fit_variogram
from risk_core.kernels.kriging import krige_moving
from risk_core.kernels.rain import M_PER_DEG
from risk_core.state.situation import RainGauges

MOST_FIELDS: Final = 20
"""Fields in which every gauge is left out once: the rainiest."""
PLAIN: Final = "kriging with negatives cut"

Floats = NDArray[np.float64]


def score_between(gauges: RainGauges, steps: list[int]) -> dict[str, Any]:
    """Mean absolute error of left-out gauges by each way to interpolate, mm/h, and the correlation length."""
    rate = gauges.rate_mm_per_h
    rainiest = sorted(steps, key=lambda at: -float(np.nansum(rate[at])))[:MOST_FIELDS]
    east = M_PER_DEG * math.cos(math.radians(float(gauges.lat_deg.mean())))
    x_m, y_m = gauges.lon_deg * east, gauges.lat_deg * M_PER_DEG
    error: dict[str, list[float]] = {name: [] for name in (*Interpolation, PLAIN)}
    for at in rainiest:
        known = np.flatnonzero(np.isfinite(rate[at]))
        if len(known) <= RAIN_DEFAULTS.least_kriging:
            continue
        for one in known:
            others = known[known != one]
            for name, estimate in _estimates(gauges, x_m, y_m, int(one), others, rate[at]).items():
                error[name].append(abs(estimate - float(rate[at, one])))
    fitted = fit_variogram(x_m, y_m, rate[rainiest]) if rainiest else None
    return {
        "n": len(error[PLAIN]),
        "mae": {str(name): round(float(np.mean(each)), 4) if each else None for name, each in error.items()},
        "correlation_m": None if fitted is None else round(fitted.length_m),
        "correlation_m_in_use": RAIN_DEFAULTS.correlation_m,
    }


def _estimates(
    gauges: RainGauges, x_m: Floats, y_m: Floats, one: int, others: NDArray[np.intp], rate: Floats
) -> dict[str, float]:
    """Rate at a gauge from the others, by each method."""
    at = gauges.lat_deg[one : one + 1], gauges.lon_deg[one : one + 1]
    value = rate[others].astype(np.float32)[:, None]
    out: dict[str, float] = {}
    for method in Interpolation:
        options = replace(RAIN_DEFAULTS, interpolation=method)
        found = interpolate_gauges(*at, gauges.lat_deg[others], gauges.lon_deg[others], value, options)
        out[method] = float(found.value[0, 0])
    model = np.array([RAIN_DEFAULTS.correlation_m, (RAIN_DEFAULTS.gauge_error / RAIN_DEFAULTS.field_error) ** 2])
    point = x_m[one : one + 1], y_m[one : one + 1]
    mean, _ = krige_moving(*point, x_m[others], y_m[others], model, rate[others], RAIN_DEFAULTS.n_near)
    out[PLAIN] = max(float(mean[0]), 0.0)
    return out
