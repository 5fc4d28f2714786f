"""Distances on the sphere between many places at once."""

import numpy as np
from numpy.typing import NDArray

from risk_core.units import EARTH_RADIUS_M

Floats = NDArray[np.float64]


def distance_m(lat_deg: Floats | float, lon_deg: Floats | float, to_lat_deg: Floats, to_lon_deg: Floats) -> Floats:
    """Great-circle distance, metres; arguments are broadcast.

    Examples
    --------
    >>> float(distance_m(0.0, 179.0, np.array(0.0), np.array(-179.0)).round(-3))
    222000.0
    """
    phi, to_phi = np.radians(lat_deg), np.radians(to_lat_deg)
    half = np.sin((to_phi - phi) / 2) ** 2
    half = half + np.cos(phi) * np.cos(to_phi) * np.sin(np.radians(to_lon_deg - lon_deg) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
