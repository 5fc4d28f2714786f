"""The drill of an area, as engine and web processes see it."""

from threading import Barrier, Thread

import pytest

from dashboard.store.drills import DrillRun, DrillStore
from risk_core.state.situation import DrillPhase

NOW_S = 1_785_888_000.0


@pytest.fixture
def drills(database_url: str) -> DrillStore:
    return DrillStore(database_url)


def test_no_drill_answers_none_to_everything(drills: DrillStore) -> None:
    assert drills.current("tiny") is None
    assert drills.visit("tiny", NOW_S) is None
    assert drills.replay("tiny", NOW_S) is None
    assert not drills.progress("tiny", "7-1", DrillPhase.DONE, "over", 1.0)
    drills.stop("tiny")
    assert drills.current("tiny") is None


def test_armed_waits_and_the_first_visit_starts_it(drills: DrillStore) -> None:
    armed = drills.arm("tiny", 7, 60.0, NOW_S, story_s=3600.0)
    assert armed == drills.current("tiny")
    assert armed == DrillRun("tiny", "7-1", 7, 60.0, DrillPhase.ARMED, NOW_S, 3600.0, "armed", 0.0)
    playing = drills.visit("tiny", NOW_S + 5)
    assert playing is not None
    assert (playing.run_id, playing.phase, playing.started_s) == ("7-1", DrillPhase.PLAYING, NOW_S + 5)
    assert drills.visit("tiny", NOW_S + 50) == playing
    assert drills.current("tiny") == playing
    assert drills.current("other") is None


def test_progress_is_taken_from_the_current_run_only(drills: DrillStore) -> None:
    drills.arm("tiny", 7, 60.0, NOW_S)
    drills.visit("tiny", NOW_S)
    assert drills.progress("tiny", "7-1", DrillPhase.PLAYING, "rain_begins", 120.0)
    replayed = drills.replay("tiny", NOW_S + 10)
    assert replayed is not None
    assert (replayed.run_id, replayed.elapsed_s, replayed.started_s) == ("7-2", 0.0, NOW_S + 10)
    assert not drills.progress("tiny", "7-1", DrillPhase.DONE, "over", 3600.0)
    assert drills.current("tiny") == replayed
    assert drills.progress("tiny", "7-2", DrillPhase.DONE, "over", 3600.0)
    done = drills.current("tiny")
    assert done is not None
    assert (done.phase, done.caption_code, done.elapsed_s) == (DrillPhase.DONE, "over", 3600.0)


def test_a_visit_after_the_end_plays_it_again(drills: DrillStore) -> None:
    drills.arm("tiny", 7, 60.0, NOW_S)
    drills.visit("tiny", NOW_S)
    drills.progress("tiny", "7-1", DrillPhase.DONE, "over", 3600.0)
    again = drills.visit("tiny", NOW_S + 99)
    assert again is not None
    assert (again.run_id, again.phase) == ("7-2", DrillPhase.PLAYING)


def test_a_stopped_drill_never_gives_its_run_id_again(drills: DrillStore) -> None:
    drills.arm("tiny", 7, 60.0, NOW_S)
    drills.stop("tiny")
    assert drills.current("tiny") is None
    assert drills.visit("tiny", NOW_S) is None
    assert drills.arm("tiny", 7, 60.0, NOW_S).run_id == "7-2"


def test_of_many_first_visitors_one_starts_it(drills: DrillStore) -> None:
    drills.arm("tiny", 7, 60.0, NOW_S)
    gate, runs = Barrier(8), []

    def visit(k: int) -> None:
        gate.wait()
        runs.append(drills.visit("tiny", NOW_S + k))

    visitors = [Thread(target=visit, args=(k,)) for k in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len({(run.run_id, run.started_s) for run in runs}) == 1
