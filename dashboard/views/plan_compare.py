"""Two evacuation plans side by side."""

import math
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from dashboard.i18n import text
from dashboard.views.format import count, date_and_clock, duration, share_words
from risk_core.plans.in_time import last_arrival_s, persons_in_time
from risk_core.plans.what_ifs import CaseOutcome
from risk_core.state.plan import Plan

PERSONS: Final = ("in_time", "leaving", "sheltered", "away", "left_over", "rerouted", "vehicles", "persons_in_danger")
TIMES: Final = ("clearance_50_s", "clearance_90_s", "last_s", "deadline_s")
UNKNOWN: Final = "–"
FIRST, SECOND, ARRIVES = "#7a8699", "#466eb4", "#c0392b"


def kept_figures(plan: Plan) -> dict[str, Any]:
    """Figures and curve by which another plan is compared with this one; None for a figure there is none of."""
    deadline_s = min((zone.deadline_s for zone in plan.zones), default=math.inf)
    figures = {
        "clearance_50_s": plan.clearance_50_s.middle,
        "clearance_90_s": plan.clearance_90_s.middle,
        "last_s": last_arrival_s(plan),
        "deadline_s": deadline_s - plan.order_s,
        "in_time": persons_in_time(plan),
        **{name: getattr(plan.totals, name) for name in PERSONS[1:-1]},
        "persons_in_danger": plan.exposure.persons_in_danger,
    }
    hazards = {zone.name: (zone.hazard_arrival_s - plan.order_s) / 60 for zone in plan.zones}
    return {
        **{name: one if math.isfinite(one) else None for name, one in figures.items()},
        "hazard_min": {name: round(one, 1) for name, one in hazards.items() if math.isfinite(one)},
        "curve": [(plan.curve.end_s / 60).tolist(), plan.curve.persons.round(1).tolist()],
    }


