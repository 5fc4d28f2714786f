import numpy as np
import pytest

from risk_core.kernels import typhoon_ensemble, typhoon_outlook
from tests.kernels.test_typhoon_ensemble import case
from tests.naive import typhoon_outlook as naive

RUNGS = np.array([9.5, 12.05, 14.0, 15.06, 21.0, 33.0])


def counted(lat, lon, n_before=1, **more):
    return (*case(lat, lon, **more)[:7], RUNGS, n_before)


@pytest.mark.parametrize(("lat", "lon"), [(33.0, 127.0), (-18.0, 150.0), (25.0, 179.5), (-20.0, -179.8)])
def test_counts_equal_their_twin(lat, lon):
    given = counted(lat, lon, n_time=4)
    for found, expected in zip(typhoon_outlook.count_rungs(*given), naive.count_rungs(*given), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_grid_of_several_bands_equals_its_twin():
    given = list(counted(33.0, 127.0, n_before=0, n_member=2, n_time=2))
    given[0], given[1] = 33.0 + np.linspace(4, -4, 30), 127.0 + np.linspace(-4, 4, 40)
    assert given[0].size * given[1].size > 2 * typhoon_outlook.CELLS_AT_A_TIME
    for found, expected in zip(typhoon_outlook.count_rungs(*given), naive.count_rungs(*given), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_lookup_equals_its_twin():
    np.testing.assert_array_equal(typhoon_outlook.rung_lookup(RUNGS, 0.25), naive.rung_lookup(RUNGS, 0.25))


def test_the_rungs_say_the_same_as_thresholds():
    given = counted(33.0, 127.0, n_before=0)
    reached, first = typhoon_outlook.count_rungs(*given)
    n_cell = reached.shape[1]
    over, began, _ = typhoon_ensemble.count_members(*given[:7], np.tile(RUNGS, (n_cell, 1)), 1.0, 60)
    np.testing.assert_array_equal(np.cumsum(reached[:, :, ::-1], axis=2)[:, :, ::-1], over)
    np.testing.assert_array_equal(first, began)


def test_a_far_storm_counts_nobody():
    given = list(counted(30.0, 140.0))
    given[0] = given[0] - 60.0
    reached, first = typhoon_outlook.count_rungs(*given)
    assert not reached.any() and not first.any()
