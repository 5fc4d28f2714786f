"""Booking against plain searches, and against exact flows on the time-expanded network."""

import numpy as np
import pytest

from risk_core.kernels.evacuation import (
    NEVER,
    Sinks,
    Sources,
    bound_slots,
    capacity_at,
    earliest_entry,
    find_way,
    is_open,
    reserve_ways,
)
from risk_core.kernels.evacuation_tail import Search, hasten, place_by, remove_late, split_flow
from risk_core.plans.reserve import empty_flow, last_arrival, state_work, way_work
from tests.naive import evacuation as naive
from tests.plans.exact import most_placed, random_case

N_SLOT = 60


def case(seed, **options):
    return random_case(seed, n=4, n_slot=N_SLOT, **options)


def booked(seed, **options):
    graph, facts, sources, sinks = case(seed, **options)
    taken = np.zeros((len(graph.link), N_SLOT), dtype=np.int16)
    flow = empty_flow(graph, taken, N_SLOT, len(sources.node), len(sinks.node))
    room = sinks.room.copy()
    left = reserve_ways(graph, facts, sources, sinks, flow, way_work(graph, *taken.shape), 10_000)
    return graph, facts, sources, sinks, flow, left, room


def check_flow(graph, facts, sources, sinks, flow, room):
    """Every law a plan obeys, second by second and node by node."""
    for link in range(len(graph.link)):
        for slot in range(N_SLOT):
            assert 0 <= flow.taken[link, slot] <= naive.capacity(facts.per_bin[link], slot)
            if flow.used[link, slot]:
                assert naive.is_open(facts, link, slot, slot + facts.slots[link])
    assert (flow.used >= 0).all() and (flow.held >= 0).all() and (flow.arrived >= 0).all()
    n_node = len(graph.first_out) - 1
    balance = np.zeros((n_node, N_SLOT + 1), dtype=np.int64)
    for edge in range(len(graph.head)):
        for slot in np.flatnonzero(flow.used[edge]):
            balance[graph.tail[edge], slot] -= flow.used[edge, slot]
            balance[graph.head[edge], slot + facts.slots[graph.link[edge]]] += flow.used[edge, slot]
    balance[:, :-1] -= flow.held
    balance[:, 1:] += flow.held
    np.add.at(balance, (sources.node, sources.ready), flow.entered)
    balance[sinks.node] -= flow.arrived
    assert (balance == 0).all(), "nobody is lost or made on the way"
    assert (flow.arrived.sum(axis=1) + sinks.room == room).all() and (sinks.room >= 0).all()
    for k, until in enumerate(sinks.until):
        assert not flow.arrived[k, until + 1 :].any()


@pytest.mark.parametrize("rate", [0.0, 0.35, 1.0, 2.5])
def test_capacity_adds_up_to_the_rate(rate):
    units = [capacity_at(rate, slot) for slot in range(40)]
    assert np.cumsum(units).tolist() == np.floor(rate * np.arange(1, 41)).tolist()


