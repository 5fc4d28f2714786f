"""The drill's day of people: nobody is lost, centres fill by day, and the same seed tells the same."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dashboard.drills.crowd import COUNT_CV, count_people, hours_before, hours_between, people_by_hour
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind
from risk_core.state.area import Area

SEOUL = ZoneInfo("Asia/Seoul")
WEDNESDAY_S = 1_785_888_000.0


def test_people_move_and_none_are_lost(area: Area) -> None:
    people = people_by_hour(area, 7, False)
    total = sum(one.population for one in area.districts)
    assert people.sum(axis=1) == pytest.approx(np.full(24, total))
    swing = np.ptp(people, axis=0) / people.mean(axis=0)
    assert swing.max() > 0.05, "by day people are elsewhere than by night"
    assert np.ptp(people_by_hour(area, 7, True), axis=0).max() < np.ptp(people, axis=0).max()


def test_records_are_good_and_the_same_again(area: Area) -> None:
    records = count_people(area, WEDNESDAY_S, SEOUL, 7)
    assert records == count_people(area, WEDNESDAY_S, SEOUL, 7) != count_people(area, WEDNESDAY_S, SEOUL, 8)
    checked = check_records(KINDS[Kind.COUNTS], records, Reading())
    assert not checked.faults and len(checked.rows) == len(area.districts)
    expected = people_by_hour(area, 7, False)[9]
    assert [one["persons"] for one in records] == pytest.approx(expected, rel=5 * COUNT_CV)


def test_only_hours_that_have_ended_are_counted() -> None:
    assert hours_between(3600.0 * 5 + 10, 3600.0 * 6 - 1) == []
    assert hours_between(3600.0 * 5 + 10, 3600.0 * 7) == [3600.0 * 5, 3600.0 * 6]


def test_every_hour_of_a_day_like_today_was_counted_before_the_story() -> None:
    """On a Monday morning the weekend is passed over."""
    monday_s = WEDNESDAY_S - 2 * 86_400.0 - 2 * 3600.0
    hours = hours_before(monday_s, SEOUL)
    local = [datetime.fromtimestamp(one, SEOUL) for one in hours]
    assert sorted(at.hour for at in local) == list(range(24)) and {at.weekday() for at in local} == {4, 0}
    assert max(hours) == monday_s - 3600.0
