import numpy as np
import pytest

from dashboard.answers import Answers, PathQuestion
from dashboard.store.kinds import Kind
from dashboard.views.format import local_hour
from risk_core.errors import InputError
from risk_core.movement.match_pings import Pings
from risk_core.movement.path_forecast import WhyNot
from risk_core.movement.path_prior import PriorBasis
from risk_core.movement.path_warning import DangerKind
from risk_core.state.level import Level
from risk_core.state.profile import Profile
from tests.answers.small_world import NOW_S, closure, make_library, write_ill, write_next
from tests.answers.walking import walk_east


def pings_of(rows):
    return Pings.of(*([row[name] for row in rows] for name in ("time", "lat", "lon", "accuracy")))


def ask(answers, area, n=14, history=3, **more):
    trips = tuple(pings_of(walk_east(38, NOW_S - 86_400.0 * (k + 1))) for k in range(history))
    rows = walk_east(n, NOW_S - 10.0 * (n - 1))
    question = PathQuestion("tiny", pings_of(rows), trips, minutes=(1, 3, 5), asked_s=NOW_S, **more)
    return answers.path_ahead(question, local_hour(area))


@pytest.fixture
def library(tmp_path):
    return make_library(tmp_path)


def test_a_closed_street_ahead_is_warned_of_with_the_way_round(library):
    write_next(library, 0.0, (closure(22, 23, "shut"),))
    found = ask(Answers(library), library.area("tiny"))
    assert found.forecast.why_not is WhyNot.TOLD and found.forecast.n_own == 3
    assert (found.warning.kind, found.warning.level) == (DangerKind.CLOSED, Level.SERIOUS)
    assert found.closure.closure_id == "shut" and found.hazard is None
    network = library.area("tiny").network
    assert (network.tail[found.warning.edge], network.head[found.warning.edge]) == (22, 23)
    assert found.warning.minutes_to_go == pytest.approx((400 - 1.3 * 130) / 1.3 / 60, abs=0.5)
    route = found.detour.route
    assert found.warning.edge not in route.edges.tolist() and found.detour.saved_s == np.inf
    assert found.detour.leave_min < found.warning.minutes_to_go, "told before it is too late"
    assert -30 < found.detour.added_s < 300


def test_a_dry_open_town_gives_no_warning(library):
    write_next(library, 0.0)
    found = ask(Answers(library), library.area("tiny"))
    assert found.forecast.why_not is WhyNot.TOLD
    assert found.warning is None and found.detour is None and found.exposure is not None


def test_rain_everywhere_is_told_with_its_reason_and_no_way_round(library):
    write_next(library, 70.0)
    found = ask(Answers(library), library.area("tiny"))
    assert found.warning.kind is DangerKind.RAIN and found.warning.minutes_to_go == 0
    assert found.hazard.hazard.value == "rain" and found.hazard.reason.code.startswith("rain")
    assert found.detour is None


def test_infection_comes_with_what_lowers_it_and_a_dose(library):
    write_ill(library, 40.0)
    answers, area = Answers(library), library.area("tiny")
    found = ask(answers, area)
    assert found.warning.kind is DangerKind.INFECTION
    assert found.stay is not None and found.stay.levers
    assert 0 < found.exposure.dose_prob < 0.1
    driving = ask(answers, area, profile=Profile.CAR)
    assert driving.exposure is None or driving.exposure.dose_prob == 0, "the air of a vehicle is not the street's"


def test_what_is_kept_belongs_to_areas_and_snapshots_alone(library):
    write_next(library, 0.0)
    answers, area = Answers(library), library.area("tiny")
    ask(answers, area)
    paths = answers.paths
    keys = [key for cache in (paths._streets, paths._known, paths._ahead) for key in cache._values]
    assert len(keys) == 3
    lat, lon = walk_east(14, NOW_S)[-1]["lat"], walk_east(14, NOW_S)[-1]["lon"]
    told = repr(keys)
    assert f"{lat:.3f}" not in told and f"{lon:.3f}" not in told
    (known,) = paths._known._values.values()
    n_trip, n_context = known.book.n_trip, known.habits.n_context
    ask(answers, area, n=20, history=1)
    (known,) = paths._known._values.values()
    assert (known.book.n_trip, known.habits.n_context) == (n_trip, n_context), "own trips are gone with the question"


def test_contributed_journeys_replace_the_drawn_ones_as_soon_as_they_are_there(library):
    write_next(library, 0.0)
    answers, area = Answers(library), library.area("tiny")
    assert ask(answers, area).known.basis is PriorBasis.RESIDENTS
    row = {"origin_id": "west", "destination_id": "east", "hour": "2026-06-20T08:00:00Z", "persons": 50.0}
    report = library.observations.ingest(Kind.FLOWS, "tiny", [row], source="op", simulated=False, received_s=NOW_S)
    assert report.n_new == 1, report.faults
    assert ask(answers, area).known.basis is PriorBasis.FLOWS


def test_positions_newer_than_the_snapshot_meet_later_slices(library):
    write_next(library, 0.0, (closure(22, 23),))
    answers, area = Answers(library), library.area("tiny")
    rows = walk_east(14, NOW_S + 1200.0 - 130.0)
    question = PathQuestion("tiny", pings_of(rows), minutes=(3,), asked_s=NOW_S + 1200.0)
    answers.path_ahead(question, local_hour(area))
    keys = [key[-1] for key in answers.paths._ahead._values]
    assert keys == [0.0], "in a drill its own clock counts"


def test_an_area_without_streets_and_bad_minutes_are_refused(library):
    write_next(library, 0.0)
    answers, area = Answers(library), library.area("tiny")
    with pytest.raises(InputError, match="minutes"):
        question = PathQuestion("tiny", pings_of(walk_east(4, NOW_S)), minutes=(0,))
        answers.path_ahead(question, local_hour(area))
