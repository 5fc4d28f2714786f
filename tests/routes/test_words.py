"""Every code a way may carry has its words, and the words ask only for values the code brings."""

import pytest

from dashboard.i18n import languages, text
from risk_core.routes.reasons import OpenWay, closure_reasons, danger_reasons
from risk_core.routes.record import Totals
from risk_core.routes.turns import turn_code
from risk_core.state.route import RouteKind
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape


def totals(duration_s, danger_m, exposure_s):
    return Totals(duration_s, 500.0, danger_m, exposure_s, 0.7, (500.0, 0.0, 0.0, 0.0, 0.0))


def every_reason():
    fast, safe, mild = totals(100.0, 50.0, 60.0), totals(160.0, 0.0, 1.0), totals(130.0, 50.0, 30.0)
    clear = totals(100.0, 0.0, 0.0)
    reasons = danger_reasons(RouteKind.FASTEST, fast, fast, True)
    reasons += danger_reasons(RouteKind.SAFEST, safe, fast, False)
    reasons += danger_reasons(RouteKind.SAFEST, mild, fast, False)
    reasons += danger_reasons(RouteKind.SAFEST, fast, fast, True)
    reasons += danger_reasons(RouteKind.SAFEST, clear, clear, True)
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
        "lowers_exposure",
        "passes_danger",
        "no_danger",
        "avoids_closure",
        "avoids_closure_unnamed",
    }
    assert closure_reasons(200.0, None) == [] and closure_reasons(200.0, OpenWay(100.0, ())) == []


@pytest.mark.parametrize("lang", languages())
def test_reasons_and_turns_have_words(lang):
    for reason in every_reason():
        assert "{" not in text(f"reason.{reason.code}", lang, **reason.values)
    codes = {turn_code(float(degrees)) for degrees in range(-180, 181, 5)} | {"depart", "arrive"}
    assert len(codes) == 10
    for code in codes:
        assert "Oak" in text(f"turn.{code}", lang, name="Oak")
