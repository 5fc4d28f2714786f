"""Named stays to start from, each with what it assumes.

Crowds, volumes and stays are this project's own assumptions for a usual day unless a source is named; air changes are
those of the design guides in round numbers (unverified). Everything may be changed by who asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from risk_core.errors import Fault, InputError, raise_faults
from risk_core.state.activity import RANGES, Activity, Breathing, Distance, Mask, Setting, Voice

CROWD_RATIO_RANGE: Final = (0.0, 10.0)


@dataclass(frozen=True, slots=True)
class Preset:
    """A named stay.

    Attributes
    ----------
    activity
        The stay.
    assumption
        Where its numbers come from.
    """

    activity: Activity
    assumption: str


@dataclass(frozen=True, slots=True)
class StayChanges:
    """What somebody would do otherwise than a preset; None leaves it as it is.

    Attributes
    ----------
    stay_min, own_mask, other_masks, distance, voice, air_changes_per_h, co2_ppm
        As in `Activity`; air changes and carbon dioxide replace each other.
    crowd_ratio
        How many others there are, of those of the preset.
    """

    stay_min: float | None = None
    own_mask: Mask | None = None
    other_masks: Mask | None = None
    distance: Distance | None = None
    voice: Voice | None = None
    air_changes_per_h: float | None = None
    co2_ppm: float | None = None
    crowd_ratio: float = 1.0


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "street_walk": Preset(
            Activity(Setting.OUTDOOR, Distance.TWO_M, voice=Voice.SILENT, stay_min=30, n_near=5),
            "30 minutes on a busy street, always five silent people within two metres; assumption",
        ),
        "metro_car": Preset(
            Activity(
                Setting.TRANSIT,
                Distance.NORMAL,
                Mask.SURGICAL,
                Mask.SURGICAL,
                Voice.SILENT,
                stay_min=30,
                n_near=10,
                n_room=90,
                occupied_min=30,
                room_m3=140,
                air_changes_per_h=6,
            ),
            "100 silent masked passengers in 20 m x 3 m x 2.3 m, 6 air changes an hour; assumption",
        ),
        "bus": Preset(
            Activity(
                Setting.TRANSIT,
                Distance.NORMAL,
                Mask.SURGICAL,
                Mask.SURGICAL,
                Voice.SILENT,
                stay_min=25,
                n_near=6,
                n_room=24,
                occupied_min=20,
                room_m3=60,
                air_changes_per_h=6,
            ),
            "30 silent masked passengers in 11 m x 2.4 m x 2.3 m, 6 air changes an hour; assumption",
        ),
        "cafe": Preset(
            Activity(
                Setting.INDOOR,
                Distance.NORMAL,
                stay_min=60,
                n_near=2,
                n_room=20,
                occupied_min=60,
                room_m3=250,
                air_changes_per_h=3,
            ),
            "one hour at a table of three, 20 other guests on 90 m2, 3 air changes an hour; assumption",
        ),
        "restaurant": Preset(
            Activity(
                Setting.INDOOR,
                Distance.NORMAL,
                stay_min=75,
                n_near=3,
                n_room=40,
                occupied_min=60,
                room_m3=400,
                air_changes_per_h=4,
            ),
            "75 minutes at a table of four, 40 other guests on 140 m2, 4 air changes an hour; assumption",
        ),
        "office": Preset(
            Activity(
                Setting.INDOOR,
                Distance.TWO_M,
                voice=Voice.SILENT,
                stay_min=480,
                n_near=4,
                n_room=16,
                room_m3=600,
                air_changes_per_h=3,
            ),
            "eight quiet hours, four colleagues at two metres, 16 more on 220 m2, 3 air changes an hour; assumption",
        ),
        "classroom": Preset(
            Activity(
                Setting.INDOOR,
                Distance.NORMAL,
                Mask.SURGICAL,
                Mask.SURGICAL,
                Voice.SILENT,
                stay_min=50,
                n_near=4,
                n_room=21,
                room_m3=180,
                air_changes_per_h=2,
            ),
            "one lesson of 50 minutes, 26 in 66 m2, masks, windows shut, 2 air changes an hour; assumption",
        ),
        "gym": Preset(
            Activity(
                Setting.INDOOR,
                Distance.TWO_M,
                voice=Voice.SILENT,
                breathing=Breathing.SPORT,
                stay_min=60,
                n_near=3,
                n_room=20,
                occupied_min=60,
                room_m3=900,
                air_changes_per_h=5,
            ),
            "one hour of sport without masks, 23 others on 300 m2, 5 air changes an hour; assumption",
        ),
        "karaoke": Preset(
            Activity(
                Setting.INDOOR,
                Distance.NORMAL,
                voice=Voice.LOUD,
                stay_min=60,
                n_near=4,
                room_m3=30,
                air_changes_per_h=2,
            ),
            "one hour of singing, five in a room of 12 m2, 2 air changes an hour; assumption",
        ),
        "supermarket": Preset(
            Activity(
                Setting.INDOOR,
                Distance.TWO_M,
                Mask.SURGICAL,
                Mask.SURGICAL,
                Voice.SILENT,
                stay_min=30,
                n_near=3,
                n_room=60,
                occupied_min=120,
                room_m3=6000,
                air_changes_per_h=4,
            ),
            "half an hour, three silent masked people at two metres, 60 more on 1,500 m2, 4 air changes; assumption",
        ),
        "hospital_waiting_room": Preset(
            Activity(
                Setting.INDOOR,
                Distance.NORMAL,
                Mask.N95,
                Mask.SURGICAL,
                Voice.SILENT,
                stay_min=45,
                n_near=3,
                n_room=12,
                occupied_min=60,
                room_m3=150,
                air_changes_per_h=6,
            ),
            "45 minutes, 15 others masked on 55 m2, 6 air changes; assumption; the ill are more often infectious",
        ),
        "outdoors_two_m": Preset(
            Activity(Setting.OUTDOOR, Distance.TWO_M, stay_min=60, n_near=2),
            "one hour of talk with two people at two metres outdoors; assumption",
        ),
    }
)


def find_preset(name: str) -> Preset:
    """Give the preset of a name.

    Raises
    ------
    InputError
        For a name that is none.
    """
    if name not in PRESETS:
        raise InputError(Fault("preset", name[:40], "one of " + ", ".join(PRESETS), "Choose a preset."))
    return PRESETS[name]


def change_stay(activity: Activity, changes: StayChanges) -> Activity:
    """Give the stay with what somebody would do otherwise.

    Parameters
    ----------
    activity
        The stay, of a preset.
    changes
        What is otherwise.

    Raises
    ------
    InputError
        For values that do not fit the stay, such as air changes outdoors.

    Examples
    --------
    >>> cafe = PRESETS["cafe"].activity
    >>> shorter = change_stay(cafe, StayChanges(stay_min=20, co2_ppm=900, crowd_ratio=0.5))
    >>> shorter.stay_min, shorter.n_room, shorter.air_changes_per_h, shorter.co2_ppm
    (20, 10.0, None, 900)
    """
    least, most = CROWD_RATIO_RANGE
    ratio = changes.crowd_ratio
    if not least <= ratio <= most:
        remedy = "Give how many others there are, of the usual number."
        raise_faults([Fault("crowd_ratio", str(ratio), f"a number in {least:g}..{most:g}", remedy)])
    names = ("stay_min", "own_mask", "other_masks", "distance", "voice")
    told = {name: getattr(changes, name) for name in names if getattr(changes, name) is not None}
    if changes.air_changes_per_h is not None or changes.co2_ppm is not None:
        told |= {"air_changes_per_h": changes.air_changes_per_h, "co2_ppm": changes.co2_ppm}
    n_near, n_room = (min(getattr(activity, name) * ratio, RANGES[name][1]) for name in ("n_near", "n_room"))
    return replace(activity, n_near=n_near, n_room=n_room, **told)
