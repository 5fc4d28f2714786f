"""Slow and obvious twin of `risk_core.kernels.storm_rain`."""

import cmath
import math

import numpy as np

from tests.naive.fields import code_of, ladder_risk
from tests.naive.typhoon import M_PER_DEG


def rain_at(term, far_m):
    centre, largest, radius, fold = term
    return (
        centre + (largest - centre) * far_m / radius if far_m < radius else largest * math.exp((radius - far_m) / fold)
    )


def from_centres(lat, lon, centre):
    d_lon = np.array([math.degrees(cmath.phase(cmath.rect(1, math.radians(lon - one[1])))) for one in centre])
    return d_lon * M_PER_DEG * np.cos(np.radians((lat + centre[:, 0]) / 2)), (lat - centre[:, 0]) * M_PER_DEG


def rate(place, shift, term, reach_m):
    if math.isnan(place[0]):
        return 0.0
    far = math.hypot(place[0] - shift[0], place[1] - shift[1])
    return rain_at(term, far) if far < reach_m else 0.0


def member_rain_codes(rows, cols, centre, shift_m, terms, reach_m, *law):
    window_h, knots, prob = law
    n_member, n_hour = shift_m.shape[:2]
    codes = np.zeros((n_member, n_hour, len(rows) * len(cols)), int)
    cells = [(lat, lon) for lat in rows for lon in cols]
    for m in range(n_member):
        for i, (lat, lon) in enumerate(cells):
            place = np.stack(from_centres(lat, lon, centre), axis=1)
            fell = [rate(place[t], shift_m[m, t], terms[m, t], reach_m) for t in range(n_hour)]
            for t in range(n_hour):
                amounts = [sum(fell[max(t + 1 - w, 0) : t + 1]) for w in window_h]
                codes[m, t, i] = code_of(max(ladder_risk(mm, k) for mm, k in zip(amounts, knots, strict=True)))
    ranked = np.sort(codes, axis=0)
    return np.stack([ranked[max(math.ceil(p * n_member - 1e-9) - 1, 0)] for p in prob]).astype(np.uint8)
