"""The few numbers a coordinator looks at first."""

import math

import numpy as np

from dashboard.i18n import text
from dashboard.views.closures import in_force, is_issued
from dashboard.views.format import count
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import DANGER_RISK, RISK_CODE_MISSING, RISK_CODE_STEPS, Layer, Level
from risk_core.state.shelters import known_shelters


def ops_figures(area: Area, assessment: Assessment, time: str, lang: str) -> list[tuple[str, str, str]]:
    """Name, value and note of each number."""
    shelters = [one for one in known_shelters(area, assessment) if one.is_open]
    free = sum(_free(one.capacity_persons, one.occupancy_persons) for one in shelters)
    closed = [one for one in assessment.closures if in_force(one, assessment.now_s)]
    n_issued = sum(is_issued(one) for one in closed)
    numbers = {
        "kpi_exposed": exposed_people(area, assessment),
        "kpi_closed": len(closed),
        "kpi_streets": closed_streets(area, assessment),
        "kpi_shelters": len(shelters),
        "kpi_free": free,
    }
    note = text("ops.as_of", lang, time=time)
    low, high = exposed_range(area, assessment)
    notes = {
        "kpi_exposed": text("ops.exposed_note", lang, low=count(low), high=count(high), time=time),
        "kpi_closed": text(
            "ops.closed_note", lang, issued=count(n_issued), computed=count(len(closed) - n_issued), time=time
        ),
    }
    return [(text(f"ops.{key}", lang), count(value), notes.get(key, note)) for key, value in numbers.items()]


def exposed_people(area: Area, assessment: Assessment) -> float:
    """Residents of cells at or above the level of danger now, all hazards combined."""
    code = np.asarray(assessment.layers[Layer.COMBINED].risk[assessment.step_now])
    danger = (code >= DANGER_RISK * RISK_CODE_STEPS) & (code != RISK_CODE_MISSING)
    return float(np.nansum(np.asarray(area.population)[danger]))


def exposed_range(area: Area, assessment: Assessment) -> tuple[float, float]:
    """Residents in danger by the lower and by the upper bound of the 80 % interval of each cell's risk.

    All cells low together and all high together: the true interval of the sum is not wider.
    """
    layer = assessment.layers[Layer.COMBINED]
    people = np.asarray(area.population)
    bounds = [np.asarray(code[assessment.step_now]) for code in (layer.low, layer.high)]
    danger = [(code >= DANGER_RISK * RISK_CODE_STEPS) & (code != RISK_CODE_MISSING) for code in bounds]
    low, high = (float(np.nansum(people[one])) for one in danger)
    return low, high


def worst_place(area: Area, assessment: Assessment) -> tuple[float, float]:
    """(lat, lon) of the middle of the cell with most residents among those at the highest level now; degrees."""
    code = np.asarray(assessment.layers[Layer.COMBINED].risk[assessment.step_now])
    people = np.nan_to_num(np.asarray(area.population, dtype=np.float64))
    level = np.where(code == RISK_CODE_MISSING, -1, code.astype(np.int64) * len(Level) // (RISK_CODE_STEPS + 1))
    score = np.where(people > 0, level + people / (people.max() + 1.0), -2.0)
    row, col = np.unravel_index(int(score.argmax()), score.shape)
    grid = area.grid
    return (
        grid.lat_max_deg - (float(row) + 0.5) * grid.d_lat_deg,
        grid.lon_min_deg + (float(col) + 0.5) * grid.d_lon_deg,
    )


def closed_streets(area: Area, assessment: Assessment) -> int:
    """Streets with a closed edge now."""
    if area.network is None:
        return 0
    return len(np.unique(area.network.street[np.asarray(assessment.closed_mask) != 0]))


def _free(capacity: float, occupancy: float) -> float:
    if not math.isfinite(capacity):
        return 0.0
    return max(capacity - (occupancy if math.isfinite(occupancy) else 0.0), 0.0)
