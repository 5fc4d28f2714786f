"""Rain along every member of a storm, after the idea of TRaP: a climatological rain profile moved along a track.

Profile: R-CLIPER (`tuleya_2007`) with the member's own largest wind. TRaP: S. Q. Kidder et al. 2005, The tropical
rainfall potential (TRaP) technique, Wea. Forecasting 20, 456-464. A mean over all directions: no terrain, no fronts, no
rain bands, so rain on windward slopes (Jeju, the south coast) comes out too low, and the interval holds the errors of
track and intensity only.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.options import RAIN_SCALES, WINDOWS_H
from risk_core.hazards.typhoon.ensemble import Members
from risk_core.hazards.typhoon.great_circle import distance_m
from risk_core.hazards.typhoon.storm import Storm
from risk_core.hazards.typhoon.tuleya_2007 import profile_terms, rain_profile
from risk_core.kernels.storm_rain import member_rain_codes
from risk_core.state.grid import Grid
from risk_core.state.scale import RiskScale

RAIN_PROB: Final = (0.1, 0.5, 0.9)
N_RAIN_MEMBER: Final = 200
"""The first of the members: enough for quantiles of a smooth field, whose standard error is then below 3.6 %."""
REACH_M: Final = 600_000.0
"""Farther out the profile gives less than 0.1 mm/h."""


@dataclass(frozen=True, slots=True, eq=False)
class RainCount:
    """Rain of the storms.

    Attributes
    ----------
    code
        Quantiles `RAIN_PROB` of the risk, shape=(3, n_hour, n_cell).
    middle_mm_per_h
        Rate of the middle track, shape=(n_hour, n_cell).
    """

    code: NDArray[np.uint8]
    middle_mm_per_h: NDArray[np.float32]

    @classmethod
    def dry(cls, n_hour: int, grid: Grid) -> "RainCount":
        """No rain."""
        zero = np.zeros((n_hour, grid.n_cell), np.float32)
        return cls(np.zeros((len(RAIN_PROB), n_hour, grid.n_cell), np.uint8), zero)

    def joined(self, other: "RainCount") -> "RainCount":
        """The wetter of two storms."""
        return RainCount(np.maximum(self.code, other.code), np.maximum(self.middle_mm_per_h, other.middle_mm_per_h))


def rain_codes_of(
    grid: Grid,
    covered: tuple[NDArray[np.int64], tuple[Storm, ...]],
    members: Members,
    n_hour: int,
    scales: tuple[RiskScale, ...] = RAIN_SCALES,
) -> RainCount:
    """Rain of one storm.

    Parameters
    ----------
    grid
        Where.
    covered
        Positions of the hours its track covers, ascending, and the storm in each.
    members
        Its members in those hours.
    n_hour
        Number of all hours.
    scales
        Figures of the rain's risk, by window.
    """
    at, storms = covered
    n = min(N_RAIN_MEMBER, len(members.stretch))
    centre = np.full((n_hour, 2), np.nan)
    centre[at] = [(storm.lat_deg, storm.lon_deg) for storm in storms]
    shift, terms = np.zeros((n, n_hour, 2)), np.ones((n, n_hour, 4))
    shift[:, at] = members.shift_m[:n]
    largest = np.array([storm.largest_m_per_s for storm in storms])
    terms[:, at] = profile_terms(largest * members.strength[:n])
    knots = np.stack([scale.knots for scale in scales])
    code = member_rain_codes(
        grid.row_lat_deg,
        grid.col_lon_deg,
        centre,
        shift,
        terms,
        REACH_M,
        np.array(WINDOWS_H, dtype=np.int64),
        knots,
        np.array(RAIN_PROB),
    )
    return RainCount(code, _middle_rate(grid, at, storms, n_hour))


def _middle_rate(grid: Grid, at: NDArray[np.int64], storms: tuple[Storm, ...], n_hour: int) -> NDArray[np.float32]:
    lat, lon = np.repeat(grid.row_lat_deg, grid.n_col), np.tile(grid.col_lon_deg, grid.n_row)
    out = np.zeros((n_hour, grid.n_cell), np.float32)
    for t, storm in zip(at, storms, strict=True):
        far_m = distance_m(lat, lon, np.array(storm.lat_deg), np.array(storm.lon_deg))
        rate = rain_profile(storm.largest_m_per_s).rate_mm_per_h(far_m)
        out[t] = np.where(far_m < REACH_M, rate, 0.0)
    return out
