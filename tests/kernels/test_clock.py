import math

import numpy as np
import pytest

from risk_core.kernels.clock import (
    UNITS_PER_S,
    Pieces,
    Slices,
    Starts,
    cost_entered,
    cost_turn,
    cost_wait,
    leave_between,
    score,
    slice_at,
)
from risk_core.kernels.clock_labels import search_labels
from risk_core.kernels.clock_nodes import best_departure, cheapest_entry, search_nodes
from risk_core.kernels.clock_window import (
    Aim,
    Reached,
    cost_between,
    first_clocks,
    later_clocks,
    least_surplus,
    least_to_go,
    moves_into,
)
from risk_core.kernels.hierarchy import INF_COST, TURN_BACK, TURN_FORBIDDEN, TurnRule
from risk_core.kernels.potential import open_bounds
from risk_core.state.hierarchy_build import DirectedEdges, build_hierarchy
from tests.naive import clock as naive

BEGIN = np.array([-3, 4, 6, 15, 22], dtype=np.int32)
ALL_DAY = 2_000_000_000


def ints(*values):
    return np.array(values, dtype=np.int32)


def random_rows(rng, time, n_slice, closed=0.2):
    """Costs in slices, at least the time, some closed."""
    rows = time + rng.integers(0, 30, (n_slice, len(time))) * (rng.random((n_slice, len(time))) < 0.7)
    return np.where(rng.random(rows.shape) < closed, INF_COST, rows).astype(np.int32)


def random_question(seed_, waits):
    """A graph with one-ways, loops, parallels and forbidden turns, costs in slices, three pieces at either end."""
    rng = np.random.default_rng(seed_)
    n, n_pair = 9, 16
    a, b = rng.integers(0, n, (2, n_pair))
    both = rng.random(n_pair) < 0.6
    tail, head = (np.concatenate(some).astype(np.int32) for some in ([a, b[both]], [b, a[both]]))
    street = np.concatenate([np.arange(n_pair), np.arange(n_pair)[both]]).astype(np.int32)
    pairs = [(i, j) for i in range(len(tail)) for j in range(len(tail)) if head[i] == tail[j]]
    turns = np.array(sorted(pairs[i] for i in rng.choice(len(pairs), 3, replace=False)), dtype=np.int32)
    edges = DirectedEdges(tail, head, street, turns[:, 0].copy(), turns[:, 1].copy())
    hierarchy = build_hierarchy(edges, rng.random(n), rng.random(n))
    time = rng.integers(1, 8, len(tail)).astype(np.int32)
    time[rng.random(len(time)) < 0.1] = INF_COST
    cost = np.maximum(random_rows(rng, np.minimum(time, 9), len(BEGIN)), time)
    per_s = rng.integers(UNITS_PER_S, 90, (len(BEGIN), n)).astype(np.int32)
    per_s[rng.random(per_s.shape) < 0.2] = INF_COST
    place = np.where(rng.random(hierarchy.n_search) < 0.8, hierarchy.node_of, -1) if waits else -1
    place = np.broadcast_to(place, hierarchy.n_search).astype(np.int32)
    slices = Slices(BEGIN, time, cost, per_s, place)
    ends = []
    for _ in range(2):
        some = rng.integers(0, 4, 3).astype(np.int32)
        nodes = rng.integers(0, hierarchy.n_search, 3).astype(np.int32)
        ends.append(Pieces(nodes, some, random_rows(rng, some, len(BEGIN), 0.1)))
    return hierarchy, slices, TurnRule(5, int(rng.integers(0, 2))), *ends


def bounds_of(hierarchy, cost, rule, nodes, extra):
    up, down = hierarchy.weights(cost, rule)
    return open_bounds(hierarchy.tree, up, down, nodes, extra)


def least_bounds(hierarchy, slices, rule, destination):
    least = slices.cost.min(axis=0)
    return bounds_of(hierarchy, least, rule, destination.node, destination.cost.min(axis=0))


