"""Water of a broken dam or levee: one step of the full shallow water equations (HLL fluxes, well balanced).

Scheme and symbols: `risk_core.hazards.flood.hll`. All arrays float64, row 0 north; ``flow_x`` is positive eastward,
``flow_y`` positive southward, both at cell centres, in square metres per second.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

Floats = NDArray[np.float64]

GRAVITY = 9.81
DRY_M = 1e-12
"""Depth below which a side counts as dry ground."""
STILL_M = 1e-6
"""Depth below which water has no speed."""


class Surge(NamedTuple):
    """Depth in metres and flow per metre of width at the centres, shape=(n_row, n_col) each."""

    depth_m: Floats
    flow_x: Floats
    flow_y: Floats


@kernel
def hll_flux(
    depth_0: float, speed_0: float, along_0: float, depth_1: float, speed_1: float, along_1: float
) -> tuple[float, float, float]:
    """Flux of mass, of momentum across and of momentum along a side between two states.

    Wave speeds: Einfeldt's two-rarefaction estimate, and the exact front of a dry bed (Toro 2001, eq. 10.22-10.25). Cut
    at 0 they make one formula of the three cases of the flux.
    """
    if depth_0 <= DRY_M and depth_1 <= DRY_M:
        return 0.0, 0.0, 0.0
    wave_0, wave_1 = math.sqrt(GRAVITY * depth_0), math.sqrt(GRAVITY * depth_1)
    if depth_0 <= DRY_M:
        slow, fast = speed_1 - 2.0 * wave_1, speed_1 + wave_1
    elif depth_1 <= DRY_M:
        slow, fast = speed_0 - wave_0, speed_0 + 2.0 * wave_0
    else:
        middle = 0.5 * (speed_0 + speed_1) + wave_0 - wave_1
        wave = 0.5 * (wave_0 + wave_1) + 0.25 * (speed_0 - speed_1)
        slow, fast = min(speed_0 - wave_0, middle - wave), max(speed_1 + wave_1, middle + wave)
    mass_0, mass_1 = depth_0 * speed_0, depth_1 * speed_1
    push_0 = mass_0 * speed_0 + 0.5 * GRAVITY * depth_0 * depth_0
    push_1 = mass_1 * speed_1 + 0.5 * GRAVITY * depth_1 * depth_1
    slow, fast = min(slow, 0.0), max(fast, 0.0)
    width = fast - slow
    mass = (fast * mass_0 - slow * mass_1 + slow * fast * (depth_1 - depth_0)) / width
    push = (fast * push_0 - slow * push_1 + slow * fast * (mass_1 - mass_0)) / width
    return mass, push, mass * (along_0 if mass > 0.0 else along_1)


@kernel
def side_flux(
    ground: tuple[float, float], depth: tuple[float, float], across: tuple[float, float], along: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Flux through the side of two cells over a step in the ground: mass, push before, push behind, push along.

    Depths are cut to what stands above the higher ground (hydrostatic reconstruction, Audusse et al. 2004), and the
    cut pressure is given back to each cell, so that a lake at rest stays at rest.
    """
    top = max(ground[0], ground[1])
    cut_0, cut_1 = max(0.0, depth[0] + ground[0] - top), max(0.0, depth[1] + ground[1] - top)
    mass, push, drift = hll_flux(cut_0, across[0], along[0], cut_1, across[1], along[1])
    before = push + 0.5 * GRAVITY * (depth[0] * depth[0] - cut_0 * cut_0)
    behind = push + 0.5 * GRAVITY * (depth[1] * depth[1] - cut_1 * cut_1)
    return mass, before, behind, drift


