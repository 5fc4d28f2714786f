"""Plans under other suppositions."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from risk_core.assess import assess
from risk_core.plans.plan import make_plan
from risk_core.plans.what_ifs import Supposed, closing_cases, run_cases, usual_cases
from risk_core.state.plan import WhatIf
from tests.plans.test_plan import CORNER, TO_SHELTERS, shelter, situation


@pytest.fixture(scope="module")
def told(area):
    """Outcomes of all cases, run on two threads, and the plan they vary."""
    state = assess(area, situation(area, [shelter(35, 500.0), shelter(30, 500.0)]))
    base = make_plan(area, state, [CORNER], options=TO_SHELTERS)
    cases = (*usual_cases(TO_SHELTERS, WhatIf()), *closing_cases(area.network, base, TO_SHELTERS, WhatIf(), 2))
    with ThreadPoolExecutor(2) as pool:
        found = run_cases(area, state, [CORNER], (), cases, lambda job, rows: list(pool.map(job, rows)))
    return base, found


def test_the_first_case_is_the_plan_itself(told):
    base, found = told
    assert found[0].supposed is Supposed.AS_ASKED
    assert found[0].clearance_90_s == base.clearance_90_s.middle and found[0].sheltered == base.totals.sheltered


def test_fewer_who_leave_are_fewer_and_more_unasked_are_more(told):
    _, found = told
    by = {one.supposed: one for one in found}
    assert by[Supposed.FEWER_LEAVE].leaving < by[Supposed.AS_ASKED].leaving <= by[Supposed.MORE_LEAVE].leaving
    assert by[Supposed.FEWER_UNASKED].sheltered < by[Supposed.MORE_UNASKED].sheltered


def test_closed_streets_are_named_and_never_gain_places(told):
    base, found = told
    closed = [one for one in found if one.supposed is Supposed.STREET_CLOSED]
    assert len(closed) == 2 and all(one.detail for one in closed)
    assert all(one.sheltered <= base.totals.sheltered for one in closed)


def test_a_later_arrival_never_brings_the_deadline_forward(told):
    _, found = told
    by = {one.supposed: one for one in found}
    early, middle, late = (
        by[name].deadline_s for name in (Supposed.AS_ASKED, Supposed.EXPECTED_ARRIVAL, Supposed.LATE_ARRIVAL)
    )
    assert early <= middle <= late
