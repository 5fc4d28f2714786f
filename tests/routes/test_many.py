"""From one place to everywhere, and between many, against one question at a time."""

from dataclasses import replace

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.kernels.hierarchy import INF_COST
from risk_core.routes.choices import find_choices
from risk_core.routes.many import costs_between, durations_between_s, nearest_by_way, open_weights, reach_s, snap_all
from risk_core.routes.matrix import find_matrix
from risk_core.routes.pareto import danger_weights
from risk_core.routes.price import bar_edges, price_at
from risk_core.routes.question import pose
from risk_core.routes.reach import find_reach
from risk_core.routes.search import find_path, path_cost, start_shares
from risk_core.routes.snap import snap
from risk_core.state.assessment import LayerFields
from risk_core.state.level import Layer
from risk_core.state.profile import PROFILES, VEHICLES, Profile
from risk_core.state.route import RouteKind
from tests.naive import routes as naive
from tests.routes.cities import assessment_of, city_area, random_places
from tests.tiny import tiny_area

TINY = tiny_area()


def world(seed, profile=Profile.WALK):
    """A random city with risks, priced with a few edges barred by request, and some places in it."""
    area, rng = city_area(TINY, seed % 12), np.random.default_rng(seed)
    code = np.where(rng.random(area.network.n_street) < 0.5, 0, rng.integers(0, 251, area.network.n_street))
    assessment = assessment_of(area, code.astype(np.uint8))
    priced = bar_edges(price_at(area.network, assessment, profile, 0), rng.random(area.network.n_edge) < 0.05)
    places = [snap(area.network, *point, profile, None) for k in range(6) for point in random_places(100 * seed + k)]
    return area, assessment, priced, [place for place in places if place is not None]


def one_by_one(network, weights, origins, destinations):
    """Cost of the path found for each pair by itself."""
    out = np.full((len(origins), len(destinations)), INF_COST, dtype=np.int64)
    for i, origin in enumerate(origins):
        for j, destination in enumerate(destinations):
            path = find_path(network, weights, weights.metric, origin, destination)
            if path is not None:
                out[i, j] = path_cost(network, weights.metric, path)
    return out


@pytest.mark.parametrize("profile", PROFILES)
def test_a_matrix_is_one_question_after_the_other(profile):
    n_open = n_same = n = 0
    for seed in range(6):
        area, _, priced, places = world(seed, profile)
        weights = open_weights(area.network, priced.weights[RouteKind.SAFEST], priced)
        for origins, destinations in ((places[:2], places[2:]), (places[2:], places[:2])):
            found = costs_between(area.network, weights, origins, destinations)
            wanted = one_by_one(area.network, weights, origins, destinations)
            n_open += int((wanted < INF_COST).sum())
            # A cut end shorter than a centimetre is dropped from a path, and with it at most a unit at either end.
            assert (found <= wanted + 2).all()
            n_same, n = n_same + int((np.abs(found - wanted) <= 2).sum()), n + found.size
    assert n_same >= 0.85 * n if profile in VEHICLES else n_same == n
    assert n_open >= 20


def test_no_metric_of_many_uses_what_closes_later():
    area, _, priced, places = world(3)
    closed = np.zeros(area.network.n_edge, dtype=bool)
    closed[::3] = True
    weights = open_weights(area.network, priced.weights[RouteKind.FASTEST], replace(priced, is_closed=closed))
    assert (weights.metric.cost[closed | priced.is_avoided] == INF_COST).all()
    for origin in places[:3]:
        for destination in places[3:]:
            path = find_path(area.network, weights, weights.metric, origin, destination)
            assert path is None or not (closed | priced.is_avoided)[path.edges].any()


def test_durations_are_those_of_the_paths():
    area, _, priced, places = world(5)
    weights = open_weights(area.network, priced.weights[RouteKind.FASTEST], priced)
    found = durations_between_s(area.network, weights, priced, places[:2], places[2:])
    cost = costs_between(area.network, weights, places[:2], places[2:])
    assert ((cost < INF_COST) == np.isfinite(found)).all()
    reached = np.isfinite(found)
    np.testing.assert_allclose(found[reached], cost[reached] / 20, atol=1.5)


def test_the_nearest_by_the_way_are_the_cheapest_ways():
    area, _, priced, places = world(2)
    network = area.network
    weights = open_weights(network, priced.weights[RouteKind.SAFEST], priced)
    cost = one_by_one(network, weights, places[:1], places[1:])[0]
    found = nearest_by_way(network, priced, RouteKind.SAFEST, places[0], places[1:], 3)
    np.testing.assert_allclose(cost[found], np.sort(cost)[: len(found)], atol=2)
    assert 1 <= len(found) <= 3 and (cost[found] < INF_COST).all()
    assert len(nearest_by_way(network, priced, RouteKind.SAFEST, places[0], places[1:], 99)) == (cost < INF_COST).sum()


