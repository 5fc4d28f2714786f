import math

import pytest

from dashboard.acts import closures
from dashboard.acts.closures import Change, ClosureDraft
from dashboard.acts.undo import undo
from dashboard.keys.person import RoleError, SignInError
from dashboard.store.acts import DESK, ChangedSinceError
from dashboard.store.keys import Role
from dashboard.store.kinds import Kind
from dashboard.store.situations import closures_ahead
from risk_core.errors import InputError, NotFoundError, OutsideAreaError
from risk_core.state.situation import ClosureReason
from tests.acts.conftest import NOW_S
from tests.answers.small_world import NOW_S as DRILL_NOW_S
from tests.tiny import node_position


def street(tail: int = 2, head: int = 3) -> dict:
    (lat_a, lon_a), (lat_b, lon_b) = node_position(tail), node_position(head)
    return {"type": "LineString", "coordinates": [[lon_a, lat_a], [lon_b, lat_b]]}


def draft(**more) -> ClosureDraft:
    return ClosureDraft(**({"geometry": street(), "name": "Row 0", "reason": ClosureReason.FLOOD} | more))


def in_force(desk, now_s=DRILL_NOW_S):
    found = closures_ahead(desk.library.observations.closures_from("tiny", now_s), now_s)
    return [one for one in found if one.source == DESK and one.from_s <= now_s]


def test_a_closure_reaches_the_situation_and_the_log(desk, acting):
    before = desk.library.observations.change_count("tiny", Kind.CLOSURES)
    with acting(name="Night shift"):
        act = closures.close(desk, "tiny", draft(profiles=("car",)), "water over the road")
    (one,) = in_force(desk)
    assert (one.name, one.reason, one.profiles, one.until_s) == ("Row 0", "flood", ("car",), math.inf)
    assert one.from_s == DRILL_NOW_S and one.simulated, "on the drill's clock, as part of the drill"
    assert desk.library.observations.change_count("tiny", Kind.CLOSURES) == before + 1
    assert (act.who_name, act.at_s, act.why, act.deed) == ("Night shift", NOW_S, "water over the road", "close")
    assert desk.library.acts.newest("tiny")[0] == act and desk.library.acts.verify()


def test_only_coordinators_close(desk, acting):
    for role, error in ((None, SignInError), (Role.HEALTH, RoleError), (Role.NONE, RoleError)):
        with acting(role), pytest.raises(error):
            closures.close(desk, "tiny", draft())
    assert in_force(desk) == [] and desk.library.acts.newest("tiny") == ()


def test_every_deed_can_be_taken_back_and_done_again(desk, acting):
    with acting():
        closed = closures.close(desk, "tiny", draft(until_s=DRILL_NOW_S + 600))
        undone = undo(desk, closed.act_id, "wrong street")
        assert in_force(desk) == [] and undone.undoes == closed.act_id
        undo(desk, undone.act_id)
        assert in_force(desk)[0].until_s == DRILL_NOW_S + 600
        change = Change({"name": "Row 1", "until_s": None})
        changed = closures.change(desk, "tiny", closed.subject_id, change)
        assert (in_force(desk)[0].name, in_force(desk)[0].until_s) == ("Row 1", math.inf)
        undo(desk, changed.act_id)
        assert (in_force(desk)[0].name, in_force(desk)[0].until_s) == ("Row 0", DRILL_NOW_S + 600)
        lifted = closures.reopen(desk, "tiny", closed.subject_id, Change(why="water is gone"))
        assert in_force(desk) == []
        undo(desk, lifted.act_id)
        assert in_force(desk)[0].name == "Row 0"
    assert desk.library.acts.verify() and len(desk.library.acts.newest("tiny")) == 7


def test_the_slower_of_two_coordinators_is_told_who_was_faster(desk, acting):
    with acting(name="First"):
        closed = closures.close(desk, "tiny", draft())
        closures.change(desk, "tiny", closed.subject_id, Change({"name": "Row 1"}, seen=closed.act_id))
    with acting(name="Second"):
        with pytest.raises(ChangedSinceError, match="change by First"):
            closures.reopen(desk, "tiny", closed.subject_id, Change(seen=closed.act_id))
        with pytest.raises(ChangedSinceError):
            undo(desk, closed.act_id)
    assert in_force(desk)[0].name == "Row 1"


def test_past_its_end_it_holds_until_somebody_lifts_it(desk, acting):
    with acting():
        closed = closures.close(desk, "tiny", draft(until_s=DRILL_NOW_S + 60))
        later = DRILL_NOW_S + 3600
        assert in_force(desk, later)[0].until_s == math.inf
        (one,) = closures.desk_closures(desk, "tiny")
        assert one.is_past(later) and not one.is_past(DRILL_NOW_S)
        closures.reopen(desk, "tiny", closed.subject_id, Change())
    assert in_force(desk, later) == []


def test_of_a_feed_it_ends_by_itself_and_is_not_the_desks(desk, acting):
    record = {"closure_id": "f1", "from": DRILL_NOW_S - 60, "until": DRILL_NOW_S + 60, "geometry": street()}
    desk.library.observations.ingest("closures", "tiny", [record], source="city", simulated=False, received_s=NOW_S)
    found = closures_ahead(desk.library.observations.closures_from("tiny", DRILL_NOW_S + 61), DRILL_NOW_S + 61)
    assert found == ()
    with acting(), pytest.raises(NotFoundError):
        closures.reopen(desk, "tiny", "f1", Change())


@pytest.mark.parametrize(
    ("geometry", "error"),
    [
        ({"type": "LineString", "coordinates": [[0.0, 0.0], [0.001, 0.0]]}, OutsideAreaError),
        ({"type": "LineString", "coordinates": [[-29.95, -71.3], [-29.951, -71.3]]}, OutsideAreaError),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, InputError),
        ({"type": "LineString", "coordinates": [[math.nan, 0], [1, 1]]}, InputError),
        ({"type": "LineString", "coordinates": []}, InputError),
        ({"type": "Nonsense"}, InputError),
        ({}, InputError),
        ({"type": "LineString", "coordinates": [[-71.3 + k * 1e-6, -29.95] for k in range(2001)]}, InputError),
        ({"type": "LineString", "coordinates": [[-71.3, -29.95], [-71.0, -29.95]]}, InputError),
    ],
)
def test_bad_shapes_are_refused_and_leave_nothing(desk, acting, geometry, error):
    with acting(), pytest.raises(error):
        closures.close(desk, "tiny", draft(geometry=geometry))
    assert in_force(desk) == [] and desk.library.acts.newest("tiny") == ()


def test_an_end_before_the_beginning_is_refused_and_leaves_nothing(desk, acting):
    with acting(), pytest.raises(InputError, match="until_s"):
        closures.close(desk, "tiny", draft(from_s=DRILL_NOW_S, until_s=DRILL_NOW_S - 1))
    assert desk.library.acts.newest("tiny") == ()
