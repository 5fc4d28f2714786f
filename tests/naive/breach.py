"""Slow and obvious twin of `risk_core.kernels.breach`: fluxes on whole arrays of sides."""

import numpy as np

GRAVITY = 9.81


def hll(left, right):
    """Flux between two states (depth, speed across, speed along)."""
    (hl, ul, vl), (hr, ur, vr) = left, right
    if hl <= 1e-12 and hr <= 1e-12:
        return np.zeros(3)
    cl, cr = np.sqrt(GRAVITY * hl), np.sqrt(GRAVITY * hr)
    if hl <= 1e-12:
        slow, fast = ur - 2 * cr, ur + cr
    elif hr <= 1e-12:
        slow, fast = ul - cl, ul + 2 * cl
    else:
        star, wave = (ul + ur) / 2 + cl - cr, (cl + cr) / 2 + (ul - ur) / 4
        slow, fast = min(ul - cl, star - wave), max(ur + cr, star + wave)
    state = np.array([[hl, hl * ul], [hr, hr * ur]])
    flux = np.array([[h * u, h * u * u + GRAVITY * h * h / 2] for h, u in ((hl, ul), (hr, ur))])
    if slow >= 0:
        f = flux[0]
    elif fast <= 0:
        f = flux[1]
    else:
        f = (fast * flux[0] - slow * flux[1] + slow * fast * (state[1] - state[0])) / (fast - slow)
    return np.array([f[0], f[1], f[0] * (vl if f[0] > 0 else vr)])


def step_surge(z, n2, h, hu, hv, source, cell_m, dt_s):
    """New (h, hu, hv) and the fastest wave, mirror-free closed edges."""
    new = np.stack([h, hu, hv]).astype(float)
    share = dt_s / cell_m
    speed = lambda q, j, i: q[j, i] / h[j, i] if h[j, i] > 1e-6 else 0.0  # noqa: E731
    for j, i in np.ndindex(*h.shape):
        for dj, di in ((0, 1), (1, 0)):
            jj, ii = j + dj, i + di
            if jj >= h.shape[0] or ii >= h.shape[1]:
                continue
            across, along = (hu, hv) if di else (hv, hu)
            top = max(z[j, i], z[jj, ii])
            cut = [max(0.0, h[a] + z[a] - top) for a in ((j, i), (jj, ii))]
            left = cut[0], speed(across, j, i), speed(along, j, i)
            right = cut[1], speed(across, jj, ii), speed(along, jj, ii)
            mass, push, drift = hll(left, right)
            ax, al = (1, 2) if di else (2, 1)
            for a, sign, depth, c in (((j, i), -1, h[j, i], cut[0]), ((jj, ii), 1, h[jj, ii], cut[1])):
                new[(0, *a)] += sign * share * mass
                new[(ax, *a)] += sign * share * (push + GRAVITY / 2 * (depth**2 - c**2))
                new[(al, *a)] += sign * share * drift
    wall = share * GRAVITY / 2
    new[1][:, 0] += wall * h[:, 0] ** 2
    new[1][:, -1] -= wall * h[:, -1] ** 2
    new[2][0] += wall * h[0] ** 2
    new[2][-1] -= wall * h[-1] ** 2
    new[0] = np.maximum(new[0] + dt_s * source, 0)
    fastest = 0.0
    for j, i in np.ndindex(*h.shape):
        depth = new[0, j, i]
        if depth <= 1e-6:
            new[1:, j, i] = 0
            continue
        velocity = np.hypot(*new[1:, j, i]) / depth
        new[1:, j, i] /= 1 + dt_s * GRAVITY * n2[j, i] * velocity / depth ** (4 / 3)
        fastest = max(fastest, np.hypot(*new[1:, j, i]) / depth + np.sqrt(GRAVITY * depth))
    return new, fastest
