"""A thousand members of one storm: probability of each wind level by cell and hour, first arrival, largest gust.

After the Monte Carlo wind speed probabilities of the National Hurricane Center: M. DeMaria et al. 2009, A new method
for estimating tropical cyclone wind speed probabilities, Wea. Forecasting 24, 1573-1591. A member has a displaced
centre (normal along both axes, growing with lead, correlated in time), a wind multiplied by a factor and radii
stretched by another. Displacements follow the mean position errors of the forecasting agency (`forecast_error`).
Left out: members keep the forecast's translation and its decay over land, and errors along and across the track are
taken as alike.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.hazards.typhoon.forecast_error import intensity_sigma_ratio, position_sigma_m
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.hazards.typhoon.storm import Storm, hour_tables, storm_at
from risk_core.hazards.typhoon.wind_levels import LAND_LEVELS, sea_thresholds_m_per_s
from risk_core.kernels.typhoon_ensemble import count_members
from risk_core.state.grid import Grid
from risk_core.state.options import check_ranges
from risk_core.state.situation import Track
from risk_core.state.wind_outlook import WindLevel
from risk_core.units import S_PER_H

LEAST_STRENGTH: Final = 0.3
PEAK_STEP_M_PER_S: Final = 1.0
N_PEAK: Final = 100


@dataclass(frozen=True, slots=True)
class EnsembleOptions:
    """Settings of the ensemble.

    Attributes
    ----------
    n_member
        Members, 2..65,535; the standard error of a probability is at most 0.5 / sqrt(n_member).
    seed
        Of the draws; the same seed gives the same members.
    error_memory_h
        Hours after which position and intensity errors keep 1/e of themselves (an assumption; to be fitted on
        archived advisories).
    size_sigma
        Standard deviation of the logarithm of the radii: 0.22 is that of 24-hour changes of the mean 30 kt radius in
        the RSMC Tokyo best tracks of 2015-2017 (0.28 of 48 hours), taken in place of the unknown forecast error.
    levels
        What is counted.
    arrival_prob
        Levels of the arrival quantiles.
    peak_prob
        Levels of the quantiles of the largest gust.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    n_member: int = 1000
    seed: int = 0
    error_memory_h: float = 72.0
    size_sigma: float = 0.22
    levels: tuple[WindLevel, ...] = LAND_LEVELS
    arrival_prob: tuple[float, ...] = (0.1, 0.5)
    peak_prob: tuple[float, ...] = (0.5, 0.9)

    def __post_init__(self) -> None:
        ranges = {"n_member": (2, 65_535), "error_memory_h": (1e-3, 1e6), "size_sigma": (0.0, 2.0)}
        check_ranges(self, ranges)
        prob = (*self.arrival_prob, *self.peak_prob)
        if not self.levels or not all(0 < one < 1 for one in prob):
            wanted = "at least one level, and probabilities between 0 and 1"
            raise InputError(Fault("levels, prob", f"{len(self.levels)}, {prob}", wanted, "Correct EnsembleOptions."))


