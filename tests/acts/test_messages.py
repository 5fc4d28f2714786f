"""Safety texts: within their length, approved by coordinators alone, kept in the log."""

import pytest

from dashboard.acts import messages
from dashboard.acts.messages import MAX_LETTERS
from dashboard.keys.person import RoleError, SignInError
from dashboard.store.keys import Role
from dashboard.views.alert_text import draft_text
from dashboard.views.figures import exposed_people, exposed_range, worst_place
from risk_core.assess import assess_point
from risk_core.errors import InputError


def test_an_approved_text_stands_in_the_log(desk, acting):
    with acting():
        act = messages.approve(desk, "tiny", "  Stay away\nfrom streams. ")
    assert act.after == {"words": "Stay away from streams.", "simulated": True}
    assert desk.library.acts.newest("tiny")[0].act_id == act.act_id and desk.library.acts.verify()


@pytest.mark.parametrize("words", ["", "  \n ", "가" * (MAX_LETTERS + 1)])
def test_texts_that_do_not_fit_are_refused(desk, acting, words):
    with acting(), pytest.raises(InputError, match="1 to 90 letters"):
        messages.approve(desk, "tiny", words)
    assert messages.check_words("가" * MAX_LETTERS)


def test_who_may_approve(desk, acting):
    with acting(Role.HEALTH), pytest.raises(RoleError):
        messages.approve(desk, "tiny", "x")
    with acting(None), pytest.raises(SignInError):
        messages.approve(desk, "tiny", "x")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_draft_speaks_of_the_worst_place_and_fits(desk, lang):
    area, assessment = desk.library.area("tiny"), desk.library.assessment("tiny")
    place = worst_place(area, assessment)
    assert area.grid.contains(*place)
    risk = assess_point(area, assessment, *place, assessment.step_now)
    words = draft_text(area, risk, lang)
    assert len(words) <= MAX_LETTERS
    assert (words == "") == (risk.level is None or risk.level < 2)


def test_people_in_danger_come_with_bounds_that_hold_them(desk):
    area, assessment = desk.library.area("tiny"), desk.library.assessment("tiny")
    low, high = exposed_range(area, assessment)
    assert 0 <= low <= exposed_people(area, assessment) <= high
