"""Phadke et al. 2003: angle by which the surface wind is turned inwards.

A. C. Phadke, C. D. Martino, K. F. Cheung, S. H. Houston 2003, Modeling of tropical cyclone winds and waves for
emergency management, Ocean Eng. 30, 553-578: 10 (1 + r/Rm) degrees to Rm, 20 + 25 (r/Rm - 1) to 1.2 Rm, then 25. For
winds over open sea.
"""

import numpy as np
from numpy.typing import NDArray


def inflow_rad(radius_m: NDArray[np.float64], radius_max_m: float) -> NDArray[np.float64]:
    """Inflow angle at each radius, any shape, radians.

    Examples
    --------
    >>> np.degrees(inflow_rad(np.array([0.0, 40e3, 80e3]), 40e3)).round(6).tolist()
    [10.0, 20.0, 25.0]
    """
    return np.radians(np.interp(np.asarray(radius_m) / radius_max_m, (0.0, 1.0, 1.2), (10.0, 20.0, 25.0)))
