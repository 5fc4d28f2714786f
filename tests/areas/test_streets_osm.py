"""From OpenStreetMap files to streets: splitting, barriers, turn restrictions, bad files."""

import numpy as np
import pytest

from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from risk_core.errors import InputError
from risk_core.state.grid import Grid
from risk_core.state.network import network_from_streets
from risk_core.state.profile import Profile, RoadClass
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
