"""Trips become people present: nobody is lost, and the simplest days come out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_core.errors import InputError
from risk_core.hazards.epidemic.travel import LEAVE_MOST, WAKE_HOUR, presence_from_trips

HOME = np.array([100.0, 50.0, 0.0])


@given(st.integers(0, 10_000), st.floats(0.0, 80.0))
def test_nobody_is_lost_whatever_is_counted(seed: int, most: float) -> None:
    trips = np.random.default_rng(seed).uniform(0.0, most, (24, 3, 3))
    found = presence_from_trips(trips, HOME)
    assert found.shape == (24, 3, 3) and (found >= -1e-9).all()
    assert found.sum(axis=2) == pytest.approx(np.tile(HOME, (24, 1)))


def test_without_trips_everybody_stays() -> None:
    assert (presence_from_trips(np.zeros((24, 3, 3)), HOME) == np.diag(HOME)).all()


def test_who_lives_at_the_goal_goes_home_first() -> None:
    trips = np.zeros((24, 3, 3))
    trips[8, 0, 1], trips[17, 1, 0] = 60.0, 80.0
    found = presence_from_trips(trips, HOME)
    assert found[20, 0] == pytest.approx([100.0, 20.0 * 0, 0.0]), "sixty are home again"
    assert found[20, 1] == pytest.approx([20.0, 30.0, 0.0]), "twenty more came who live there"


def test_an_hour_is_the_mean_of_its_ends_and_the_day_begins_at_home() -> None:
    trips = np.zeros((24, 3, 3))
    trips[8, 0, 1] = 60.0
    found = presence_from_trips(trips, HOME)
    assert found[8, 0, 1] == pytest.approx(30.0) and found[3, 0, 1] == pytest.approx(60.0)
    assert found[WAKE_HOUR, 0, 1] == 0.0


def test_more_trips_than_people_leave_some() -> None:
    trips = np.zeros((24, 3, 3))
    trips[9, 0, 1:] = 5000.0
    found = presence_from_trips(trips, HOME)
    assert found[12, 0, 0] == pytest.approx(100.0 * (1 - LEAVE_MOST))


@pytest.mark.parametrize(("trips", "name"), [(np.zeros((24, 2, 2)), "trips"), (np.full((24, 3, 3), -1.0), "trips")])
def test_what_is_no_count_is_named(trips: np.ndarray, name: str) -> None:
    with pytest.raises(InputError, match=name):
        presence_from_trips(trips, HOME)
