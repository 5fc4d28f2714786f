"""How likely wind, rain and flood reach a level together: counted on the same members, never multiplied."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.grid import Grid

KINDS: Final = ("wind", "rain", "flood", "wind_and_rain", "all", "any")
"""What is counted, in the order of the first axis."""
JOINT_RISKS: Final = (0.4, 0.6, 0.8)
"""Risks counted: where the levels Caution, Alert and Serious begin."""


@dataclass(frozen=True, slots=True, eq=False)
class JointOutlook:
    """Shares of members on the grid of the wind outlook; over land.

    Attributes
    ----------
    grid
        Its cell centres are where members were counted.
    hour_s
        Whole hours from the present one on, unix seconds, shape=(n_hour,).
    n_member
        Members counted.
    n_flood_hour
        So many of the first hours have a flood forecast; in later ones only wind and rain are counted.
    code
        Shares as bytes (`code_to_prob`), shape=(6, n_hour, 3, y, x): `KINDS`, hours, `JOINT_RISKS`.
    member_level
        How many of `JOINT_RISKS` the wind or the rain of each member reaches in the first hours,
        shape=(n_way_hour, y, x, n_member); None in snapshots written before members were kept.
    rain_rank
        How many members have less rain there in the last three hours (of equal ones those earlier by number),
        shape=(n_rank_hour, y, x, n_member); None as above.
    """

    grid: Grid
    hour_s: NDArray[np.float64]
    n_member: int
    n_flood_hour: int
    code: NDArray[np.uint8]
    member_level: NDArray[np.uint8] | None = None
    rain_rank: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PlaceJoint:
    """The outlook at one place.

    Attributes
    ----------
    hour_s, n_member, n_flood_hour
        As in `JointOutlook`.
    prob
        shape=(6, n_hour, 3).
    """

    hour_s: NDArray[np.float64]
    n_member: int
    n_flood_hour: int
    prob: NDArray[np.float64]
