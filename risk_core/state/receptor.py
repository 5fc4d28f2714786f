"""Who or what a hazard harms."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from risk_core.state.level import Hazard


class Receptor(StrEnum):
    """Who or what is meant; `frail` are children, the elderly and the disabled."""

    WALKER = "walker"
    FRAIL = "frail"
    CAR = "car"
    BUS = "bus"
    INDOOR = "indoor"
    BASEMENT = "basement"


RECEPTORS: Final = tuple(Receptor)


@dataclass(frozen=True, slots=True)
class ReceptorRisk:
    """Risk of one receptor at a place, now.

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
