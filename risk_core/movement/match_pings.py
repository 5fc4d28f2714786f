"""Pings sorted out before they are used: each is kept, or refused with the reason."""

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.movement.match_options import MatchOptions
from risk_core.state.grid import Grid
from risk_core.units import EARTH_RADIUS_M

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_PING: Final = 50_000
"""Pings of one track taken at once; the lattice of more would not fit a worker's memory."""

ZONE_STEP_S: Final = 1800.0
"""Time zones differ by multiples of half an hour, but for three small ones."""

ZONE_TOLERANCE_S: Final = 60.0
"""A ping so near to a whole half hour off its neighbours carries another zone's clock."""


class PingFate(IntEnum):
    """What became of a ping."""

    USED = 0
    NOT_A_NUMBER = 1
    NOT_ON_EARTH = 2
    SWAPPED = 3
    OUTSIDE = 4
    FUTURE = 5
    WRONG_ZONE = 6
    DUPLICATE = 7
    FROZEN = 8
    JUMP = 9
    LATE = 10
    INACCURATE = 11


FATE_WORDS: Final = {
    PingFate.USED: "used",
    PingFate.NOT_A_NUMBER: "time, latitude or longitude is no finite number",
    PingFate.NOT_ON_EARTH: "latitude or longitude is not on the earth",
    PingFate.SWAPPED: "latitude and longitude seem exchanged",
    PingFate.OUTSIDE: "outside the area",
    PingFate.FUTURE: "later than now: wrong clock or time zone",
    PingFate.WRONG_ZONE: "whole half hours off the pings around it: another time zone",
    PingFate.DUPLICATE: "same time as another ping",
    PingFate.FROZEN: "exactly the same place again and again: the receiver is frozen or still",
    PingFate.JUMP: "too far from the pings around it for the time between",
    PingFate.LATE: "came after its place in the order was decided",
    PingFate.INACCURATE: "accuracy is so poor that it says nothing",
}


@dataclass(frozen=True, slots=True, eq=False)
class Pings:
    """Positions of one traveller in the order they arrived, each array shape=(n,).

    Attributes
    ----------
    time_s
        Unix seconds, UTC.
    lat_deg, lon_deg
        Degrees.
    accuracy_m
        Radius reported with the fix, metres; NaN or 0 where none was.

    Raises
    ------
    InputError
        For arrays of other shapes, and for more than `MOST_PING` pings. Bad values are no fault: `sort_pings` refuses
        them one by one.

    Examples
    --------
    >>> Pings.of([0, 10], [37.5, 37.5], [127.0, 127.001]).n_ping
    2
    """

    time_s: Floats
    lat_deg: Floats
    lon_deg: Floats
    accuracy_m: Floats

    def __post_init__(self) -> None:
        faults = []
        shape = np.shape(self.time_s)
        if len(shape) != 1 or shape[0] > MOST_PING:
            wanted = f"one row of at most {MOST_PING} numbers"
            faults.append(Fault("time_s", f"shape {shape}", wanted, "Cut the track into parts."))
        for name in ("lat_deg", "lon_deg", "accuracy_m"):
            if np.shape(getattr(self, name)) != shape:
                value = f"shape {np.shape(getattr(self, name))}"
                faults.append(Fault(name, value, f"shape {shape}, as time_s", "Give one value for each ping."))
        raise_faults(faults)

    @classmethod
    def of(cls, time_s: object, lat_deg: object, lon_deg: object, accuracy_m: object = None) -> "Pings":
        """From anything numpy can read as numbers; what is none becomes NaN."""
        time = _as_floats(time_s)
        accuracy = np.full(time.shape, np.nan) if accuracy_m is None else _as_floats(accuracy_m)
        return cls(time, _as_floats(lat_deg), _as_floats(lon_deg), accuracy)

    @property
    def n_ping(self) -> int:
        """Number of pings."""
        return len(self.time_s)


