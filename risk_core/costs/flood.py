"""Water on a street: how fast each traveller still goes, when the street is closed to them, and how likely that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from risk_core.errors import Fault, raise_faults
from risk_core.hazards.flood.pregnolato_2017 import safe_speed_m_per_s
from risk_core.hazards.flood.underpass import CLOSING_DEPTH_M
from risk_core.state.profile import VEHICLES, Profile

Floats = NDArray[np.floating]

Z_80: Final = 1.2815515655446004
"""Quantile of the standard normal at 90 %: the bounds of the central 80 % lie so many standard deviations apart."""

LEAST_DEPTH_M: Final = 1e-3
WADE_DEPTH_M: Final = 1.2
"""A walker is at half speed in 0.6 m and stands still in 1.2 m: an assumption."""


@dataclass(frozen=True, slots=True)
class WaterLimit:
    """Deepest (m) and strongest (depth times speed, m2/s) water a traveller may enter."""

    depth_m: float
    depth_speed_m2_per_s: float


WATER_LIMITS: Final[Mapping[Profile, WaterLimit]] = MappingProxyType(
    {
        Profile.WALK: WaterLimit(0.5, 0.6),
        Profile.WHEELCHAIR: WaterLimit(0.15, 0.15),
        Profile.BICYCLE: WaterLimit(0.3, 0.3),
        Profile.CAR: WaterLimit(0.3, 0.3),
        Profile.BUS: WaterLimit(0.5, 0.6),
        Profile.AMBULANCE: WaterLimit(0.5, 0.6),
    }
)
"""On foot to the end of class H2, cars to that of small cars, buses and ambulances to that of large four-wheel drives
(AIDR 2017, guideline 7-3); wheelchairs and bicycles are this project's proposal."""


def is_barred(
    profile: Profile, depth_m: Floats, depth_speed_m2_per_s: Floats, is_underpass: NDArray[np.bool_] | bool = False
) -> NDArray[np.bool_]:
    """Whether water bars a street to a traveller, any shapes that go together; unknown water does not.

    Underpasses are barred to everybody from 0.15 m on.

    Examples
    --------
    >>> is_barred(Profile.CAR, np.array([0.1, 0.2, 0.3]), np.zeros(3), np.array([False, True, False])).tolist()
    [False, True, True]
    """
    limit = WATER_LIMITS[profile]
    depth = np.where(is_underpass, np.minimum(limit.depth_m, CLOSING_DEPTH_M), limit.depth_m)
    return np.asarray((depth_m >= depth) | (depth_speed_m2_per_s >= limit.depth_speed_m2_per_s))


def wet_speed_m_per_s(profile: Profile, free_m_per_s: Floats, depth_m: Floats) -> NDArray[np.float64]:
    """Speed in water: of vehicles never above the curve of Pregnolato et al. 2017, on foot slower evenly with depth.

    0 where the water bars the street by its depth; unknown water (NaN) slows nobody.

    Examples
    --------
    >>> wet_speed_m_per_s(Profile.CAR, np.array([13.9, 13.9]), np.array([0.05, 0.2])).round(1).tolist()
    [13.9, 3.4]
    """
    depth = np.where(np.isfinite(depth_m), depth_m, 0.0)
    free = np.asarray(free_m_per_s, np.float64)
    is_vehicle = profile in VEHICLES
    limit = WATER_LIMITS[profile].depth_m
    if is_vehicle:
        scaled = depth * (WATER_LIMITS[Profile.CAR].depth_m / limit)
        speed = np.minimum(free, safe_speed_m_per_s(scaled))
    else:
        speed = free * np.clip(1.0 - depth / WADE_DEPTH_M, 0.0, 1.0)
    return np.asarray(np.where(depth >= limit, 0.0, speed))


def closing_prob(low_m: Floats, middle_m: Floats, high_m: Floats, closing_m: Floats | float) -> NDArray[np.float64]:
    """Chance that water is at least as deep as the closing depth, from its median and its central 80 %.

    The logarithm of the depth is taken as normal on either side of the median, each with the spread of its own bound.
    Bounds that touch the median leave certainty.

    Parameters
    ----------
    low_m, middle_m, high_m
        10 %, 50 % and 90 % quantile of the depth, shapes that go together.
    closing_m
        Closing depth.

    Raises
    ------
    InputError
        When the bounds do not lie on their sides of the median.

    Examples
    --------
    >>> closing_prob(np.array([0.1]), np.array([0.3]), np.array([0.6]), 0.3).tolist()
    [0.5]
    """
    if bool(np.any((low_m > middle_m) | (middle_m > high_m))):
        wanted = "low <= middle <= high everywhere"
        raise_faults([Fault("middle_m", "outside its bounds", wanted, "Give quantiles of one forecast.")])
    low, middle, high = (np.log(np.maximum(one, LEAST_DEPTH_M)) for one in (low_m, middle_m, high_m))
    away = np.log(closing_m) - middle
    spread = np.maximum(np.where(away < 0, middle - low, high - middle) / Z_80, 1e-9)
    return np.asarray(ndtr(-away / spread), dtype=np.float64)
