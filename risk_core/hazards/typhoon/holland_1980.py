"""Holland 1980: gradient wind of a pressure profile.

G. J. Holland 1980, An analytic model of the wind and pressure profiles in hurricanes, Mon. Wea. Rev. 108, 1212-1218.

======  ==========================================  ======
symbol  meaning                                     unit
======  ==========================================  ======
B       shape of the pressure profile               1
dp      environmental minus central pressure        Pa
rho     density of air, 1.15                        kg/m3
Rm      radius of maximum wind                      m
f       Coriolis parameter                          1/s
======  ==========================================  ======

V(r) = sqrt(B/rho (Rm/r)^B dp exp(-(Rm/r)^B) + (r f/2)^2) - r f/2 (eq. 5), largest without rotation
sqrt(B dp / (rho e)) (eq. 7). Gradient level: x 0.9 gives the surface.

Valid for a round vortex at rest in gradient balance, B 1-2.5; nine Australian hurricanes stood behind it. It knows no
outer wind radii, so its far wind may be off by half.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

AIR_DENSITY_KG_PER_M3: Final = 1.15
PA_PER_HPA: Final = 100.0
SURFACE_RATIO: Final = 0.9
"""Surface over gradient wind; 0.85 is also in use."""


def largest_wind_m_per_s(b: float, pressure_drop_hpa: float) -> float:
    """Largest cyclostrophic wind, m/s.

    Examples
    --------
    >>> round(largest_wind_m_per_s(1.5, 60.0), 3)
    53.657
    """
    return math.sqrt(b * pressure_drop_hpa * PA_PER_HPA / (AIR_DENSITY_KG_PER_M3 * math.e))


def gradient_wind_m_per_s(
    radius_m: NDArray[np.float64], b: float, pressure_drop_hpa: float, radius_max_m: float, coriolis_per_s: float
) -> NDArray[np.float64]:
    """Gradient wind at each radius, any shape, m/s; 0 at the centre. The sign of the Coriolis parameter is ignored."""
    r = np.maximum(np.asarray(radius_m, dtype=np.float64), 1.0)
    with np.errstate(over="ignore"):
        q = (radius_max_m / r) ** b
        half = 0.5 * r * abs(coriolis_per_s)
        force = b / AIR_DENSITY_KG_PER_M3 * pressure_drop_hpa * PA_PER_HPA * np.where(q < 700, q * np.exp(-q), 0.0)
    return np.asarray(np.sqrt(force + half**2) - half)
