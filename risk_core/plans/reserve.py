"""Ways and departures for groups on a slotted network: first come first served, then the last ones once more."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.evacuation import (
    NEVER,
    Flow,
    LinkFacts,
    Sinks,
    SlotGraph,
    Sources,
    WayWork,
    bound_slots,
    reserve_ways,
)
from risk_core.kernels.evacuation_exact import fill_cheapest
from risk_core.kernels.evacuation_tail import Search, StateWork, Ways, hasten, place_by, remove_late, split_flow

MAX_STATES: Final = 40_000_000
"""Pairs of node and slot up to which the last ones are looked at again; beyond, memory would not allow it."""

MEAN_SLACK: Final = 0.005
"""Share by which the mean arrival of a small plan may be above the least one where that shortens the clearance."""

FEW_STATES: Final = 1_000_000
"""Pairs of node and slot up to which a plan is booked on its whole horizon at once."""

N_SPARE: Final = 60
"""Slots beyond half as much again as on empty streets that bookings are first tried within."""

N_SEARCH: Final = 3_000
"""Searches spent at most on serving always the fastest, over all sources.

With more sources each is served when it comes up: on the whole of the sample town that halves the work, and the mean
arrival is 0.02 % later.
"""


@dataclass(frozen=True, slots=True)
class TailOptions:
    """How hard clearance and mean arrival are pressed down after everyone has a way.

    Where units are left over although there is room, the streets are full to the last slot and only a plan small enough
    to be found exactly is tried again: it may place more.

    Attributes
    ----------
    is_tried
        Whether at all.
    most_units
        Larger parties are left as they are.
    n_look
        States looked at for one group before it is given up.
    n_look_all
        States looked at in all for each of the two.
    n_round
        Most targets tried for the clearance.
    share
        The first target leaves out this share of the clearance; halved after each failure.
    slack
        Share by which the clearance may grow again where the mean arrival falls; the two have different optima.
    n_hasten
        Passes over all arrivals for the mean.
    least_excess
        The mean is left alone where it is within this share of empty streets.
    most_exact
        Pairs of node and slot times units up to which the best plan is found exactly instead: the least mean of all
        whose clearance is at most `slack` above the least one.
    """

    is_tried: bool = True
    most_units: int = 30_000
    n_look: int = 20_000
    n_look_all: int = 200_000
    n_round: int = 24
    share: float = 0.1
    slack: float = 0.05
    n_hasten: int = 3
    least_excess: float = 0.005
    most_exact: int = 20_000_000


TAIL_DEFAULTS: Final = TailOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Booked:
    """Ways of the groups that have one, and how many units of each source are left without.

    Attributes
    ----------
    ways
        As `split_flow` cuts them.
    left
        shape=(n_source,).
    last_slot
        Slot the last unit arrives in, -1 when nobody does.
    is_tail_tried
        Whether the last ones were looked at again.
    """

    ways: Ways
    left: NDArray[np.int32]
    last_slot: int
    is_tail_tried: bool


def empty_flow(graph: SlotGraph, taken: NDArray[np.int16], n_slot: int, n_source: int, n_sink: int) -> Flow:
    """Nothing booked yet but what `taken` holds, shape=(n_link, n_bin); it is shared, not copied."""
    n_node = len(graph.first_out) - 1
    return Flow(
        taken,
        np.zeros((len(graph.head), n_slot), dtype=np.int16),
        np.zeros((n_node, n_slot), dtype=np.int32),
        np.zeros((n_sink, n_slot + 1), dtype=np.int32),
        np.zeros(n_source, dtype=np.int32),
    )


def way_work(graph: SlotGraph, n_link: int, n_bin: int) -> WayWork:
    """Scratch for searches on a graph with so many links and bins."""
    n_node, n_heap = len(graph.first_out) - 1, len(graph.head) + len(graph.first_out) + 1
    slot, mark, before, entry = (np.zeros(n_node, dtype=np.int32) for _ in range(4))
    return WayWork(slot, mark, before, entry, np.empty(n_heap, dtype=np.int64), np.zeros((n_link, n_bin), np.int16))


def book_groups(
    graph: SlotGraph,
    facts: LinkFacts,
    sources: Sources,
    sinks: Sinks,
    taken: NDArray[np.int16],
    tail: TailOptions = TAIL_DEFAULTS,
) -> Booked:
    """Book ways for groups to places with room.

    Parameters
    ----------
    graph, facts
        The slotted streets.
    sources
        The groups.
    sinks
        Where they may go; `room` is lowered by those who do.
    taken
        Units already booked on each link by the bin of entry, shape=(n_link, n_bin); raised by those booked here.
    tail
        How hard to press the clearance down.

    Returns
    -------
    Booked
        Nobody is booked through a closed link, beyond a link's capacity, or to a place without room or after its time.

    References
    ----------
    Lu, George and Shekhar 2005 (see `risk_core.kernels.evacuation`); the second look is described in
    `risk_core.kernels.evacuation_tail`.
    """
    facts, flow, work, left = _book_within(graph, facts, sources, sinks, taken, tail)
    n_state = (len(graph.first_out) - 1) * (flow.used.shape[1] + 1)
    n_placed = int(flow.entered.sum())
    has_run_out = bool(left.any() and (sinks.room > 0).any())
    is_tried = tail.is_tried and 0 < n_placed <= tail.most_units and n_state <= MAX_STATES
    if is_tried and _is_small(graph, facts, flow, tail.most_exact):
        left = _fill_exactly(graph, facts, sources, sinks, flow, tail.slack)
    elif is_tried and not has_run_out:
        left += _press_tail(graph, facts, sources, sinks, flow, work, tail)
    last_slot = last_arrival(flow)
    return Booked(split_flow(graph, facts, sources, sinks, flow), left, last_slot, is_tried)


def _book_within(
    graph: SlotGraph, facts: LinkFacts, sources: Sources, sinks: Sinks, taken: NDArray[np.int16], tail: TailOptions
) -> tuple[LinkFacts, Flow, WayWork, NDArray[np.int32]]:
    """First come first served, on as much of the horizon as it takes; also the facts cut to that, and who is left.

    Whoever gets there early is booked the same way whatever the horizon. Memory for all of it would be as wide as the
    plan is long, and most of the time would go into clearing it.
    """
    n_slot, n_source, n_sink = len(facts.slice_from) - 1, len(sources.node), len(sinks.node)
    patience = N_SEARCH // max(1, n_source)
    least = n_slot
    if (len(graph.first_out) - 1) * n_slot > FEW_STATES and sources.n_unit.sum() <= tail.most_units:
        bound = bound_slots(graph, facts, sinks, way_work(graph, 0, 0))[sources.node]
        free = (sources.ready + bound)[(bound < NEVER) & (sources.n_unit > 0)]
        least = int(1.5 * free.max(initial=0)) + N_SPARE
    while True:
        within = min(least, n_slot)
        cut = facts._replace(slice_from=facts.slice_from[: within + 1], slice_to=facts.slice_to[: within + 1])
        flow = empty_flow(graph, taken, within, n_source, n_sink)
        work = way_work(graph, len(taken), -(-within // facts.bin))
        left = reserve_ways(graph, cut, sources, sinks, flow, work, patience)
        if within == n_slot or not (left.any() and (sinks.room > 0).any()):
            return cut, flow, work, left
        remove_late(graph, cut, sources, sinks, flow, -1)
        least = 3 * within


def last_arrival(flow: Flow) -> int:
    """Slot of the last arrival, -1 for none."""
    found = np.flatnonzero(flow.arrived.any(axis=0))
    return int(found[-1]) if len(found) else -1


def state_work(n_state: int) -> StateWork:
    """Scratch for searches among pairs of node and slot."""
    labels = np.zeros((n_state, 5), dtype=np.int32)
    return StateWork(labels, np.empty(n_state, dtype=np.int64), np.zeros(1, dtype=np.int64))


def _press_tail(
    graph: SlotGraph, facts: LinkFacts, sources: Sources, sinks: Sinks, flow: Flow, work: WayWork, tail: TailOptions
) -> NDArray[np.int32]:
    """Bring the last arrivals forward as far as bookings can be moved; returns who lost their way, normally nobody."""
    n_state = (len(graph.first_out) - 1) * (flow.used.shape[1] + 1)
    states = state_work(n_state)
    everywhere = Sinks(sinks.at_node, sinks.node, np.ones_like(sinks.room), sinks.until)
    bound = bound_slots(graph, facts, everywhere, work)
    served = (flow.entered > 0) & (bound[sources.node] < NEVER)
    floor = int((sources.ready + bound[sources.node])[served].max(initial=0))
    last = last_arrival(flow)
    step, mark = max(1, round(tail.share * (last - floor))), 0
    lost = np.zeros(len(sources.node), dtype=np.int32)
    for _ in range(tail.n_round):
        target = max(floor, last - step)
        if target >= last:
            break
        left = remove_late(graph, facts, sources, sinks, flow, target)
        asked = (graph, facts, sources, sinks, flow, bound, states, left)
        mark = place_by(*asked, Search(target, NEVER, tail.n_look), mark, tail.n_look_all)
        if left.any():
            mark = place_by(*asked, Search(last, NEVER, tail.n_look), mark, tail.n_look_all)
            if left.any():
                again = Sources(sources.node, sources.ready, left)
                work.onward[:] = 0
                left = reserve_ways(graph, facts, again, sinks, flow, work, 1)
                lost += left
            if step == 1:
                break
            step = max(1, step // 2)
        last = last_arrival(flow)
    latest = min(last + int(tail.slack * last), flow.used.shape[1])
    for _ in range(tail.n_hasten):
        if _excess(sources, bound, flow) <= tail.least_excess:
            break
        before = flow.arrived.copy()
        mark = hasten(
            graph,
            facts,
            sinks,
            flow,
            bound,
            states,
            latest,
            mark,
            tail.n_look,
            tail.n_look_all,
        )
        if (before == flow.arrived).all():
            break
    return lost


def _is_small(graph: SlotGraph, facts: LinkFacts, flow: Flow, most: int) -> bool:
    """Whether the best can be found exactly: few states and units, and a capacity for every edge and slot."""
    has_own = facts.bin == 1 and len(np.unique(graph.link)) == len(graph.link)
    n_state = (len(graph.first_out) - 1) * (flow.used.shape[1] + 1)
    return bool(has_own and n_state * int(flow.entered.sum()) <= most)


def _fill_exactly(
    graph: SlotGraph, facts: LinkFacts, sources: Sources, sinks: Sinks, flow: Flow, slack: float
) -> NDArray[np.int32]:
    """Book anew: the least mean arrival of all plans whose clearance is at most `slack` above the least one.

    Of these the one with the least clearance whose mean is within `MEAN_SLACK` of the least of all, if there is one.
    Returns how many units of each source are left without a way: as few in all as any plan could leave.
    """
    n_slot = flow.used.shape[1]

    def fill(latest: int) -> tuple[int, int]:
        remove_late(graph, facts, sources, sinks, flow, -1)
        n = fill_cheapest(graph, facts, sources, sinks, flow, latest)
        return n, int((flow.arrived * np.arange(n_slot + 1)).sum())

    n_most, least = fill(n_slot)
    low, high = 0, last_arrival(flow)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fill(middle)[0] >= n_most else (middle + 1, high)
    for latest in range(high, min(high + int(slack * high), n_slot) + 1):
        n, total = fill(latest)
        if n == n_most and total <= (1 + MEAN_SLACK) * least:
            break
    return np.asarray(sources.n_unit - flow.entered, dtype=np.int32)


def _excess(sources: Sources, bound: NDArray[np.int32], flow: Flow) -> float:
    """Share by which the sum of arrivals is above that on empty streets, all shelters having room."""
    least = float(((sources.ready + bound[sources.node]) * flow.entered)[flow.entered > 0].sum())
    total = float((flow.arrived * np.arange(flow.arrived.shape[1])).sum())
    return total / least - 1 if least > 0 else math.inf
