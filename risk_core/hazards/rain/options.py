"""What may be changed about the rain model, and the official figures its risk stands on."""

from dataclasses import dataclass
from typing import Final

from risk_core.state.options import check_ranges
from risk_core.state.scale import RiskScale
from risk_core.units import S_PER_H

WINDOWS_H: Final = (1, 3, 12)
"""Hours over which rain is summed."""

_ADVISORY = "Korea Meteorological Administration heavy rain advisory 60 mm/3 h or 110 mm/12 h, warning 90 or 180"
_MESSAGE = "emergency text at 50 mm/h with 90 mm/3 h, or 72 mm/h (all Korea since 2025-05-15)"
_OWN = "other figures are this project's proposal"

RAIN_SCALES: Final = (
    RiskScale("accumulation_1h_mm", (15.0, 30.0, 50.0, 72.0, 100.0), f"{_MESSAGE}; {_OWN}", "2025-05-15"),
    RiskScale("accumulation_3h_mm", (30.0, 60.0, 90.0, 120.0, 180.0), f"{_ADVISORY}; {_OWN}", "2025-05-15"),
    RiskScale("accumulation_12h_mm", (55.0, 110.0, 180.0, 250.0, 350.0), f"{_ADVISORY}; {_OWN}", "2025-05-15"),
)
"""One scale a window, in the order of `WINDOWS_H`; the worst of them is the risk."""


@dataclass(frozen=True, slots=True)
class RainOptions:
    """Settings of the rain model.

    Attributes
    ----------
    scales
        Figures of each window.
    lifetime_s
        e-folding time of a persistence forecast at a fixed place. 2.9 h: lifetime of rain patterns in Eulerian
        persistence over North America, Germann & Zawadzki 2002, Mon. Wea. Rev. 130, 2859 (figure unverified).
    correlation_m
        Distance over which hourly rain loses 1/e of its correlation; 20 km is an assumption for summer rain
        in Korea.
    gauge_error
        Relative error (log standard deviation) of a gauge itself; assumption.
    field_error
        Relative error (log standard deviation) far from every gauge; assumption.
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
    lifetime_s: float = 2.9 * S_PER_H
    correlation_m: float = 20_000.0
    gauge_error: float = 0.1
    field_error: float = 0.7
    max_gap_s: float = 1_800.0
    max_age_s: float = 3_600.0
    interval_s: float = 600.0

    def __post_init__(self) -> None:
        ranges = {
            "lifetime_s": (60.0, 1e6),
            "correlation_m": (100.0, 1e6),
            "gauge_error": (0.0, 2.0),
            "field_error": (0.0, 3.0),
            "max_gap_s": (0.0, 86_400.0),
            "max_age_s": (60.0, 86_400.0),
            "interval_s": (1.0, 86_400.0),
        }
        check_ranges(self, ranges)


RAIN_DEFAULTS: Final = RainOptions()
