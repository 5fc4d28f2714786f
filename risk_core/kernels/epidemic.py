"""From daily cases to the chance of meeting an infectious person."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.fields import code_of, ladder_risk
from risk_core.kernels.jit import kernel

N_WEEKDAY = 7
FLOOR_CASES = 0.5
STUDENT_NU = 4.0
WEEKDAY_RATE = 0.08
ODD_SD = 4.0
"""Standard deviations off from which a day is held for odd."""
STEEP = 2.0
"""Relative error above which the linear step of the filter would overshoot; its logarithm grows on instead."""
LOG_MOST = 20.0


@kernel
def filter_cases(
    count: NDArray[np.float64], level_var: float, growth_var: float, damping: float, dispersion: float
) -> NDArray[np.float64]:
    """Robust damped local trend of log daily cases, one pass over the days of each district.

    State: log level l and daily growth g, l' = l + g, g' = damping * g; observation negative binomial around
    exp(l + weekday) with Student weights, weekday factors learnt on the way and kept at sum zero. A missing
    day is predicted over.

    Parameters
    ----------
    count
        New cases, shape=(n_day, n_district), NaN where nothing was reported.
    level_var, growth_var
        Process variances per day.
    damping
        Share of the growth kept each day.
    dispersion
        Size of the negative binomial.

    Returns
    -------
    float64 array
        l, g, var(l), cov(l, g), var(g) after the last day, shape=(n_district, 5); NaN without any case report.
    """
    n_day, n_district = count.shape
    out = np.full((n_district, 5), np.nan)
    for d in range(n_district):
        first = 0.0
        n_known = 0
        for t in range(n_day):
            if not math.isnan(count[t, d]) and n_known < N_WEEKDAY:
                first += count[t, d]
                n_known += 1
        if n_known == 0:
            continue
        level, growth = math.log(first / n_known + FLOOR_CASES), 0.0
        p00, p01, p11 = 0.5, 0.0, 0.01
        weekday = np.zeros(N_WEEKDAY)
        for t in range(n_day):
            level, growth = level + growth, damping * growth
            p00 = p00 + 2.0 * p01 + p11 + level_var
            p01 = damping * (p01 + p11)
            p11 = damping * damping * p11 + growth_var
            if math.isnan(count[t, d]):
                continue
            mean = math.exp(min(level + weekday[t % N_WEEKDAY], 20.0))
            miss = (count[t, d] - mean) / (mean + FLOOR_CASES)
            noise = (mean + mean * mean / dispersion) / (mean + FLOOR_CASES) ** 2 + 1e-9
            noise *= (STUDENT_NU + miss * miss / (p00 + noise)) / (STUDENT_NU + 1.0)
            gain0, gain1 = p00 / (p00 + noise), p01 / (p00 + noise)
            level, growth = level + gain0 * miss, growth + gain1 * miss
            p11 = p11 - gain1 * p01
            p01 = (1.0 - gain0) * p01
            p00 = (1.0 - gain0) * p00
            weekday[t % N_WEEKDAY] += WEEKDAY_RATE * min(max(miss, -1.0), 1.0)
            weekday -= weekday.mean()
        out[d, 0], out[d, 1], out[d, 2], out[d, 3], out[d, 4] = level, growth, p00, p01, p11
    return out


@kernel
def track_levels(
    count: NDArray[np.float64],
    usual: NDArray[np.float64],
    dispersion: NDArray[np.float64],
    level_var: float,
    chance_var: float,
    growth_var: float,
    damping: float,
) -> NDArray[np.float64]:
    """Damped local trend of log daily cases after each day, one pass over the days of each place.

    State: log level l and daily growth g, l' = l + g, g' = damping * g, by the extended Kalman filter; observation
    negative binomial around usual * exp(l). A day that lies `ODD_SD` standard deviations off is held for a slip and
    weighted down; when the next day lies off on the same side the level has moved, as after a change of rules, and
    follows at once while the growth does not (intervention: West & Harrison 1997, Bayesian Forecasting and Dynamic
    Models, section 11.5). A missing day is predicted over.

    Parameters
    ----------
    count
        New cases, shape=(n_day, n_place), NaN where nothing was reported.
    usual
        Share of a mean day expected of each, above 0, shape=(n_day, n_place).
    dispersion
        Size of the negative binomial, shape=(n_place,).
    level_var, chance_var
        Process variance of the level per day: level_var + chance_var / (exp(l) + 1), for few cases grow by chance.
    growth_var
        Process variance of the growth per day.
    damping
        Share of the growth kept each day.

    Returns
    -------
    float64 array
        l, g, var(l), cov(l, g), var(g) after each day, shape=(n_day, n_place, 5); NaN before the first report.
    """
    n_day, n_place = count.shape
    out = np.full((n_day, n_place, 5), np.nan)
    for d in range(n_place):
        cases, share, n_known, start = 0.0, 0.0, 0, n_day
        for t in range(n_day):
            if not math.isnan(count[t, d]) and n_known < N_WEEKDAY:
                start = min(start, t)
                cases, share, n_known = cases + count[t, d], share + usual[t, d], n_known + 1
        if n_known == 0:
            continue
        level, growth = math.log(cases / share + 0.5 * FLOOR_CASES), 0.0
        p00, p01, p11 = 0.5, 0.0, 0.01
        side = 0
        for t in range(start, n_day):
            level, growth = level + growth, damping * growth
            p00 += 2.0 * p01 + p11 + level_var + chance_var / (math.exp(min(level, LOG_MOST)) + 1.0)
            p01, p11 = damping * (p01 + p11), damping * damping * p11 + growth_var
            if not math.isnan(count[t, d]):
                mean = math.exp(min(level, LOG_MOST)) * usual[t, d]
                miss = (count[t, d] - mean) / (mean + FLOOR_CASES)
                if miss > STEEP:
                    miss = STEEP * (1.0 + math.log(miss / STEEP))
                noise = (mean + mean * mean / dispersion[d]) / (mean + FLOOR_CASES) ** 2 + 1e-9
                off = miss / math.sqrt(p00 + noise)
                turned = int(math.copysign(1.0, off)) if abs(off) > ODD_SD else 0
                if turned != 0 and turned == side:
                    miss = math.log((count[t, d] + FLOOR_CASES) / (mean + FLOOR_CASES))
                    p00 += miss * miss
                elif turned != 0:
                    noise *= (off / ODD_SD) ** 2
                side = turned
                gain0, gain1 = p00 / (p00 + noise), p01 / (p00 + noise)
                level, growth = level + gain0 * miss, growth + gain1 * miss
                p11 -= gain1 * p01
                p01, p00 = (1.0 - gain0) * p01, (1.0 - gain0) * p00
            out[t, d, 0], out[t, d, 1], out[t, d, 2], out[t, d, 3], out[t, d, 4] = level, growth, p00, p01, p11
    return out


@kernel
def uncertain_contact_table(
    alpha: NDArray[np.float64], beta: NDArray[np.float64], n_people: int
) -> NDArray[np.float64]:
    """Chance that at least one of m people is infectious when the prevalence is Beta(alpha, beta).

    1 - G(beta + m) G(alpha + beta) / (G(beta) G(alpha + beta + m)) with G the gamma function, by its recurrence
    in m. shape=(n, n_people + 1) for m = 0..n_people; NaN in, NaN out.
    """
    out = np.empty((alpha.size, n_people + 1))
    for i in range(alpha.size):
        none = 1.0
        out[i, 0] = 0.0 * alpha[i]
        for m in range(n_people):
            none *= (beta[i] + m) / (alpha[i] + beta[i] + m)
            out[i, m + 1] = 1.0 - none
    return out


@kernel
def contact_table(prevalence: NDArray[np.float64], n_people: int) -> NDArray[np.float64]:
    """Chance that at least one of m people is infectious at a known prevalence, 1 - (1 - p)^m.

    shape=(n, n_people + 1) for m = 0..n_people; NaN in, NaN out.
    """
    out = np.empty((prevalence.size, n_people + 1))
    for i in range(prevalence.size):
        none = 1.0
        out[i, 0] = 0.0 * prevalence[i]
        for m in range(n_people):
            none *= 1.0 - prevalence[i]
            out[i, m + 1] = 1.0 - none
    return out


@kernel
def contact_prob(table: NDArray[np.float64], people: float) -> float:
    """Value of one district's table at a number of people, linear between whole numbers, shape=(n_people + 1,)."""
    last = table.size - 1
    at = min(max(people, 0.0), float(last))
    below = min(int(at), last - 1)
    return float(table[below] + (at - below) * (table[below + 1] - table[below]))


