"""Ways while the hazard moves: leave at a clock, arrive by one, exactly or quickly, and any way re-scored.

The answer of a question is exact unless the label budget runs out; then it is the quick search's, with a bound on
what it may miss. Every answer is travelled once more on the true clock (`score_path`) before it is given.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.clock import UNITS_PER_S, Pieces, Starts, TimedWay, leave_between
from risk_core.kernels.clock_labels import search_labels
from risk_core.kernels.clock_nodes import best_departure, search_nodes
from risk_core.kernels.clock_window import Aim, Reached, first_clocks, later_clocks, least_surplus, least_to_go
from risk_core.kernels.hierarchy import INF_COST
from risk_core.kernels.potential import Bounds, bound_of, open_bounds
from risk_core.routes.clock_network import ClockNetwork, score_path
from risk_core.routes.clock_record import MAX_CLOCK, ClockAnswer, ClockScore, ClockStatus

Ints = NDArray[np.int32]

LABEL_BUDGET: Final = 500_000
"""Labels an exact search may meet: about 30 MB and a second."""

DAY: Final = 24 * 3600 * UNITS_PER_S
"""Most units of time between the earliest departure and the deadline."""

_NO_HORIZON: Final = 2_000_000_000
_N_NARROW: Final = 8
"""Most times the windows of an exact search are narrowed; on New York more did not pay."""

_N_ROUND: Final = 4
"""Most departures from which a known way is sought before an arrive-by is searched exactly."""


class _Found(NamedTuple):
    """A way with its objective, a bound on the least one, the clock its starts count from, and labels met."""

    way: TimedWay
    objective: int
    lower_bound: int
    first_departure: int
    n_label: int = 0


def depart_at(
    network: ClockNetwork, origin: Pieces, destination: Pieces, departure: int, budget: int = LABEL_BUDGET
) -> ClockAnswer:
    """Cheapest way that sets off at a clock.

    Parameters
    ----------
    network
        Network and costs.
    origin, destination
        Pieces of edges at both ends; see `at_nodes`, `part_ways`.
    departure
        Clock of setting off, not before the first slice.
    budget
        Most labels of the exact search; beyond, the quick search answers.

    Raises
    ------
    InputError
        For an end without a piece and a clock out of range.
    """
    _check(network, origin, destination, departure, departure)
    starts = leave_between(network.slices.begin, origin, departure, departure)
    bounds = _open(network, network.least, destination, destination.cost.min(axis=0))
    quick = _search_quickly(network, bounds, starts, destination)
    slack = int((starts.clock - starts.cost).max())
    aim = Aim(quick.cost, slack + quick.cost - 1, 0, int(network.slices.begin[-1]), budget)
    way, floor, n_label = _search(network, bounds, starts, destination, aim, starts)
    lower = floor if floor == way.cost else max(floor, _least(network, bounds, starts))
    best = way if way.start >= 0 else quick
    return _answer(network, origin, destination, _Found(best, best.cost, lower, departure, n_label))


def depart_at_quickly(network: ClockNetwork, origin: Pieces, destination: Pieces, departure: int) -> ClockAnswer:
    """A good way that sets off at a clock: one label a node, not exact; its gap is against the least costs.

    Raises
    ------
    InputError
        For an end without a piece and a clock out of range.
    """
    _check(network, origin, destination, departure, departure)
    starts = leave_between(network.slices.begin, origin, departure, departure)
    bounds = _open(network, network.least, destination, destination.cost.min(axis=0))
    quick = _search_quickly(network, bounds, starts, destination)
    return _answer(network, origin, destination, _Found(quick, quick.cost, _least(network, bounds, starts), departure))


def arrive_by(
    network: ClockNetwork,
    origin: Pieces,
    destination: Pieces,
    between: tuple[int, int],
    budget: int = LABEL_BUDGET,
) -> ClockAnswer:
    """Best departure and way to be there by a deadline.

    What is minimised is the cost and the time one is early: a second of setting off earlier weighs as much as a second
    on the way, so one leaves as late as the risk allows. Searching forward from every departure at once is exact where
    halving the departures is not: leaving later may well be possible when leaving earlier is not.

    Parameters
    ----------
    network, origin, destination, budget
        As in `depart_at`.
    between
        Earliest departure and deadline, at most a day apart.

    Raises
    ------
    InputError
        For an end without a piece and clocks out of range.
    """
    _check(network, origin, destination, *between)
    earliest, deadline = between
    bounds = _open(network, network.fastest, destination, destination.time)
    latest = deadline - _least(network, bounds, Starts(origin.node, origin.time, origin.time))
    known = _known_departure(network, origin, destination, between, latest)
    first = max(earliest, deadline - known.objective + 1)
    starts = leave_between(network.slices.begin, origin, first, latest)
    early = deadline - starts.clock
    starts = starts._replace(cost=np.where(starts.cost < INF_COST, starts.cost + early, INF_COST).astype(np.int32))
    aim = Aim(known.objective, deadline, 1, _NO_HORIZON, budget)
    soonest = Starts(origin.node, np.zeros_like(origin.time), origin.time + np.int32(first))
    spare = known.objective - 1 - (deadline - first)
    way, floor, n_label = _search(network, bounds, starts, destination, aim, soonest, spare)
    lower = floor if floor == way.cost else max(floor, deadline - latest)
    found = _Found(way, way.cost, lower, first, n_label)
    if way.start < 0:
        found = known._replace(lower_bound=lower, n_label=n_label)
    return _answer(network, origin, destination, found, deadline)


def _check(network: ClockNetwork, origin: Pieces, destination: Pieces, departure: int, deadline: int) -> None:
    """Raise one error with every fault of a question."""
    faults = [
        Fault(name, "without a piece", "one piece of an edge or more", "Snap the place to an open street.")
        for name, pieces in (("origin", origin), ("destination", destination))
        if len(pieces.node) == 0
    ]
    begin = int(network.slices.begin[0])
    if not begin <= departure <= MAX_CLOCK:
        wanted = f"a clock from {begin} to {MAX_CLOCK}"
        faults.append(Fault("departure", str(departure), wanted, "Begin the slices earlier, or leave later."))
    if not 0 <= deadline - departure <= DAY:
        wanted = f"a clock up to {DAY} after the departure"
        faults.append(Fault("deadline", str(deadline), wanted, "Ask for a departure within a day of the deadline."))
    raise_faults(faults)


def _open(network: ClockNetwork, weights: tuple[Ints, Ints], destination: Pieces, cost: Ints) -> Bounds:
    """Bounds towards the destination under one of the network's two metrics."""
    return open_bounds(network.hierarchy.tree, *weights, destination.node, cost.astype(np.int32))


