"""What a new snapshot needs is there before somebody asks."""

import math

import pytest

from dashboard.answers import Answers, InfectionQuestion, RouteQuestion
from dashboard.answers.follower import Follower
from dashboard.store.kinds import Kind
from risk_core.errors import AnsimgilError
from risk_core.state.profile import Profile
from tests.answers.small_world import NOW_S, make_library, write_ill, write_next
from tests.tiny import node_position

HERE, THERE = node_position(0), node_position(5)
CAFE = InfectionQuestion("tiny", *HERE, "cafe")
HOUR_S = math.floor(NOW_S / 3600) * 3600.0


def at_noon(_):
    return 12.0


def count_people(library, persons: float) -> None:
    lat, lon = HERE
    rows = [{"lat": lat, "lon": lon, "hour": HOUR_S - 3600.0 * k, "persons": persons} for k in range(24)]
    done = library.observations.ingest(Kind.COUNTS, "tiny", rows, source="x", simulated=False, received_s=NOW_S)
    assert done.n_new == 24, done


@pytest.fixture
def followed(tmp_path):
    library = make_library(tmp_path)
    write_ill(library)
    answers = Answers(library)
    answers.infection.is_followed = True
    return answers, Follower(answers, "tiny")


def test_streets_and_hazard_of_a_new_snapshot_are_there_before_the_question(followed):
    answers, follower = followed
    answers.routes_between(RouteQuestion("tiny", *HERE, *THERE, profile=Profile.CAR))
    write_next(answers.library)
    follower.look(("tiny",))
    version = answers.assessment("tiny").version
    ready = {key[2] for key in answers._priced._values if key[1] == version}
    assert ready == {Profile.WALK.value, Profile.CAR.value}, "walkers, and who asked before"
    write_ill(answers.library)
    follower.look(("tiny",))
    assert len(answers.infection._tables) == 1


def test_a_snapshot_is_made_ready_once_and_an_area_nobody_asks_about_not_at_all(followed, monkeypatch):
    answers, follower = followed
    done = []
    monkeypatch.setattr(answers, "get_ready", lambda area_id, _: done.append(area_id))
    follower.look(("tiny",))
    follower.look(("tiny",))
    assert done == ["tiny"]
    assert answers.asked_within(60.0) == ()
    answers.priced("tiny", Profile.WALK)
    assert answers.asked_within(60.0) == ("tiny",)
    assert answers.asked_within(-1.0) == ()


def test_questions_do_not_wait_for_people_counted_anew(followed):
    answers, follower = followed
    before = answers.infection_advice(CAFE, at_noon)
    count_people(answers.library, 3_000.0)
    assert answers.infection_advice(CAFE, at_noon).present == before.present, "those of before, until they are ready"
    write_ill(answers.library)
    follower.look(("tiny",))
    after = answers.infection_advice(CAFE, at_noon)
    assert after.present.prob == pytest.approx(3_000.0, rel=0.5) and after.present != before.present


def test_without_a_follower_people_counted_anew_are_there_at_once(followed):
    answers, _ = followed
    answers.infection.is_followed = False
    before = answers.infection_advice(CAFE, at_noon)
    count_people(answers.library, 3_000.0)
    assert answers.infection_advice(CAFE, at_noon).present != before.present


def test_an_area_without_a_snapshot_does_not_stop_the_follower(tmp_path):
    library = make_library(tmp_path)
    answers = Answers(library)
    follower = Follower(answers, "tiny")
    follower.look(("nowhere", "tiny"))
    assert not answers._priced._values
    write_ill(library)
    follower.look(("nowhere", "tiny"))
    assert answers._priced._values, "what could not be made ready before is made with the next snapshot"


def test_every_question_is_followed_and_no_name_that_is_no_area_is_kept(followed):
    answers, _ = followed
    answers.infection_advice(CAFE, at_noon)
    assert answers.asked_within(60.0) == ("tiny",), "also one that needs no priced streets"
    for name in ("nowhere", "../etc"):
        with pytest.raises(AnsimgilError):
            answers.priced(name, Profile.WALK)
    assert answers.asked_within(60.0) == ("tiny",)


def test_travellers_who_asked_long_ago_are_left_out(followed):
    answers, _ = followed
    answers.priced("tiny", Profile.CAR)
    write_next(answers.library)
    answers.get_ready("tiny", -1.0)
    version = answers.library.assessment("tiny").version
    assert {key[2] for key in answers._priced._values if key[1] == version} == {Profile.WALK.value}
