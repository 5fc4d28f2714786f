"""Slow and obvious twins of `risk_core.kernels.underpass`: a millisecond-like march instead of formulas."""

import numpy as np


def fill_bucket(start_m3, brim_m3, pump, inflow, duration_s):
    """Volumes of one bucket at the ends of the intervals, and what ran over."""
    volumes, spilled = [start_m3], 0.0
    for rate, seconds in zip(inflow, duration_s, strict=True):
        level = volumes[-1] + (rate - pump) * seconds
        level = 0.0 if level < 0 else level
        spilled += level - brim_m3 if level > brim_m3 else 0.0
        volumes.append(brim_m3 if level > brim_m3 else level)
    return volumes, spilled


def pass_marks(start_m3, brim_m3, pump, inflow, end_s, mark_m3, clear_m3, step_s):
    """First time at the mark and the time it is clear for good, by small steps."""
    level, closing, clear = start_m3, np.inf, np.inf
    if level >= mark_m3:
        closing = end_s[0]
    t = end_s[0]
    for rate, until in zip(inflow, end_s[1:], strict=True):
        while t < until - 1e-9:
            level = min(max(level + (rate - pump) * step_s, 0.0), brim_m3)
            t += step_s
            if level >= mark_m3:
                closing, clear = min(closing, t), np.inf
            elif closing < np.inf and clear == np.inf and level <= clear_m3:
                clear = t
    return closing, clear
