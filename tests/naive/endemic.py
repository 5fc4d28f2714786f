"""Slow and obvious twin of `risk_core.kernels.endemic`."""

import numpy as np
from scipy.special import digamma as scipy_digamma
from scipy.stats import nbinom


def digamma(x):
    """The same from another library."""
    return scipy_digamma(x)


def geometric_lags(count, keep, n_lag):
    """The same means, one step and area at a time."""
    n_step, n_area = count.shape
    out = np.zeros((n_step + 1, n_area))
    for a in range(n_area):
        known = []
        for t in range(n_step):
            fallback = known[-1] if known else 0.0
            known.append(fallback if np.isnan(count[t, a]) else count[t, a])
            back = known[::-1][:n_lag]
            out[t + 1, a] = np.average(back, weights=[keep**k for k in range(len(back))])
    return out


def order_weights(order, decay, step=1e-6):
    """The weights, and their slope by differences."""

    def weights(d):
        power = np.where(order > 0, np.maximum(order, 1).astype(float) ** -d, 0.0)
        total = power.sum(axis=1, keepdims=True)
        return np.divide(power, total, out=np.zeros_like(power), where=total > 0)

    return np.stack([weights(decay), (weights(decay + step) - weights(decay - step)) / (2 * step)])


def endemic_mean(lagged, neighbour, season, population, common, effect):
    """Expected counts."""
    n_term = season.shape[1]
    b3, rest = common[6 : 6 + n_term], common[6 + n_term :]
    b1, b2 = np.split(rest, 2)
    wave = season[:, 2 : 2 + b1.size]
    own = np.exp(common[0] + effect[0] + (wave @ b1)[:, None]) * lagged
    other = np.exp(common[1] + effect[1] + (wave @ b2)[:, None]) * population ** common[2] * neighbour
    return own + other + population * np.exp(effect[2] + (season @ b3)[:, None])


def endemic_gradient(count, lagged, neighbour, neighbour_slope, *rest):
    """Log likelihood from scipy's distribution, gradient by central differences."""
    season, population, common, effect = rest
    known = np.isfinite(count)

    def loglik(x):
        c, u = x[: common.size], x[common.size :].reshape(3, -1)
        around = neighbour + (c[4] - common[4]) * neighbour_slope
        mean = endemic_mean(lagged, around, season, population, c, u)[known]
        size = np.exp(c[3]) * mean ** c[5]
        return nbinom.logpmf(count[known], size, size / (size + mean)).sum()

    x = np.concatenate([common, effect.ravel()])
    slope, step = np.empty_like(x), 1e-5
    for k in range(x.size):
        move = np.zeros_like(x)
        move[k] = step
        slope[k] = (loglik(x + move) - loglik(x - move)) / (2 * step)
    return loglik(x), slope[: common.size], slope[common.size :].reshape(3, -1)


def send_counts(lagged, weights):
    """The matrix product."""
    return np.stack([lagged @ layer for layer in weights])
