"""Water of the flood forecast on every street, and the closures that follow from it: computed, never issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.computed import SOURCE, spans_ahead, streets_line
from risk_core.costs.flood import closing_depth_m, closing_prob, is_barred
from risk_core.hazards.flood.join import SLICE_TOLERANCE_S
from risk_core.hazards.flood.options import FLOOD_DEFAULTS, FloodOptions
from risk_core.hazards.flood.outlook import MIDDLE, FloodOutlook, street_depth_m
from risk_core.hazards.flood.underpass import Underpasses, run_underpasses
from risk_core.kernels.fields import sample_max
from risk_core.state.area import Area
from risk_core.state.grid import Grid
from risk_core.state.network import Network
from risk_core.state.profile import PROFILES, EdgeFlag, Profile
from risk_core.state.situation import Closure, ClosureReason, Computed, Situation
from risk_core.state.street_state import DEPTH_STEP_M, WaterSlices, value_to_code

STEP_M: Final = 0.01
MOST_STEPS: Final = 250
"""Depths along streets are looked up in whole centimetres up to 2.5 m."""
LEAST_UNDERPASS_M: Final = 40.0
CANDIDATE_M: Final = 0.1
"""Streets whose 90 % water stays below this are not looked at further."""
MOST_SINGLE: Final = 120
"""So many streets get a closure of their own, deepest first; the rest share one for each time and set of travellers."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetWater:
    """Water along streets.

    Attributes
    ----------
    time_s
        Unix seconds, ascending, shape=(n_time,).
    depth_m
        Deepest along each street, 10 %, middle and 90 %, shape=(3, n_time, n_street).
    depth_speed_m2_per_s
        Largest along each street in the middle run, shape=(n_time, n_street).
    is_underpass
        shape=(n_street,).
    """

    time_s: NDArray[np.float64]
    depth_m: NDArray[np.float32]
    depth_speed_m2_per_s: NDArray[np.float32]
    is_underpass: NDArray[np.bool_]


def street_water(
    area: Area, situation: Situation, outlook: FloodOutlook | None, options: FloodOptions = FLOOD_DEFAULTS
) -> StreetWater | None:
    """Water of a flood forecast on an area's streets; None without one or without streets.

    Parameters
    ----------
    area, situation
        The place and what is known of it.
    outlook
        The forecast, or None.
    options
        Settings.
    """
    if outlook is None or area.network is None:
        return None
    more = area.scenery.underpass_street if area.scenery is not None and situation.drill is not None else None
    return water_on_streets(area.network, area.grid, outlook, more, options)


def closures_by_water(
    area: Area,
    situation: Situation,
    outlook: FloodOutlook | None,
    options: FloodOptions = FLOOD_DEFAULTS,
    water: StreetWater | None = None,
) -> tuple[Closure, ...]:
    """Closures that follow from a flood forecast of an area; none without one.

    Parameters
    ----------
    area, situation
        The place and what is known of it.
    outlook
        The forecast, or None.
    options
        Settings.
    water
        `street_water` of the same arguments, where it is at hand.
    """
    water = water or street_water(area, situation, outlook, options)
    if outlook is None or area.network is None or water is None:
        return ()
    is_drill = situation.drill is not None
    simulated = is_drill or any(one.simulated for one in situation.sources if one.kind == "rain")
    return flood_closures(area.network, water, situation.now_s, simulated or outlook.is_synthetic, options)


def slice_water(water: StreetWater, time_s: NDArray[np.float64]) -> WaterSlices | None:
    """Water at some moments, each taken from the nearest time of the run; None where it stays dry at all of them.

    Parameters
    ----------
    water
        Along the streets.
    time_s
        Unix seconds, shape=(n_time,); moments the run does not reach stay dry.
    """
    near = np.abs(water.time_s[:, None] - time_s)
    at, known = near.argmin(axis=0), near.min(axis=0) <= SLICE_TOLERANCE_S
    depth = value_to_code(np.where(known[:, None], water.depth_m[:, at], 0.0), DEPTH_STEP_M)
    if not depth.any():
        return None
    strength = value_to_code(np.where(known[:, None], water.depth_speed_m2_per_s[at], 0.0), DEPTH_STEP_M)
    return WaterSlices(depth, strength, water.is_underpass.astype(np.uint8))


