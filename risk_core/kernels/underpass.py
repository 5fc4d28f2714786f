"""Underpasses as buckets: what runs in, what the pump takes out, when the water passes a mark."""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

Floats = NDArray[np.float64]


@kernel
def fill_buckets(
    start_m3: Floats, brim_m3: Floats, pump_m3_per_s: Floats, inflow_m3_per_s: Floats, duration_s: Floats
) -> tuple[Floats, Floats]:
    """Water in each bucket at the end of each interval; never below 0 and never above its brim.

    Parameters
    ----------
    start_m3, brim_m3, pump_m3_per_s
        Water at the beginning, volume at which it runs over, pump, shape=(n_bucket,).
    inflow_m3_per_s
        Steady inside each interval, shape=(n_interval, n_bucket).
    duration_s
        Length of the intervals, shape=(n_interval,).

    Returns
    -------
    volume_m3
        shape=(n_interval + 1, n_bucket), the beginning first.
    spilled_m3
        What ran over, shape=(n_bucket,).
    """
    n_interval, n_bucket = inflow_m3_per_s.shape
    volume, spilled = np.empty((n_interval + 1, n_bucket)), np.zeros(n_bucket)
    volume[0] = start_m3
    for t in range(n_interval):
        for k in range(n_bucket):
            net = (inflow_m3_per_s[t, k] - pump_m3_per_s[k]) * duration_s[t]
            level = max(volume[t, k] + net, 0.0)
            spilled[k] += max(level - brim_m3[k], 0.0)
            volume[t + 1, k] = min(level, brim_m3[k])
    return volume, spilled


@kernel
def pass_marks(
    volume_m3: Floats, inflow_m3_per_s: Floats, pump_m3_per_s: Floats, end_s: Floats, mark_m3: Floats, clear_m3: Floats
) -> Floats:
    """First time the water reaches a mark and the first time after its last stay there that it is below `clear_m3`.

    Inside an interval the water rises or falls evenly until it is empty or full, so both times are exact.

    Parameters
    ----------
    volume_m3, inflow_m3_per_s, pump_m3_per_s
        As of `fill_buckets`.
    end_s
        Times of the rows of `volume_m3`, shape=(n_interval + 1,).
    mark_m3, clear_m3
        shape=(n_bucket,), ``clear <= mark``.

    Returns
    -------
    float64 array
        shape=(2, n_bucket); inf for a mark never reached, and for water that stays to the end.
    """
    n_time, n_bucket = volume_m3.shape
    out = np.full((2, n_bucket), np.inf)
    for k in range(n_bucket):
        for t in range(n_time):
            if volume_m3[t, k] >= mark_m3[k]:
                if out[0, k] == np.inf:
                    out[0, k] = end_s[t] if t == 0 else _when(
                        volume_m3, inflow_m3_per_s, pump_m3_per_s, end_s, t, k, mark_m3[k]
                    )  # fmt: skip
                out[1, k] = np.inf
            elif out[0, k] < np.inf and out[1, k] == np.inf and volume_m3[t, k] <= clear_m3[k]:
                out[1, k] = _when(volume_m3, inflow_m3_per_s, pump_m3_per_s, end_s, t, k, clear_m3[k])
    return out


@kernel
def _when(
    volume_m3: Floats,
    inflow_m3_per_s: Floats,
    pump_m3_per_s: Floats,
    end_s: Floats,
    t: int,
    k: int,
    wanted_m3: float,
) -> float:
    """Time inside the interval before row t at which the water of bucket k stands at a volume."""
    rate = inflow_m3_per_s[t - 1, k] - pump_m3_per_s[k]
    return float(end_s[t - 1] + (wanted_m3 - volume_m3[t - 1, k]) / rate)
