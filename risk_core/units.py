"""Constants and conversions, each with its unit and source. SI inside; convert here, once, at the door."""

from typing import Final

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius of the earth (IUGG R1), metres."""

M_PER_DEG_LAT: Final = 111_195.08
"""Metres per degree of latitude on the sphere of `EARTH_RADIUS_M`."""

M_PER_S_PER_KNOT: Final = 1852.0 / 3600.0
"""One international knot, m/s (exact)."""

M_PER_NAUTICAL_MILE: Final = 1852.0
"""One international nautical mile, metres (exact)."""

M_PER_MILE: Final = 1609.344
"""One international mile, metres (exact)."""

S_PER_MIN: Final = 60.0
S_PER_H: Final = 3600.0
S_PER_DAY: Final = 86_400.0


def km_per_h_to_m_per_s(speed_km_per_h: float) -> float:
    """Convert kilometres per hour to metres per second.

    Examples
    --------
    >>> km_per_h_to_m_per_s(36.0)
    10.0
    """
    return speed_km_per_h / 3.6


TEN_MINUTE_PER_ONE_MINUTE: Final = 0.93
"""10-minute over 1-minute mean at sea (Harper et al. 2010, WMO/TD-No. 1555, table 1.2; from memory: unverified)."""


def one_minute_to_ten_minute(speed: float) -> float:
    """Convert a 1-minute mean wind (Joint Typhoon Warning Center, US agencies) to a 10-minute mean, in any unit.

    Examples
    --------
    >>> one_minute_to_ten_minute(100.0)
    93.0
    """
    return speed * TEN_MINUTE_PER_ONE_MINUTE
