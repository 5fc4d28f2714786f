"""Slow and obvious twins of `risk_core.kernels.contact`."""

import math

import numpy as np
from scipy.stats import betabinom, binom


def contact_probs(alpha, beta, people):
    """One minus the chance of nobody, from the distribution itself; geometric mean between whole numbers."""
    out = []
    for a, b, m in zip(alpha, beta, people, strict=True):
        low = math.floor(m)
        none = [betabinom.pmf(0, n, a, b) if n else 1.0 for n in (low, low + 1)]
        out.append(1 - none[0] ** (low + 1 - m) * none[1] ** (m - low))
    return np.array(out)


def infection_probs(prevalence, n_near, near_dose, n_room, room_dose):
    """Expectation over how many near and far are infectious, for whole numbers of people."""
    out = []
    for p in prevalence:
        none = 0.0
        for near in range(int(n_near) + 1):
            for room in range(int(n_room) + 1):
                weight = binom.pmf(near, int(n_near), p) * binom.pmf(room, int(n_room), p)
                none += weight * math.exp(-near * near_dose - room * room_dose)
        out.append(1 - none)
    return np.array(out)
