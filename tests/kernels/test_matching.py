import dataclasses
import itertools
import math

import numpy as np
import pytest

from risk_core.kernels import match_along, match_near, matching
from risk_core.movement import match_plane
from risk_core.movement.match_options import MatchOptions
from risk_core.movement.match_pings import Pings
from risk_core.movement.match_plane import street_plane
from risk_core.movement.match_track import ping_table
from risk_core.state.network import network_from_streets
from risk_core.state.profile import VEHICLES, Profile
from tests.naive import matching as naive
from tests.tiny import node_position, tiny_grid, tiny_streets

OPTIONS = MatchOptions(n_street=4, sigma_m=20.0)
RNG = np.random.default_rng(4)


def with_forbidden_turns(n, seed):
    """The lattice, where so many more turns are forbidden."""
    table, rng = tiny_streets(), np.random.default_rng(seed)
    street = np.arange(len(table.tail))
    meets = [
        (a, via, b)
        for a in street
        for via in (table.tail[a], table.head[a])
        for b in street
        if a != b and via in (table.tail[b], table.head[b])
    ]
    chosen = np.array(meets, dtype=np.int32)[rng.choice(len(meets), n, replace=False)].T.copy()
    many = dict(zip(("turn_from_street", "turn_via_node", "turn_to_street"), chosen, strict=True))
    return network_from_streets(dataclasses.replace(table, **many), tiny_grid())


@pytest.fixture(scope="module", params=["one forbidden turn", "sixty forbidden turns", "on foot"])
def streets(request, area):
    if request.param.startswith("sixty"):
        return street_plane(with_forbidden_turns(60, 5), Profile.CAR)
    return street_plane(area.network, Profile.WALK if request.param == "on foot" else Profile.CAR)


def wander(streets, n, seed, gap_s=12.0):
    """Pings that wander over the lattice."""
    rng = np.random.default_rng(seed)
    (south, west), (north, east) = node_position(0), node_position(35)
    start = rng.uniform((south, west), (north, east))
    line = start + np.cumsum(rng.normal(0, 5e-4, (n, 2)), axis=0)
    pings = Pings.of(gap_s * np.arange(n), line[:, 0], line[:, 1])
    return ping_table(streets, pings, np.arange(n), OPTIONS)


def states_of(lattice, t):
    n = lattice.n_state[t]
    places = [(int(lattice.edge[t, k]), float(lattice.along_m[t, k])) for k in range(n)]
    return [*places, None], [*lattice.emission[t, :n], lattice.emission[t, -1]]


def run(streets, table):
    n = len(table.time_s)
    lattice = matching.new_lattice(n, 8)
    work = match_near.new_work(streets.n_search, streets.n_move, 8)
    matching.match_steps(streets.plane, table, OPTIONS.rule(), lattice, work, 0, n)
    return lattice, work


@pytest.mark.parametrize("seed", range(5))
def test_near_streets_equal_the_twin(streets, seed):
    table = wander(streets, 1, seed)
    street, spot = np.empty(4, dtype=np.int32), np.empty((4, 3))
    place = (table.east_m[0], table.north_m[0], table.stretch[0])
    n = match_near.near_streets(streets.plane.segments, *place, 120.0, street, spot)
    wanted = naive.near_streets(streets.plane, *place, 120.0, 4)
    np.testing.assert_allclose(sorted(spot[:n, 1]), sorted(one[0] for one in wanted.values()), rtol=1e-9)
    for j in range(n):
        if street[j] in wanted:
            assert spot[j, 0] == pytest.approx(wanted[street[j]][1], abs=1e-6)


