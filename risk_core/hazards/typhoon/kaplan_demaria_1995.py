"""Kaplan and DeMaria 1995: decay of the maximum wind after landfall, with no forecast intensity at hand.

J. Kaplan, M. DeMaria 1995, A simple empirical model for predicting the decay of tropical cyclone winds after landfall,
J. Appl. Meteor. 34, 2499-2512, eq. 4: V(t) = Vb + (R V0 - Vb) exp(-alpha t).

======  ==================================================  ========
symbol  meaning                                             value
======  ==================================================  ========
V0      maximum 1-minute wind just before landfall          knots
R       reduction as the storm crosses the coast            0.9
Vb      wind a decayed storm keeps                          26.7 kt
alpha   decay constant                                      0.095 /h
t       time over land                                      h
======  ==================================================  ========

Valid for storms over land south of 37 N (fitted on landfalls of the USA 1967-1993). The distance-inland correction of
eq. 9 is left out. The fit is in 1-minute winds; 10-minute winds are converted with Harper et al. 2010 on both sides.
A storm whose wind at landfall is not above Vb / R does not decay by this law and keeps its wind. The coefficients are
typed from memory; Vb is confirmed by public implementations, the others and the number of the equation are unverified.
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.units import M_PER_S_PER_KNOT, S_PER_H, one_minute_to_ten_minute

REDUCTION = 0.9
BACKGROUND_M_PER_S = one_minute_to_ten_minute(26.7 * M_PER_S_PER_KNOT)
DECAY_PER_H = 0.095


def inland_wind_m_per_s(landfall_m_per_s: float, over_land_h: NDArray[np.float64]) -> NDArray[np.float64]:
    """Maximum 10-minute wind after some hours over land, m/s.

    Parameters
    ----------
    landfall_m_per_s
        Maximum 10-minute wind just before landfall.
    over_land_h
        Hours since landfall, any shape; before it (negative) the wind is the one given.

    Returns
    -------
    float64 array
        Shape of `over_land_h`.

    Examples
    --------
    100 kt at landfall are 90 kt just inland and 46.9 kt after twelve hours:

    >>> ten_minute_kt = one_minute_to_ten_minute(M_PER_S_PER_KNOT)
    >>> (inland_wind_m_per_s(100.0 * ten_minute_kt, np.array([-1.0, 0.0, 12.0])) / ten_minute_kt).round(1).tolist()
    [100.0, 90.0, 46.9]
    """
    hours = np.asarray(over_land_h, dtype=np.float64)
    start = REDUCTION * landfall_m_per_s
    if start <= BACKGROUND_M_PER_S:
        return np.full(hours.shape, landfall_m_per_s)
    decayed = BACKGROUND_M_PER_S + (start - BACKGROUND_M_PER_S) * np.exp(-DECAY_PER_H * np.maximum(hours, 0.0))
    return np.where(hours < 0, landfall_m_per_s, decayed)


def fill_over_land(
    time_s: NDArray[np.float64], largest_m_per_s: NDArray[np.float64], is_land: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Largest wind of a track with the missing ones over land filled by the decay, shape=(n_point,), m/s.

    The decay counts from the last point with a known wind before; points over sea stay as they are.

    Examples
    --------
    >>> wind = np.array([45.0, np.nan, np.nan])
    >>> fill_over_land(np.array([0.0, 21_600, 43_200]), wind, np.array([False, True, True])).round(1).tolist()
    [45.0, 28.5, 21.6]
    """
    out = np.array(largest_m_per_s, dtype=np.float64)
    known = -1
    for k in range(len(out)):
        if np.isfinite(largest_m_per_s[k]):
            known = k
        elif is_land[k] and known >= 0:
            hours = np.array((time_s[k] - time_s[known]) / S_PER_H)
            out[k] = float(inland_wind_m_per_s(float(largest_m_per_s[known]), hours))
    return out
