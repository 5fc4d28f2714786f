"""Water on streets: speeds, closings and their chances."""

import numpy as np
import pytest

from risk_core.costs.flood import closing_depth_m, closing_prob, is_barred, wet_speed_m_per_s
from risk_core.errors import InputError
from risk_core.hazards.flood.aidr_2017 import hazard_class
from risk_core.state.profile import PROFILES, Profile

DEPTH = np.linspace(0, 1.5, 301)


@pytest.mark.parametrize("profile", PROFILES)
def test_deeper_water_is_never_faster_and_a_barred_street_stands_still(profile):
    speed = wet_speed_m_per_s(profile, np.full(301, 8.0), DEPTH)
    assert speed[0] == 8.0 and speed[-1] == 0.0
    assert (np.diff(speed) <= 1e-12).all()
    barred = is_barred(profile, DEPTH, np.zeros(301))
    assert not barred[DEPTH < 0.29].any() and barred[DEPTH > 0.5].all()
    assert (speed[barred] == 0).all() and (speed[~barred] >= 0).all()
    assert wet_speed_m_per_s(profile, np.array([8.0]), np.array([np.nan]))[0] == 8.0


def test_cars_follow_the_published_curve():
    found = 3.6 * wet_speed_m_per_s(Profile.CAR, np.full(4, 30.0), np.array([0.0, 0.1, 0.2, 0.3]))
    np.testing.assert_allclose(found, [86.9448, 40.6548, 12.3648, 0.0], atol=1e-9)


def test_walkers_are_barred_where_class_h3_begins_and_wheelchairs_sooner():
    depth, speed = (one.ravel() for one in np.meshgrid(np.linspace(0.05, 2, 40), np.linspace(0, 2, 41)))
    classes = hazard_class(depth, depth * speed)
    walk = is_barred(Profile.WALK, depth - 1e-9, depth * speed - 1e-9)
    slow = speed < 1.99
    np.testing.assert_array_equal(walk[slow], (classes >= 3)[slow])
    assert (is_barred(Profile.WHEELCHAIR, depth, depth * speed) >= walk).all()


def test_underpasses_close_at_fifteen_centimetres_for_everybody():
    for profile in PROFILES:
        at = is_barred(profile, np.array([0.149, 0.15]), np.zeros(2), np.array([True, True]))
        assert at.tolist() == [False, True]
        assert closing_depth_m(profile) > closing_depth_m(profile, True) == 0.15


def test_chances_of_closing_follow_the_bounds():
    low, middle, high = np.array([0.1]), np.array([0.3]), np.array([0.6])
    prob = [float(closing_prob(low, middle, high, one)[0]) for one in (0.05, 0.1, 0.3, 0.6, 1.0)]
    np.testing.assert_allclose(prob[1:4], [0.9, 0.5, 0.1], atol=1e-9)
    assert prob == sorted(prob, reverse=True)
    sure = closing_prob(middle, middle, middle, np.array([0.2, 0.4]))
    np.testing.assert_allclose(sure, [1.0, 0.0])
    dry = np.zeros(1)
    assert closing_prob(dry, dry, dry, 0.3)[0] == 0.0
    with pytest.raises(InputError):
        closing_prob(high, middle, low, 0.3)
