"""Wind figures whose passing is counted: official warnings and what else people ask for."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.wind_outlook import WindLevel

NEVER: Final = float("inf")
_KMA: Final = "Korea Meteorological Administration"

LAND_LEVELS: Final = (
    WindLevel("strong_wind_advisory", 14.0, 20.0, f"{_KMA}, strong wind advisory on land"),
    WindLevel("tropical_storm", 17.0, NEVER, f"{_KMA}, least wind of a typhoon"),
    WindLevel("strong_wind_warning", 21.0, 26.0, f"{_KMA}, strong wind warning on land"),
    WindLevel("bridge_closed", 25.0, NEVER, "Korean law closes sea bridges at a 10-minute wind of 25 m/s"),
    WindLevel("strong_typhoon", 33.0, NEVER, f"{_KMA}, typhoon intensity 'strong'"),
)
"""Default levels; mountains have 17 or 25 and 24 or 30 m/s."""

OUTLOOK_LEVELS: Final = tuple(level for level in LAND_LEVELS if level.name != "tropical_storm")
"""Levels people plan by: advisory and warning, closed bridges, a strong typhoon; rising on land and at sea."""

MOUNTAIN_LEVELS: Final = (
    WindLevel("strong_wind_advisory", 17.0, 25.0, f"{_KMA}, strong wind advisory in the mountains"),
    WindLevel("strong_wind_warning", 24.0, 30.0, f"{_KMA}, strong wind warning in the mountains"),
)


def sea_thresholds_m_per_s(
    levels: tuple[WindLevel, ...], land_ratio: NDArray[np.float32], gust_ratio: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Wind over open sea at which each level is passed in each cell, shape=(n_level, n_cell), m/s.

    Parameters
    ----------
    levels
        The levels.
    land_ratio, gust_ratio
        Local wind over sea wind, and gust over local wind, shape=(n_cell,).

    Examples
    --------
    Inland, where a gust is 1.66 times the mean, the gust decides:

    >>> one = np.ones(1, dtype=np.float32)
    >>> sea_thresholds_m_per_s(LAND_LEVELS[:1], one, 1.66 * one).round(2).tolist()
    [[12.05]]
    """
    wind, gust = np.array([level.figures for level in levels]).T
    local = np.minimum(wind[:, None], gust[:, None] / np.asarray(gust_ratio, dtype=np.float64))
    return np.asarray(local / np.asarray(land_ratio, dtype=np.float64))
