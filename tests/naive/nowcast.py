"""Slow and obvious twin of `risk_core.kernels.nowcast`."""

import numpy as np


def reported_share(known, latest, age_day, half_life_day, weight_cases):
    """The same ratios of sums, with whole arrays."""
    n_age, _, n_place = known.shape
    out = np.ones((n_age, n_place))
    old = age_day >= n_age
    weight = 0.5 ** (age_day[old] / half_life_day)[:, None]
    for a in range(n_age):
        both = (known[a][old] >= 0) & (latest[old] >= 0)
        early = np.where(both, known[a][old], 0.0) * weight
        final = np.where(both, latest[old], 0.0) * weight
        if final.sum() > 0:
            common = early.sum() / final.sum()
            out[a] = (early.sum(axis=0) + weight_cases * common) / (final.sum(axis=0) + weight_cases)
    return np.clip(out, 0.2, 1.0)