def _least(network: ClockNetwork, bounds: Bounds, starts: Starts) -> int:
    """Least sum of a start's cost and its bound."""
    tree = network.hierarchy.tree
    pairs = zip(starts.node.tolist(), starts.cost.tolist(), strict=True)
    return min([INF_COST, *(int(cost) + int(bound_of(tree, bounds, node)) for node, cost in pairs)])


def _search_quickly(network: ClockNetwork, bounds: Bounds, starts: Starts, destination: Pieces) -> TimedWay:
    """The way of the search with one label a node."""
    hierarchy = network.hierarchy
    asked = (network.slices, network.rule, starts, destination)
    way, _ = search_nodes(hierarchy.tree, hierarchy.moves, bounds, *asked)
    return way


def _search(
    network: ClockNetwork,
    bounds: Bounds,
    starts: Starts,
    destination: Pieces,
    aim: Aim,
    soonest: Starts,
    spare: int = 0,
) -> tuple[TimedWay, int, int]:
    """The exact search: windows, narrowed for as long as that helps, then labels; `soonest` starts set the clocks."""
    moves, slices, rule = network.hierarchy.moves, network.slices, network.rule
    first = first_clocks(network.hierarchy.tree, moves, bounds, slices, rule, soonest, aim.limit)
    early, surplus = first, np.zeros(len(first), dtype=np.int32)
    window = least_to_go(moves, network.into, bounds, slices, rule, destination, Reached(early, surplus), aim)
    for _ in range(_N_NARROW):
        if not (starts.cost < aim.below - window.to_go[starts.node]).any():
            break
        surplus = least_surplus(moves, slices, rule, starts, window, aim.credit)
        if aim.credit == 1:
            early = later_clocks(first, surplus, window.to_go, spare)
        wide, window = (
            window,
            least_to_go(moves, network.into, bounds, slices, rule, destination, Reached(early, surplus), aim),
        )
        if (wide.to_go == window.to_go).all():
            break
    return search_labels(moves, slices, rule, starts, destination, window, aim)