ENSEMBLE_DEFAULTS: Final = EnsembleOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Errors of each member.

    Attributes
    ----------
    shift_m
        Of the centre (east, north), metres, shape=(n_member, n_hour, 2).
    strength
        Factor of the wind, shape=(n_member, n_hour).
    stretch
        Factor of the radii, shape=(n_member,).
    """

    shift_m: NDArray[np.float64]
    strength: NDArray[np.float64]
    stretch: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class WindProbabilities:
    """What the members say, in local wind.

    Attributes
    ----------
    levels
        What was counted.
    hour_s
        The hours, unix seconds, shape=(n_hour,).
    over_prob
        Share of members over each level, shape=(n_hour, n_level, y, x).
    event_prob
        Share of members over each level in at least one of the hours, shape=(n_level, y, x).
    arrival_h
        Hours from the first one to the hour by which that share of all members has passed the level for the first time,
        shape=(n_quantile, n_level, y, x); NaN where fewer ever do.
    gust_m_per_s
        Quantiles over all members of the event's largest gust, shape=(n_quantile, y, x), whole metres per second of
        sea wind fine; 0 where the members stay below every level.
    """

    levels: tuple[WindLevel, ...]
    hour_s: NDArray[np.float64]
    over_prob: NDArray[np.float32]
    event_prob: NDArray[np.float32]
    arrival_h: NDArray[np.float32]
    gust_m_per_s: NDArray[np.float32]


def draw_members(
    lead_h: NDArray[np.float64],
    options: EnsembleOptions = ENSEMBLE_DEFAULTS,
    sigma_m: NDArray[np.float64] | None = None,
) -> Members:
    """Draw errors for hours with these leads since the issue of the forecast, ascending.

    Each error is a first-order autoregression in time with the standard deviation of its lead, for the centre with
    `sigma_m` where that is given.

    Examples
    --------
    >>> members = draw_members(np.array([0.0, 24.0]), EnsembleOptions(n_member=20_000))
    >>> bool(abs(members.shift_m[:, 1].std() / position_sigma_m(24.0) - 1) < 0.02)
    True
    """
    rng = np.random.default_rng(options.seed)
    drawn = rng.normal(size=(options.n_member, len(lead_h), 3))
    for t in range(1, len(lead_h)):
        kept = np.exp(-(lead_h[t] - lead_h[t - 1]) / options.error_memory_h)
        drawn[:, t] = kept * drawn[:, t - 1] + np.sqrt(1.0 - kept**2) * drawn[:, t]
    place = np.array([position_sigma_m(float(h)) for h in lead_h]) if sigma_m is None else sigma_m
    force = np.array([intensity_sigma_ratio(float(h)) for h in lead_h])
    stretch = np.exp(options.size_sigma * rng.normal(size=options.n_member))
    strength = np.maximum(1.0 + drawn[:, :, 2] * force, LEAST_STRENGTH)
    return Members(np.ascontiguousarray(drawn[:, :, :2] * place[:, None]), strength, stretch)


def wind_probabilities(
    grid: Grid,
    track: Track,
    hour_s: NDArray[np.float64],
    ground: tuple[NDArray[np.float32], NDArray[np.float32]],
    options: EnsembleOptions = ENSEMBLE_DEFAULTS,
    model: TyphoonOptions = TYPHOON_DEFAULTS,
) -> WindProbabilities | None:
    """Probabilities of wind on the grid.

    Parameters
    ----------
    grid
        The cells.
    track
        Analysed and forecast track; errors count from its issue.
    hour_s
        The hours, unix seconds, ascending; those outside the track are left out.
    ground
        Local wind over sea wind and gust over local wind of each cell, from `field.ground_ratios`.
    options
        Of the ensemble.
    model
        Of the wind.

    Returns
    -------
    WindProbabilities or None
        None when the track covers none of the hours.
    """
    found = [(float(s), storm) for s in hour_s if (storm := storm_at(track, float(s), model)) is not None]
    if not found:
        return None
    hours, storms = np.array([s for s, _ in found]), tuple(storm for _, storm in found)
    land, gust = ground
    members = storm_members(storms, options)
    over, first, peak = _count(grid, storms, members, sea_thresholds_m_per_s(options.levels, land, gust), model)
    shape = (grid.n_row, grid.n_col)
    over, first = np.swapaxes(over, 1, 2), np.swapaxes(first, 1, 2)
    began = np.cumsum(first, axis=0, dtype=np.int64) / options.n_member
    return WindProbabilities(
        levels=options.levels,
        hour_s=hours,
        over_prob=(over / options.n_member).astype(np.float32).reshape(len(hours), -1, *shape),
        event_prob=began[-1].astype(np.float32).reshape(-1, *shape),
        arrival_h=arrival_quantiles_h(began, hours, options.arrival_prob).reshape(-1, len(options.levels), *shape),
        gust_m_per_s=(_peak_quantiles(peak, options.peak_prob) * land * gust).astype(np.float32).reshape(-1, *shape),
    )


def storm_members(storms: tuple[Storm, ...], options: EnsembleOptions) -> Members:
    """Members of a storm's hours, ascending, with the position error each hour states."""
    lead_h = np.array([storm.lead_h for storm in storms])
    return draw_members(lead_h, options, np.array([storm.position_sigma_m for storm in storms]))


def _count(
    grid: Grid, storms: tuple[Storm, ...], members: Members, threshold: NDArray[np.float64], model: TyphoonOptions
) -> tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.uint16]]:
    return count_members(
        grid.row_lat_deg,
        grid.col_lon_deg,
        *kernel_tables(storms, model),
        model.node_m,
        (members.shift_m, members.strength, members.stretch),
        np.ascontiguousarray(threshold.T),
        PEAK_STEP_M_PER_S,
        N_PEAK,
    )


def kernel_tables(
    storms: tuple[Storm, ...], model: TyphoonOptions
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Centre, background wind and radial tables by hour, as `count_members` takes them."""
    tables = [hour_tables(storm, model) for storm in storms]
    inflow = np.stack([table.inflow_rad for table in tables])
    speed = np.concatenate([table.speed_m_per_s for table in tables])
    return (
        np.stack([table.centre for table in tables]),
        np.stack([table.motion for table in tables]),
        np.stack([speed, np.cos(inflow), np.sin(inflow)], axis=-1),
    )


def arrival_quantiles_h(
    began_prob: NDArray[np.float64], hour_s: NDArray[np.float64], prob: tuple[float, ...]
) -> NDArray[np.float32]:
    """Hours from the first hour until that share has begun, shape=(n_prob, ...); NaN where it never does.

    Parameters
    ----------
    began_prob
        Share begun by each hour, shape=(n_hour, ...), rising.
    hour_s
        The hours, unix seconds.
    prob
        The shares, 0..1.

    Examples
    --------
    >>> arrival_quantiles_h(np.array([[0.0], [0.2], [0.4]]), np.array([0.0, 3600.0, 7200.0]), (0.1, 0.5)).tolist()
    [[1.0], [nan]]
    """
    since_h = (hour_s - hour_s[0]) / S_PER_H
    out = np.empty((len(prob), *began_prob.shape[1:]), dtype=np.float32)
    for k, one in enumerate(prob):
        reached = began_prob >= one - 1e-12
        out[k] = np.where(reached.any(axis=0), since_h[reached.argmax(axis=0)], np.nan)
    return out


def _peak_quantiles(peak: NDArray[np.uint16], prob: tuple[float, ...]) -> NDArray[np.float64]:
    """Largest sea wind not passed by that share of members, middle of its class, shape=(n_prob, n_cell)."""
    below = np.cumsum(peak, axis=0, dtype=np.int64) / peak.sum(axis=0, dtype=np.int64)
    place = np.stack([(below >= one - 1e-12).argmax(axis=0) for one in prob])
    return np.where(place > 0, (place + 0.5) * PEAK_STEP_M_PER_S, 0.0)
