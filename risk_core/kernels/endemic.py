"""Likelihood of the endemic-epidemic model of counts in small areas, with its gradient."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

N_COMMON = 6
"""Parameters before those of the season: alpha, beta, tau, log size, log decay, power of the size."""
ASYMPTOTIC_FROM = 8.0
LOG_SIZE_MOST = 20.0
"""A size above e^20 is a Poisson's; beyond it the differences of log gamma functions are noise."""
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
    count: NDArray[np.float64],
    lagged: NDArray[np.float64],
    neighbour: NDArray[np.float64],
    neighbour_slope: NDArray[np.float64],
    season: NDArray[np.float64],
    population: NDArray[np.float64],
    common: NDArray[np.float64],
    effect: NDArray[np.float64],
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Log likelihood of the counts and its gradient in all parameters.

    Mean mu = e^(alpha + u1 + wave . b1) lagged + e^(beta + u2 + wave . b2) N^tau neighbour + N e^(u3 + season . b3),
    negative binomial with variance mu + mu^2 / psi and psi = size mu^power.

    Parameters
    ----------
    count
        Whole counts, shape=(n_step, n_area), NaN where missing.
    lagged, neighbour, neighbour_slope
        Earlier counts of the area itself, those of the others by weight, and the slope of these in log decay, all
        like `count`.
    season
        Terms of the endemic part, shape=(n_step, n_term): one, trend, waves. The first `n_wave` waves are those of
        the two epidemic parts.
    population
        N, shape=(n_area,), above 0.
    common
        alpha, beta, tau, log size, log decay, power, then b3, b1 and b2, shape=(6 + n_term + 2 n_wave,).
    effect
        u1, u2, u3, shape=(3, n_area).

    Returns
    -------
    tuple
        Log likelihood, gradient like `common`, gradient like `effect`.
    """
    n_step, n_area = count.shape
    n_term = season.shape[1]
    n_wave = (common.size - N_COMMON - n_term) // 2
    at_own, at_other = N_COMMON + n_term, N_COMMON + n_term + n_wave
    log_population = np.log(population)
    own = np.exp(common[0] + effect[0])
    other = np.exp(common[1] + common[2] * log_population + effect[1])
    base = population * np.exp(effect[2])
    total = 0.0
    g_common, g_effect = np.zeros(common.size), np.zeros(effect.shape)
    for t in range(n_step):
        wave_own, wave_other, level = 0.0, 0.0, 0.0
        for j in range(n_term):
            level += season[t, j] * common[N_COMMON + j]
        for j in range(n_wave):
            wave_own += season[t, 2 + j] * common[at_own + j]
            wave_other += season[t, 2 + j] * common[at_other + j]
        wave_own, wave_other, level = math.exp(wave_own), math.exp(wave_other), math.exp(level)
        by_own, by_other, by_level = 0.0, 0.0, 0.0
        for a in range(n_area):
            y = count[t, a]
            if math.isnan(y):
                continue
            sent = other[a] * wave_other
            from_own, from_other, endemic = own[a] * wave_own * lagged[t, a], sent * neighbour[t, a], base[a] * level
            mean = from_own + from_other + endemic + LEAST_MEAN
            log_mean = math.log(mean)
            log_size = common[3] + common[5] * log_mean
            is_free = log_size < LOG_SIZE_MOST
            size = math.exp(min(log_size, LOG_SIZE_MOST))
            whole = size + mean
            log_rest = math.log(size / whole)
            total += size * log_rest
            pull = -(y + size) / whole
            by_size = log_rest + 1.0 + pull
            if y > 0.0:
                total += math.lgamma(y + size) - math.lgamma(size) - math.lgamma(y + 1.0) + y * math.log(mean / whole)
                by_size += digamma(y + size) - digamma(size)
                pull += y / mean
            if is_free:
                by_size *= size
                pull += by_size * common[5] / mean
                g_common[3] += by_size
                g_common[5] += by_size * log_mean
            g_effect[0, a] += pull * from_own
            g_effect[1, a] += pull * from_other
            g_effect[2, a] += pull * endemic
            by_own += pull * from_own
            by_other += pull * from_other
            by_level += pull * endemic
            g_common[4] += pull * sent * neighbour_slope[t, a]
        for j in range(n_term):
            g_common[N_COMMON + j] += by_level * season[t, j]
        for j in range(n_wave):
            g_common[at_own + j] += by_own * season[t, 2 + j]
            g_common[at_other + j] += by_other * season[t, 2 + j]
    g_common[0] = g_effect[0].sum()
    g_common[1] = g_effect[1].sum()
    g_common[2] = (g_effect[1] * log_population).sum()
    return total, g_common, g_effect
