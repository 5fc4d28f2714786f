"""Settings of a plan: every figure with its source, and a band where the figure is uncertain."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from risk_core.errors import Fault, raise_faults
from risk_core.plans.reserve import TAIL_DEFAULTS, TailOptions
from risk_core.state.level import DANGER_RISK, Layer
from risk_core.state.profile import Profile

PLAN_PROFILES: Final = (Profile.WHEELCHAIR, Profile.WALK, Profile.BUS, Profile.CAR)
"""Travellers a plan knows, those served first at the front: the frail, walkers, those fetched, those who drive."""

_MODES: Final = MappingProxyType({Profile.WALK: 0.58, Profile.WHEELCHAIR: 0.02, Profile.BUS: 0.0, Profile.CAR: 0.40})


class Arrival(StrEnum):
    """Which arrival of the hazard counts: its 10 % quantile, the expected one, or the 90 % quantile."""

    EARLY = "early"
    EXPECTED = "expected"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class DemandOptions:
    """How many leave, when, how and where to.

    All are assumptions of practice, not measured here; evacuation studies give the ranges named (US hurricane
    evacuation studies; Baker 1991, "Hurricane evacuation behavior",
    Int. J. Mass Emergencies and Disasters 9:287-310). Set them
    for your own city.

    Attributes
    ----------
    participation_share
        Share of residents who leave; 0.3 to 0.9 by level of warning.
    participation_low, participation_high
        Its band.
    shadow_share
        Share of those within `shadow_m` outside the zones who leave unasked; 0.1 to 0.3.
    shadow_m
        Width of that ring, metres (assumed).
    shelter_share
        Share of those leaving who want a public shelter; 0.05 to 0.2 in US studies. 1 sends everyone to a shelter.
    half_gone_s
        Seconds after the order at which half have set off: 900 for a flash flood to 21,600 for a typhoon. Departures
        follow Rayleigh's curve ``1 - exp(-t^2 / 2 s^2)`` (Tweedie, Rowland, Walsh, Rhoten and Hagle 1986, "A
        methodology for estimating emergency evacuation times", Social Science Journal 23:189-204).
    persons_per_car
        1.5 to 2.5.
    persons_per_bus
        Places of a city bus (assumed).
    pets_share
        Share of those who want a shelter and bring a pet: they go only where pets are taken, or nobody knows (0 unless
        set; about a quarter of Korean households keep one, 2023 survey by the Ministry of Agriculture, remembered).
    mode_share
        Share of those leaving by each profile of `PLAN_PROFILES`, sum 1 (assumed).
    """

    participation_share: float = 0.8
    participation_low: float = 0.6
    participation_high: float = 0.95
    shadow_share: float = 0.2
    shadow_m: float = 300.0
    shelter_share: float = 0.2
    half_gone_s: float = 900.0
    persons_per_car: float = 2.0
    persons_per_bus: float = 40.0
    pets_share: float = 0.0
    mode_share: Mapping[Profile, float] = field(default_factory=lambda: _MODES)

    def __post_init__(self) -> None:
        remedy = "Keep the default or give a number of the kind wanted."
        shares = (
            "participation_share", "participation_low", "participation_high", "shadow_share", "shelter_share",
            "pets_share",
        )  # fmt: skip
        faults = [
            Fault(name, str(getattr(self, name)), "a share 0..1", remedy)
            for name in shares
            if not 0 <= getattr(self, name) <= 1
        ]
        if not self.participation_low <= self.participation_share <= self.participation_high:
            band = f"{self.participation_low}..{self.participation_high}"
            faults.append(
                Fault("participation_share", str(self.participation_share), f"within its band {band}", remedy)
            )
        faults += [
            Fault(name, str(getattr(self, name)), "a finite number above 0", remedy)
            for name in ("half_gone_s", "persons_per_car", "persons_per_bus", "participation_share")
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0)
        ]
        if not (math.isfinite(self.shadow_m) and self.shadow_m >= 0):
            faults.append(Fault("shadow_m", str(self.shadow_m), "metres, 0 or more", remedy))
        shares_sum = sum(self.mode_share.values())
        known = set(self.mode_share) <= set(PLAN_PROFILES)
        if not known or any(not share >= 0 for share in self.mode_share.values()) or abs(shares_sum - 1) > 1e-6:
            wanted = "shares of " + ", ".join(PLAN_PROFILES) + " that sum to 1"
            faults.append(Fault("mode_share", str(dict(self.mode_share)), wanted, remedy))
        raise_faults(faults)


@dataclass(frozen=True, slots=True)
class EvacuationOptions:
    """Settings of the plan itself.

    Attributes
    ----------
    demand
        Who leaves.
    layer
        Risk that closes streets, endangers shelters and sets the deadline.
    impassable_risk
        Streets at this risk or more are closed: 0.8 is where a flooded street closes to walkers (class H3) and small
        cars (0.30 m) in the scale of risks.
    danger_risk
        A shelter whose cell reaches it is not used, and a zone counts as reached by the hazard.
    reached_share
        Share of a zone's residents among whom the hazard must be for the zone to be reached (assumed).
    arrival
        Which of the hazard's possible arrivals the deadline is reckoned from.
    capacity_band
        Capacity of every street is off by up to this share either way (assumed; the fit to a simulator stands in
        `risk_core.plans.capacity`).
    horizon_s
        Nobody is planned to arrive later, seconds after the order.
    longest_walk_s
        Nobody is asked to walk longer than this even on empty streets, seconds (assumed).
    margin_s
        Ways keep this much clear of a closure, seconds (assumed).
    n_state
        Most (node, slot) pairs a plan may use; slots are made longer to stay below.
    tail
        How hard the last arrivals are pressed forward.
    """

    demand: DemandOptions = field(default_factory=DemandOptions)
    layer: Layer = Layer.COMBINED
    impassable_risk: float = 0.8
    danger_risk: float = DANGER_RISK
    reached_share: float = 0.05
    arrival: Arrival = Arrival.EARLY
    capacity_band: float = 0.2
    horizon_s: float = 6 * 3600.0
    longest_walk_s: float = 5400.0
    margin_s: float = 120.0
    n_state: int = 40_000_000
    tail: TailOptions = TAIL_DEFAULTS

    def __post_init__(self) -> None:
        remedy = "Keep the default or give a number of the kind wanted."
        faults = [
            Fault(name, str(getattr(self, name)), "a number above 0 and at most 1", remedy)
            for name in ("impassable_risk", "danger_risk", "reached_share")
            if not 0 < getattr(self, name) <= 1
        ]
        if not 0 <= self.capacity_band < 1:
            faults.append(Fault("capacity_band", str(self.capacity_band), "a share 0..1, below 1", remedy))
        if not 600 <= self.horizon_s <= 86_400:
            faults.append(Fault("horizon_s", str(self.horizon_s), "600 to 86,400 seconds", remedy))
        if not 0 <= self.margin_s <= 3600:
            faults.append(Fault("margin_s", str(self.margin_s), "0 to 3,600 seconds", remedy))
        raise_faults(faults)


EVACUATION_DEFAULTS: Final = EvacuationOptions()