def searched(hierarchy, slices, rule, starts, destination, below=INF_COST, budget=10**6, n_narrow=0):
    """The exact search without credit."""
    bounds = least_bounds(hierarchy, slices, rule, destination)
    limit = int((starts.clock - starts.cost).max()) + below - 1
    aim = Aim(below, limit, 0, int(slices.begin[-1]), budget)
    moves = hierarchy.moves
    early = first_clocks(hierarchy.tree, moves, bounds, slices, rule, starts, limit)
    surplus = np.zeros(len(early), dtype=np.int32)
    window = least_to_go(moves, moves_into(moves), bounds, slices, rule, destination, Reached(early, surplus), aim)
    for _ in range(n_narrow):
        surplus = least_surplus(moves, slices, rule, starts, window, 0)
        window = least_to_go(moves, moves_into(moves), bounds, slices, rule, destination, Reached(early, surplus), aim)
    return window, *search_labels(moves, slices, rule, starts, destination, window, aim)


def travelled(hierarchy, slices, rule, starts, destination, way):
    """Cost of a way on the true clock, the waits read off its clocks."""
    ready = np.append(starts.clock[way.start], way.entry + slices.time[way.edges])
    wait = (np.append(way.entry, way.stop_entry) - ready).astype(np.int32)
    assert (wait >= 0).all()
    return score(hierarchy.moves, slices, rule, starts, destination, (way.start, way.stop), way.edges, wait), wait


def test_the_slice_at_a_clock_is_the_twins():
    assert [slice_at(BEGIN, clock) for clock in range(-3, 30)] == [naive.slice_of(BEGIN, c) for c in range(-3, 30)]


def test_an_edge_costs_its_dearest_slice_and_closes_under_way():
    rng = np.random.default_rng(1)
    for time in range(12):
        rows = random_rows(rng, ints(time), len(BEGIN))
        for clock in range(-3, 30):
            wanted = naive.entered(BEGIN.tolist(), rows[:, 0], time, clock)
            assert cost_entered(BEGIN, rows, 0, time, clock) == min(wanted, INF_COST)
            for late in range(clock - 1, clock + 9):
                some = [naive.entered(BEGIN.tolist(), rows[:, 0], time, at) for at in range(clock, late + 1)]
                assert cost_between(BEGIN, rows, 0, time, clock, late) == min(min(some, default=math.inf), INF_COST)
    closing = ints(3, INF_COST).reshape(2, 1)
    opens = [cost_entered(ints(0, 10), closing, 0, 3, clock) for clock in (6, 7, 8, 9, 10)]
    assert opens == [3, 3, INF_COST, INF_COST, INF_COST]


def test_waits_end_where_a_slice_begins():
    per_s = ints(20, 33, INF_COST, 41, 50).reshape(5, 1)
    slices = Slices(BEGIN, ints(), np.empty((5, 0), dtype=np.int32), per_s, ints(0))
    for clock in range(-3, 24):
        for until in range(-3, 24):
            wanted = naive.waited(BEGIN.tolist(), per_s[:, 0], clock, until)
            if until < clock or (until > clock and until not in BEGIN):
                wanted = INF_COST
            assert cost_wait(slices, 0, clock, until) == min(wanted, INF_COST)
    assert cost_wait(slices, -1, 0, 4) == INF_COST and cost_wait(slices, -1, 4, 4) == 0


def test_the_cheapest_entry_waits_where_that_pays():
    rng = np.random.default_rng(2)
    per_s = ints(20, 33, 25, 41, 50).reshape(5, 1)
    slices = Slices(BEGIN, ints(), np.empty((5, 0), dtype=np.int32), per_s, ints(0))
    n_wait = 0
    for _ in range(30):
        time = int(rng.integers(1, 8))
        rows = random_rows(rng, ints(time), len(BEGIN))
        for clock in range(-3, 24):
            some = {at: naive.waited(BEGIN.tolist(), per_s[:, 0], clock, at) for at in [clock, *BEGIN] if at >= clock}
            totals = {at: price + naive.entered(BEGIN.tolist(), rows[:, 0], time, at) for at, price in some.items()}
            found, entry = cheapest_entry(BEGIN, rows, 0, time, clock, slices, 0)
            assert found == min(INF_COST, *totals.values())
            assert found == INF_COST or totals[entry] == found
            n_wait += entry > clock
            assert cheapest_entry(BEGIN, rows, 0, time, clock, slices, -1)[1] == clock
    assert n_wait > 20


