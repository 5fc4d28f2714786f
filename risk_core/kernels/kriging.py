"""Ordinary kriging with an exponential covariance: global in its dual form, local by the nearest stations."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel


@kernel
def krige_dual(
    x_cell_m: NDArray[np.float64],
    y_cell_m: NDArray[np.float64],
    x_m: NDArray[np.float64],
    y_m: NDArray[np.float64],
    dual: NDArray[np.float64],
    covariance: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Kriged mean at points from weights that were solved for once (dual form): one exponential a station.

    Parameters
    ----------
    x_cell_m, y_cell_m
        Points, shape=(n_point,), metres on a plane.
    x_m, y_m
        Stations, shape=(n_station,), metres on the same plane.
    dual
        Weight of each station's covariance, then the mean, shape=(n_station + 1, n_value).
    covariance
        Partial sill, nugget, e-folding length in metres, shape=(3,). The nugget counts at the station itself only.

    Returns
    -------
    float64 array
        shape=(n_point, n_value).
    """
    n_station, n_value = x_m.size, dual.shape[1]
    sill, nugget, per_m = covariance[0], covariance[1], 1.0 / covariance[2]
    out = np.empty((x_cell_m.size, n_value))
    for i in range(x_cell_m.size):
        for j in range(n_value):
            out[i, j] = dual[n_station, j]
        for k in range(n_station):
            dx, dy = x_cell_m[i] - x_m[k], y_cell_m[i] - y_m[k]
            d = math.sqrt(dx * dx + dy * dy)
            c = sill * math.exp(-d * per_m) if d > 0.0 else sill + nugget
            for j in range(n_value):
                out[i, j] += c * dual[k, j]
    return out


