"""Slow and obvious twins of `risk_core.kernels.rain`."""

import math

import numpy as np

from tests.naive.fields import code_of, ladder_risk

M_PER_DEG = 111_195.08


def blend_stations(row_lat_deg, col_lon_deg, station_lat_deg, station_lon_deg, smooth_m, value):
    blended, nearest = [], []
    for lat in row_lat_deg:
        for lon in col_lon_deg:
            dx = (lon - station_lon_deg) * M_PER_DEG * math.cos(math.radians(lat))
            dy = (lat - station_lat_deg) * M_PER_DEG
            distance = np.hypot(dx, dy)
            reach = np.append(np.sort(distance), [np.inf] * 7)[6]
            weight = np.maximum(1 - distance / reach, 0) ** 2 / (distance**2 + smooth_m**2)
            if weight.sum() == 0:
                weight = 1 / (distance**2 + smooth_m**2)
            blended.append((weight[:, None] * value).sum(axis=0) / weight.sum())
            nearest.append(distance.min())
    return np.array(blended, dtype=np.float32), np.array(nearest, dtype=np.float32)


def hold_gaps(rate_mm_per_h, n_hold):
    out = np.full(rate_mm_per_h.shape, np.nan)
    for t, k in np.ndindex(*rate_mm_per_h.shape):
        for back in range(n_hold + 1):
            if t - back >= 0 and rate_mm_per_h[t - back, k] >= 0:
                out[t, k] = rate_mm_per_h[t - back, k]
                break
    return out


def accumulate_rain(rate_mm_per_h, first_s, interval_s, from_s, until_s):
    """Sum of the overlap of every interval with every span."""
    out = np.zeros((len(from_s), rate_mm_per_h.shape[1]))
    for i, (a, b) in enumerate(zip(from_s, until_s, strict=True)):
        for t, rates in enumerate(rate_mm_per_h):
            start = first_s + t * interval_s
            overlap_s = max(0.0, min(b, start + interval_s) - max(a, start))
            out[i] += np.nan_to_num(rates) * overlap_s / 3600
    return out


def rain_codes(rain, change_mm, unknown_share, growth_h, widths, elsewhere_mm, knots_mm, errors):
    n_cell, n_slice, _ = rain.shape
    out = np.empty((3, n_slice, n_cell), dtype=np.uint8)
    for i, t in np.ndindex(n_cell, n_slice):
        found = [[], [], []]
        mixing, lead_error, *rest = widths[t]
        unseen, hours = rest[:3], rest[3:]
        variance = errors[0] ** 2 + errors[1] ** 2 * float(unknown_share[i])
        wide, ahead = (math.exp(1.2815515655446004 * sd) for sd in (math.sqrt(variance), lead_error))
        for w in range(3):
            fallen = float(rain[i, t, w])
            coming = max(float(rain[i, t, 3]) * growth_h[t, w] + float(change_mm[i, t, w]), 0)
            moved = mixing * max(elsewhere_mm[t, w] - coming, 0) + math.sqrt(unknown_share[i]) * unseen[w]
            amounts = (
                fallen + coming,
                fallen / wide + (1 - mixing) * max((coming / wide + hours[w]) / ahead - hours[w], 0),
                fallen * wide + (coming * wide + hours[w]) * ahead - hours[w] + moved,
            )
            for risks, amount in zip(found, amounts, strict=True):
                risks.append(ladder_risk(amount, knots_mm[w]))
        out[:, t, i] = [code_of(max(risks)) for risks in found]
    return out
