"""What somebody does among others: where, how near, behind which mask, for how long, in which air."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from risk_core.errors import Fault, raise_faults

OUTDOOR_CO2_PPM: Final = 420.0
"""Carbon dioxide of outdoor air, ppm: NOAA's global mean of 2023, rounded."""


class Setting(StrEnum):
    """Kind of place, by how fast its air is renewed."""

    INDOOR = "indoor"
    PART_OPEN = "part_open"
    """Windows or doors wide open, or well filtered air."""
    TRANSIT = "transit"
    """A bus or train."""
    PLANE = "plane"
    OUTDOOR = "outdoor"


class Distance(StrEnum):
    """Distance to the people near."""

    TOUCHING = "touching"
    CLOSE = "close"
    """Under half a metre."""
    NORMAL = "normal"
    """About one metre."""
    TWO_M = "two_m"
    THREE_M = "three_m"

    @classmethod
    def from_m(cls, distance_m: float) -> "Distance":
        """Class of a distance in metres: the farthest one that is not farther.

        Raises
        ------
        InputError
            For a distance below zero or none at all.

        Examples
        --------
        >>> Distance.from_m(1.9).value, Distance.from_m(2.0).value, Distance.from_m(0.3).value
        ('normal', 'two_m', 'close')
        """
        if not distance_m >= 0:
            raise_faults([Fault("distance_m", str(distance_m), "metres, 0 or more", "Give the distance.")])
        return next(kind for kind, from_m in reversed(DISTANCE_FROM_M.items()) if distance_m >= from_m)


DISTANCE_FROM_M: Final = {
    Distance.TOUCHING: 0.0,
    Distance.CLOSE: 0.1,
    Distance.NORMAL: 0.5,
    Distance.TWO_M: 2.0,
    Distance.THREE_M: 3.0,
}
"""Metres at which each class begins; nobody is credited with more distance than there is."""


class Mask(StrEnum):
    """What is worn over mouth and nose, weakest first."""

    NONE = "none"
    THIN = "thin"
    CLOTH = "cloth"
    SURGICAL = "surgical"
    N95 = "n95"
    """N95, KF94 or FFP2 as people wear it."""
    FITTED_N95 = "fitted_n95"
    """The same, sealed to the face."""


class Voice(StrEnum):
    """How loud the others are, quietest first."""

    SILENT = "silent"
    NORMAL = "normal"
    LOUD = "loud"


class Breathing(StrEnum):
    """How hard people breathe, least first."""

    LYING = "lying"
    LIGHT = "light"
    MEDIUM = "medium"
    SPORT = "sport"


CHOICES: Final = {
    "setting": Setting,
    "distance": Distance,
    "own_mask": Mask,
    "other_masks": Mask,
    "voice": Voice,
    "breathing": Breathing,
}
RANGES: Final = {
    "stay_min": (0.0, 10_080.0),
    "n_near": (0.0, 1000.0),
    "n_room": (0.0, 100_000.0),
    "occupied_min": (0.0, 10_080.0),
}
ROOM_RANGES: Final = {
    "room_m3": (1.0, 1e7),
    "air_changes_per_h": (0.05, 100.0),
    "co2_ppm": (OUTDOOR_CO2_PPM + 10.0, 20_000.0),
}


@dataclass(frozen=True, slots=True)
class Activity:
    """A stay among others.

    Attributes
    ----------
    setting, distance, own_mask, other_masks, voice, breathing
        Closed choices.
    stay_min
        Length of the stay, minutes, up to a week.
    n_near
        Other people near, on average; they are at `distance`.
    n_room
        Other people in the same air beyond those near, on average.
    occupied_min
        How long the others have been there when one enters, minutes; 0 where all come together into clean air.
    room_m3
        Volume of that air, m3; needed where `n_room` is not 0, absent outdoors.
    air_changes_per_h
        How often an hour fresh or filtered air replaces that of the room.
    co2_ppm
        Carbon dioxide measured in the room once it is steady, ppm, instead of `air_changes_per_h`.

    Raises
    ------
    InputError
        Naming every argument that does not fit.

    Examples
    --------
    >>> walk = Activity(Setting.OUTDOOR, Distance.TWO_M, stay_min=30, n_near=5)
    >>> walk.own_mask.value, walk.has_room
    ('none', False)
    """

    setting: Setting
    distance: Distance
    own_mask: Mask = Mask.NONE
    other_masks: Mask = Mask.NONE
    voice: Voice = Voice.NORMAL
    breathing: Breathing = Breathing.LIGHT
    stay_min: float = 60.0
    n_near: float = 1.0
    n_room: float = 0.0
    occupied_min: float = 0.0
    room_m3: float | None = None
    air_changes_per_h: float | None = None
    co2_ppm: float | None = None

    def __post_init__(self) -> None:
        faults = _choice_faults(self)
        faults += [fault for name, bounds in RANGES.items() for fault in _range_faults(self, name, bounds)]
        given = [name for name in ROOM_RANGES if getattr(self, name) is not None]
        faults += [fault for name in given for fault in _range_faults(self, name, ROOM_RANGES[name])]
        raise_faults(faults or _room_faults(self, given))

    @property
    def has_room(self) -> bool:
        """Whether the air of a room is shared."""
        return self.room_m3 is not None

    @property
    def n_other(self) -> float:
        """Other people near or in the room."""
        return self.n_near + self.n_room


def _choice_faults(activity: Activity) -> list[Fault]:
    """A fault for each closed choice that is none of its kind."""
    faults = []
    for name, kind in CHOICES.items():
        value = getattr(activity, name)
        if not isinstance(value, kind):
            wanted = f"one of {', '.join(kind)}"
            faults.append(Fault(name, repr(value), wanted, f"Give a {kind.__name__}."))
    return faults


def _range_faults(activity: Activity, name: str, bounds: tuple[float, float]) -> list[Fault]:
    """A fault where a number is none or lies outside its bounds."""
    value = getattr(activity, name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and bounds[0] <= value <= bounds[1]:
        return []
    return [Fault(name, repr(value), f"a number in {bounds[0]:g}..{bounds[1]:g}", f"Correct {name}.")]


def _room_faults(activity: Activity, given: list[str]) -> list[Fault]:
    """Faults of a room that is half described, described twice, or outdoors."""
    if activity.setting is Setting.OUTDOOR:
        given = [*given, "n_room"] if activity.n_room > 0 else given
        return [Fault(name, repr(getattr(activity, name)), "nothing outdoors", "Leave it out.") for name in given]
    faults = []
    if activity.room_m3 is None and (given or activity.n_room > 0):
        faults.append(Fault("room_m3", "None", "the volume of the room", "Give cubic metres."))
    if activity.air_changes_per_h is not None and activity.co2_ppm is not None:
        faults.append(
            Fault("co2_ppm", repr(activity.co2_ppm), "one of air_changes_per_h and co2_ppm", "Leave one out.")
        )
    if activity.room_m3 is not None and activity.air_changes_per_h is None and activity.co2_ppm is None:
        faults.append(Fault("air_changes_per_h", "None", "air changes, or co2_ppm", "Give one of the two."))
    return faults
