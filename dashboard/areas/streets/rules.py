"""From a street's tags to its rule: class, marks, and the speed of every profile each way."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from dashboard.areas.streets.access import Leave, access, fits, general_directions, open_directions, told
from dashboard.areas.streets.source import StreetRule
from dashboard.areas.streets.speeds import FERRY_M_PER_S, HIGHWAY_CLASS, free_speed_m_per_s
from dashboard.areas.streets.values import duration_s
from risk_core.state import profile_table
from risk_core.state.profile import EdgeFlag, RoadClass
from risk_core.state.profile_table import UNPAVED
from risk_core.state.profile_traits import Traits, words

Tags = Mapping[str, str]

UNDERPASS_MAX_M = 300.0
"""A tunnel longer than this is a bored tunnel, not an underpass that fills from both mouths (unverified)."""

FOOT_UNDERPASS_MAX_M = 60.0
"""The same for foot and cycle ways (unverified)."""

UNDERPASS_WORDS = ("지하차도", "지하보도", "underpass", "Unterführung")
"""Words in a name that tell an underpass whatever its length."""

_READ: Final = words(
    "highway route area access foot wheelchair bicycle vehicle motor_vehicle motorcar bus psv emergency"
    " oneway conveying cycleway busway junction motorroad service maxspeed maxheight maxwidth maxweight"
    " surface smoothness incline width sidewalk ramp bridge tunnel covered lit"
    " construction proposed planned abandoned disused razed demolished"
)
"""First words of the keys that a rule depends on, names and the table's own keys apart."""

_GONE = ("construction", "proposed", "planned", "abandoned", "disused", "razed", "demolished")
_EMERGENCY_ACCESS = {"motor_vehicle": "no", "emergency": "yes"}
"""What `service=emergency_access` implies where its own tags do not say."""


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
    rows = profile_table.TABLE
    read = _read_words(rows)
    rule = _nameless_rule(frozenset(item for item in tags.items() if item[0].partition(":")[0] in read), rows)
    name = local_name(tags)
    return replace(rule, name=name) if rule is not None and name else rule


@lru_cache(maxsize=8)
def _read_words(rows: tuple[Traits, ...]) -> frozenset[str]:
    """First words of every key that matters to these profiles."""
    keys = [key for row in rows for key in (*row.access_keys, *row.oneway_keys, *row.ramp_keys, row.lane_key)]
    return _READ | {key.partition(":")[0] for key in keys}


@lru_cache(maxsize=1 << 14)
def _nameless_rule(items: frozenset[tuple[str, str]], rows: tuple[Traits, ...]) -> StreetRule | None:
    """Rule of the tags that are read here; most ways of a city share theirs with many others."""
    tags = dict(items)
    if tags.get("route") == "ferry" and "highway" not in tags:
        return _ferry_rule(tags, rows)
    if tags.get("highway") not in HIGHWAY_CLASS or any(tags.get(word) == "yes" for word in _GONE):
        return None
    if tags.get("service") == "emergency_access":
        tags = {**_EMERGENCY_ACCESS, **tags}
    forward = tuple(_speed(row, tags, "forward") for row in rows)
    backward = tuple(_speed(row, tags, "backward") for row in rows)
    rule = StreetRule(HIGHWAY_CLASS[tags["highway"]], _flags(tags), forward, backward)
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


def _speed(row: Traits, tags: Tags, direction: str) -> float:
    """Speed of a profile in a direction, 0 where it may not go; whoever is pushed goes as people on foot do."""
    if tags.get("area") == "yes" and not row.crosses_squares:
        return 0.0
    leave = access(row, tags, direction)
    is_open = leave is Leave.PUSH or open_directions(row, tags)[direction == "backward"]
    return free_speed_m_per_s(row, tags, direction, leave) if is_open and leave is not Leave.NO else 0.0


def _ferry_rule(tags: Tags, rows: tuple[Traits, ...]) -> StreetRule | None:
    """Ferries take those who ride them by default, others only where a key of their own, not `access`, lets them."""
    speeds = []
    for row in rows:
        key, leave = told(row, tags) or ("", Leave.YES if row.rides_ferries else Leave.NO)
        is_taken = leave is not Leave.NO and (row.rides_ferries or key != "access") and fits(row, tags)
        speeds.append(FERRY_M_PER_S if is_taken else 0.0)
    none = (0.0,) * len(rows)
    along, against = general_directions(tags)
    rule = StreetRule(
        RoadClass.FERRY, EdgeFlag.FERRY, tuple(speeds) if along else none, tuple(speeds) if against else none
    )
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
    if general_directions(tags) in ((True, False), (False, True)):
        flags |= EdgeFlag.ONEWAY
    if tags.get("lit", "no") not in ("no", "disused"):
        flags |= EdgeFlag.LIT
    sidewalks = [tags.get(key, "no") for key in ("sidewalk", "sidewalk:left", "sidewalk:right", "sidewalk:both")]
    if any(value not in ("no", "none") for value in sidewalks):
        flags |= EdgeFlag.SIDEWALK
    return flags
