"""Who travels, and what a street is."""

from enum import IntEnum, IntFlag, StrEnum
from typing import Final

from risk_core.state.profile_table import TABLE
from risk_core.state.profile_traits import Traits


class Profile(StrEnum):
    """A kind of traveller; its position in `PROFILES` is its row in `Network.speed_m_per_s`.

    What each one is stands in `profile_table`, in the same order.
    """

    WALK = "walk"
    WHEELCHAIR = "wheelchair"
    BICYCLE = "bicycle"
    CAR = "car"
    BUS = "bus"
    AMBULANCE = "ambulance"


PROFILES: Final = tuple(Profile)
VEHICLES: Final = tuple(Profile(row.name) for row in TABLE if row.is_bound_by_turns)
"""Profiles bound by turn restrictions."""


def profile_position(profile: Profile) -> int:
    """Row of a profile in per-profile arrays; also its bit in profile masks."""
    return PROFILES.index(profile)


def traits(profile: Profile) -> Traits:
    """Everything a profile is: its row of the table.

    Examples
    --------
    >>> traits(Profile.WHEELCHAIR).limits.depth_m.value
    0.3
    """
    return TABLE[profile_position(profile)]


class RoadClass(IntEnum):
    """Street class after OpenStreetMap's `highway` values; smaller is drawn wider."""

    MOTORWAY = 0
    TRUNK = 1
    PRIMARY = 2
    SECONDARY = 3
    TERTIARY = 4
    MINOR = 5
    SERVICE = 6
    PEDESTRIAN = 7
    CYCLEWAY = 8
    FOOTWAY = 9
    STEPS = 10
    FERRY = 11


class EdgeFlag(IntFlag):
    """What else is known of an edge."""

    NONE = 0
    BRIDGE = 1
    TUNNEL = 2
    UNDERPASS = 4
    STEPS = 8
    FERRY = 16
    UNPAVED = 32
    ROUNDABOUT = 64
    ONEWAY = 128
    LIT = 256
    SIDEWALK = 512
