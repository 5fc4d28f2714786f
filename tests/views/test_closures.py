"""A coordinator reads what people closed first, and of it what ends soon; computed closures are summed."""

import math
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dashboard.views.closures import closure_groups, group_rows, in_reading_order, until_words
from dashboard.views.format import name_in
from dashboard.views.shelters import in_name_order
from dashboard.views.tables import closure_rows, shelter_rows
from risk_core.state.situation import Closure, ClosureReason, Computed, GeometryKind, Shape, Shelter

NOW_S = 1_780_000_000.0
ZONE = ZoneInfo("Asia/Seoul")
HERE = Shape(GeometryKind.POINT, (np.array([[37.5, 127.0]]),))


def closure(name: str, until_s: float, from_s: float = -600.0, **more: object) -> Closure:
    plain = Closure(
        name, ClosureReason.FLOOD, name, HERE, NOW_S + from_s, NOW_S + until_s, (), "test", False, streets=(1,)
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def water(depth_m: float) -> Computed:
    return Computed(0.7, NOW_S + 1800, depth_m, math.nan)


def storm(wind: float) -> Computed:
    return Computed(0.6, NOW_S + 3600, math.nan, wind)


CLOSURES = (
    closure("computed", 600.0, computed=water(0.4), streets=(1, 2)),
    closure("past", -60.0),
    closure("open end", math.inf),
    closure("to come", 9000.0, from_s=1200.0),
    closure("late", 7200.0),
    closure("soon", 1200.0),
    closure("deeper", math.inf, computed=water(1.5), streets=(2, 3)),
    closure("later", 9000.0, from_s=3600.0, computed=water(0.3)),
    closure("blown", 5400.0, computed=storm(27.0), reason=ClosureReason.WIND),
    closure("dried", -5.0, computed=water(9.0)),
)


def test_what_people_closed_and_what_ends_soon_comes_first() -> None:
    names = [one.name for one in in_reading_order(CLOSURES, NOW_S)]
    assert names[:5] == ["soon", "late", "open end", "to come", "past"]
    assert set(names[5:]) == {"computed", "deeper", "later", "blown", "dried"}
    assert [row[0] for row in closure_rows(CLOSURES, NOW_S, ZONE, "en")] == names


@pytest.mark.parametrize(("lang", "left"), [("en", "in 20 min"), ("ko", "20분 뒤")])
def test_a_near_end_is_told_with_the_time_left(lang: str, left: str) -> None:
    said = {one.name: until_words(one, NOW_S, ZONE, lang) for one in CLOSURES}
    assert left in said["soon"]
    assert "(" not in said["late"] + said["to come"] + said["open end"]


def test_computed_closures_are_summed_by_reason() -> None:
    flood, wind = closure_groups(CLOSURES, NOW_S)
    assert (flood.reason, flood.n_now, flood.n_street, flood.n_later) == (ClosureReason.FLOOD, 2, 3, 1)
    assert flood.first_open_s == NOW_S + 600 and math.isnan(flood.last_open_s), "one has no end"
    assert flood.worst is not None and flood.worst.name == "deeper", "what has dried counts no more"
    assert (wind.n_now, wind.n_later, wind.last_open_s) == (1, 0, NOW_S + 5400)
    assert closure_groups([one for one in CLOSURES if one.computed is None], NOW_S) == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_sums_are_told_in_words(lang: str) -> None:
    (flood, wind), unknown = group_rows(closure_groups(CLOSURES, NOW_S), NOW_S, ZONE, lang), "–"
    assert "3" in str(flood[1]) and flood[2] != unknown and "1.5 m" in str(flood[5])
    assert wind[2] == unknown and "27" in str(wind[5])


def test_a_name_given_twice_is_told_once() -> None:
    both = ("연습 대피소 3 · Drill shelter 3", "Drill · 연습")
    assert [name_in(one, "ko") for one in both] == ["연습 대피소 3", "연습"]
    assert [name_in(one, "en") for one in both] == ["Drill shelter 3", "Drill"]
    assert name_in("시청 · 별관", "en") == "시청 · 별관" and name_in("Hall", "ko") == "Hall"


def test_shelters_stand_as_people_count_and_tell_places_as_a_number() -> None:
    names = ("Hall 10", "Hall 2", "Annex")
    shelters = [
        Shelter(name, name, "hall", 37.5, 127.0, 100.0, 100.0 * k, True, "test", False) for k, name in enumerate(names)
    ]
    ordered = in_name_order(shelters, "en")
    assert [one.name for one in ordered] == ["Annex", "Hall 2", "Hall 10"]
    rows = {row[0]: row[3] for row in shelter_rows(ordered, "en")}
    assert rows["Hall 10"] == "100" and rows["Hall 2"] == rows["Annex"] == "full"