def water_on_streets(
    network: Network,
    grid: Grid,
    outlook: FloodOutlook,
    more_underpasses: NDArray[np.int32] | None = None,
    options: FloodOptions = FLOOD_DEFAULTS,
) -> StreetWater:
    """Deepest water along every street; bridges are dry, underpasses buckets.

    Parameters
    ----------
    network, grid
        The streets, and the grid whose cells they cross.
    outlook
        The forecast.
    more_underpasses
        Streets that pass under something beside those the network marks, positions.
    options
        Settings.
    """
    flags = np.zeros(network.n_street, np.uint16)
    flags[network.street] = network.flags
    is_underpass = (flags & EdgeFlag.UNDERPASS) > 0
    if more_underpasses is not None:
        is_underpass[more_underpasses] = True
    depth = np.stack([_along(network, grid, outlook, street_depth_m(one, options)) for one in outlook.depth_m])
    strength = _along(network, grid, outlook, outlook.depth_speed_m2_per_s[MIDDLE])
    is_bridge = ((flags & EdgeFlag.BRIDGE) > 0) & ~is_underpass
    depth[:, :, is_bridge] = 0.0
    strength[:, is_bridge | is_underpass] = 0.0
    under = np.flatnonzero(is_underpass)
    if under.size:
        depth[:, :, under] = _underpass_depth(network, grid, outlook, under, options)
    return StreetWater(outlook.time_s, depth, strength, is_underpass)


def flood_closures(
    network: Network, water: StreetWater, now_s: float, simulated: bool, options: FloodOptions = FLOOD_DEFAULTS
) -> tuple[Closure, ...]:
    """Closures of streets that the water bars now or later, each with the travellers it bars.

    A street is closed from the ten minutes in which the water becomes too much with the chance
    `options.closing_prob`, to the ten minutes in which it is so for the last time; without an end where it stays.

    Parameters
    ----------
    network, water
        The streets and their water.
    now_s
        The moment, unix seconds.
    simulated
        Whether the rain or the ground is an invention.
    options
        Settings.
    """
    streets = np.flatnonzero(water.depth_m[-1].max(axis=0) >= CANDIDATE_M)
    spans: dict[int, dict[tuple[float, float], list[Profile]]] = {}
    for profile in PROFILES:
        barred = _is_closed(water, streets, profile, options)
        for street, (from_s, until_s) in spans_ahead(water.time_s, streets, barred, now_s):
            spans.setdefault(street, {}).setdefault((from_s, until_s), []).append(profile)
    waters = {street: _peak(water, street, now_s) for street in spans}
    order = sorted(spans, key=lambda street: -waters[street].depth_m)
    single = [
        _closure(network, (street,), span, profiles, waters[street], water, simulated)
        for street in order[:MOST_SINGLE]
        for span, profiles in spans[street].items()
    ]
    shared: dict[tuple[tuple[float, float], tuple[Profile, ...]], list[int]] = {}
    for street in order[MOST_SINGLE:]:
        for span, profiles in spans[street].items():
            shared.setdefault((span, tuple(profiles)), []).append(street)
    many = [
        _closure(network, tuple(some), span, profiles, waters[some[0]], water, simulated)
        for (span, profiles), some in shared.items()
    ]
    return tuple(sorted(single + many, key=lambda one: (one.from_s, one.closure_id)))


def _along(network: Network, grid: Grid, outlook: FloodOutlook, coarse: NDArray[np.floating]) -> NDArray[np.float32]:
    """Largest value along each street at each time, in steps of a hundredth, shape=(n_time, n_street)."""
    code = np.minimum(np.ceil(coarse / STEP_M - 1e-6), MOST_STEPS).astype(np.uint8)
    flat = outlook.on_grid(code, grid, 0).astype(np.uint8).reshape(len(code), -1)
    found = sample_max(flat, network.street_first_cell, network.street_cell)
    return np.where(found > MOST_STEPS, 0.0, found * STEP_M).astype(np.float32)


