"""How easily the disease passes on, and how full the streets are: what may be changed about exposure."""

from dataclasses import dataclass
from typing import Final

from risk_core.state.options import check_ranges


@dataclass(frozen=True, slots=True)
class TransmissionOptions:
    """How easily the disease passes on.

    Attributes
    ----------
    near_per_h
        Infections an hour from one infectious person talking at one metre in a room, no masks (microCOVID).
    near_low_per_h
        The same from the contacts that the NHS app told, 1.1 % an hour (Ferretti et al. 2024, Nature 626, 145:
        figure unverified); the lower end of what is shown.
    decay_per_h, deposition_per_h
        Loss of quanta by decay and by settling, per hour; remembered, unverified.
    quanta_silent_per_h, quanta_normal_per_h, quanta_loud_per_h
        Quanta of one infectious person by voice; known within a factor of about five. Sport counts as loud.
    variant_factor
        Contagiousness relative to the first variant.
    immune_factor
        Share of the susceptibility that one's own immunity leaves.
    """

    near_per_h: float = 0.06
    near_low_per_h: float = 0.011
    decay_per_h: float = 0.62
    deposition_per_h: float = 0.3
    quanta_silent_per_h: float = 5.0
    quanta_normal_per_h: float = 20.0
    quanta_loud_per_h: float = 100.0
    variant_factor: float = 1.0
    immune_factor: float = 1.0

    def __post_init__(self) -> None:
        ranges = {
            "near_per_h": (1e-9, 10.0),
            "near_low_per_h": (0.0, self.near_per_h),
            "decay_per_h": (0.0, 100.0),
            "deposition_per_h": (0.0, 100.0),
            "quanta_silent_per_h": (0.0, self.quanta_normal_per_h),
            "quanta_normal_per_h": (0.0, self.quanta_loud_per_h),
            "quanta_loud_per_h": (0.0, 1e5),
            "variant_factor": (0.0, 100.0),
            "immune_factor": (0.0, 1.0),
        }
        check_ranges(self, ranges)


TRANSMISSION_DEFAULTS: Final = TransmissionOptions()


@dataclass(frozen=True, slots=True)
class StreetCrowdOptions:
    """How full the streets are; all assumptions of this project until people on streets are counted.

    Attributes
    ----------
    outdoor_share
        Share of the people present in a place who are on its streets.
    walkable_share
        Share of the land that is open to them.
    near_m
        People nearer than this count, metres.
    people_near_most
        Most people near at any time.
    neighbourhood_m
        Presence is averaged over this half width, metres.
    """

    outdoor_share: float = 0.05
    walkable_share: float = 0.2
    near_m: float = 2.0
    people_near_most: float = 20.0
    neighbourhood_m: float = 250.0

    def __post_init__(self) -> None:
        ranges = {
            "outdoor_share": (0.0, 1.0),
            "walkable_share": (0.01, 1.0),
            "near_m": (0.0, 20.0),
            "people_near_most": (0.0, 1000.0),
            "neighbourhood_m": (0.0, 1e5),
        }
        check_ranges(self, ranges)


STREET_CROWD_DEFAULTS: Final = StreetCrowdOptions()
