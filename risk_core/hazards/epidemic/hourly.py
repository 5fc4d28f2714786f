"""Infection by place and hour of the day: hazard on a street, chance along a way.

The hazard of somebody on a street is the share infectious there times the people near at any time times the rate of
`microcovid_2021`. On a street the people near change all the time, so what a way adds up to is the sum over its edges
and the chance of infection is 1 - exp(-sum): any search that adds costs can minimise it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.hazards.epidemic.contact import density_per_m2
from risk_core.hazards.epidemic.exposure_options import (
    STREET_CROWD_DEFAULTS,
    TRANSMISSION_DEFAULTS,
    StreetCrowdOptions,
    TransmissionOptions,
)
from risk_core.hazards.epidemic.presence import Presence, mix_rows, mix_shares
from risk_core.hazards.epidemic.transmission import MIN_PER_H, near_rate_per_h
from risk_core.kernels.presence import cut_hours, path_dose, path_weights, street_hazards
from risk_core.state.activity import Activity
from risk_core.state.grid import Grid
from risk_core.state.network import Network
from risk_core.state.situation import N_HOUR


@dataclass(frozen=True, slots=True)
class PathInfection:
    """What a way means for one person.

    Attributes
    ----------
    prob
        Chance of infection on what is known of it, NaN where nothing is.
    dose
        The sum it comes from; doses of ways one after the other add up.
    known_share
        Share of its time for which the hazard is known; 1 for a way without time.
    """

    prob: float
    dose: float
    known_share: float


def hourly_people_near(
    grid: Grid, presence: Presence, options: StreetCrowdOptions = STREET_CROWD_DEFAULTS
) -> NDArray[np.float32]:
    """People near somebody on the streets of each cell at each hour, shape=(24, n_cell).

    Parameters
    ----------
    grid
        The raster.
    presence
        Who is where.
    options
        How full the streets are.
    """
    near_m2 = options.outdoor_share / options.walkable_share * math.pi * options.near_m**2
    return _hourly(
        presence.people,
        lambda people: np.minimum(
            density_per_m2(grid, people, options.neighbourhood_m) * near_m2, options.people_near_most
        ),
        grid,
    )


def hourly_hazard(
    network: Network,
    presence: Presence,
    share: NDArray[np.float64],
    near: NDArray[np.float32],
    activity: Activity,
    options: TransmissionOptions = TRANSMISSION_DEFAULTS,
) -> NDArray[np.float32]:
    """Infections an hour of somebody on foot on each edge, at each hour of the day: the router's table.

    Parameters
    ----------
    network
        Its streets with the cells they cross.
    presence
        Who is where.
    share
        Prevalence of each district's residents, shape=(n_district,): mean, quantile or one draw.
    near
        From `hourly_people_near`.
    activity
        Masks, voice, distance and setting on the way; its crowd and stay are not used.
    options
        How easily the disease passes on.

    Returns
    -------
    float32 array
        shape=(24, n_edge), NaN where unknown.
    """
    mixed = mix_shares(presence, share[None])[0]
    cells = (network.street_first_cell, network.street_cell, network.street_cell_length_m)
    hazard = street_hazards(mixed, near, presence.district, near_rate_per_h(activity, options), *cells)
    return np.ascontiguousarray(hazard.take(network.street, axis=1))


def path_infection_chance(
    edges: NDArray[np.int32], stay_min: NDArray[np.float64], start_h: float, table: NDArray[np.float32]
) -> PathInfection:
    """Chance of infection along a way, each edge at the hour at which it is reached.

    Parameters
    ----------
    edges
        In order, shape=(n,).
    stay_min
        Minutes on each, shape=(n,).
    start_h
        Time of the day at which the way begins, local, hours 0..24.
    table
        From `hourly_hazard`.

    Raises
    ------
    InputError
        For edges that are not in the table, minutes that do not belong to them and a time that is none.

    Examples
    --------
    Ten minutes before and twenty after seven o'clock, when the hazard rises from 6 to 12 millionths an hour:

    >>> table = np.full((24, 1), 6e-6, np.float32)
    >>> table[7] = 12e-6
    >>> found = path_infection_chance(np.array([0], np.int32), np.array([30.0]), 6 + 50 / 60, table)
    >>> round(found.prob * 1e6, 2), found.known_share
    (5.0, 1.0)
    """
    _check_way(edges, stay_min, start_h, table.shape[1])
    dose, known_h = path_dose(table, edges.astype(np.int32), np.asarray(stay_min, dtype=np.float64), float(start_h))
    total_h = float(np.sum(stay_min)) / MIN_PER_H
    known_share = min(known_h / total_h, 1.0) if total_h > 0 else 1.0
    return PathInfection(-math.expm1(-dose) if known_share > 0 else math.nan, dose, known_share)


def path_infection_draws(
    network: Network,
    presence: Presence,
    share: NDArray[np.float64],
    near: NDArray[np.float32],
    rate_per_h: float,
    way: tuple[NDArray[np.int32], NDArray[np.float64], float],
) -> NDArray[np.float64]:
    """Chance of infection along a way for each draw of the prevalence, shape=(n_draw,).

    Two ways with the same draws may be compared draw by draw (`detour_verdict.judge_detour`).

    Parameters
    ----------
    network, presence, near
        As in `hourly_hazard`.
    share
        Draws of the prevalence of each district's residents, shape=(n_draw, n_district), NaN for the same districts
        in every draw; what is unknown along the way adds nothing (`PathInfection.known_share` tells how much it is).
    rate_per_h
        Infections an hour from one infectious person near (`near_rate_per_h`).
    way
        Edges, minutes on each, and the time of the day at which it begins, as in `path_infection_chance`.

    Raises
    ------
    InputError
        As `path_infection_chance`.
    """
    edges, stay_min, start_h = way
    _check_way(edges, stay_min, start_h, network.n_edge)
    streets, stay = network.street[edges], np.asarray(stay_min, dtype=np.float64)
    first, n_district = network.street_first_cell, presence.mix.shape[1]
    cells = [network.street_cell[first[street] : first[street + 1]] for street in streets]
    there = np.unique(presence.district[np.concatenate([np.empty(0, np.int32), *cells])])
    part = np.ix_(np.unique(cut_hours(stay, float(start_h))[1]), there[there >= 0])
    mixed = mix_rows(presence.mix[part], share)
    known = np.full((N_HOUR, n_district), np.nan)
    known[part] = np.where(np.isfinite(mixed[0]), 1.0, np.nan)
    crossed = (first, network.street_cell, network.street_cell_length_m)
    weights = path_weights(known, near, presence.district, *crossed, streets, stay, float(start_h))
    dose = rate_per_h * (np.nan_to_num(mixed) * weights[part]).sum(axis=(1, 2))
    return np.asarray(-np.expm1(-dose))


def _hourly(
    people: NDArray[np.float32], rule: Callable[[NDArray[np.float32]], NDArray[np.floating]], grid: Grid
) -> NDArray[np.float32]:
    """One rule of a grid for each hour, flat; once for all, kept once, where nobody moves."""
    shape = (grid.n_row, grid.n_col)
    n = 1 if people.strides[0] == 0 else len(people)
    each = [np.asarray(rule(people[h].reshape(shape)), dtype=np.float32).ravel() for h in range(n)]
    return np.broadcast_to(np.stack(each), (len(people), each[0].size))


def _check_way(edges: NDArray[np.int32], stay_min: NDArray[np.float64], start_h: float, n_edge: int) -> None:
    """Refuse a way that does not fit the table."""
    faults = []
    if edges.ndim != 1 or not bool(((edges >= 0) & (edges < n_edge)).all()):
        faults.append(Fault("edges", str(edges)[:80], f"positions of 0..{n_edge - 1}", "Use the same network."))
    stay = np.asarray(stay_min, dtype=np.float64)
    if stay.shape != edges.shape or not bool((np.isfinite(stay) & (stay >= 0)).all()):
        faults.append(Fault("stay_min", str(stay)[:80], "minutes, one for each edge", "Give the time on each edge."))
    if not 0 <= start_h <= N_HOUR:
        faults.append(Fault("start_h", str(start_h), "an hour of 0..24", "Give the local time of the day."))
    raise_faults(faults)