def _known_departure(
    network: ClockNetwork, origin: Pieces, destination: Pieces, between: tuple[int, int], latest: int
) -> _Found:
    """A departure and a way that keep the deadline, by the quick search from a few departures, without waits."""
    slices, best = network.slices, _nothing()
    bounds = _open(network, network.least, destination, destination.cost.min(axis=0))
    departure = latest
    for _ in range(_N_ROUND):
        if departure < between[0]:
            break
        starts = leave_between(slices.begin, origin, departure, departure)
        way = _search_quickly(network, bounds, starts, destination)
        if way.start < 0:
            departure -= max(1, (latest - between[0]) // _N_ROUND)
            continue
        ends = (way.start, way.stop)
        asked = (network.hierarchy.moves, slices, network.rule, origin, destination, ends, way.edges, between)
        objective, found = best_departure(*asked)
        if objective >= best.objective:
            break
        best, departure = _timed(network, origin, destination, way, (objective, found)), found
    return best


def _nothing() -> _Found:
    """No way known yet."""
    none = np.empty(0, dtype=np.int32)
    return _Found(TimedWay(none, none, -1, -1, 0, INF_COST), INF_COST, INF_COST, 0)


def _timed(network: ClockNetwork, origin: Pieces, destination: Pieces, way: TimedWay, at: tuple[int, int]) -> _Found:
    """A way moved to another departure, without waits; `at` is its objective and departure."""
    ends = (way.start, way.stop)
    moved = score_path(network, origin, destination, at[1], way.edges, ends=ends)
    stop_entry = moved.arrival - int(destination.time[way.stop])
    return _Found(way._replace(entry=moved.entry, stop_entry=stop_entry), at[0], 0, at[1])


def _answer(
    network: ClockNetwork, origin: Pieces, destination: Pieces, found: _Found, deadline: int | None = None
) -> ClockAnswer:
    """The answer, its way travelled once more on the true clock."""
    way, lower = found.way, found.lower_bound
    if way.start < 0:
        status = ClockStatus.UNREACHABLE if lower >= INF_COST else ClockStatus.UNDECIDED
        score = ClockScore(way.entry, 0, 0, INF_COST)
        no_wait = np.zeros(1, dtype=np.int32)
        return ClockAnswer(status, way.edges, no_wait, -1, -1, score, INF_COST, lower, found.n_label)
    departure, piece = found.first_departure + way.start // len(origin.node), way.start % len(origin.node)
    ready = np.append(departure + origin.time[piece], way.entry + network.slices.time[way.edges])
    wait = (np.append(way.entry, way.stop_entry) - ready).astype(np.int32)
    score = score_path(network, origin, destination, departure, way.edges, wait, (piece, way.stop))
    objective = score.cost if deadline is None else score.cost + deadline - score.arrival
    status = ClockStatus.EXACT if lower >= objective else ClockStatus.BOUNDED
    return ClockAnswer(status, way.edges, wait, piece, way.stop, score, objective, lower, found.n_label)