def _underpass_depth(
    network: Network, grid: Grid, outlook: FloodOutlook, under: NDArray[np.intp], options: FloodOptions
) -> NDArray[np.float32]:
    """Depth at the lowest point of underpasses, shape=(3, n_time, n_under)."""
    edge = network.street_edge.max(axis=0)[under]
    length = np.maximum(np.where(edge >= 0, network.length_m[edge], 0.0), LEAST_UNDERPASS_M).astype(np.float64)
    given = options.underpass
    ones = np.ones(len(under))
    catchment = given.catchment_m2 + length * given.width_m
    pump = catchment * given.pump_mm_per_h / 3.6e6
    buckets = Underpasses.from_profile(length, given.width_m * ones, given.sag_m * ones, catchment, pump)
    cell = network.street_cell[network.street_first_cell[under]]
    row = (cell // grid.n_col - outlook.first_row) // outlook.factor
    col = (cell % grid.n_col - outlook.first_col) // outlook.factor
    n_row, n_col = outlook.runoff_mm_per_h.shape[2:]
    inside = (cell >= 0) & (row >= 0) & (row < n_row) & (col >= 0) & (col < n_col)
    at = np.clip(row, 0, n_row - 1), np.clip(col, 0, n_col - 1)
    runoff = np.where(inside, outlook.runoff_mm_per_h[:, :, at[0], at[1]], 0.0).astype(np.float64)
    runs = [run_underpasses(buckets, one, outlook.time_s).depth_m for one in runoff]
    return np.sort(np.stack(runs), axis=0).astype(np.float32)


def _is_closed(
    water: StreetWater, streets: NDArray[np.intp], profile: Profile, options: FloodOptions
) -> NDArray[np.bool_]:
    """Whether each street is closed to a traveller at each time, shape=(n_time, n_street)."""
    is_under = water.is_underpass[streets]
    low, middle, high = water.depth_m[:, :, streets]
    likely = closing_prob(low, middle, high, closing_depth_m(profile, is_under)) >= options.closing_prob
    strong = is_barred(profile, middle, water.depth_speed_m2_per_s[:, streets], is_under)
    return np.asarray(likely | strong)


def _peak(water: StreetWater, street: int, now_s: float) -> Computed:
    """Deepest water from now on, when, and the chance that it stops a car (an underpass: anybody)."""
    ahead = np.flatnonzero(water.time_s >= now_s - 1e-6)
    k = int(ahead[water.depth_m[MIDDLE, ahead, street].argmax()])
    low, middle, high = (water.depth_m[j, k, street : street + 1] for j in range(3))
    closing = closing_depth_m(Profile.CAR, bool(water.is_underpass[street]))
    prob = float(closing_prob(low, middle, high, float(closing))[0])
    return Computed(round(prob, 2), float(water.time_s[k]), depth_m=float(middle[0]))


def _closure(
    network: Network,
    streets: tuple[int, ...],
    span: tuple[float, float],
    profiles: Sequence[Profile],
    found: Computed,
    water: StreetWater,
    simulated: bool,
) -> Closure:
    line = streets_line(network, *streets)
    reason = ClosureReason.UNDERPASS if water.is_underpass[list(streets)].all() else ClosureReason.FLOOD
    bits = sum(1 << PROFILES.index(profile) for profile in profiles)
    return Closure(
        closure_id=f"flood-{streets[0]}-{bits}-{span[0]:.0f}",
        reason=reason,
        name=line.name,
        shape=line.shape,
        from_s=span[0],
        until_s=span[1],
        profiles=() if len(profiles) == len(PROFILES) else tuple(profiles),
        source=SOURCE,
        simulated=simulated,
        streets=streets,
        computed=found,
    )
