"""Likelihood of the endemic-epidemic model of counts in small areas, with its gradient."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

N_COMMON = 5
"""Parameters before those of the season: alpha, beta, tau, log size, log decay."""
ASYMPTOTIC_FROM = 8.0
LEAST_MEAN = 1e-12
"""Added to every mean, so that a search that tries none at all gets a slope back."""


@kernel
def digamma(x: float) -> float:
    """Derivative of the logarithm of the gamma function, x > 0.

    By the recurrence up to 8 and the asymptotic series there (Abramowitz and Stegun 1964, 6.3.5 and 6.3.18).
    """
    shift = 0.0
    while x < ASYMPTOTIC_FROM:
        shift -= 1.0 / x
        x += 1.0
    square = 1.0 / (x * x)
    series = square * (1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square / 240.0)))
    return shift + math.log(x) - 0.5 / x - series


@kernel
def geometric_lags(count: NDArray[np.float64], keep: float, n_lag: int) -> NDArray[np.float64]:
    """Weighted mean of the counts before each step, weights keep^k for k = 0 .. n_lag - 1 steps further back.

    Parameters
    ----------
    count
        shape=(n_step, n_area), NaN where missing; there the last known count stands, none before the first.
    keep
        0..1; 0 takes the last count alone.
    n_lag
        Counts looked back at, fewer at the start.

    Returns
    -------
    float64 array
        shape=(n_step + 1, n_area); row t holds what is known before step t, row 0 is zero.
    """
    n_step, n_area = count.shape
    out = np.zeros((n_step + 1, n_area))
    filled = np.zeros((n_step, n_area))
    for t in range(n_step):
        for a in range(n_area):
            if not math.isnan(count[t, a]):
                filled[t, a] = count[t, a]
            elif t > 0:
                filled[t, a] = filled[t - 1, a]
    for t in range(1, n_step + 1):
        weight, total = 1.0, 0.0
        for k in range(min(n_lag, t)):
            for a in range(n_area):
                out[t, a] += weight * filled[t - 1 - k, a]
            total += weight
            weight *= keep
        for a in range(n_area):
            out[t, a] /= total
    return out


@kernel
def order_weights(order: NDArray[np.int32], decay: float) -> NDArray[np.float64]:
    """Power law of the neighbourhood order, rows of sum one, and its slope in `decay`.

    Parameters
    ----------
    order
        Borders crossed between two areas, shape=(n_area, n_area); 0 or less for itself and for the unreachable.
    decay
        Exponent d of order^-d.

    Returns
    -------
    float64 array
        Weights and their derivatives, shape=(2, n_area, n_area); a row without neighbours is zero.
    """
    n_area = order.shape[0]
    out = np.zeros((2, n_area, n_area))
    most = max(order.max(), 1)
    logs, power = np.zeros(most + 1), np.zeros(most + 1)
    for k in range(1, most + 1):
        logs[k] = math.log(k)
        power[k] = math.exp(-decay * logs[k])
    for b in range(n_area):
        total, moment = 0.0, 0.0
        for a in range(n_area):
            if order[b, a] > 0:
                total += power[order[b, a]]
                moment += power[order[b, a]] * logs[order[b, a]]
        if total <= 0.0:
            continue
        for a in range(n_area):
            if order[b, a] > 0:
                weight = power[order[b, a]] / total
                out[0, b, a] = weight
                out[1, b, a] = weight * (moment / total - logs[order[b, a]])
    return out


@kernel
def send_counts(lagged: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrix product of earlier counts and the weights of senders, zeros skipped: most small areas have none.

    A library's threads cost more than they give at this size, and they fight over the cores of a web server.

    Parameters
    ----------
    lagged
        shape=(n_step, n_area).
    weights
        One layer or more, row the sender, shape=(n_layer, n_area, n_area).

    Returns
    -------
    float64 array
        shape=(n_layer, n_step, n_area).
    """
    n_layer, n_area = weights.shape[0], weights.shape[1]
    out = np.zeros((n_layer, lagged.shape[0], n_area))
    for t in range(lagged.shape[0]):
        for b in range(n_area):
            sent = lagged[t, b]
            if sent != 0.0:
                for layer in range(n_layer):
                    for a in range(n_area):
                        out[layer, t, a] += sent * weights[layer, b, a]
    return out


