"""Slow and obvious twins of `risk_core.kernels.presence`."""

import numpy as np


def street_hazards(share, near, district, rate_per_h, first_cell, cell, cell_length_m):
    out = np.full((len(near), len(first_cell) - 1), np.nan)
    for h in range(len(near)):
        for s in range(len(first_cell) - 1):
            along = slice(first_cell[s], first_cell[s + 1])
            here = cell[along]
            inside = np.where(district[here] >= 0, share[h, district[here]], np.nan)
            hazard = rate_per_h * inside * near[h, here]
            known = np.isfinite(hazard)
            if known.any() and cell_length_m[along][known].sum() > 0:
                out[h, s] = np.average(hazard[known], weights=cell_length_m[along][known])
    return out.astype(np.float32)


def hours_spent(stay_min, start_h):
    """Hours of each stay in each hour of the day, from the overlap of intervals over a month of hours."""
    out = np.zeros((len(stay_min), 24))
    end = start_h % 24 + np.cumsum(stay_min) / 60
    begin = np.concatenate([[start_h % 24], end[:-1]])
    for clock in range(24 * 31):
        out[:, clock % 24] += np.clip(np.minimum(end, clock + 1) - np.maximum(begin, clock), 0, None)
    return out


def path_dose(table, edges, stay_min, start_h):
    spent = hours_spent(stay_min, start_h)
    here = table[:, edges].T.astype(float)
    return np.nansum(here * spent), spent[np.isfinite(here)].sum()


def path_weights(share, near, district, *cells_and_way):
    """One district at a time: the dose where only its people are infectious, at a rate of one."""
    *cells, streets, stay_min, start_h = cells_and_way
    spent = hours_spent(stay_min, start_h)
    out = np.zeros(share.shape)
    for d in range(share.shape[1]):
        only = np.where(np.isnan(share), np.nan, 0.0)
        only[:, d] = np.where(np.isnan(share[:, d]), np.nan, 1.0)
        hazard = street_hazards(only, near.astype(float), district, 1.0, *cells)
        out[:, d] = np.nansum(hazard[:, streets].T * spent, axis=0)
    return out
