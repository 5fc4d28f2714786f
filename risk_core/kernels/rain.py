"""Rain between stations and in time: weights, running sums, risk bytes."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.fields import code_of, ladder_risk
from risk_core.kernels.jit import kernel

M_PER_DEG = 111_195.08
RATE = 3
N_NEAR = 6
NORMAL_90 = 1.2815515655446004
"""90 % quantile of the standard normal distribution: an interval of that many deviations each way holds 80 %."""


@kernel
def blend_stations(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    station_lat_deg: NDArray[np.float64],
    station_lon_deg: NDArray[np.float64],
    smooth_m: float,
    value: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean of the nearest stations' values in every cell by local inverse distances (modified Shepard).

    Weights are ``((R - d) / (R d))^2`` with R the distance of the seventh nearest station (Franke & Nielson
    1980, Int. J. Numer. Methods Eng. 15:1691): none is negative, they change continuously, and a crowd of
    gauges far away weighs nothing. With six stations or fewer R is infinite (Shepard 1968).

    Parameters
    ----------
    row_lat_deg, col_lon_deg
        Cell centres, shape=(n_row,), (n_col,), degrees.
    station_lat_deg, station_lon_deg
        shape=(n_station,), degrees; at least one.
    smooth_m
        Squared and added to each squared distance d^2, metres.
    value
        shape=(n_station, n_value).

    Returns
    -------
    blended
        shape=(n_row * n_col, n_value).
    nearest_m
        Distance to the nearest station, shape=(n_row * n_col,), metres.
    """
    n_row, n_col = row_lat_deg.size, col_lon_deg.size
    n_station, n_value = value.shape
    blended = np.zeros((n_row * n_col, n_value), np.float32)
    nearest_m = np.empty(n_row * n_col, np.float32)
    distance_m = np.empty(n_station)
    weight = np.empty(n_station)
    least_m = np.empty(N_NEAR + 1)
    for r in range(n_row):
        across = M_PER_DEG * math.cos(math.radians(row_lat_deg[r]))
        for c in range(n_col):
            i = r * n_col + c
            for k in range(n_station):
                dx = (col_lon_deg[c] - station_lon_deg[k]) * across
                dy = (row_lat_deg[r] - station_lat_deg[k]) * M_PER_DEG
                distance_m[k] = math.sqrt(dx * dx + dy * dy)
            _keep_least(distance_m, least_m)
            total = _weigh(distance_m, least_m[N_NEAR], smooth_m, weight)
            for k in range(n_station):
                if weight[k] > 0.0:
                    share = np.float32(weight[k] / total)
                    for j in range(n_value):
                        blended[i, j] += share * value[k, j]
            nearest_m[i] = least_m[0]
    return blended, nearest_m


@kernel
def _keep_least(distance_m: NDArray[np.float64], least_m: NDArray[np.float64]) -> None:
    """Smallest distances in ascending order, as many as `least_m` holds; the rest of it is inf."""
    least_m[:] = np.inf
    last = least_m.size - 1
    for k in range(distance_m.size):
        d = distance_m[k]
        if d >= least_m[last]:
            continue
        j = last
        while j > 0 and least_m[j - 1] > d:
            least_m[j] = least_m[j - 1]
            j -= 1
        least_m[j] = d


@kernel
def _weigh(distance_m: NDArray[np.float64], reach_m: float, smooth_m: float, weight: NDArray[np.float64]) -> float:
    """Weights of the stations inside `reach_m` and their sum; plain inverse squares when all stand at its rim."""
    total = 0.0
    for k in range(distance_m.size):
        d2 = distance_m[k] * distance_m[k] + smooth_m * smooth_m
        fade = max(1.0 - distance_m[k] / reach_m, 0.0)
        weight[k] = fade * fade / d2
        total += weight[k]
    if total > 0.0:
        return total
    for k in range(distance_m.size):
        weight[k] = 1.0 / (distance_m[k] * distance_m[k] + smooth_m * smooth_m)
        total += weight[k]
    return total


@kernel
def hold_gaps(rate_mm_per_h: NDArray[np.float64], n_hold: int) -> NDArray[np.float64]:
    """Fill each gap with the last known rate for at most `n_hold` intervals; negative rates count as missing.

    shape=(n_time, n_station) in and out.
    """
    n_time, n_station = rate_mm_per_h.shape
    out = np.full((n_time, n_station), np.nan)
    for k in range(n_station):
        age = n_hold + 1
        last = np.nan
        for t in range(n_time):
            if rate_mm_per_h[t, k] >= 0.0:
                last = rate_mm_per_h[t, k]
                age = 0
            else:
                age += 1
            if age <= n_hold:
                out[t, k] = last
    return out


