"""The travellers, one row each: whoever adds a row (and its word in `Profile`) adds a profile; no code asks who it is.

Sources of the figures
----------------------
Access and one-way keys
    OpenStreetMap wiki, "Key:access" (transport mode hierarchy), "Key:oneway", "Key:barrier", "Key:kerb".
Speeds
    Walking 5 km/h, cycling 15 km/h, pushing a bicycle 4 km/h, cars by class, and the driven share of a legal limit:
    Project-OSRM/osrm-backend, profiles/foot.lua, bicycle.lua, car.lua. Stairs: Fruin, *Pedestrian Planning and
    Design* (1971), about 0.6 m/s along the slope in a mixed crowd. Assumed: wheelchair 3.6 km/h, lifts, a bus's
    top speed, unpaved caps, a bicycle on stairs.
Slopes
    Walking: Tobler, *Three presentations on geographical analysis and modeling*, NCGIA 93-1 (1993), see
    `hiking_share`. Cycling: Parkin and Rotheram 2010, Transport Policy 17:335-341; their abstract gives 22 km/h on the
    flat and 25 km/h at 3 % downhill; the regression's 1.44 km/h less for each 1 % up and 0.86 km/h more for each 1 %
    down, of a mean of 21.6 km/h, are remembered, not looked up. Wheelchair: assumed, half speed at 1:12.
Build
    Ramps at most 1:12 and a clear width of 36 inches: ADA Standards for Accessible Design 2010, 405.2 and 403.5.1.
    Kerb of at most 3 cm: OpenStreetMap wiki, "Key:kerb" (lowered). Sizes of vehicles: usual ones, assumed, except the
    bus's 2.55 m width and 18 t (Directive 96/53/EC, remembered).
Water and wind
    Each figure carries its own source, see `HazardLimits`. A street closes to walkers when it enters class H3 of
    AIDR Guideline 7-3 (2017, after Smith, Davey and Cox 2014), to the frail when it enters H2.
"""

from __future__ import annotations

from math import exp
from types import MappingProxyType
from typing import Final

from risk_core.state.profile_traits import Figure, GroundLimits, HazardLimits, Size, Traits, words
from risk_core.units import km_per_h_to_m_per_s

_ROADS = words(
    "trunk trunk_link primary primary_link secondary secondary_link tertiary tertiary_link"
    " unclassified residential road living_street service"
)
_MOTORWAYS = frozenset(("motorway", "motorway_link"))
_BUSWAYS = frozenset(("busway", "bus_guideway"))
_ON_FOOT = words("footway crossing path trail pedestrian cycleway bridleway platform corridor elevator track")

UNPAVED: Final = words(
    "unpaved compacted dirt earth fine_gravel gravel grass grass_paver ground mud pebblestone rock sand stone"
    " stepping_stones woodchips snow ice salt"
)
"""Values of `surface` that are not sealed."""

