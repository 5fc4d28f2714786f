"""What a question on the moving clock takes and gives: costs in time slices, ends of a way, the answer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.clock import UNITS_PER_S, Pieces
from risk_core.kernels.hierarchy import INF_COST

Ints = NDArray[np.int32]

MAX_CLOCK: Final = 100_000_000
"""Clocks lie within this, units of time (58 days of 0.05 s), so that sums fit 32 bits."""


class Waiting(StrEnum):
    """Where a traveller may wait for the next slice to begin."""

    NOWHERE = "nowhere"
    AT_NODES = "at_nodes"


class ClockStatus(StrEnum):
    """How much is known about an answer.

    `EXACT`: no way is cheaper. `BOUNDED`: a way, and a bound below which there is none. `UNREACHABLE`: there is no way.
    `UNDECIDED`: none was found within the label budget.
    """

    EXACT = "exact"
    BOUNDED = "bounded"
    UNREACHABLE = "unreachable"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, eq=False)
class SliceCosts:
    """Cost of each edge in each time slice; see `risk_core.kernels.clock` for what an edge costs that meets several.

    Attributes
    ----------
    begin
        Clock at which each slice begins, shape=(n_slice,), units of time, ascending, the first 0 or less; the last
        slice holds on.
    time
        Travel time of each edge, shape=(n_edge,), units of time, 1 or more; `INF_COST` where the profile may not go.
    cost
        Objective of each edge travelled in each slice, shape=(n_slice, n_edge), at least its time; `INF_COST` where it
        is closed then.
    waiting
        Where one may wait.
    wait_per_s
        Objective of a second of waiting, shape=(n_slice, n_node), or (n_slice, 1) for the same at every node; at least
        `UNITS_PER_S`, `INF_COST` where one must not stay. Of no effect where one waits nowhere.

    Raises
    ------
    InputError
        For arrays of other shapes or kinds and numbers out of range.
    """

    begin: Ints
    time: Ints
    cost: Ints
    waiting: Waiting
    wait_per_s: Ints

    def __post_init__(self) -> None:
        raise_faults(_shape_faults(self) or _range_faults(self))

    @classmethod
    def without_waiting(cls, begin: Ints, time: Ints, cost: Ints) -> "SliceCosts":
        """Costs of a traveller who never waits."""
        return cls(begin, time, cost, Waiting.NOWHERE, np.full((len(begin), 1), INF_COST, dtype=np.int32))

    @property
    def n_slice(self) -> int:
        """Number of slices."""
        return len(self.begin)


def _shape_faults(costs: SliceCosts) -> list[Fault]:
    """One fault for each array of another kind or shape."""
    n_slice, n_edge = costs.begin.size, costs.time.size
    n_place = costs.wait_per_s.shape[-1] if costs.wait_per_s.ndim == 2 else 1
    wanted = {
        "begin": (max(n_slice, 1),),
        "time": (n_edge,),
        "cost": (n_slice, n_edge),
        "wait_per_s": (n_slice, n_place),
    }
    faults = []
    for name, shape in wanted.items():
        array: Ints = getattr(costs, name)
        if array.dtype != np.int32 or array.shape != shape:
            remedy = "Give one row a slice, and a column an edge or node, in whole units of time."
            faults.append(Fault(name, f"{array.dtype} of shape {array.shape}", f"int32 of shape {shape}", remedy))
    return faults


def _range_faults(costs: SliceCosts) -> list[Fault]:
    """One fault for each array with numbers out of range."""
    begin, time, per_s = costs.begin, costs.time, costs.wait_per_s
    checks = (
        ("begin", (np.diff(begin) > 0).all() and begin[0] <= 0, "ascending from 0 or less", begin),
        ("begin", abs(int(begin[0])) <= MAX_CLOCK and begin[-1] <= MAX_CLOCK, f"within {MAX_CLOCK}", begin),
        ("time", ((time >= 1) & (time <= INF_COST)).all(), f"1 to {INF_COST}", time),
        (
            "cost",
            (costs.cost >= time).all() and (costs.cost <= INF_COST).all(),
            "the time of the edge or more",
            costs.cost,
        ),
        ("wait_per_s", ((per_s >= UNITS_PER_S) & (per_s <= INF_COST)).all(), f"{UNITS_PER_S} or more", per_s),
    )
    remedy = f"Count in whole units of time, and bar with {INF_COST}."
    return [
        Fault(name, f"{array.min(initial=INF_COST)} to {array.max(initial=0)}", wanted, remedy)
        for name, is_right, wanted, array in checks
        if not is_right
    ]


def at_nodes(costs: SliceCosts, nodes: NDArray[np.int32]) -> Pieces:
    """Ends of a way at search nodes themselves."""
    n = len(nodes)
    zeros = np.zeros((costs.n_slice, n), dtype=np.int32)
    return Pieces(np.asarray(nodes, dtype=np.int32), np.zeros(n, dtype=np.int32), zeros)


def part_ways(
    costs: SliceCosts, nodes: NDArray[np.int32], edges: NDArray[np.int32], share: NDArray[np.float64]
) -> Pieces:
    """Ends of a way part along edges.

    Parameters
    ----------
    costs
        Costs in slices.
    nodes
        Search node at the end of each part where the rest of the way joins it, shape=(n,).
    edges
        Edge of which each is a part, shape=(n,).
    share
        Share of the edge that is travelled, 0..1, shape=(n,).

    Returns
    -------
    Pieces
        Time and cost rounded half to even, the cost not below the time; a part of a closed edge is closed.
    """
    time = np.rint(costs.time[edges] * share).astype(np.int32)
    # Chosen columns lie column by column, for which every search on the clock would be compiled once more.
    whole = np.ascontiguousarray(costs.cost[:, edges])
    cost = np.maximum(np.rint(whole * share).astype(np.int32), time)
    is_closed = (whole >= INF_COST) | (costs.time[edges] >= INF_COST)
    return Pieces(np.asarray(nodes, dtype=np.int32), time, np.where(is_closed, INF_COST, cost).astype(np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class ClockScore:
    """A way travelled on the true clock.

    Attributes
    ----------
    entry
        Clock at which each edge is entered, shape=(n,).
    departure, arrival
        Clocks at both ends.
    cost
        Of pieces, edges, turns and waits; `INF_COST` for a way that cannot be travelled so.
    """

    entry: Ints
    departure: int
    arrival: int
    cost: int


@dataclass(frozen=True, slots=True, eq=False)
class ClockAnswer:
    """A way on the moving clock.

    Attributes
    ----------
    status
        How much is known about it.
    edges
        In order, shape=(n,); empty without a way, and where both ends join one node.
    wait
        Units of time waited before each edge and before the last piece, shape=(n + 1,).
    start, stop
        Pieces of the origin and the destination it uses, -1 without a way.
    score
        The way travelled on the true clock.
    objective
        What was minimised: the cost, for an arrive-by with the time one is early added.
    lower_bound
        No way has a lower objective.
    n_label
        Labels the exact search has met.
    """

    status: ClockStatus
    edges: Ints
    wait: Ints
    start: int
    stop: int
    score: ClockScore
    objective: int
    lower_bound: int
    n_label: int

    @property
    def is_exact(self) -> bool:
        """Whether nothing better exists."""
        return self.status in (ClockStatus.EXACT, ClockStatus.UNREACHABLE)

    @property
    def gap(self) -> float:
        """Largest share by which the objective may lie above the least one; inf where no way is known."""
        if self.is_exact:
            return 0.0
        if self.start < 0:
            return np.inf
        return (self.objective - self.lower_bound) / max(self.lower_bound, 1)