def compare_rows(first: Mapping[str, Any], second: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Rows of a table: the figure, plan A, plan B, and how much B has more; what is known of neither is left out."""
    persons = {name: _persons(first[name], second[name]) for name in PERSONS}
    times = {name: _minutes(first[name], second[name], lang) for name in TIMES}
    return [
        [text(f"plan.compare.{name}", lang), *words]
        for name, words in {"in_time": persons["in_time"], **times, **persons}.items()
        if first[name] is not None or second[name] is not None
    ]


def _persons(first: float | None, second: float | None) -> list[str]:
    change = UNKNOWN if first is None or second is None else _signed(second - first)
    return [*(UNKNOWN if one is None else count(one) for one in (first, second)), change]


def _minutes(first: float | None, second: float | None, lang: str) -> list[str]:
    words = [UNKNOWN if one is None else _time(one, lang) for one in (first, second)]
    if first is None or second is None:
        return [*words, UNKNOWN]
    return [*words, text("plan.compare.minutes", lang, n=_signed((second - first) / 60, 1))]


def _time(seconds: float, lang: str) -> str:
    """Minutes from the order; one that has passed before it is told as past."""
    key = "plan.compare.minutes" if round(seconds / 60) >= 0 else "plan.compare.minutes_past"
    return text(key, lang, n=f"{abs(seconds) / 60:,.0f}")


def _signed(change: float, digits: int = 0) -> str:
    """Difference with its sign, a nought without."""
    return f"{change:+,.{digits}f}".replace("-", "−") if round(change, digits) else "0"


def differences(
    first: Mapping[str, Any], second: Mapping[str, Any], names: Sequence[str], lang: str
) -> list[tuple[str, ...]]:
    """Suppositions of two plans by name: which, and what it is in each."""
    return [
        (text(f"plan.pair.{name}", lang), *(_supposed(name, one.get(name), lang) for one in (first, second)))
        for name in names
    ]


def _supposed(name: str, value: Any, lang: str) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, list):
        return ", ".join(map(str, value)) or text("plan.pair.none", lang)
    if name.endswith("_share"):
        return share_words(value)
    return text("plan.compare.minutes", lang, n=f"{value:,.0f}") if name.endswith("_min") else count(value)


def arrived_figure(plans: Sequence[Mapping[str, Any]], lang: str) -> dict[str, Any]:
    """Persons arrived over minutes by one or two kept plans, and the hazard's arrivals as upright lines.

    `plans` are their figures as `kept_figures` gives them; of two the first is drawn dotted.
    """
    looks = [("second", {"width": 3, "color": SECOND})]
    if len(plans) > 1:
        looks.insert(0, ("first", {"width": 3, "color": FIRST, "dash": "dot"}))
    ends = max((one["curve"][0][-1] for one in plans if one["curve"][0]), default=0.0)
    traces = [
        {"x": [0.0, *one["curve"][0], ends], "y": [0.0, *one["curve"][1], *one["curve"][1][-1:]], "mode": "lines",
         "line": line, "name": text(f"plan.compare.{name}", lang)}
        for one, (name, line) in zip(plans, looks, strict=True)
    ]  # fmt: skip
    arrivals = sorted({round(at) for one in plans for at in one["hazard_min"].values()})
    return {"data": traces, "layout": _layout(arrivals, len(plans) > 1, lang)}


def _layout(arrivals: Sequence[float], has_legend: bool, lang: str) -> dict[str, Any]:
    lines = [
        {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1,
         "line": {"color": ARRIVES, "dash": "dash", "width": 2}}
        for at in arrivals
    ]  # fmt: skip
    notes = [
        {"x": at, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False,
         "text": text("plan.pair.arrives", lang), "font": {"color": ARRIVES, "size": 13}}
        for at in arrivals[:1]
    ]  # fmt: skip
    grid = {"gridcolor": "rgba(128,128,128,0.25)"}
    return {
        "height": 280,
        "margin": {"l": 64, "r": 16, "t": 28, "b": 44},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": "#7a8699"},
        "xaxis": {"title": {"text": text("plan.curve.minutes", lang)}, "rangemode": "tozero", **grid},
        "yaxis": {"title": {"text": text("plan.pair.arrived", lang)}, "rangemode": "tozero", "tickformat": ",", **grid},
        "showlegend": has_legend,
        "legend": {"x": 0.99, "xanchor": "right", "y": 0.04, "yanchor": "bottom", "bgcolor": "rgba(0,0,0,0)"},
        "shapes": lines,
        "annotations": notes,
    }


def kept_phases(plan: Plan) -> list[dict[str, Any]]:
    """Zones as they are kept with a plan: name, minutes from the plan's order to theirs, persons, and times."""
    return [
        {
            "name": zone.name,
            "delay_min": zone.delay_s / 60,
            "leaving": zone.leaving,
            "left_over": zone.left_over,
            "clearance_90_s": zone.clearance_90_s.middle if math.isfinite(zone.clearance_90_s.middle) else None,
            "hazard_arrival_s": zone.hazard_arrival_s if math.isfinite(zone.hazard_arrival_s) else None,
            "deadline_s": zone.deadline_s if math.isfinite(zone.deadline_s) else None,
            "is_too_late": zone.is_too_late,
        }
        for zone in sorted(plan.zones, key=lambda one: one.delay_s)
    ]


def phase_rows(phases: Sequence[Mapping[str, Any]], clock: tzinfo, lang: str) -> list[list[str]]:
    """Rows of a table of zones in the order they are told to leave."""

    def time(at_s: float | None) -> str:
        return UNKNOWN if at_s is None else date_and_clock(at_s, clock, lang)

    return [
        [
            one["name"],
            text("plan.compare.minutes", lang, n=f"{one['delay_min']:,.0f}"),
            count(one["leaving"]),
            count(one["left_over"]),
            UNKNOWN if one["clearance_90_s"] is None else duration(one["clearance_90_s"], lang),
            time(one["hazard_arrival_s"]),
            text("plan.case.too_late", lang) if one["is_too_late"] else time(one["deadline_s"]),
        ]
        for one in phases
    ]


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
