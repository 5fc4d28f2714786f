import dataclasses

import numpy as np
import pytest

from dashboard.drills.walker import ACCURACY_M, NOISE_M, PING_S, walk_of
from risk_core.errors import InputError
from risk_core.movement.match_pings import Pings
from risk_core.movement.match_plane import street_plane
from risk_core.movement.match_track import match_track
from risk_core.state.profile import Profile
from tests.tiny import tiny_area


def test_the_walk_is_steady_on_streets_and_of_its_seed_and_day():
    area = tiny_area()
    walk = walk_of(area, 7)
    assert np.diff(walk.time_s) == pytest.approx(PING_S) and len(walk.time_s) > 20
    again, other, earlier = walk_of(area, 7), walk_of(area, 8), walk_of(area, 7, 1)
    assert np.array_equal(walk.lat_deg, again.lat_deg)
    assert not np.array_equal(walk.lat_deg, other.lat_deg)
    assert len(earlier.time_s) < len(walk.time_s)
    streets = street_plane(area.network, Profile.WALK)
    found = match_track(streets, Pings.of(walk.time_s, walk.lat_deg, walk.lon_deg, walk.accuracy_m))
    assert found.n_ping == len(walk.time_s) and (found.edge >= 0).mean() > 0.95


def test_the_reported_accuracy_is_that_of_the_noise():
    assert pytest.approx(NOISE_M * np.sqrt(-2 * np.log(0.05)), rel=0.05) == ACCURACY_M


def test_without_streets_nobody_walks():
    with pytest.raises(InputError, match="area"):
        walk_of(dataclasses.replace(tiny_area(), network=None), 1)