def test_emission_is_the_mass_of_the_error_on_each_edge(streets):
    """Against a sum over the points of the street, whose errors are normal by axis."""
    table = wander(streets, 6, 3)
    lattice, _ = run(streets, table)
    plane, network = streets.plane, streets.network
    for t in range(6):
        for k in range(lattice.n_state[t]):
            a, b = (int(end[lattice.edge[t, k]]) for end in (network.tail, network.head))
            share = (np.arange(4000) + 0.5) / 4000
            east = plane.node_east_m[a] + share * (plane.node_east_m[b] - plane.node_east_m[a]) - table.east_m[t]
            north = plane.node_north_m[a] + share * (plane.node_north_m[b] - plane.node_north_m[a]) - table.north_m[t]
            square = ((east * table.stretch[t]) ** 2 + north**2) / table.sigma_m[t] ** 2
            step = plane.length_m[lattice.edge[t, k]] / 4000 / table.sigma_m[t]
            wanted = np.exp(-0.5 * square).sum() * step / math.sqrt(2 * math.pi)
            assert lattice.emission[t, k] == pytest.approx(wanted, rel=2e-3, abs=1e-6)


def test_near_table_and_search_nodes_equal_the_twin(streets):
    """The nearest search node from which an edge may be entered is as far as the way from edge to edge."""
    plane, near, network = streets.plane, streets.plane.near, streets.network
    for edge in range(0, network.n_edge, 7):
        rows = slice(near.first[plane.leaves[edge]], near.first[plane.leaves[edge] + 1])
        assert (np.diff(near.dist_m[rows]) >= 0).all()
        found = {}
        for node, here in zip(near.node[rows].tolist(), near.dist_m[rows].tolist(), strict=True):
            for i in range(plane.first_move[node], plane.first_move[node + 1]):
                found[int(plane.move_edge[i])] = min(here, found.get(int(plane.move_edge[i]), math.inf))
        assert found == pytest.approx(naive.distances(streets, edge, near.bound_m), rel=1e-6)


@pytest.mark.parametrize("bound_m", [match_plane.NEAR_BOUND_M, 0.0])
@pytest.mark.parametrize("seed", range(3))
def test_moves_equal_the_twin_from_the_table_and_from_the_search(streets, seed, bound_m):
    plane = streets.plane._replace(near=streets.plane.near._replace(bound_m=bound_m))
    table = wander(streets, 3, seed)
    lattice = matching.new_lattice(3, 8)
    work = match_near.new_work(streets.n_search, streets.n_move, 8)
    rule = OPTIONS.rule()._replace(prune_prob=0.0)
    matching.match_steps(plane, table, rule, lattice, work, 0, 3)
    for t in (1, 2):
        before, now = states_of(lattice, t - 1)[0], states_of(lattice, t)[0]
        move = matching.moves_into(lattice, t)
        assert move.shape == (len(before), len(now))
        for i, a in enumerate(before):
            for k, b in enumerate(now):
                assert move[i, k] == pytest.approx(naive.move_likelihood(streets, table, rule, t, a, b), rel=1e-5)
    assert not work.wanted.any()


@pytest.mark.parametrize("seed", range(3))
def test_history_and_posterior_equal_those_over_all_histories(streets, seed):
    table = wander(streets, 3, seed)
    lattice, _ = run(streets, table)
    states, emissions = zip(*(states_of(lattice, t) for t in range(3)), strict=True)
    every = naive.histories(streets, table, OPTIONS.rule(), states, emissions)
    total = sum(every.values())
    best = max(every, key=every.get)
    out, prob = np.empty(3, dtype=np.int32), np.empty((3, 9))
    matching.trace_back(lattice, 0, 3, out)
    matching.smooth_states(lattice, OPTIONS.rule(), 0, 3, prob)
    found = tuple(len(states[t]) - 1 if out[t] == 8 else int(out[t]) for t in range(3))
    assert every[found] == pytest.approx(every[best], rel=1e-4)
    for t in range(3):
        assert prob[t].sum() == pytest.approx(1.0)
        for k in range(len(states[t])):
            share = sum(one for history, one in every.items() if history[t] == k) / total
            assert prob[t, 8 if k == len(states[t]) - 1 else k] == pytest.approx(share, abs=2e-3)


def test_a_long_silence_begins_anew(streets):
    table = wander(streets, 4, 1, gap_s=OPTIONS.most_gap_s + 1)
    lattice, _ = run(streets, table)
    assert (lattice.back == -1).all()
    prob = np.empty((4, 9))
    matching.smooth_states(lattice, OPTIONS.rule(), 0, 4, prob)
    np.testing.assert_allclose(prob, lattice.filtered, atol=1e-12)


