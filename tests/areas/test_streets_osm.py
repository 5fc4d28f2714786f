"""OpenStreetMap's own conventions, one rule a test, on files written by hand."""

import numpy as np
import pytest

from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from dashboard.areas.streets.source import length_m
from risk_core.errors import InputError
from risk_core.state.grid import Grid
from risk_core.state.network import network_from_streets
from risk_core.state.profile import EdgeFlag, Profile, RoadClass
from tests.areas.osm_text import LAT, LON, STEP, Town, lattice

WALK, WHEEL, BIKE, CAR, BUS, AMB = Profile


def test_ways_are_split_at_shared_nodes_and_keep_their_name(tmp_path):
    town = Town()
    town.way("a0 b0 c0 d0", highway="residential", name="가로", name__en="Along")
    town.way("c0 c1", highway="primary", name__en="Up")
    read = town.read(tmp_path)
    assert len(read.table.tail) == 3
    street, _ = read.street("a0", "c0")
    assert read.table.names[read.table.name[street]] == "가로"
    assert read.table.names[read.table.name[read.street("c0", "c1")[0]]] == "Up"
    assert read.table.road_class[read.street("c0", "c1")[0]] == RoadClass.PRIMARY
    assert read.report.n_kept["streets"] == 3


def test_points_on_a_straight_line_are_dropped_and_bends_are_kept(tmp_path):
    town = Town()
    town.way("a0 b0 c0 c1", highway="residential")
    read = town.read(tmp_path)
    lats = read.table.point_lat_deg
    assert len(lats) == 3
    assert lats == pytest.approx([LAT, LAT, LAT + STEP], abs=1e-7)


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


def test_squares_are_walked_along_their_outline(tmp_path):
    town = Town()
    town.way("a0 b0 b1 a1 a0", highway="pedestrian", area="yes")
    town.way("b0 c0", highway="footway")
    town.way("d0 e0 e1 d0", highway="service", area="yes", motor_vehicle="yes")
    read = town.read(tmp_path)
    assert not (read.table.tail == read.table.head).any(), "rings are cut"
    network = network_from_streets(read.table, Grid.from_bounds(126.99, 37.49, 127.02, 37.51, 50.0))
    assert (network.snap_mask & 1).any()
    assert not (network.snap_mask & 8).any(), "nobody drives across a square"


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ({"barrier": "bollard"}, {CAR, BUS, AMB}),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, set()),
        ({"barrier": "gate"}, set()),
        ({"barrier": "gate", "access": "private"}, set(Profile)),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, {BIKE, CAR, BUS, AMB}),
        ({"barrier": "lift_gate", "access": "private", "emergency": "yes", "foot": "yes"}, {BIKE, CAR, BUS}),
        ({"barrier": "cycle_barrier"}, {WHEEL, CAR, BUS, AMB}),
        ({"barrier": "bus_trap"}, {CAR}),
        ({"kerb": "raised"}, {WHEEL}),
        ({"kerb": "raised", "wheelchair": "yes"}, set()),
        ({"highway": "crossing", "access": "no"}, set()),
    ],
)
def test_barriers_stop_whom_they_stop(tmp_path, tags, stopped):
    town = Town()
    town.way("a0 b0 c0", highway="residential")
    town.node_tags["b0"] = tags
    read = town.read(tmp_path)
    blocked = {
        profile
        for row, profile in enumerate(Profile)
        if (read.table.forward_m_per_s[row] == 0).any() and (read.table.backward_m_per_s[row] == 0).any()
    }
    if stopped == set(Profile):
        assert len(read.table.tail) == 2 and len(read.table.node_lat_deg) == 4, "nothing leads through"
        return
    assert blocked == stopped
    if stopped:
        assert len(read.table.tail) == 3
        lengths = [
            np.diff(read.table.point_lon_deg[a:b]).sum()
            for a, b in zip(read.table.first_point[:-1], read.table.first_point[1:], strict=True)
        ]
        assert sum(lengths) == pytest.approx(2 * STEP, abs=1e-6), "cutting keeps the length"


def test_a_barrier_where_a_way_goes_on_as_another_stops_once(tmp_path):
    town = Town()
    town.way("a0 b0", highway="residential")
    town.way("b0 c0", highway="residential")
    town.node_tags["b0"] = {"barrier": "block"}
    read = town.read(tmp_path)
    assert len(read.table.tail) == 3
    assert (read.table.forward_m_per_s[3] == 0).sum() == 1


def test_a_barrier_at_a_crossing_is_left_out(tmp_path):
    town = Town()
    town.way("a0 b0 c0", highway="residential")
    town.way("b0 b1", highway="residential")
    town.node_tags["b0"] = {"barrier": "bollard"}
    read = town.read(tmp_path)
    assert (read.table.forward_m_per_s[3] > 0).all()


def crossing() -> tuple[Town, dict[str, int]]:
    """Four arms that end at b1."""
    town = Town()
    arms = {spot: town.way(f"{spot} b1", highway="primary") for spot in ("a1", "b0", "c1", "b2")}
    return town, arms


def test_a_forbidden_turn_is_one_pair(tmp_path):
    town, arm = crossing()
    town.restriction("no_left_turn", arm["a1"], "b1", arm["b2"])
    assert town.read(tmp_path).turns() == {("a1", "b1", "b2")}


def test_an_only_turn_forbids_every_other(tmp_path):
    town, arm = crossing()
    town.restriction("only_straight_on", arm["a1"], "b1", arm["c1"])
    assert town.read(tmp_path).turns() == {("a1", "b1", "b0"), ("a1", "b1", "b2"), ("a1", "b1", "a1")}


