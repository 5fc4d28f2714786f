"""Water over ground by local inertia: one step of depth and flow, and what is remembered of it.

Scheme and symbols: `risk_core.hazards.flood.local_inertia`. Arrays are all float32 or all float64, row 0 north;
``flow_x[j, i]`` crosses the west side of cell (j, i), positive eastward, ``flow_y[j, i]`` its north side, positive
southward, in square metres per second. The rows are swept once, each in short loops without branches.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

Rows = NDArray[Any]
"""float32 or float64."""


class Ground(NamedTuple):
    """What the water stands on: height in metres and squared Manning roughness, both shape=(n_row, n_col)."""

    height_m: Rows
    roughness2: Rows


class Water(NamedTuple):
    """Depth in metres, shape=(n_row, n_col), and flow per metre of width through the sides of the cells."""

    depth_m: Rows
    flow_x: Rows
    flow_y: Rows


class StepRule(NamedTuple):
    """Numbers of one step, all of the arrays' own type.

    `step_per_cell` is dt / dx, `weight` the share of a side's own flow (theta), `least_m` the depth below which
    nothing flows, `guess_slope` and `guess_offset` the first guess of an inverse cube root from a number's bits.
    """

    dt_s: Any
    gravity_step: Any
    step_per_cell: Any
    weight: Any
    least_m: Any
    guess_slope: Any
    guess_offset: Any
    n_newton: int


class Scratch(NamedTuple):
    """Rows of one pass: flow depth and inverse cube root (the same memory as whole numbers, too), shares given.

    `carry_m` has the shape of the depths: what rounding has cut off them.
    """

    flow_depth_m: Rows
    flow_depth_bits: NDArray[Any]
    root: Rows
    root_bits: NDArray[Any]
    share: Rows
    share_above: Rows
    ones: Rows
    carry_m: Rows


@kernel
def flow_row(
    height: tuple[Rows, Rows],
    depth: tuple[Rows, Rows],
    roughness2: tuple[Rows, Rows],
    flow: tuple[Rows, Rows, Rows],
    out: Rows,
    rule: StepRule,
    scratch: Scratch,
) -> None:
    """New flow through a row of sides.

    Parameters
    ----------
    height, depth, roughness2
        Of the cells before and behind the sides.
    flow
        Old flow through the sides before, at and behind each side.
    out
        New flow.
    """
    n = out.size
    kind = out.dtype.type
    zero, half, one = kind(0.0), kind(0.5), kind(1.0)
    beside = (one - rule.weight) * half
    slope = rule.gravity_step * rule.step_per_cell / rule.dt_s
    flow_depth = scratch.flow_depth_m
    for i in range(n):
        top = max(height[0][i] + depth[0][i], height[1][i] + depth[1][i])
        flow_depth[i] = max(top - max(height[0][i], height[1][i]), rule.least_m)
    inverse_cube_roots(n, rule, scratch)
    for i in range(n):
        fall = (height[0][i] + depth[0][i]) - (height[1][i] + depth[1][i])
        drive = slope * flow_depth[i] * fall
        mean = rule.weight * flow[1][i] + beside * (flow[0][i] + flow[2][i])
        carried = flow[1][i] if mean * drive < zero else mean
        root = scratch.root[i]
        root2 = root * root
        thin = root2 * root2 * root2 * root
        drag = rule.gravity_step * half * (roughness2[0][i] + roughness2[1][i]) * abs(flow[1][i]) * thin
        speeded = (carried + drive) / (one + drag)
        out[i] = speeded if flow_depth[i] > rule.least_m else zero


@kernel
def inverse_cube_roots(n: int, rule: StepRule, scratch: Scratch) -> None:
    """``scratch.root = scratch.flow_depth_m ** (-1/3)`` of the first n, without a library call.

    The first guess is a straight line in the number's bits, then come Newton steps r (4 - x r^3) / 3; a library
    call here would keep the loop from being done in several lanes at once.
    """
    kind = scratch.root.dtype.type
    whole = scratch.root_bits.dtype.type
    four, third = kind(4.0), kind(1.0 / 3.0)
    for i in range(n):
        scratch.root_bits[i] = whole(rule.guess_offset + rule.guess_slope * kind(scratch.flow_depth_bits[i]))
    for _ in range(rule.n_newton):
        for i in range(n):
            r = scratch.root[i]
            scratch.root[i] = r * (four - scratch.flow_depth_m[i] * r * r * r) * third


@kernel
def give_row(depth: Rows, west: Rows, east: Rows, north: Rows, south: Rows, step_per_cell: float, share: Rows) -> None:
    """Share of the wished outflow that each cell of a row can give from what it holds."""
    kind = share.dtype.type
    zero, one, tiny = kind(0.0), kind(1.0), kind(1e-30)
    for i in range(share.size):
        out = max(east[i], zero) + max(-west[i], zero) + max(south[i], zero) + max(-north[i], zero)
        share[i] = min(depth[i] / max(step_per_cell * out, tiny), one)


@kernel
def limit_row(flow: Rows, before: Rows, behind: Rows) -> None:
    """Shorten flows to the share that the cell they leave can give."""
    zero = flow.dtype.type(0.0)
    for i in range(flow.size):
        flow[i] = flow[i] * (before[i] if flow[i] > zero else behind[i])


@kernel
def fill_row(water: Water, source: Rows, rule: StepRule, carry_m: Rows, fresh: Water, j: int) -> None:
    """New depth of row j from what flows in and out and rains on it.

    `carry_m` keeps what rounding has cut off each depth and gives it back in the next step (compensated sum): a
    step's rain is some ten thousandth of the depth, so that float32 alone would lose millionths of the water.
    """
    depth, rain, carry, out = water.depth_m[j], source[j], carry_m[j], fresh.depth_m[j]
    flow_x, north, south = fresh.flow_x[j], fresh.flow_y[j], fresh.flow_y[j + 1]
    zero = out.dtype.type(0.0)
    for i in range(out.size):
        gained = flow_x[i] - flow_x[i + 1] + north[i] - south[i]
        change = rule.step_per_cell * gained + rule.dt_s * rain[i] + carry[i]
        summed = depth[i] + change
        carry[i] = change - (summed - depth[i])
        out[i] = max(summed, zero)


@kernel
def largest_of(value: Rows, bits: NDArray[Any]) -> Any:
    """Largest of numbers none of which is negative, found from their bits, which ascend as they do."""
    at = bits[0]
    for i in range(bits.size):
        at = max(at, bits[i])
    bits_of_one = np.full(1, at, bits.dtype)
    return bits_of_one.view(value.dtype)[0]


@kernel
def step_water(ground: Ground, water: Water, source: Rows, rule: StepRule, scratch: Scratch, fresh: Water) -> None:
    """One step: `fresh` from `water`; no cell gives more than it held, so that depth stays at 0 or above.

    Parameters
    ----------
    ground, water
        The ground and the water now.
    source
        Rain less losses, metres per second, shape=(n_row, n_col).
    rule, scratch
        Numbers of this step and rows to work on.
    fresh
        Receives the new water; the flow over its four outer edges is taken as the caller has set it, and shortened
        where it leaves.
    """
    n_row = water.depth_m.shape[0]
    share, above, whole = scratch.share, scratch.share_above, scratch.ones
    above[:] = whole
    for j in range(n_row):
        _wish_row(ground, water, rule, scratch, fresh, j)
        flow_x, north, south = fresh.flow_x[j], fresh.flow_y[j], fresh.flow_y[j + 1]
        give_row(water.depth_m[j], flow_x[:-1], flow_x[1:], north, south, rule.step_per_cell, share)
        limit_row(flow_x[1:-1], share[:-1], share[1:])
        limit_row(flow_x[:1], whole[:1], share[:1])
        limit_row(flow_x[-1:], share[-1:], whole[:1])
        limit_row(north, above, share)
        if j > 0:
            fill_row(water, source, rule, scratch.carry_m, fresh, j - 1)
        above[:] = share
    limit_row(fresh.flow_y[n_row], above, whole)
    fill_row(water, source, rule, scratch.carry_m, fresh, n_row - 1)


@kernel
def _wish_row(ground: Ground, water: Water, rule: StepRule, scratch: Scratch, fresh: Water, j: int) -> None:
    """Flow that row j wishes between its cells and over its southern sides."""
    z, h, r2, q = ground.height_m[j], water.depth_m[j], ground.roughness2[j], water.flow_x[j]
    beside = (q[:-2], q[1:-1], q[2:])
    flow_row((z[:-1], z[1:]), (h[:-1], h[1:]), (r2[:-1], r2[1:]), beside, fresh.flow_x[j, 1:-1], rule, scratch)
    if j + 1 < water.depth_m.shape[0]:
        across = (water.flow_y[j], water.flow_y[j + 1], water.flow_y[j + 2])
        height, depth = (z, ground.height_m[j + 1]), (h, water.depth_m[j + 1])
        flow_row(height, depth, (r2, ground.roughness2[j + 1]), across, fresh.flow_y[j + 1], rule, scratch)


class Trace(NamedTuple):
    """What is remembered of each cell, shape=(n_row, n_col) each; `arrival_s` has one layer a depth mark.

    Largest depth (m), largest depth times speed (m2/s), largest speed (m/s), first time at each mark (s, inf never).
    """

    depth_m: Rows
    depth_speed_m2_per_s: Rows
    speed_m_per_s: Rows
    arrival_s: NDArray[np.float64]


@kernel
def track_water(water: Water, time_s: float, mark_m: Rows, least_m: Any, trace: Trace) -> None:
    """Keep maxima and first arrivals; a speed counts where the water is at least `least_m` deep.

    Depth times speed is the mean of the flow through a cell's opposite sides, so it needs no division by a depth.
    """
    n_row, n_col = water.depth_m.shape
    kind = water.depth_m.dtype.type
    half, zero = kind(0.5), kind(0.0)
    for j in range(n_row):
        depth, flow_x = water.depth_m[j], water.flow_x[j]
        north, south = water.flow_y[j], water.flow_y[j + 1]
        deepest, strongest, fastest = trace.depth_m[j], trace.depth_speed_m2_per_s[j], trace.speed_m_per_s[j]
        for i in range(n_col):
            east, down = half * (flow_x[i] + flow_x[i + 1]), half * (north[i] + south[i])
            flow = np.sqrt(east * east + down * down)
            is_wet = depth[i] >= least_m
            deepest[i] = max(deepest[i], depth[i])
            strongest[i] = max(strongest[i], flow if is_wet else zero)
            fastest[i] = max(fastest[i], flow / max(depth[i], least_m) if is_wet else zero)
        for m in range(mark_m.size):
            first = trace.arrival_s[m, j]
            for i in range(n_col):
                first[i] = min(first[i], time_s if depth[i] >= mark_m[m] else np.inf)


@kernel
def flow_strength(water: Water, least_m: Any, out: Rows) -> None:
    """Depth times speed of each cell now, m2/s, 0 where the water is thinner than `least_m`."""
    n_row, n_col = out.shape
    half, zero = out.dtype.type(0.5), out.dtype.type(0.0)
    for j in range(n_row):
        flow_x, north, south = water.flow_x[j], water.flow_y[j], water.flow_y[j + 1]
        for i in range(n_col):
            east, down = half * (flow_x[i] + flow_x[i + 1]), half * (north[i] + south[i])
            out[j, i] = np.sqrt(east * east + down * down) if water.depth_m[j, i] >= least_m else zero


@kernel
def drain_cells(depth_m: Rows, capacity_m_per_s: Rows, dt_s: float, drained_m: Rows) -> None:
    """Take what the drains swallow in one step out of every cell, never more than it holds."""
    for j in range(depth_m.shape[0]):
        depth, capacity, gone = depth_m[j], capacity_m_per_s[j], drained_m[j]
        for i in range(depth.size):
            left = max(depth[i] - dt_s * capacity[i], depth.dtype.type(0.0))
            gone[i] += depth[i] - left
            depth[i] = left


@kernel
def normal_outflow(depth: Rows, roughness2: Rows, slope: float, sign: float, out: Rows) -> None:
    """Uniform flow out of an edge (Manning): ``sign h^(5/3) sqrt(slope / n^2)``."""
    for i in range(out.size):
        out[i] = sign * depth[i] ** (5.0 / 3.0) * math.sqrt(slope / roughness2[i])


@kernel
def stage_flow(
    depth: Rows, height: Rows, roughness2: Rows, stage_m: float, before: Rows, sign: float, rule: StepRule, out: Rows
) -> None:
    """Local-inertial flow over an edge beyond which water stands at `stage_m` over the ground's datum.

    `sign` is 1 where positive flow leaves the area and -1 where it enters; `before` is the old flow.
    """
    slope = rule.gravity_step * rule.step_per_cell / rule.dt_s
    for i in range(out.size):
        surface = height[i] + depth[i]
        flow_depth = max(surface, stage_m) - height[i]
        if flow_depth <= rule.least_m:
            out[i] = 0.0
            continue
        drive = sign * slope * flow_depth * (surface - stage_m)
        drag = rule.gravity_step * roughness2[i] * abs(before[i]) * flow_depth ** (-7.0 / 3.0)
        out[i] = (before[i] + drive) / (1.0 + drag)