@dataclass(frozen=True, slots=True, eq=False)
class SortedPings:
    """Pings in time order, and what became of all.

    Attributes
    ----------
    fate
        `PingFate` of each ping as it arrived, shape=(n,).
    order
        Positions of the used ones in time order.
    n_reordered
        How many of them had arrived after a later one.
    """

    fate: NDArray[np.uint8]
    order: Ints
    n_reordered: int


def sort_pings(pings: Pings, grid: Grid, options: MatchOptions, now_s: float = math.inf) -> SortedPings:
    """Put the pings into time order and refuse those that cannot be true.

    In this order: what is no number, not on the earth, swapped, outside the area or later than `now_s`; clocks of
    another zone (a ping whole half hours off the median of the pings that arrived around it); second pings
    of the same moment (the more accurate stays, then the first); places repeated digit by digit `frozen_ping` times
    or more (the first stays); jumps (a ping that cannot be reached from the last good one while the next can, or a
    start that the two after it contradict); and fixes whose error is larger than a kilometre.

    Parameters
    ----------
    pings
        As they arrived.
    grid
        The area's.
    options
        Of the matching.
    now_s
        Unix seconds; later pings, by more than a minute, are refused.

    Returns
    -------
    SortedPings
        With a fate for each ping.

    Examples
    --------
    >>> grid = Grid.from_bounds(126.9, 37.4, 127.1, 37.6, 100.0)
    >>> pings = Pings.of([20, 0, 10, 10], [37.5, 37.5, 37.5, float("nan")], [127.002, 127.0, 127.001, 127.0])
    >>> found = sort_pings(pings, grid, MatchOptions())
    >>> found.order.tolist(), found.n_reordered, found.fate.tolist()
    ([1, 2, 0], 2, [0, 0, 0, 1])
    """
    fate = _single_fates(pings, grid, options, now_s)
    _refuse_zones(pings, fate)
    order = _in_time_order(pings, fate)
    order = _without_twins(pings, order, fate)
    order = _without_frozen(pings, order, fate, options.frozen_ping)
    order = _without_jumps(pings, order, fate, options)
    arrived_s = pings.time_s[np.sort(order)]
    n_reordered = int((arrived_s < np.maximum.accumulate(arrived_s)).sum())
    return SortedPings(fate, order, n_reordered)


def accuracy_sigmas(accuracy_m: Floats, options: MatchOptions) -> Floats:
    """`MatchOptions.accuracy_sigma` of many pings at once, metres."""
    per_axis = math.sqrt(-2.0 * math.log1p(-options.accuracy_share))
    with np.errstate(invalid="ignore"):
        sigma = np.where(accuracy_m > 0, accuracy_m / per_axis, options.sigma_m)
    return np.asarray(np.maximum(sigma, options.least_sigma_m), dtype=np.float64)


def distance_m(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats) -> Floats:
    """Great-circle distance by the haversine formula, metres."""
    a, b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))), dtype=np.float64)


def _as_floats(values: object) -> Floats:
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        listed = list(values)  # type: ignore[call-overload]
        return np.array([_as_float(one) for one in listed], dtype=np.float64)


