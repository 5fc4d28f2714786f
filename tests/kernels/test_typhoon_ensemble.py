import numpy as np
import pytest

from risk_core.kernels import typhoon, typhoon_ensemble
from tests.naive import typhoon_ensemble as naive

NODE_M = 5000.0
RADIUS = np.arange(0, 260) * NODE_M
INFLOW = np.radians(np.interp(RADIUS, [0, 4e4, 5e4], [10, 20, 25]))


def case(lat, lon, n_member=12, n_time=3, seed=3):
    rng = np.random.default_rng(seed)
    rows, cols = lat + np.linspace(5, -5, 6), lon + np.linspace(-5, 5, 7)
    centre = np.stack([lat + 0.5 * np.arange(n_time), (lon + 0.3 * np.arange(n_time) + 180) % 360 - 180], axis=1)
    motion = rng.normal(0, 0.05, (n_time, 2))
    size = rng.uniform(2e5, 4e5, (n_time, 1))
    speed = 45 * np.exp(-RADIUS / size) * (1 - np.exp(-RADIUS / 3e4))
    turned = [np.tile(one, (n_time, 1)) for one in (np.cos(INFLOW), np.sin(INFLOW))]
    tables = np.stack([speed, *turned], axis=-1)
    shift = rng.normal(0, 1e5, (n_member, n_time, 2))
    members = shift, rng.uniform(0.7, 1.3, (n_member, n_time)), rng.uniform(0.7, 1.4, n_member)
    threshold = rng.uniform(0.9, 1.4, (len(rows) * len(cols), 1)) * np.array([14.0, 12.5, 21.0, 33.0])
    return rows, cols, centre, motion, tables, NODE_M, members, threshold, 1.0, 60


@pytest.mark.parametrize(("lat", "lon"), [(33.0, 127.0), (-18.0, 150.0), (25.0, 179.5), (-20.0, -179.8)])
def test_counts_equal_their_twin(lat, lon):
    given = case(lat, lon)
    for found, expected in zip(typhoon_ensemble.count_members(*given), naive.count_members(*given), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_outer_radii_equal_their_twin():
    speed = np.ascontiguousarray(case(33.0, 127.0)[4][:, :, 0])
    np.testing.assert_array_equal(
        typhoon_ensemble.outer_radii(speed, NODE_M, 0.25), naive.outer_radii(speed, NODE_M, 0.25)
    )


def test_one_member_without_error_is_the_single_field():
    rows, cols, centre, motion, tables, node_m, _, _, step, n_peak = case(30.0, 178.0, n_time=1)
    members = np.zeros((1, 1, 2)), np.ones((1, 1)), np.ones(1)
    inflow = np.arctan2(tables[0, :, 2], tables[0, :, 1])
    wind = typhoon.wind_field(rows, cols, centre[0], motion[0], node_m, tables[:, :, 0], inflow)[0]
    speed = np.hypot(wind[0], wind[1])
    threshold = np.full((len(speed), 1), 20.0)
    over, first, peak = typhoon_ensemble.count_members(
        rows, cols, centre, motion, tables, node_m, members, threshold, step, n_peak
    )
    np.testing.assert_array_equal(over[0, :, 0], speed >= 20.0)
    np.testing.assert_array_equal(first, over)
    assert (peak.sum(axis=0) == 1).all()


def test_a_weak_or_far_storm_counts_nobody():
    given = list(case(30.0, 140.0))
    given[7] = np.full((42, 2), 90.0)
    over, first, peak = typhoon_ensemble.count_members(*given)
    assert not over.any() and not first.any() and (peak[0] == 12).all()
    given = list(case(30.0, 140.0))
    given[0] = given[0] - 60.0
    assert not typhoon_ensemble.count_members(*given)[0].any()


def test_a_grid_of_several_bands_equals_its_twin():
    given = list(case(33.0, 127.0, n_member=2, n_time=2))
    given[0], given[1] = 33.0 + np.linspace(4, -4, 50), 127.0 + np.linspace(-4, 4, 60)
    given[7] = np.full((3000, 1), 16.0)
    assert given[0].size * given[1].size > typhoon_ensemble.CELLS_AT_A_TIME
    for found, expected in zip(typhoon_ensemble.count_members(*given), naive.count_members(*given), strict=True):
        np.testing.assert_array_equal(found, expected)