def test_turns_cost_only_who_obeys_them():
    assert [cost_turn(turn, TurnRule(7, 0)) for turn in (0, TURN_BACK, TURN_FORBIDDEN)] == [0, 0, 0]
    assert [cost_turn(turn, TurnRule(7, 1)) for turn in (0, TURN_BACK, TURN_FORBIDDEN)] == [0, 7, INF_COST]


def test_moves_are_found_by_their_ends():
    hierarchy, *_ = random_question(3, False)
    into = moves_into(hierarchy.moves)
    tails = np.repeat(np.arange(hierarchy.n_search), np.diff(hierarchy.first_move))
    for node in range(hierarchy.n_search):
        at = slice(into.first[node], into.first[node + 1])
        assert sorted(into.move[at].tolist()) == np.flatnonzero(hierarchy.move_head == node).tolist()
        assert (into.tail[at] == tails[into.move[at]]).all()


@pytest.mark.parametrize("waits", [False, True])
def test_searches_are_the_twins(waits):
    n_way, n_not_first = 0, 0
    for seed_ in range(20):
        hierarchy, slices, rule, origin, destination = random_question(seed_, waits)
        for departure in (-2, 5, 13):
            starts = leave_between(BEGIN, origin, departure, departure)
            wanted = naive.depart_at(hierarchy, slices, rule, origin, destination, departure, 150)
            bounds = least_bounds(hierarchy, slices, rule, destination)
            quick, _ = search_nodes(hierarchy.tree, hierarchy.moves, bounds, slices, rule, starts, destination)
            _, way, floor, _ = searched(hierarchy, slices, rule, starts, destination)
            assert way.cost == floor == min(wanted, INF_COST) <= quick.cost
            n_not_first += quick.cost > way.cost
            for found in (way, quick):
                assert (found.start >= 0) == (found.cost < INF_COST)
                if found.start >= 0:
                    again, _ = travelled(hierarchy, slices, rule, starts, destination, found)
                    assert again.cost == found.cost and again.entry.tolist() == found.entry.tolist()
            n_way += way.start >= 0
            if way.start >= 0:
                _, same, floor, _ = searched(hierarchy, slices, rule, starts, destination, way.cost + 1, n_narrow=2)
                _, none, least, _ = searched(hierarchy, slices, rule, starts, destination, way.cost)
                assert (same.cost, floor) == (way.cost, way.cost) and (none.start, least) == (-1, way.cost)
    assert n_way > 30 and n_not_first >= 3


def test_windows_bound_every_label():
    for seed_ in range(12):
        hierarchy, slices, rule, origin, destination = random_question(seed_, True)
        starts = leave_between(BEGIN, origin, 0, 0)
        _, way, *_ = searched(hierarchy, slices, rule, starts, destination)
        if way.start < 0:
            continue
        window, *_ = searched(hierarchy, slices, rule, starts, destination, way.cost + 1, n_narrow=seed_ % 4)
        ready, spent, node = int(starts.clock[way.start]), int(starts.cost[way.start]), int(starts.node[way.start])
        for edge, entry in [*zip(way.edges.tolist(), way.entry.tolist(), strict=True), (-1, way.stop_entry)]:
            assert window.early[node] <= ready <= entry <= window.late[node]
            assert spent + window.to_go[node] <= way.cost
            if edge >= 0:
                spent += cost_wait(slices, slices.place[node], ready, entry)
                (i,) = [
                    i
                    for i in range(hierarchy.first_move[node], hierarchy.first_move[node + 1])
                    if hierarchy.move_edge[i] == edge
                ]
                spent += cost_entered(BEGIN, slices.cost, edge, slices.time[edge], entry)
                spent += cost_turn(hierarchy.move_turn[i], rule)
                ready, node = entry + int(slices.time[edge]), int(hierarchy.move_head[i])