@kernel
def accumulate_rain(
    rate_mm_per_h: NDArray[np.float64],
    first_s: float,
    interval_s: float,
    from_s: NDArray[np.float64],
    until_s: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Rain of each station between two times, by differences of its running sum.

    Parameters
    ----------
    rate_mm_per_h
        Mean rate of each interval, shape=(n_time, n_station), mm/h; NaN counts as no rain.
    first_s, interval_s
        Start of the first interval and its length, seconds.
    from_s, until_s
        shape=(n_span,), same clock; parts outside the record count as no rain.

    Returns
    -------
    float64 array
        shape=(n_span, n_station), mm.
    """
    n_time, n_station = rate_mm_per_h.shape
    total = np.zeros((n_time + 1, n_station))
    for t in range(n_time):
        for k in range(n_station):
            rate = rate_mm_per_h[t, k]
            total[t + 1, k] = total[t, k] + (0.0 if math.isnan(rate) else rate * interval_s / 3600.0)
    out = np.zeros((from_s.size, n_station))
    for i in range(from_s.size):
        a = min(max((from_s[i] - first_s) / interval_s, 0.0), float(n_time))
        b = min(max((until_s[i] - first_s) / interval_s, 0.0), float(n_time))
        if b <= a:
            continue
        ia, ib = min(int(a), n_time - 1), min(int(b), n_time - 1)
        for k in range(n_station):
            low = total[ia, k] + (a - ia) * (total[ia + 1, k] - total[ia, k])
            high = total[ib, k] + (b - ib) * (total[ib + 1, k] - total[ib, k])
            out[i, k] = max(high - low, 0.0)
    return out


@kernel
def rain_codes(
    rain: NDArray[np.float32],
    change_mm: NDArray[np.float32],
    unknown_share: NDArray[np.float32],
    growth_h: NDArray[np.float64],
    widths: NDArray[np.float64],
    elsewhere_mm: NDArray[np.float64],
    knots_mm: NDArray[np.float64],
    errors: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Risk bytes of rain with the bounds of their interval: the worst window counts.

    Parameters
    ----------
    rain
        shape=(n_cell, n_slice, 4): mm already fallen in each of three windows, then the rate that goes on, mm/h.
    change_mm
        What a nowcast changes of the rain still to fall in each window, shape=(n_cell, n_slice, 3).
    unknown_share
        Share 0..1 of the field's variance the gauges do not explain in a cell, shape=(n_cell,).
    growth_h
        Hours of the present rate still to fall inside each window, shape=(n_slice, 3).
    widths
        A slice's share 0..1 by which rain may have moved elsewhere; the standard error of log(rate + 1 mm/h) of the
        rain still to fall; 1.2816 standard deviations of unseen rain in each window far from every gauge, mm; the
        hours of each window still to come; shape=(n_slice, 8).
    elsewhere_mm
        What the heaviest rain of the region would bring in the same time, shape=(n_slice, 3), mm.
    knots_mm
        Figures of the risks 0.2 ... 1.0, shape=(3, 5), mm.
    errors
        Log error of a gauge and of the field far from every gauge, shape=(2,).

    Returns
    -------
    uint8 array
        Risk, low and high, shape=(3, n_slice, n_cell).
    """
    n_cell, n_slice = rain.shape[0], rain.shape[1]
    out = np.empty((3, n_slice, n_cell), np.uint8)
    for i in range(n_cell):
        variance = errors[0] * errors[0] + errors[1] * errors[1] * unknown_share[i]
        wide = math.exp(NORMAL_90 * math.sqrt(variance))
        apart = math.sqrt(unknown_share[i])
        for t in range(n_slice):
            mixing = widths[t, 0]
            ahead = math.exp(NORMAL_90 * widths[t, 1])
            risk, low, high = 0.0, 0.0, 0.0
            for w in range(3):
                fallen = rain[i, t, w]
                coming = max(rain[i, t, RATE] * growth_h[t, w] + change_mm[i, t, w], 0.0)
                moved = mixing * max(elsewhere_mm[t, w] - coming, 0.0) + apart * widths[t, 2 + w]
                risk = max(risk, ladder_risk(fallen + coming, knots_mm[w]))
                hours = widths[t, 5 + w]
                less = max((coming / wide + hours) / ahead - hours, 0.0) * (1.0 - mixing)
                more = (coming * wide + hours) * ahead - hours + moved
                low = max(low, ladder_risk(fallen / wide + less, knots_mm[w]))
                high = max(high, ladder_risk(fallen * wide + more, knots_mm[w]))
            out[0, t, i] = code_of(risk)
            out[1, t, i] = code_of(low)
            out[2, t, i] = code_of(high)
    return out
