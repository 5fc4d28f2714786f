"""The order in force as time goes on: who should have come to which shelter, and which no longer fit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from risk_core.plans.loading import BIN_S
from risk_core.plans.options import EvacuationOptions
from risk_core.plans.shelters import screen_shelters
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import Layer
from risk_core.state.plan import Plan, ShelterFault, WhatIf

AGAIN: Final = (ShelterFault.DANGEROUS, ShelterFault.CLOSED, ShelterFault.FULL, ShelterFault.UNFIT_KIND)
"""What may come over a shelter after a plan was made, and asks for another one."""


@dataclass(frozen=True, slots=True)
class Expected:
    """People an order sends to a shelter.

    Attributes
    ----------
    shelter_id, name
        Which.
    persons, by_now
        Sent in all, and how many of them should have arrived by now.
    first_s, last_s
        Arrivals, unix seconds.
    fault
        Why it does not fit any more, None while it does.
    """

    shelter_id: str
    name: str
    persons: float
    by_now: float
    first_s: float
    last_s: float
    fault: ShelterFault | None


def kept_arrivals(plan: Plan) -> dict[str, dict[str, Any]]:
    """Arrivals at every shelter that takes people, as they are kept with a plan: seconds after the order."""
    return {
        one.shelter.shelter_id: {
            "persons": round(one.assigned_persons, 1),
            "first_s": round(one.first_s, 1),
            "last_s": round(one.last_s, 1),
            "filled": [round(persons, 1) for persons in one.filled.tolist()],
        }
        for one in plan.shelters
        if one.assigned_persons > 0
    }


def unfit_shelters(area: Area, assessment: Assessment, content: Mapping[str, Any]) -> dict[str, ShelterFault]:
    """Shelters of a kept plan that a plan made now would not use, with the reason.

    A shelter whose own cell the hazard now reaches is among them, one that was shut or has filled meanwhile as well.
    """
    options = EvacuationOptions(layer=Layer(content.get("hazard", Layer.COMBINED)))
    notes = screen_shelters(area, assessment, WhatIf(), options).notes
    mine = content["shelters"]
    return {note.shelter_id: note.fault for note in notes if note.fault in AGAIN and note.shelter_id in mine}


def expected_arrivals(area: Area, assessment: Assessment, content: Mapping[str, Any]) -> tuple[Expected, ...]:
    """Arrivals at the shelters of a kept plan as they should be now, those of most people first."""
    unfit, gone_s = unfit_shelters(area, assessment, content), assessment.now_s - content["order_s"]
    rows = []
    for shelter_id, told in content.get("arrivals", {}).items():
        at = math.floor(gone_s / BIN_S) - 1
        by_now = 0.0 if at < 0 else told["filled"][min(at, len(told["filled"]) - 1)]
        times = (content["order_s"] + told[name] for name in ("first_s", "last_s"))
        name = content["shelters"][shelter_id][0]
        rows.append(Expected(shelter_id, name, told["persons"], by_now, *times, unfit.get(shelter_id)))
    return tuple(sorted(rows, key=lambda one: -one.persons))
