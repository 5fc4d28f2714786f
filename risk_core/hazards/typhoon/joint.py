"""Wind, rain and flood of the same member: how likely thresholds are met together.

A storm that passes close brings both wind and rain, so that chances of the two must not be multiplied: each member is
followed in both, and what it reaches together is counted. Several storms: the stronger of each member.

Flood: a flood forecast runs the rain of gauges, not of members. Its depth rises with rain, so a chance P of a flood
level belongs to the share P of the members that are wettest there in the last three hours (of equal ones the later by
number, which says nothing of their wind: where no member has rain, flood and wind come out as independent).

Kinds and levels: `risk_core.state.joint`. The wind is that over land.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.flood.outlook import FloodOutlook
from risk_core.hazards.flood.scale import FLOOD_SCALES, FloodScale
from risk_core.hazards.rain.options import WINDOWS_H
from risk_core.hazards.typhoon.ensemble import Members, kernel_tables
from risk_core.hazards.typhoon.eurocode_2005 import land_ratio
from risk_core.hazards.typhoon.grid_weights import grid_weights
from risk_core.hazards.typhoon.harper_2010 import GUST_INLAND
from risk_core.hazards.typhoon.member_rain import N_RAIN_MEMBER, REACH_M
from risk_core.hazards.typhoon.options import TyphoonOptions
from risk_core.hazards.typhoon.storm import Storm
from risk_core.hazards.typhoon.tuleya_2007 import profile_terms
from risk_core.kernels.joint import count_levels, member_rain_levels, member_wind_levels
from risk_core.state.grid import Grid
from risk_core.state.joint import JOINT_RISKS, JointOutlook, PlaceJoint
from risk_core.state.scale import N_STEP
from risk_core.state.wind_outlook import code_to_prob, prob_to_code

Floats = NDArray[np.float64]
LEVEL_AT: Final = tuple(round(risk * N_STEP) - 1 for risk in JOINT_RISKS)
"""Position of each level among the figures of a scale."""
Z_80: Final = 1.2815515655446004
LEAST_DEPTH_M: Final = 1e-3
N_FLOOD_HOUR: Final = 6
"""Hours a flood forecast may reach."""
N_WAY_HOUR: Final = 24
"""Hours in which members are kept one by one, for ways: hardly anyone is longer under way."""


@dataclass(frozen=True, slots=True, eq=False)
class MemberLevels:
    """Level of wind and of rain that each member reaches, 0..3.

    Attributes
    ----------
    wind, rain
        shape=(n_hour, n_cell, n_member), from the present hour on.
    rain_mm
        Of the last three hours, in the first `N_FLOOD_HOUR` hours.
    """

    wind: NDArray[np.uint8]
    rain: NDArray[np.uint8]
    rain_mm: NDArray[np.float32]

    @classmethod
    def calm(cls, n_hour: int, n_cell: int, n_member: int = N_RAIN_MEMBER) -> "MemberLevels":
        """Nothing reached."""
        shape = (n_hour, n_cell, n_member)
        first = (min(n_hour, N_FLOOD_HOUR), n_cell, n_member)
        return cls(np.zeros(shape, np.uint8), np.zeros(shape, np.uint8), np.zeros(first, np.float32))


def add_storm(
    levels: MemberLevels,
    grid: Grid,
    covered: tuple[NDArray[np.int64], tuple[Storm, ...]],
    members: Members,
    n_before: int,
    options: TyphoonOptions,
) -> None:
    """Raise the levels by one storm, in place.

    Parameters
    ----------
    levels
        Of the hours from the present one on.
    grid
        Where.
    covered
        Positions of the hours its track covers, ascending, and the storm in each.
    members
        Its members in those hours.
    n_before
        Hours before the present one.
    options
        Settings.
    """
    at, storms = covered
    n = levels.wind.shape[2]
    ahead = np.flatnonzero(at >= n_before)
    if ahead.size:
        now = ahead[0]
        part = np.zeros((ahead.size, *levels.wind.shape[1:]), np.uint8)
        some = (np.ascontiguousarray(members.shift_m[:n, now:]), np.ascontiguousarray(members.strength[:n, now:]),
                members.stretch[:n])  # fmt: skip
        hours = kernel_tables(storms[now:], options)
        rows, cols = grid.row_lat_deg, grid.col_lon_deg
        member_wind_levels(rows, cols, hours, options.node_m, some, wind_figures(options), part)
        where = at[ahead] - n_before
        levels.wind[where] = np.maximum(levels.wind[where], part)
    n_hour = n_before + levels.wind.shape[0]
    centre, shift, terms = np.full((n_hour, 2), np.nan), np.zeros((n, n_hour, 2)), np.ones((n, n_hour, 4))
    centre[at] = [(storm.lat_deg, storm.lon_deg) for storm in storms]
    shift[:, at] = members.shift_m[:n]
    terms[:, at] = profile_terms(np.array([storm.largest_m_per_s for storm in storms]) * members.strength[:n])
    figures = np.array([[scale.figures[k] for k in LEVEL_AT] for scale in options.rain_scales])
    member_rain_levels(
        grid.row_lat_deg, grid.col_lon_deg, (centre, shift, terms), REACH_M, np.array(WINDOWS_H, dtype=np.int64),
        figures, (levels.rain, levels.rain_mm),
    )  # fmt: skip


def wind_figures(options: TyphoonOptions) -> Floats:
    """Wind over sea at which each level is reached on land, by mean or gust, shape=(3,)."""
    pairs = zip(options.wind_scale.figures, options.gust_scale.figures, strict=True)
    local = np.array([min(wind, gust / GUST_INLAND) for wind, gust in pairs])
    return np.asarray(local[list(LEVEL_AT)] / land_ratio(options.land), dtype=np.float64)


def joint_outlook(
    levels: MemberLevels,
    grid: Grid,
    hour_s: Floats,
    flood: tuple[FloodOutlook, Grid] | None = None,
    scales: tuple[FloodScale, ...] = FLOOD_SCALES,
) -> JointOutlook:
    """Count what members reach together.

    Parameters
    ----------
    levels
        Of the members.
    grid, hour_s
        Where and when.
    flood
        A flood forecast and the area's grid it lies on, or None.
    scales
        Figures of the water's risk; the walker's are used.
    """
    wet = np.zeros(levels.wind.shape, np.uint8)
    n_flood = 0
    rank = np.argsort(np.argsort(levels.rain_mm, axis=2, kind="stable"), axis=2)
    if flood is not None and flood[0].has_ground:
        prob = flood_probs(flood[0], flood[1], grid, hour_s, scales)
        n_flood = len(prob)
        n = levels.wind.shape[2]
        for k in range(len(JOINT_RISKS)):
            wet[:n_flood] += (rank[:n_flood] >= n - np.rint(prob[:, k, :, None] * n)).astype(np.uint8)
    counts = count_levels(levels.wind, levels.rain, wet, len(JOINT_RISKS))
    share = counts.reshape(*counts.shape[:3], grid.n_row, grid.n_col) / levels.wind.shape[2]
    worst = np.maximum(levels.wind[:N_WAY_HOUR], levels.rain[:N_WAY_HOUR])
    each = (some.astype(np.uint8).reshape(len(some), grid.n_row, grid.n_col, -1) for some in (worst, rank))
    return JointOutlook(grid, hour_s, levels.wind.shape[2], n_flood, prob_to_code(share), *each)


def flood_probs(
    flood: FloodOutlook, fine: Grid, grid: Grid, hour_s: Floats, scales: tuple[FloodScale, ...] = FLOOD_SCALES
) -> Floats:
    """Chance of each level of the water's depth at the deepest place of each cell, shape=(n, 3, n_cell), rising down.

    For as many of the hours as the flood forecast reaches; the largest of the hour that begins then.
    """
    rows = np.clip((fine.lat_max_deg - flood.first_row * fine.d_lat_deg
                    - (np.arange(flood.depth_m.shape[2]) + 0.5) * flood.factor * fine.d_lat_deg), -90, 90)  # fmt: skip
    cols = (fine.lon_min_deg + flood.first_col * fine.d_lon_deg
            + (np.arange(flood.depth_m.shape[3]) + 0.5) * flood.factor * fine.d_lon_deg)  # fmt: skip
    cell = grid.cells_of(np.repeat(rows, len(cols)), np.tile(cols, len(rows)))
    inside = np.flatnonzero(cell >= 0)
    step_s = float(hour_s[1] - hour_s[0]) if len(hour_s) > 1 else np.inf
    n = min(int(np.searchsorted(hour_s, flood.time_s[-1], side="right")), N_FLOOD_HOUR)
    out = np.zeros((n, len(JOINT_RISKS), grid.n_cell))
    figures = [scales[0].depth.figures[k] for k in LEVEL_AT]
    for t in range(n):
        at = (flood.time_s >= hour_s[t]) & (flood.time_s < hour_s[t] + step_s)
        if not at.any():
            continue
        deepest = flood.depth_m[:, at].max(axis=1).reshape(3, -1)[:, inside]
        for k, figure in enumerate(figures):
            np.maximum.at(out[t, k], cell[inside], _over(deepest, figure))
    return out


def _over(depth_m: NDArray[np.floating], figure_m: float) -> Floats:
    """Chance that water is as deep as a figure: log-normal on either side of the median, as closings are counted."""
    from scipy.special import ndtr

    low, middle, high = np.log(np.maximum(np.sort(depth_m, axis=0), LEAST_DEPTH_M))
    away = np.log(figure_m) - middle
    spread = np.maximum(np.where(away < 0, middle - low, high - middle) / Z_80, 1e-9)
    return np.asarray(ndtr(-away / spread), dtype=np.float64)


def joint_at(outlook: JointOutlook, lat_deg: float, lon_deg: float) -> PlaceJoint:
    """The outlook at one place, bilinear between its cells."""
    row, col = grid_weights(np.array([lat_deg]), np.array([lon_deg]), outlook.grid)
    weight = (row.T @ col).astype(np.float64)
    prob = (code_to_prob(outlook.code) * weight).sum(axis=(-2, -1))
    return PlaceJoint(outlook.hour_s, outlook.n_member, outlook.n_flood_hour, np.asarray(prob, dtype=np.float64))
