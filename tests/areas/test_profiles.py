"""The table of travellers: whole, sourced, and enough to add one."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest

from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from dashboard.areas.streets.slopes import slow_on_slopes
from risk_core.state import network as network_module
from risk_core.state import profile_table
from risk_core.state.grid import Grid
from risk_core.state.network import network_from_streets
from risk_core.state.profile import PROFILES, VEHICLES, Profile, profile_position, traits
from risk_core.state.profile_table import TABLE, hiking_share
from risk_core.state.profile_traits import Figure, GroundLimits, HazardLimits, Size, Traits, words
from tests.areas.osm_text import Town, lattice

GRID = Grid.from_bounds(126.99, 37.49, 127.03, 37.52, 100.0)

ROBOT = Traits(
    name="robot",
    limits=replace(TABLE[0].limits, depth_m=Figure(0.05, "invented for a test")),
    access_keys=("delivery_robot", "foot", "access"),
    oneway_keys=("oneway:delivery_robot",),
    open_classes=words("footway pedestrian path living_street residential steps"),
    speed_m_per_s=1.7,
    class_m_per_s={"pedestrian": 0.9},
    crosses_squares=True,
    unpaved_m_per_s=0.5,
    trusts_own_key_only=True,
    stopped_by=words("bollard stile"),
    ground=GroundLimits(surfaces=words("sand"), max_incline=0.15, min_width_m=0.7, max_kerb_m=0.05),
    size=Size(height_m=1.0, width_m=0.6, weight_t=0.05),
    slope_share=((-0.1, 1.0), (0.0, 1.0), (0.1, 0.5)),
)
"""A seventh profile: a delivery robot on footways."""


@pytest.fixture
def robot(monkeypatch):
    """The table with one more row; returns that row's position."""
    monkeypatch.setattr(profile_table, "TABLE", (*TABLE, ROBOT))
    monkeypatch.setattr(network_module, "PROFILES", (*PROFILES, "robot"))
    return len(TABLE)


def test_rows_stand_in_the_order_of_the_profiles():
    assert tuple(row.name for row in TABLE) == PROFILES == tuple(Profile)
    assert all(traits(profile).name == profile for profile in Profile)
    assert len(TABLE) <= 8, "masks of profiles hold eight bits"
    assert VEHICLES == (Profile.CAR, Profile.BUS, Profile.AMBULANCE)
    assert [profile_position(profile) for profile in Profile] == list(range(6)), "files depend on it"


def test_every_limit_is_positive_and_tells_its_source():
    for row in TABLE:
        limits = row.limits.as_dict()
        assert set(limits) == {one.name for one in fields(HazardLimits)}
        for name, figure in limits.items():
            assert figure.value > 0 and len(figure.source) > 10, (row.name, name)
        assert limits["wind_m_per_s"].value <= limits["gust_m_per_s"].value


def test_the_frail_bear_less_than_walkers():
    walk, chair = traits(Profile.WALK).limits.as_dict(), traits(Profile.WHEELCHAIR).limits.as_dict()
    assert all(chair[name].value <= walk[name].value for name in walk)
    assert chair["depth_m"].value < walk["depth_m"].value


@pytest.mark.parametrize("row", [*TABLE, ROBOT], ids=lambda row: row.name)
def test_rows_make_sense(row):
    assert row.access_keys[-1] == "access"
    assert 0 < row.speed_m_per_s <= row.top_m_per_s
    assert all(speed > 0 for speed in row.class_m_per_s.values())
    slope, share = np.array(row.slope_share).T
    assert (np.diff(slope) > 0).all() and (share > 0).all()
    assert np.interp(0.0, slope, share) == pytest.approx(1.0)


def test_walkers_follow_tobler():
    """Values of Tobler's function in km/h: 6 at its best slope of -5 %, 5.04 on the flat (NCGIA 93-1)."""
    flat_km_per_h = 6.0 * math.exp(-3.5 * 0.05)
    assert flat_km_per_h == pytest.approx(5.04, abs=0.005)
    slope, share = np.array(traits(Profile.WALK).slope_share).T
    for degrees, km_per_h in ((-10, 3.86), (-5, 5.26), (5, 3.71), (10, 2.72), (20, 1.41)):
        found = np.interp(math.tan(math.radians(degrees)), slope, share) * flat_km_per_h
        assert found == pytest.approx(km_per_h, abs=0.006), degrees
    assert hiking_share(-0.05) * flat_km_per_h == pytest.approx(6.0)


def test_cyclists_gain_downhill_as_measured():
    """85 % ride at most 22 km/h on the flat and 25 km/h at 3 % downhill (Parkin and Rotheram 2010, abstract)."""
    slope, share = np.array(traits(Profile.BICYCLE).slope_share).T
    assert np.interp(-0.03, slope, share) == pytest.approx(25 / 22, abs=0.03)


