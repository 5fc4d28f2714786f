"""What must hold in every city: random streets, risks, closures and ends."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.costs.closures import ClosedEdges
from risk_core.costs.objective import make_metric
from risk_core.errors import UnreachableError
from risk_core.kernels.hierarchy import INF_COST
from risk_core.routes.find import find_routes
from risk_core.routes.price import costs_at
from risk_core.routes.search import cut_path, find_path, part_cost, path_cost, start_shares, stop_shares
from risk_core.routes.weights import customise
from risk_core.state.profile import PROFILES, VEHICLES, Profile, profile_position
from risk_core.state.route import RouteKind
from tests.naive import routes as naive
from tests.routes.cities import assessment_of, city_area, random_places
from tests.tiny import tiny_area

TINY = tiny_area()
ALL = tuple(RouteKind)
SEEDS = st.integers(0, 2_000)
CITIES = {}


def some_city(seed):
    """A random area, made once per process."""
    key = seed % 12
    if key not in CITIES:
        CITIES[key] = city_area(TINY, key)
    return CITIES[key]


def some_risk(area, rng):
    code = rng.integers(0, 251, area.network.n_street).astype(np.uint8)
    return np.where(rng.random(len(code)) < 0.5, 0, code).astype(np.uint8)


def some_closed(area, rng, share=0.1):
    """A few closed streets, for all profiles."""
    network = area.network
    closed = ClosedEdges(np.zeros(network.n_edge, dtype=np.uint8), np.full(network.n_edge, -1, dtype=np.int32))
    streets = np.flatnonzero(rng.random(network.n_street) < share)
    edges = network.street_edge[:, streets].ravel()
    closed.closed_mask[edges[edges >= 0]] = 0b111111
    return closed


def answer_of(area, assessment, ends, profile):
    try:
        return find_routes(area, assessment, *ends, profile, ALL, 0)
    except UnreachableError as error:
        assert error.faults
        return None


@settings(deadline=None, max_examples=60)
@given(SEEDS, st.sampled_from(PROFILES))
def test_every_way_is_legal_whole_and_adds_up(seed, profile):
    area, rng = some_city(seed), np.random.default_rng(seed)
    network = area.network
    assessment = assessment_of(area, some_risk(area, rng), some_closed(area, rng))
    answer = answer_of(area, assessment, random_places(seed), profile)
    if answer is None:
        return
    costs = costs_at(network, assessment, profile, 0)
    forbidden = set(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
    for route in answer.routes:
        edges = route.edges.tolist()
        assert all(network.head[a] == network.tail[b] for a, b in pairwise(edges))
        assert not assessment.closed_mask[route.edges].any()
        assert (network.speed_m_per_s[profile_position(profile), route.edges] > 0).all()
        assert not (profile in VEHICLES and forbidden & set(pairwise(edges)))
        path = cut_path(network, route.edges, answer.origin, answer.destination)
        time_s = length_m = exposure_s = 0.0
        for edge, share in zip(path.edges, path.share, strict=True):
            time_s += share * float(costs.travel_time_s[edge])
            length_m += share * float(network.length_m[edge])
            exposure_s += share * float(costs.travel_time_s[edge]) * float(costs.danger[edge])
        assert route.duration_s == pytest.approx(time_s, abs=0.05)
        assert route.length_m == pytest.approx(length_m, abs=0.05)
        assert route.exposure_s == pytest.approx(exposure_s, rel=1e-3, abs=0.05)
        assert sum(route.level_length_m) == pytest.approx(route.length_m)
        assert route.level_length_m[3] + route.level_length_m[4] == pytest.approx(route.danger_m, abs=1e-6)
        assert sum(step.duration_s for step in route.steps) == pytest.approx(route.duration_s)
        assert sum(step.length_m for step in route.steps) == pytest.approx(route.length_m)
        assert (route.lat_deg[0], route.lon_deg[0]) == pytest.approx(
            (answer.origin.lat_deg, answer.origin.lon_deg), abs=2e-7
        )
        assert (route.lat_deg[-1], route.lon_deg[-1]) == pytest.approx(
            (answer.destination.lat_deg, answer.destination.lon_deg), abs=2e-7
        )


@settings(deadline=None, max_examples=60)
@given(SEEDS, st.sampled_from(PROFILES))
def test_a_safer_kind_of_way_is_never_more_exposed(seed, profile):
    area, rng = some_city(seed), np.random.default_rng(seed)
    assessment = assessment_of(area, some_risk(area, rng), some_closed(area, rng))
    answer = answer_of(area, assessment, random_places(seed), profile)
    if answer is None:
        return
    fastest, balanced, safest = answer.routes
    assert safest.exposure_s <= balanced.exposure_s + 1.0 and balanced.exposure_s <= fastest.exposure_s + 1.0


@settings(deadline=None, max_examples=40)
@given(SEEDS, st.sampled_from([Profile.WALK, Profile.CAR]), st.sampled_from(ALL))
def test_no_way_is_cheaper_than_the_slow_search_finds(seed, profile, kind):
    area, rng = some_city(seed), np.random.default_rng(seed)
    network = area.network
    assessment = assessment_of(area, some_risk(area, rng), some_closed(area, rng, 0.05))
    answer = answer_of(area, assessment, random_places(seed), profile)
    if answer is None:
        return
    metric = make_metric(costs_at(network, assessment, profile, 0), kind)
    cost = np.where(metric.cost < INF_COST, metric.cost, np.inf)
    enter = {e: a for e, a in start_shares(network, answer.origin).items() if np.isfinite(cost[e])}
    leave = {e: b for e, b in stop_shares(network, answer.destination).items() if np.isfinite(cost[e])}
    ahead = {e: leave[e] - a for e, a in enter.items() if e in leave and leave[e] >= a}
    direct = min((part_cost(metric, e, share) for e, share in ahead.items()), default=np.inf)
    starts = {e: part_cost(metric, e, 1 - a) for e, a in enter.items()}
    stops = {e: part_cost(metric, e, b) for e, b in leave.items()}
    wanted, _ = naive.search_edges(network, cost, starts, stops, u_turn=metric.u_turn, obeys_turns=metric.obeys_turns)
    path = find_path(network, customise(network, metric), metric, answer.origin, answer.destination)
    slack = len(path.edges) + 2
    assert path_cost(network, metric, path) == pytest.approx(
        min(wanted, direct), abs=slack if len(path.edges) < 3 else 2
    )


@settings(deadline=None, max_examples=40)
@given(SEEDS, st.sampled_from([Profile.WALK, Profile.BUS]))
def test_each_kind_is_best_by_its_own_measure(seed, profile):
    area, rng = some_city(seed), np.random.default_rng(seed)
    assessment = assessment_of(area, some_risk(area, rng))
    answer = answer_of(area, assessment, random_places(seed), profile)
    if answer is None:
        return
    costs = costs_at(area.network, assessment, profile, 0)
    paths = {r.kind: cut_path(area.network, r.edges, answer.origin, answer.destination) for r in answer.routes}
    for kind in ALL:
        metric = make_metric(costs, kind)
        own = path_cost(area.network, metric, paths[kind])
        assert all(own <= path_cost(area.network, metric, path) + 2 for path in paths.values())


@settings(deadline=None, max_examples=40)
@given(SEEDS, st.sampled_from([Profile.WALK, Profile.AMBULANCE]))
def test_a_closure_never_shortens_and_more_risk_never_eases(seed, profile):
    area, rng = some_city(seed), np.random.default_rng(seed)
    network, risk = area.network, some_risk(area, rng)
    before = answer_of(area, assessment_of(area, risk), random_places(seed), profile)
    if before is None:
        return
    ends = (before.origin, before.destination)
    more = np.minimum(risk.astype(int) + rng.integers(0, 80, len(risk)), 250).astype(np.uint8)
    for kind in ALL:
        costs = [
            costs_at(network, assessment, profile, 0)
            for assessment in (
                assessment_of(area, risk),
                assessment_of(area, risk, some_closed(area, rng)),
                assessment_of(area, more),
            )
        ]
        metrics = [make_metric(some, kind) for some in costs]
        paths = [find_path(network, customise(network, metric), metric, *ends) for metric in metrics]
        base = path_cost(network, metrics[0], paths[0])
        for metric, path in zip(metrics[1:], paths[1:], strict=True):
            assert path is None or path_cost(network, metric, path) >= base - 2


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_walking_back_takes_as_long(seed):
    area = some_city(seed)
    network = area.network
    walk = profile_position(Profile.WALK)
    both = (network.street_edge >= 0).all(axis=0)
    speed = [network.speed_m_per_s[walk, network.street_edge[way, both]] for way in range(2)]
    assert (speed[0] == speed[1]).all()
    origin, destination = random_places(seed)
    there = answer_of(area, assessment_of(area), (origin, destination), Profile.WALK)
    back = answer_of(area, assessment_of(area), (destination, origin), Profile.WALK)
    assert there.routes[0].duration_s == pytest.approx(back.routes[0].duration_s, abs=0.05)
