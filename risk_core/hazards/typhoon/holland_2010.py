"""Holland, Belanger and Fritz 2010: surface wind profile tied to reported radii.

G. J. Holland, J. I. Belanger, A. Fritz 2010, A revised model for radial profiles of hurricane winds,
Mon. Wea. Rev. 138, 4393-4401, eq. 6: V(r) = Vs [(Rm/r)^b exp(1 - (Rm/r)^b)]^x. Here x is 0.5 up to Rm, then
linear in r between the reported radii, where it is solved so that V is the wind reported there, and constant
beyond the last: x_n = ln(V_n/Vs) / (ln q + 1 - q), q = (Rm/r_n)^b. Exponents are kept in 0.2-3:
the reported wind is met unless the reports contradict each other.

======  ==================================================  ======
symbol  meaning                                             unit
======  ==================================================  ======
Vs      largest surface wind of the resting vortex          m/s
Rm      radius of maximum wind                              m
b       shape parameter (Holland 2008)                      1
x       exponent of the profile                             1
r_n     reported radius of the wind V_n                     m
======  ==================================================  ======

Valid between Rm and the outermost reported radius; beyond it the last exponent is kept, which is a guess.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

X_INSIDE = 0.5
X_RANGE = (0.2, 3.0)
APART = 1.05


@dataclass(frozen=True, slots=True)
class HollandProfile:
    """A fitted profile: `radius_m` and `exponent` are the knots of x(r), the first at the radius of maximum wind."""

    largest_m_per_s: float
    radius_max_m: float
    b: float
    radius_m: tuple[float, ...]
    exponent: tuple[float, ...]

    def wind_m_per_s(self, radius_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Vortex wind at each radius, any shape, m/s; 0 at the centre."""
        r = np.maximum(np.asarray(radius_m, dtype=np.float64), 1.0)
        x = np.interp(r, self.radius_m, self.exponent)
        log_q = self.b * np.log(self.radius_max_m / r)
        log_q = np.minimum(log_q, 700.0)
        return np.asarray(self.largest_m_per_s * np.exp(x * (log_q + 1.0 - np.exp(log_q))))


def fit_profile(
    largest_m_per_s: float, radius_max_m: float, b: float, known: tuple[tuple[float, float], ...]
) -> HollandProfile:
    """Profile through the reported (radius in metres, wind in m/s), ascending in radius.

    A radius that is NaN, within 5 % of the one before, or whose wind is not below the largest wind is left out.

    Examples
    --------
    >>> profile = fit_profile(45.0, 40e3, 1.4, ((166_680.0, 25.7222), (444_480.0, 15.4333)))
    >>> profile.wind_m_per_s(np.array([40e3, 166_680.0, 444_480.0])).round(4).tolist()
    [45.0, 25.7222, 15.4333]
    """
    radii, exponents = [radius_max_m], [X_INSIDE]
    for radius_m, wind_m_per_s in known:
        if not radius_m > radii[-1] * APART or not wind_m_per_s < largest_m_per_s:
            continue
        q = (radius_max_m / radius_m) ** b
        x = math.log(wind_m_per_s / largest_m_per_s) / (math.log(q) + 1.0 - q)
        radii.append(radius_m)
        exponents.append(min(max(x, X_RANGE[0]), X_RANGE[1]))
    return HollandProfile(largest_m_per_s, radius_max_m, b, tuple(radii), tuple(exponents))
