import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.routes.snap import snap, snap_or_raise, usable_streets
from risk_core.state.profile import Profile, profile_position
from tests.tiny import D_LAT_DEG, D_LON_DEG, SOUTH_DEG, WEST_DEG, node_position


def test_point_goes_to_the_nearest_street_and_not_to_a_junction(area):
    lat, lon = SOUTH_DEG + 0.1 * D_LAT_DEG, WEST_DEG + 2.25 * D_LON_DEG
    found = snap(area.network, lat, lon, Profile.WALK, None)
    assert (found.lat_deg, found.lon_deg) == pytest.approx((SOUTH_DEG, lon))
    assert found.distance_m == pytest.approx(10.0, abs=0.01)
    assert found.along_m == pytest.approx(25.0, abs=0.05)
    assert not found.moved_out_of_closure


def test_steps_are_no_place_for_a_wheelchair(area):
    lat, lon = node_position(8)[0] + 0.5 * D_LAT_DEG, node_position(8)[1]
    walker = snap(area.network, lat, lon, Profile.WALK, None)
    wheels = snap(area.network, lat, lon, Profile.WHEELCHAIR, None)
    assert walker.distance_m < 0.01 and wheels.distance_m > 49


def test_island_is_never_snapped_to(area):
    lat, lon = node_position(36)
    assert snap(area.network, lat, lon, Profile.WALK, None) is None
    found = snap(area.network, lat, lon, Profile.WALK, None, max_m=5_000.0)
    assert found.distance_m == pytest.approx(1_500.0, rel=0.01)


def test_start_in_a_closed_street_moves_to_the_nearest_open_one(area):
    network = area.network
    lat, lon = node_position(0)[0], node_position(0)[1] + 0.4 * D_LON_DEG
    closed = np.zeros(network.n_edge, dtype=np.uint8)
    closed[network.street_edge[:, 0]] = 1 << profile_position(Profile.WALK)
    moved = snap(network, lat, lon, Profile.WALK, closed)
    assert moved.moved_out_of_closure and moved.street != 0
    assert moved.distance_m == pytest.approx(40.0, abs=0.1)
    others = snap(network, lat, lon, Profile.CAR, closed)
    assert others.street == 0 and not others.moved_out_of_closure
    assert usable_streets(network, Profile.WALK, closed).sum() == usable_streets(network, Profile.WALK, None).sum() - 1


def test_too_far_from_every_street_names_the_distance(area):
    nothing = np.zeros(area.network.n_edge, dtype=np.uint8)
    with pytest.raises(InputError) as caught:
        snap_or_raise(area.network, node_position(36), Profile.CAR, nothing, "to")
    assert "to is -29.95,-71.2792: no street within 500 m" in str(caught.value)
    assert "open street for car" in str(caught.value)
