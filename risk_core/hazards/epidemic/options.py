"""What may be changed about the infection model, and the row its risk stands on."""

from dataclasses import dataclass
from typing import Final

from risk_core.hazards.epidemic.ascertainment import ASCERTAINMENT_DEFAULT, Ascertainment
from risk_core.hazards.epidemic.exposure_options import (
    STREET_CROWD_DEFAULTS,
    TRANSMISSION_DEFAULTS,
    StreetCrowdOptions,
    TransmissionOptions,
)
from risk_core.hazards.epidemic.inversion_options import INVERSION_DEFAULTS, InversionOptions
from risk_core.hazards.epidemic.nowcast import NOWCAST_DEFAULTS, NowcastOptions
from risk_core.hazards.epidemic.reproduction import REPRODUCTION_DEFAULTS, ReproductionOptions
from risk_core.state.options import check_ranges
from risk_core.state.scale import RiskScale

CONTACT_SCALE: Final = RiskScale(
    "contact_prob",
    (0.01, 0.05, 0.15, 0.40, 0.80),
    "chance of meeting at least one infectious person in an hour present there: this project's proposal",
    "2025-01-01",
)


@dataclass(frozen=True, slots=True)
class TrendOptions:
    """Settings of the case forecast.

    Chosen by weighted interval score and coverage on Seoul's districts to November 2020, Korea's provinces and
    Europe's countries to May 2021 and Japan's prefectures to January 2021; so are the constants of `trend` and
    `rhythm`. A third more or less of one moves no score of the Korean windows by more than 2.5 %, save the growth
    lost each day, 1 - damping: up to 8.4 % at 14 days.

    Attributes
    ----------
    level_var, chance_var, growth_var, damping
        Of `kernels.epidemic.track_levels`, per day.
    dispersion
        Size of the negative binomial of daily counts where little is known.
    memory
        Share of its distance to the course of the whole area that a place is expected to keep each day.
    width
        Factor of the variance beyond Poisson's that is expected of the errors.
    student_nu
        Degrees of freedom of the Student tails: changes of a wave are rarer and larger than a normal's.
    """

    level_var: float = 0.01
    chance_var: float = 0.05
    growth_var: float = 2.5e-4
    damping: float = 0.93
    dispersion: float = 15.0
    memory: float = 0.95
    width: float = 0.8
    student_nu: float = 6.0

    def __post_init__(self) -> None:
        ranges = {
            "level_var": (1e-9, 1.0),
            "chance_var": (0.0, 10.0),
            "growth_var": (1e-9, 1.0),
            "damping": (0.0, 1.0),
            "dispersion": (0.1, 1e6),
            "memory": (0.0, 1.0),
            "width": (0.01, 100.0),
            "student_nu": (1.0, 1e3),
        }
        check_ranges(self, ranges)


TREND_DEFAULTS: Final = TrendOptions()


@dataclass(frozen=True, slots=True)
class InfectionOptions:
    """Settings of the infection model.

    Attributes
    ----------
    scale
        Chances of the risks 0.2 ... 1.0.
    nowcast
        Of the correction for late reports.
    trend
        Of the case forecast.
    reproduction
        Of the reproduction number.
    ascertainment
        Infections behind one reported case, with its source, day and uncertainty.
    inversion
        Of the way back from reports to infections.
    transmission
        How easily the disease passes on.
    street_crowd
        How full the streets are.
    isolated_share
        Share of the reported cases that stay away from others; assumption.
    outdoor_share
        Share of the residents met in public at one time; assumption.
    meeting_m
        Distance that counts as meeting, metres; assumption.
    walking_m_per_s
        Speed relative to the others; assumption.
    people_least, people_most
        Fewest and most people met in an hour.
    neighbourhood_m
        Density is averaged over this half width, metres.
    max_age_day
        Cases older than this say nothing about now.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    scale: RiskScale = CONTACT_SCALE
    nowcast: NowcastOptions = NOWCAST_DEFAULTS
    trend: TrendOptions = TREND_DEFAULTS
    reproduction: ReproductionOptions = REPRODUCTION_DEFAULTS
    ascertainment: Ascertainment = ASCERTAINMENT_DEFAULT
    inversion: InversionOptions = INVERSION_DEFAULTS
    transmission: TransmissionOptions = TRANSMISSION_DEFAULTS
    street_crowd: StreetCrowdOptions = STREET_CROWD_DEFAULTS
    isolated_share: float = 0.5
    outdoor_share: float = 0.05
    meeting_m: float = 2.0
    walking_m_per_s: float = 1.2
    people_least: float = 1.0
    people_most: int = 60
    neighbourhood_m: float = 250.0
    max_age_day: float = 14.0

    def __post_init__(self) -> None:
        ranges = {
            "isolated_share": (0.0, 1.0),
            "outdoor_share": (0.0, 1.0),
            "meeting_m": (0.0, 100.0),
            "walking_m_per_s": (0.0, 50.0),
            "people_least": (0.0, 1e3),
            "people_most": (2, 1000),
            "neighbourhood_m": (0.0, 1e5),
            "max_age_day": (0.0, 1000.0),
        }
        check_ranges(self, ranges)


INFECTION_DEFAULTS: Final = InfectionOptions()