@kernel
def endemic_gradient(
    value: NDArray[np.float64],
    code: NDArray[np.int32],
    lagged: NDArray[np.float64],
    neighbour: NDArray[np.float64],
    neighbour_slope: NDArray[np.float64],
    season: NDArray[np.float64],
    population: NDArray[np.float64],
    common: NDArray[np.float64],
    effect: NDArray[np.float64],
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Log likelihood of the counts and its gradient in all parameters.

    Mean mu = e^(alpha + u1) lagged + e^(beta + u2) N^tau neighbour + N e^(u3 + season), negative binomial with
    variance mu + mu^2 / size.

    Parameters
    ----------
    value, code
        The distinct counts, shape=(n_value,), and which of them each step and area has, shape=(n_step, n_area), -1
        where missing: so the gamma functions are worked out once a value.
    lagged, neighbour, neighbour_slope
        Earlier counts of the area itself, those of the others by weight, and the slope of these in log decay,
        shape=(n_step, n_area).
    season
        Terms of the endemic part, shape=(n_step, n_term).
    population
        N, shape=(n_area,), above 0.
    common
        alpha, beta, tau, log size, log decay, then the coefficients of the season, shape=(5 + n_term,).
    effect
        u1, u2, u3, shape=(3, n_area).

    Returns
    -------
    tuple
        Log likelihood, gradient like `common`, gradient like `effect`.
    """
    n_step, n_area = code.shape
    size = math.exp(common[3])
    log_size, lgamma_size, digamma_size = common[3], math.lgamma(size), digamma(size)
    chance, slope = np.empty(value.size), np.empty(value.size)
    for k in range(value.size):
        chance[k] = math.lgamma(value[k] + size) - lgamma_size - math.lgamma(value[k] + 1.0)
        slope[k] = digamma(value[k] + size) - digamma_size
    log_population = np.log(population)
    own = np.exp(common[0] + effect[0])
    other = np.exp(common[1] + common[2] * log_population + effect[1])
    base = population * np.exp(effect[2])
    total, by_size, by_decay = 0.0, 0.0, 0.0
    g_common, g_effect = np.zeros(common.size), np.zeros(effect.shape)
    for t in range(n_step):
        level = 0.0
        for j in range(season.shape[1]):
            level += season[t, j] * common[N_COMMON + j]
        level = math.exp(level)
        by_level = 0.0
        for a in range(n_area):
            k = code[t, a]
            if k < 0:
                continue
            y = value[k]
            from_own, from_other, endemic = own[a] * lagged[t, a], other[a] * neighbour[t, a], base[a] * level
            mean = from_own + from_other + endemic + LEAST_MEAN
            whole = size + mean
            log_rest = log_size - math.log(whole)
            total += chance[k] + size * log_rest
            pull = -(y + size) / whole
            by_size += slope[k] + log_rest + 1.0 + pull
            if y > 0.0:
                total += y * math.log(mean / whole)
                pull += y / mean
            g_effect[0, a] += pull * from_own
            g_effect[1, a] += pull * from_other
            g_effect[2, a] += pull * endemic
            by_level += pull * endemic
            by_decay += pull * other[a] * neighbour_slope[t, a]
        for j in range(season.shape[1]):
            g_common[N_COMMON + j] += by_level * season[t, j]
    g_common[0] = g_effect[0].sum()
    g_common[1] = g_effect[1].sum()
    g_common[2] = (g_effect[1] * log_population).sum()
    g_common[3] = size * by_size
    g_common[4] = by_decay
    return total, g_common, g_effect
