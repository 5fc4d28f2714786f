"""Wind figures whose passing is counted: official warnings and what else people ask for."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.criteria import NOTICE, Criteria, default_criteria
from risk_core.state.wind_outlook import WindLevel

NEVER: Final = float("inf")
PLANNED_BY: Final = ("strong_wind_advisory", "strong_wind_warning", "bridge_closed", "strong_typhoon")
"""Levels people plan by: advisory and warning, closed bridges, a strong typhoon; rising on land and at sea."""


def wind_levels(criteria: Criteria, place: str = "land", day: str = "9999-12-31") -> tuple[WindLevel, ...]:
    """Levels of a table at a place, by rising wind.

    Parameters
    ----------
    criteria
        The table; a level is the notices of wind of one name, any of its rules, each with one figure.
    place
        As in the table.
    day
        As 2025-05-15.

    Examples
    --------
    >>> [level.wind_m_per_s for level in wind_levels(default_criteria(), "mountain")]
    [17.0, 24.0]
    """
    rows = [row for row in criteria.in_force(day) if (row.hazard, row.kind, row.place) == ("wind", NOTICE, place)]
    made = []
    for name in dict.fromkeys(row.name for row in rows):
        figures = {row.quantity: row.value for row in rows if row.name == name}
        source = next(row.source for row in rows if row.name == name)
        made.append(WindLevel(name, figures.get("wind_m_per_s", NEVER), figures.get("gust_m_per_s", NEVER), source))
    return tuple(sorted(made, key=lambda level: level.figures))


def planned_levels(criteria: Criteria, day: str = "9999-12-31") -> tuple[WindLevel, ...]:
    """Those of `PLANNED_BY` on land."""
    return tuple(level for level in wind_levels(criteria, "land", day) if level.name in PLANNED_BY)


LAND_LEVELS: Final = wind_levels(default_criteria(), "land")
MOUNTAIN_LEVELS: Final = wind_levels(default_criteria(), "mountain")
OUTLOOK_LEVELS: Final = planned_levels(default_criteria())


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