def _as_float(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan


def _single_fates(pings: Pings, grid: Grid, options: MatchOptions, now_s: float) -> NDArray[np.uint8]:
    """What can be told of each ping alone."""
    lat, lon = pings.lat_deg, pings.lon_deg
    is_number = np.isfinite(pings.time_s) & np.isfinite(lat) & np.isfinite(lon)
    with np.errstate(invalid="ignore"):
        on_earth = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
        later = pings.time_s > now_s + ZONE_TOLERANCE_S
        poor = pings.accuracy_m / math.sqrt(-2.0 * math.log1p(-options.accuracy_share)) > 1000.0
        inside = grid.cells_of(lat, lon) >= 0
        swapped = grid.cells_of(lon, lat) >= 0
    cases = [~is_number, ~inside & swapped, ~on_earth, ~inside, later, poor]
    fates = [
        PingFate.NOT_A_NUMBER,
        PingFate.SWAPPED,
        PingFate.NOT_ON_EARTH,
        PingFate.OUTSIDE,
        PingFate.FUTURE,
        PingFate.INACCURATE,
    ]
    return np.select(cases, [int(one) for one in fates], int(PingFate.USED)).astype(np.uint8)


def _refuse_zones(pings: Pings, fate: NDArray[np.uint8]) -> None:
    """Refuse pings whose clock is whole half hours off those that arrived around them."""
    used = np.flatnonzero(fate == PingFate.USED)
    time = pings.time_s[used]
    if len(used) < 5 or (np.diff(time) > 0).all():
        return
    around = np.stack([np.roll(time, k) for k in (-2, -1, 1, 2)])
    around[2, 0], around[3, :2] = time[3], time[3:5]
    around[1, -1], around[0, -2:] = time[-4], time[-5:-3]
    away = time - np.median(np.vstack([around, time]), axis=0)
    halves = np.round(away / ZONE_STEP_S)
    wrong = (np.abs(halves) >= 1) & (np.abs(away - halves * ZONE_STEP_S) <= ZONE_TOLERANCE_S)
    if 2 * wrong.sum() <= len(used):
        fate[used[wrong]] = PingFate.WRONG_ZONE


def _in_time_order(pings: Pings, fate: NDArray[np.uint8]) -> Ints:
    used = np.flatnonzero(fate == PingFate.USED)
    return np.asarray(used[np.argsort(pings.time_s[used], kind="stable")], dtype=np.int64)


def _without_twins(pings: Pings, order: Ints, fate: NDArray[np.uint8]) -> Ints:
    """Of pings of one moment the most accurate stays, then the first that arrived."""
    time = pings.time_s[order]
    if (np.diff(time) > 0).all():
        return order
    error = np.where(pings.accuracy_m[order] > 0, pings.accuracy_m[order], np.inf)
    sort = np.lexsort((order, error, time))
    ranked = order[sort]
    is_twin = np.concatenate([[False], np.diff(time[sort]) == 0])
    fate[ranked[is_twin]] = PingFate.DUPLICATE
    return np.asarray(ranked[~is_twin], dtype=np.int64)


def _without_frozen(pings: Pings, order: Ints, fate: NDArray[np.uint8], n_frozen: int) -> Ints:
    """Of a place repeated digit by digit the first ping stays."""
    if not len(order):
        return order
    lat, lon = pings.lat_deg[order], pings.lon_deg[order]
    begins = np.concatenate([[True], (np.diff(lat) != 0) | (np.diff(lon) != 0)])
    run = np.cumsum(begins) - 1
    is_frozen = ~begins & (np.bincount(run)[run] >= n_frozen)
    fate[order[is_frozen]] = PingFate.FROZEN
    return np.asarray(order[~is_frozen], dtype=np.int64)


def _without_jumps(pings: Pings, order: Ints, fate: NDArray[np.uint8], options: MatchOptions) -> Ints:
    """Refuse a ping out of reach from the last good one while a later one is in reach."""
    lat, lon, time = pings.lat_deg[order], pings.lon_deg[order], pings.time_s[order]
    sigma = accuracy_sigmas(pings.accuracy_m[order], options)

    def in_reach(i: int, j: int) -> bool:
        far = float(distance_m(lat[i], lon[i], lat[j], lon[j]))
        return bool(far <= options.most_speed_m_per_s * abs(time[j] - time[i]) + 3.0 * (sigma[i] + sigma[j]))

    near = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    reach = options.most_speed_m_per_s * np.diff(time) + 3.0 * (sigma[:-1] + sigma[1:])
    if (near <= reach).all():
        return order
    keep = np.ones(len(order), dtype=bool)
    good = 0
    if len(order) > 2 and not in_reach(0, 1) and not in_reach(0, 2) and in_reach(1, 2):
        keep[0], good = False, 1
    for i in range(good + 1, len(order)):
        if in_reach(good, i):
            good = i
            continue
        ahead = range(i + 1, min(i + 1 + options.frozen_ping, len(order)))
        if i + 1 == len(order) or any(in_reach(good, j) for j in ahead):
            keep[i] = False
        else:
            good = i
    fate[order[~keep]] = PingFate.JUMP
    return np.asarray(order[keep], dtype=np.int64)
