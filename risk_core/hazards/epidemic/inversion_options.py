"""Settings of the way back from reports to infections."""

from dataclasses import dataclass
from typing import Final

from risk_core.state.options import check_ranges


@dataclass(frozen=True, slots=True)
class InversionOptions:
    """Settings of the inversion, chosen on simulated waves (`python -m dashboard score prevalence`).

    Attributes
    ----------
    growth_var, own_growth_var
        Variance by which the daily growth drifts in a day: of the whole area, and of a place beside the others.
    damping
        Share of the growth kept each day.
    dispersion
        Size of the negative binomial before scatter is learnt.
    weekday_sd, own_weekday_sd
        Standard deviation of the logarithm of a weekday's factor: of the area, and of a place beside it.
    knot_day
        Days between knots of the path.
    window_day
        Newest days of reports that are read.
    """

    growth_var: float = 5e-4
    own_growth_var: float = 1.6e-4
    damping: float = 0.94
    dispersion: float = 15.0
    weekday_sd: float = 0.25
    own_weekday_sd: float = 0.15
    knot_day: int = 4
    window_day: int = 60

    def __post_init__(self) -> None:
        ranges: dict[str, tuple[float, float]] = {
            "growth_var": (1e-9, 1.0),
            "own_growth_var": (1e-9, 1.0),
            "damping": (0.0, 1.0),
            "dispersion": (0.1, 1e6),
            "weekday_sd": (1e-6, 2.0),
            "own_weekday_sd": (1e-6, 2.0),
            "knot_day": (1, 14),
            "window_day": (7, 180),
        }
        check_ranges(self, ranges)


INVERSION_DEFAULTS: Final = InversionOptions()