@kernel
def step_surge(
    height_m: Floats, roughness2: Floats, surge: Surge, source: Floats, cell_m: float, dt_s: float, fresh: Surge
) -> float:
    """One step between closed edges: `fresh` from `surge`.

    Parameters
    ----------
    height_m, roughness2
        Ground and squared Manning roughness, shape=(n_row, n_col).
    surge
        Water now.
    source
        Rain, m/s, shape=(n_row, n_col).
    cell_m, dt_s
        Width of a cell and length of the step; the step must keep the Courant number below one half.
    fresh
        Receives the new water.

    Returns
    -------
    float
        Largest new speed of a wave, m/s, 0 where all is dry.
    """
    n_row, n_col = height_m.shape
    share = dt_s / cell_m
    fresh.depth_m[:], fresh.flow_x[:], fresh.flow_y[:] = surge.depth_m, surge.flow_x, surge.flow_y
    east, south = np.zeros((n_row, n_col)), np.zeros((n_row, n_col))
    for j in range(n_row):
        for i in range(n_col):
            if surge.depth_m[j, i] > STILL_M:
                east[j, i] = surge.flow_x[j, i] / surge.depth_m[j, i]
                south[j, i] = surge.flow_y[j, i] / surge.depth_m[j, i]
    for j in range(n_row):
        _exchange(
            (height_m[j, :-1], height_m[j, 1:]),
            (surge.depth_m[j, :-1], surge.depth_m[j, 1:]),
            (east[j, :-1], east[j, 1:]),
            (south[j, :-1], south[j, 1:]),
            share,
            (fresh.depth_m[j, :-1], fresh.flow_x[j, :-1], fresh.flow_y[j, :-1]),
            (fresh.depth_m[j, 1:], fresh.flow_x[j, 1:], fresh.flow_y[j, 1:]),
        )
        if j + 1 < n_row:
            _exchange(
                (height_m[j], height_m[j + 1]),
                (surge.depth_m[j], surge.depth_m[j + 1]),
                (south[j], south[j + 1]),
                (east[j], east[j + 1]),
                share,
                (fresh.depth_m[j], fresh.flow_y[j], fresh.flow_x[j]),
                (fresh.depth_m[j + 1], fresh.flow_y[j + 1], fresh.flow_x[j + 1]),
            )
    _push_walls(surge, share, fresh)
    return _slow_down(roughness2, source, dt_s, fresh)


@kernel
def _exchange(
    ground: tuple[Floats, Floats],
    depth: tuple[Floats, Floats],
    across: tuple[Floats, Floats],
    along: tuple[Floats, Floats],
    share: float,
    before: tuple[Floats, Floats, Floats],
    behind: tuple[Floats, Floats, Floats],
) -> None:
    """Exchange through a row of sides; the last two receive it: depth, flow across and flow along of the cells."""
    for i in range(ground[0].size):
        d0, d1 = depth[0][i], depth[1][i]
        if d0 <= DRY_M and d1 <= DRY_M:
            continue
        z0, z1, u0, u1 = ground[0][i], ground[1][i], across[0][i], across[1][i]
        mass, push_0, push_1, drift = side_flux((z0, z1), (d0, d1), (u0, u1), (along[0][i], along[1][i]))
        before[0][i] -= share * mass
        behind[0][i] += share * mass
        before[1][i] -= share * push_0
        behind[1][i] += share * push_1
        before[2][i] -= share * drift
        behind[2][i] += share * drift


@kernel
def _push_walls(surge: Surge, share: float, fresh: Surge) -> None:
    """Pressure of the closed outer edges."""
    half = 0.5 * GRAVITY * share
    n_row, n_col = surge.depth_m.shape
    for j in range(n_row):
        fresh.flow_x[j, 0] += half * surge.depth_m[j, 0] ** 2
        fresh.flow_x[j, n_col - 1] -= half * surge.depth_m[j, n_col - 1] ** 2
    for i in range(n_col):
        fresh.flow_y[0, i] += half * surge.depth_m[0, i] ** 2
        fresh.flow_y[n_row - 1, i] -= half * surge.depth_m[n_row - 1, i] ** 2


@kernel
def _slow_down(roughness2: Floats, source: Floats, dt_s: float, fresh: Surge) -> float:
    """Rain and friction (half implicit, Manning) in place; largest speed of a wave."""
    n_row, n_col = roughness2.shape
    fastest = 0.0
    for j in range(n_row):
        for i in range(n_col):
            depth = max(fresh.depth_m[j, i] + dt_s * source[j, i], 0.0)
            fresh.depth_m[j, i] = depth
            if depth <= STILL_M:
                fresh.flow_x[j, i] = 0.0
                fresh.flow_y[j, i] = 0.0
                continue
            east, south = fresh.flow_x[j, i] / depth, fresh.flow_y[j, i] / depth
            speed = math.sqrt(east * east + south * south)
            drag = 1.0 + dt_s * GRAVITY * roughness2[j, i] * speed / (depth * np.cbrt(depth))
            fresh.flow_x[j, i] /= drag
            fresh.flow_y[j, i] /= drag
            fastest = max(fastest, speed / drag + math.sqrt(GRAVITY * depth))
    return fastest
