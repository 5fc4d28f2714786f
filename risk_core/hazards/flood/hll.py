"""Shallow water with its advection, for a dam or a levee that breaks.

A. Harten, P. D. Lax, B. van Leer 1983, On upstream differencing and Godunov-type schemes, SIAM Rev. 25, 35-61 (HLL
flux); E. Audusse, F. Bouchut, M.-O. Bristeau, R. Klein, B. Perthame 2004, A fast and stable well-balanced scheme with
hydrostatic reconstruction for shallow water flows, SIAM J. Sci. Comput. 25, 2050-2065; E. F. Toro 2001, Shock-capturing
methods for free-surface shallow flows, ch. 10 (speeds of the waves). First order in space and time, Manning friction
half implicit, closed edges.

======  ===================================  =======
symbol  meaning                              unit
======  ===================================  =======
h, z    depth, height of the ground          m
u, v    speed eastward and southward         m/s
c       speed of a wave, sqrt(g h)           m/s
n       Manning's roughness                  s/m^1/3
======  ===================================  =======

Valid for any Froude number, fronts on dry and wet ground. Being of first order it smears a front over some cells.
About a tenth of the speed of local inertia: meant for the hour of a breach, not for a day of rain.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.hazards.flood.terrain import Terrain
from risk_core.kernels.breach import Surge, step_surge
from risk_core.state.options import check_ranges

GRAVITY_M_PER_S2: Final = 9.81
LEAST_WAVE_M_PER_S: Final = 1e-6
TIME_ROUNDING_S: Final = 1e-9


@dataclass(frozen=True, slots=True)
class BreachOptions:
    """Settings: Courant number (0.45, stable below one half) and longest step, seconds.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    courant: float = 0.45
    longest_step_s: float = 5.0

    def __post_init__(self) -> None:
        check_ranges(self, {"courant": (0.01, 0.5), "longest_step_s": (1e-3, 60.0)})


BREACH_DEFAULTS: Final = BreachOptions()


@dataclass(frozen=True, slots=True, eq=False)
class BreachResult:
    """Water of a breach.

    Attributes
    ----------
    depth_m, flow_x_m2_per_s, flow_y_m2_per_s
        At each time asked for, shape=(n_time, n_row, n_col); flow eastward and southward.
    max_depth_m, max_depth_speed_m2_per_s
        Of the run, shape=(n_row, n_col).
    n_step
        Steps taken.
    """

    depth_m: NDArray[np.float64]
    flow_x_m2_per_s: NDArray[np.float64]
    flow_y_m2_per_s: NDArray[np.float64]
    max_depth_m: NDArray[np.float64]
    max_depth_speed_m2_per_s: NDArray[np.float64]
    n_step: int


def run_breach(
    terrain: Terrain,
    start_m: NDArray[np.floating],
    at_s: NDArray[np.float64],
    options: BreachOptions = BREACH_DEFAULTS,
    rain_mm_per_h: float = 0.0,
) -> BreachResult:
    """Let water go that is held by nothing any more.

    Parameters
    ----------
    terrain
        The ground after the breach: without the part of the dam or levee that is gone.
    start_m
        Depth at the beginning, shape=(n_row, n_col); the water is still.
    at_s
        Times to keep, ascending, seconds from the breach, shape=(n_time,).
    options
        Settings.
    rain_mm_per_h
        Rain everywhere.

    Raises
    ------
    InputError
        For depths that do not fit the ground or are negative, or times that do not ascend; all faults at once.

    Examples
    --------
    >>> start = np.zeros((3, 40))
    >>> start[:, :20] = 5.0
    >>> run = run_breach(Terrain.from_heights(np.zeros((3, 40)), 5.0), start, np.array([2.0]))
    >>> bool(run.depth_m[0, 1, 20] > 1.0), f"{run.depth_m[0].sum() / start.sum():.6f}"
    (True, '1.000000')
    """
    _check(terrain, start_m, at_s)
    shape = terrain.height_m.shape
    now = Surge(start_m.astype(np.float64), np.zeros(shape), np.zeros(shape))
    fresh = Surge(np.empty(shape), np.empty(shape), np.empty(shape))
    source = np.full(shape, rain_mm_per_h / 3.6e6)
    kept = np.zeros((3, len(at_s), *shape))
    deepest, strongest = now.depth_m.copy(), np.zeros(shape)
    time_s, n_step = 0.0, 0
    wave_m_per_s = 2.0 * math.sqrt(GRAVITY_M_PER_S2 * float(now.depth_m.max()))
    for k, end_s in enumerate(at_s):
        while time_s < end_s - TIME_ROUNDING_S:
            longest_s = options.courant * terrain.cell_m / max(wave_m_per_s, LEAST_WAVE_M_PER_S)
            dt_s = min(longest_s, options.longest_step_s, float(end_s) - time_s)
            rough2 = terrain.roughness**2
            wave_m_per_s = step_surge(terrain.height_m, rough2, now, source, terrain.cell_m, dt_s, fresh)
            now, fresh = fresh, now
            np.maximum(deepest, now.depth_m, out=deepest)
            np.maximum(strongest, np.hypot(now.flow_x, now.flow_y), out=strongest)
            time_s, n_step = time_s + dt_s, n_step + 1
        kept[0, k], kept[1, k], kept[2, k] = now
    return BreachResult(kept[0], kept[1], kept[2], deepest, strongest, n_step)


def _check(terrain: Terrain, start_m: NDArray[np.floating], at_s: NDArray[np.float64]) -> None:
    faults = []
    if start_m.shape != terrain.height_m.shape:
        wanted = f"shape {terrain.height_m.shape}"
        faults.append(Fault("start_m", f"of shape {start_m.shape}", wanted, "Give one depth a cell."))
    if not bool(np.all((start_m >= 0) & np.isfinite(start_m))):
        faults.append(Fault("start_m", "negative or missing", "metres of 0 or more", "Repair the depths."))
    if not len(at_s) or at_s[0] < 0 or bool(np.any(np.diff(at_s) <= 0)):
        faults.append(Fault("at_s", str(at_s), "ascending seconds from 0", "Sort the times."))
    raise_faults(faults)
