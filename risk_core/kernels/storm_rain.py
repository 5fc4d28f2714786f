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
    n_col, longest_h, reach2 = col_lon_deg.size, window_h[window_h.size - 1], reach_m * reach_m
    out = np.zeros((n_prob, n_hour, row_lat_deg.size * n_col), np.uint8)
    seen, sums = np.empty((n_hour, N_CODE), np.int64), np.zeros(n_hour + 1)
    for i in range(row_lat_deg.size * n_col):
        east_m, north_m = from_centres(row_lat_deg[i // n_col], col_lon_deg[i % n_col], centre)
        seen[:, :] = 0
        for m in range(n_member):
            for t in range(n_hour):
                x, y = east_m[t] - shift_m[m, t, 0], north_m[t] - shift_m[m, t, 1]
                far2 = x * x + y * y
                sums[t + 1] = sums[t] + (rain_at(terms[m, t], math.sqrt(far2)) if far2 < reach2 else 0.0)
                risk = 0.0
                if sums[t + 1] > sums[max(t + 1 - longest_h, 0)]:
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


@kernel
def from_centres(
    lat_deg: float, lon_deg: float, centre: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres east and north of each centre (lat_deg, lon_deg), on the plane half-way between the latitudes."""
    n = centre.shape[0]
    east_m, north_m = np.empty(n), np.empty(n)
    for t in range(n):
        across = M_PER_DEG * math.cos(math.radians(0.5 * (lat_deg + centre[t, 0])))
        east_m[t] = ((lon_deg - centre[t, 1] + 180.0) % 360.0 - 180.0) * across
        north_m[t] = (lat_deg - centre[t, 0]) * M_PER_DEG
    return east_m, north_m