@kernel
def contact_field(
    table: NDArray[np.float64], district: NDArray[np.int32], people: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Chance of at least one infectious contact in each cell, NaN outside all districts.

    Parameters
    ----------
    table
        shape=(n_district, n_people + 1).
    district
        District of each cell, -1 for none, shape=(n_cell,).
    people
        People met in each cell, shape=(n_cell,).
    """
    out = np.full(district.size, np.nan, np.float32)
    for i in range(district.size):
        if district[i] >= 0:
            out[i] = contact_prob(table[district[i]], people[i])
    return out


@kernel
def contact_codes(
    table: NDArray[np.float64],
    district: NDArray[np.int32],
    people: NDArray[np.float32],
    knots_prob: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Risk bytes of the chance of an infectious contact.

    As `contact_field`, with `table` of shape=(n_slice, n_district, n_people + 1) and the chances of the risks
    0.2 ... 1.0 in `knots_prob`; shape=(n_slice, n_cell), 255 outside all districts.
    """
    n_slice = table.shape[0]
    out = np.full((n_slice, district.size), 255, np.uint8)
    for t in range(n_slice):
        for i in range(district.size):
            if district[i] >= 0:
                out[t, i] = code_of(ladder_risk(contact_prob(table[t, district[i]], people[i]), knots_prob))
    return out
