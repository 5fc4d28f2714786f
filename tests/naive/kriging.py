"""Slow and obvious twins of `risk_core.kernels.kriging`: one linear system a cell."""

import numpy as np


def _weights(x, y, x_m, y_m, model):
    """Weights, Lagrange multiplier, covariance matrix and covariances with the point, by the bordered system."""
    n = len(x_m)
    between = np.hypot(x_m[:, None] - x_m, y_m[:, None] - y_m)
    matrix = np.exp(-between / model[0]) + model[1] * np.eye(n)
    c = np.exp(-np.hypot(x - x_m, y - y_m) / model[0])
    bordered = np.block([[matrix, np.ones((n, 1))], [np.ones((1, n)), np.zeros((1, 1))]])
    solved = np.linalg.solve(bordered, np.append(c, 1.0))
    return solved[:n], solved[n], matrix, c


def _windows(x_cell_m, y_cell_m, x_m, y_m, model, n_near):
    for y in y_cell_m:
        for x in x_cell_m:
            near = np.sort(np.argsort(np.hypot(x - x_m, y - y_m), kind="stable")[:n_near])
            yield near, *_weights(x, y, x_m[near], y_m[near], model)


def krige_dual(x_cell_m, y_cell_m, x_m, y_m, dual, covariance):
    sill, nugget, length_m = covariance
    out = []
    for x, y in zip(x_cell_m, y_cell_m, strict=True):
        d = np.hypot(x - x_m, y - y_m)
        c = np.where(d > 0, sill * np.exp(-d / length_m), sill + nugget)
        out.append(dual[-1] + c @ dual[:-1])
    return np.array(out)


def krige_near(x_cell_m, y_cell_m, x_m, y_m, model, value, n_near):
    kriged, unknown = [], []
    for near, w, _, matrix, c in _windows(x_cell_m, y_cell_m, x_m, y_m, model, n_near):
        if (w < 0).any():
            size, mean_c = -w[w < 0].mean(), c[w < 0].mean()
            kept = np.where((w < 0) | ((w < size) & (c < mean_c)), 0.0, w)
        else:
            kept = w
        used = kept / kept.sum()
        kriged.append(used @ value[near])
        unknown.append(min(max(1 - 2 * used @ c + used @ matrix @ used, 0), 1))
    return np.array(kriged), np.array(unknown)


def krige_moving(x_cell_m, y_cell_m, x_m, y_m, model, value, n_near):
    mean, variance = [], []
    for near, w, lagrange, _, c in _windows(x_cell_m, y_cell_m, x_m, y_m, model, n_near):
        mean.append(w @ value[near])
        variance.append(1 - w @ c - lagrange)
    return np.array(mean), np.array(variance)
