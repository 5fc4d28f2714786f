"""Settings of the weekly forecast; chosen on the European hub's origins up to June 2022."""

from dataclasses import dataclass, field
from typing import Final

from risk_core.state.surveillance import N_WEEK_AHEAD

COUNT_SHIFT: Final = 5.0
"""Cases added before the logarithm: differences of a few cases say little."""


@dataclass(frozen=True, slots=True)
class WeekTrendOptions:
    """Robust damped trend of log weekly counts, see `kernels.weekly.filter_weeks`."""

    damping: float
    level_var: float
    growth_var: float
    student_nu: float = 4.0


@dataclass(frozen=True, slots=True)
class LinearOptions:
    """Pooled linear regression of the change ahead by weighted least absolute deviations.

    Attributes
    ----------
    half_life_week, count_power
        Weight of a row: 0.5^(age / half life) (cases + 10)^power.
    ridge, growth_prior
        Pull of the coefficients towards growth_prior x horizon on the growth, zero on all others.
    place_half_life_week, place_pseudo_week
        Memory of each place's own spread, and the weeks that the common one stands for.
    change_most
        Largest foreseen change of log counts by horizon; falls may be 0.3 larger.
    """

    half_life_week: float = 60.0
    count_power: float = 0.5
    ridge: float = 1.0
    growth_prior: float = 0.6
    place_half_life_week: float = 10.0
    place_pseudo_week: float = 6.0
    change_most: tuple[float, ...] = (0.8, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class TreeOptions:
    """Gradient boosted trees of nine quantiles (LightGBM: Ke et al. 2017, NeurIPS 30, 3146)."""

    half_life_week: float = 60.0
    count_power: float = 0.35
    n_tree: int = 80
    n_leaf: int = 10
    n_row_leaf: int = 80
    learning_rate: float = 0.07
    refit_week: int = 4
    seed: int = 0


@dataclass(frozen=True, slots=True)
class WidthOptions:
    """Adaptive conformal width (Gibbs & Candes 2021, NeurIPS 34, 1660), pooled over places, by horizon.

    Attributes
    ----------
    start
        Factors of the central 50 and 95 % intervals before anything was seen, and what they are drawn back to.
    rate, forget
        Step per share of misses too many, and share of the way back to `start` a week.
    most
        Factors stay within 1 / most and most.
    """

    start: tuple[float, float] = (1.0, 1.12)
    rate: float = 0.05
    forget: float = 0.05
    most: float = 2.0


@dataclass(frozen=True, slots=True)
class ForecastOptions:
    """Settings of the weekly forecast.

    Attributes
    ----------
    fast, slow
        The two trends whose state the members see: the linear one and one of trees the fast, one of trees the slow.
    history_week
        Weeks looked back at for training.
    least_week
        Weeks that must be known before the first forecast.
    share_most
        No week brings more cases than this share of the residents, where these are known.
    """

    fast: WeekTrendOptions = field(default_factory=lambda: WeekTrendOptions(0.6, 0.004, 0.03))
    slow: WeekTrendOptions = field(default_factory=lambda: WeekTrendOptions(0.85, 0.01, 0.004))
    linear: LinearOptions = field(default_factory=LinearOptions)
    trees: TreeOptions = field(default_factory=TreeOptions)
    width: WidthOptions = field(default_factory=WidthOptions)
    history_week: int = 104
    least_week: int = 16
    share_most: float = 0.08


HORIZON_WEEK: Final = tuple(range(1, N_WEEK_AHEAD + 1))
