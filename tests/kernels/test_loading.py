"""Queues on streets against a plain simulation and known answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.kernels.loading import Streets, Units, is_shut, load_units, meet_risk, slice_at
from risk_core.kernels.queues import ARRIVED, AT_HOME, CAUGHT, ENTERED_S, LATE, ON_WAY, RISK_S, WORST
from tests.naive import evacuation as naive

OPEN = np.ones(2)


def streets(free_s, per_s, space, share=OPEN, closed=None, slice_s=(0.0,), risk=None):
    n, k = len(free_s), len(slice_s)
    return Streets(
        np.array(free_s, np.float32),
        np.array(per_s, np.float64),
        np.array(space, np.float64),
        share,
        np.zeros((1, n), np.int64) if closed is None else np.array([closed], np.int64),
        np.array(slice_s, np.float64),
        np.zeros((k, n), np.float32) if risk is None else np.array(risk, np.float32),
        np.zeros((2, n), np.int16),
        np.ones(1),
    )


def turning(where, bearing_deg, turn_cost):
    return where._replace(bearing_deg=np.array(bearing_deg, np.int16), turn_cost=np.array(turn_cost, np.float64))


def units(depart_s, routes, size=1.0, until_s=np.inf):
    n = len(depart_s)
    first = np.cumsum([0] + [len(route) for route in routes]).astype(np.int64)
    link = np.array([link for route in routes for link in route], np.int32)
    return Units(
        np.array(depart_s, np.float64),
        np.full(n, size),
        np.zeros(n, np.int8),
        np.ones(n),
        np.full(n, until_s),
        first,
        link,
    )


def load(where, who, end_s=1e5, step_s=1.0):
    return load_units(where, who, step_s, end_s, 10, 600.0)


def test_one_bottleneck_takes_the_time_its_capacity_allows():
    found = load(streets([30, 30], [10, 0.5], [1e4, 1e4]), units(np.zeros(1800), [[0, 1]] * 1800))
    assert found.arrive_s.max() == pytest.approx(60 + 1800 / 0.5, rel=0.005)


def test_what_is_left_of_a_step_counts_for_the_next():
    found = load(streets([30, 30], [10, 0.35], [1e4, 1e4]), units(np.zeros(700), [[0, 1]] * 700))
    assert found.arrive_s.max() == pytest.approx(60 + 700 / 0.35, rel=0.005), "not one every three seconds"


def test_who_turns_takes_more_of_the_outflow():
    where = turning(streets([30] * 3, [10, 0.5, 10], [1e4] * 3), [[0, 350, 80], [0, 350, 80]], [1, 1.5, 2])
    straight = load(where, units(np.zeros(900), [[0, 1]] * 900)).arrive_s.max()
    bent = load(where, units(np.zeros(900), [[0, 1, 2]] * 900)).arrive_s.max()
    assert straight == pytest.approx(60 + 900 / 0.5, rel=0.005)
    assert bent == pytest.approx(90 + 900 * 1.5 / 0.5, rel=0.005), "90 degrees across north"


@pytest.mark.parametrize("space", [1e4, 100.0])
def test_two_streams_share_one_bottleneck_evenly(space):
    found = load(streets([30] * 3, [10, 10, 0.5], [space] * 3), units(np.zeros(3600), [[0, 2], [1, 2]] * 1800))
    assert found.arrive_s.max() == pytest.approx(60 + 3600 / 0.5, rel=0.005)
    assert np.median(found.arrive_s[::2]) == pytest.approx(np.median(found.arrive_s[1::2]), rel=0.05)


@pytest.mark.parametrize("seed", range(6))
def test_arrivals_are_those_of_a_plain_simulation(seed):
    rng = np.random.default_rng(seed)
    n_link = 8
    where = streets(rng.integers(2, 9, n_link), rng.choice([0.25, 0.4, 0.5, 1.0], n_link), rng.integers(3, 30, n_link))
    where = turning(where, rng.integers(0, 360, (2, n_link)), [1.0, 1.1, 1.3, 1.6, 1.7])
    routes = [[int(rng.integers(2)), 2 + int(rng.integers(2)), 4 + int(rng.integers(2)), 6] for _ in range(200)]
    who = units(np.sort(rng.integers(0, 60, 200)), routes)
    ours, plain = load(where, who).arrive_s, naive.load(where, who, 1.0, 1e4)
    assert np.isfinite(ours).all() and np.isfinite(plain).all()
    assert ours.min() == pytest.approx(plain.min(), abs=2.0)
    assert ours.max() == pytest.approx(plain.max(), rel=0.04)
    assert ours.mean() == pytest.approx(plain.mean(), rel=0.04)


def test_outflow_and_space_are_never_exceeded():
    rng = np.random.default_rng(3)
    routes = [[int(rng.integers(3)), 3, 4] for _ in range(400)]
    where = streets([5, 6, 7, 8, 3], [2, 2, 2, 0.4, 1], [20, 20, 20, 15, 10])
    found = load(where, units(np.sort(rng.uniform(0, 100, 400)), routes))
    at = np.sort(found.arrive_s)
    for width_s in (1.0, 10.0, 100.0):
        most = max(np.searchsorted(at, at + width_s, side="right") - np.arange(len(at)))
        assert most <= 0.4 * width_s + 2
    assert (found.jam <= 1 + 1e-6).all()
    assert (found.state == ARRIVED).all() and found.passed[:, 4].sum() == 400


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_at_no_second_is_capacity_exceeded_and_nobody_is_lost(seed):
    rng = np.random.default_rng(seed)
    n_link, n_second = 7, 3000
    per_s = rng.choice([0.25, 0.5, 1.0, 2.0], n_link)
    where = streets(rng.integers(1, 12, n_link), per_s, rng.integers(2, 25, n_link))
    routes = [[int(rng.integers(3)), 3 + int(rng.integers(2)), 5, 6][: int(rng.integers(1, 5))] for _ in range(150)]
    who = units(np.sort(rng.uniform(0, 60, 150)), routes)
    found = load_units(where, who, 1.0, 1e5, n_second, 1.0)
    assert (found.state == ARRIVED).all() and np.isfinite(found.arrive_s).all()
    used = np.bincount(who.link, minlength=n_link)
    assert (found.passed.sum(axis=0) == used).all(), "each enters each of its streets once"
    assert (found.jam <= 1 + 1e-6).all(), "no street holds more than it has space for"
    ends = np.array([route[-1] for route in routes])
    onto_last = np.repeat(np.arange(n_second), found.passed[:, 6].astype(int))
    left_s = {5: np.r_[found.arrive_s[ends == 5], onto_last], 6: found.arrive_s[ends == 6]}
    for link, at_s in left_s.items():
        at_s.sort()
        for width_s in (1.0, 7.0, 60.0):
            most = np.max(np.searchsorted(at_s, at_s + width_s, side="right") - np.arange(len(at_s)), initial=0)
            assert most <= per_s[link] * (width_s + 1.0) + 2


def test_walkers_slow_down_in_a_crowd():
    share = np.linspace(1.0, 0.2, 11)
    one = load(streets([100], [10], [50], share), units([0.0], [[0]]))
    many = load(streets([100], [10], [50], share), units(np.zeros(50), [[0]] * 50))
    assert one.arrive_s[0] == pytest.approx(100, rel=0.02)
    assert many.arrive_s[-1] == pytest.approx(500, rel=0.02)


def test_nobody_enters_a_street_that_closes_before_its_end():
    where = streets([20, 60], [9, 9], [99, 99], closed=[0, 0b010], slice_s=[0, 100, 300])
    found = load(where, units([0, 10, 30, 250], [[0, 1]] * 4), end_s=1000)
    assert found.arrive_s[0] == pytest.approx(80, abs=2)
    assert found.arrive_s[1] == pytest.approx(90, abs=2), "passes just before"
    assert (found.arrive_s[2:] >= 360).all(), "waits until it opens again"


def test_a_street_that_never_opens_holds_people_at_home_or_on_the_way():
    where = streets([20, 60], [9, 9], [99, 99], closed=[0, 1])
    found = load(where, units([0, 7], [[0, 1], [1]]), end_s=500)
    assert found.state.tolist() == [ON_WAY, AT_HOME]
    assert found.at.tolist() == [0, 2] and found.entered_s.tolist() == [0, 7], "where they stand, and since when"


def test_who_is_on_a_street_when_it_closes_is_caught():
    where = streets([50, 50], [9, 0.01], [99, 99], closed=[0, 0b10], slice_s=[0, 150])
    found = load(where, units(np.zeros(3), [[0, 1]] * 3), end_s=1000)
    assert found.state[0] == ARRIVED and (found.state[1:] == CAUGHT).all()
    assert found.at.tolist() == [1, 3, 5] and found.entered_s[1:].max() < 150


def test_who_comes_after_the_door_is_shut_is_late():
    found = load(streets([50], [9], [99]), units([0, 100], [[0], [0]], until_s=120.0))
    assert found.state.tolist() == [ARRIVED, LATE]


def test_a_ring_in_which_all_wait_for_each_other_is_told_and_ends_early():
    ring = streets([10] * 4, [1] * 4, [3] * 4)
    who = units(np.zeros(40), [[k % 4, (k + 1) % 4, (k + 2) % 4, (k + 3) % 4] for k in range(40)])
    found = load(ring, who, end_s=1e15)
    assert set(found.state.tolist()) == {ON_WAY, AT_HOME}, "else it would never have ended"
    assert (found.state == ON_WAY).sum() == 12 and (found.jam == 1).all()


@pytest.mark.parametrize("seed", range(4))
def test_links_that_slept_wake_and_nobody_is_forgotten(seed):
    rng = np.random.default_rng(seed)
    routes = [[int(rng.integers(3)), 3 + int(rng.integers(2)), 5, 6] for _ in range(300)]
    where = streets([5] * 7, [2, 2, 2, 1, 1, 0.5, 0.25], [4, 5, 6, 3, 3, 2, 2])
    found = load(where, units(np.sort(rng.uniform(0, 50, 300)), routes))
    assert (found.state == ARRIVED).all() and found.passed[:, 6].sum() == 300
    assert found.arrive_s.max() == pytest.approx(300 / 0.25 + 20, rel=0.03)
    assert (found.jam[:6] > 0.9).all(), "spilt back over every street"


def test_risk_is_summed_over_the_time_it_is_met():
    where = streets([100], [9], [99], slice_s=[0, 40], risk=[[0.2], [0.8]])
    found = load(where, units([0.0], [[0]]))
    assert found.risk_s[0] == pytest.approx(0.2 * 40 + 0.8 * 60, rel=0.02)
    assert found.worst[0] == pytest.approx(0.8)


def test_empty_and_absent_ways():
    assert load(streets([1], [1], [1]), units([], [])).state.size == 0
    found = load(streets([1], [1], [1]), units([5.0], [[]]))
    assert found.state[0] == ARRIVED and found.arrive_s[0] == 5.0
    assert slice_at(np.array([0.0, 10.0]), 9.9) == 0 and slice_at(np.array([0.0, 10.0]), 10.0) == 1
    assert not is_shut(streets([1], [1], [1]), 0, 0, 0.0, 9.0)


@pytest.mark.parametrize(
    ("entered_s", "left_s", "dose", "worst"),
    [
        (50.0, 80.0, 3.0, 0.1),
        (50.0, 150.0, 5.0 + 25.0, 0.5),
        (150.0, 400.0, 25.0 + 40.0, 0.5),
        (250.0, 250.0, 0.0, 0.2),
    ],
)
def test_risk_met_on_a_link_is_that_of_each_slice_for_the_time_in_it(entered_s, left_s, dose, worst):
    risk = np.array([[0.1], [0.5], [0.2]], np.float32)
    clock = np.zeros((1, max(ENTERED_S, RISK_S, WORST) + 1))
    clock[0, ENTERED_S] = entered_s
    meet_risk(np.array([0.0, 100.0, 200.0]), risk, clock, 0, 0, left_s)
    assert clock[0, RISK_S] == pytest.approx(dose, rel=1e-6)
    assert clock[0, WORST] == pytest.approx(worst)
