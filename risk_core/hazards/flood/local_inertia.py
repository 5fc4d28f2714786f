"""Bates et al. 2010 and de Almeida et al. 2012: shallow water over ground without its advection.

P. D. Bates, M. S. Horritt, T. J. Fewtrell 2010, A simple inertial formulation of the shallow water equations for
efficient two-dimensional flood inundation modelling, J. Hydrol. 387, 33-45, eq. 12 (flow) and 14 (step); G. A. M. de
Almeida, P. Bates, J. E. Freer, M. Souvignet 2012, Improving the stability of a simple formulation of the shallow water
equations for 2-D flood modeling, Water Resour. Res. 48, W05528, eq. 13 (the weight theta).

======  ==========================================================  =======
symbol  meaning                                                     unit
======  ==========================================================  =======
q       flow through a side per metre of width                      m2/s
h, z    depth of the water, height of the ground at the centre      m
hf      flow depth: highest surface less highest ground             m
n       Manning's roughness                                         s/m^1/3
theta   weight of a side's own flow against those beside it         1
alpha   share of the longest stable step, dt = alpha dx/sqrt(g h)   1
======  ==========================================================  =======

``q' = [theta q + (1 - theta)/2 (q- + q+) - g hf dt d(h + z)/dx] / [1 + g dt n^2 |q| / hf^(7/3)]``; where the mean pulls
against the slope the side's own flow is taken. No cell gives more in a step than it held, so depths stay at 0 or above
and no water is made or lost.

Valid for slow and gradually varied flow (Froude number below about 0.5). A dam or levee that breaks is refused here:
the front of a dam break comes out less than half as fast as it is; `risk_core.hazards.flood.hll` is for that.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError, raise_faults
from risk_core.state.options import check_ranges

GRAVITY_M_PER_S2: Final = 9.81
SIDES: Final = ("west", "east", "north", "south")


class Precision(StrEnum):
    """float32 (operation: half the memory and time) or float64 (mass kept to the last digit)."""

    SINGLE = "single"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True)
class FlowOptions:
    """Settings of the scheme.

    Attributes
    ----------
    theta
        Weight of a side's own flow; 0.9 as de Almeida et al. 2012 advise, 1.0 is the scheme of Bates et al. 2010.
    alpha
        Share of the longest stable step; 0.7, Bates et al. 2010.
    least_flow_m
        Flow depth below which nothing flows; 0.1 mm, this project's choice.
    longest_step_s
        Longest step, so that rain and drains are followed; this project's choice.
    track_s
        Time between two looks at maxima and arrivals, so arrivals are that exact; this project's choice.
    least_speed_depth_m
        Speeds count where the water is this deep; this project's choice.
    mark_m
        Depths whose first arrival is kept. 0.15 m closes an underpass, 0.3 m stops a car.
    precision
        Type of the numbers.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    theta: float = 0.9
    alpha: float = 0.7
    least_flow_m: float = 1e-4
    longest_step_s: float = 10.0
    track_s: float = 10.0
    least_speed_depth_m: float = 0.01
    mark_m: tuple[float, ...] = (0.15, 0.3)
    precision: Precision = Precision.SINGLE

    def __post_init__(self) -> None:
        ranges = {
            "theta": (0.5, 1.0),
            "alpha": (0.05, 1.0),
            "least_flow_m": (1e-9, 0.1),
            "longest_step_s": (1e-3, 3600.0),
            "track_s": (1e-3, 3600.0),
            "least_speed_depth_m": (1e-6, 1.0),
        }
        check_ranges(self, ranges)
        if not all(0 < mark < 100 for mark in self.mark_m):
            raise InputError(Fault("mark_m", str(self.mark_m), "depths in metres above 0", "Correct the marks."))


FLOW_DEFAULTS: Final = FlowOptions()


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of the area: closed, running off at a slope, or beside water of known stage.

    Attributes
    ----------
    slope
        Fall of the ground beyond the edge for uniform flow out; NaN where it does not run off.
    stage_time_s, stage_m
        Times, ascending, and height of the water beyond the edge over the ground's datum; empty where there is none.
    """

    slope: float = math.nan
    stage_time_s: tuple[float, ...] = ()
    stage_m: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if not (math.isnan(self.slope) or 0 < self.slope < 1):
            faults.append(Fault("slope", str(self.slope), "a fall in 0..1", "Leave it out for a closed edge."))
        ascends = bool(np.all(np.diff(self.stage_time_s) > 0)) and len(self.stage_time_s) == len(self.stage_m)
        if not ascends or not np.isfinite([*self.stage_time_s, *self.stage_m]).all():
            value = f"{len(self.stage_time_s)} times, {len(self.stage_m)} stages"
            faults.append(Fault("stage_m", value, "ascending times with one finite stage each", "Correct the series."))
        raise_faults(faults)


CLOSED_EDGE: Final = Edge()


@dataclass(frozen=True, slots=True, eq=False)
class Forcing:
    """Rain that is left after losses, by interval.

    Attributes
    ----------
    until_s
        Ends of the intervals from the beginning of the run, ascending, shape=(n_interval,), seconds.
    rate_mm_per_h
        shape=(n_interval, n_row, n_col), 0 or above.
    drain_mm_per_h
        What the drains swallow, shape=(n_row, n_col), or None where there are none.
    """

    until_s: NDArray[np.float64]
    rate_mm_per_h: NDArray[np.float32]
    drain_mm_per_h: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Volumes of a run, m3: there at the start, rained, come in over edges; drained, left over edges, stored."""

    start_m3: float
    rain_m3: float
    entered_m3: float
    drained_m3: float
    left_m3: float
    stored_m3: float

    @property
    def error_ratio(self) -> float:
        """Water made (positive) or lost, over all the water there was."""
        given = self.start_m3 + self.rain_m3 + self.entered_m3
        return (self.stored_m3 + self.drained_m3 + self.left_m3 - given) / max(given, 1e-30)


@dataclass(frozen=True, slots=True, eq=False)
class FlowResult:
    """Water of a run.

    Attributes
    ----------
    depth_m, depth_speed_m2_per_s
        At each time asked for, shape=(n_time, n_row, n_col).
    max_depth_m, max_depth_speed_m2_per_s, max_speed_m_per_s
        Of the run, shape=(n_row, n_col).
    arrival_s
        First time at each of `FlowOptions.mark_m`, inf where never, shape=(n_mark, n_row, n_col), seconds.
    ledger
        Volumes.
    n_step
        Steps taken.
    """

    depth_m: NDArray[Any]
    depth_speed_m2_per_s: NDArray[Any]
    max_depth_m: NDArray[Any]
    max_depth_speed_m2_per_s: NDArray[Any]
    max_speed_m_per_s: NDArray[Any]
    arrival_s: NDArray[np.float64]
    ledger: Ledger
    n_step: int
