"""Who or what a hazard harms."""

from enum import StrEnum
from typing import Final


class Receptor(StrEnum):
    """Who or what is meant; `frail` are children, the elderly and the disabled."""

    WALKER = "walker"
    FRAIL = "frail"
    CAR = "car"
    BUS = "bus"
    INDOOR = "indoor"
    BASEMENT = "basement"


RECEPTORS: Final = tuple(Receptor)
