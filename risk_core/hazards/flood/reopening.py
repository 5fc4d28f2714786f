"""When a flooded road opens again: the durations of closures like it, closer and more alike ones counting more.

A weighted sample (kernel estimate of a conditional distribution, e.g. P. Hall, R. C. L. Wolff, Q. Yao 1999, J. Am.
Stat. Assoc. 94, 154-163): every earlier closure counts 1, those near by up to 1 + `near_weight` by a Gaussian of
`near_m`, of the same road and of the same cause more. Quantiles of its durations are the answer; of a road that is
closed for hours, quantiles of those that lasted longer. Durations are cut at `longest_h`, so records that nobody
ended do no harm, and every closure older than that may be learned from, ended or not: nothing later is
looked at. Weights are this project's own, set with the closures of Kentucky in sight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.state.options import check_ranges
from risk_core.units import M_PER_DEG_LAT

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReopeningOptions:
    """Settings.

    Attributes
    ----------
    near_m, near_weight
        Reach and weight of nearness.
    same_road, same_cause
        Factor on closures of the same road, and of the same cause.
    longest_h
        Durations are cut here.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    near_m: float = 15_000.0
    near_weight: float = 10.0
    same_road: float = 5.0
    same_cause: float = 3.0
    longest_h: float = 336.0

    def __post_init__(self) -> None:
        ranges = {
            "near_m": (1.0, 1e6),
            "near_weight": (0.0, 1e4),
            "same_road": (1.0, 1e4),
            "same_cause": (1.0, 1e4),
            "longest_h": (1.0, 10_000.0),
        }
        check_ranges(self, ranges)


REOPENING_DEFAULTS: Final = ReopeningOptions()


@dataclass(frozen=True, slots=True, eq=False)
class PastClosures:
    """Closures whose durations are known up to `longest_h`, shape=(n,) each.

    Attributes
    ----------
    lat_deg, lon_deg
        Where, NaN where unknown.
    road, cause
        Whole numbers that stand for names; -1 for none.
    duration_h
        How long, above 0.
    """

    lat_deg: Floats
    lon_deg: Floats
    road: NDArray[np.int64]
    cause: NDArray[np.int64]
    duration_h: Floats

    def __post_init__(self) -> None:
        faults = []
        for name in ("lat_deg", "lon_deg", "road", "cause"):
            if getattr(self, name).shape != self.duration_h.shape:
                wanted = f"shape {self.duration_h.shape}"
                faults.append(Fault(name, f"of shape {getattr(self, name).shape}", wanted, "One value a closure."))
        if not len(self.duration_h) or not bool(np.all(self.duration_h > 0)):
            faults.append(Fault("duration_h", "empty or not positive", "one closure or more", "Correct the table."))
        raise_faults(faults)


@dataclass(frozen=True, slots=True)
class RoadClosure:
    """The closure asked about."""

    lat_deg: float
    lon_deg: float
    road: int
    cause: int


def reopening_quantiles_h(
    past: PastClosures,
    closure: RoadClosure,
    prob: Sequence[float] = (0.1, 0.5, 0.9),
    elapsed_h: float = 0.0,
    options: ReopeningOptions = REOPENING_DEFAULTS,
) -> Floats:
    """Quantiles of the hours from closing to opening of a closure that has lasted `elapsed_h`.

    Parameters
    ----------
    past
        Closures to learn from, all of them older than this one by `longest_h` or ended before it.
    closure
        The one asked about.
    prob
        Levels.
    elapsed_h
        Hours it has been closed; where no earlier one lasted longer, `longest_h` is the answer.

    Examples
    --------
    >>> n = np.zeros(4)
    >>> past = PastClosures(n, n, n.astype(int), n.astype(int), np.array([1.0, 2.0, 10.0, 50.0]))
    >>> one = RoadClosure(0.0, 0.0, 0, 0)
    >>> [float(reopening_quantiles_h(past, one, [0.5], hours)[0]) for hours in (0.0, 5.0, 60.0)]
    [2.0, 10.0, 336.0]
    """
    weight = closure_weights(past, closure, options)
    duration = np.minimum(past.duration_h, options.longest_h)
    lasting = duration > elapsed_h
    if not lasting.any():
        return np.full(len(prob), options.longest_h)
    order = np.argsort(duration[lasting], kind="stable")
    share = np.cumsum(weight[lasting][order])
    at = np.searchsorted(share, np.asarray(prob) * share[-1] * (1.0 - 1e-12))
    return np.asarray(duration[lasting][order][at])


def closure_weights(past: PastClosures, closure: RoadClosure, options: ReopeningOptions = REOPENING_DEFAULTS) -> Floats:
    """Weight of every earlier closure for this one, 1 or more, shape=(n,); what has no road or no cause shares none."""
    north = (past.lat_deg - closure.lat_deg) * M_PER_DEG_LAT
    east = (past.lon_deg - closure.lon_deg) * M_PER_DEG_LAT * np.cos(np.radians(closure.lat_deg))
    near = np.exp(-0.5 * (north**2 + east**2) / options.near_m**2)
    weight = 1.0 + options.near_weight * np.where(np.isfinite(near), near, 0.0)
    weight *= np.where((past.road == closure.road) & (past.road >= 0), options.same_road, 1.0)
    same_cause = (past.cause == closure.cause) & (past.cause >= 0)
    return np.asarray(weight * np.where(same_cause, options.same_cause, 1.0))