def arrived(question, between, below, n_narrow):
    """The exact search with credit, from every departure that could be below a known objective."""
    hierarchy, slices, rule, origin, destination = question
    first = max(between[0], between[1] - below + 1)
    starts = leave_between(BEGIN, origin, first, between[1])
    early = between[1] - starts.clock
    starts = starts._replace(cost=np.where(starts.cost < INF_COST, starts.cost + early, INF_COST).astype(np.int32))
    bounds = bounds_of(hierarchy, slices.time, rule, destination.node, destination.time)
    aim = Aim(below, between[1], 1, ALL_DAY, 10**6)
    moves, into = hierarchy.moves, moves_into(hierarchy.moves)
    soonest = Starts(origin.node, np.zeros_like(origin.time), origin.time + np.int32(first))
    known = Reached(
        first_clocks(hierarchy.tree, moves, bounds, slices, rule, soonest, between[1]),
        np.zeros(hierarchy.n_search, dtype=np.int32),
    )
    first_known, spare = known.early, below - 1 - (between[1] - first)
    window = least_to_go(moves, into, bounds, slices, rule, destination, known, aim)
    for _ in range(n_narrow):
        surplus = least_surplus(moves, slices, rule, starts, window, 1)
        known = Reached(later_clocks(first_known, surplus, window.to_go, spare), surplus)
        window = least_to_go(moves, into, bounds, slices, rule, destination, known, aim)
    way, floor, n_label = search_labels(moves, slices, rule, starts, destination, window, aim)
    return window, way, floor, n_label


@pytest.mark.parametrize("waits", [False, True])
def test_the_tightest_windows_keep_the_best_arrival(waits):
    n_way, n_fewer = 0, 0
    for seed_ in range(12):
        question = random_question(seed_, waits)
        question = (*question[:2], TurnRule(0, question[2].obeys_turns), *question[3:])
        for between in ((0, 24), (6, 30)):
            wanted = naive.arrive_by(*question, *between)
            if wanted == math.inf:
                assert arrived(question, between, INF_COST, 2)[1].start == -1
                continue
            n_way += 1
            n_label = []
            for n_narrow in (0, 1, 3):
                _, way, floor, n = arrived(question, between, wanted + 1, n_narrow)
                assert way.cost == floor == wanted
                assert arrived(question, between, wanted, n_narrow)[1].start == -1
                n_label.append(n)
            assert n_label[2] <= n_label[0]
            n_fewer += n_label[2] < n_label[0]
    assert n_way > 10 and n_fewer > 0


def test_a_budget_leaves_a_bound():
    n_short = 0
    for seed_ in range(15):
        hierarchy, slices, rule, origin, destination = random_question(seed_, False)
        starts = leave_between(BEGIN, origin, 5, 5)
        _, way, _, n_label = searched(hierarchy, slices, rule, starts, destination)
        for budget in range(0, n_label, 3):
            _, cut, floor, _ = searched(hierarchy, slices, rule, starts, destination, budget=budget)
            assert floor <= way.cost <= cut.cost
            n_short += floor < cut.cost
    assert n_short > 10


