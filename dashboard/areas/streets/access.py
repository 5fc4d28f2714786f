"""Who may use a street, in which direction: OpenStreetMap's access hierarchy and one-way rules.

Source: OpenStreetMap wiki, "Key:access" (transport mode hierarchy, access tag values) and "Key:oneway", read as
OSRM and GraphHopper read them: what is neither allowed nor barred by a value follows the default of the class.
"""

from collections.abc import Mapping
from typing import Final

from dashboard.areas.streets.speeds import UNPAVED
from risk_core.state.profile import Profile

Tags = Mapping[str, str]

KEYS: Final[Mapping[Profile, tuple[str, ...]]] = {
    Profile.WALK: ("foot", "access"),
    Profile.WHEELCHAIR: ("wheelchair", "foot", "access"),
    Profile.BICYCLE: ("bicycle", "vehicle", "access"),
    Profile.CAR: ("motorcar", "motor_vehicle", "vehicle", "access"),
    Profile.BUS: ("bus", "psv", "motor_vehicle", "vehicle", "access"),
    Profile.AMBULANCE: ("emergency", "motorcar", "motor_vehicle", "vehicle", "access"),
}
"""Keys that speak for a profile, the most special first."""

ALLOWED: Final = frozenset(["yes", "designated", "official", "permissive", "public", "permit", "limited"])
ENDS_ONLY: Final = frozenset(["destination", "customers", "delivery", "residents", "dismount"])
BARRED: Final = frozenset(
    [
        "no",
        "private",
        "agricultural",
        "forestry",
        "agricultural;forestry",
        "military",
        "restricted",
        "use_sidepath",
        "emergency",
        "hgv",
        "employees",
        "staff",
    ]
)

_ROADS = frozenset(
    [
        "trunk",
        "trunk_link",
        "primary",
        "primary_link",
        "secondary",
        "secondary_link",
        "tertiary",
        "tertiary_link",
        "unclassified",
        "residential",
        "road",
        "living_street",
        "service",
    ]
)
_MOTORWAYS = frozenset(("motorway", "motorway_link"))
_WAYS = frozenset(
    [
        "footway",
        "crossing",
        "path",
        "trail",
        "pedestrian",
        "cycleway",
        "bridleway",
        "platform",
        "corridor",
        "elevator",
        "steps",
    ]
)
_ROUGH = frozenset(("bad", "very_bad", "horrible", "very_horrible", "impassable"))
_SIDEWALKS = frozenset(("both", "left", "right", "yes", "separate"))
_REVERSED = frozenset(("-1", "reverse"))
_YES = frozenset(("yes", "true", "1"))


def access(profile: Profile, tags: Tags, direction: str) -> str:
    """Return ``yes``, ``ends`` (only to reach something along it) or ``no``.

    Examples
    --------
    >>> access(Profile.CAR, {"highway": "residential", "access": "private"}, "forward")
    'no'
    >>> access(Profile.WALK, {"highway": "residential", "access": "no", "foot": "yes"}, "forward")
    'yes'
    """
    for key in KEYS[profile]:
        value = tags.get(f"{key}:{direction}", tags.get(key, "")).strip().lower()
        if value in ALLOWED or (value == "emergency" and profile is Profile.AMBULANCE):
            return "no" if key != "wheelchair" and _is_barred_by_build(profile, tags) else "yes"
        if value in ENDS_ONLY:
            return "no" if _is_barred_by_build(profile, tags) else "ends"
        if value in BARRED:
            return "no"
    return "yes" if is_open_by_default(profile, tags) else "no"


def is_open_by_default(profile: Profile, tags: Tags) -> bool:
    """Whether the class lets a profile in when no access tag speaks of it."""
    highway = tags["highway"]
    match profile:
        case Profile.WALK:
            return highway in _WAYS or highway == "track" or (highway in _ROADS and tags.get("motorroad") != "yes")
        case Profile.WHEELCHAIR:
            return is_open_by_default(Profile.WALK, tags) and not _is_barred_by_build(profile, tags)
        case Profile.BICYCLE:
            return highway in ("cycleway", "path", "trail", "track") or (
                highway in _ROADS and tags.get("motorroad") != "yes"
            )
        case Profile.BUS:
            return highway in _ROADS or highway in _MOTORWAYS or highway in ("busway", "bus_guideway")
        case _:
            return highway in _ROADS or highway in _MOTORWAYS


def _is_barred_by_build(profile: Profile, tags: Tags) -> bool:
    """Whether a wheelchair cannot pass: steps without a ramp, loose or rough ground, a trunk road's carriageway."""
    if profile is not Profile.WHEELCHAIR:
        return False
    highway = tags["highway"]
    if highway == "steps":
        return tags.get("ramp:wheelchair") != "yes" or "conveying" in tags
    if tags.get("surface") in UNPAVED - {"compacted", "fine_gravel"} or tags.get("smoothness") in _ROUGH:
        return True
    if highway in ("trunk", "trunk_link"):
        return tags.get("sidewalk") not in _SIDEWALKS and tags.get("foot") not in ALLOWED
    return highway in ("track", "path", "trail", "bridleway") and "surface" not in tags


def open_directions(profile: Profile, tags: Tags) -> tuple[bool, bool]:
    """(forward, backward): the directions the one-way rules leave to a profile.

    Walkers mind only signs of their own (`oneway:foot`, escalators); bicycles and buses may be exempt.
    `reversible` streets are left out for vehicles, since their direction at a given time is not in the data.

    Examples
    --------
    >>> open_directions(Profile.CAR, {"highway": "residential", "oneway": "-1"})
    (False, True)
    >>> open_directions(Profile.BICYCLE, {"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"})
    (True, True)
    """
    if profile in (Profile.WALK, Profile.WHEELCHAIR):
        return _directions(_foot_oneway(tags))
    value = tags.get("oneway", "").strip().lower()
    if not value and (tags.get("junction") in ("roundabout", "circular") or tags["highway"] == "motorway"):
        value = "yes"
    if profile is Profile.BICYCLE:
        value = _bicycle_oneway(tags, value)
    elif profile is Profile.BUS:
        value = _bus_oneway(tags, value)
    return _directions(value)


def _directions(value: str) -> tuple[bool, bool]:
    if value == "reversible":
        return False, False
    return value not in _REVERSED, value not in _YES


def _foot_oneway(tags: Tags) -> str:
    if tags.get("conveying") in ("forward", "backward"):
        return "yes" if tags["conveying"] == "forward" else "-1"
    return tags.get("oneway:foot", tags.get("foot:oneway", "no"))


def _bicycle_oneway(tags: Tags, value: str) -> str:
    if "oneway:bicycle" in tags:
        return tags["oneway:bicycle"]
    if tags.get("cycleway", "").startswith("opposite"):
        return "no"
    sides = [f"cycleway:{side}{end}" for side in ("left", "right", "both") for end in ("", ":oneway")]
    against = _REVERSED | {"no", "opposite", "opposite_lane", "opposite_track"}
    is_against = any(
        tags.get(key, "") in against and (key.endswith(":oneway") or tags[key].startswith("opposite")) for key in sides
    )
    return "no" if is_against else value


def _bus_oneway(tags: Tags, value: str) -> str:
    exempt = tags.get("oneway:bus", tags.get("oneway:psv", ""))
    if exempt:
        return exempt
    return "no" if tags.get("busway", "").startswith("opposite") else value