@pytest.mark.parametrize("seed", range(6))
def test_bounds_are_those_of_relaxing_every_edge(seed):
    graph, facts, _, sinks = case(seed)
    taken = np.zeros((len(graph.link), N_SLOT), dtype=np.int16)
    assert (
        bound_slots(graph, facts, sinks, way_work(graph, *taken.shape)).tolist()
        == naive.slots_to_room(graph, facts, sinks).tolist()
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_way_found_is_the_earliest_on_booked_and_closing_streets(seed):
    graph, facts, sources, sinks, flow, _, room = booked(seed, has_closures=True)
    free = Sinks(sinks.at_node, sinks.node, room, sinks.until)
    work = way_work(graph, *flow.taken.shape)
    bound = bound_slots(graph, facts, free, work)
    hopeless = np.full(len(bound), NEVER, dtype=np.int32)
    for mark, (node, ready) in enumerate(zip(sources.node, sources.ready, strict=True), start=1):
        goal = find_way(graph, facts, free, flow.taken, bound, hopeless, work, node, ready, mark)
        at = naive.earliest(graph, facts, flow.taken, node, ready, N_SLOT)[free.node[room > 0]]
        assert (NEVER if goal < 0 else work.slot[goal]) == at.min()


def test_full_and_closed_slots_are_passed_over():
    _, facts, _, _ = case(1)
    facts = facts._replace(per_bin=np.full_like(facts.per_bin, 1.0), closed=np.zeros_like(facts.closed))
    facts.closed[0] = 0b010
    taken, onward = np.zeros((2, len(facts.slots), N_SLOT), dtype=np.int16)
    taken[0, :5] = 1
    assert earliest_entry(facts, taken, onward, 0, 0, N_SLOT) == 5
    assert earliest_entry(facts, taken, onward, 0, 0, 4) == NEVER
    opens = int(np.searchsorted(facts.slice_from, 2))
    assert earliest_entry(facts, taken, onward, 0, opens - 3, N_SLOT - 10) == opens
    assert not is_open(facts, 0, opens - 1, opens)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("has_closures", [False, True])
def test_bookings_obey_every_law(seed, has_closures):
    graph, facts, sources, sinks, flow, left, room = booked(seed, has_closures=has_closures, spare=(0.6, 1.4))
    assert (left + flow.entered == sources.n_unit).all()
    check_flow(graph, facts, sources, sinks, flow, room)


@pytest.mark.parametrize("seed", range(8))
def test_moving_bookings_places_as_many_as_a_maximum_flow(seed):
    graph, facts, sources, sinks, flow, _, room = booked(seed, has_closures=True)
    target = max(1, last_arrival(flow) - 6)
    left = sources.n_unit - flow.entered + remove_late(graph, facts, sources, sinks, flow, target)
    bound = bound_slots(graph, facts, sinks._replace(room=np.ones_like(room)), way_work(graph, *flow.taken.shape))
    work = state_work(len(bound) * (N_SLOT + 1))
    search = Search(target, NEVER, 10**6)
    place_by(graph, facts, sources, sinks, flow, bound, work, left, search, 0, 10**9)
    check_flow(graph, facts, sources, sinks, flow, room)
    assert last_arrival(flow) <= target
    assert flow.arrived.sum() == most_placed((graph, facts, sources, sinks._replace(room=room)), target)


@pytest.mark.parametrize("seed", range(6))
def test_exchanges_only_lower_the_sum_of_arrivals(seed):
    graph, facts, sources, sinks, flow, _, room = booked(seed)
    slots, last, n = np.arange(N_SLOT + 1), last_arrival(flow), flow.arrived.sum()
    before = (flow.arrived * slots).sum()
    bound = bound_slots(graph, facts, sinks._replace(room=np.ones_like(room)), way_work(graph, *flow.taken.shape))
    work = state_work(len(bound) * (N_SLOT + 1))
    hasten(graph, facts, sinks, flow, bound, work, last, 0, 10**5, 10**7)
    check_flow(graph, facts, sources, sinks, flow, room)
    assert (flow.arrived * slots).sum() <= before and flow.arrived.sum() == n and last_arrival(flow) <= last


@pytest.mark.parametrize("seed", range(6))
def test_ways_are_the_flow_cut_up(seed):
    graph, facts, sources, sinks, flow, _, _ = booked(seed)
    entered, arrived = flow.entered.copy(), flow.arrived.copy()
    ways = split_flow(graph, facts, sources, sinks, flow)
    assert np.bincount(ways.source, weights=ways.n_unit, minlength=len(entered)).tolist() == entered.tolist()
    found = np.zeros_like(arrived)
    np.add.at(found, (ways.sink, ways.arrive), ways.n_unit)
    assert (found == arrived).all() and not flow.used.any() and not flow.held.any()
    for w in range(len(ways.n_unit)):
        edges = ways.edge[ways.first[w] : ways.first[w + 1]]
        nodes = [sources.node[ways.source[w]], *graph.head[edges]]
        assert graph.tail[edges].tolist() == nodes[:-1] and nodes[-1] == sinks.node[ways.sink[w]]
        assert len(set(nodes)) == len(nodes)
        assert ways.depart[w] + facts.slots[edges].sum() <= ways.arrive[w]


def test_nobody_goes_where_there_is_no_room():
    graph, facts, sources, sinks = case(2)
    sinks.room[:] = 0
    taken = np.zeros((len(graph.link), N_SLOT), dtype=np.int16)
    flow = empty_flow(graph, taken, N_SLOT, len(sources.node), len(sinks.node))
    none = Sources(*(part[:0] for part in sources))
    assert (
        reserve_ways(graph, facts, sources, sinks, flow, way_work(graph, *taken.shape), 9).tolist()
        == sources.n_unit.tolist()
    )
    assert reserve_ways(graph, facts, none, sinks, flow, way_work(graph, *taken.shape), 9).size == 0
    assert not flow.taken.any()
