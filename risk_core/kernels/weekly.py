"""Weekly counts of many places: weeks without reports, totals told late in one, and a robust trend."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

SILENT_SHARE = 0.05
"""A total below this share of what the place reported before is a week without reports, not without cases."""
SILENT_ABOVE = 200.0
"""Cases a week above which a place is known to report."""
DUMP_RATIO = 1.4
DUMP_MOST_WEEK = 2
FIRST_NOISE = 0.02
NOISE_RANGE = (0.0005, 0.5)
OUTLIER_MOST = 9.0


@kernel
def silent_weeks(count: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Weeks in which a place that has many cases told none, or next to none.

    Parameters
    ----------
    count
        Totals by week, shape=(n_week, n_place), NaN where nothing was told at all (silent, too).

    Returns
    -------
    bool array
        shape=(n_week, n_place).
    """
    n_week, n_place = count.shape
    silent = np.zeros((n_week, n_place), np.bool_)
    for p in range(n_place):
        before = 0.0
        for t in range(n_week):
            value = count[t, p]
            if math.isnan(value) or (before > SILENT_ABOVE and value < SILENT_SHARE * before):
                silent[t, p] = True
            elif before == 0.0:
                before = value
            else:
                before = 0.5 * (before + value)
    return silent


@kernel
def share_dumps(count: NDArray[np.float64], silent: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Spread a total told after one or two silent weeks evenly over these weeks and its own.

    It is spread when it is at least `DUMP_RATIO` of the week before the silence: then it must hold more than a week.

    Returns
    -------
    count, silent
        New arrays; the weeks that got a share are silent no more. NaN stays where nothing was told.
    """
    n_week, n_place = count.shape
    shared, still = count.copy(), silent.copy()
    for p in range(n_place):
        t = 1
        while t < n_week:
            end = t
            while end < n_week and silent[end, p]:
                end += 1
            if end > t:
                told = 0.0
                for k in range(t, min(end + 1, n_week)):
                    if not math.isnan(count[k, p]):
                        told += count[k, p]
                fits = end < n_week and end - t <= DUMP_MOST_WEEK
                if fits and count[end, p] > DUMP_RATIO * shared[t - 1, p]:
                    for k in range(t, end + 1):
                        shared[k, p] = told / (end + 1 - t)
                        still[k, p] = False
            t = end + 1
    return shared, still


@kernel
def filter_weeks(
    log_count: NDArray[np.float64], damping: float, level_var: float, growth_var: float, student_nu: float
) -> tuple[NDArray[np.float64], ...]:
    """Robust damped local trend of log weekly counts, each place with the noise it shows.

    State: level l and growth g a week, g' = damping g + e2, l' = l + g' + e1; observation l + noise, weighted by
    (nu + 1) / (nu + u^2) as in a Student likelihood, u the miss in units of its expected spread; the noise variance
    follows the misses at a rate of 0.07 a week.

    Parameters
    ----------
    log_count
        shape=(n_week, n_place), NaN where unknown: the trend is carried on.
    damping
        Share of the growth kept each week.
    level_var, growth_var
        Process variances a week.
    student_nu
        Degrees of freedom.

    Returns
    -------
    level, growth, miss_sd, noise_sd, filled
        After each week, shape=(n_week, n_place) each; `filled` is `log_count` with the expected value where unknown.
    """
    n_week, n_place = log_count.shape
    level, growth = np.zeros((n_week, n_place)), np.zeros((n_week, n_place))
    miss_sd, noise_sd = np.ones((n_week, n_place)), np.full((n_week, n_place), math.sqrt(FIRST_NOISE))
    filled = log_count.copy()
    for p in range(n_place):
        first = 0.0 if math.isnan(log_count[0, p]) else log_count[0, p]
        level[0, p], filled[0, p] = first, first
        p00, p01, p11, noise = 1.0, 0.0, 0.1, FIRST_NOISE
        for t in range(1, n_week):
            g = damping * growth[t - 1, p]
            lev = level[t - 1, p] + g
            p00 = p00 + 2.0 * damping * p01 + damping * damping * p11 + level_var + growth_var
            p01 = damping * p01 + damping * damping * p11 + growth_var
            p11 = damping * damping * p11 + growth_var
            spread = p00 + noise
            if math.isnan(log_count[t, p]):
                filled[t, p] = lev
            else:
                miss = log_count[t, p] - lev
                robust = p00 + noise * (student_nu + miss * miss / spread) / (student_nu + 1.0)
                gain0, gain1 = p00 / robust, p01 / robust
                lev, g = lev + gain0 * miss, g + gain1 * miss
                p11 = p11 - gain1 * p01
                excess = min(miss * miss, OUTLIER_MOST * spread) - p00
                p00, p01 = (1.0 - gain0) * p00, (1.0 - gain0) * p01
                noise = min(max(0.93 * noise + 0.07 * max(excess, 0.0), NOISE_RANGE[0]), NOISE_RANGE[1])
            level[t, p], growth[t, p] = lev, g
            miss_sd[t, p], noise_sd[t, p] = math.sqrt(spread), math.sqrt(noise)
    return level, growth, miss_sd, noise_sd, filled
