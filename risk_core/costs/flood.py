"""Water on a street: how fast each traveller still goes, when the street is closed to them, and how likely that is."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from risk_core.errors import Fault, raise_faults
from risk_core.hazards.flood.pregnolato_2017 import STOP_DEPTH_M, safe_speed_m_per_s
from risk_core.hazards.flood.scale import SWIFT_DEPTH_M
from risk_core.hazards.flood.underpass import CLOSING_DEPTH_M
from risk_core.state.profile import VEHICLES, Profile, traits

Floats = NDArray[np.floating]

Z_80: Final = 1.2815515655446004
"""Quantile of the standard normal at 90 %: the bounds of the central 80 % lie so many standard deviations apart."""

LEAST_DEPTH_M: Final = 1e-3
WADE_DEPTH_M: Final = 1.2
"""A walker is at half speed in 0.6 m and stands still in 1.2 m: an assumption."""


def is_barred(
    profile: Profile, depth_m: Floats, depth_speed_m2_per_s: Floats, is_underpass: NDArray[np.bool_] | bool = False
) -> NDArray[np.bool_]:
    """Whether water is more than a traveller's limits allow, any shapes that go together; unknown water is not.

    Limits of depth and of depth times speed are those of `profile_traits.HazardLimits`, and of speed where the water is
    at least 0.1 m deep. Underpasses are barred to everybody from 0.15 m on.

    Examples
    --------
    >>> is_barred(Profile.CAR, np.array([0.1, 0.2, 0.3]), np.zeros(3), np.array([False, True, False])).tolist()
    [False, True, True]
    """
    limits = traits(profile).limits
    is_swift = (depth_speed_m2_per_s > limits.flow_m_per_s.value * depth_m) & (depth_m >= SWIFT_DEPTH_M)
    is_strong = depth_speed_m2_per_s >= limits.depth_speed_m2_per_s.value
    return np.asarray((depth_m >= closing_depth_m(profile, is_underpass)) | is_strong | is_swift)


def closing_depth_m(profile: Profile, is_underpass: NDArray[np.bool_] | bool = False) -> NDArray[np.float64]:
    """Depth from which a street is closed to a traveller, whatever the water's speed, shape of `is_underpass`."""
    limit = traits(profile).limits.depth_m.value
    return np.where(is_underpass, min(limit, CLOSING_DEPTH_M), limit)


def wet_speed_m_per_s(profile: Profile, free_m_per_s: Floats, depth_m: Floats) -> NDArray[np.float64]:
    """Speed in water: of vehicles never above the curve of Pregnolato et al. 2017, others slower evenly with depth.

    The curve is that of cars; for higher vehicles its depths are stretched to their own limit (an assumption).

    0 where the water bars the street by its depth; unknown water (NaN) slows nobody.

    Examples
    --------
    >>> wet_speed_m_per_s(Profile.CAR, np.array([13.9, 13.9]), np.array([0.05, 0.2])).round(1).tolist()
    [13.9, 3.4]
    """
    depth = np.where(np.isfinite(depth_m), depth_m, 0.0)
    free = np.asarray(free_m_per_s, np.float64)
    is_vehicle = profile in VEHICLES
    limit = traits(profile).limits.depth_m.value
    if is_vehicle:
        scaled = depth * (STOP_DEPTH_M / limit)
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
