"""Who may use a street, in which direction: OpenStreetMap's access hierarchy and one-way rules.

Source: OpenStreetMap wiki, "Key:access" (transport mode hierarchy, access tag values), "Key:oneway" and
"Conditional restrictions" (not read: the unconditional value holds at every hour), read as OSRM and GraphHopper read
them: what is neither allowed nor barred by a value follows the default of the class. Whose keys and classes these are
stands in `risk_core.state.profile_table`; nothing here asks which profile it deals with.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from dashboard.areas.streets.values import incline, length_m, weight_t
from risk_core.state.profile_traits import Traits, words

Tags = Mapping[str, str]

ALLOWED: Final = frozenset(["yes", "designated", "official", "permissive", "public", "permit", "limited"])
ENDS_ONLY: Final = frozenset(["destination", "customers", "delivery", "residents"])
BARRED: Final = frozenset(
    [
        "no",
        "private",
        "agricultural",
        "forestry",
        "military",
        "restricted",
        "use_sidepath",
        "emergency",
        "hgv",
        "employees",
        "staff",
    ]
)

FOOT_WAYS: Final = words("footway crossing path trail pedestrian cycleway bridleway corridor")
"""Classes whose `width` is what a walker or wheelchair finds."""

_SIDEWALKS = frozenset(("both", "left", "right", "yes", "separate"))
_SIDEWALK_KEYS = ("sidewalk", "sidewalk:left", "sidewalk:right", "sidewalk:both")
_REVERSED = frozenset(("-1", "reverse"))
_YES = frozenset(("yes", "true", "1"))
_AGAINST = _REVERSED | {"no"}


class Leave(StrEnum):
    """How far a street is open: through, only to reach something along it, only pushing, not at all."""

    YES = "yes"
    ENDS = "ends"
    PUSH = "push"
    NO = "no"


def told(row: Traits, tags: Tags, direction: str = "") -> tuple[str, Leave] | None:
    """Most special key that says something, and what; None where no access tag speaks of the profile.

    A value that names one of the profile's own keys lets it in (`access=emergency`, `motor_vehicle=bus`). Of several
    values (``agricultural;bus``) the most open one holds.
    """
    for key in row.access_keys:
        text = tags.get(f"{key}:{direction}", tags.get(key, "")).strip().lower()
        values = {value.strip() for value in text.split(";")}
        if values & ALLOWED or values & set(row.access_keys):
            return key, Leave.YES
        if values & ENDS_ONLY:
            return key, Leave.ENDS
        if "dismount" in values and row.push_m_per_s:
            return key, Leave.PUSH
        if values & BARRED:
            return key, Leave.NO
    return None


def access(row: Traits, tags: Tags, direction: str) -> Leave:
    """Whether a profile may use a street in a direction, one-way rules apart.

    Examples
    --------
    >>> from risk_core.state.profile_table import BICYCLE, CAR, WALK
    >>> str(access(CAR, {"highway": "residential", "access": "private"}, "forward"))
    'no'
    >>> str(access(WALK, {"highway": "residential", "access": "no", "foot": "yes"}, "forward"))
    'yes'
    >>> str(access(BICYCLE, {"highway": "footway", "bicycle": "dismount"}, "forward"))
    'push'
    """
    found = told(row, tags, direction)
    is_steps = tags["highway"] == "steps"
    if found is None:
        leave = Leave.YES if is_open_by_default(row, tags) or (is_steps and _has_ramp(row, tags)) else Leave.NO
    else:
        leave = found[1]
    if leave is Leave.NO or not fits(row, tags):
        return Leave.NO
    is_told_itself = found is not None and found[0] == row.access_keys[0]
    if not is_told_itself and not _is_passable(row, tags):
        return Leave.NO
    return Leave.PUSH if is_steps and row.push_m_per_s else leave


def is_open_by_default(row: Traits, tags: Tags) -> bool:
    """Whether the class lets a profile in when no access tag speaks of it."""
    return tags["highway"] in row.open_classes and (row.uses_motorroads or tags.get("motorroad") != "yes")


def fits(row: Traits, tags: Tags) -> bool:
    """Whether a profile's size and weight are within the limits of a street or barrier."""
    found = (
        (row.size.height_m, length_m, ("maxheight", "maxheight:physical")),
        (row.size.width_m, length_m, ("maxwidth", "maxwidth:physical")),
        (row.size.weight_t, weight_t, ("maxweight",)),
    )
    return not any(
        need and key in tags and (limit := read(tags[key])) is not None and limit < need
        for need, read, keys in found
        for key in keys
    )


def _has_ramp(row: Traits, tags: Tags) -> bool:
    return "conveying" not in tags and any(tags.get(key) == "yes" for key in row.ramp_keys)


def _is_passable(row: Traits, tags: Tags) -> bool:
    """Whether steps, ground, slope and width let a profile pass where its own key says nothing."""
    highway, ground = tags["highway"], row.ground
    if highway == "steps":
        return row.climbs_steps or _has_ramp(row, tags)
    if tags.get("surface") in ground.surfaces or tags.get("smoothness") in ground.smoothness:
        return False
    if highway in ground.needs_surface and "surface" not in tags:
        return False
    if highway in ground.needs_sidewalk and tags.get("foot") not in ALLOWED:
        return any(tags.get(key) in _SIDEWALKS for key in _SIDEWALK_KEYS)
    slope = incline(tags.get("incline", ""))
    if slope is not None and abs(slope) > ground.max_incline:
        return False
    width_m = length_m(tags.get("width", "")) if highway in FOOT_WAYS else None
    return width_m is None or width_m >= ground.min_width_m


def open_directions(row: Traits, tags: Tags) -> tuple[bool, bool]:
    """(forward, backward): the directions the one-way rules leave to a profile.

    Walkers mind only signs of their own (`oneway:foot`, escalators); bicycles and buses may be exempt by a tag or a
    lane of their own. `reversible` streets are left out, since their direction at a given time is not in the data;
    `alternating` ones are open both ways.

    Examples
    --------
    >>> from risk_core.state.profile_table import BICYCLE, CAR
    >>> open_directions(CAR, {"highway": "residential", "oneway": "-1"})
    (False, True)
    >>> open_directions(BICYCLE, {"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"})
    (True, True)
    """
    if tags.get("conveying") in ("forward", "backward"):
        return tags["conveying"] == "forward", tags["conveying"] == "backward"
    own = next((tags[key] for key in row.oneway_keys if key != "oneway" and key in tags), None)
    if own is not None:
        return _directions(own)
    if "oneway" not in row.oneway_keys or (row.lane_key and _has_lane_against(row.lane_key, tags)):
        return True, True
    return general_directions(tags)


def general_directions(tags: Tags) -> tuple[bool, bool]:
    """(forward, backward): what `oneway`, roundabouts and motorways leave to everyone they bind."""
    value = tags.get("oneway", "").strip().lower()
    if not value and (tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"):
        value = "yes"
    return _directions(value)


def _directions(value: str) -> tuple[bool, bool]:
    value = value.strip().lower()
    if value == "reversible":
        return False, False
    return value not in _REVERSED, value not in _YES


def _has_lane_against(lane_key: str, tags: Tags) -> bool:
    """Whether a lane of its own lets a profile go against a one-way street."""
    lanes = [lane_key, *(f"{lane_key}:{side}" for side in ("left", "right", "both"))]
    return any(
        tags.get(lane, "").startswith("opposite")
        or tags.get(f"{lane}:oneway", "").startswith("opposite")
        or (lane != lane_key and tags.get(f"{lane}:oneway", "") in _AGAINST)
        for lane in lanes
    )
