"""The one whole number per edge that a search minimises: time, made dearer by danger."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.costs import blend_costs
from risk_core.state.profile import VEHICLES, Profile
from risk_core.state.route import EdgeCosts, RouteKind

COST_PER_S: Final = 20
"""Whole units of the objective in a second: 0.05 s. A way of 50 hours through the worst risk still fits 32 bits."""

_WEIGHTS: Final = MappingProxyType({RouteKind.FASTEST: 0.0, RouteKind.BALANCED: 2.0, RouteKind.SAFEST: 20.0})


@dataclass(frozen=True, slots=True)
class ObjectiveOptions:
    """How much longer a way may be to be safer.

    A second at risk r counts as ``1 + weight * danger(r)`` seconds, `risk_core.fields.sample.danger_of` being 1 where
    the level 경계 begins; along a street the mean over its geometry counts. With the defaults one second costs

    ======== ===== ===== ===== ===== =====
    risk      0.1   0.2   0.4   0.6   1.0
    balanced  1.0   1.01  1.3   3.0   27
    safest    1.0   1.1   3.6   21    258
    ======== ===== ===== ===== ===== =====

    so that a risk below 0.2 bends a safest way by at most 8 %, and a street at 0.6 is entered only where the way
    round takes more than 21 times as long. Form and numbers are our own choice, not taken from a study (unverified).

    Attributes
    ----------
    weight
        By kind of route; 0 looks at time alone.
    u_turn_s
        Seconds a vehicle's turn back at a junction counts in the objective (not in the travel time), so that it
        is made only where nothing else leads on.
    """

    weight: Mapping[RouteKind, float] = field(default_factory=lambda: _WEIGHTS)
    u_turn_s: float = 120.0

    def __post_init__(self) -> None:
        remedy = "Keep the defaults or give numbers of the kind wanted."
        faults = [
            Fault(f"weight[{kind}]", str(weight), "a finite number of 0 or more", remedy)
            for kind in RouteKind
            if not (math.isfinite(weight := self.weight.get(kind, math.nan)) and weight >= 0)
        ]
        if not (math.isfinite(self.u_turn_s) and self.u_turn_s >= 0):
            faults.append(Fault("u_turn_s", str(self.u_turn_s), "seconds, 0 or more", remedy))
        raise_faults(faults)


OBJECTIVE_DEFAULTS: Final = ObjectiveOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """What a search minimises over one topology, in whole units of 1 / `COST_PER_S` seconds.

    Attributes
    ----------
    cost
        Objective of each edge, shape=(n_edge,), 1 or more; `INF_COST` where barred.
    u_turn
        Objective of turning back at a junction.
    obeys_turns
        True for vehicles, which are bound by turn restrictions.
    """

    cost: NDArray[np.int32]
    u_turn: int
    obeys_turns: bool


def make_metric(costs: EdgeCosts, kind: RouteKind, options: ObjectiveOptions = OBJECTIVE_DEFAULTS) -> Metric:
    """Metric of one kind of route for the profile of `costs`."""
    return weigh(costs, float(options.weight[kind]), options)


def weigh(costs: EdgeCosts, weight: float, options: ObjectiveOptions = OBJECTIVE_DEFAULTS) -> Metric:
    """Metric in which danger counts `weight` times."""
    is_vehicle = is_bound_by_turns(costs.profile)
    cost = blend_costs(costs.travel_time_s, costs.danger, weight, float(COST_PER_S))
    return Metric(cost, round(options.u_turn_s * COST_PER_S) if is_vehicle else 0, is_vehicle)


def is_bound_by_turns(profile: Profile) -> bool:
    """Whether turn restrictions bind this profile."""
    return profile in VEHICLES
