"""Rain that the members of a storm bring: quantiles of its risk in each cell and hour."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.fields import code_of, ladder_risk
from risk_core.kernels.jit import kernel
from risk_core.kernels.typhoon import M_PER_DEG

N_CODE = 251


@kernel
def rain_at(term: NDArray[np.float64], far_m: float) -> float:
    """Rate at a distance from the centre, mm/h; `term` is rate at the centre, largest rate, its radius, e-folding."""
    if far_m < term[2]:
        return float(term[0] + (term[1] - term[0]) * far_m / term[2])
    return float(term[1] * math.exp(-(far_m - term[2]) / term[3]))


@kernel
def member_rain_codes(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    centre: NDArray[np.float64],
    shift_m: NDArray[np.float64],
    terms: NDArray[np.float64],
    reach_m: float,
    window_h: NDArray[np.int64],
    knots: NDArray[np.float64],
    prob: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Quantiles over members of the risk of accumulated rain, the worst window counting.

    The rate at a whole hour stands for the hour that ends then; hours before the first bring no rain.

    Parameters
    ----------
    row_lat_deg, col_lon_deg
        Cell centres, degrees.
    centre
        (lat_deg, lon_deg) by hour, shape=(n_hour, 2); NaN where there is no storm.
    shift_m
        Shift of the centre (east, north), metres, shape=(n_member, n_hour, 2).
    terms
        Rate at the centre and its largest in mm/h, radius of the largest and e-folding distance in metres,
        shape=(n_member, n_hour, 4).
    reach_m
        No rain farther than this from the centre.
    window_h
        Lengths of the windows, whole hours, ascending, shape=(n_window,).
    knots
        Amounts of the risks 0.2 ... 1.0, mm, shape=(n_window, 5).
    prob
        Levels of the quantiles, shape=(n_prob,).

    Returns
    -------
    uint8 array
        Smallest risk byte not passed by that share of members, shape=(n_prob, n_hour, n_cell).
    """
    n_member, n_hour, n_window, n_prob = shift_m.shape[0], shift_m.shape[1], window_h.size, prob.size
    n_col = col_lon_deg.size
    out = np.zeros((n_prob, n_hour, row_lat_deg.size * n_col), np.uint8)
    seen = np.empty((n_hour, N_CODE), np.int64)
    sums = np.zeros(n_hour + 1)
    for i in range(row_lat_deg.size * n_col):
        lat_deg, lon_deg = row_lat_deg[i // n_col], col_lon_deg[i % n_col]
        seen[:, :] = 0
        for m in range(n_member):
            for t in range(n_hour):
                north_m = (lat_deg - centre[t, 0]) * M_PER_DEG - shift_m[m, t, 1]
                middle_deg = 0.5 * (lat_deg + centre[t, 0] + shift_m[m, t, 1] / M_PER_DEG)
                lon0_deg = centre[t, 1] + shift_m[m, t, 0] / (
                    M_PER_DEG * max(math.cos(math.radians(centre[t, 0])), 1e-3)
                )
                east_m = ((lon_deg - lon0_deg + 180.0) % 360.0 - 180.0) * M_PER_DEG * math.cos(math.radians(middle_deg))
                far_m = math.sqrt(east_m * east_m + north_m * north_m)
                sums[t + 1] = sums[t] + (rain_at(terms[m, t], far_m) if far_m < reach_m else 0.0)
                risk = 0.0
                for w in range(n_window):
                    fallen_mm = sums[t + 1] - sums[max(t + 1 - window_h[w], 0)]
                    risk = max(risk, ladder_risk(fallen_mm, knots[w]))
                seen[t, code_of(risk)] += 1
        for t in range(n_hour):
            n, code = seen[t, 0], 0
            for p in range(n_prob):
                while n < prob[p] * n_member - 1e-9:
                    code += 1
                    n += seen[t, code]
                out[p, t, i] = code
    return out
