import math

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.kernels.hierarchy import INF_COST, TurnRule
from risk_core.routes.clock import arrive_by, depart_at, depart_at_quickly
from risk_core.routes.clock_network import prepare_clock, score_path, time_in_slices
from risk_core.routes.clock_record import ClockStatus, SliceCosts, Waiting, at_nodes, part_ways
from risk_core.state.hierarchy_build import DirectedEdges, build_hierarchy
from tests.naive import clock as naive

RULE = TurnRule(4, 1)
NONE = np.empty(0, dtype=np.int32)


def ints(*values):
    return np.array(values, dtype=np.int32)


def lattice(n, turns=()):
    """Streets both ways between the neighbours of an n x n lattice."""
    pairs = [(v, v + 1) for v in range(n * n) if v % n < n - 1] + [(v, v + n) for v in range(n * n - n)]
    tail = ints(*[v for pair in pairs for v in pair])
    head = ints(*[v for a, b in pairs for v in (b, a)])
    street = np.repeat(np.arange(len(pairs)), 2).astype(np.int32)
    turn = np.array(turns, dtype=np.int32).reshape(-1, 2)
    edges = DirectedEdges(tail, head, street, turn[:, 0].copy(), turn[:, 1].copy())
    at = np.arange(n * n)
    return edges, build_hierarchy(edges, (at // n).astype(float), (at % n).astype(float))


def copies(hierarchy, v):
    return hierarchy.copy[hierarchy.first_copy[v] : hierarchy.first_copy[v + 1]]


def node_pieces(hierarchy, costs, v):
    return at_nodes(costs, copies(hierarchy, v))


def ring_costs(edges, n, begin, time, speed=0.35, closes=True):
    """A ring that grows from a corner: dear at its rim, closed on the rim's crest."""
    x = 0.5 * (edges.tail % n + edges.head % n)
    y = 0.5 * (edges.tail // n + edges.head // n)
    rim = np.abs(np.hypot(x, y)[None] - 0.8 - speed * np.arange(len(begin))[:, None])
    cost = time + np.rint(time * 6 * np.exp(-(rim**2))).astype(np.int32)
    return np.where(closes & (rim < 0.3), INF_COST, cost).astype(np.int32)


def ring_question(seed, waiting=Waiting.NOWHERE, n=5, closes=True):
    rng = np.random.default_rng(seed)
    edges, hierarchy = lattice(n, [(0, 2), (2, 4)])
    begin = np.arange(0, 40, 5, dtype=np.int32)
    time = np.repeat(rng.integers(2, 5, len(edges.tail) // 2), 2).astype(np.int32)
    cost = ring_costs(edges, n, begin, time, rng.uniform(0.2, 0.6), closes)
    per_s = rng.integers(20, 60, (len(begin), n * n)).astype(np.int32)
    per_s[rng.random(per_s.shape) < 0.3] = INF_COST
    costs = SliceCosts(begin, time, cost, waiting, per_s)
    a, b = rng.choice(n * n, 2, replace=False)
    ends = (node_pieces(hierarchy, costs, int(v)) for v in (a, b))
    return prepare_clock(hierarchy, costs, RULE), *ends


def assert_travels(network, answer):
    """The way meets no edge in a slice in which it is closed, and its waits end where a slice begins."""
    costs, entry = network.costs, answer.score.entry
    spent = time_in_slices(costs, answer.edges, entry)
    assert (spent.sum(axis=0) == costs.time[answer.edges]).all()
    assert (costs.cost[:, answer.edges][spent > 0] < INF_COST).all()
    waited = np.flatnonzero(answer.wait[:-1])
    assert np.isin(entry[waited], costs.begin).all()
    if costs.waiting is Waiting.NOWHERE:
        assert not answer.wait.any()


@pytest.mark.parametrize("waiting", Waiting)
def test_a_ring_crosses_the_lattice(waiting):
    n_dearer, n_way, n_wait = 0, 0, 0
    for seed in range(14):
        network, origin, destination = ring_question(seed, waiting)
        asked = (network.hierarchy, network.slices, RULE, origin, destination)
        for departure in (0, 7, 21):
            answer = depart_at(network, origin, destination, departure)
            wanted = naive.depart_at(*asked, departure, 130)
            assert answer.is_exact and answer.gap == 0 and answer.objective == answer.score.cost
            assert answer.objective == answer.lower_bound == min(wanted, INF_COST)
            quick = depart_at_quickly(network, origin, destination, departure)
            assert quick.lower_bound <= answer.objective <= quick.objective
            n_dearer += quick.objective > answer.objective
            if answer.status is ClockStatus.EXACT:
                n_way += 1
                n_wait += answer.wait.any()
                assert_travels(network, answer)
    assert n_way > 20 and n_dearer > 2 and (waiting is Waiting.NOWHERE or n_wait > 2)


@pytest.mark.parametrize("waiting", Waiting)
def test_arriving_by_a_deadline_is_the_twins(waiting):
    n_way, n_early = 0, 0
    for seed in range(8):
        network, origin, destination = ring_question(seed, waiting, n=4)
        asked = (network.hierarchy, network.slices, RULE, origin, destination)
        for earliest, deadline in ((0, 25), (10, 45)):
            answer = arrive_by(network, origin, destination, (earliest, deadline))
            wanted = naive.arrive_by(*asked, earliest, deadline)
            assert answer.objective == answer.lower_bound == min(wanted, INF_COST)
            if answer.status is ClockStatus.EXACT:
                n_way += 1
                assert_travels(network, answer)
                assert earliest <= answer.score.departure and answer.score.arrival <= deadline
                assert answer.objective == answer.score.cost + deadline - answer.score.arrival
                n_early += answer.score.arrival < deadline
            else:
                assert answer.status is ClockStatus.UNREACHABLE
    assert n_way > 8 and n_early > 0


def test_waiting_never_costs_more():
    n_less = 0
    for seed in range(20):
        still, origin, destination = ring_question(seed)
        patient, *_ = ring_question(seed, Waiting.AT_NODES)
        for departure in (0, 5, 10, 15):
            at = [depart_at(network, origin, destination, departure) for network in (still, patient)]
            by = [arrive_by(network, origin, destination, (departure, departure + 30)) for network in (still, patient)]
            assert at[1].objective <= at[0].objective and by[1].objective <= by[0].objective
            n_less += at[1].objective < at[0].objective
    assert n_less > 5


def test_equal_slices_are_one_slice():
    rng = np.random.default_rng(3)
    edges, hierarchy = lattice(5, [(0, 2)])
    time = rng.integers(1, 9, len(edges.tail)).astype(np.int32)
    cost = (time + rng.integers(0, 9, len(time))).astype(np.int32)
    cost[rng.random(len(cost)) < 0.1] = INF_COST
    one = SliceCosts.without_waiting(ints(0), time, cost[None].copy())
    many = SliceCosts.without_waiting(ints(0, 3, 7, 30), time, np.repeat(cost[None], 4, axis=0))
    networks = [prepare_clock(hierarchy, costs, RULE) for costs in (one, many)]
    for a, b in rng.integers(0, 25, (20, 2)):
        asked = [(network, *(node_pieces(hierarchy, network.costs, int(v)) for v in (a, b))) for network in networks]
        static, moving = (depart_at(*some, 2) for some in asked)
        assert static.objective == moving.objective == depart_at_quickly(*asked[1], 2).objective
        assert static.objective == depart_at_quickly(*asked[0], 2).lower_bound
        by = arrive_by(*asked[1], (0, 200))
        if a != b and static.objective < INF_COST:
            assert by.objective == arrive_by(*asked[0], (0, 200)).objective


def test_arriving_at_another_clock_can_be_cheaper():
    """Two ways to the gate: the cheap one arrives before it opens for good, so the dear one is part of the best way."""
    tail, head = ints(0, 0, 2, 1), ints(1, 2, 1, 3)
    street = ints(0, 1, 2, 3)
    hierarchy = build_hierarchy(DirectedEdges(tail, head, street, NONE, NONE), np.zeros(4), np.arange(4.0))
    time = ints(5, 6, 7, 5)
    cost = np.array([[5, 6, 7, 90], [5, 6, 7, 5]], dtype=np.int32)
    costs = SliceCosts.without_waiting(ints(0, 12), time, cost)
    network = prepare_clock(hierarchy, costs, TurnRule(0, 0))
    origin, destination = (node_pieces(hierarchy, costs, v) for v in (0, 3))
    exact, quick = depart_at(network, origin, destination, 0), depart_at_quickly(network, origin, destination, 0)
    assert (exact.objective, exact.edges.tolist(), exact.score.entry.tolist()) == (18, [1, 2, 3], [0, 6, 13])
    assert (quick.objective, quick.edges.tolist(), quick.status) == (95, [0, 3], ClockStatus.BOUNDED)
    assert quick.gap == pytest.approx((95 - 10) / 10)
    patient = SliceCosts(ints(0, 12), time, cost, Waiting.AT_NODES, np.full((2, 1), 20, dtype=np.int32))
    waits = depart_at(prepare_clock(hierarchy, patient, TurnRule(0, 0)), origin, destination, 0)
    assert (waits.objective, waits.edges.tolist(), waits.wait.tolist()) == (17, [0, 3], [0, 7, 0])
    by = arrive_by(network, origin, destination, (0, 30))
    assert (by.score.departure, by.score.arrival, by.edges.tolist()) == (20, 30, [0, 3])
    early = arrive_by(network, origin, destination, (0, 16))
    assert (early.objective, early.score.departure) == (95, 6)


def test_a_gate_that_never_opens_cuts_off():
    tail, head = ints(0), ints(1)
    hierarchy = build_hierarchy(DirectedEdges(tail, head, ints(0), NONE, NONE), np.zeros(2), np.arange(2.0))
    begin, time = ints(0, 9, 18), ints(4)
    rows = np.array([[INF_COST], [7], [INF_COST]], dtype=np.int32)
    for waiting, departure, wanted in (
        (Waiting.NOWHERE, 0, INF_COST),
        (Waiting.NOWHERE, 14, 7),
        (Waiting.NOWHERE, 15, INF_COST),
        (Waiting.AT_NODES, 0, 7 + 9),
        (Waiting.AT_NODES, 15, INF_COST),
    ):
        costs = SliceCosts(begin, time, rows, waiting, np.full((3, 1), 20, dtype=np.int32))
        network = prepare_clock(hierarchy, costs, TurnRule(0, 0))
        origin, destination = (node_pieces(hierarchy, costs, v) for v in (0, 1))
        answer = depart_at(network, origin, destination, departure)
        assert answer.objective == wanted
        assert answer.status is (ClockStatus.EXACT if wanted < INF_COST else ClockStatus.UNREACHABLE)
        assert arrive_by(network, origin, destination, (0, 12)).status is ClockStatus.UNREACHABLE
        assert arrive_by(network, origin, destination, (0, 40)).score.arrival == 18


def test_over_the_budget_the_quick_way_answers_with_a_gap():
    n_bounded = 0
    for seed in range(30):
        network, origin, destination = ring_question(seed, closes=False)
        exact = depart_at(network, origin, destination, 0)
        for budget in (0, 1, 5):
            cut = depart_at(network, origin, destination, 0, budget)
            assert cut.lower_bound <= exact.objective <= cut.objective
            assert exact.objective <= cut.objective <= math.ceil(cut.lower_bound * (1 + cut.gap))
            n_bounded += cut.status is ClockStatus.BOUNDED
            assert_travels(network, cut)
            by = arrive_by(network, origin, destination, (0, 40), budget)
            best = arrive_by(network, origin, destination, (0, 40))
            assert by.lower_bound <= best.objective <= by.objective
    assert n_bounded > 5


def test_ends_part_along_edges():
    for seed in range(5):
        network, *_ = ring_question(seed, Waiting.AT_NODES)
        rng = np.random.default_rng(seed)
        some = rng.choice(len(network.costs.time), 2, replace=False).astype(np.int32)
        share = rng.random(2)
        reaches = network.hierarchy.edge_reaches
        origin = part_ways(network.costs, reaches[some[:1]], some[:1], share[:1])
        tails = np.repeat(np.arange(network.hierarchy.n_search), np.diff(network.hierarchy.first_move))
        before = tails[network.hierarchy.move_edge == some[1]].astype(np.int32)
        destination = part_ways(
            network.costs, before, np.repeat(some[1:], len(before)), np.repeat(share[1:], len(before))
        )
        asked = (network.hierarchy, network.slices, RULE, origin, destination)
        answer = depart_at(network, origin, destination, 2)
        assert answer.objective == min(naive.depart_at(*asked, 2, 130), INF_COST)
        by = arrive_by(network, origin, destination, (0, 30))
        assert by.objective == min(naive.arrive_by(*asked, 0, 30), INF_COST)


def test_a_path_of_ones_own_is_scored():
    network, origin, destination = ring_question(1, Waiting.AT_NODES)
    answer = depart_at(network, origin, destination, 0)
    asked = (network, origin, destination)
    again = score_path(*asked, 0, answer.edges, answer.wait, (answer.start, answer.stop))
    assert (again.cost, again.arrival) == (answer.objective, answer.score.arrival)
    assert len(answer.edges) > 1
    assert score_path(*asked, 0, answer.edges[1:], None, (answer.start, answer.stop)).cost == INF_COST


def test_every_fault_is_told():
    time, cost = ints(3, 0), np.array([[3, 2], [2, 9]], dtype=np.int32)
    with pytest.raises(InputError) as raised:
        SliceCosts(ints(1, 0), time, cost, Waiting.AT_NODES, np.zeros((2, 1), dtype=np.int32))
    assert {fault.argument for fault in raised.value.faults} == {"begin", "time", "cost", "wait_per_s"}
    with pytest.raises(InputError) as raised:
        SliceCosts.without_waiting(ints(0), time.astype(float), cost)
    assert {fault.argument for fault in raised.value.faults} == {"time", "cost"}
    network, origin, _ = ring_question(0)
    nowhere = at_nodes(network.costs, NONE)
    with pytest.raises(InputError) as raised:
        depart_at(network, origin, nowhere, -1)
    assert {fault.argument for fault in raised.value.faults} == {"destination", "departure"}
    with pytest.raises(InputError) as raised:
        arrive_by(network, origin, origin, (10, 9))
    assert {fault.argument for fault in raised.value.faults} == {"deadline"}
