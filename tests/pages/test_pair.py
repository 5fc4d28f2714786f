"""Two kept plans side by side on the coordinators' page and on the planner."""

from dash.development.base_component import Component

from dashboard.pages.ops.layout import layout as ops_layout
from dashboard.pages.page import Services
from dashboard.pages.plan.pair import before_next, pair_card
from tests.pages.test_pages import open_tiny

A, B = "a1" * 6, "b2" * 6
CURVE = [[5.0, 10.0], [40.0, 90.0]]
FIGURES = {
    **dict.fromkeys(("clearance_50_s", "clearance_90_s", "last_s", "deadline_s"), 600.0),
    **dict.fromkeys(("leaving", "sheltered", "away", "left_over", "rerouted", "vehicles", "persons_in_danger"), 90.0),
    "in_time": 40.0,
    "hazard_min": {"Corner": 7.0},
    "curve": CURVE,
}
KEPT = {
    "zones": [{"name": "Corner"}],
    "made_by": "City hall",
    "made_s": 1_782_000_000.0,
    "figures": FIGURES,
    "assumed": {"participation_share": 0.8, "closed": []},
}


def words(part: object) -> str:
    """Every text of a component."""
    if isinstance(part, Component):
        return words(getattr(part, "children", ""))
    return " ".join(map(words, part)) if isinstance(part, list | tuple) else str(part or "")


def test_a_pair_is_shown_with_what_differs_in_both_languages(services: Services) -> None:
    plans = services.library.plans
    opened = open_tiny(services)
    assert pair_card(opened) == [], "nothing is compared yet"
    plans.keep("tiny", A, KEPT)
    changed = {**KEPT, "figures": {**FIGURES, "in_time": 55.0}}
    plans.keep("tiny", B, {**changed, "assumed": {"participation_share": 0.6, "closed": ["Mill Street"]}})
    plans.keep_pair("tiny", A, B)
    for lang, who, differs in (("en", "Residents who leave", "(A → B)"), ("ko", "대피에 나서는 주민", "(A → B)")):
        said = words(ops_layout(open_tiny(services, lang=lang)))
        assert who in said and differs in said and "80\u00a0%" in said and "60\u00a0%" in said and "Mill Street" in said
        assert "+15" in said and "Corner" in said
    assert pair_card(opened, B) and pair_card(opened, A) == [], "under a plan only the pair it is plan B of"
    plans.keep_pair("tiny", A, "c3" * 6)
    assert pair_card(open_tiny(services)) == [], "a version that is gone is not shown"
    plans.keep("tiny", B, {name: value for name, value in KEPT.items() if name != "figures"})
    plans.keep_pair("tiny", A, B)
    assert pair_card(open_tiny(services)) == [], "nor one that was kept before figures were"


def test_plan_a_is_the_held_one_or_the_one_in_force(services: Services) -> None:
    opened = open_tiny(services)
    assert before_next(opened, {"plan_id": B}) == B
    assert before_next(opened, None) is None
    services.library.plans.keep("tiny", A, KEPT)
    services.library.plans.publish("tiny", A, "City hall", 1_782_000_000.0)
    assert before_next(opened, None) == A
    services.library.plans.withdraw("tiny")
