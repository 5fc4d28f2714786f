import numpy as np
import pytest

from risk_core.kernels import typhoon
from tests.naive import typhoon as naive

RNG = np.random.default_rng(5)
NODE_M = 5000.0
RADIUS = np.arange(0, 400) * NODE_M
SPEED = np.stack([40 * np.exp(-RADIUS / s) * (1 - np.exp(-RADIUS / 3e4)) for s in (3e5, 2e5, 6e5)])
INFLOW = np.radians(np.interp(RADIUS, [0, 4e4, 5e4], [10, 20, 25]))


@pytest.mark.parametrize("centre", [(33.0, 127.0), (-20.0, 127.3), (0.0, 180.0), (36.0, -179.5)])
def test_wind_equals_its_twin(centre):
    rows = centre[0] + np.linspace(6, -6, 5)
    cols = np.array([126.0, 127.0, 127.3, 179.0, -179.0])
    args = (rows, cols, np.array(centre), np.array([0.05, -0.02]), NODE_M, SPEED, INFLOW)
    np.testing.assert_allclose(typhoon.wind_field(*args), naive.wind_field(*args), rtol=1e-4, atol=1e-5)


def test_unit_wind_equals_its_twin_and_turns_inwards():
    for east, north, turn in [(1e4, 0, 1), (0, -2e4, 1), (3e4, 4e4, -1), (0.1, 0.1, 1)]:
        args = (east, north, turn, np.cos(0.3), np.sin(0.3))
        found = typhoon.unit_wind(*args)
        np.testing.assert_allclose(found, naive.unit_wind(*args), atol=1e-12)
        if abs(east) > 1 or abs(north) > 1:
            assert np.hypot(*found) == pytest.approx(1.0)
            assert found[0] * east + found[1] * north < 0


def test_a_storm_across_the_equator_gives_the_mirrored_wind():
    rows, cols = 20.0 + np.linspace(3, -3, 9), 130.0 + np.linspace(-3, 3, 7)
    motion = np.array([0.08, 0.03])
    north = typhoon.wind_field(rows, cols, np.array([20.0, 130.0]), motion, NODE_M, SPEED, INFLOW)
    mirrored = motion * [1, -1]
    south = typhoon.wind_field(-rows, cols, np.array([-20.0, 130.0]), mirrored, NODE_M, SPEED, INFLOW)
    np.testing.assert_allclose(south[:, 0], north[:, 0], atol=1e-5)
    np.testing.assert_allclose(south[:, 1], -north[:, 1], atol=1e-5)
    assert north[0, 1].reshape(9, 7)[4, 6] > 0, "east of a northern storm the wind blows north"


def test_no_wind_beyond_the_table():
    far = typhoon.wind_field(
        np.array([60.0]), np.array([10.0]), np.array([0.0, 130.0]), np.zeros(2), NODE_M, SPEED, INFLOW
    )
    assert (far == 0).all()


def test_codes_equal_their_twin():
    wind = RNG.normal(0, 20, (3, 2, 60)).astype(np.float32)
    land = RNG.choice([0.79, 1.0], 60).astype(np.float32)
    gust = RNG.choice([1.66, 1.23], 60).astype(np.float32)
    knots = np.array([9.0, 14, 21, 25, 33]), np.array([13.0, 20, 26, 35, 46])
    found, expected = typhoon.wind_codes(wind, land, gust, *knots), naive.wind_codes(wind, land, gust, *knots)
    assert np.abs(found.astype(int) - expected).max() <= 1
    assert (found == expected).mean() > 0.98
