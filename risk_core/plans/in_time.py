"""Who is there before the hazard is, and when the last one is."""

import math

from risk_core.state.plan import Plan


def persons_in_time(plan: Plan) -> float:
    """Persons of the zones who have arrived when the hazard reaches their zone; NaN where it reaches none of them.

    A group counts once its last member has arrived, so that the figure errs on the safe side. Who leaves a zone that
    the hazard does not reach counts as in time; who leaves unasked from outside the zones does not count.
    """
    arrival_s = {zone.zone_id: zone.hazard_arrival_s - plan.order_s for zone in plan.zones}
    if not any(math.isfinite(one) for one in arrival_s.values()):
        return math.nan
    mine = [group for group in plan.groups if group.zone_id in arrival_s]
    return math.fsum(group.persons for group in mine if group.arrive_s <= arrival_s[group.zone_id])


def last_arrival_s(plan: Plan) -> float:
    """Seconds after the order at which the last group is there; NaN where nobody arrives."""
    return max((group.arrive_s for group in plan.groups), default=math.nan)
