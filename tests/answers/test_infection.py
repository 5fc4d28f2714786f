import numpy as np
import pytest

from dashboard.answers import Answers, InfectionQuestion, RouteQuestion
from dashboard.answers.infection import TABLES_KEPT
from risk_core.errors import InputError, UnavailableError
from risk_core.hazards.epidemic.exposure import InfectionUnknownError, hazard_table
from risk_core.hazards.epidemic.here import advise_here
from risk_core.routes.infection import WAY_ACTIVITY
from risk_core.state.activity_presets import PRESETS
from risk_core.state.profile import Profile
from tests.answers.small_world import EMPTY_ID, make_library, write_ill, write_next
from tests.tiny import node_position

HERE, THERE = node_position(0), node_position(5)
CAFE = InfectionQuestion("tiny", *HERE, "cafe")


def at_noon(_):
    return 12.0


@pytest.fixture(scope="module")
def ill(tmp_path_factory):
    library = make_library(tmp_path_factory.mktemp("ill"))
    write_ill(library)
    return library


def test_advice_is_the_record_of_the_core(ill):
    answers = Answers(ill)
    found = answers.infection_advice(CAFE, at_noon)
    area, assessment = ill.area("tiny"), ill.assessment("tiny")
    exposure = answers.infection._exposure(area, assessment, assessment.step_now)
    again = advise_here(area, exposure, assessment.outbreak, HERE, PRESETS["cafe"].activity, 12.0)
    assert found.risk == again.risk and found.levers == again.levers and found.official == again.official
    assert found.valid_s == assessment.now_s


def test_table_is_made_once_a_snapshot_and_few_are_kept(ill):
    answers, area, assessment = Answers(ill), ill.area("tiny"), ill.assessment("tiny")
    first = answers.infection.table(area, assessment, 1)
    assert answers.infection.table(area, assessment, 1) is first
    exposure = answers.infection._exposure(area, assessment, 1)
    np.testing.assert_array_equal(first, hazard_table(area, exposure, WAY_ACTIVITY))
    for step in range(4):
        answers.infection.table(area, assessment, step)
    assert len(answers.infection._tables) == TABLES_KEPT


def test_a_new_snapshot_brings_new_chances(tmp_path):
    library = make_library(tmp_path)
    answers = Answers(library)
    write_ill(library, 0.1)
    few = answers.infection_advice(CAFE, at_noon)
    write_ill(library, 1.0)
    many = answers.infection_advice(CAFE, at_noon)
    assert many.risk.infection.prob > 5 * few.risk.infection.prob
    assert len(answers.infection._crowds) == 1, "the people stay while the area does"


def test_no_point_is_kept(ill):
    answers = Answers(ill)
    answers.infection_advice(CAFE, at_noon)
    caches = (answers.infection._crowds, answers.infection._tables)
    assert str(HERE[0]) not in str([key for cache in caches for key in cache._values])


def test_ways_on_foot_know_their_infection(ill):
    answers = Answers(ill)
    walk = answers.routes_between(RouteQuestion("tiny", *HERE, *THERE))
    found = answers.infection_along(walk, at_noon)
    assert {way.route_id for way in found.ways} == {route.route_id for route in walk.routes}
    car = answers.routes_between(RouteQuestion("tiny", *HERE, *THERE, profile=Profile.CAR))
    assert answers.infection_along(car, at_noon) is None


def test_without_reports_or_snapshot_it_is_said(tmp_path):
    library = make_library(tmp_path)
    answers = Answers(library)
    with pytest.raises(UnavailableError):
        answers.infection_advice(InfectionQuestion(EMPTY_ID, *HERE, "cafe"), at_noon)
    write_next(library)
    with pytest.raises(InfectionUnknownError):
        answers.infection_advice(CAFE, at_noon)
    with pytest.raises(InputError, match="preset"):
        answers.infection_advice(InfectionQuestion("tiny", *HERE, "moon"), at_noon)
    walk = answers.routes_between(RouteQuestion("tiny", *HERE, *THERE))
    assert answers.infection_along(walk, at_noon) is None
