"""When the hazard reaches a zone, and until when its order may wait."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.plans.options import Arrival, EvacuationOptions
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS


def hazard_arrivals_s(
    area: Area, assessment: Assessment, label: NDArray[np.int32], n_zone: int, options: EvacuationOptions
) -> NDArray[np.float64]:
    """First time the hazard reaches each zone, unix seconds, inf where not in the forecast.

    With `Arrival.EARLY`, the default, with a chance of one in ten. The upper end of the fields' central 80 % interval
    passes a level with a chance of one in ten: the first slice in which it does so for `options.reached_share` of the
    zone's people is the 10 % quantile of the arrival, exactly so where the cells of a zone rise together. The field
    itself gives the expected arrival, the lower end the 90 % quantile.

    Returns
    -------
    float array
        shape=(n_zone,).
    """
    arrival_s = np.full(n_zone, math.inf)
    fields = assessment.layers.get(options.layer)
    if fields is None:
        return arrival_s
    codes = {Arrival.EARLY: fields.high, Arrival.EXPECTED: fields.risk, Arrival.LATE: fields.low}[options.arrival]
    people = np.nan_to_num(np.asarray(area.population, dtype=np.float64))
    limit = options.danger_risk * RISK_CODE_STEPS
    for zone in range(n_zone):
        inside = label == zone
        weight = people[inside] if people[inside].sum() > 0 else np.ones(np.count_nonzero(inside))
        for step in np.flatnonzero(assessment.lead_s >= 0):
            code = codes[step][inside]
            is_reached = (code >= limit) & (code != RISK_CODE_MISSING)
            if weight[is_reached].sum() >= options.reached_share * weight.sum():
                arrival_s[zone] = assessment.now_s + float(assessment.lead_s[step])
                break
    return arrival_s


def deadline_s(arrival_s: float, order_s: float, delay_s: float, clearance_90_s: float) -> float:
    """Last safe time for a zone's order, unix seconds: the hazard's arrival less its pessimistic 90 % clearance.

    Examples
    --------
    >>> deadline_s(10_000.0, 1_000.0, 0.0, 3_600.0)
    6400.0
    >>> deadline_s(float("inf"), 1_000.0, 0.0, 3_600.0)
    inf
    """
    if math.isinf(arrival_s) or math.isnan(clearance_90_s):
        return arrival_s if math.isinf(arrival_s) else -math.inf
    return arrival_s - max(0.0, clearance_90_s - delay_s)
