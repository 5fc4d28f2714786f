"""The same evacuation under other suppositions: who leaves, when the hazard comes, what closes."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final, Protocol

import numpy as np

from risk_core.plans.options import Arrival, EvacuationOptions
from risk_core.plans.plan import make_plan
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.network import Network
from risk_core.state.plan import Institution, Plan, WhatIf, Zone
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape

SHADOW: Final = (0.1, 0.3)
"""Ends of the band of those around who leave unasked (US hurricane evacuation studies, see `DemandOptions`)."""

N_BUSIEST: Final = 3
"""Streets of most vehicles that are closed one by one."""


class Supposed(StrEnum):
    """What a case supposes besides the plan asked for."""

    AS_ASKED = "as_asked"
    FEWER_LEAVE = "fewer_leave"
    MORE_LEAVE = "more_leave"
    FEWER_UNASKED = "fewer_unasked"
    MORE_UNASKED = "more_unasked"
    EXPECTED_ARRIVAL = "expected_arrival"
    LATE_ARRIVAL = "late_arrival"
    STREET_CLOSED = "street_closed"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One supposition; `detail` names the street where one is closed."""

    supposed: Supposed
    options: EvacuationOptions
    what_if: WhatIf
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What a case comes to.

    Attributes
    ----------
    supposed, detail
        As the case.
    leaving, sheltered, left_over, persons_in_danger
        Persons.
    clearance_90_s
        Seconds after the order; NaN for nobody, inf where so many never arrive.
    deadline_s
        Earliest last safe time of the zones' orders, unix seconds, inf where no hazard comes.
    is_too_late
        Whether it is over for some zone.
    """

    supposed: Supposed
    detail: str
    leaving: float
    sheltered: float
    left_over: float
    persons_in_danger: float
    clearance_90_s: float
    deadline_s: float
    is_too_late: bool


class Mapper(Protocol):
    """Whatever calls a function once for each item and gives the results in order, as `engine().map` does."""

    def __call__(self, function: Callable[..., Any], *columns: Iterable[Any]) -> list[Any]:
        """Results in the order of the columns."""
        ...


def usual_cases(options: EvacuationOptions, what_if: WhatIf) -> tuple[Case, ...]:
    """Cases of the bands of participation and of those who leave unasked, and of the hazard's arrivals."""
    demand = options.demand

    def shared(share: float) -> EvacuationOptions:
        band = min(share, demand.participation_low), max(share, demand.participation_high)
        changed = replace(demand, participation_share=share, participation_low=band[0], participation_high=band[1])
        return replace(options, demand=changed)

    def unasked(share: float) -> EvacuationOptions:
        return replace(options, demand=replace(demand, shadow_share=share))

    by_case = {
        Supposed.AS_ASKED: options,
        Supposed.FEWER_LEAVE: shared(demand.participation_low),
        Supposed.MORE_LEAVE: shared(demand.participation_high),
        Supposed.FEWER_UNASKED: unasked(SHADOW[0]),
        Supposed.MORE_UNASKED: unasked(SHADOW[1]),
        Supposed.EXPECTED_ARRIVAL: replace(options, arrival=Arrival.EXPECTED),
        Supposed.LATE_ARRIVAL: replace(options, arrival=Arrival.LATE),
    }
    return tuple(Case(supposed, one, what_if) for supposed, one in by_case.items())


def closing_cases(
    network: Network, plan: Plan, options: EvacuationOptions, what_if: WhatIf, n: int = N_BUSIEST
) -> tuple[Case, ...]:
    """Cases in which each of the streets most vehicles and walkers of a plan use is closed from the order on."""
    total = plan.load.vehicles.sum(axis=0) + plan.load.walkers.sum(axis=0)
    cases = []
    for k in np.argsort(-total, kind="stable")[:n]:
        street = int(plan.load.street[k])
        part = slice(int(network.street_first_point[street]), int(network.street_first_point[street + 1]))
        points = np.column_stack([network.point_lat_deg[part], network.point_lon_deg[part]])
        middle = points[len(points) // 2 - 1 : len(points) // 2 + 1].mean(axis=0)
        name = int(network.street_name[street])
        label = network.names[name] if name >= 0 else ""
        shape = Shape(GeometryKind.POINT, (middle[None, :],))
        closure = Closure(
            f"what-if-{k}", ClosureReason.OTHER, label, shape, plan.order_s, math.inf, (), "what-if", True
        )
        shut = replace(what_if, closures=(*what_if.closures, closure))
        cases.append(Case(Supposed.STREET_CLOSED, options, shut, label))
    return tuple(cases)


def outcome_of(plan: Plan, case: Case) -> CaseOutcome:
    """What a case's plan comes to."""
    totals = plan.totals
    return CaseOutcome(
        case.supposed,
        case.detail,
        totals.leaving,
        totals.sheltered,
        totals.left_over,
        plan.exposure.persons_in_danger,
        plan.clearance_90_s.middle,
        min((zone.deadline_s for zone in plan.zones), default=math.inf),
        any(zone.is_too_late for zone in plan.zones),
    )


def run_cases(
    area: Area,
    assessment: Assessment,
    zones: Sequence[Zone],
    institutions: Sequence[Institution],
    cases: Sequence[Case],
    mapper: Mapper,
) -> tuple[CaseOutcome, ...]:
    """Plan every case anew.

    Parameters
    ----------
    area, assessment, zones, institutions
        As of `make_plan`.
    cases
        What is supposed.
    mapper
        Runs them, at once where it can.
    """
    job = partial(_run, area, assessment, tuple(zones), tuple(institutions))
    return tuple(mapper(job, cases))


def _run(
    area: Area, assessment: Assessment, zones: Sequence[Zone], institutions: Sequence[Institution], case: Case
) -> CaseOutcome:
    return outcome_of(make_plan(area, assessment, zones, institutions, case.what_if, case.options), case)
