"""Single ways drawn from the path ahead, for what an expectation cannot tell: how bad one way in ten is."""

import numpy as np
from numpy.typing import NDArray

from risk_core.movement.path_chances import NextChances
from risk_core.movement.path_habits import MOST_ORDER, EdgeHabits
from risk_core.movement.path_options import StreetPathOptions
from risk_core.movement.path_record import LevelSlices, OnEdge
from risk_core.state.profile import profile_position

Floats = NDArray[np.float64]


class Pace:
    """Speed of the traveller on each edge: his own share of its free speed."""

    def __init__(self, habits: EdgeHabits, place: OnEdge, options: StreetPathOptions) -> None:
        network = habits.streets.network
        self._free = network.speed_m_per_s[profile_position(habits.streets.profile)]
        self._length = network.length_m
        usual = float(np.mean(np.maximum(self._free[list(place.context)], 0.1)))
        ratio = place.speed_m_per_s / usual
        self._ratio = min(max(ratio, options.least_speed_ratio), options.most_speed_ratio)

    def speed(self, edge: int) -> float:
        """Metres a second."""
        return max(float(self._free[edge]) * self._ratio, 0.1)

    def seconds(self, edge: int) -> float:
        """Seconds for the whole of it."""
        return float(self._length[edge]) / self.speed(edge)


def draw_doses(
    chances: NextChances,
    pace: Pace,
    place: OnEdge,
    horizon_s: float,
    slices: LevelSlices,
    options: StreetPathOptions,
) -> Floats:
    """Dose within the horizon of each of `StreetPathOptions.n_draw` drawn ways, shape=(n_draw,).

    Each way takes every following edge with its chance, and ends at a dead end; the draw is always the same.
    """
    rng = np.random.default_rng(options.seed)
    return np.array([_one_dose(chances, pace, place, horizon_s, slices, rng) for _ in range(options.n_draw)])


def _one_dose(
    chances: NextChances,
    pace: Pace,
    place: OnEdge,
    horizon_s: float,
    slices: LevelSlices,
    rng: np.random.Generator,
) -> float:
    context = tuple(int(edge) for edge in place.context[-MOST_ORDER:])
    at_s, dose = -place.along_m / pace.speed(context[-1]), 0.0
    while at_s < horizon_s:
        edge, leave_s = context[-1], at_s + max(pace.seconds(context[-1]), 0.01)
        dose += dose_on(slices, edge, max(at_s, 0.0), min(leave_s, horizon_s))
        following = chances.of(context)
        if not following:
            break
        context, at_s = (*context, _take(following, rng.random()))[-MOST_ORDER:], leave_s
    return dose


def _take(chances: dict[int, float], at: float) -> int:
    """Edge whose share of 0..1, in order, holds a number."""
    taken = -1
    for taken, chance in chances.items():  # noqa: B007 (the last one where rounding leaves a rest)
        at -= chance
        if at < 0:
            break
    return taken


def dose_on(slices: LevelSlices, edge: int, begin_s: float, end_s: float) -> float:
    """Dose on an edge between two moments, slice by slice."""
    first = slices.slice_at(begin_s)
    last = first if end_s - begin_s <= 0 else slices.slice_at(end_s)
    if first == last:
        return float(slices.dose_per_s[first, edge]) * (end_s - begin_s)
    cuts = np.clip(np.append(slices.begin_s[first : last + 1], np.inf), begin_s, end_s)
    return float(slices.dose_per_s[first : last + 1, edge].astype(np.float64) @ np.diff(cuts))
