"""EN 1991-1-4:2005: mean wind over a rough surface.

Eurocode 1, part 1-4, section 4.3.2: k(z0) = 0.19 (z0/0.05)^0.07 ln(10/z0) at 10 m height, divided by its value over
the sea (1.27, z0 0.003 m).
"""

import math
from enum import StrEnum

SEA_FACTOR = 1.27


class Terrain(StrEnum):
    """What the wind blows over."""

    SEA = "sea"
    OPEN = "open"
    SUBURB = "suburb"
    CITY = "city"


ROUGHNESS_M = {Terrain.SEA: 0.003, Terrain.OPEN: 0.05, Terrain.SUBURB: 0.3, Terrain.CITY: 1.0}


def land_ratio(terrain: Terrain) -> float:
    """Local 10-minute wind over the wind above open sea.

    Examples
    --------
    >>> [round(land_ratio(terrain), 2) for terrain in Terrain]
    [1.0, 0.79, 0.59, 0.42]
    """
    if terrain is Terrain.SEA:
        return 1.0
    z0 = ROUGHNESS_M[terrain]
    return 0.19 * math.pow(z0 / 0.05, 0.07) * math.log(10.0 / z0) / SEA_FACTOR
