"""How fast each profile goes on each class of street when nothing else is said.

Car speeds and the share of a legal limit that is driven are those of the OSRM car profile
(Project-OSRM/osrm-backend, profiles/car.lua), walking speed that of its foot profile (5 km/h), cycling that
of its bicycle profile (15 km/h). Stairs follow Fruin, *Pedestrian Planning and Design* (1971): about 0.6 m/s
along the slope in a mixed crowd. Wheelchair pace (3.6 km/h), bus cap, unpaved caps and ferry speed are
unverified.
"""

from collections.abc import Mapping
from typing import Final

from dashboard.areas.streets.values import speed_m_per_s
from risk_core.state.profile import VEHICLES, Profile, RoadClass
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

CAR_KM_PER_H: Final[Mapping[str, float]] = {
    "motorway": 90,
    "motorway_link": 45,
    "trunk": 85,
    "trunk_link": 40,
    "primary": 65,
    "primary_link": 30,
    "secondary": 55,
    "secondary_link": 25,
    "tertiary": 40,
    "tertiary_link": 20,
    "unclassified": 25,
    "residential": 25,
    "road": 25,
    "living_street": 10,
    "service": 15,
    "busway": 30,
    "bus_guideway": 30,
    "track": 12,
}
"""Free speed of motor vehicles where no limit is given, km/h; 10 elsewhere."""

WALK_M_PER_S: Final = km_per_h_to_m_per_s(5.0)
WHEELCHAIR_M_PER_S: Final = 1.0
BICYCLE_M_PER_S: Final = km_per_h_to_m_per_s(15.0)
STEPS_M_PER_S: Final = 0.6
ELEVATOR_M_PER_S: Final = 0.3
FERRY_M_PER_S: Final = km_per_h_to_m_per_s(15.0)
BUS_CAP_M_PER_S: Final = km_per_h_to_m_per_s(80.0)
LIMIT_SHARE: Final = 0.8
"""Share of a legal limit that is driven in free flow (OSRM's speed reduction)."""

UNPAVED: Final = frozenset(
    [
        "unpaved",
        "compacted",
        "dirt",
        "earth",
        "fine_gravel",
        "gravel",
        "grass",
        "grass_paver",
        "ground",
        "mud",
        "pebblestone",
        "rock",
        "sand",
        "stone",
        "stepping_stones",
        "woodchips",
        "snow",
        "ice",
        "salt",
    ]
)
"""Values of `surface` that are not sealed."""

UNPAVED_CAP_M_PER_S: Final[Mapping[Profile, float]] = {
    Profile.BICYCLE: km_per_h_to_m_per_s(10.0),
    Profile.CAR: km_per_h_to_m_per_s(30.0),
    Profile.BUS: km_per_h_to_m_per_s(30.0),
    Profile.AMBULANCE: km_per_h_to_m_per_s(30.0),
}


def free_speed_m_per_s(profile: Profile, tags: Mapping[str, str], direction: str) -> float:
    """Free speed of a profile on a street it may use.

    Parameters
    ----------
    profile
        The traveller.
    tags
        OpenStreetMap tags; `highway` must be one of `HIGHWAY_CLASS`.
    direction
        ``forward`` or ``backward``, for limits that differ.

    Examples
    --------
    >>> round(free_speed_m_per_s(Profile.CAR, {"highway": "primary", "maxspeed": "50"}, "forward") * 3.6)
    40
    """
    highway = tags["highway"]
    speed = _foot_speed(profile, highway)
    if speed is None:
        speed = _wheel_speed(profile, tags, direction)
        if tags.get("surface", "") in UNPAVED:
            speed = min(speed, UNPAVED_CAP_M_PER_S[profile])
    elif profile is Profile.WHEELCHAIR and tags.get("wheelchair") == "limited":
        speed *= 0.5
    return speed


def _foot_speed(profile: Profile, highway: str) -> float | None:
    """Speed of walkers and wheelchairs, None for others."""
    if profile not in (Profile.WALK, Profile.WHEELCHAIR):
        return None
    if highway == "elevator":
        return ELEVATOR_M_PER_S
    if highway == "steps":
        return STEPS_M_PER_S
    return WALK_M_PER_S if profile is Profile.WALK else WHEELCHAIR_M_PER_S


def _wheel_speed(profile: Profile, tags: Mapping[str, str], direction: str) -> float:
    """Speed of bicycles and motor vehicles under the street's limit."""
    limit = speed_m_per_s(tags.get(f"maxspeed:{direction}", tags.get("maxspeed", "")))
    if profile is Profile.BICYCLE:
        return min(BICYCLE_M_PER_S, limit or BICYCLE_M_PER_S)
    speed = km_per_h_to_m_per_s(CAR_KM_PER_H.get(tags["highway"], 10.0))
    if limit is not None:
        speed = limit * LIMIT_SHARE
    return min(speed, BUS_CAP_M_PER_S) if profile is Profile.BUS else speed


def is_vehicle(profile: Profile) -> bool:
    """Whether the profile is a motor vehicle."""
    return profile in VEHICLES
