"""Safety texts: within their length, approved by coordinators alone, kept in the log."""

from pathlib import Path

import pytest

from dashboard.acts import messages
from dashboard.acts.messages import MAX_LETTERS, MessageKind
from dashboard.keys.person import RoleError, SignInError
from dashboard.store.keys import Role
from dashboard.views.alert_text import draft_text
from dashboard.views.figures import exposed_people, exposed_range, worst_place
from risk_core.assess import assess_point
from risk_core.errors import InputError

ROOT = Path(__file__).resolve().parents[2]


def test_an_approved_text_stands_in_the_log(desk, acting):
    with acting():
        act = messages.approve(desk, "tiny", "  Stay away\nfrom streams. ", MessageKind.NOTICE)
    assert act.after == {"words": "Stay away from streams.", "kind": "notice", "simulated": True}
    assert desk.library.acts.newest("tiny")[0].act_id == act.act_id and desk.library.acts.verify()


@pytest.mark.parametrize("kind", MessageKind)
def test_texts_that_do_not_fit_are_refused(desk, acting, kind):
    most = {"notice": 157, "emergency": 90}[kind]
    for words in ("", "  \n ", "가" * (most + 1)):
        with acting(), pytest.raises(InputError, match=f"1 to {most} letters"):
            messages.approve(desk, "tiny", words, kind)
    assert messages.check_words("가" * most, kind)


def test_the_page_counts_as_many_letters():
    script = (ROOT / "assets" / "js" / "ops.js").read_text("utf-8")
    said = ", ".join(f"{kind}: {most}" for kind, most in MAX_LETTERS.items())
    assert f"MOST = {{ {said} }}" in script


def test_who_may_approve(desk, acting):
    with acting(Role.HEALTH), pytest.raises(RoleError):
        messages.approve(desk, "tiny", "x", MessageKind.NOTICE)
    with acting(None), pytest.raises(SignInError):
        messages.approve(desk, "tiny", "x", MessageKind.NOTICE)


@pytest.mark.parametrize("kind", MessageKind)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_draft_speaks_of_the_worst_place_and_fits(desk, lang, kind):
    area, assessment = desk.library.area("tiny"), desk.library.assessment("tiny")
    place = worst_place(area, assessment)
    assert area.grid.contains(*place)
    risk = assess_point(area, assessment, *place, assessment.step_now)
    words = draft_text(area, risk, kind, lang)
    assert len(words) <= MAX_LETTERS[kind]
    assert (words == "") == (risk.level is None or risk.level < 2)


def test_people_in_danger_come_with_bounds_that_hold_them(desk):
    area, assessment = desk.library.area("tiny"), desk.library.assessment("tiny")
    low, high = exposed_range(area, assessment)
    assert 0 <= low <= exposed_people(area, assessment) <= high
