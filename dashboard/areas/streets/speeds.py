"""How fast each profile goes on a street; the figures and their sources stand in `risk_core.state.profile_table`."""

from collections.abc import Mapping
from typing import Final

from dashboard.areas.streets.access import Leave
from dashboard.areas.streets.values import speed_m_per_s
from risk_core.state.profile import RoadClass
from risk_core.state.profile_table import UNPAVED
from risk_core.state.profile_traits import Traits
from risk_core.units import km_per_h_to_m_per_s

HIGHWAY_CLASS: Final[Mapping[str, RoadClass]] = {
    "motorway": RoadClass.MOTORWAY,
    "motorway_link": RoadClass.MOTORWAY,
    "trunk": RoadClass.TRUNK,
    "trunk_link": RoadClass.TRUNK,
    "primary": RoadClass.PRIMARY,
    "primary_link": RoadClass.PRIMARY,
    "secondary": RoadClass.SECONDARY,
    "secondary_link": RoadClass.SECONDARY,
    "tertiary": RoadClass.TERTIARY,
    "tertiary_link": RoadClass.TERTIARY,
    "unclassified": RoadClass.MINOR,
    "residential": RoadClass.MINOR,
    "road": RoadClass.MINOR,
    "living_street": RoadClass.MINOR,
    "service": RoadClass.SERVICE,
    "busway": RoadClass.SERVICE,
    "bus_guideway": RoadClass.SERVICE,
    "track": RoadClass.SERVICE,
    "pedestrian": RoadClass.PEDESTRIAN,
    "cycleway": RoadClass.CYCLEWAY,
    "footway": RoadClass.FOOTWAY,
    "crossing": RoadClass.FOOTWAY,
    "path": RoadClass.FOOTWAY,
    "trail": RoadClass.FOOTWAY,
    "bridleway": RoadClass.FOOTWAY,
    "platform": RoadClass.FOOTWAY,
    "corridor": RoadClass.FOOTWAY,
    "elevator": RoadClass.FOOTWAY,
    "steps": RoadClass.STEPS,
}
"""Values of `highway` that are streets; every other value (construction, proposed, disused ...) is skipped."""

FERRY_M_PER_S: Final = km_per_h_to_m_per_s(15.0)
"""A ferry without `duration` (unverified)."""


def free_speed_m_per_s(row: Traits, tags: Mapping[str, str], direction: str, leave: Leave = Leave.YES) -> float:
    """Free speed of a profile on a street it may use.

    Parameters
    ----------
    row
        The traveller.
    tags
        OpenStreetMap tags; `highway` must be one of `HIGHWAY_CLASS`.
    direction
        ``forward`` or ``backward``, for limits that differ.
    leave
        How far the street is open to it.

    Examples
    --------
    >>> from risk_core.state.profile_table import CAR
    >>> round(free_speed_m_per_s(CAR, {"highway": "primary", "maxspeed": "50"}, "forward") * 3.6)
    40
    """
    speed = row.class_m_per_s.get(tags["highway"], row.speed_m_per_s)
    limit = speed_m_per_s(tags.get(f"maxspeed:{direction}", tags.get("maxspeed", ""))) if row.limit_share else None
    if limit is not None:
        speed = limit * row.limit_share
    speed = min(speed, row.top_m_per_s)
    if tags.get("surface", "") in UNPAVED:
        speed = min(speed, row.unpaved_m_per_s)
    if tags.get(row.access_keys[0]) == "limited":
        speed *= row.limited_share
    if leave is Leave.ENDS:
        return min(speed, row.ends_only_m_per_s)
    return min(speed, row.push_m_per_s) if leave is Leave.PUSH else speed
