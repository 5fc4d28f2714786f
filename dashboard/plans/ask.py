"""One door for a plan: page, API and command line ask here and get the same."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dashboard.i18n import languages, text
from dashboard.plans.order import order_text
from dashboard.plans.settings import plan_options
from dashboard.plans.standing import kept_arrivals
from dashboard.plans.zones import Drawn, read_drawn
from risk_core.plans.danger import outline_zones
from risk_core.plans.options import EvacuationOptions
from risk_core.plans.plan import Tell, make_plan, tell_nobody
from risk_core.plans.what_ifs import CaseOutcome, Mapper, closing_cases, outcome_of, run_cases, usual_cases
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.plan import Plan, WhatIf, Zone


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a coordinator asks: a drawing (GeoJSON or None), districts, settings, and the language of their names.

    `danger_within_h` asks for every cell that reaches level 경계 within so many hours.
    """

    drawing: object
    districts: Sequence[str] = ()
    settings: Mapping[str, float | str | None] | None = None
    lang: str = "ko"
    danger_within_h: float | None = None


def district_zone(area: Area, districts: Sequence[str], lang: str) -> Zone:
    """One zone of several districts, called after the first three."""
    names = {one.district_id: (one.name_ko if lang == "ko" else one.name_en) for one in area.districts}
    called = ", ".join(names.get(one) or one for one in districts[:3]) + (" …" if len(districts) > 3 else "")
    return Zone("districts", called, None, tuple(districts))


def read_asked(area: Area, asked: Asked, now_s: float) -> Drawn:
    """Zones and what-ifs of a question; raises InputError with every fault."""
    more = [district_zone(area, asked.districts, asked.lang)] if asked.districts else []
    if asked.danger_within_h is not None:
        called = text("plan.page.danger_zone", asked.lang, hours=f"{asked.danger_within_h:g}")
        more.append(Zone("danger", called, None, danger_within_s=3600.0 * asked.danger_within_h))
    if asked.drawing is None and more:
        return Drawn(tuple(more), (), WhatIf())
    drawn = read_drawn(asked.drawing, now_s, needs_zone=not more)
    return replace(drawn, zones=(*drawn.zones, *more))


def answer_plan(area: Area, assessment: Assessment, asked: Asked, tell: Tell = tell_nobody) -> tuple[Plan, Drawn]:
    """Plan, and what was drawn; `tell` is told how far the work is.

    Raises
    ------
    risk_core.errors.InputError
        For anything that does not fit.
    """
    drawn, options = _understood(area, assessment, asked)
    return make_plan(area, assessment, drawn.zones, drawn.institutions, drawn.what_if, options, tell), drawn


def _understood(area: Area, assessment: Assessment, asked: Asked) -> tuple[Drawn, EvacuationOptions]:
    drawn, options = read_asked(area, asked, assessment.now_s), plan_options(asked.settings or {})
    return replace(drawn, zones=outline_zones(area, assessment, drawn.zones, options)), options


def answer_what_ifs(area: Area, assessment: Assessment, asked: Asked, mapper: Mapper) -> tuple[CaseOutcome, ...]:
    """The question under other suppositions: bands of participation, later arrivals, the busiest streets closed.

    Raises
    ------
    risk_core.errors.InputError
        For anything that does not fit.
    """
    drawn, options = _understood(area, assessment, asked)
    base = make_plan(area, assessment, drawn.zones, drawn.institutions, drawn.what_if, options)
    assert area.network is not None
    cases = usual_cases(options, drawn.what_if) + closing_cases(area.network, base, options, drawn.what_if)
    told = run_cases(area, assessment, drawn.zones, drawn.institutions, cases[1:], mapper)
    return (outcome_of(base, cases[0]), *told)


def plan_content(area: Area, plan: Plan, drawn: Drawn) -> dict[str, Any]:
    """What is kept of a plan for those inside its zones: outlines, order, shelters, and who goes to which."""
    zones = [
        {
            "zone_id": zone.zone_id,
            "name": zone.name,
            "rings": [] if zone.shape is None else [part.tolist() for part in zone.shape.parts],
            "district_ids": list(zone.district_ids),
        }
        for zone in drawn.zones
    ]
    shelters = {
        one.shelter.shelter_id: [one.shelter.name, one.shelter.lat_deg, one.shelter.lon_deg]
        for one in plan.shelters
        if one.assigned_persons > 0
    }
    sent: dict[tuple[float, float, str, str], float] = {}
    for group in plan.groups:
        key = round(group.from_lat_deg, 6), round(group.from_lon_deg, 6), group.zone_id, group.shelter_id
        sent[key] = sent.get(key, 0.0) + group.persons
    return {
        "area_hash": area.content_hash,
        "simulated": plan.simulated,
        "order_s": plan.order_s,
        "hazard": plan.hazard,
        "zones": zones,
        "shelters": shelters,
        "arrivals": kept_arrivals(plan),
        "starts": [[*key, round(persons, 1)] for key, persons in sent.items()],
        "late": [zone.zone_id for zone in plan.zones if zone.is_too_late],
        "order": {lang: asdict(order_text(plan, lang)) for lang in languages()},
    }
