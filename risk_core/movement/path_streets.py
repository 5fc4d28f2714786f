"""The path ahead on the streets: which edges are entered, how probably and when."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.movement.path_chances import NextChances
from risk_core.movement.path_habits import MOST_ORDER, EdgeHabits
from risk_core.movement.path_options import STREET_PATH_DEFAULTS, StreetPathOptions
from risk_core.movement.path_record import N_LEVEL, Destinations, LevelAhead, LevelSlices, OnEdge, StreetPath
from risk_core.state.profile import profile_position

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(slots=True)
class _Branch:
    """Ways that share their last edges and highest level: probability, and mean seconds at the last edge's tail."""

    context: tuple[int, ...]
    level: int
    prob: float
    entry_s: float


@dataclass(slots=True)
class _Ledger:
    """What the branches have told so far."""

    prob: dict[int, float] = field(default_factory=dict)
    entry: dict[int, float] = field(default_factory=dict)
    minutes: list[dict[int, float]] = field(default_factory=list)
    first: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    level_s: list[float] = field(default_factory=lambda: [0.0] * N_LEVEL)
    dose: float = 0.0
    untold: float = 0.0


def predict_streets(
    habits: EdgeHabits,
    place: OnEdge,
    horizon_s: float,
    destinations: Destinations | None = None,
    slices: LevelSlices | None = None,
    options: StreetPathOptions = STREET_PATH_DEFAULTS,
) -> StreetPath:
    """Follow every way ahead that is not too improbable.

    At each junction the probability of the next edge is that of the habits, times how well the edge leads to the
    destinations: the mean over them of ``exp(-(length + far(head) - far(tail)) / destination_m)``, with straight
    distances. Ways with the same last edges and the same highest level so far are followed as one. Edges are travelled
    at the traveller's share of their free speed.

    Parameters
    ----------
    habits
        What usually follows what, over which streets.
    place
        Where the traveller is.
    horizon_s
        How far to look, seconds, at most an hour.
    destinations
        Where the trip may end; None lets the habits decide alone.
    slices
        Levels and dose rates to be met.
    options
        Of the path.

    Returns
    -------
    StreetPath
        Probabilities of the edges at one minute and `untold_prob` add up to 1.

    Raises
    ------
    InputError
        For a place that is none, a horizon out of range, and slices of another network.

    Examples
    --------
    >>> from risk_core.movement.match_plane import street_plane
    >>> from risk_core.state.profile import Profile
    >>> from tests.tiny import tiny_area
    >>> habits = EdgeHabits(street_plane(tiny_area().network, Profile.CAR))
    >>> found = predict_streets(habits, OnEdge((0,), 20.0, 5.0), 60.0)
    >>> round(float(found.minute_prob[0].sum() + found.untold_prob), 6)
    1.0
    """
    _check(habits, place, horizon_s, slices)
    pace, chances = _Pace(habits, place, options), NextChances(habits, destinations, options)
    ledger = _Ledger(minutes=[{} for _ in range(int(horizon_s // 60))])
    context = tuple(int(edge) for edge in place.context[-MOST_ORDER:])
    begin_s = -place.along_m / pace.speed(context[-1])
    branches = [_Branch(context, 0, 1.0, begin_s)]
    while branches:
        following: dict[tuple[tuple[int, ...], int], _Branch] = {}
        for branch in branches:
            leave_s = _travel(branch, pace, horizon_s, slices, ledger)
            if leave_s < horizon_s:
                _go_on(branch, leave_s, chances, options, following, ledger)
        kept = sorted(following.values(), key=lambda one: -one.prob)
        for dropped in kept[options.most_branch :]:
            ledger.untold += dropped.prob
        branches = kept[: options.most_branch]
    likely = _likeliest(habits, place, options.likely_ratio * horizon_s, chances, pace)
    return _told(ledger, horizon_s, slices, likely)


class _Pace:
    """Speed of the traveller on each edge."""

    def __init__(self, habits: EdgeHabits, place: OnEdge, options: StreetPathOptions) -> None:
        network = habits.streets.network
        self._free = network.speed_m_per_s[profile_position(habits.streets.profile)]
        self._length = network.length_m
        usual = float(np.mean(np.maximum(self._free[list(place.context)], 0.1)))
        ratio = place.speed_m_per_s / usual
        self._ratio = min(max(ratio, options.least_speed_ratio), options.most_speed_ratio)

    def speed(self, edge: int) -> float:
        return max(float(self._free[edge]) * self._ratio, 0.1)

    def seconds(self, edge: int) -> float:
        return float(self._length[edge]) / self.speed(edge)


def _travel(branch: _Branch, pace: _Pace, horizon_s: float, slices: LevelSlices | None, ledger: _Ledger) -> float:
    """Enter the last edge of a branch into the ledger; the seconds at which it is left."""
    edge, enter_s = branch.context[-1], branch.entry_s
    leave_s = enter_s + max(pace.seconds(edge), 0.01)
    ledger.prob[edge] = ledger.prob.get(edge, 0.0) + branch.prob
    ledger.entry[edge] = ledger.entry.get(edge, 0.0) + branch.prob * max(enter_s, 0.0)
    for k, minute in enumerate(ledger.minutes):
        if enter_s <= 60.0 * (k + 1) < leave_s:
            minute[edge] = minute.get(edge, 0.0) + branch.prob
    if slices is None:
        return leave_s
    edges_s = [max(enter_s, 0.0), *slices.begin_s[(slices.begin_s > enter_s) & (slices.begin_s > 0)].tolist()]
    end_s = min(leave_s, horizon_s)
    for begin_s, next_s in zip(edges_s, [*edges_s[1:], np.inf], strict=True):
        if begin_s >= end_s:
            break
        at = slices.slice_at(begin_s)
        stay_s = branch.prob * (min(next_s, end_s) - begin_s)
        level = int(slices.level[at, edge])
        ledger.dose += float(slices.dose_per_s[at, edge]) * stay_s
        ledger.level_s[level] += stay_s
        for entered in range(branch.level + 1, level + 1):
            first = ledger.first.setdefault((entered, edge), [0.0, 0.0])
            first[0] += branch.prob
            first[1] += branch.prob * begin_s
        branch.level = max(branch.level, level)
    return leave_s


def _go_on(
    branch: _Branch,
    leave_s: float,
    next_chances: NextChances,
    options: StreetPathOptions,
    following: dict[tuple[tuple[int, ...], int], _Branch],
    ledger: _Ledger,
) -> None:
    """Divide a branch over the edges that follow; at a dead end it stays untold."""
    chances = next_chances.of(branch.context)
    if not chances:
        ledger.untold += branch.prob
    for edge, chance in chances.items():
        prob = branch.prob * chance
        if prob < options.least_prob:
            ledger.untold += prob
            continue
        context = (*branch.context, edge)[-MOST_ORDER:]
        known = following.get((context, branch.level))
        if known is None:
            following[context, branch.level] = _Branch(context, branch.level, prob, leave_s)
            continue
        total = known.prob + prob
        known.entry_s += (leave_s - known.entry_s) * prob / total
        known.prob = total


def _likeliest(
    habits: EdgeHabits,
    place: OnEdge,
    horizon_s: float,
    next_chances: NextChances,
    pace: _Pace,
) -> tuple[list[int], list[float], list[float]]:
    """The way that takes the likeliest edge at every junction, no edge twice; chance and entry of each of its edges."""
    context = tuple(int(edge) for edge in place.context)
    way, chance, entry_s = [context[-1]], [1.0], [0.0]
    at_s = pace.seconds(way[0]) - place.along_m / pace.speed(way[0])
    while at_s < horizon_s:
        chances = next_chances.of(context)
        if not chances:
            break
        best = max(chances, key=lambda edge: chances[edge])
        if best in way or best == habits.streets.plane.reverse[context[-1]]:
            break
        way.append(best)
        chance.append(chance[-1] * chances[best])
        entry_s.append(at_s)
        context = (*context, best)[-MOST_ORDER:]
        at_s += pace.seconds(best)
    return way, chance, entry_s


def _told(
    ledger: _Ledger, horizon_s: float, slices: LevelSlices | None, likely: tuple[list[int], list[float], list[float]]
) -> StreetPath:
    edges = list(ledger.prob)
    prob = np.array([ledger.prob[edge] for edge in edges])
    entry_s = np.array([ledger.entry[edge] for edge in edges]) / np.maximum(prob, 1e-300)
    minutes = [
        (np.array(list(one), dtype=np.int32), np.array(list(one.values()), dtype=np.float64)) for one in ledger.minutes
    ]
    levels = []
    for level in range(1, int(slices.level.max(initial=0)) + 1 if slices is not None else 0):
        entered = {edge: first for (one, edge), first in ledger.first.items() if one == level}
        total = sum(first[0] for first in entered.values())
        where = max(entered, key=lambda edge: entered[edge][0]) if entered else -1
        after_s = entered[where][1] / entered[where][0] if entered else float("nan")
        levels.append(LevelAhead(level, min(total, 1.0), where, after_s))
    return StreetPath(
        horizon_s=horizon_s,
        edge=np.array(edges, dtype=np.int32),
        prob=np.minimum(prob, 1.0),
        entry_s=entry_s,
        minute_edge=tuple(one[0] for one in minutes),
        minute_prob=tuple(one[1] for one in minutes),
        untold_prob=ledger.untold,
        likely=np.array(likely[0], dtype=np.int32),
        likely_prob=np.array(likely[1]),
        likely_entry_s=np.array(likely[2]),
        dose_mean=ledger.dose,
        level_s=np.array(ledger.level_s),
        levels=tuple(levels),
    )


def _check(habits: EdgeHabits, place: OnEdge, horizon_s: float, slices: LevelSlices | None) -> None:
    faults = []
    n_edge = habits.streets.network.n_edge
    if not place.context or not all(0 <= edge < n_edge for edge in place.context):
        wanted = f"one or more edges of 0 to {n_edge - 1}"
        faults.append(Fault("place.context", str(place.context)[:80], wanted, "Match the last pings to streets."))
    elif not 0 <= place.along_m <= habits.streets.plane.length_m[place.context[-1]] + 1.0:
        faults.append(Fault("place.along_m", str(place.along_m), "metres within the edge", "Match the ping anew."))
    if not 0 <= place.speed_m_per_s < 1000:
        faults.append(Fault("place.speed_m_per_s", str(place.speed_m_per_s), "a speed of 0 or more", "Measure it."))
    if not 0 < horizon_s <= 3600:
        faults.append(Fault("horizon_s", str(horizon_s), "seconds in 0..3600", "Ask for 900."))
    if slices is not None:
        shape = (len(slices.begin_s), n_edge)
        if slices.level.shape != shape or slices.dose_per_s.shape != shape or not len(slices.begin_s):
            value = f"{slices.level.shape}, {slices.dose_per_s.shape}"
            faults.append(Fault("slices", value, f"levels and doses of shape {shape}", "Give one row a slice."))
        elif slices.level.max(initial=0) >= N_LEVEL:
            faults.append(
                Fault("slices.level", str(slices.level.max()), f"levels of 0 to {N_LEVEL - 1}", "Give levels.")
            )
        elif slices.begin_s[0] > 0 or (np.diff(slices.begin_s) <= 0).any():
            faults.append(Fault("slices.begin_s", str(slices.begin_s[:5]), "0, then ascending", "Sort the slices."))
    raise_faults(faults)
