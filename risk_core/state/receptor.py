"""Who or what a hazard harms."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from risk_core.state.level import Hazard
from risk_core.state.profile import Profile


class Receptor(StrEnum):
    """Who or what is meant; `frail` are children, the elderly and the disabled."""

    WALKER = "walker"
    FRAIL = "frail"
    CAR = "car"
    BUS = "bus"
    INDOOR = "indoor"
    BASEMENT = "basement"


RECEPTORS: Final = tuple(Receptor)

RECEPTOR_OF: Final[Mapping[Profile, Receptor]] = MappingProxyType(
    {
        Profile.WALK: Receptor.WALKER,
        Profile.WHEELCHAIR: Receptor.FRAIL,
        Profile.BICYCLE: Receptor.WALKER,
        Profile.CAR: Receptor.CAR,
        Profile.BUS: Receptor.BUS,
        Profile.AMBULANCE: Receptor.BUS,
    }
)
"""Who stands for each traveller on the scales of risk."""


@dataclass(frozen=True, slots=True)
class ReceptorRisk:
    """Risk of one receptor at a place and time.

    Attributes
    ----------
    receptor
        Who.
    risk
        All hazards but infection, 0..1; NaN where none is known.
    parts
        Risk of the wind (`Hazard.TYPHOON`) and of rain and water (`Hazard.RAIN`), NaN where unknown.
    """

    receptor: Receptor
    risk: float
    parts: Mapping[Hazard, float]
