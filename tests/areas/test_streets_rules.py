"""Who may use a street and how fast, by OpenStreetMap's conventions: one rule a test, on files written by hand."""

import numpy as np
import pytest

from dashboard.areas.streets.source import length_m
from risk_core.state.profile import EdgeFlag, Profile, RoadClass
from tests.areas.osm_text import Town

WALK, WHEEL, BIKE, CAR, BUS, AMB = Profile


@pytest.mark.parametrize(
    ("tags", "along", "against"),
    [
        ({}, True, True),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "no"}, True, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "roundabout", "oneway": "-1"}, False, True),
    ],
)
def test_oneway_binds_vehicles_and_not_walkers(tmp_path, tags, along, against):
    town = Town()
    town.way("a0 b0", highway="residential", **tags)
    read = town.read(tmp_path)
    for vehicle in (BIKE, CAR, BUS, AMB):
        assert (read.open(vehicle, "a0", "b0"), read.open(vehicle, "b0", "a0")) == (along, against)
    assert read.open(WALK, "a0", "b0") and read.open(WALK, "b0", "a0")
    assert bool(read.flags("a0", "b0") & EdgeFlag.ONEWAY) is not (along and against)


def test_motorway_is_oneway_by_itself_and_barred_on_foot(tmp_path):
    town = Town()
    town.way("a0 b0", highway="motorway")
    town.way("b0 c0", highway="motorway_link")
    read = town.read(tmp_path)
    assert read.open(CAR, "a0", "b0") and not read.open(CAR, "b0", "a0")
    assert read.open(CAR, "c0", "b0")
    assert not any(read.open(p, "a0", "b0") for p in (WALK, WHEEL, BIKE))


@pytest.mark.parametrize(
    "tags",
    [
        {"oneway__bicycle": "no"},
        {"cycleway": "opposite"},
        {"cycleway": "opposite_lane"},
        {"cycleway__left__oneway": "-1"},
    ],
)
def test_bicycles_may_be_exempt_from_oneway(tmp_path, tags):
    town = Town()
    town.way("a0 b0", highway="residential", oneway="yes", **tags)
    read = town.read(tmp_path)
    assert read.open(BIKE, "b0", "a0") and not read.open(CAR, "b0", "a0")


def test_buses_may_be_exempt_from_oneway(tmp_path):
    town = Town()
    town.way("a0 b0", highway="residential", oneway="yes", busway="opposite_lane")
    read = town.read(tmp_path)
    assert read.open(BUS, "b0", "a0") and not read.open(CAR, "b0", "a0")


@pytest.mark.parametrize(
    ("tags", "allowed"),
    [
        ({"access": "private"}, set()),
        ({"access": "no", "foot": "yes"}, {WALK, WHEEL}),
        ({"vehicle": "no"}, {WALK, WHEEL}),
        ({"motor_vehicle": "no"}, {WALK, WHEEL, BIKE}),
        ({"motor_vehicle": "no", "bus": "yes"}, {WALK, WHEEL, BIKE, BUS}),
        ({"motor_vehicle": "no", "psv": "designated"}, {WALK, WHEEL, BIKE, BUS}),
        ({"access": "no", "emergency": "yes"}, {AMB}),
        ({"access": "no", "motor_vehicle": "permissive"}, {CAR, BUS, AMB}),
        ({"foot": "no"}, {BIKE, CAR, BUS, AMB}),
        ({"bicycle": "use_sidepath"}, {WALK, WHEEL, CAR, BUS, AMB}),
        ({"wheelchair": "no"}, {WALK, BIKE, CAR, BUS, AMB}),
        ({"motorroad": "yes"}, {CAR, BUS, AMB}),
        ({"access": "unknown"}, set(Profile)),
    ],
)
def test_access_follows_the_hierarchy(tmp_path, tags, allowed):
    town = Town()
    town.way("a0 b0", highway="secondary", **tags)
    town.way("b0 c0", highway="residential")
    if not allowed:
        assert len(town.read(tmp_path).table.tail) == 1
        return
    read = town.read(tmp_path)
    assert {profile for profile in Profile if read.open(profile, "a0", "b0")} == allowed


@pytest.mark.parametrize(
    ("highway", "allowed"),
    [
        ("footway", {WALK, WHEEL}),
        ("pedestrian", {WALK, WHEEL}),
        ("steps", {WALK}),
        ("path", {WALK, BIKE}),
        ("track", {WALK, BIKE}),
        ("cycleway", {WALK, WHEEL, BIKE}),
        ("service", set(Profile)),
        ("busway", {BUS}),
        ("trunk", {WALK, BIKE, CAR, BUS, AMB}),
    ],
)
def test_each_class_has_its_default_users(tmp_path, highway, allowed):
    town = Town()
    town.way("a0 b0", highway=highway)
    read = town.read(tmp_path)
    assert {profile for profile in Profile if read.open(profile, "a0", "b0")} == allowed


@pytest.mark.parametrize("highway", ["construction", "proposed", "disused", "raceway", "platform_edge"])
def test_streets_that_are_none_yet_or_no_more_are_skipped(tmp_path, highway):
    town = Town()
    town.way("a0 b0", highway=highway)
    town.way("b0 c0", highway="residential")
    assert len(town.read(tmp_path).table.tail) == 1


