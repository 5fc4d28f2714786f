"""Every storm near an area as a thousand members: wind by hour, first arrival, gust and rain, on a coarser grid.

Members are drawn as in `ensemble`. They are counted at most `MOST_NODES` places and `HORIZON_H` hours ahead, so that
the cost of an area is bounded however fine its grid is: about 0.07 billion places x hours x members a storm. Between
the places the answer is interpolated: errors of the centre are 16 km or more, the storm's own scale is tens of
kilometres, and what does change within a kilometre, land against sea, is kept apart as two grounds.

Several storms are taken as independent: a place stays calm when it stays calm of each of them. Live stations are joined
afterwards (`outlook_correction`), for they change by the minute and members need not be counted anew for them.
"""

import dataclasses
import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.typhoon.ensemble import (
    EnsembleOptions,
    Members,
    arrival_quantiles_h,
    kernel_tables,
    storm_members,
)
from risk_core.hazards.typhoon.eurocode_2005 import land_ratio
from risk_core.hazards.typhoon.harper_2010 import GUST_AT_SEA, GUST_INLAND
from risk_core.hazards.typhoon.joint import MemberLevels, add_storm, joint_outlook
from risk_core.hazards.typhoon.member_rain import N_RAIN_MEMBER, RainCount, rain_codes_of
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.hazards.typhoon.storm import Storm, storm_at
from risk_core.hazards.typhoon.wind_levels import OUTLOOK_LEVELS, sea_thresholds_m_per_s
from risk_core.kernels.typhoon_outlook import count_rungs
from risk_core.state.grid import Grid
from risk_core.state.joint import JointOutlook
from risk_core.state.situation import Track
from risk_core.state.wind_outlook import WindLevel, WindOutlook, prob_to_code
from risk_core.units import S_PER_H

HORIZON_H: Final = 48
BEFORE_H: Final = 12
"""Hours before the present one from which rain is summed."""
MOST_NODES: Final = 1200
LEAST_NODE_M: Final = 2_000.0
LEAST_SHARE: Final = 0.05
"""Share of members that must pass a level before a time of arrival is told."""
ARRIVAL_PROB: Final = (0.1, 0.5, 0.9)
GUST_PROB: Final = (0.1, 0.5, 0.9)
BOUND_PROB: Final = (0.1, 0.9)
RUNG_STEP_M_PER_S: Final = 2.0
RUNGS_M_PER_S: Final = (9.0, 71.0)
"""Winds over sea that are told apart; below the first, no figure of the risk is passed on any ground."""

OUTLOOK_ENSEMBLE: Final = EnsembleOptions(levels=OUTLOOK_LEVELS, arrival_prob=ARRIVAL_PROB, peak_prob=GUST_PROB)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class StormOutlook:
    """What the members of every storm say, on the grid of `wind`.

    Attributes
    ----------
    wind
        Probabilities, arrival and gust from the present hour on.
    hour_s
        Whole hours, also before the present one, unix seconds, shape=(n_hour,).
    bound_m_per_s
        10 and 90 % quantile of the members' wind over sea, shape=(2, n_hour, y, x).
    rain_code
        10, 50 and 90 % quantile of the members' rain as risk bytes, shape=(3, n_hour, y, x).
    rain_ahead_mm
        Rain of the middle track in the `BEFORE_H` hours from the present one on, shape=(y, x).
    members
        Levels of wind and rain each member reaches, from the present hour on.
    joint
        How often they are reached together, without a flood forecast.
    rung_m_per_s
        Winds over sea that were counted, ascending.
    over, began
        Share of members over each of them by hour from the present one on, shape=(n_hour, n_cell, n_rung), and in at
        least one of these hours, shape=(n_cell, n_rung).
    """

    wind: WindOutlook
    hour_s: Floats
    bound_m_per_s: NDArray[np.float32]
    rain_code: NDArray[np.uint8]
    rain_ahead_mm: NDArray[np.float32]
    members: MemberLevels
    joint: JointOutlook
    rung_m_per_s: Floats
    over: NDArray[np.float32]
    began: NDArray[np.float32]


def outlook_grid(grid: Grid) -> Grid:
    """Coarser grid of the same corner: at most `MOST_NODES` cells, each `LEAST_NODE_M` wide or wider.

    Examples
    --------
    >>> coarse = outlook_grid(Grid.from_bounds(126.0, 33.0, 130.0, 38.0, 2000.0))
    >>> coarse.cell_m, coarse.n_cell <= MOST_NODES
    (14000.0, True)
    """
    step = max(1, math.ceil(LEAST_NODE_M / grid.cell_m), math.ceil(math.sqrt(grid.n_cell / MOST_NODES)))
    return Grid(
        lat_max_deg=grid.lat_max_deg,
        lon_min_deg=grid.lon_min_deg,
        d_lat_deg=grid.d_lat_deg * step,
        d_lon_deg=grid.d_lon_deg * step,
        n_row=math.ceil(grid.n_row / step),
        n_col=math.ceil(grid.n_col / step),
        cell_m=grid.cell_m * step,
    )


