"""When to leave, and which way, for who must be there by a time."""

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.routes.arrive import find_arrival
from risk_core.routes.find import find_routes
from risk_core.routes.moving import arrive_path, clock_cost, moving_path
from risk_core.routes.price import price_at
from risk_core.routes.snap import snap
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.routes.cities import assessment_of, city_area, random_places
from tests.routes.test_moving import closing, in_slices, place, storm
from tests.tiny import tiny_area

ALL = tuple(RouteKind)
TINY = tiny_area()
A, B = place(0, 0), place(0, 5)


def test_while_nothing_moves_one_leaves_as_late_as_the_way_takes(area):
    assessment = assessment_of(area)
    way = find_routes(area, assessment, A, B, Profile.WALK, ALL, 0).routes[0]
    answer = find_arrival(area, assessment, (A, B), Profile.WALK, ALL, 1_000.0 + 3_600.0)
    for route in answer.routes:
        assert route.duration_s == pytest.approx(way.duration_s)
        assert route.depart_s + route.duration_s == pytest.approx(4_600.0, abs=0.5)
    with pytest.raises(InputError, match=r"38[45] seconds from now or later"):
        find_arrival(area, assessment, (A, B), Profile.WALK, ALL, 1_000.0 + way.duration_s - 5.0)
    with pytest.raises(InputError, match="arrive_by"):
        find_arrival(area, assessment, (A, B), Profile.WALK, ALL, 999.0)


def test_a_storm_is_met_at_the_time_one_is_under_way(area):
    ahead = in_slices(area, storm(area, 5), [0, 80, 160, 240, 320])
    way = find_routes(area, ahead, A, B, Profile.WALK, ALL, 0)
    answer = find_arrival(area, ahead, (A, B), Profile.WALK, ALL, 1_000.0 + 1_500.0)
    for route in answer.routes:
        assert route.depart_s >= 1_000.0 and route.depart_s + route.duration_s <= 2_500.5
    safest = answer.routes[-1]
    assert safest.exposure_s <= way.routes[0].exposure_s + 1e-6
    last = in_slices(area, [storm(area, 5)[4]], [0])
    late = find_arrival(area, last, (A, B), Profile.WALK, ALL, 1_000.0 + 1_500.0)
    assert safest.exposure_s == pytest.approx(late.routes[-1].exposure_s)


def test_a_street_that_closes_before_one_gets_there_is_passed_before(area):
    shut = closing(-0.3, 2.4, 0.3, 2.6, 1_000.0 + 300.0)
    ahead = in_slices(area, [np.zeros(area.network.n_street)] * 2, [0, 4_000], (shut,))
    answer = find_arrival(area, ahead, (A, B), Profile.WALK, (RouteKind.FASTEST,), 1_000.0 + 900.0)
    route = answer.routes[0]
    now = find_routes(area, ahead, A, B, Profile.WALK, (RouteKind.FASTEST,), 0).routes[0]
    assert route.depart_s + route.duration_s <= 1_900.5
    assert route.duration_s >= now.duration_s - 0.5


def units(clock, path):
    """Time under way, as the clock counts it."""
    return int(np.rint(clock.costs.time[path.edges] * path.share).sum())


def risky(area, seed):
    """An assessment of random risks that change three times."""
    rng, n = np.random.default_rng(seed), area.network.n_street
    rows = [rng.integers(0, 251, n) * (rng.random(n) < 0.5) for _ in range(4)]
    return in_slices(area, rows, [0, 60, 150, 400])


@pytest.mark.parametrize("profile", [Profile.WALK, Profile.CAR])
def test_no_departure_tried_is_better(profile):
    n_tried, n_found, n_exact, n_circle, deadline = 0, 0, 0, 0, 20 * 700
    for seed in range(12):
        area = city_area(TINY, seed)
        network, priced = area.network, price_at(area.network, risky(area, seed), profile, 0)
        ends = [snap(network, *point, profile, None) for point in random_places(seed)]
        if not all(ends) or RouteKind.SAFEST not in priced.clocks:
            continue
        clock, metric = priced.clocks[RouteKind.SAFEST], priced.metrics[RouteKind.SAFEST]
        found = arrive_path(network, clock, metric, *ends, deadline)
        if found is None:
            continue
        path, gap, departure = found
        met = network.head[path.edges[:-1]].tolist()
        n_circle += len(set(met)) < len(met)
        n_found, n_exact = n_found + 1, n_exact + (gap == 0.0)
        own = clock_cost(network, clock, metric, path, departure) + deadline - departure - units(clock, path)
        assert departure >= 0 and departure + units(clock, path) <= deadline + 2
        for other in range(0, deadline, 500):
            tried = moving_path(network, clock, metric, *ends, other)
            if tried is None or other + units(clock, tried[0]) > deadline:
                continue
            n_tried += 1
            early = deadline - other - units(clock, tried[0])
            assert own * (1.0 - gap) <= clock_cost(network, clock, metric, tried[0], other) + early + 2
    assert n_tried >= 40 and n_exact >= 0.5 * n_found
    assert n_circle == 0 or profile is Profile.CAR, "nobody is sent in circles"