def test_many_labels_outgrow_their_table():
    n = 6
    tail, head = [], []
    for v in range(n * n):
        for w in ([v + 1] if v % n < n - 1 else []) + ([v + n] if v < n * n - n else []):
            tail += [v, w]
            head += [w, v]
    none = ints()
    street = (np.arange(len(tail)) // 2).astype(np.int32)
    edges = DirectedEdges(ints(*tail), ints(*head), street, none, none)
    at = np.arange(n * n)
    hierarchy = build_hierarchy(edges, (at // n).astype(float), (at % n).astype(float))
    rng = np.random.default_rng(4)
    time = rng.integers(9, 25, len(tail)).astype(np.int32)
    begin = np.arange(0, 600, 20, dtype=np.int32)
    cost = (time + 30 * (rng.random((len(begin), len(time))) < 0.9)).astype(np.int32)
    slices = Slices(begin, time, cost, ints(*[INF_COST] * len(begin)).reshape(-1, 1), np.full(n * n, -1, np.int32))
    corner = [ints(int(hierarchy.copy[hierarchy.first_copy[v]])) for v in (0, n * n - 1)]
    origin, destination = (Pieces(some, ints(0), np.zeros((len(begin), 1), np.int32)) for some in corner)
    rule = TurnRule(0, 0)
    _, way, floor, n_label = searched(hierarchy, slices, rule, leave_between(begin, origin, 0, 0), destination)
    assert n_label > 1024
    wanted = naive.depart_at(hierarchy, slices, rule, origin, destination, 0, way.cost)
    assert way.cost == floor == wanted


def edges_leaving(hierarchy, edge):
    """Edges that go on from where an edge leads."""
    node = hierarchy.edge_reaches[edge]
    return hierarchy.move_edge[hierarchy.first_move[node] : hierarchy.first_move[node + 1]]


def test_scoring_refuses_what_does_not_follow():
    n_long = 0
    for seed_ in range(24):
        hierarchy, slices, rule, origin, destination = random_question(seed_, True)
        starts = leave_between(BEGIN, origin, 0, 0)
        _, way, *_ = searched(hierarchy, slices, rule, starts, destination)
        if way.start < 0 or len(way.edges) < 2:
            continue
        if hierarchy.edge_reaches[way.edges[0]] == destination.node[way.stop]:
            continue
        _, wait = travelled(hierarchy, slices, rule, starts, destination, way)
        asked = (hierarchy.moves, slices, rule, starts, destination, (way.start, way.stop))
        n_long += 1
        wrong = way.edges.copy()
        wrong[1] = np.setdiff1d(np.arange(len(slices.time)), edges_leaving(hierarchy, way.edges[0])).max()
        assert score(*asked, wrong, wait).cost == INF_COST
        assert score(*asked, way.edges[:1], wait[:2]).cost == INF_COST
        late = wait.copy()
        late[0] += 1 if way.entry[0] + 1 not in BEGIN else 2
        assert score(*asked, way.edges, late).cost == INF_COST
    assert n_long >= 3


def test_the_best_departure_of_a_way_is_the_twins():
    n_found = 0
    for seed_ in range(20):
        hierarchy, slices, rule, origin, destination = random_question(seed_, False)
        bounds = least_bounds(hierarchy, slices, rule, destination)
        starts = leave_between(BEGIN, origin, 3, 3)
        way, _ = search_nodes(hierarchy.tree, hierarchy.moves, bounds, slices, rule, starts, destination)
        if way.start < 0:
            continue
        ends, no_wait = (way.start, way.stop), np.zeros(len(way.edges) + 1, dtype=np.int32)
        totals = {}
        for departure in range(0, 41):
            starts = leave_between(BEGIN, origin, departure, departure)
            again = score(hierarchy.moves, slices, rule, starts, destination, ends, way.edges, no_wait)
            arrival = again.stop_entry + int(destination.time[way.stop])
            if again.cost < INF_COST and arrival <= 40:
                totals[departure] = again.cost + 40 - arrival
        asked = (hierarchy.moves, slices, rule, origin, destination, ends, way.edges, (0, 40))
        best, departure = best_departure(*asked)
        assert best == min(totals.values(), default=INF_COST)
        if totals:
            n_found += 1
            assert departure == max(at for at, total in totals.items() if total == best)
    assert n_found > 8
