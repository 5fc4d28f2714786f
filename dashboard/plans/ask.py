"""One door for a plan: page, API and command line ask here and get the same."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dashboard.i18n import languages
from dashboard.plans.order import order_text
from dashboard.plans.settings import plan_options
from dashboard.plans.zones import Drawn, read_drawn
from risk_core.plans.plan import Tell, make_plan, tell_nobody
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.plan import Plan, WhatIf, Zone


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a coordinator asks: a drawing (GeoJSON or None), districts, settings, and the language of their names."""

    drawing: object
    districts: Sequence[str] = ()
    settings: Mapping[str, float | str | None] | None = None
    lang: str = "ko"


def district_zone(area: Area, districts: Sequence[str], lang: str) -> Zone:
    """One zone of several districts, called after the first three."""
    names = {one.district_id: (one.name_ko if lang == "ko" else one.name_en) for one in area.districts}
    called = ", ".join(names.get(one) or one for one in districts[:3]) + (" …" if len(districts) > 3 else "")
    return Zone("districts", called, None, tuple(districts))


def read_asked(area: Area, asked: Asked, now_s: float) -> Drawn:
    """Zones and what-ifs of a question; raises InputError with every fault."""
    if asked.drawing is None and asked.districts:
        return Drawn((district_zone(area, asked.districts, asked.lang),), (), WhatIf())
    drawn = read_drawn(asked.drawing, now_s, needs_zone=not asked.districts)
    if not asked.districts:
        return drawn
    return Drawn((*drawn.zones, district_zone(area, asked.districts, asked.lang)), drawn.institutions, drawn.what_if)


def answer_plan(area: Area, assessment: Assessment, asked: Asked, tell: Tell = tell_nobody) -> tuple[Plan, Drawn]:
    """Plan, and what was drawn; `tell` is told how far the work is.

    Raises
    ------
    risk_core.errors.InputError
        For anything that does not fit.
    """
    drawn = read_asked(area, asked, assessment.now_s)
    options = plan_options(asked.settings or {})
    return make_plan(area, assessment, drawn.zones, drawn.institutions, drawn.what_if, options, tell), drawn


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
        "zones": zones,
        "shelters": shelters,
        "starts": [[*key, round(persons, 1)] for key, persons in sent.items()],
        "late": [zone.zone_id for zone in plan.zones if zone.is_too_late],
        "order": {lang: asdict(order_text(plan, lang)) for lang in languages()},
    }
