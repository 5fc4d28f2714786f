import threading

import pytest

from dashboard.engine import LocalEngine, engine
from dashboard.settings import Settings


@pytest.fixture
def local():
    one = LocalEngine()
    yield one
    one.close()


def test_results_keep_the_order_whatever_ends_first(local):
    second_ran = threading.Event()

    def work(number):
        if number == 0:
            assert second_ran.wait(10)
        if number == 1:
            second_ran.set()
        return number * number

    assert local.map(work, range(6)) == [0, 1, 4, 9, 16, 25]


def test_several_columns_and_none(local):
    assert local.map(lambda a, b: a - b, [5, 6], [1, 2]) == [4, 4]
    assert local.map(lambda a: a, []) == []


def test_columns_of_different_length_are_refused(local):
    with pytest.raises(ValueError, match="shorter"):
        local.map(pow, [1, 2], [3])


def test_the_first_failure_in_order_is_raised_and_the_rest_is_done(local):
    done = []

    def work(number):
        if number in (1, 2):
            raise KeyError(number)
        done.append(number)

    with pytest.raises(KeyError, match="1"):
        local.map(work, range(5))
    assert sorted(done) == [0, 3, 4]


def test_the_settings_pick_the_engine():
    one = engine(Settings(engine_threads=1))
    assert isinstance(one, LocalEngine)
    one.close()
