"""What the members of all storms say of the coming hours: probability of each wind level, first arrival, gust."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.state.grid import Grid

PROB_STEPS: Final = 250
"""A probability of 0..1 is kept as a byte 0..250."""


class Ground(IntEnum):
    """What the wind blows over; the position on the axis `ground`."""

    LAND = 0
    SEA = 1


@dataclass(frozen=True, slots=True)
class WindLevel:
    """A level is passed by the 10-minute wind or by the gust, whichever comes first.

    Attributes
    ----------
    name
        Short, for tables.
    wind_m_per_s, gust_m_per_s
        The figures; infinity where one does not count.
    source
        Who set them.

    Raises
    ------
    InputError
        When neither figure is a positive number.
    """

    name: str
    wind_m_per_s: float
    gust_m_per_s: float
    source: str

    def __post_init__(self) -> None:
        if not (self.wind_m_per_s > 0 and self.gust_m_per_s > 0 and np.isfinite(min(self.figures))):
            wanted = "a positive wind or gust"
            raise InputError(
                Fault(self.name, str(self.figures), wanted, "Use infinity for the one that does not count.")
            )

    @property
    def figures(self) -> tuple[float, float]:
        """Wind and gust."""
        return self.wind_m_per_s, self.gust_m_per_s


@dataclass(frozen=True, slots=True, eq=False)
class WindOutlook:
    """Shares of members on a grid coarser than the area's; local wind over land and over sea each.

    Attributes
    ----------
    grid
        Its cell centres are where members were counted.
    hour_s
        Whole hours from the present one on, unix seconds, shape=(n_hour,).
    levels
        What was counted.
    n_member
        Members of each storm; the standard error of a share is at most 0.5 / sqrt(n_member).
    storms
        Identity of each storm counted.
    issue_s
        Issue of the newest bulletin among them, unix seconds.
    over_code
        Share of members over each level in each hour as bytes (`code_to_prob`), shape=(n_ground, n_hour, n_level, y,
        x).
    event_code
        Share over each level in at least one of the hours, shape=(n_ground, n_level, y, x).
    arrival_prob
        Levels of the arrival quantiles.
    arrival_h
        Hours from the first one to the hour by which that share of the members that ever pass the level has passed
        it, shape=(n_quantile, n_ground, n_level, y, x); NaN where fewer than `LEAST_SHARE` of all members do.
    gust_prob
        Levels of the gust quantiles.
    gust_m_per_s
        Quantiles over all members of the largest gust of these hours, shape=(n_quantile, n_ground, y, x); 0 where
        the wind stays weak.
    """

    grid: Grid
    hour_s: NDArray[np.float64]
    levels: tuple[WindLevel, ...]
    n_member: int
    storms: tuple[str, ...]
    issue_s: float
    over_code: NDArray[np.uint8]
    event_code: NDArray[np.uint8]
    arrival_prob: tuple[float, ...]
    arrival_h: NDArray[np.float32]
    gust_prob: tuple[float, ...]
    gust_m_per_s: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceWind:
    """The outlook at one place.

    Attributes
    ----------
    hour_s
        The hours, unix seconds, shape=(n_hour,).
    levels
        What was counted.
    over_prob
        Probability of each level in each hour, shape=(n_hour, n_level).
    event_prob
        Probability of each level in at least one hour, shape=(n_level,).
    arrival_prob, arrival_s
        Quantiles of the first passing among members that pass, unix seconds, shape=(n_quantile, n_level); NaN where
        too few pass.
    gust_prob, gust_m_per_s
        Quantiles of the largest gust, shape=(n_quantile,).
    n_member, storms, issue_s
        As in `WindOutlook`.
    """

    hour_s: NDArray[np.float64]
    levels: tuple[WindLevel, ...]
    over_prob: NDArray[np.float64]
    event_prob: NDArray[np.float64]
    arrival_prob: tuple[float, ...]
    arrival_s: NDArray[np.float64]
    gust_prob: tuple[float, ...]
    gust_m_per_s: NDArray[np.float64]
    n_member: int
    storms: tuple[str, ...]
    issue_s: float


def prob_to_code(prob: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Bytes of probabilities, any shape; a share above 0 never becomes 0, one below 1 never 1.

    Examples
    --------
    >>> prob_to_code(np.array([0.0, 0.001, 0.5, 0.999, 1.0])).tolist()
    [0, 1, 125, 249, 250]
    """
    code = np.rint(np.clip(prob, 0.0, 1.0) * PROB_STEPS)
    code = np.where(prob > 0, np.maximum(code, 1), code)
    return np.asarray(np.where(prob < 1, np.minimum(code, PROB_STEPS - 1), code), dtype=np.uint8)


def code_to_prob(code: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Probabilities of bytes, any shape.

    Examples
    --------
    >>> code_to_prob(np.array([0, 125, 250], np.uint8)).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.asarray(code, dtype=np.float32) / np.float32(PROB_STEPS)
