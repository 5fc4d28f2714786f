"""Slow and obvious twin of `risk_core.kernels.typhoon_outlook`: every member's wind in every cell, no short cuts."""

import numpy as np

from tests.naive.typhoon_ensemble import member_wind


def rung_lookup(rung_m_per_s, step_m_per_s):
    n = int(rung_m_per_s[-1] / step_m_per_s) + 2
    return np.array([(rung_m_per_s <= i * step_m_per_s).sum() for i in range(n)])


def count_rungs(rows, cols, centre, motion, tables, node_m, members, *counted):
    rung_m_per_s, n_before = counted
    shift, strength, stretch = members
    n_member, n_time = strength.shape
    reached = np.zeros((n_time, len(rows) * len(cols), len(rung_m_per_s)), int)
    first = reached.copy()
    for m in range(n_member):
        over = np.array([
            member_wind(rows, cols, centre[t], motion[t], tables[t], node_m,
                        (shift[m, t], strength[m, t], stretch[m]))[:, None] >= rung_m_per_s
            for t in range(n_time)
        ])  # fmt: skip
        highest = over.sum(axis=2)
        for k in range(len(rung_m_per_s)):
            reached[:, :, k] += highest == k + 1
        since = over[n_before:]
        first[n_before:] += since & (np.cumsum(since, axis=0) == 1)
    return reached, first
