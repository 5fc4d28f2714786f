"""Whole bookings against the exact optimum, and what must hold whatever the case."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.plans.reserve import TAIL_DEFAULTS, TailOptions, book_groups
from tests.plans.exact import least_arrivals, least_clearance, most_placed, random_case

N_SLOT = 120


def book(case, tail=TAIL_DEFAULTS):
    graph, facts, sources, sinks = case
    sinks = sinks._replace(room=sinks.room.copy())
    return book_groups(graph, facts, sources, sinks, np.zeros((len(graph.link), N_SLOT), np.int16), tail)


def arrivals(booked):
    return float((booked.ways.n_unit * booked.ways.arrive).sum())


def test_gap_to_the_exact_solver_is_small_on_random_cases():
    """The first dozen cases as they come; the benchmark has 50.

    The two have different optima: where clearance takes fewer than 20 slots, 5 % of it is no whole slot, and the mean
    stays above its own optimum.
    """
    clearance, mean = [], []
    for seed in range(12):
        case = random_case(seed)
        booked, n = book(case), int(case[2].n_unit.sum())
        placed = int(booked.ways.n_unit.sum())
        assert placed == most_placed(case, N_SLOT), "as many as any plan could place"
        if placed < n:
            continue
        clearance.append(booked.last_slot / least_clearance(case, n, booked.last_slot) - 1)
        mean.append(arrivals(booked) / least_arrivals(case, n, N_SLOT) - 1)
    assert len(mean) >= 10 and min(mean) >= -1e-9 and min(clearance) >= 0
    assert np.mean(clearance) <= 0.01 and max(clearance) <= 0.05
    assert np.mean(mean) <= 0.005 and max(mean) <= 0.02


@pytest.mark.parametrize("seed", [9, 22, 36, 38, 39])
def test_no_plan_with_that_clearance_has_a_better_mean(seed):
    case = random_case(seed)
    booked, n = book(case), int(case[2].n_unit.sum())
    latest = int(least_clearance(case, n, booked.last_slot) * 1.05)
    graph, facts, sources, sinks = case
    in_time = graph, facts, sources, sinks._replace(until=np.minimum(sinks.until, latest))
    assert booked.last_slot <= latest
    least = least_arrivals(in_time, n, latest)
    assert least - 1e-6 <= arrivals(booked) <= max(least, 1.005 * least_arrivals(case, n, N_SLOT)) + 1e-6


@given(st.integers(0, 400))
@settings(max_examples=10, deadline=None)
def test_pressing_the_tail_never_costs_anybody_a_place_nor_the_plan_its_clearance(seed):
    case = random_case(seed, n=4, spare=(0.7, 1.3), has_closures=True)
    plain, pressed = book(case, TailOptions(is_tried=False)), book(case)
    assert pressed.ways.n_unit.sum() >= plain.ways.n_unit.sum()
    assert (
        pressed.left + np.bincount(pressed.ways.source, pressed.ways.n_unit, len(pressed.left)) == case[2].n_unit
    ).all()
    if pressed.ways.n_unit.sum() == plain.ways.n_unit.sum():
        assert pressed.last_slot <= plain.last_slot * 1.05 + 1


@given(st.integers(0, 400))
@settings(max_examples=6, deadline=None)
def test_in_the_exact_solver_more_is_never_worse_and_a_closure_never_better(seed):
    graph, facts, sources, sinks = random_case(seed, n=4, spare=(1.0, 1.0))
    case = graph, facts, sources, sinks
    n = most_placed(case, N_SLOT)
    base = least_clearance(case, n, N_SLOT)
    wider = graph, facts._replace(per_bin=facts.per_bin + 1), sources, sinks
    earlier = graph, facts, sources._replace(ready=np.maximum(sources.ready - 2, 0)), sinks
    shut = facts.closed.copy()
    shut[seed % len(shut)] = 0b111
    closed = graph, facts._replace(closed=shut), sources, sinks
    for better in (wider, earlier):
        assert least_clearance(better, n, N_SLOT) <= base
        booked = book(better)
        placed = int(booked.ways.n_unit.sum())
        assert placed == most_placed(better, N_SLOT) >= n
        assert booked.last_slot <= least_clearance(better, placed, N_SLOT) * 1.05 + 1
    assert most_placed(closed, base) <= n


@pytest.mark.parametrize("seed", range(4))
def test_who_is_left_is_told_and_nothing_is_overbooked(seed):
    graph, facts, sources, sinks = random_case(seed, spare=(0.3, 0.5))
    booked = book((graph, facts, sources, sinks))
    assert booked.left.sum() == sources.n_unit.sum() - booked.ways.n_unit.sum() > 0
    filled = np.bincount(booked.ways.sink, booked.ways.n_unit, len(sinks.room))
    assert (filled <= sinks.room).all()
