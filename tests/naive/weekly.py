"""Slow and obvious twins of `risk_core.kernels.weekly`."""

import numpy as np


def silent_weeks(count):
    """One place after the other, with what it reported before as a running half."""
    silent = np.zeros(count.shape, bool)
    for place in range(count.shape[1]):
        before = 0.0
        for week, value in enumerate(count[:, place]):
            if np.isnan(value) or (before > 200 and value < before / 20):
                silent[week, place] = True
            else:
                before = value if before == 0 else (before + value) / 2
    return silent


def share_dumps(count, silent):
    """Runs of silence found by their ends, then shared out."""
    shared, still = count.copy(), silent.copy()
    for place in range(count.shape[1]):
        week = 1
        while week < len(count):
            run = 0
            while week + run < len(count) and silent[week + run, place]:
                run += 1
            dump = week + run
            if 1 <= run <= 2 and dump < len(count) and count[dump, place] > 1.4 * shared[week - 1, place]:
                part = slice(week, dump + 1)
                shared[part, place] = np.nansum(count[part, place]) / (run + 1)
                still[part, place] = False
            week = dump + 1
    return shared, still


def filter_weeks(log_count, damping, level_var, growth_var, student_nu):
    """The same filter in matrices."""
    n_week, n_place = log_count.shape
    step = np.array([[1.0, damping], [0.0, damping]])
    shock = np.array([[level_var + growth_var, growth_var], [growth_var, growth_var]])
    out = [np.zeros((n_week, n_place)) for _ in range(5)]
    for place in range(n_place):
        state = np.array([np.nan_to_num(log_count[0, place]), 0.0])
        covariance, noise = np.array([[1.0, 0.0], [0.0, 0.1]]), 0.02
        for series, value in zip(out, (state[0], 0.0, 1.0, np.sqrt(noise), state[0]), strict=True):
            series[0, place] = value
        for week in range(1, n_week):
            state, covariance = step @ state, step @ covariance @ step.T + shock
            told, spread = log_count[week, place], covariance[0, 0] + noise
            filled = state[0] if np.isnan(told) else told
            if not np.isnan(told):
                miss = told - state[0]
                weight = (student_nu + 1) / (student_nu + miss**2 / spread)
                excess = min(miss**2, 9 * spread) - covariance[0, 0]
                gain = covariance[:, 0] / (covariance[0, 0] + noise / weight)
                state, covariance = state + gain * miss, covariance - np.outer(gain, covariance[0])
                noise = np.clip(0.93 * noise + 0.07 * max(excess, 0.0), 0.0005, 0.5)
            values = (state[0], state[1], np.sqrt(spread), np.sqrt(noise), filled)
            for series, value in zip(out, values, strict=True):
                series[week, place] = value
    return tuple(out)
