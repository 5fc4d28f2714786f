"""A hierarchy made ready for a moving clock, and any way travelled on it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.clock import Pieces, Slices, leave_between, score
from risk_core.kernels.clock_window import Into, moves_into
from risk_core.kernels.hierarchy import TurnRule
from risk_core.routes.clock_record import ClockScore, SliceCosts, Waiting
from risk_core.state.hierarchy import Hierarchy

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class ClockNetwork:
    """A hierarchy made ready for one traveller's costs in slices.

    Attributes
    ----------
    hierarchy, costs, rule
        What it was made of.
    slices, into
        The costs, and the moves by their ends, as the kernels take them.
    least, fastest
        Weights of the up edges, upward and downward, under the least cost of each edge over all slices and under its
        time.
    """

    hierarchy: Hierarchy
    costs: SliceCosts
    rule: TurnRule
    slices: Slices = field(repr=False)
    into: Into = field(repr=False)
    least: tuple[Ints, Ints] = field(repr=False)
    fastest: tuple[Ints, Ints] = field(repr=False)


def prepare_clock(hierarchy: Hierarchy, costs: SliceCosts, rule: TurnRule) -> ClockNetwork:
    """Make a hierarchy ready for questions on the moving clock; once for each set of costs."""
    place = np.full(hierarchy.n_search, -1, dtype=np.int32)
    if costs.waiting is Waiting.AT_NODES:
        place = np.zeros_like(place) if costs.wait_per_s.shape[1] == 1 else hierarchy.node_of
    slices = Slices(costs.begin, costs.time, costs.cost, costs.wait_per_s, place)
    no_price = TurnRule(0, rule.obeys_turns)
    least = hierarchy.weights(costs.cost.min(axis=0), rule)
    fastest = hierarchy.weights(costs.time, no_price)
    return ClockNetwork(hierarchy, costs, rule, slices, moves_into(hierarchy.moves), least, fastest)


def score_path(
    network: ClockNetwork,
    origin: Pieces,
    destination: Pieces,
    departure: int,
    edges: Ints,
    wait: Ints | None = None,
    ends: tuple[int, int] = (0, 0),
) -> ClockScore:
    """Travel any way on the true clock.

    Parameters
    ----------
    network
        Network and costs.
    origin, destination, ends
        Pieces at both ends, and which two the way uses.
    departure
        Clock of setting off.
    edges
        In order, shape=(n,).
    wait
        Units of time waited before each edge and before the last piece, shape=(n + 1,); None for no wait.

    Returns
    -------
    ClockScore
        With cost `INF_COST` where it meets a closed edge, does not hang together, or waits where or until when it must
        not.
    """
    starts = leave_between(network.slices.begin, origin, departure, departure)
    waits = np.zeros(len(edges) + 1, dtype=np.int32) if wait is None else wait
    way = score(
        network.hierarchy.moves, network.slices, network.rule, starts, destination, ends, edges.astype(np.int32), waits
    )
    arrival = way.stop_entry + int(destination.time[ends[1]])
    return ClockScore(way.entry, departure, arrival, way.cost)


def time_in_slices(costs: SliceCosts, edges: Ints, entry: Ints) -> Ints:
    """Units of time spent on each edge of a way in each slice, shape=(n_slice, n), for integrals of the exposure."""
    leave = entry.astype(np.int64) + costs.time[edges]
    end = np.append(costs.begin[1:].astype(np.int64), np.iinfo(np.int64).max)
    upper = np.minimum(leave, end[:, None])
    spent: Ints = np.maximum(upper - np.maximum(entry, costs.begin[:, None]), 0).astype(np.int32)
    return spent
