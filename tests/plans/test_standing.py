"""The order in force while time goes on and shelters stop fitting."""

from dataclasses import replace
from datetime import UTC

import numpy as np
import pytest

from dashboard.plans.ask import plan_content
from dashboard.plans.inside import told_at
from dashboard.plans.standing import expected_arrivals, unfit_shelters
from dashboard.plans.standing_rows import ARRIVAL_COLUMNS, again_words, arrival_rows
from dashboard.plans.zones import Drawn
from risk_core.assess import assess
from risk_core.plans.plan import make_plan
from risk_core.state.level import RISK_CODE_STEPS, Layer
from risk_core.state.plan import ShelterFault, WhatIf, Zone
from tests.plans.test_plan import NOW_S, ON_FOOT, box, shelter, situation
from tests.tiny import node_position

WEST = Zone("a", "West", box(-0.5, -0.5, 2.1, 5.5))
NEAR, FAR = shelter(3, 200.0), shelter(35, 5000.0)


@pytest.fixture(scope="module")
def state(area):
    return assess(area, situation(area, [NEAR, FAR]))


@pytest.fixture(scope="module")
def plan(area, state):
    return make_plan(area, state, [WEST], options=ON_FOOT)


@pytest.fixture(scope="module")
def content(area, plan):
    return plan_content(area, plan, Drawn((WEST,), (), WhatIf()))


def endangered(area, state, node):
    """The state with danger over the cell of a node, and nowhere else."""
    fields = state.layers[Layer.COMBINED]
    risk = np.zeros_like(fields.risk)
    risk[:, *divmod(area.grid.cell_of(*node_position(node)), area.grid.n_col)] = round(0.7 * RISK_CODE_STEPS)
    changed = replace(fields, risk=risk, low=risk, high=risk)
    return replace(state, layers={**state.layers, Layer.COMBINED: changed})


def test_arrivals_come_in_as_the_plan_had_them(area, state, plan, content):
    sent = {one.shelter.shelter_id: one for one in plan.shelters}
    at_order = expected_arrivals(area, state, content)
    assert {one.shelter_id for one in at_order} == set(sent) and all(one.by_now == 0 for one in at_order)
    later = expected_arrivals(area, replace(state, now_s=NOW_S + 1200.0), content)
    assert all(one.by_now == pytest.approx(sent[one.shelter_id].filled[1], abs=0.1) for one in later)
    assert sum(one.by_now for one in later) > 0
    for one in expected_arrivals(area, replace(state, now_s=NOW_S + 86_400.0), content):
        assert one.by_now == pytest.approx(one.persons, abs=0.2) and one.fault is None


def test_a_shelter_the_hazard_reaches_is_told_and_nobody_is_shown_the_way_there(area, state, content):
    at = node_position(3)
    assert told_at(area, content, at, "en").shelter[0] == NEAR.name
    later = endangered(area, state, 3)
    unfit = unfit_shelters(area, later, content)
    assert unfit == {NEAR.shelter_id: ShelterFault.DANGEROUS}
    assert told_at(area, content, at, "en", unfit).shelter[0] == FAR.name
    assert told_at(area, content, at, "en", {NEAR.shelter_id, FAR.shelter_id}).shelter is None
    (line,) = again_words(expected_arrivals(area, later, content), "en")
    assert "Plan again" in line and NEAR.name in line and "reached by the hazard" in line


def test_a_new_plan_sends_everybody_to_those_that_fit(area, state):
    again = make_plan(area, endangered(area, state, 3), [WEST], options=ON_FOOT)
    assert {one.shelter_id for one in again.groups} == {FAR.shelter_id}
    assert again.totals.sheltered == pytest.approx(again.totals.seeking_shelter)


@pytest.mark.parametrize(
    ("change", "fault"), [({"is_open": False}, ShelterFault.CLOSED), ({"occupancy_persons": 200.0}, ShelterFault.FULL)]
)
def test_a_door_shut_or_a_house_full_asks_for_another_plan(area, content, change, fault):
    made = assess(area, situation(area, [replace(NEAR, **change), FAR]))
    assert unfit_shelters(area, made, content) == {NEAR.shelter_id: fault}


def test_rows_hold_a_word_for_each_column(area, state, content):
    rows = arrival_rows(expected_arrivals(area, state, content), [NEAR], NOW_S, UTC, "en")
    assert all(len(row) == len(ARRIVAL_COLUMNS) for row in rows) and rows[0][0] == NEAR.name
    assert {row[3] for row in rows} == {"0", "–"}, "what is reported, or a dash"


def test_a_plan_kept_before_arrivals_were_is_still_read(area, state, content):
    old = {name: value for name, value in content.items() if name not in ("arrivals", "hazard")}
    assert expected_arrivals(area, state, old) == () and unfit_shelters(area, state, old) == {}