def test_destination_streets_slow_vehicles_down(tmp_path):
    town = Town()
    town.way("a0 b0", highway="residential", motor_vehicle="destination")
    town.way("b0 c0", highway="residential")
    read = town.read(tmp_path)
    assert 0 < read.speed(CAR, "a0", "b0") < read.speed(CAR, "b0", "c0")
    assert read.speed(BIKE, "a0", "b0") == read.speed(BIKE, "b0", "c0")


@pytest.mark.parametrize(
    ("maxspeed", "km_per_h"), [("50", 40), ("30 mph", 38.6), ("walk", 4), ("none", 25), ("KR:urban", 25), ("60;40", 32)]
)
def test_limits_set_the_speed_of_cars(tmp_path, maxspeed, km_per_h):
    town = Town()
    town.way("a0 b0", highway="residential", maxspeed=maxspeed)
    read = town.read(tmp_path)
    assert read.speed(CAR, "a0", "b0") * 3.6 == pytest.approx(km_per_h, abs=0.1)
    assert read.speed(WALK, "a0", "b0") * 3.6 == pytest.approx(5.0, abs=0.01)


def test_limits_may_differ_by_direction(tmp_path):
    town = Town()
    town.way("a0 b0", highway="primary", maxspeed__forward="50", maxspeed__backward="30")
    read = town.read(tmp_path)
    assert read.speed(CAR, "a0", "b0") > read.speed(CAR, "b0", "a0")


def test_steps_need_a_ramp_for_wheelchairs(tmp_path):
    town = Town()
    town.way("a0 b0", highway="steps")
    town.way("b0 c0", highway="steps", ramp__wheelchair="yes")
    read = town.read(tmp_path)
    assert not read.open(WHEEL, "a0", "b0") and read.open(WHEEL, "b0", "c0")
    assert read.speed(WALK, "a0", "b0") < 1.0
    assert read.flags("a0", "b0") & EdgeFlag.STEPS


def test_loose_ground_bars_wheelchairs_and_slows_wheels(tmp_path):
    town = Town()
    town.way("a0 b0", highway="residential", surface="gravel")
    town.way("b0 c0", highway="residential", wheelchair="limited")
    read = town.read(tmp_path)
    assert not read.open(WHEEL, "a0", "b0")
    assert 0 < read.speed(WHEEL, "b0", "c0") < 1.0
    assert read.flags("a0", "b0") & EdgeFlag.UNPAVED


def test_escalators_run_one_way_even_on_foot(tmp_path):
    town = Town()
    town.way("a0 b0", highway="steps", conveying="forward")
    read = town.read(tmp_path)
    assert read.open(WALK, "a0", "b0") and not read.open(WALK, "b0", "a0")


def test_ferry_takes_its_duration(tmp_path):
    town = Town()
    town.way("a0 b0 c0", route="ferry", duration="00:05", name="나루")
    town.way("c0 d0", highway="residential")
    read = town.read(tmp_path)
    street, _ = read.street("a0", "c0")
    a, b = read.table.first_point[street : street + 2]
    shape = np.column_stack([read.table.point_lat_deg[a:b], read.table.point_lon_deg[a:b]])
    assert length_m(shape) / read.speed(WALK, "a0", "c0") == pytest.approx(300.0, rel=1e-3)
    assert read.table.road_class[street] == RoadClass.FERRY and read.flags("a0", "c0") & EdgeFlag.FERRY
    assert not read.open(CAR, "a0", "c0")


def test_ferry_takes_cars_only_when_told(tmp_path):
    town = Town()
    town.way("a0 b0", route="ferry", motor_vehicle="yes")
    read = town.read(tmp_path)
    assert read.open(CAR, "a0", "b0")


def test_marks_of_bridges_tunnels_and_underpasses(tmp_path):
    town = Town()
    town.way("a0 b0", highway="primary", bridge="yes", layer="1", lit="yes", sidewalk="both")
    town.way("b0 c0", highway="primary", tunnel="yes", layer="-1")
    town.way("c0 d0 e0 f0 g0 h0", highway="primary", tunnel="yes", layer="-2")
    town.way("a1 b1", highway="residential", name="역전지하차도")
    town.way("b1 c1", highway="residential", tunnel="building_passage")
    town.way("c1 d1", highway="primary", layer="-1")
    read = town.read(tmp_path)
    assert read.flags("a0", "b0") & (EdgeFlag.BRIDGE | EdgeFlag.LIT | EdgeFlag.SIDEWALK) == 1 + 256 + 512
    assert read.flags("b0", "c0") & EdgeFlag.TUNNEL and read.flags("b0", "c0") & EdgeFlag.UNDERPASS
    assert read.flags("c0", "h0") & EdgeFlag.TUNNEL and not read.flags("c0", "h0") & EdgeFlag.UNDERPASS
    assert read.flags("a1", "b1") & EdgeFlag.UNDERPASS
    assert not read.flags("b1", "c1") & EdgeFlag.UNDERPASS
    assert read.flags("c1", "d1") & EdgeFlag.UNDERPASS