def test_no_u_turn(tmp_path):
    town, arm = crossing()
    town.restriction("no_u_turn", arm["a1"], "b1", arm["a1"])
    assert town.read(tmp_path).turns() == {("a1", "b1", "a1")}


def test_restrictions_follow_the_piece_that_meets_the_via_node(tmp_path):
    town, arm = crossing()
    town.ways[0] = (arm["a1"], ["d4", "a1", "b1"], {"highway": "primary"})
    town.way("a1 a2", highway="primary")
    town.restriction("no_right_turn", arm["a1"], "b1", arm["b0"])
    assert town.read(tmp_path).turns() == {("a1", "b1", "b0")}


def test_restrictions_that_cannot_be_used_are_reported_and_the_rest_kept(tmp_path):
    town, arm = crossing()
    town.restriction("no_left_turn", arm["a1"], arm["b0"], arm["b2"])
    town.restriction("no_left_turn", arm["a1"], "c1", arm["b2"])
    town.restriction("perhaps", arm["a1"], "b1", arm["b2"])
    town.restriction("no_left_turn", arm["a1"], "b1", arm["b2"], **{"except": "motorcar"})
    town.restriction("no_left_turn", arm["c1"], "b1", arm["b0"])
    read = town.read(tmp_path)
    assert read.turns() == {("c1", "b1", "b0")}
    faults = {fault.place: fault for fault in read.report.faults}
    assert set(faults) == {f"town.osm, relation {n}" for n in (1, 2, 3)}
    assert "not supported" in faults["town.osm, relation 1"].wanted
    assert faults["town.osm, relation 3"].value == "perhaps"


def test_missing_nodes_cut_a_way_and_are_reported(tmp_path):
    town = Town(missing={"c0"})
    town.way("a0 b0 c0 d0 e0", highway="residential")
    read = town.read(tmp_path)
    assert read.open(CAR, "a0", "b0") and read.open(CAR, "d0", "e0")
    [fault] = read.report.faults
    assert fault.place == "town.osm, way 1" and "1 of 5" in fault.value


def test_nodes_off_the_earth_are_reported_and_the_rest_kept(tmp_path):
    town = Town(moved={"b0": (95.0, 127.0)})
    town.way("a0 b0 c0 d0", highway="residential")
    read = town.read(tmp_path)
    assert read.open(CAR, "c0", "d0")
    assert [fault.place for fault in read.report.faults] == ["town.osm, node 1010", "town.osm, way 1"]
    assert "95" in read.report.faults[0].value


def test_files_that_list_ways_before_nodes_are_read(tmp_path):
    town = Town()
    town.way("a0 b0 c0", highway="residential")
    xml = town.xml()
    nodes, ways = xml[xml.index("<node") : xml.index("<way")], xml[xml.index("<way") : xml.index("</osm>")]
    path = tmp_path / "overpass.osm"
    path.write_text(xml.replace(nodes + ways, ways + nodes), encoding="utf-8")
    report = BuildReport()
    assert len(read_streets(path, report).table.tail) == 1 and report.n_fault == 0


def test_a_way_of_one_node_is_reported(tmp_path):
    town = Town()
    town.way("a0 a0", highway="residential")
    town.way("a0 b0", highway="residential")
    read = town.read(tmp_path)
    assert len(read.table.tail) == 1
    assert read.report.faults[0].place == "town.osm, way 1"


def test_bounds_clip_and_empty_is_refused(tmp_path):
    town = Town()
    town.way("a0 b0 c0", highway="residential")
    town.way("c0 c1", highway="residential")
    town.way("b0 b1", highway="residential")
    lat, lon = lattice("b0")
    read = town.read(tmp_path, (LON - 1e-4, LAT - 1e-4, lon + 1e-4, lat + 1e-4))
    assert len(read.table.tail) == 1 and read.open(WALK, "a0", "b0")
    assert read.report.n_fault == 0, "what lies outside is no fault"
    with pytest.raises(InputError, match="at least one street"):
        town.read(tmp_path, (10.0, 10.0, 11.0, 11.0))


def test_a_file_without_streets_is_refused(tmp_path):
    town = Town()
    town.way("a0 b0", building="yes")
    with pytest.raises(InputError, match=r"town\.osm: streets is 0 usable") as caught:
        town.read(tmp_path)
    assert caught.value.faults[0].remedy


@pytest.mark.parametrize("name", ["broken.osm", "broken.osm.pbf"])
def test_broken_files_are_refused_by_name(tmp_path, name):

    town = Town()
    town.way("a0 b0", highway="residential")
    path = tmp_path / name
    path.write_text(town.xml()[:-60])
    with pytest.raises(InputError, match=name) as caught:
        read_streets(path, BuildReport())
    assert "unreadable" in caught.value.faults[0].value


def test_unknown_endings_and_missing_files_are_refused(tmp_path):

    with pytest.raises(InputError, match=r"\.graphml"):
        read_streets(tmp_path / "streets.shp", BuildReport())
    with pytest.raises(InputError, match="existing file"):
        read_streets(tmp_path / "none.osm", BuildReport())


def test_xml_and_pbf_give_the_same_streets(tmp_path):
    import osmium

    town, arm = crossing()
    town.restriction("no_left_turn", arm["a1"], "b1", arm["b2"])
    path = town.save(tmp_path)
    with osmium.SimpleWriter(str(tmp_path / "town.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(path)):
            writer.add(item)
    xml = read_streets(path, BuildReport()).table
    pbf = read_streets(tmp_path / "town.osm.pbf", BuildReport()).table
    assert np.array_equal(xml.forward_m_per_s, pbf.forward_m_per_s)
    assert np.array_equal(xml.turn_from_street, pbf.turn_from_street)
    assert np.array_equal(xml.point_lat_deg, pbf.point_lat_deg)