def look_ahead(
    grid: Grid,
    tracks: tuple[Track, ...],
    now_s: float,
    lead_s: NDArray[np.int32],
    options: TyphoonOptions = TYPHOON_DEFAULTS,
    ensemble: EnsembleOptions | None = None,
) -> StormOutlook | None:
    """Count the members of every storm; the same within an hour of the clock, so that it may be remembered.

    Parameters
    ----------
    grid
        The area's grid.
    tracks
        Analysed and forecast tracks.
    now_s
        The moment assessed, unix seconds.
    lead_s
        Time slices that need bounds, seconds from now.
    options, ensemble
        Settings; what is counted are the ensemble's levels, those of `options` where no ensemble is given.

    Returns
    -------
    StormOutlook or None
        None when no track covers any of the hours from the present one on.
    """
    ensemble = ensemble or dataclasses.replace(OUTLOOK_ENSEMBLE, levels=options.levels)
    hour_s, now = outlook_hours(now_s, lead_s)
    coarse = outlook_grid(grid)
    rung = rungs_m_per_s(ensemble, options)
    shape = (len(hour_s), coarse.n_cell, len(rung))
    calm, spared = np.ones(shape, np.float32), np.ones((len(hour_s) - now, *shape[1:]), np.float32)
    rain = RainCount.dry(len(hour_s), coarse)
    levels = MemberLevels.calm(len(hour_s) - now, coarse.n_cell, min(N_RAIN_MEMBER, ensemble.n_member))
    seen = []
    for track in tracks:
        found = {i: storm for i, s in enumerate(hour_s) if (storm := storm_at(track, float(s), options)) is not None}
        at, storms = np.array(list(found), dtype=np.int64), tuple(found.values())
        if not storms or at[-1] < now:
            continue
        members = storm_members(storms, ensemble)
        over, began = _count_wind(coarse, storms, members, rung, int(np.searchsorted(at, now)), options)
        calm[at] *= 1.0 - over
        spared *= 1.0 - _fill_hours(began, at[at >= now] - now, len(hour_s) - now)
        rain = rain.joined(rain_codes_of(coarse, (at, storms), members, len(hour_s), options.rain_scales))
        add_storm(levels, coarse, (at, storms), members, now, options)
        seen.append(track)
    if not seen:
        return None
    return StormOutlook(
        wind=_wind_outlook(coarse, hour_s[now:], 1.0 - calm[now:], 1.0 - spared, (rung, options, ensemble, seen)),
        hour_s=hour_s,
        bound_m_per_s=np.stack([rung_quantile(1.0 - calm, rung, p) for p in BOUND_PROB]).reshape(
            len(BOUND_PROB), -1, coarse.n_row, coarse.n_col
        ),
        rain_code=rain.code.reshape(len(rain.code), -1, coarse.n_row, coarse.n_col),
        rain_ahead_mm=rain.middle_mm_per_h[now : now + BEFORE_H].sum(axis=0).reshape(coarse.n_row, coarse.n_col),
        members=levels,
        joint=joint_outlook(levels, coarse, hour_s[now:]),
        rung_m_per_s=rung,
        over=1.0 - calm[now:],
        began=1.0 - spared[-1],
    )


def outlook_hours(now_s: float, lead_s: NDArray[np.int32]) -> tuple[Floats, int]:
    """Whole hours the slices and the rain before them need, and the position of the present one.

    Examples
    --------
    >>> hours, now = outlook_hours(7200.0, np.array([-3600, 0]))
    >>> float(hours[now]), len(hours), float(hours[-1]) / 3600
    (7200.0, 62, 51.0)
    """
    present = math.floor(now_s / S_PER_H)
    first = present - max(BEFORE_H, math.ceil(-float(lead_s[0]) / S_PER_H))
    last = present + 1 + max(HORIZON_H, math.ceil(float(lead_s[-1]) / S_PER_H))
    return np.arange(first, last + 1, dtype=np.float64) * S_PER_H, present - first


def rungs_m_per_s(ensemble: EnsembleOptions, options: TyphoonOptions) -> Floats:
    """Winds over sea that are counted: every level on both grounds exactly, and steps between, ascending."""
    steps = np.arange(*RUNGS_M_PER_S, RUNG_STEP_M_PER_S)
    return np.unique(np.concatenate([level_rungs(ensemble.levels, options).ravel(), steps]))


