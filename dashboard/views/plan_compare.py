"""Two evacuation plans side by side."""

import math
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from dashboard.i18n import text
from dashboard.views.format import count, date_and_clock, duration
from risk_core.plans.what_ifs import CaseOutcome
from risk_core.state.plan import Plan

PERSONS: Final = ("leaving", "sheltered", "away", "left_over", "rerouted", "vehicles", "persons_in_danger")
TIMES: Final = ("clearance_50_s", "clearance_90_s", "deadline_s")
UNKNOWN: Final = "–"


def kept_figures(plan: Plan) -> dict[str, Any]:
    """Figures and curve by which another plan is compared with this one; None for a figure there is none of."""
    deadline_s = min((zone.deadline_s for zone in plan.zones), default=math.inf)
    times = {
        "clearance_50_s": plan.clearance_50_s.middle,
        "clearance_90_s": plan.clearance_90_s.middle,
        "deadline_s": deadline_s - plan.order_s,
    }
    persons = {name: getattr(plan.totals, name) for name in PERSONS[:-1]}
    return {
        **{name: one if math.isfinite(one) else None for name, one in times.items()},
        **persons,
        "persons_in_danger": plan.exposure.persons_in_danger,
        "curve": [(plan.curve.end_s / 60).tolist(), (100 * plan.curve.middle).round(1).tolist()],
    }


def compare_rows(first: Mapping[str, Any], second: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Rows of a table: the figure, plan A, plan B, and how much B has more."""
    rows = [[text(f"plan.compare.{name}", lang), *_minutes(first[name], second[name], lang)] for name in TIMES]
    rows += [
        [text(f"plan.compare.{name}", lang), count(first[name]), count(second[name]),
         f"{second[name] - first[name]:+,.0f}"]
        for name in PERSONS
    ]  # fmt: skip
    return rows


def _minutes(first: float | None, second: float | None, lang: str) -> list[str]:
    words = [
        UNKNOWN if one is None else text("plan.compare.minutes", lang, n=f"{one / 60:,.0f}") for one in (first, second)
    ]
    if first is None or second is None:
        return [*words, UNKNOWN]
    return [*words, text("plan.compare.minutes", lang, n=f"{(second - first) / 60:+,.1f}")]


def case_rows(told: Sequence[CaseOutcome], clock: tzinfo, lang: str) -> list[list[str]]:
    """Rows of a table of suppositions: which, people, 90 % clearance, earliest last departure, in danger."""
    return [
        [
            text(f"plan.case.{one.supposed}", lang, street=one.detail or UNKNOWN),
            count(one.leaving),
            count(one.sheltered),
            count(one.left_over),
            duration(one.clearance_90_s, lang) if math.isfinite(one.clearance_90_s) else UNKNOWN,
            _departure(one, clock, lang),
            count(one.persons_in_danger),
        ]
        for one in told
    ]


def _departure(one: CaseOutcome, clock: tzinfo, lang: str) -> str:
    if one.is_too_late:
        return text("plan.case.too_late", lang)
    return date_and_clock(one.deadline_s, clock, lang) if math.isfinite(one.deadline_s) else UNKNOWN
