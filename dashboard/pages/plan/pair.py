"""Kept plans as they stand: the one in force, and what-if A/B, on the planner and on the coordinators' page."""

from collections.abc import Mapping
from typing import Any, Final

from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.plan_pair import PairWords, PlanWords, arrived_picture, plan_pair
from dashboard.i18n import text
from dashboard.pages.page import Opened
from dashboard.plans.assumed import differing
from dashboard.views.format import date_and_clock
from dashboard.views.people import person_name
from dashboard.views.plan_compare import arrived_figure, compare_rows, differences, phase_rows
from risk_core.errors import NotFoundError

COLUMNS: Final = ("figure", "first", "second", "change")
PHASE_COLUMNS: Final = ("zone", "order", "leaving", "left_over", "clearance", "hazard", "deadline")
Kept = Mapping[str, Any]


def read_kept(opened: Opened, plan_id: str | None) -> Kept | None:
    """A kept plan that can be compared; None for one that is gone, or that an older version kept without figures."""
    if not plan_id:
        return None
    try:
        found = opened.services.library.plans.read(opened.area.area_id, plan_id)
    except NotFoundError:
        return None
    return found if "figures" in found else None


def before_next(opened: Opened, held: Mapping[str, Any] | None) -> str | None:
    """Id of plan A: the one that is held or was made before, otherwise the one in force."""
    if held:
        return str(held["plan_id"])
    in_force = opened.services.library.plans.published(opened.area.area_id)
    return None if in_force is None else in_force.plan_id


def pair_card(opened: Opened, second_id: str = "") -> list[Component]:
    """Draw the newest pair; nothing where there is none, or where its plan B is not the one named."""
    pair = opened.services.library.plans.pair(opened.area.area_id)
    if pair is None or (second_id and pair[1] != second_id):
        return []
    first, second = (read_kept(opened, one) for one in pair)
    if first is None or second is None:
        return []
    lang = opened.lang
    supposed = first["assumed"], second["assumed"]
    changed = differences(*supposed, differing(*supposed), lang)
    words = PairWords(
        _plan_words(opened, "first", first),
        _plan_words(opened, "second", second),
        text("plan.pair.differs" if changed else "plan.pair.same", lang),
        text("plan.pair.figures", lang),
        [text(f"plan.compare.{name}", lang) for name in COLUMNS],
        text("plan.pair.curve" if _has_hazard(first, second) else "plan.pair.curve_calm", lang),
    )
    figures = first["figures"], second["figures"]
    content = plan_pair(words, changed, arrived_figure(figures, lang), compare_rows(*figures, lang))
    return [card(text("plan.compare.title", lang), [content], class_name="card-pair")]


def in_force_parts(opened: Opened) -> list[Component]:
    """Draw curve and zones of the plan in force; nothing where there is none."""
    in_force = opened.services.library.plans.published(opened.area.area_id)
    if in_force is None or "figures" not in in_force.content or "phases" not in in_force.content:
        return []
    kept, lang = in_force.content, opened.lang
    words = text("plan.standing.curve" if _has_hazard(kept) else "plan.standing.curve_calm", lang)
    heads = [text(f"plan.standing.phase_{name}", lang) for name in PHASE_COLUMNS]
    rows = phase_rows(kept["phases"], opened.zone, lang)
    return [arrived_picture(arrived_figure([kept["figures"]], lang), words),
            data_table(text("plan.standing.phases", lang), heads, rows)]  # fmt: skip


def _has_hazard(*plans: Kept) -> bool:
    return any(one["figures"]["hazard_min"] for one in plans)


def _plan_words(opened: Opened, name: str, kept: Kept) -> PlanWords:
    lang = opened.lang
    who, time = person_name(kept["made_by"], lang), date_and_clock(kept["made_s"], opened.zone, lang)
    zones = ", ".join(zone["name"] for zone in kept["zones"])
    return PlanWords(text(f"plan.pair.letter_{name}", lang), zones, text("plan.pair.made", lang, who=who, time=time))
