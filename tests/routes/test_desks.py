"""Desks are lent to one search at a time."""

import threading

import numpy as np
import pytest

from risk_core.kernels.hierarchy import Tree
from risk_core.kernels.unpack import Customised
from risk_core.routes.desks import N_KEPT, lent_desk, lent_sheet


def line(n):
    """Elimination tree of `n` nodes in a row, no up edges."""
    none = np.zeros(0, dtype=np.int32)
    key = np.arange(n, dtype=np.uint16)
    parent = np.append(np.arange(1, n), -1).astype(np.int32)
    return Tree(np.zeros(n + 1, dtype=np.int32), none, none.astype(np.uint16), key, parent)


def test_a_free_desk_is_used_again_and_a_lent_one_is_not():
    tree = line(91)
    with lent_desk(tree) as first, lent_desk(tree) as second:
        assert first.label is not second.label
    with lent_desk(tree) as third:
        assert third.label is first.label


def test_a_desk_of_another_size_does_not_fit():
    with lent_desk(line(92)) as first:
        pass
    with lent_desk(line(93)) as second:
        assert second.label is not first.label and second.label.shape == (93, 4)


def test_a_desk_left_by_an_error_is_given_up():
    tree = line(94)
    with pytest.raises(RuntimeError, match="midway"), lent_desk(tree) as first:
        raise RuntimeError("midway")
    with lent_desk(tree) as second:
        assert second.label is not first.label


def test_threads_never_share_a_desk():
    tree, ready = line(95), threading.Barrier(2 * N_KEPT)
    lent = []

    def search():
        with lent_desk(tree) as desk:
            lent.append(id(desk.label))
            ready.wait(10)

    threads = [threading.Thread(target=search) for _ in range(2 * N_KEPT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(lent)) == 2 * N_KEPT


def weights(n, cost):
    """Weights of `n` up edges, all of one cost."""
    return Customised(np.full(n, cost, dtype=np.int32), np.full(n, cost + 1, dtype=np.int32), np.zeros((2 * n, 2), int))


def test_a_sheet_is_a_copy_of_the_weights_it_is_lent_for():
    here, there, longer = weights(31, 5), weights(31, 7), weights(32, 9)
    with lent_sheet(here) as first:
        assert (first.up == 5).all() and (first.down == 6).all() and first.up is not here.up
    with lent_sheet(here) as again:
        assert again.up is first.up
    with lent_sheet(there) as other:
        assert other.up is first.up and (other.up == 7).all() and (other.down == 8).all()
    with lent_sheet(longer) as large:
        assert large.up.shape == (32,) and (large.up == 9).all()


def test_sheets_lent_at_once_are_two_and_one_left_by_an_error_is_given_up():
    here = weights(33, 5)
    with lent_sheet(here) as first, lent_sheet(here) as second:
        assert first.up is not second.up
    with pytest.raises(RuntimeError, match="midway"), lent_sheet(here) as third:
        raise RuntimeError("midway")
    with lent_sheet(here) as fourth:
        assert fourth.up is not third.up