def test_the_way_between_is_the_shortest_allowed(streets):
    plane, network = streets.plane, streets.network
    work = match_near.new_work(streets.n_search, streets.n_move, 8)
    room = np.empty(50, dtype=np.int32)
    usable = np.unique(plane.street_edge[plane.street_edge >= 0])
    bound = streets.profile in VEHICLES
    forbidden = set(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True)) if bound else set()
    for _ in range(60):
        a, b = RNG.choice(usable[network.tail[usable] < 36], 2)
        n = match_near.edges_between(plane, work, a, b, 5000.0, room)
        wanted = naive.distances(streets, int(a)).get(int(b))
        assert (n < 0) == (wanted is None)
        if n >= 0:
            whole = [a, *room[:n], b]
            assert (network.head[whole[:-1]] == network.tail[whole[1:]]).all()
            assert not forbidden & set(itertools.pairwise(int(one) for one in whole))
            assert plane.length_m[room[:n]].sum() == pytest.approx(wanted, abs=1e-6)
    assert not work.wanted.any()
    assert match_near.edges_between(plane, work, a, b, 5000.0, room[:0]) <= 0


@pytest.mark.parametrize("n", [1, 2, 9])
@pytest.mark.parametrize("jerk", [0.01, 3.0])
def test_smoothing_equals_one_large_normal(n, jerk):
    time_s = np.cumsum(RNG.uniform(1, 20, n))
    at_m = np.cumsum(RNG.normal(50, 30, n))
    sigma_m = RNG.uniform(3, 30, n)
    out, sd = np.empty(n), np.empty(n)
    likelihood = match_along.smooth_run(time_s, at_m, sigma_m, jerk, out, sd)
    mean, wanted_sd, wanted = naive.smooth_run(time_s, at_m, sigma_m, jerk, match_along.START_SPEED_SD_M_PER_S)
    np.testing.assert_allclose(out, mean, rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(sd, wanted_sd, rtol=1e-5)
    assert likelihood == pytest.approx(wanted, rel=1e-6, abs=1e-9)


def test_locations_run_along_the_points(streets):
    network = streets.network
    street = np.arange(network.n_street, dtype=np.int32)
    whole = network.length_m[network.street_edge.max(axis=0)].astype(float)
    points = (network.street_first_point, network.point_lat_deg, network.point_lon_deg)
    for share in (0.0, 0.25, 1.0):
        lat, lon = np.zeros(street.size), np.zeros(street.size)
        match_near.locate_places(*points, street, share * whole, whole, lat, lon)
        first, last = network.street_first_point[:-1], network.street_first_point[1:] - 1
        for found, given in ((lat, network.point_lat_deg), (lon, network.point_lon_deg)):
            np.testing.assert_allclose(found, given[first] + share * (given[last] - given[first]), atol=1e-9)


def test_probability_of_an_edge_is_lateral_times_along():
    length_m, street = np.array([100.0, 100.0]), np.array([0, 1], dtype=np.int32)
    way, at = np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32)
    states, prob = np.array([[0, -1], [0, 1]], dtype=np.int32), np.array([[0.8, 0.0], [0.5, 0.3]])
    on_edge, on_street = match_along.edge_probs(
        length_m, street, way, at, np.array([50.0, 100.0]), np.array([1.0, 10.0]), states, prob
    )
    np.testing.assert_allclose(on_edge, [0.8, 0.8 * 0.5], rtol=1e-6)
    np.testing.assert_allclose(on_street, on_edge)
    off = match_along.edge_probs(length_m, street, np.array([-1], dtype=np.int32), at, on_edge, on_edge, states, prob)
    assert all(math.isnan(one) for one in off[0])


def test_the_series_of_the_decay_is_close_enough_for_a_likelihood():
    """Up to the least probability of a break that options take."""
    for x in np.linspace(0.0, -math.log(1e-12), 200).tolist():
        assert matching.decay(x) == pytest.approx(math.exp(-x), rel=1e-8 if x <= 16.2 else 2e-4)
