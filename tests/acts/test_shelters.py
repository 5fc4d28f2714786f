import math

import pytest

from dashboard.acts import shelters
from dashboard.acts.shelters import ShelterStatus
from dashboard.acts.undo import undo
from dashboard.keys.person import RoleError, SignInError
from dashboard.store.acts import ChangedSinceError
from dashboard.store.keys import Role
from dashboard.store.kinds import Kind
from dashboard.store.situations import shelters_now
from risk_core.errors import InputError, NotFoundError
from risk_core.state.shelters import known_shelters
from tests.answers.small_world import NOW_S as DRILL_NOW_S


@pytest.fixture
def shelter_id(desk) -> str:
    return known_shelters(desk.library.area("tiny"), desk.library.assessment("tiny"))[0].shelter_id


def now(desk, shelter_id, now_s=DRILL_NOW_S):
    store = desk.library.observations
    rows = [row for row in store.newest_rows(Kind.SHELTERS, "tiny", now_s) if row["quality"] != "bad"]
    return next(one for one in shelters_now(rows, desk.library.area("tiny"), now_s) if one.shelter_id == shelter_id)


def report(desk, shelter_id, occupancy, time_s=DRILL_NOW_S + 60):
    record = {"shelter_id": shelter_id, "time_s": time_s, "occupancy": occupancy, "open": True}
    desk.library.observations.ingest(
        "shelters", "tiny", [record], source="drill", simulated=True, received_s=DRILL_NOW_S
    )


def test_what_a_coordinator_sets_holds_until_it_is_released(desk, acting, shelter_id):
    known = now(desk, shelter_id)
    with acting():
        act = shelters.set_status(desk, "tiny", shelter_id, ShelterStatus(True, 3), "counted")
        report(desk, shelter_id, 1.0)
        set_now = now(desk, shelter_id, DRILL_NOW_S + 120)
        assert set_now.capacity_persons - set_now.occupancy_persons == 3
        assert set_now.capacity_persons == max(known.capacity_persons, 3)
        shelters.set_status(desk, "tiny", shelter_id, ShelterStatus(False), seen=act.act_id)
        assert not now(desk, shelter_id, DRILL_NOW_S + 120).is_open
        shelters.release(desk, "tiny", shelter_id)
        released = now(desk, shelter_id, DRILL_NOW_S + 120)
    assert released.is_open and released.occupancy_persons == 1.0


def test_taking_back_gives_the_status_before(desk, acting, shelter_id):
    report(desk, shelter_id, 5.0, DRILL_NOW_S - 60)
    with acting():
        first = shelters.set_status(desk, "tiny", shelter_id, ShelterStatus(True, 7))
        second = shelters.set_status(desk, "tiny", shelter_id, ShelterStatus(False, 0))
        undone = undo(desk, second.act_id)
        one = now(desk, shelter_id)
        assert one.is_open and one.capacity_persons - one.occupancy_persons == 7
        with pytest.raises(ChangedSinceError):
            undo(desk, first.act_id)
        undo(desk, undone.act_id)
        assert not now(desk, shelter_id).is_open
    assert now(desk, shelter_id).occupancy_persons == now(desk, shelter_id).capacity_persons


def test_taking_back_the_first_lets_reports_tell_again(desk, acting, shelter_id):
    with acting():
        act = shelters.set_status(desk, "tiny", shelter_id, ShelterStatus(False))
        undo(desk, act.act_id)
    assert now(desk, shelter_id).is_open and math.isnan(now(desk, shelter_id).occupancy_persons)


def test_two_coordinators_do_not_overwrite_each_other(desk, acting, shelter_id):
    with acting(name="First"):
        shelters.set_status(desk, "tiny", shelter_id, ShelterStatus(True, 7), seen=0)
    with acting(name="Second"), pytest.raises(ChangedSinceError, match="First"):
        shelters.set_status(desk, "tiny", shelter_id, ShelterStatus(False), seen=0)
    assert now(desk, shelter_id).is_open


def test_only_coordinators_set_shelters_of_the_area(desk, acting, shelter_id):
    for role, error in ((None, SignInError), (Role.HEALTH, RoleError)):
        with acting(role), pytest.raises(error):
            shelters.set_status(desk, "tiny", shelter_id, ShelterStatus(False))
    with acting(), pytest.raises(NotFoundError):
        shelters.set_status(desk, "tiny", "nowhere", ShelterStatus(False))
    with acting(), pytest.raises(InputError, match="free"):
        shelters.set_status(desk, "tiny", shelter_id, ShelterStatus(True, -1))
    assert desk.library.acts.newest("tiny") == ()
