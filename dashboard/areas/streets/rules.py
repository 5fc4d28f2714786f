"""From a street's tags to its rule: class, marks, and the speed of every profile each way."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from dashboard.areas.streets.access import ENDS_ONLY, access, open_directions
from dashboard.areas.streets.source import StreetRule
from dashboard.areas.streets.speeds import FERRY_M_PER_S, HIGHWAY_CLASS, UNPAVED, free_speed_m_per_s, is_vehicle
from dashboard.areas.streets.values import duration_s
from risk_core.state.profile import PROFILES, EdgeFlag, Profile, RoadClass
from risk_core.units import km_per_h_to_m_per_s

Tags = Mapping[str, str]

UNDERPASS_MAX_M = 300.0
"""A tunnel longer than this is a bored tunnel, not an underpass that fills from both mouths (unverified)."""

FOOT_UNDERPASS_MAX_M = 60.0
"""The same for foot and cycle ways (unverified)."""

UNDERPASS_WORDS = ("지하차도", "지하보도", "underpass", "Unterführung")
"""Words in a name that tell an underpass whatever its length."""

ENDS_ONLY_CAP_M_PER_S = km_per_h_to_m_per_s(10.0)
"""Vehicles on streets for residents, customers or deliveries: slow enough that nobody is led through them."""

_READ: Final = frozenset(
    [
        "highway",
        "route",
        "area",
        "access",
        "foot",
        "wheelchair",
        "bicycle",
        "vehicle",
        "motor_vehicle",
        "motorcar",
        "bus",
        "psv",
        "emergency",
        "oneway",
        "conveying",
        "cycleway",
        "busway",
        "junction",
        "motorroad",
        "maxspeed",
        "surface",
        "smoothness",
        "sidewalk",
        "ramp",
        "bridge",
        "tunnel",
        "covered",
        "lit",
        "construction",
        "proposed",
        "planned",
        "abandoned",
        "disused",
        "razed",
        "demolished",
    ]
)
"""First words of the keys that a rule depends on, names apart."""

_GONE = ("construction", "proposed", "planned", "abandoned", "disused", "razed", "demolished")
_WALKED_SQUARES = (Profile.WALK, Profile.WHEELCHAIR, Profile.BICYCLE)


def street_rule(tags: Tags) -> StreetRule | None:
    """Rule of a way, or None where it is no street anyone may use.

    Examples
    --------
    >>> rule = street_rule({"highway": "steps"})
    >>> rule.road_class.name, rule.forward_m_per_s
    ('STEPS', (0.6, 0.0, 0.0, 0.0, 0.0, 0.0))
    >>> street_rule({"highway": "construction"}) is None
    True
    """
    rule = _nameless_rule(frozenset((key, value) for key, value in tags.items() if key.partition(":")[0] in _READ))
    name = local_name(tags)
    return replace(rule, name=name) if rule is not None and name else rule


@lru_cache(maxsize=1 << 14)
def _nameless_rule(items: frozenset[tuple[str, str]]) -> StreetRule | None:
    """Rule of the tags that are read here; most ways of a city share theirs with many others."""
    tags = dict(items)
    if tags.get("route") == "ferry" and "highway" not in tags:
        return _ferry_rule(tags)
    if tags.get("highway") not in HIGHWAY_CLASS or any(tags.get(word) == "yes" for word in _GONE):
        return None
    forward, backward = [], []
    for profile in PROFILES:
        along, against = open_directions(profile, tags)
        forward.append(_speed(profile, tags, "forward") if along else 0.0)
        backward.append(_speed(profile, tags, "backward") if against else 0.0)
    rule = StreetRule(HIGHWAY_CLASS[tags["highway"]], _flags(tags), tuple(forward), tuple(backward))
    return rule if rule.is_usable else None


def local_name(tags: Tags) -> str:
    """Name as the place itself writes it: `name`, else `name:ko`, `name:en`."""
    return next((tags[key].strip() for key in ("name", "name:ko", "name:en") if tags.get(key, "").strip()), "")


def is_short_dip(road_class: RoadClass, tags: Tags, way_length_m: float) -> bool:
    """Whether a way dips under something and comes up again soon.

    Roads: a tunnel or a layer below ground, at most `UNDERPASS_MAX_M`. Foot and cycle ways: a tunnel at most
    `FOOT_UNDERPASS_MAX_M` that is no passage inside a building or station.
    """
    is_tunnel = tags.get("tunnel") == "yes"
    if road_class <= RoadClass.MINOR:
        return (is_tunnel or tags.get("layer", "").startswith("-")) and way_length_m <= UNDERPASS_MAX_M
    is_inside = "indoor" in tags or "level" in tags
    is_way = road_class in (RoadClass.PEDESTRIAN, RoadClass.CYCLEWAY, RoadClass.FOOTWAY)
    return is_tunnel and is_way and not is_inside and way_length_m <= FOOT_UNDERPASS_MAX_M


def mark_underpass(rule: StreetRule, tags: Tags, way_length_m: float) -> StreetRule:
    """Add `EdgeFlag.UNDERPASS` where the name says so or the way `is_short_dip`; never on a bridge or ferry."""
    if rule.road_class is RoadClass.FERRY or rule.flags & EdgeFlag.BRIDGE:
        return rule
    is_named = any(word in rule.name for word in UNDERPASS_WORDS)
    if is_named or is_short_dip(rule.road_class, tags, way_length_m):
        return replace(rule, flags=rule.flags | EdgeFlag.UNDERPASS)
    return rule


def ferry_at_duration(rule: StreetRule, tags: Tags, way_length_m: float) -> StreetRule:
    """Give a ferry the speed that makes its crossing last as long as its `duration` says."""
    seconds = duration_s(tags.get("duration", ""))
    if not seconds:
        return rule
    speed = way_length_m / seconds
    forward = tuple(speed if old else 0.0 for old in rule.forward_m_per_s)
    backward = tuple(speed if old else 0.0 for old in rule.backward_m_per_s)
    return replace(rule, forward_m_per_s=forward, backward_m_per_s=backward)


def _speed(profile: Profile, tags: Tags, direction: str) -> float:
    if tags.get("area") == "yes" and profile not in _WALKED_SQUARES:
        return 0.0
    leave = access(profile, tags, direction)
    if leave == "no":
        return 0.0
    speed = free_speed_m_per_s(profile, tags, direction)
    return min(speed, ENDS_ONLY_CAP_M_PER_S) if leave == "ends" and is_vehicle(profile) else speed


def _ferry_rule(tags: Tags) -> StreetRule | None:
    """Ferries take people and bicycles; vehicles only where a tag lets them."""
    speeds = []
    for profile in PROFILES:
        taken = {**tags, "highway": "road" if is_vehicle(profile) else "cycleway"}
        keys = ("motorcar", "motor_vehicle", "vehicle", "bus", "psv", "emergency")
        is_named = not is_vehicle(profile) or any(
            tags.get(key, "no") in {"yes", "designated", "permissive", *ENDS_ONLY} for key in keys
        )
        speeds.append(FERRY_M_PER_S if is_named and access(profile, taken, "forward") != "no" else 0.0)
    rule = StreetRule(RoadClass.FERRY, EdgeFlag.FERRY, tuple(speeds), tuple(speeds))
    return rule if rule.is_usable else None


def _flags(tags: Tags) -> EdgeFlag:
    flags = EdgeFlag.NONE
    if tags.get("bridge", "no") != "no":
        flags |= EdgeFlag.BRIDGE
    if tags.get("tunnel", "no") not in ("no", "culvert") or tags.get("covered") == "yes":
        flags |= EdgeFlag.TUNNEL
    if tags["highway"] == "steps":
        flags |= EdgeFlag.STEPS
    if tags.get("surface") in UNPAVED or (tags["highway"] == "track" and "surface" not in tags):
        flags |= EdgeFlag.UNPAVED
    if tags.get("junction") in ("roundabout", "circular"):
        flags |= EdgeFlag.ROUNDABOUT
    if open_directions(Profile.CAR, tags) in ((True, False), (False, True)):
        flags |= EdgeFlag.ONEWAY
    if tags.get("lit", "no") not in ("no", "disused"):
        flags |= EdgeFlag.LIT
    sidewalks = [tags.get(key, "no") for key in ("sidewalk", "sidewalk:left", "sidewalk:right", "sidewalk:both")]
    if any(value not in ("no", "none") for value in sidewalks):
        flags |= EdgeFlag.SIDEWALK
    return flags
