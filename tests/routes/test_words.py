"""Every code a way may carry has its words, and the words ask only for values the code brings."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dashboard.i18n import languages, text
from dashboard.views.reasons import reason_text
from risk_core.routes.reasons import OpenWay, closure_reasons, danger_reasons
from risk_core.routes.turns import turn_code
from risk_core.state.level import Hazard
from risk_core.state.route import HazardMet, Route, RouteKind
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape


def route(kind, duration_s, danger_m, exposure_s, unknown_m=0.0, hazards=()):
    none = np.empty(0)
    in_level = (500.0, 0.0, 0.0, 0.0, 0.0)
    sums = (duration_s, 500.0, danger_m, exposure_s, 0.7, in_level, unknown_m)
    return Route("r", kind, none, *sums, hazards, math.nan, none, none, none, (), (), 0.0)


def met(hazard, danger_m):
    return HazardMet(hazard, 0.7, 0.6, 0.8, danger_m, 0.9)


def every_reason():
    fast, clear = route(RouteKind.FASTEST, 100.0, 50.0, 60.0), route(RouteKind.SAFEST, 100.0, 0.0, 0.0)
    safe, mild = route(RouteKind.SAFEST, 160.0, 0.0, 1.0, 80.0), route(RouteKind.SAFEST, 130.0, 50.0, 30.0)
    reasons = danger_reasons(fast, fast, True)
    reasons += danger_reasons(safe, fast, False)
    reasons += danger_reasons(mild, fast, False)
    reasons += danger_reasons(replace(fast, kind=RouteKind.SAFEST), fast, True)
    reasons += danger_reasons(clear, clear, True)
    reasons += danger_reasons(mild, replace(fast, level_length_m=(300.0, 0.0, 200.0, 0.0, 0.0)), False)
    for hazard in Hazard:
        reasons += danger_reasons(safe, replace(fast, hazards=(met(hazard, 40.0),)), False)
    shape = Shape(GeometryKind.POINT, ())
    for name in ("Low Street", ""):
        closure = Closure("c", ClosureReason.FLOOD, name, shape, 0.0, 1.0, (), "test", True)
        reasons += closure_reasons(200.0, OpenWay(100.0, (closure,)))
    return reasons


def test_all_reasons_are_met_here():
    assert {reason.code for reason in every_reason()} == {
        "shortest_time",
        "same_as_fastest",
        "no_safer_way",
        "avoids_danger",
        "avoids_infection",
        "avoids_typhoon",
        "avoids_rain",
        "passes_unknown",
        "lowers_exposure",
        "avoids_caution",
        "passes_danger",
        "no_danger",
        "avoids_closure",
        "avoids_closure_unnamed",
    }
    assert closure_reasons(200.0, None) == [] and closure_reasons(200.0, OpenWay(100.0, ())) == []


@pytest.mark.parametrize("lang", languages())
def test_reasons_and_turns_have_words(lang):
    for reason in every_reason():
        assert "{" not in reason_text(reason, lang)
    codes = {turn_code(float(degrees)) for degrees in range(-180, 181, 5)} | {"depart", "arrive"}
    assert len(codes) == 10
    for code in codes:
        assert "Oak" in text(f"turn.{code}", lang, name="Oak")
