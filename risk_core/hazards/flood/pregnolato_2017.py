"""How fast a car can go through water.

M. Pregnolato, A. Ford, S. M. Wilkinson, R. J. Dawson 2017, The impact of flooding on road transport: a depth-disruption
function, Transp. Res. D 55, 67-81: ``v = 0.0009 w^2 - 0.5529 w + 86.9448`` km/h with w millimetres of water (R^2 0.95,
fitted to experiments, videos and models of cars), no way through from 300 mm on. The curve is the speed at which a
driver keeps control, so it bounds the free speed and does not multiply it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.units import km_per_h_to_m_per_s

STOP_DEPTH_M: Final = 0.3
MM_PER_M: Final = 1000.0


def safe_speed_m_per_s(depth_m: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """Largest speed that keeps control, 0 from 0.3 m of water on, any shape, m/s; NaN of NaN.

    Examples
    --------
    >>> (3.6 * safe_speed_m_per_s(np.array([0.0, 0.1, 0.2, 0.3]))).round(1).tolist()
    [86.9, 40.7, 12.4, 0.0]
    """
    w = np.maximum(np.asarray(depth_m, np.float64), 0.0) * MM_PER_M
    curve = np.maximum(0.0009 * w**2 - 0.5529 * w + 86.9448, 0.0)
    return np.where(w >= STOP_DEPTH_M * MM_PER_M, 0.0, curve * km_per_h_to_m_per_s(1.0))
