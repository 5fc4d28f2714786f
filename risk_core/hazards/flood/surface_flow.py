"""A run of water over ground: rain in, drains and edges out, depths and what was met on the way."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.hazards.flood.local_inertia import (
    CLOSED_EDGE,
    FLOW_DEFAULTS,
    GRAVITY_M_PER_S2,
    SIDES,
    Edge,
    FlowOptions,
    FlowResult,
    Forcing,
    Ledger,
    Precision,
)
from risk_core.hazards.flood.terrain import Terrain
from risk_core.kernels import surface_flow as kernels
from risk_core.units import S_PER_H

MM_PER_M: Final = 1000.0
TIME_ROUNDING_S: Final = 1e-9
BREACH_FALL_M: Final = 0.5
BREACH_SHARE: Final = 0.5
"""Water that stands so high above its neighbour, and by such a share of the depth between them, is a dam that breaks:
refused here, because local inertia lets its front run less than half as fast as it does."""

LEAST_WAVE_DEPTH_M: Final = 1e-4
"""Depth a step's length is at least reckoned with, metres."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Type of the numbers, of their bits, and the first guess of an inverse cube root by those bits.

    For a number of bits b the bits of its power -1/3 lie near 4/3 (bias 2^m) - b/3; 0.06006 of 2^m less is the line
    of least largest error (3.9 %). Newton steps then bring the rounding of the type.
    """

    real: type[np.floating]
    whole: type[np.signedinteger]
    guess_offset: float
    n_newton: int


_AT: Final[Mapping[str, Any]] = {"west": np.s_[:, 0], "east": np.s_[:, -1], "north": np.s_[0], "south": np.s_[-1]}
_SINGLE: Final = _Numbers(np.float32, np.int32, (4.0 / 3.0 * 127.0 - 0.06006) * 2.0**23, 3)
_DOUBLE: Final = _Numbers(np.float64, np.int64, (4.0 / 3.0 * 1023.0 - 0.06006) * 2.0**52, 4)


def run_flow(
    terrain: Terrain,
    forcing: Forcing,
    at_s: NDArray[np.float64],
    options: FlowOptions = FLOW_DEFAULTS,
    start_m: NDArray[np.floating] | None = None,
    edges: Mapping[str, Edge] | None = None,
) -> FlowResult:
    """Run water over the ground by local inertia (Bates et al. 2010, de Almeida et al. 2012).

    Parameters
    ----------
    terrain
        The ground.
    forcing
        Rain after losses, and drains. After its last interval no rain falls.
    at_s
        Times to keep, ascending, the last one ends the run, shape=(n_time,), seconds from the beginning.
    options
        Settings.
    start_m
        Depth at the beginning, shape=(n_row, n_col); None for dry ground.
    edges
        By side (``west east north south``); sides not named are closed.

    Returns
    -------
    FlowResult
        Depths at `at_s`, maxima, arrivals and the volumes of the run. Nothing given is changed.

    Raises
    ------
    InputError
        For arrays that do not fit the ground, negative rain or depth, times that do not ascend, and for a beginning
        that is the break of a dam (`risk_core.hazards.flood.hll.run_breach` is for that); all faults at once.

    Examples
    --------
    >>> ground = Terrain.from_heights(np.zeros((4, 4)), 10.0)
    >>> rain = Forcing(np.array([600.0]), np.full((1, 4, 4), 60.0, np.float32))
    >>> run = run_flow(ground, rain, np.array([600.0]))
    >>> f"{run.max_depth_m.max():.3f} m, {run.ledger.rain_m3:.1f} m3"
    '0.010 m, 16.0 m3'
    """
    _check(terrain, forcing, at_s, start_m, edges or {})
    state = FlowState(terrain, forcing, options, start_m, edges)
    shape = terrain.height_m.shape
    depth = np.zeros((len(at_s), *shape), state.numbers.real)
    strength = np.zeros_like(depth)
    for k, time_s in enumerate(at_s):
        state.run_until(float(time_s))
        depth[k] = state.water.depth_m
        kernels.flow_strength(state.water, state.numbers.real(options.least_speed_depth_m), strength[k])
    trace = state.trace
    return FlowResult(
        depth_m=depth,
        depth_speed_m2_per_s=strength,
        max_depth_m=trace.depth_m,
        max_depth_speed_m2_per_s=trace.depth_speed_m2_per_s,
        max_speed_m_per_s=trace.speed_m_per_s,
        arrival_s=trace.arrival_s,
        ledger=state.ledger(),
        n_step=state.n_step,
    )


class FlowState:
    """Water under way: what `run_flow` steps through. Not checked; not for two threads at once."""

    def __init__(
        self,
        terrain: Terrain,
        forcing: Forcing,
        options: FlowOptions = FLOW_DEFAULTS,
        start_m: NDArray[np.floating] | None = None,
        edges: Mapping[str, Edge] | None = None,
    ) -> None:
        self.options, self.forcing = options, forcing
        self.numbers = _SINGLE if options.precision is Precision.SINGLE else _DOUBLE
        self.cell_m = terrain.cell_m
        self.edges = {side: edge for side, edge in (edges or {}).items() if edge != CLOSED_EDGE}
        real, (n_row, n_col) = self.numbers.real, terrain.height_m.shape
        self.ground = kernels.Ground(terrain.height_m.astype(real), (terrain.roughness**2).astype(real))
        self.water, self._fresh = self._empty(n_row, n_col), self._empty(n_row, n_col)
        if start_m is not None:
            self.water.depth_m[:] = start_m
        self._source = np.zeros((n_row, n_col), real)
        self._drain = None
        if forcing.drain_mm_per_h is not None:
            self._drain = np.asarray(forcing.drain_mm_per_h / (MM_PER_M * S_PER_H), real)
        self._drained = np.zeros((n_row, n_col), np.float64)
        self._scratch = self._rows(n_row, n_col)
        deepest, strongest, fastest = np.zeros((3, n_row, n_col), real)
        arrival_s = np.full((len(options.mark_m), n_row, n_col), np.inf)
        self.trace = kernels.Trace(deepest, strongest, fastest, arrival_s)
        self._mark = np.array(options.mark_m, real)
        self.time_s, self.n_step = 0.0, 0
        self._start_m3 = self._volume(self.water.depth_m)
        self._rain_m3 = self._entered_m3 = self._left_m3 = 0.0
        self._track()

    def run_until(self, end_s: float) -> None:
        """Step on to a time, seconds from the beginning."""
        while self.time_s < end_s - TIME_ROUNDING_S:
            interval = int(np.searchsorted(self.forcing.until_s, self.time_s + TIME_ROUNDING_S, side="right"))
            is_raining = interval < len(self.forcing.until_s)
            until_s = min(end_s, float(self.forcing.until_s[interval])) if is_raining else end_s
            if is_raining:
                np.divide(self.forcing.rate_mm_per_h[interval], MM_PER_M * S_PER_H, out=self._source, casting="unsafe")
            else:
                self._source[:] = 0.0
            rain_m3_per_s = self._volume(self._source)
            begun_s = self.time_s
            while self.time_s < until_s - TIME_ROUNDING_S:
                self._run_piece(min(until_s, self.time_s + self.options.track_s))
            self._rain_m3 += rain_m3_per_s * (self.time_s - begun_s)

    def ledger(self) -> Ledger:
        """Volumes so far."""
        drained, stored = self._volume(self._drained), self._volume(self.water.depth_m)
        return Ledger(self._start_m3, self._rain_m3, self._entered_m3, drained, self._left_m3, stored)

    def _run_piece(self, end_s: float) -> None:
        """Step on to the next look at maxima."""
        while self.time_s < end_s - TIME_ROUNDING_S:
            bits = self.water.depth_m.view(self.numbers.whole).ravel()
            deepest_m = float(kernels.largest_of(self.water.depth_m.ravel(), bits))
            longest_s = self._longest_step_s(deepest_m)
            n_left = math.ceil((end_s - self.time_s) / longest_s)
            self._step((end_s - self.time_s) / n_left)
        self.time_s = end_s
        self._track()

    def _longest_step_s(self, deepest_m: float) -> float:
        wave = math.sqrt(GRAVITY_M_PER_S2 * max(deepest_m, LEAST_WAVE_DEPTH_M))
        return min(self.options.longest_step_s, self.options.alpha * self.cell_m / wave)

    def _step(self, dt_s: float) -> None:
        rule = self._rule(dt_s)
        for side, edge in self.edges.items():
            self._set_edge(side, edge, rule)
        kernels.step_water(self.ground, self.water, self._source, rule, self._scratch, self._fresh)
        self.water, self._fresh = self._fresh, self.water
        if self.edges:
            self._count_edges(float(rule.dt_s))
        if self._drain is not None:
            kernels.drain_cells(self.water.depth_m, self._drain, rule.dt_s, self._drained)
        self.time_s += dt_s
        self.n_step += 1

    def _rule(self, dt_s: float) -> kernels.StepRule:
        real = self.numbers.real
        return kernels.StepRule(
            dt_s=real(dt_s),
            gravity_step=real(GRAVITY_M_PER_S2 * dt_s),
            step_per_cell=real(dt_s / self.cell_m),
            weight=real(self.options.theta),
            least_m=real(self.options.least_flow_m),
            guess_slope=real(-1.0 / 3.0),
            guess_offset=real(self.numbers.guess_offset),
            n_newton=self.numbers.n_newton,
        )

    def _set_edge(self, side: str, edge: Edge, rule: kernels.StepRule) -> None:
        """Wish the flow over one side; the step shortens what leaves to what is there."""
        at = _AT[side]
        sign = rule.dt_s.dtype.type(1.0 if side in ("east", "south") else -1.0)
        is_column = side in ("west", "east")
        old, new = (getattr(one, "flow_x" if is_column else "flow_y")[at] for one in (self.water, self._fresh))
        depth, roughness2 = self.water.depth_m[at], self.ground.roughness2[at]
        if not math.isnan(edge.slope):
            kernels.normal_outflow(depth, roughness2, edge.slope, sign, new)
        elif edge.stage_m:
            stage_m = float(np.interp(self.time_s, edge.stage_time_s, edge.stage_m))
            kernels.stage_flow(depth, self.ground.height_m[at], roughness2, stage_m, old, sign, rule, new)

    def _count_edges(self, dt_s: float) -> None:
        """Book what came in and what left over the outer edges."""
        x, y = self.water.flow_x, self.water.flow_y
        outward = np.concatenate([-x[:, 0], x[:, -1], -y[0], y[-1]]).astype(np.float64) * (self.cell_m * dt_s)
        leaving = float(outward[outward > 0].sum())
        self._left_m3 += leaving
        self._entered_m3 += leaving - float(outward.sum())

    def _track(self) -> None:
        least = self.numbers.real(self.options.least_speed_depth_m)
        kernels.track_water(self.water, self.time_s, self._mark, least, self.trace)

    def _volume(self, depth_m: NDArray[Any]) -> float:
        return float(depth_m.sum(dtype=np.float64)) * self.cell_m**2

    def _empty(self, n_row: int, n_col: int) -> kernels.Water:
        real = self.numbers.real
        shapes = (n_row, n_col), (n_row, n_col + 1), (n_row + 1, n_col)
        return kernels.Water(*(np.zeros(shape, real) for shape in shapes))

    def _rows(self, n_row: int, n: int) -> kernels.Scratch:
        real, whole = self.numbers.real, self.numbers.whole
        depth, root = np.zeros(n, real), np.zeros(n, real)
        share, above, ones = np.zeros(n, real), np.zeros(n, real), np.ones(n, real)
        return kernels.Scratch(
            depth, depth.view(whole), root, root.view(whole), share, above, ones, np.zeros((n_row, n), real)
        )


def without_rain(terrain: Terrain) -> Forcing:
    """No rain and no drains."""
    return Forcing(np.empty(0), np.empty((0, *terrain.height_m.shape), np.float32))


def _check(
    terrain: Terrain,
    forcing: Forcing,
    at_s: NDArray[np.float64],
    start_m: NDArray[np.floating] | None,
    edges: Mapping[str, Edge],
) -> None:
    shape, faults = terrain.height_m.shape, []
    wanted, remedy = f"shape (n_interval, {shape[0]}, {shape[1]}), one row an interval", "Put the rain on the ground."
    if forcing.rate_mm_per_h.shape != (len(forcing.until_s), *shape):
        faults.append(Fault("rate_mm_per_h", f"of shape {forcing.rate_mm_per_h.shape}", wanted, remedy))
    for name, value in (("rate_mm_per_h", forcing.rate_mm_per_h), ("drain_mm_per_h", forcing.drain_mm_per_h),
                        ("start_m", start_m)):  # fmt: skip
        if value is None:
            continue
        if name != "rate_mm_per_h" and value.shape != shape:
            faults.append(Fault(name, f"of shape {value.shape}", f"shape {shape}", "Give one value a cell."))
        if not bool(np.all(value >= 0)) or not bool(np.all(np.isfinite(value))):
            faults.append(Fault(name, "negative or missing", "numbers of 0 or more", "Repair or leave out the values."))
    for name, times in (("until_s", forcing.until_s), ("at_s", at_s)):
        if len(times) and not (times[0] >= 0 and bool(np.all(np.diff(times) > 0))):
            faults.append(Fault(name, "not ascending from 0", "ascending seconds", "Sort the times."))
    if len(at_s) == 0:
        faults.append(Fault("at_s", "empty", "one time or more", "Give the end of the run."))
    for side in edges:
        if side not in SIDES:
            faults.append(Fault("edges", side, " ".join(SIDES), "Name the side so."))
    if start_m is not None and not faults and is_breach(terrain, start_m):
        wanted = f"water that falls by less than {BREACH_FALL_M} m or half its depth to the next cell"
        faults.append(Fault("start_m", "the break of a dam or levee", wanted, "Use run_breach for it."))
    raise_faults(faults)


def is_breach(terrain: Terrain, depth_m: NDArray[np.floating]) -> bool:
    """Whether water stands beside lower water or ground with nothing to hold it.

    Examples
    --------
    >>> ground = Terrain.from_heights(np.zeros((2, 4)), 1.0)
    >>> is_breach(ground, np.array([[5.0, 5.0, 0.0, 0.0]] * 2)), is_breach(ground, np.full((2, 4), 5.0))
    (True, False)
    """
    surface = terrain.height_m + depth_m
    for one, other in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        top = np.maximum(terrain.height_m[one], terrain.height_m[other])
        flow_depth = np.maximum(surface[one], surface[other]) - top
        fall = np.abs(surface[one] - surface[other])
        held = np.minimum(fall, flow_depth)
        if bool(np.any((held > BREACH_FALL_M) & (held > BREACH_SHARE * flow_depth))):
            return True
    return False