_CAR_KM_PER_H = {
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
_CAR_M_PER_S = MappingProxyType({key: km_per_h_to_m_per_s(value) for key, value in _CAR_KM_PER_H.items()})
_FOOT_M_PER_S = MappingProxyType({"steps": 0.6, "elevator": 0.3})

_STOPS_ALL = words("wall fence hedge guard_rail ditch city_wall retaining_wall")
_STOPS_WHEELS = _STOPS_ALL | words("turnstile full-height_turnstile kissing_gate stile horse_stile")
_STOPS_CHAIRS = _STOPS_WHEELS | words("log debris cycle_barrier")
_STOPS_MOTORS = _STOPS_CHAIRS | words(
    "bollard block jersey_barrier planter motorcycle_barrier chain bar wicket_gate kerb yes"
)
_STOPS_CARS = _STOPS_MOTORS | frozenset(("bus_trap", "sump_buster"))

_H1 = "AIDR 7-3 (2017), upper limit of class H1 (Smith et al. 2014)"
_H2 = "AIDR 7-3 (2017), upper limit of class H2 (Smith et al. 2014)"
_ARR = "Australian Rainfall and Runoff, Project 10 (Shand et al. 2011), small car"
_ARR_LARGE = "Australian Rainfall and Runoff, Project 10 (Shand et al. 2011), large car; taken for want of a better"
_MELBOURNE = "Melbourne 1978: 15 m/s unsteady, 20 unsafe for the frail, 23 knocked over"
_KMA_ADVISORY = "Korean strong wind advisory on land, 10-minute mean"
_KMA_WARNING = "Korean strong wind warning on land, 10-minute mean"
_BRIDGE_LAW = "bridges closed in law (Incheon bridge), 10-minute mean"
_HIGH_SIDED = "high-sided vehicles: 17-20 m/s slow, 25 closed"
_PROPOSED = "proposed: level 0.8 of the common scale"


def hiking_share(slope: float) -> float:
    """Speed on a slope as a share of that on the flat, by Tobler's hiking function W = 6 exp(-3.5 |S + 0.05|) km/h.

    Source: Tobler, *Three presentations on geographical analysis and modeling*, NCGIA Technical Report 93-1 (1993).

    Examples
    --------
    >>> round(hiking_share(0.0), 3), round(hiking_share(-0.05), 3), round(hiking_share(0.1), 3)
    (1.0, 1.191, 0.705)
    """
    return exp(-3.5 * (abs(slope + 0.05) - 0.05))


def _tobler() -> tuple[tuple[float, float], ...]:
    """Tobler's function at every whole per cent from -40 to 40; in between it is nearly straight."""
    return tuple((percent / 100.0, hiking_share(percent / 100.0)) for percent in range(-40, 41))


WALK: Final = Traits(
    name="walk",
    limits=HazardLimits(
        depth_m=Figure(0.5, _H2),
        depth_speed_m2_per_s=Figure(0.6, _H2),
        flow_m_per_s=Figure(2.0, _H2),
        wind_m_per_s=Figure(21.0, _KMA_WARNING, is_checked=True),
        gust_m_per_s=Figure(23.0, _MELBOURNE),
    ),
    access_keys=("foot", "access"),
    oneway_keys=("oneway:foot", "foot:oneway"),
    open_classes=_ROADS | _ON_FOOT | {"steps"},
    speed_m_per_s=km_per_h_to_m_per_s(5.0),
    class_m_per_s=_FOOT_M_PER_S,
    crosses_squares=True,
    rides_ferries=True,
    climbs_steps=True,
    stopped_by=_STOPS_ALL,
    slope_share=_tobler(),
)

WHEELCHAIR: Final = Traits(
    name="wheelchair",
    limits=HazardLimits(
        depth_m=Figure(0.3, _H1 + ", as for the frail; no figure for wheelchairs known"),
        depth_speed_m2_per_s=Figure(0.3, _H1 + ", as for the frail"),
        flow_m_per_s=Figure(2.0, _H1),
        wind_m_per_s=Figure(14.0, _KMA_ADVISORY, is_checked=True),
        gust_m_per_s=Figure(20.0, _MELBOURNE),
    ),
    access_keys=("wheelchair", "foot", "access"),
    oneway_keys=WALK.oneway_keys,
    open_classes=WALK.open_classes,
    speed_m_per_s=1.0,
    class_m_per_s=_FOOT_M_PER_S,
    crosses_squares=True,
    rides_ferries=True,
    ramp_keys=("ramp:wheelchair",),
    limited_share=0.5,
    trusts_own_key_only=True,
    stopped_by=_STOPS_CHAIRS,
    ground=GroundLimits(
        surfaces=UNPAVED - {"compacted", "fine_gravel"},
        smoothness=words("bad very_bad horrible very_horrible impassable"),
        needs_surface=words("track path trail bridleway"),
        needs_sidewalk=frozenset(("trunk", "trunk_link")),
        max_incline=1.0 / 12.0,
        min_width_m=0.915,
        max_kerb_m=0.03,
    ),
    slope_share=((-1.0 / 12.0, 0.8), (0.0, 1.0), (1.0 / 12.0, 0.5), (0.2, 0.2)),
)

BICYCLE: Final = Traits(
    name="bicycle",
    limits=HazardLimits(
        depth_m=Figure(0.3, _H1 + "; no figure for bicycles known"),
        depth_speed_m2_per_s=Figure(0.3, _H1 + "; no figure for bicycles known"),
        flow_m_per_s=Figure(2.0, _H1),
        wind_m_per_s=Figure(14.0, _KMA_ADVISORY, is_checked=True),
        gust_m_per_s=Figure(20.0, _MELBOURNE + "; taken as for the frail"),
    ),
    access_keys=("bicycle", "vehicle", "access"),
    oneway_keys=("oneway:bicycle", "bicycle:oneway", "oneway:vehicle", "oneway"),
    open_classes=_ROADS | {"cycleway", "path", "trail", "track"},
    speed_m_per_s=km_per_h_to_m_per_s(15.0),
    class_m_per_s=MappingProxyType({"steps": 0.3, "elevator": 0.3}),
    crosses_squares=True,
    rides_ferries=True,
    ramp_keys=("ramp:bicycle",),
    lane_key="cycleway",
    limit_share=1.0,
    top_m_per_s=km_per_h_to_m_per_s(15.0),
    unpaved_m_per_s=km_per_h_to_m_per_s(10.0),
    push_m_per_s=km_per_h_to_m_per_s(4.0),
    stopped_by=_STOPS_WHEELS,
    slope_share=((-0.06, 1.24), (0.0, 1.0), (0.11, 0.27)),
)

CAR: Final = Traits(
    name="car",
    limits=HazardLimits(
        depth_m=Figure(0.3, _ARR),
        depth_speed_m2_per_s=Figure(0.3, _ARR),
        flow_m_per_s=Figure(3.0, _ARR),
        wind_m_per_s=Figure(25.0, _BRIDGE_LAW, is_checked=True),
        gust_m_per_s=Figure(35.0, _PROPOSED),
    ),
    access_keys=("motorcar", "motor_vehicle", "vehicle", "access"),
    oneway_keys=("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"),
    open_classes=_ROADS | _MOTORWAYS,
    speed_m_per_s=km_per_h_to_m_per_s(10.0),
    class_m_per_s=_CAR_M_PER_S,
    is_bound_by_turns=True,
    uses_motorroads=True,
    limit_share=0.8,
    unpaved_m_per_s=km_per_h_to_m_per_s(30.0),
    ends_only_m_per_s=km_per_h_to_m_per_s(10.0),
    stopped_by=_STOPS_CARS,
    size=Size(height_m=2.0, width_m=1.9, weight_t=2.5),
)

_HIGH_VEHICLE: Final = HazardLimits(
    depth_m=Figure(0.4, _ARR_LARGE),
    depth_speed_m2_per_s=Figure(0.45, _ARR_LARGE),
    flow_m_per_s=Figure(3.0, _ARR_LARGE),
    wind_m_per_s=Figure(25.0, _BRIDGE_LAW, is_checked=True),
    gust_m_per_s=Figure(25.0, _HIGH_SIDED),
)

BUS: Final = Traits(
    name="bus",
    limits=_HIGH_VEHICLE,
    access_keys=("bus", "psv", "motor_vehicle", "vehicle", "access"),
    oneway_keys=("oneway:bus", "oneway:psv", "oneway:motor_vehicle", "oneway:vehicle", "oneway"),
    open_classes=_ROADS | _MOTORWAYS | _BUSWAYS,
    speed_m_per_s=km_per_h_to_m_per_s(10.0),
    class_m_per_s=_CAR_M_PER_S,
    is_bound_by_turns=True,
    uses_motorroads=True,
    lane_key="busway",
    limit_share=0.8,
    top_m_per_s=km_per_h_to_m_per_s(80.0),
    unpaved_m_per_s=km_per_h_to_m_per_s(30.0),
    ends_only_m_per_s=km_per_h_to_m_per_s(10.0),
    stopped_by=_STOPS_MOTORS,
    size=Size(height_m=3.3, width_m=2.55, weight_t=18.0),
)

AMBULANCE: Final = Traits(
    name="ambulance",
    limits=_HIGH_VEHICLE,
    access_keys=("emergency", "motorcar", "motor_vehicle", "vehicle", "access"),
    oneway_keys=("oneway:emergency", *CAR.oneway_keys),
    open_classes=CAR.open_classes,
    speed_m_per_s=km_per_h_to_m_per_s(10.0),
    class_m_per_s=_CAR_M_PER_S,
    is_bound_by_turns=True,
    uses_motorroads=True,
    limit_share=0.8,
    unpaved_m_per_s=km_per_h_to_m_per_s(30.0),
    ends_only_m_per_s=km_per_h_to_m_per_s(10.0),
    stopped_by=_STOPS_MOTORS,
    size=Size(height_m=2.8, width_m=2.2, weight_t=3.5),
)

TABLE: tuple[Traits, ...] = (WALK, WHEELCHAIR, BICYCLE, CAR, BUS, AMBULANCE)
"""Every profile, in the order of `Profile`: the position is its row and bit in arrays and files."""
