"""Lin and Chavas 2012: background wind of a moving storm.

N. Lin, D. Chavas 2012, On hurricane parametric wind and applications in storm surge modeling, J. Geophys. Res. 117,
D09120: 0.55 of the translation velocity, turned 20 degrees towards the storm's rotation (to the left north of the
equator, to the right south of it). Here it fades in proportion to the vortex wind.

A mean over North Atlantic storms; the turn holds over sea within a few hundred kilometres of the centre.
"""

import math
from typing import Final

TRANSLATION_SHARE: Final = 0.55
TURN_DEG: Final = 20.0


def background_wind_m_per_s(east_m_per_s: float, north_m_per_s: float, lat_deg: float) -> tuple[float, float]:
    """Background wind (east, north) of a storm that moves (east, north), m/s."""
    angle = math.copysign(math.radians(TURN_DEG), lat_deg)
    c, s = TRANSLATION_SHARE * math.cos(angle), TRANSLATION_SHARE * math.sin(angle)
    return c * east_m_per_s - s * north_m_per_s, s * east_m_per_s + c * north_m_per_s
