"""Which links need a look: those due, those woken, and none twice."""

import numpy as np
import pytest

from risk_core.kernels.loading import empty_queues
from risk_core.kernels.queues import (
    HEAD,
    N_DUE,
    NEXT_DUE,
    NOT_DUE,
    READY_S,
    fits,
    join_link,
    note_due,
    quit_link,
    step_of,
    tidy_active,
    wake_due,
)
from tests.kernels.test_loading import load, streets, units


def queues(n_link=4, n_unit=6):
    """Empty queues, and the speed share of an open street."""
    where = streets([10] * n_link, [1] * n_link, [9] * n_link)
    return empty_queues(where, units(np.zeros(n_unit), [[k % n_link] for k in range(n_unit)]), 1)


def test_first_in_is_first_out_whatever_the_order_of_the_units():
    found = queues()
    order = [3, 0, 5, 1]
    for unit in order:
        join_link(found.chain, found.amount, found.member, found.clock, np.ones(2), unit, 2, 0.0)
    out = []
    while found.chain[2, HEAD] >= 0:
        out.append(int(found.chain[2, HEAD]))
        quit_link(found.chain, found.amount, found.member, found.clock, out[-1], 2)
    assert out == order and found.amount[2, 0] == 0.0


@pytest.mark.parametrize("due", [3, 5, N_DUE - 1, N_DUE, 3 * N_DUE])
def test_a_link_is_woken_when_due_or_on_the_way_there_and_only_once(due):
    found = queues()
    note_due(found.chain, found.due, found.n_due, 1, 2, due)
    note_due(found.chain, found.due, found.n_due, 1, 2, due + 7)
    assert found.n_due[0] == 1
    woken = [step for step in range(3, N_DUE + 9) if wake_due(found, step, 0) == 1]
    assert woken == [min(due, 2 + N_DUE - 1)], "as noted first; one further ahead on the way there"
    assert found.n_due[0] == 0 and found.chain[1, NEXT_DUE] == NOT_DUE


def test_one_that_was_due_already_is_woken_in_the_next_step():
    found = queues()
    note_due(found.chain, found.due, found.n_due, 0, 10, 4)
    assert wake_due(found, 11, 0) == 1


def test_several_due_at_once_are_all_woken():
    found = queues()
    for link in range(4):
        note_due(found.chain, found.due, found.n_due, link, 0, 6)
    assert wake_due(found, 6, 0) == 4 and sorted(found.active.tolist()) == [0, 1, 2, 3]


def test_a_link_whose_first_unit_is_under_way_leaves_the_list_until_then():
    found = queues()
    join_link(found.chain, found.amount, found.member, found.clock, np.ones(2), 0, 3, 0.0)
    found.active[0] = 3
    assert found.clock[0, READY_S] == 10.0 and step_of(10.0, 3.0) == 4
    assert tidy_active(found, 1, 1.0, 1) == 0 and found.n_due[0] == 1
    assert wake_due(found, 10, 0) == 1
    assert tidy_active(found, 10, 1.0, 1) == 1, "it may leave now"


def test_a_way_longer_than_the_steps_told_apart_is_gone_to_its_end():
    long_s = 2.5 * N_DUE
    assert load(streets([long_s, 5], [1, 1], [9, 9]), units([7.0], [[0, 1]])).arrive_s[0] == pytest.approx(
        7 + long_s + 5, abs=2
    )


def test_an_empty_link_takes_a_unit_of_any_size():
    assert fits(0.0, 50.0, 10.0) and fits(6.0, 4.0, 10.0) and not fits(6.0, 4.1, 10.0)
