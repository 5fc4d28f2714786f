"""Tuleya, DeMaria and Kuligowski 2007: rain of a storm by its largest wind and the distance from its centre (R-CLIPER).

R. E. Tuleya, M. DeMaria, R. J. Kuligowski 2007, Evaluation of GFDL and simple statistical model rainfall forecasts for
U.S. landfalling tropical storms, Wea. Forecasting 22, 56-70; coefficients as quoted in this project's design notes
(unverified against the paper).

======  ========================================  ===============
symbol  meaning                                   value
======  ========================================  ===============
Vm      largest 1-minute wind                     kt
U       normalised wind                           1 + (Vm - 35) / 33
T0      rate at the centre                        -1.10 + 3.96 U in/day
Tm      largest rate, at rm                       -1.60 + 4.80 U in/day
rm      radius of the largest rate                64.5 - 13 U km
re      e-folding distance beyond rm              150 - 16 U km
======  ========================================  ===============

Linear from T0 to Tm up to rm, then Tm exp(-(r - rm) / re). A climatological mean over all directions: no terrain, no
fronts, no rain bands. Valid from 35 kt to about 120 kt; weaker storms are taken as 35 kt, rm is kept at 10 km or more.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.units import M_PER_S_PER_KNOT, TEN_MINUTE_PER_ONE_MINUTE

MM_PER_H_PER_INCH_PER_DAY: Final = 25.4 / 24.0
LEAST_KT: Final = 35.0
LEAST_RADIUS_M: Final = 10_000.0
M_PER_KM: Final = 1000.0


@dataclass(frozen=True, slots=True)
class RainProfile:
    """Rate at the centre and its largest, mm/h; radius of the largest and e-folding distance, metres."""

    centre_mm_per_h: float
    largest_mm_per_h: float
    radius_largest_m: float
    fold_m: float

    def rate_mm_per_h(self, radius_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rain rate at each distance from the centre, any shape."""
        r = np.asarray(radius_m, dtype=np.float64)
        inner = self.centre_mm_per_h + (self.largest_mm_per_h - self.centre_mm_per_h) * r / self.radius_largest_m
        outer = self.largest_mm_per_h * np.exp(-(r - self.radius_largest_m) / self.fold_m)
        return np.where(r < self.radius_largest_m, inner, outer)


def rain_profile(largest_m_per_s: float) -> RainProfile:
    """Profile of a storm with that largest 10-minute wind, m/s.

    Examples
    --------
    >>> one = rain_profile(0.93 * 65.0 * 1852 / 3600)
    >>> round(one.radius_largest_m / 1000, 2), round(one.fold_m / 1000, 1), round(one.largest_mm_per_h, 2)
    (39.68, 119.5, 8.0)
    """
    return RainProfile(*(float(term) for term in profile_terms(np.array(largest_m_per_s))))


def profile_terms(largest_m_per_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Terms of the profiles of storms with these largest 10-minute winds, m/s, in the order of `RainProfile`.

    Returns
    -------
    float64 array
        shape=(..., 4).
    """
    knots = np.maximum(largest_m_per_s / TEN_MINUTE_PER_ONE_MINUTE / M_PER_S_PER_KNOT, LEAST_KT)
    u = 1.0 + (knots - 35.0) / 33.0
    terms = (
        (-1.10 + 3.96 * u) * MM_PER_H_PER_INCH_PER_DAY,
        (-1.60 + 4.80 * u) * MM_PER_H_PER_INCH_PER_DAY,
        np.maximum((64.5 - 13.0 * u) * M_PER_KM, LEAST_RADIUS_M),
        (150.0 - 16.0 * u) * M_PER_KM,
    )
    return np.stack(terms, axis=-1)
