"""Passing-on between two people near each other: the table of the microCOVID Project (2020-2021).

Values looked up in the project's public source, file `src/data/data.ts`. A base rate per hour for a talk at one metre
in a room without masks (`TransmissionOptions.near_per_h`) is multiplied by one factor for each circumstance.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from risk_core.state.activity import Activity, Distance, Mask, Setting, Voice

SETTING_FACTOR: Final[Mapping[Setting, float]] = MappingProxyType(
    {
        Setting.INDOOR: 1.0,
        Setting.PART_OPEN: 0.25,
        Setting.TRANSIT: 0.25,
        Setting.PLANE: 1 / 6,
        Setting.OUTDOOR: 0.05,
    }
)
DISTANCE_FACTOR: Final[Mapping[Distance, float]] = MappingProxyType(
    {
        Distance.TOUCHING: 5.0,
        Distance.CLOSE: 2.0,
        Distance.NORMAL: 1.0,
        Distance.TWO_M: 0.5,
        Distance.THREE_M: 0.25,
    }
)
OWN_MASK_FACTOR: Final[Mapping[Mask, float]] = MappingProxyType(
    {
        Mask.NONE: 1.0,
        Mask.THIN: 1.0,
        Mask.CLOTH: 2 / 3,
        Mask.SURGICAL: 1 / 2,
        Mask.N95: 1 / 3,
        Mask.FITTED_N95: 1 / 8,
    }
)
OTHER_MASK_FACTOR: Final[Mapping[Mask, float]] = MappingProxyType(
    {
        Mask.NONE: 1.0,
        Mask.THIN: 1 / 2,
        Mask.CLOTH: 1 / 3,
        Mask.SURGICAL: 1 / 4,
        Mask.N95: 1 / 6,
        Mask.FITTED_N95: 1 / 16,
    }
)
VOICE_FACTOR: Final[Mapping[Voice, float]] = MappingProxyType({Voice.SILENT: 0.2, Voice.NORMAL: 1.0, Voice.LOUD: 5.0})


def mask_factor(own: Mask, other: Mask) -> float:
    """Share of the transmission that passes both masks.

    Examples
    --------
    >>> mask_factor(Mask.SURGICAL, Mask.SURGICAL)
    0.125
    """
    return OWN_MASK_FACTOR[own] * OTHER_MASK_FACTOR[other]


def near_factor(activity: Activity) -> float:
    """Product of the factors of a stay, 1 for a talk at one metre in a room without masks.

    Examples
    --------
    Outdoors at two metres, silent, no masks:

    >>> round(near_factor(Activity(Setting.OUTDOOR, Distance.TWO_M, voice=Voice.SILENT)), 6)
    0.005
    """
    place = SETTING_FACTOR[activity.setting] * DISTANCE_FACTOR[activity.distance] * VOICE_FACTOR[activity.voice]
    return place * mask_factor(activity.own_mask, activity.other_masks)