@pytest.mark.parametrize("profile", [Profile.WALK, Profile.WHEELCHAIR])
def test_what_is_reached_is_reached_at_the_cost_of_a_search(profile):
    n_reached = 0
    for seed in range(6):
        area, _, priced, places = world(seed, profile)
        network, origin = area.network, places[0]
        weights = open_weights(network, priced.weights[RouteKind.FASTEST], priced)
        found = reach_s(network, weights, origin, network.n_street) * 20
        price = np.where(weights.metric.cost >= INF_COST, np.inf, weights.metric.cost)
        starts = {e: round(price[e] * (1 - s)) for e, s in start_shares(network, origin).items() if price[e] < np.inf}
        wanted = np.full(network.n_street, np.inf)
        for edge in np.flatnonzero(np.isfinite(price)).tolist():
            at = naive.search_edges(network, price, starts, {edge: 0.0})[0]
            wanted[network.street[edge]] = min(wanted[network.street[edge]], at)
        for edge in starts:
            wanted[network.street[edge]] = 0.0
        np.testing.assert_allclose(found, wanted, atol=1e-6)
        n_reached += int(np.isfinite(found).sum())
    assert n_reached >= 50


def test_points_far_from_streets_are_all_named():
    area, assessment, priced, places = world(1)
    grid = area.grid
    south_west, here = (grid.bounds[1] + 1e-6, grid.bounds[0] + 1e-6), (places[0].lat_deg, places[0].lon_deg)
    named = [("points[0]", *here), ("points[1]", *here)]
    assert len(snap_all(area, area.network, assessment, priced, named)) == 2
    closed = bar_edges(priced, np.ones(area.network.n_edge, dtype=bool))
    with pytest.raises(InputError) as raised:
        snap_all(area, area.network, assessment, closed, [*named, ("points[2]", *south_west)])
    assert [fault.argument for fault in raised.value.faults] == ["points[0]", "points[1]", "points[2]"]


def two_slices(area, seed):
    """Risks of the present and of an hour later, and the later one alone as the present."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 251, (2, 1, area.network.n_street)).astype(np.uint8)
    both, later = (LayerFields(some, some, some, {}, 1_000.0, ("test",), True) for some in (rows, rows[1:]))
    moving = replace(assessment_of(area), lead_s=np.array([0, 3600], dtype=np.int32), layers={Layer.COMBINED: both})
    return moving, replace(assessment_of(area), layers={Layer.COMBINED: later})


@pytest.mark.parametrize("seed", range(4))
def test_many_places_are_answered_with_the_fields_of_the_departure(seed):
    area = city_area(TINY, seed)
    moving, later = two_slices(area, seed)
    points = [random_places(100 * seed + k)[0] for k in range(4)]
    asked = points[:2], points[2:], Profile.WALK, RouteKind.SAFEST
    found, wanted = find_matrix(area, moving, *asked, 1), find_matrix(area, later, *asked, 0)
    np.testing.assert_array_equal(found.objective_s, wanted.objective_s)
    np.testing.assert_array_equal(found.duration_s, wanted.duration_s)
    assert found.on.valid_s == moving.now_s + 3600.0
    assert (find_matrix(area, moving, *asked, 0).objective_s != wanted.objective_s).any()


@pytest.mark.parametrize("seed", range(4))
def test_reach_by_danger_counts_the_fields_of_the_departure(seed):
    area = city_area(TINY, seed)
    moving, later = two_slices(area, seed)
    origin = random_places(seed)[0]

    def reached(assessment, step):
        priced = price_at(area.network, assessment, Profile.WALK, step)
        danger = danger_weights(area.network, priced.costs)
        return find_reach(area, assessment, origin, Profile.WALK, step, priced, danger).cost_s

    np.testing.assert_array_equal(reached(moving, 1), reached(later, 0))
    assert (reached(moving, 0) != reached(later, 0)).any()


@pytest.mark.parametrize("seed", range(4))
def test_the_trade_off_is_that_of_the_departure(seed):
    area = city_area(TINY, seed)
    moving, later = two_slices(area, seed)
    points = random_places(seed)

    def traded(assessment, step):
        (leg,) = pose(area, assessment, points, Profile.WALK, (RouteKind.FASTEST,), step)
        found = find_choices(leg)
        return found.time_s, found.danger_s

    assert traded(moving, 1) == traded(later, 0)
    assert traded(moving, 0) != traded(later, 0)
