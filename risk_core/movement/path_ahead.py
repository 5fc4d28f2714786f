"""Where somebody will be some minutes ahead, and where the trip ends, from the last minutes and the book of trips."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.kernels.analogue import find_analogues, geometric_median
from risk_core.movement.path_book import STEP_S, Trip, TripBook, trip_rows
from risk_core.movement.path_options import PATH_DEFAULTS, AnalogueOptions, PathOptions

Floats = NDArray[np.float64]

END: Final = -1
"""Instead of a number of steps: the end of the trip."""

MEDIAN_STEPS: Final = 20
MEDIAN_SOFT_M: Final = 30.0


class CloudBasis(StrEnum):
    """What a forecast rests on."""

    ANALOGUES = "analogues"
    DEAD_RECKONING = "dead_reckoning"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """A place ahead as weighted points.

    Attributes
    ----------
    step
        Minutes ahead, or `END`.
    basis
        What it rests on; `NOT_ENOUGH` where nothing can be said.
    east_m, north_m, weight
        Points on the book's plane and their probabilities, shape=(n,); none for `NOT_ENOUGH`.
    middle_east_m, middle_north_m
        Geometric median, the place of the least expected error, metres; NaN where nothing can be said.
    radius_m
        Half of the probability lies within so many metres of the middle.
    n_analogue
        Trips behind it.
    """

    step: int
    basis: CloudBasis
    east_m: Floats
    north_m: Floats
    weight: Floats
    middle_east_m: float
    middle_north_m: float
    radius_m: float
    n_analogue: int

    @property
    def is_enough(self) -> bool:
        """Whether it says anything."""
        return self.basis is not CloudBasis.NOT_ENOUGH


def predict_cloud(
    book: TripBook,
    trip: Trip,
    step: int,
    options: PathOptions = PATH_DEFAULTS,
    *,
    given_moving: bool = False,
) -> Cloud:
    """Foresee the place some minutes ahead, or the end of the trip.

    The nearest trajectories of the book, by `risk_core.kernels.analogue.squared_distance`, carry the traveller on by
    their own displacement (or to their own end). Where there are too few, the speed of the last two minutes is carried
    on at `PathOptions.dead_reckoning` of itself; a trip of one place then says only that it stays near. A cloud whose
    half is spread wider than `PathOptions.most_spread_m` is not told.

    Parameters
    ----------
    book
        What is known.
    trip
        The last minutes, one place a minute, the newest last; from the start of the trip where that is known.
    step
        Minutes ahead, 1 or more, or `END`.
    options
        Of the path.
    given_moving
        Count only trips that go on for so long, for who is known to travel on; otherwise trips that ended stay where
        they ended.

    Returns
    -------
    Cloud
        On the book's plane.

    Raises
    ------
    InputError
        For a trip without a place, or a step that is none.

    Examples
    --------
    >>> from risk_core.movement.path_book import BookPlane
    >>> book = TripBook(BookPlane(37.5, 127.0))
    >>> book.add([Trip(np.arange(20.0) * 80 + k, np.zeros(20), 0.0) for k in range(8)])
    >>> found = predict_cloud(book, Trip(np.arange(4.0) * 80, np.zeros(4), 86400.0), 5)
    >>> found.basis.value, abs(found.middle_east_m - 640) < 20
    ('analogues', True)
    """
    if not len(trip.east_m) or not (np.isfinite(trip.east_m).all() and np.isfinite(trip.north_m).all()):
        raise InputError(
            Fault("trip", f"{len(trip.east_m)} places", "one or more finite places", "Give the last ones.")
        )
    if step != END and step < 1:
        raise InputError(Fault("step", str(step), "1 or more minutes, or END", "Ask for example for 5."))
    chosen = options.destination if step == END else options.position
    at, distance = near_rows(book, trip, chosen, step if given_moving and step != END else 0)
    if len(at) < options.least_analogue:
        return _reckon(trip, step, options, len(at))
    east, north = book.places_after(at, step)
    here = book.rows.row[at, :2].astype(np.float64)
    east = east + chosen.shift_share * (trip.east_m[-1] - here[:, 0])
    north = north + chosen.shift_share * (trip.north_m[-1] - here[:, 1])
    weight = np.exp(-0.5 * (distance - distance.min()))
    return _cloud(step, CloudBasis.ANALOGUES, east, north, weight / weight.sum(), options, len(at))


def near_rows(
    book: TripBook, trip: Trip, options: AnalogueOptions, need_step: int = 0
) -> tuple[NDArray[np.int64], Floats]:
    """Rows of the book nearest to the newest place of a trip, and their distances."""
    query = trip_rows(book.plane, trip)[-1]
    distance, at = np.empty(options.n_analogue), np.empty(options.n_analogue, dtype=np.int64)
    rule = options.rule()
    for reach in (1, 4):
        n, _ = find_analogues(book.rows, query, trip.user, need_step, reach, rule, distance, at)
        if n >= options.n_analogue // 2:
            break
    return at[:n], distance[:n]


def weighted_radius(east_m: Floats, north_m: Floats, weight: Floats, east: float, north: float, share: float) -> float:
    """Distance from a point within which a share of the weight lies, metres."""
    far = np.hypot(east_m - east, north_m - north)
    order = np.argsort(far, kind="stable")
    inside = np.cumsum(weight[order])
    return float(far[order[min(int(np.searchsorted(inside, share * inside[-1])), len(far) - 1)]])


def _cloud(
    step: int, basis: CloudBasis, east: Floats, north: Floats, weight: Floats, options: PathOptions, n: int
) -> Cloud:
    middle = geometric_median(east, north, weight, MEDIAN_STEPS, MEDIAN_SOFT_M)
    radius_m = weighted_radius(east, north, weight, *middle, 0.5)
    if radius_m > options.most_spread_m:
        return _nothing(step, n)
    return Cloud(step, basis, east, north, weight, *middle, radius_m, n)


def _nothing(step: int, n: int) -> Cloud:
    none = np.zeros(0)
    return Cloud(step, CloudBasis.NOT_ENOUGH, none, none, none, math.nan, math.nan, math.nan, n)


def _reckon(trip: Trip, step: int, options: PathOptions, n: int) -> Cloud:
    """Carry the speed on: nine points along the heading, from standing still to keeping the speed, and to each side."""
    if step == END or len(trip.east_m) < 2:
        return _nothing(step, n)
    back = min(2, len(trip.east_m) - 1)
    go_e = (trip.east_m[-1] - trip.east_m[-1 - back]) / back * step
    go_n = (trip.north_m[-1] - trip.north_m[-1 - back]) / back * step
    if math.hypot(go_e, go_n) > options.most_spread_m * 2.0 * STEP_S / 60.0:
        return _nothing(step, n)
    ahead, side = (one.ravel() for one in np.meshgrid([0.0, 1.0, 2.0], [-0.5, 0.0, 0.5]))
    ahead = np.minimum(ahead * options.dead_reckoning, 1.0)
    side = side * ahead
    east = trip.east_m[-1] + ahead * go_e - side * go_n
    north = trip.north_m[-1] + ahead * go_n + side * go_e
    weight = np.where(np.abs(ahead - options.dead_reckoning) < 1e-9, 2.0, 1.0)
    return _cloud(step, CloudBasis.DEAD_RECKONING, east, north, weight / weight.sum(), options, n)
