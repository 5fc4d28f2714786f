"""Slow and obvious twins of `risk_core.kernels.epidemic`."""

import math

import numpy as np
from scipy.special import gammaln

from tests.naive.fields import code_of, ladder_risk


def filter_cases(count, level_var, growth_var, damping, dispersion):
    """The same local trend written with matrices, one district at a time."""
    out = np.full((count.shape[1], 5), np.nan)
    move = np.array([[1.0, 1.0], [0.0, damping]])
    see = np.array([1.0, 0.0])
    for d, series in enumerate(count.T):
        known = series[~np.isnan(series)]
        if not known.size:
            continue
        state = np.array([math.log(known[:7].mean() + 0.5), 0.0])
        cov = np.array([[0.5, 0.0], [0.0, 0.01]])
        weekday = np.zeros(7)
        for t, cases in enumerate(series):
            state = move @ state
            cov = move @ cov @ move.T + np.diag([level_var, growth_var])
            if math.isnan(cases):
                continue
            mean = math.exp(min(state[0] + weekday[t % 7], 20.0))
            miss = (cases - mean) / (mean + 0.5)
            noise = (mean + mean**2 / dispersion) / (mean + 0.5) ** 2 + 1e-9
            noise /= 5.0 / (4.0 + miss**2 / (cov[0, 0] + noise))
            gain = cov @ see / (see @ cov @ see + noise)
            state = state + gain * miss
            cov = cov - np.outer(gain, see @ cov)
            weekday[t % 7] += 0.08 * np.clip(miss, -1, 1)
            weekday = weekday - weekday.mean()
        out[d] = [state[0], state[1], cov[0, 0], cov[0, 1], cov[1, 1]]
    return out


def track_levels(count, usual, dispersion, level_var, chance_var, growth_var, damping):
    """The same filter with intervention, written with matrices, one place at a time."""
    out = np.full((*count.shape, 5), np.nan)
    move = np.array([[1.0, 1.0], [0.0, damping]])
    for d, series in enumerate(count.T):
        known = np.flatnonzero(~np.isnan(series))[:7]
        if not known.size:
            continue
        state = np.array([math.log(series[known].sum() / usual[known, d].sum() + 0.25), 0.0])
        cov = np.array([[0.5, 0.0], [0.0, 0.01]])
        side = 0
        for t in range(known[0], len(series)):
            state = move @ state
            chance = chance_var / (math.exp(min(state[0], 20.0)) + 1)
            cov = move @ cov @ move.T + np.diag([level_var + chance, growth_var])
            if not math.isnan(series[t]):
                state, cov, side = see_day(state, cov, series[t], usual[t, d], dispersion[d], side)
            out[t, d] = [state[0], state[1], cov[0, 0], cov[0, 1], cov[1, 1]]
    return out


def see_day(state, cov, cases, usual, dispersion, side_before):
    """Update by one day: a first odd day is weighted down, a second on the same side moves the level alone."""
    see = np.array([1.0, 0.0])
    mean = math.exp(min(state[0], 20.0)) * usual
    miss = (cases - mean) / (mean + 0.5)
    if miss > 2:
        miss = 2 + 2 * math.log(miss / 2)
    noise = (mean + mean**2 / dispersion) / (mean + 0.5) ** 2 + 1e-9
    off = miss / math.sqrt(see @ cov @ see + noise)
    side = 0 if abs(off) <= 4 else int(np.sign(off))
    if side and side == side_before:
        miss = math.log((cases + 0.5) / (mean + 0.5))
        cov = cov + np.diag([miss**2, 0.0])
    elif side:
        noise *= (off / 4) ** 2
    gain = cov @ see / (see @ cov @ see + noise)
    return state + gain * miss, cov - np.outer(gain, see @ cov), side


def uncertain_contact_table(alpha, beta, n_people):
    """The formula with gamma functions, as printed."""
    m = np.arange(n_people + 1)
    a, b = alpha[:, None], beta[:, None]
    return 1 - np.exp(gammaln(b + m) + gammaln(a + b) - gammaln(b) - gammaln(a + b + m))


def contact_table(prevalence, n_people):
    return 1 - (1 - prevalence[:, None]) ** np.arange(n_people + 1)


def contact_field(table, district, people):
    out = np.full(len(district), np.nan, dtype=np.float32)
    for i, (d, m) in enumerate(zip(district, people, strict=True)):
        if d >= 0:
            whole = np.arange(table.shape[1])
            out[i] = np.interp(m, whole, table[d]) if np.isfinite(table[d]).all() else np.nan
    return out


def contact_codes(table, district, people, knots_prob):
    out = np.full((len(table), len(district)), 255, dtype=np.uint8)
    for t, one in enumerate(table):
        for i, d in enumerate(district):
            if d >= 0 and np.isfinite(one[d]).all():
                prob = np.interp(people[i], np.arange(one.shape[1]), one[d])
                out[t, i] = code_of(ladder_risk(float(prob), knots_prob))
    return out
