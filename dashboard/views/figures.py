"""The few numbers a coordinator looks at first."""

import math

import numpy as np

from dashboard.i18n import text
from dashboard.views.format import count
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import DANGER_RISK, RISK_CODE_MISSING, RISK_CODE_STEPS, Layer
from risk_core.state.shelters import known_shelters


def ops_figures(area: Area, assessment: Assessment, time: str, lang: str) -> list[tuple[str, str, str]]:
    """Name, value and note of each number."""
    shelters = [one for one in known_shelters(area, assessment) if one.is_open]
    free = sum(_free(one.capacity_persons, one.occupancy_persons) for one in shelters)
    in_force = [one for one in assessment.closures if one.from_s <= assessment.now_s < one.until_s]
    numbers = {
        "kpi_exposed": exposed_people(area, assessment),
        "kpi_closed": len(in_force),
        "kpi_streets": closed_streets(area, assessment),
        "kpi_shelters": len(shelters),
        "kpi_free": free,
    }
    note = text("ops.as_of", lang, time=time)
    return [(text(f"ops.{key}", lang), count(value), note) for key, value in numbers.items()]


def exposed_people(area: Area, assessment: Assessment) -> float:
    """Residents of cells at or above the level of danger now, all hazards combined."""
    code = np.asarray(assessment.layers[Layer.COMBINED].risk[assessment.step_now])
    danger = (code >= DANGER_RISK * RISK_CODE_STEPS) & (code != RISK_CODE_MISSING)
    return float(np.nansum(np.asarray(area.population)[danger]))


def closed_streets(area: Area, assessment: Assessment) -> int:
    """Streets with a closed edge now."""
    if area.network is None:
        return 0
    return len(np.unique(area.network.street[np.asarray(assessment.closed_mask) != 0]))


def _free(capacity: float, occupancy: float) -> float:
    if not math.isfinite(capacity):
        return 0.0
    return max(capacity - (occupancy if math.isfinite(occupancy) else 0.0), 0.0)
