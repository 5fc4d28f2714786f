"""The one number per edge that a search minimises: seconds, made dearer by risk."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.costs import blend_costs
from risk_core.state.level import DANGER_RISK
from risk_core.state.profile import VEHICLES, Profile
from risk_core.state.route import EdgeCosts, RouteKind

_WEIGHTS: Final = MappingProxyType({RouteKind.FASTEST: 0.0, RouteKind.BALANCED: 2.0, RouteKind.SAFEST: 20.0})


@dataclass(frozen=True, slots=True)
class ObjectiveOptions:
    """How much longer a way may be to be safer.

    A second at risk r counts as ``1 + weight * (r / knee) ** power`` seconds. With the defaults one second costs

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
    knee
        Risk at which the penalty of a second equals the weight; the level 경계 begins there.
    power
        Above 1: the penalty is convex, a little risk hardly counts.
    u_turn_s
        Seconds a vehicle's turn back at a junction counts in the objective (not in the travel time), so that it
        is made only where nothing else leads on.
    """

    weight: Mapping[RouteKind, float] = field(default_factory=lambda: _WEIGHTS)
    knee: float = DANGER_RISK
    power: int = 5
    u_turn_s: float = 120.0

    def __post_init__(self) -> None:
        remedy = "Keep the defaults or give numbers of the kind wanted."
        faults = [
            Fault(f"weight[{kind}]", str(weight), "a finite number of 0 or more", remedy)
            for kind in RouteKind
            if not (math.isfinite(weight := self.weight.get(kind, math.nan)) and weight >= 0)
        ]
        if not 0 < self.knee <= 1:
            faults.append(Fault("knee", str(self.knee), "a risk above 0, up to 1", remedy))
        if not (isinstance(self.power, int) and self.power >= 1):
            faults.append(Fault("power", str(self.power), "a whole number of 1 or more", remedy))
        if not (math.isfinite(self.u_turn_s) and self.u_turn_s >= 0):
            faults.append(Fault("u_turn_s", str(self.u_turn_s), "seconds, 0 or more", remedy))
        raise_faults(faults)


OBJECTIVE_DEFAULTS: Final = ObjectiveOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """What a search minimises over one topology.

    Attributes
    ----------
    cost_s
        Objective of each edge, shape=(n_edge,), weighted seconds; inf where barred.
    u_turn_s
        Objective of turning back at a junction.
    obeys_turns
        True for vehicles, which are bound by turn restrictions.
    """

    cost_s: NDArray[np.float32]
    u_turn_s: float
    obeys_turns: bool


def make_metric(costs: EdgeCosts, kind: RouteKind, options: ObjectiveOptions = OBJECTIVE_DEFAULTS) -> Metric:
    """Metric of one kind of route for the profile of `costs`."""
    is_vehicle = is_bound_by_turns(costs.profile)
    weight = float(options.weight[kind])
    cost_s = blend_costs(costs.travel_time_s, costs.risk, weight, float(options.knee), int(options.power))
    return Metric(cost_s, options.u_turn_s if is_vehicle else 0.0, is_vehicle)


def is_bound_by_turns(profile: Profile) -> bool:
    """Whether turn restrictions bind this profile."""
    return profile in VEHICLES
