"""Slow and obvious twins of `risk_core.kernels.surface_flow`: one side at a time, powers by the library."""

import math

import numpy as np

GRAVITY = 9.81


def side_flow(z, h, n2, q, dt_s, cell_m, theta, least_m):
    """New flow between two cells (Bates et al. 2010 eq. 12 with de Almeida et al. 2012 eq. 13)."""
    surface = z[0] + h[0], z[1] + h[1]
    flow_depth = max(surface) - max(z)
    if flow_depth <= least_m:
        return 0.0
    drive = GRAVITY * flow_depth * dt_s * (surface[0] - surface[1]) / cell_m
    mean = theta * q[1] + (1 - theta) / 2 * (q[0] + q[2])
    carried = q[1] if mean * drive < 0 else mean
    return (carried + drive) / (1 + GRAVITY * dt_s * (n2[0] + n2[1]) / 2 * abs(q[1]) / flow_depth ** (7 / 3))


def step_water(z, n2, water, source, rule, edges):
    """New depth and flows; `edges` are the wished flows over the west, east, north and south edge.

    `rule` is step (s), cell (m), theta and least depth (m).
    """
    (h, qx, qy), dt_s, cell_m = water, rule[0], rule[1]
    n_row, n_col = h.shape
    wx, wy = np.zeros_like(qx), np.zeros_like(qy)
    wx[:, 0], wx[:, -1], wy[0], wy[-1] = edges
    for j, i in np.ndindex(n_row, n_col - 1):
        a, b = (j, i), (j, i + 1)
        wx[j, i + 1] = side_flow((z[a], z[b]), (h[a], h[b]), (n2[a], n2[b]), qx[j, i : i + 3], *rule)
    for j, i in np.ndindex(n_row - 1, n_col):
        a, b = (j, i), (j + 1, i)
        wy[j + 1, i] = side_flow((z[a], z[b]), (h[a], h[b]), (n2[a], n2[b]), qy[j : j + 3, i], *rule)
    share = np.ones_like(h)
    for j, i in np.ndindex(n_row, n_col):
        out = max(wx[j, i + 1], 0) + max(-wx[j, i], 0) + max(wy[j + 1, i], 0) + max(-wy[j, i], 0)
        if out * dt_s / cell_m > h[j, i]:
            share[j, i] = h[j, i] / (out * dt_s / cell_m)
    for j, i in np.ndindex(n_row, n_col + 1):
        giver = i - 1 if wx[j, i] > 0 else i
        wx[j, i] *= share[j, giver] if 0 <= giver < n_col else 1
    for j, i in np.ndindex(n_row + 1, n_col):
        giver = j - 1 if wy[j, i] > 0 else j
        wy[j, i] *= share[giver, i] if 0 <= giver < n_row else 1
    gained = wx[:, :-1] - wx[:, 1:] + wy[:-1] - wy[1:]
    return h + dt_s / cell_m * gained + dt_s * source, wx, wy


def strength(qx, qy, j, i):
    return math.hypot((qx[j, i] + qx[j, i + 1]) / 2, (qy[j, i] + qy[j + 1, i]) / 2)


def track_water(h, qx, qy, time_s, marks, least_m, trace):
    depth, flow, speed, arrival = (one.copy() for one in trace)
    for j, i in np.ndindex(*h.shape):
        depth[j, i] = max(depth[j, i], h[j, i])
        if h[j, i] >= least_m:
            now = strength(qx, qy, j, i)
            flow[j, i] = max(flow[j, i], now)
            speed[j, i] = max(speed[j, i], now / h[j, i])
        for m, mark in enumerate(marks):
            if h[j, i] >= mark and time_s < arrival[m, j, i]:
                arrival[m, j, i] = time_s
    return depth, flow, speed, arrival


def normal_outflow(depth, n2, slope, sign):
    return [sign * h ** (5 / 3) * math.sqrt(slope) / math.sqrt(rough) for h, rough in zip(depth, n2, strict=True)]


def stage_flow(depth, height, n2, stage_m, before, sign, rule):
    (dt_s, cell_m, least_m), out = rule, []
    for h, z, rough, q in zip(depth, height, n2, before, strict=True):
        flow_depth = max(z + h, stage_m) - z
        drive = sign * GRAVITY * dt_s * flow_depth * (z + h - stage_m) / cell_m
        drag = GRAVITY * dt_s * rough * abs(q) / max(flow_depth, 1e-12) ** (7 / 3)
        out.append(0.0 if flow_depth <= least_m else (q + drive) / (1 + drag))
    return out
