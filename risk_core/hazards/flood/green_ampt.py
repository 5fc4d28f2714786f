"""Green and Ampt 1911: what the ground takes in, as a wet front that moves down.

W. H. Green, G. A. Ampt 1911, Studies on soil physics, J. Agric. Sci. 4, 1-24; under rain that may be weaker than what
the ground could take: R. G. Mein, C. L. Larson 1973, Water Resour. Res. 9, 384-394; as told in Chow, Maidment, Mays
1988, Applied Hydrology, eq. 4.3.6 (capacity), 4.3.8 (cumulative) and section 5.4 (steps).

======  =============================================  =====
symbol  meaning                                        unit
======  =============================================  =====
K       conductivity of the wetted soil                cm/h
psi     suction at the front                           cm
dth     moisture the soil can still take, 0..1         1
F, f    taken in since the beginning; rate             cm, cm/h
======  =============================================  =====

``f = K (1 + psi dth / F)``; where the rain is stronger, ``F - F0 - psi dth ln((psi dth + F)/(psi dth + F0)) = K t``.
Uniform soil, no table of ground water near the surface.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.options import check_ranges

N_NEWTON: Final = 30
CM_PER_MM: Final = 0.1


@dataclass(frozen=True, slots=True)
class Soil:
    """Conductivity, suction and free moisture of a soil.

    Silt loam 0.65 cm/h, 16.68 cm (Rawls, Brakensiek, Miller 1983, quoted in Chow et al. 1988, table 4.3.1; from memory:
    unverified).

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    conductivity_cm_per_h: float = 0.65
    suction_cm: float = 16.68
    free_moisture: float = 0.34

    def __post_init__(self) -> None:
        ranges = {"conductivity_cm_per_h": (1e-4, 100.0), "suction_cm": (0.01, 500.0), "free_moisture": (1e-4, 0.9)}
        check_ranges(self, ranges)


SILT_LOAM: Final = Soil()


def ponded_depth_cm(soil: Soil, since_h: float, before_cm: float = 0.0) -> float:
    """Taken in after so many hours under standing water, cm, with what the soil had taken in before.

    Solved for y = 1 + F/(psi dth): y - ln y grows evenly in time; Newton from above converges without a bound.

    Examples
    --------
    >>> round(ponded_depth_cm(Soil(0.65, 16.7, 0.34), 1.0), 2)
    3.17
    """
    reach = soil.suction_cm * soil.free_moisture
    start = 1.0 + before_cm / reach
    wanted = start - np.log(start) + soil.conductivity_cm_per_h * since_h / reach
    y = wanted + np.sqrt(2.0 * max(wanted - 1.0, 0.0)) + 1e-9
    for _ in range(N_NEWTON):
        y -= (y - np.log(y) - wanted) / (1.0 - 1.0 / y)
        if y <= 1.0:
            return before_cm
    return float((y - 1.0) * reach)


def capacity_cm_per_h(soil: Soil, taken_cm: float) -> float:
    """Rate the ground can take after it has taken in so much, cm/h; inf for dry ground."""
    reach = soil.suction_cm * soil.free_moisture
    return soil.conductivity_cm_per_h * (1.0 + reach / taken_cm) if taken_cm > 0 else float("inf")


def effective_rate_mm_per_h(
    soil: Soil, rate_mm_per_h: NDArray[np.floating], duration_h: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Rate that is left after infiltration, interval by interval, shape=(n_interval,).

    Inside an interval ponding may begin; the rain before it is taken in whole (Mein and Larson 1973).

    Examples
    --------
    >>> effective_rate_mm_per_h(SILT_LOAM, np.array([5.0, 60.0, 0.0]), np.array([1.0, 1.0, 1.0])).round(1)
    array([ 0. , 32.8,  0. ])
    """
    taken, out = 0.0, np.zeros(len(rate_mm_per_h))
    reach = soil.suction_cm * soil.free_moisture
    for k, (rate, hours) in enumerate(zip(rate_mm_per_h * CM_PER_MM, duration_h, strict=True)):
        before = taken
        if rate >= capacity_cm_per_h(soil, before):
            taken = min(ponded_depth_cm(soil, hours, before), before + rate * hours)
        elif rate > soil.conductivity_cm_per_h:
            at_ponding = soil.conductivity_cm_per_h * reach / (rate - soil.conductivity_cm_per_h)
            until_h = (at_ponding - before) / rate
            is_ponded = until_h < hours
            taken = ponded_depth_cm(soil, hours - until_h, at_ponding) if is_ponded else before + rate * hours
        else:
            taken = before + rate * hours
        out[k] = max(rate - (taken - before) / hours, 0.0) / CM_PER_MM
    return out
