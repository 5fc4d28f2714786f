"""What-if A/B: who is there before the hazard, what two plans suppose differently, and both as words and picture."""

import json
from dataclasses import replace
from datetime import UTC

import numpy as np
import pytest

from dashboard.plans.assumed import ASSUMED, assumptions, differing
from dashboard.plans.drawing_file import joined, shut_features
from dashboard.plans.settings import plan_options
from dashboard.plans.zones import Drawn, read_drawn
from dashboard.store.plans import PlanStore
from dashboard.views.plan_compare import (
    arrived_figure,
    compare_rows,
    differences,
    kept_figures,
    kept_phases,
    phase_rows,
)
from risk_core.plans.in_time import last_arrival_s, persons_in_time
from risk_core.plans.plan import make_plan
from risk_core.state.plan import WhatIf
from risk_core.state.situation import GeometryKind, Shape
from tests.plans.test_plan import CORNER, NOW_S, TO_SHELTERS, closure, plan, shelter, with_rain


@pytest.fixture(scope="module")
def wet(area):
    """A plan whose zone the hazard reaches after half an hour."""
    return make_plan(area, with_rain(area, 0.3, [shelter(35, 5000.0)], high=0.7), [CORNER], options=TO_SHELTERS)


def test_in_time_is_who_arrived_before_the_hazard(area, wet):
    assert wet.zones[0].hazard_arrival_s == NOW_S + 1800
    by_hand = sum(one.persons for one in wet.groups if one.zone_id == "a" and one.arrive_s <= 1800)
    assert persons_in_time(wet) == pytest.approx(by_hand) and 0 < by_hand < wet.totals.leaving
    assert last_arrival_s(wet) == max(one.arrive_s for one in wet.groups)
    later = replace(wet, zones=(replace(wet.zones[0], hazard_arrival_s=NOW_S + 1e6),))
    assert persons_in_time(later) == pytest.approx(sum(one.persons for one in wet.groups if one.zone_id == "a"))
    assert np.isnan(persons_in_time(plan(area, [shelter(35, 5000.0)]))), "no hazard, nothing to be in time for"


def test_the_last_group_is_there_when_the_curve_ends(wet):
    assert wet.curve.persons[-1] == pytest.approx(sum(one.persons for one in wet.groups))
    assert last_arrival_s(wet) <= wet.curve.end_s[-1]


def test_what_differs_is_told_by_name_and_in_order(area):
    made = with_rain(area, 0.3, [shelter(35, 5000.0)], high=0.7)
    mill = replace(closure(Shape(GeometryKind.LINE, (np.zeros((2, 2)),))), name="Mill Street")
    shut = replace(shelter(3, 200.0), is_open=False)
    first = assumptions(Drawn((CORNER,), (), WhatIf()), plan_options({}), made)
    supposed = Drawn((CORNER,), (), WhatIf(closures=(mill,), shelters=(shut,)))
    second = assumptions(supposed, plan_options({"participation_share": 0.6, "half_gone_min": 45}), made)
    assert set(first) == set(ASSUMED) and differing(first, first) == []
    names = differing(first, second)
    assert names == ["participation_share", "half_gone_min", "closed", "shut"]
    assert differences(first, second, names, "en") == [
        ("Residents who leave", "80\u00a0%", "60\u00a0%"),
        ("Half have set off after", "15 min", "45 min"),
        ("Streets supposed closed", "none", "Mill Street"),
        ("Shelter supposed shut", "none", shut.name),
    ]
    assert differences(first, {}, ["closed"], "ko") == [("막혔다고 가정한 길", "없음", "–")]


def test_figures_of_both_stand_beside_their_difference(area, wet):
    first, second = kept_figures(plan(area, [shelter(35, 5000.0)])), kept_figures(wet)
    rows = {row[0]: row[1:] for row in compare_rows(first, second, "en")}
    assert rows["In time, before the hazard"][0] == "–" and rows["In time, before the hazard"][2] == "–"
    assert rows["Last arrival after"][1] == f"{last_arrival_s(wet) / 60:,.0f} min"
    assert "In time, before the hazard" not in {row[0] for row in compare_rows(first, first, "en")}
    same = compare_rows(second, second, "ko")
    assert same[0][0] == "위험 도달 전 도착" and {row[3] for row in same} <= {"0", "0분", "–"}


def test_one_picture_holds_both_curves_and_the_hazard(area, wet):
    first, second = kept_figures(plan(area, [shelter(35, 5000.0)])), kept_figures(wet)
    shown = arrived_figure((first, second), "en")
    assert [one["name"] for one in shown["data"]] == ["Plan A", "Plan B"]
    assert shown["data"][0]["line"].get("dash") == "dot" and "dash" not in shown["data"][1]["line"]
    assert shown["data"][0]["x"][-1] == shown["data"][1]["x"][-1], "both reach the same end"
    assert shown["data"][1]["y"][-1] == pytest.approx(wet.curve.persons[-1], abs=0.1)
    assert [one["x0"] for one in shown["layout"]["shapes"]] == [30]
    assert arrived_figure([first], "en")["layout"]["shapes"] == []


def test_a_shelter_supposed_shut_takes_nobody(area):
    near, far = shelter(3, 500.0), shelter(35, 5000.0)
    zone = {"type": "Feature", "geometry": None, "properties": {"role": "zone", "districts": ["west"]}}
    supposed = shut_features([near, far], near.shelter_id)
    drawn = read_drawn(joined({"features": [zone]}, supposed), NOW_S)
    (shut,) = drawn.what_if.shelters
    assert (shut.shelter_id, shut.name, shut.is_open) == (near.shelter_id, near.name, False)
    state = with_rain(area, 0.1, [near, far])
    open_, closed = (
        make_plan(area, state, [CORNER], what_if=one, options=TO_SHELTERS) for one in (WhatIf(), drawn.what_if)
    )
    assert near.shelter_id in {one.shelter.shelter_id for one in open_.shelters if one.assigned_persons > 0}
    assert near.shelter_id not in {one.shelter.shelter_id for one in closed.shelters if one.assigned_persons > 0}
    assert shut_features([near], "nowhere") == []


def test_the_pair_is_kept_and_the_next_takes_its_place(tmp_path):
    plans = PlanStore(tmp_path)
    assert plans.pair("tiny") is None
    for one in ("a" * 12, "b" * 12, "c" * 12):
        plans.keep("tiny", one, {})
    plans.keep_pair("tiny", "a" * 12, "b" * 12)
    plans.keep_pair("tiny", "b" * 12, "c" * 12)
    assert plans.pair("tiny") == ("b" * 12, "c" * 12)
    assert plans.published("tiny") is None, "a pair is no order"


def test_zones_stand_in_the_order_they_are_told(area, wet):
    late = replace(wet.zones[0], zone_id="b", name="Late", delay_s=1800.0, is_too_late=True)
    calm = replace(wet.zones[0], zone_id="c", name="Calm", delay_s=600.0, is_too_late=False)
    calm = replace(calm, hazard_arrival_s=np.inf, deadline_s=np.inf)
    kept = json.loads(json.dumps(kept_phases(replace(wet, zones=(late, wet.zones[0], calm)))))
    rows = phase_rows(kept, UTC, "en")
    assert [row[:2] for row in rows] == [["Corner", "0 min"], ["Calm", "10 min"], ["Late", "30 min"]]
    assert rows[1][5:] == ["–", "–"] and rows[2][6] == "too late: go up" and rows[0][5] != "–"
