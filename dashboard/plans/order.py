"""The words of an evacuation order, with what to do for the hazard, in each language."""

from dataclasses import dataclass
from typing import Final

from dashboard.i18n import text
from risk_core.state.plan import Plan

ADVICE: Final = {
    "rain": ("flood", "underpass", "basement"),
    "typhoon": ("windows", "signs", "coast"),
    "infection": ("mask", "distance"),
    "combined": ("flood", "underpass", "basement"),
}
"""What to do besides leaving, by the plan's layer; words under ``order.do.<name>``."""


@dataclass(frozen=True, slots=True)
class OrderText:
    """Event, headline, what is known and what to do; `short` fits a message to phones."""

    event: str
    headline: str
    description: str
    instruction: str
    short: str


def order_text(plan: Plan, lang: str) -> OrderText:
    """Words of the order of a plan: places, shelters with room, those who should go up, and what to do.

    Parameters
    ----------
    plan
        The plan.
    lang
        Language.
    """
    names = ", ".join(zone.name for zone in plan.zones)
    late = all(zone.is_too_late for zone in plan.zones)
    filling = sorted((one for one in plan.shelters if one.assigned_persons > 0), key=lambda one: -one.assigned_persons)
    shelters = ", ".join(one.shelter.name for one in filling[:5])
    head = text("order.headline_late" if late else "order.headline", lang, zones=names)
    lines = [text("order.leaving", lang, zones=names, persons=f"{round(plan.totals.leaving):,}")]
    if shelters:
        lines.append(text("order.shelters", lang, shelters=shelters))
    if plan.totals.left_over >= 1:
        lines.append(text("order.left_over", lang, persons=f"{round(plan.totals.left_over):,}"))
    steps = [text("order.do.up" if late else "order.do.leave", lang)]
    steps += [text(f"order.do.{name}", lang) for name in ADVICE[plan.hazard]]
    steps.append(text("order.do.help", lang))
    prefix = text("order.drill", lang) + " " if plan.simulated else ""
    short = prefix + head + " " + steps[0]
    return OrderText(text("order.event", lang), prefix + head, " ".join(lines), " ".join(steps), short)