def test_a_seventh_profile_needs_a_row_only(robot, tmp_path):
    town = Town(node_tags={"f0": {"barrier": "bollard"}, "h0": {"barrier": "gate"}})
    town.way("a0 b0", highway="footway", oneway="yes")
    town.way("b0 c0", highway="pedestrian")
    town.way("c0 d0", highway="footway", surface="gravel")
    town.way("d0 e0", highway="primary", delivery_robot="yes")
    town.way("e0 f0 g0 h0 i0", highway="footway")
    town.way("a0 a1", highway="primary")
    town.way("a1 b1", highway="footway", surface="sand")
    town.way("b1 c1", highway="steps")
    town.way("c1 d1", highway="footway", incline="20%")
    town.way("d1 e1", highway="footway", width="0.65")
    town.way("e1 f1", highway="footway", oneway__delivery_robot="yes")
    town.way("f1 g1", highway="residential", foot="private")
    town.way("g1 h1", highway="residential", maxheight="0.9", delivery_robot="no", foot="no", vehicle="yes")
    read = town.read(tmp_path)
    network = network_from_streets(read.table, GRID)
    assert network.speed_m_per_s.shape == (7, network.n_edge)

    def speed(a, b):
        street, is_along = read.street(a, b)
        return float((read.table.forward_m_per_s if is_along else read.table.backward_m_per_s)[robot, street])

    assert speed("a0", "b0") == speed("b0", "a0") == pytest.approx(1.7), "signs for vehicles are not for it"
    assert speed("b0", "c0") == pytest.approx(0.9)
    assert speed("c0", "d0") == pytest.approx(0.5)
    assert speed("d0", "e0") == pytest.approx(1.7), "its own key opens a road"
    for a, b in (("a0", "a1"), ("b1", "c1"), ("c1", "d1"), ("d1", "e1"), ("f1", "g1"), ("f1", "e1"), ("a1", "b1")):
        assert speed(a, b) == 0.0, (a, b)
    assert speed("e1", "f1") == pytest.approx(1.7)
    stopped = read.table.forward_m_per_s[robot] == 0
    lat, lon = lattice("f0")
    stub = np.hypot(read.table.node_lat_deg[read.table.head] - lat, read.table.node_lon_deg[read.table.head] - lon)
    assert stopped[stub.argmin()], "a bollard stops it"
    bit = np.uint8(1 << robot)
    assert (network.snap_mask & bit).any()


def test_a_seventh_profile_leaves_the_others_as_they_are(tmp_path, monkeypatch):
    town = Town(node_tags={"b0": {"barrier": "bollard"}})
    town.way("a0 b0 c0", highway="residential", maxspeed="30", oneway="yes")
    town.way("c0 c1", highway="steps")
    path = town.save(tmp_path)
    before = read_streets(path, BuildReport()).table
    monkeypatch.setattr(profile_table, "TABLE", (*TABLE, ROBOT))
    after = read_streets(path, BuildReport()).table
    assert after.forward_m_per_s.shape[0] == 7
    assert np.array_equal(after.forward_m_per_s[:6], before.forward_m_per_s)
    assert np.array_equal(after.backward_m_per_s[:6], before.backward_m_per_s)


def test_a_seventh_profile_bound_by_turns_counts_among_the_vehicles(tmp_path, monkeypatch):
    from dashboard.areas.streets.restrictions import kinds_by_vehicle

    truck = replace(TABLE[3], name="truck", access_keys=("hgv", *TABLE[3].access_keys[1:]))
    monkeypatch.setattr(profile_table, "TABLE", (*TABLE, truck))
    assert kinds_by_vehicle({"restriction:hgv": "no_u_turn"}) == {"truck": "no_u_turn"}
    assert "truck" not in kinds_by_vehicle({"restriction": "no_u_turn", "except": "hgv"})


def test_a_seventh_profile_slows_on_slopes_by_its_own_row(robot, tmp_path):
    town = Town()
    town.way("a0 a1", highway="residential")
    table = town.read(tmp_path).table
    height = np.repeat(((GRID.row_lat_deg - 37.5) * 111_195.08 * 0.1)[:, None], GRID.n_col, axis=1).astype(np.float32)
    sloped = slow_on_slopes(table, height, GRID)
    assert sloped.forward_m_per_s[robot, 0] / table.forward_m_per_s[robot, 0] == pytest.approx(0.5, abs=0.01)
    assert sloped.backward_m_per_s[robot, 0] == pytest.approx(table.backward_m_per_s[robot, 0])
