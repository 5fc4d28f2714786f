"""What may be changed about the rain model; the figures its risk stands on are rows of the criteria' table."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from risk_core.hazards.criteria import Criteria, default_criteria
from risk_core.hazards.rain.criteria import KMA_RULES, RainRules
from risk_core.state.options import check_ranges
from risk_core.state.scale import RiskScale
from risk_core.units import S_PER_H

WINDOWS_H: Final = (1, 3, 12)
"""Hours over which rain is summed."""

SUMS_H: Final = (1, 3, 6, 12, 24)
"""Hours over which the present sums are told: those of the risk, and those that older and other criteria ask for."""


def rain_scales(criteria: Criteria, day: str = "9999-12-31") -> tuple[RiskScale, RiskScale, RiskScale]:
    """Scales of a table, one a window."""
    one, three, twelve = (criteria.scale("rain", f"accumulation_{hours}h_mm", day=day) for hours in WINDOWS_H)
    return one, three, twelve


RAIN_SCALES: Final = rain_scales(default_criteria())
"""One scale a window, in the order of `WINDOWS_H`; the worst of them is the risk."""


class Interpolation(StrEnum):
    """How rain between gauges is estimated."""

    KRIGING = "kriging"
    INVERSE_DISTANCE = "inverse_distance"


@dataclass(frozen=True, slots=True)
class RainOptions:
    """Settings of the rain model.

    Attributes
    ----------
    scales
        Figures of each window.
    rules
        Versions of the official notices.
    lifetime_s
        e-folding time of a persistence forecast at a fixed place. 2.9 h: lifetime of rain patterns in Eulerian
        persistence over North America, Germann & Zawadzki 2002, Mon. Wea. Rev. 130, 2859 (figure unverified).
    correlation_m
        Distance over which hourly rain loses 1/e of its correlation; 20 km is an assumption for summer rain
        in Korea.
    gauge_error
        Relative error (log standard deviation) of a gauge itself; assumption.
    field_error
        Relative error (log standard deviation) far from every gauge. 1.0 from gauges left out one by one of invented
        networks; not yet fitted on a real one.
    unseen_error
        Rain no gauge has seen: standard deviation far from every gauge, as a share of the root mean square of the
        gauges; widens the upper bound only. From the same trials.
    interpolation
        Kriging, or inverse distances.
    n_near
        Gauges kriged with in a cell.
    least_kriging
        With fewer gauges inverse distances are used; assumption.
    least_distance_m
        Added in squares to distances in inverse-distance weights.
    step_s
        Least time step of the nowcast.
    verify_s
        How far back the nowcast is compared with what came.
    least_pairs
        Compared pairs at which half of the nowcast's skill is believed; assumption.
    most_mm_per_h
        Higher rates are faults of a gauge; the one-minute record is 38.1 mm, 2,286 mm/h (WMO, Barot 1970; unverified).
    max_gap_s
        A missing rate is replaced by the last known one for so long.
    max_age_s
        Observations older than this say nothing about now.
    interval_s
        Length of the measuring interval where a single one is known.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    scales: tuple[RiskScale, RiskScale, RiskScale] = RAIN_SCALES
    rules: tuple[RainRules, ...] = KMA_RULES
    lifetime_s: float = 2.9 * S_PER_H
    correlation_m: float = 20_000.0
    gauge_error: float = 0.1
    field_error: float = 1.0
    unseen_error: float = 0.15
    interpolation: Interpolation = Interpolation.KRIGING
    n_near: int = 16
    least_kriging: int = 8
    least_distance_m: float = 25.0
    step_s: float = 600.0
    verify_s: float = 10_800.0
    least_pairs: float = 30.0
    most_mm_per_h: float = 2_300.0
    max_gap_s: float = 1_800.0
    max_age_s: float = 3_600.0
    interval_s: float = 600.0

    def __post_init__(self) -> None:
        ranges = {
            "lifetime_s": (60.0, 1e6),
            "correlation_m": (100.0, 1e6),
            "gauge_error": (1e-3, 2.0),
            "field_error": (0.01, 3.0),
            "unseen_error": (0.0, 3.0),
            "n_near": (1, 64),
            "least_kriging": (2, 1e9),
            "least_distance_m": (0.0, 1e5),
            "step_s": (60.0, 7_200.0),
            "verify_s": (600.0, 86_400.0),
            "least_pairs": (0.0, 1e9),
            "most_mm_per_h": (1.0, 1e5),
            "max_gap_s": (0.0, 86_400.0),
            "max_age_s": (60.0, 86_400.0),
            "interval_s": (1.0, 86_400.0),
        }
        check_ranges(self, ranges)


RAIN_DEFAULTS: Final = RainOptions()
