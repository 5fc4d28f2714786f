"""When the loop learns, and that nothing there reaches it."""

from datetime import timedelta, timezone

import pytest

from dashboard.learn.daily import AGAIN_S, FIRST_S, KILL_S, LOOK_S, DailyLearner, start_learning
from dashboard.learn.learn import failure
from dashboard.store.models import Cause, ModelBook, Subject, Verdict, book_locked, read_book, write_book
from risk_core.units import S_PER_DAY
from tests.learn.cases import NOW_S, library_with, put, wide_area

SEOUL = timezone(timedelta(hours=9))


class Child:
    """A round that ends when told."""

    def __init__(self):
        self.status, self.is_killed = None, False

    def poll(self):
        return self.status

    def kill(self):
        self.is_killed = True


class Starts(list):
    """Rounds started, in order."""

    def __call__(self, area_id):
        self.append((area_id, Child()))
        return self[-1][1]


@pytest.fixture
def library(tmp_path):
    library = library_with(tmp_path, wide_area(2))
    put(library, [{"district_id": "west", "day_s": NOW_S - 3 * S_PER_DAY, "as_of_s": NOW_S - S_PER_DAY, "count": 5}])
    return library


@pytest.fixture
def starts():
    return Starts()


@pytest.fixture
def learner(library, starts):
    made = DailyLearner(library, lambda area: SEOUL, starts)
    made.look(NOW_S)
    return made


def learnt_at(library, made_s):
    home = library.settings.home
    write_book(home, read_book(home, "tiny").noting(failure(made_s, Subject.TREND, Cause.ERROR, "", 0.0)))


def test_the_first_round_comes_after_the_first_snapshots_and_only_once(learner, starts, library):
    learner.look(NOW_S + FIRST_S - 1)
    assert starts == []
    learner.look(NOW_S + FIRST_S)
    assert [name for name, _ in starts] == ["tiny"]
    learnt_at(library, NOW_S + FIRST_S + 1)
    starts[0][1].status = 0
    for k in range(1, 40):
        learner.look(NOW_S + FIRST_S + k * AGAIN_S / 4)
    assert len(starts) == 1


def test_the_next_round_is_due_after_the_areas_own_midnight(learner, starts, library):
    learnt_at(library, NOW_S)  # 09:00 in Seoul
    midnight_s = NOW_S + 15 * 3600
    learner.look(midnight_s + AGAIN_S - 1)
    assert starts == []
    learner.look(midnight_s + AGAIN_S + LOOK_S)
    assert len(starts) == 1


def test_a_round_that_fails_is_written_down(learner, starts, library):
    learner.look(NOW_S + FIRST_S)
    starts[0][1].status = 3
    learner.look(NOW_S + FIRST_S + LOOK_S)
    (decision,) = read_book(library.settings.home, "tiny").decisions
    assert (decision.verdict, decision.cause, decision.detail) == (Verdict.FAILED, Cause.ERROR, "exit status 3")


def test_a_round_that_does_not_end_is_ended_and_the_loop_never_waits_for_the_book(learner, starts, library):
    learner.look(NOW_S + FIRST_S)
    at_s = NOW_S + FIRST_S + KILL_S
    learner.look(at_s)
    assert not starts[0][1].is_killed
    with book_locked(library.settings.home, "tiny"):
        learner.look(at_s + LOOK_S)
    assert starts[0][1].is_killed
    assert read_book(library.settings.home, "tiny") == ModelBook("tiny")
    learner.look(at_s + 2 * LOOK_S)
    assert read_book(library.settings.home, "tiny").decisions[-1].cause is Cause.BUDGET


def test_drills_alone_are_no_reason_to_learn(tmp_path, starts):
    library = library_with(tmp_path, wide_area(2))
    put(library, [{"district_id": "west", "day_s": NOW_S, "count": 5}], source="drill", simulated=True)
    learner = DailyLearner(library, lambda area: SEOUL, starts)
    for k in range(4):
        learner.look(NOW_S + k * AGAIN_S)
    assert starts == []


def test_closing_ends_the_running_round(learner, starts):
    learner.look(NOW_S + FIRST_S)
    learner.close()
    assert starts[0][1].is_killed


def test_a_clock_that_jumps_back_does_not_stop_learning(learner, starts):
    learner.look(NOW_S - 5 * S_PER_DAY)
    learner.look(NOW_S)
    assert len(starts) == 1


def test_a_real_round_is_a_process_that_learns_and_ends(library, tmp_path):
    child = start_learning(library.settings)("tiny")
    assert child.wait(120) == 0
    assert read_book(tmp_path, "tiny").newest(Subject.TREND).verdict is Verdict.TOO_SHORT
