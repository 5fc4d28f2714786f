"""Two plans side by side: what a closure, another shelter or an earlier order changes."""

import math
from dataclasses import dataclass

from risk_core.state.plan import Plan


@dataclass(frozen=True, slots=True)
class Change:
    """What the second plan has more than the first; NaN where one of them has no figure.

    Attributes
    ----------
    sheltered, away, left_over, vehicles
        Persons, and vehicles.
    clearance_50_s, clearance_90_s
        Seconds, of the middle case.
    persons_in_danger
        Persons who meet danger on the way.
    deadline_s
        Seconds by which the earliest deadline of the zones moves; 0 where neither plan has one.
    """

    sheltered: float
    away: float
    left_over: float
    vehicles: float
    clearance_50_s: float
    clearance_90_s: float
    persons_in_danger: float
    deadline_s: float


def compare_plans(first: Plan, second: Plan) -> Change:
    """What changes from one plan to another.

    Parameters
    ----------
    first, second
        Plans of one area.
    """
    totals = {
        name: getattr(second.totals, name) - getattr(first.totals, name)
        for name in ("sheltered", "away", "left_over", "vehicles")
    }
    deadlines = [min((zone.deadline_s for zone in plan.zones), default=math.inf) for plan in (first, second)]
    return Change(
        **totals,
        clearance_50_s=second.clearance_50_s.middle - first.clearance_50_s.middle,
        clearance_90_s=second.clearance_90_s.middle - first.clearance_90_s.middle,
        persons_in_danger=second.exposure.persons_in_danger - first.exposure.persons_in_danger,
        deadline_s=0.0 if deadlines[0] == deadlines[1] else deadlines[1] - deadlines[0],
    )
