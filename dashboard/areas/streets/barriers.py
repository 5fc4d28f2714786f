"""Which profiles a barrier on a node stops.

Source: OpenStreetMap wiki, "Key:barrier", with the vehicle white list of OSRM's car profile (gates open unless
access says otherwise). At a junction of three or more arms a barrier is left out, since the map does not tell
which arm it bars (GraphHopper does the same).
"""

from collections.abc import Mapping
from typing import Final

from dashboard.areas.streets.access import ALLOWED, BARRED, ENDS_ONLY, KEYS
from risk_core.state.profile import PROFILES, VEHICLES, Profile

_WHEELS = frozenset((Profile.WHEELCHAIR, Profile.BICYCLE, *VEHICLES))
_MOTORS = frozenset(VEHICLES)
_ALL = frozenset(PROFILES)

STOPPED: Final[Mapping[str, frozenset[Profile]]] = {
    "bollard": _MOTORS,
    "block": _MOTORS,
    "jersey_barrier": _MOTORS,
    "planter": _MOTORS,
    "log": _MOTORS | {Profile.WHEELCHAIR},
    "debris": _MOTORS | {Profile.WHEELCHAIR},
    "cycle_barrier": _MOTORS | {Profile.WHEELCHAIR},
    "motorcycle_barrier": _MOTORS,
    "chain": _MOTORS,
    "bar": _MOTORS,
    "bus_trap": frozenset((Profile.CAR,)),
    "sump_buster": frozenset((Profile.CAR,)),
    "turnstile": _WHEELS,
    "full-height_turnstile": _WHEELS,
    "kissing_gate": _WHEELS,
    "stile": _WHEELS,
    "horse_stile": _WHEELS,
    "wicket_gate": _MOTORS,
    "hampshire_gate": frozenset(),
    "wall": _ALL,
    "fence": _ALL,
    "hedge": _ALL,
    "guard_rail": _ALL,
    "ditch": _ALL,
    "kerb": frozenset(),
}
"""Profiles stopped by each kind of barrier without access tags; kinds not listed stop nobody."""


def is_barrier(tags: Mapping[str, str]) -> bool:
    """Whether a node may stop anyone."""
    return any(barred_profiles(tags))


def barred_profiles(tags: Mapping[str, str]) -> tuple[bool, ...]:
    """For each profile, whether the node's barrier, kerb or access tags stop it.

    Access on a node without a barrier is ignored, except on crossings of the border kind: mappers put it there
    for other reasons.

    Examples
    --------
    >>> dict(zip(PROFILES, barred_profiles({"barrier": "bollard"})))[Profile.CAR]
    True
    >>> any(barred_profiles({"barrier": "gate"}))
    False
    """
    barrier = tags.get("barrier", "")
    if not barrier and tags.get("kerb") != "raised":
        return (False,) * len(PROFILES)
    stopped = STOPPED.get(barrier, frozenset())
    if tags.get("kerb") == "raised":
        stopped = stopped | {Profile.WHEELCHAIR}
    return tuple(_is_stopped(profile, profile in stopped, tags) for profile in PROFILES)


def _is_stopped(profile: Profile, is_stopped: bool, tags: Mapping[str, str]) -> bool:
    """Ask the barrier's access tags about a profile, then the barrier's own nature."""
    for key in KEYS[profile]:
        if profile is Profile.WHEELCHAIR and is_stopped and key != "wheelchair":
            break
        value = tags.get(key, "")
        if value in ALLOWED or value in ENDS_ONLY:
            return False
        if value in BARRED:
            return True
    return is_stopped
