"""Slow and obvious twin of `risk_core.kernels.storm_rain`."""

import cmath
import math

import numpy as np

from tests.naive.fields import code_of, ladder_risk
from tests.naive.typhoon import M_PER_DEG


def rain_at(term, far_m):
    centre, largest, radius, fold = term
    return centre + (largest - centre) * far_m / radius if far_m < radius else largest * math.exp((radius - far_m) / fold)


def rate(lat, lon, centre, shift, term, reach_m):
    if math.isnan(centre[0]):
        return 0.0
    lat0 = centre[0] + shift[1] / M_PER_DEG
    lon0 = centre[1] + shift[0] / (M_PER_DEG * math.cos(math.radians(centre[0])))
    d_lon = math.degrees(cmath.phase(cmath.rect(1, math.radians(lon - lon0))))
    far = math.hypot(d_lon * math.cos(math.radians((lat + lat0) / 2)), lat - lat0) * M_PER_DEG
    return rain_at(term, far) if far < reach_m else 0.0


def member_rain_codes(rows, cols, centre, shift_m, terms, reach_m, window_h, knots, prob):
    n_member, n_hour = shift_m.shape[:2]
    codes = np.zeros((n_member, n_hour, len(rows) * len(cols)), int)
    cells = [(lat, lon) for lat in rows for lon in cols]
    for m in range(n_member):
        for i, (lat, lon) in enumerate(cells):
            fell = [rate(lat, lon, centre[t], shift_m[m, t], terms[m, t], reach_m) for t in range(n_hour)]
            for t in range(n_hour):
                amounts = [sum(fell[max(t + 1 - w, 0) : t + 1]) for w in window_h]
                codes[m, t, i] = code_of(max(ladder_risk(mm, k) for mm, k in zip(amounts, knots, strict=True)))
    ranked = np.sort(codes, axis=0)
    return np.stack([ranked[max(math.ceil(p * n_member - 1e-9) - 1, 0)] for p in prob]).astype(np.uint8)