def ground_pairs(options: TyphoonOptions) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Local wind over sea wind, and gust over local wind, by `Ground`, shape=(2,) each."""
    land = np.array([land_ratio(options.land), 1.0], dtype=np.float32)
    return land, np.array([GUST_INLAND, GUST_AT_SEA], dtype=np.float32)


def level_rungs(levels: tuple[WindLevel, ...], options: TyphoonOptions) -> Floats:
    """Wind over sea at which each level is passed, shape=(n_ground, n_level)."""
    return sea_thresholds_m_per_s(levels, *ground_pairs(options)).T


def _count_wind(
    grid: Grid, storms: tuple[Storm, ...], members: Members, rung: Floats, n_before: int, options: TyphoonOptions
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Share of members over each rung by hour, and share that has passed it by each hour from the present one on."""
    reached, first = count_rungs(
        grid.row_lat_deg,
        grid.col_lon_deg,
        *kernel_tables(storms, options),
        options.node_m,
        (members.shift_m, members.strength, members.stretch),
        rung,
        n_before,
    )
    n = np.float32(len(members.stretch))
    over = np.cumsum(reached[:, :, ::-1], axis=2, dtype=np.uint16)[:, :, ::-1] / n
    began = np.cumsum(first[n_before:], axis=0, dtype=np.uint16) / n
    return over.astype(np.float32), began.astype(np.float32)


def _fill_hours(began: NDArray[np.float32], at: NDArray[np.int64], n_hour: int) -> NDArray[np.float32]:
    """Shares passed by each of all hours: before the storm's own 0, after them the last one."""
    out = np.zeros((n_hour, *began.shape[1:]), np.float32)
    out[at] = began
    out[at[-1] + 1 :] = began[-1]
    return out


def _wind_outlook(
    grid: Grid,
    hour_s: Floats,
    over: NDArray[np.float32],
    began: NDArray[np.float32],
    how: tuple[Floats, TyphoonOptions, EnsembleOptions, list[Track]],
) -> WindOutlook:
    rung, options, ensemble, tracks = how
    place = np.searchsorted(rung, level_rungs(ensemble.levels, options))
    shape = (*place.shape, grid.n_row, grid.n_col)
    by_hour = np.moveaxis(over[:, :, place], 1, -1).reshape(len(hour_s), *shape)
    began_by = np.moveaxis(began[:, :, place], 1, -1).reshape(len(hour_s), *shape)
    event = began_by[-1]
    enough = event >= LEAST_SHARE
    arrival_h = arrival_quantiles_h(
        began_by.astype(np.float64) / np.where(enough, event, 1.0), hour_s, ensemble.arrival_prob
    )
    land, gust = ground_pairs(options)
    peak = np.stack([rung_quantile(began[-1], rung, p) for p in ensemble.peak_prob])
    return WindOutlook(
        grid=grid,
        hour_s=hour_s,
        levels=ensemble.levels,
        n_member=ensemble.n_member,
        storms=tuple(track.storm_id for track in tracks),
        issue_s=max(track.issue_s for track in tracks),
        over_code=np.ascontiguousarray(np.swapaxes(prob_to_code(by_hour), 0, 1)),
        event_code=prob_to_code(event),
        arrival_prob=ensemble.arrival_prob,
        arrival_h=np.where(enough, arrival_h, np.nan).astype(np.float32),
        gust_prob=ensemble.peak_prob,
        gust_m_per_s=(peak[:, None] * (land * gust)[:, None]).reshape(-1, 2, grid.n_row, grid.n_col),
    )


def rung_quantile(over: NDArray[np.float32], rung: Floats, prob: float) -> NDArray[np.float32]:
    """Wind not passed by that share of members, from the shares over each rung, shape=(..., n_rung) -> (...).

    Linear between the rungs; 0 where the wind stays below the first, the last rung where it passes all.

    Examples
    --------
    >>> over = np.array([[1.0, 0.6, 0.2], [0.05, 0.0, 0.0], [1.0, 1.0, 1.0]], dtype=np.float32)
    >>> rung_quantile(over, np.array([10.0, 14.0, 18.0]), 0.5).round(2).tolist()
    [15.0, 0.0, 18.0]
    """
    left = np.float32(1.0 - prob)
    n_passed = (over > left).sum(axis=-1)
    k = np.clip(n_passed, 1, len(rung) - 1)
    above = np.take_along_axis(over, k[..., None], axis=-1)[..., 0]
    below = np.take_along_axis(over, k[..., None] - 1, axis=-1)[..., 0]
    part = (below - left) / np.maximum(below - above, np.float32(1e-6))
    wind = rung[k - 1] + np.clip(part, 0.0, 1.0) * (rung[k] - rung[k - 1])
    return np.where(n_passed > 0, wind, 0.0).astype(np.float32)
