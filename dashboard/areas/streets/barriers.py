"""Which profiles a barrier on a node stops.

Source: OpenStreetMap wiki, "Key:barrier" and "Key:kerb", with the vehicle white list of OSRM's car profile (gates open
unless locked or access says otherwise; a kerb stops vehicles unless lowered). At a junction of three or more arms a
barrier is left out, since the map does not tell which arm it bars (GraphHopper does the same).
"""

from collections.abc import Mapping
from typing import Final

from dashboard.areas.streets.access import Leave, fits, told
from dashboard.areas.streets.values import length_m
from risk_core.state import profile_table
from risk_core.state.profile_traits import Traits

KERB_M: Final[Mapping[str, float]] = {
    "flush": 0.0,
    "no": 0.0,
    "lowered": 0.03,
    "rolled": 0.06,
    "regular": 0.12,
    "raised": 0.12,
}
"""Height of a kerb by its `kerb`: lowered is about 3 cm, raised more (wiki); rolled, regular, raised as usual ones."""

LOW_KERB_M: Final = 0.03
"""A kerb no higher is none for a vehicle."""


def barred_profiles(tags: Mapping[str, str]) -> tuple[bool, ...]:
    """For each profile, whether the node's barrier, kerb or access tags stop it.

    Access on a node without a barrier is ignored: mappers put it there for other reasons.

    Examples
    --------
    >>> from risk_core.state.profile import PROFILES, Profile
    >>> dict(zip(PROFILES, barred_profiles({"barrier": "bollard"})))[Profile.CAR]
    True
    >>> any(barred_profiles({"barrier": "gate"}))
    False
    """
    if "barrier" not in tags and "kerb" not in tags:
        return (False,) * len(profile_table.TABLE)
    return tuple(_is_stopped(row, tags) for row in profile_table.TABLE)


def _is_stopped(row: Traits, tags: Mapping[str, str]) -> bool:
    """Ask size, then the barrier's access tags about a profile, then the barrier's own nature."""
    if not fits(row, tags):
        return True
    is_stopped = _cannot_pass(row, tags)
    found = told(row, tags) if "barrier" in tags or is_stopped else None
    if found is None:
        return is_stopped
    key, leave = found
    if is_stopped and row.trusts_own_key_only and key != row.access_keys[0]:
        return True
    return leave is Leave.NO


def _cannot_pass(row: Traits, tags: Mapping[str, str]) -> bool:
    kerb_m = length_m(tags.get("kerb:height", ""))
    if kerb_m is None:
        kerb_m = KERB_M.get(tags.get("kerb", ""))
    if kerb_m is not None and kerb_m > row.ground.max_kerb_m:
        return True
    barrier = tags.get("barrier", "")
    if barrier == "kerb" and (tags.get("highway") == "crossing" or (kerb_m is not None and kerb_m <= LOW_KERB_M)):
        return False
    return barrier in row.stopped_by or (bool(barrier) and tags.get("locked") == "yes")
