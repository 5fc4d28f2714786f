import pytest

from dashboard.acts import drills
from dashboard.acts.undo import undo
from dashboard.drills.runner import DrillRunner
from dashboard.keys.person import RoleError, SignInError
from dashboard.store.keys import Role
from risk_core.errors import InputError, NotFoundError
from risk_core.state.situation import DrillPhase
from tests.acts.conftest import NOW_S


def test_a_drill_is_held_and_goes_on_where_it_stood(desk, acting, clock):
    with acting():
        drills.start(desk, "tiny", 7, 60.0)
        runner = DrillRunner(desk.library, "tiny", NOW_S)
        runner.tick(NOW_S)
        runner.tick(NOW_S + 40)
        stood_s = runner.clock(NOW_S + 40)
        clock.now_s = NOW_S + 40
        drills.hold(desk, "tiny", "a call came in")
        for later_s in (41, 400, 4000):
            runner.tick(NOW_S + later_s)
            assert runner.clock(NOW_S + later_s) == stood_s and runner.status().phase is DrillPhase.HELD
        clock.now_s = NOW_S + 4000
        drills.go_on(desk, "tiny", 10.0)
        runner.tick(NOW_S + 4000)
        assert runner.clock(NOW_S + 4000) == stood_s, "another speed, the same place in the story"
        runner.tick(NOW_S + 4060)
    assert runner.clock(NOW_S + 4060) - stood_s == pytest.approx(600.0, abs=130.0)
    assert [act.deed for act in desk.library.acts.newest("tiny")] == ["speed", "hold", "start"]


def test_an_engine_that_starts_again_finds_a_held_drill_held(desk, acting, clock):
    with acting():
        drills.start(desk, "tiny", 7, 60.0)
        first = DrillRunner(desk.library, "tiny", NOW_S)
        first.tick(NOW_S)
        first.tick(NOW_S + 40)
        clock.now_s = NOW_S + 40
        drills.hold(desk, "tiny")
    again = DrillRunner(desk.library, "tiny", NOW_S + 900)
    again.tick(NOW_S + 900)
    assert again.status().phase is DrillPhase.HELD
    assert again.status().elapsed_s == pytest.approx(first.status().elapsed_s, abs=130.0)


def test_deeds_on_a_drill_can_be_taken_back(desk, acting):
    with acting():
        started = drills.start(desk, "tiny", 7, 60.0)
        stopped = drills.stop(desk, "tiny")
        assert desk.library.drills.current("tiny") is None
        undo(desk, stopped.act_id)
        run = desk.library.drills.current("tiny")
        assert (run.seed, run.speed, run.phase) == (7, 60.0, DrillPhase.PLAYING)
        assert started.before is None and desk.library.acts.verify()


def test_what_cannot_be_is_refused_and_only_coordinators_may(desk, acting):
    with acting():
        for seed, speed in ((-1, 60.0), (7, 0.0), (7, float("nan"))):
            with pytest.raises(InputError):
                drills.start(desk, "tiny", seed, speed)
        for deed in (drills.hold, drills.stop, drills.replay):
            with pytest.raises(NotFoundError):
                deed(desk, "tiny")
    for role, error in ((None, SignInError), (Role.HEALTH, RoleError)):
        with acting(role), pytest.raises(error):
            drills.start(desk, "tiny", 7, 60.0)
    assert desk.library.drills.current("tiny") is None and desk.library.acts.newest("tiny") == ()