@kernel
def krige_near(
    x_cell_m: NDArray[np.float64],
    y_cell_m: NDArray[np.float64],
    x_m: NDArray[np.float64],
    y_m: NDArray[np.float64],
    model: NDArray[np.float64],
    value: NDArray[np.float32],
    n_near: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Kriging by the nearest stations of each cell with weights that are never negative.

    Negative weights, and those below their mean size at stations less correlated with the cell than they are, are
    set to zero and the rest scaled to one (Deutsch 1996, Computers & Geosciences 22, 765-773, eqs. 3-6). More rain
    at a station then lowers the estimate nowhere, and no cell exceeds its stations.

    Parameters
    ----------
    x_cell_m, y_cell_m
        Columns and rows of the grid, shape=(n_col,), (n_row,), metres on a plane.
    x_m, y_m
        Stations, shape=(n_station,), metres on the same plane; at least one.
    model
        e-folding length of the correlation in metres, variance of the measuring error as a share of the sill;
        shape=(2,).
    value
        shape=(n_station, n_value).
    n_near
        Stations used a cell.

    Returns
    -------
    kriged
        shape=(n_row * n_col, n_value).
    unknown_share
        Kriging variance as a share of the sill, 0..1, shape=(n_row * n_col,); of the weights in use.
    """
    n_col, n_value = x_cell_m.size, value.shape[1]
    used = min(n_near, x_m.size)
    kriged = np.zeros((y_cell_m.size * n_col, n_value), np.float32)
    unknown_share = np.empty(y_cell_m.size * n_col, np.float32)
    near, last = np.empty(used, np.int64), np.full(used, -1, np.int64)
    lower, ones = np.empty((used, used)), np.empty(used)
    c, weight, distance_m = np.empty(used), np.empty(used), np.empty(x_m.size)
    for i in range(kriged.shape[0]):
        x, y = x_cell_m[i % n_col], y_cell_m[i // n_col]
        for k in range(x_m.size):
            distance_m[k] = math.sqrt((x - x_m[k]) ** 2 + (y - y_m[k]) ** 2)
        _nearest(distance_m, near)
        if not _is_same(near, last):
            _factor(x_m, y_m, near, model, lower, ones)
            last[:] = near
        for k in range(used):
            c[k] = math.exp(-distance_m[near[k]] / model[0])
        _solve_weights(lower, ones, c, weight)
        _drop_negative(weight, c)
        unknown_share[i] = min(_variance_share(lower, c, weight), 1.0)
        for k in range(used):
            share = np.float32(weight[k])
            for j in range(n_value):
                kriged[i, j] += share * value[near[k], j]
    return kriged, unknown_share


@kernel
def krige_moving(
    x_cell_m: NDArray[np.float64],
    y_cell_m: NDArray[np.float64],
    x_m: NDArray[np.float64],
    y_m: NDArray[np.float64],
    model: NDArray[np.float64],
    value: NDArray[np.float64],
    n_near: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Plain ordinary kriging in a moving window of the nearest stations, weights as they come out.

    Arguments as in `krige_near`, with one value a station, shape=(n_station,). Returns mean and variance as a share
    of the sill, each shape=(n_row * n_col,).
    """
    n_col = x_cell_m.size
    used = min(n_near, x_m.size)
    mean, variance = np.zeros(y_cell_m.size * n_col), np.empty(y_cell_m.size * n_col)
    near, last = np.empty(used, np.int64), np.full(used, -1, np.int64)
    lower, ones = np.empty((used, used)), np.empty(used)
    c, weight, distance_m = np.empty(used), np.empty(used), np.empty(x_m.size)
    for i in range(mean.size):
        x, y = x_cell_m[i % n_col], y_cell_m[i // n_col]
        for k in range(x_m.size):
            distance_m[k] = math.sqrt((x - x_m[k]) ** 2 + (y - y_m[k]) ** 2)
        _nearest(distance_m, near)
        if not _is_same(near, last):
            _factor(x_m, y_m, near, model, lower, ones)
            last[:] = near
        for k in range(used):
            c[k] = math.exp(-distance_m[near[k]] / model[0])
        lagrange = _solve_weights(lower, ones, c, weight)
        variance[i] = 1.0 - lagrange
        for k in range(used):
            mean[i] += weight[k] * value[near[k]]
            variance[i] -= weight[k] * c[k]
    return mean, variance


@kernel
def _nearest(distance_m: NDArray[np.float64], near: NDArray[np.int64]) -> None:
    """Positions of the nearest stations, ascending by position; of equal distances the earlier station."""
    n = near.size
    least = np.full(n, np.inf)
    for k in range(distance_m.size):
        d = distance_m[k]
        if d >= least[n - 1]:
            continue
        j = n - 1
        while j > 0 and least[j - 1] > d:
            least[j] = least[j - 1]
            near[j] = near[j - 1]
            j -= 1
        least[j] = d
        near[j] = k
    near.sort()


@kernel
def _is_same(a: NDArray[np.int64], b: NDArray[np.int64]) -> bool:
    for k in range(a.size):  # noqa: SIM110 - numba has no all() over a generator
        if a[k] != b[k]:
            return False
    return True


@kernel
def _factor(
    x_m: NDArray[np.float64],
    y_m: NDArray[np.float64],
    near: NDArray[np.int64],
    model: NDArray[np.float64],
    lower: NDArray[np.float64],
    ones: NDArray[np.float64],
) -> None:
    """Cholesky factor of the stations' covariance (unit sill), and that factor solved for a vector of ones."""
    n = near.size
    for i in range(n):
        for j in range(i + 1):
            d = math.sqrt((x_m[near[i]] - x_m[near[j]]) ** 2 + (y_m[near[i]] - y_m[near[j]]) ** 2)
            total = math.exp(-d / model[0])
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            if i == j:
                lower[i, i] = math.sqrt(max(total + model[1], 1e-12))
            else:
                lower[i, j] = total / lower[j, j]
        total = 1.0
        for k in range(i):
            total -= lower[i, k] * ones[k]
        ones[i] = total / lower[i, i]


@kernel
def _solve_weights(
    lower: NDArray[np.float64], ones: NDArray[np.float64], c: NDArray[np.float64], weight: NDArray[np.float64]
) -> float:
    """Weights that sum to one and give the least variance; returns the Lagrange multiplier."""
    n = c.size
    along, across = 0.0, 0.0
    for i in range(n):
        total = c[i]
        for k in range(i):
            total -= lower[i, k] * weight[k]
        weight[i] = total / lower[i, i]
        along += ones[i] * weight[i]
        across += ones[i] * ones[i]
    lagrange = (along - 1.0) / across
    for i in range(n - 1, -1, -1):
        total = weight[i] - lagrange * ones[i]
        for k in range(i + 1, n):
            total -= lower[k, i] * weight[k]
        weight[i] = total / lower[i, i]
    return lagrange


@kernel
def _drop_negative(weight: NDArray[np.float64], c: NDArray[np.float64]) -> None:
    """Correction of Deutsch 1996; weights still sum to one."""
    n_negative, size, near = 0, 0.0, 0.0
    for k in range(weight.size):
        if weight[k] < 0.0:
            n_negative += 1
            size -= weight[k]
            near += c[k]
    if n_negative == 0:
        return
    size, near = size / n_negative, near / n_negative
    total = 0.0
    for k in range(weight.size):
        if weight[k] < 0.0 or (weight[k] < size and c[k] < near):
            weight[k] = 0.0
        total += weight[k]
    for k in range(weight.size):
        weight[k] /= total


@kernel
def _variance_share(lower: NDArray[np.float64], c: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Error variance of any weights, 1 - 2 w'c + w'Cw, with C as its Cholesky factor."""
    out = 1.0
    for k in range(weight.size):
        out -= 2.0 * weight[k] * c[k]
        part = 0.0
        for i in range(k, weight.size):
            part += lower[i, k] * weight[i]
        out += part * part
    return max(out, 0.0)
