"""Ways that call at places in order."""

import numpy as np
import pytest

from risk_core.errors import InputError, UnreachableError
from risk_core.routes.find import find_routes, find_tour
from risk_core.routes.moving import clock_cost, moving_path
from risk_core.routes.price import bar_edges, price_at
from risk_core.routes.snap import snap
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.routes.cities import assessment_of
from tests.routes.test_moving import in_slices, place, storm
from tests.tiny import node_position

ALL = tuple(RouteKind)
A, B, C, D = (node_position(node) for node in (0, 9, 17, 22))


def some_risk(area, seed):
    rng = np.random.default_rng(seed)
    return np.where(rng.random(area.network.n_street) < 0.5, 0, rng.integers(0, 251, area.network.n_street))


@pytest.mark.parametrize("profile", [Profile.WALK, Profile.CAR])
@pytest.mark.parametrize("seed", range(3))
def test_legs_are_the_ways_between_the_places(area, profile, seed):
    assessment = assessment_of(area, some_risk(area, seed).astype(np.uint8))
    tour = find_tour(area, assessment, (A, B, C, D), profile, ALL, 0)
    legs = [find_routes(area, assessment, *ends, profile, ALL, 0) for ends in ((A, B), (B, C), (C, D))]
    assert [place.lat_deg for place in tour.via] == [legs[0].destination.lat_deg, legs[1].destination.lat_deg]
    for i, route in enumerate(tour.routes):
        parts = [leg.routes[i] for leg in legs]
        assert route.kind == parts[0].kind and route.gap == 0.0
        assert route.leg_s == pytest.approx([part.duration_s for part in parts], rel=1e-5)
        assert route.leg_m == pytest.approx([part.length_m for part in parts], rel=1e-5)
        assert route.edges.tolist() == [edge for part in parts for edge in part.edges.tolist()]
        for name in ("duration_s", "length_m", "danger_m", "exposure_s", "unknown_m"):
            assert getattr(route, name) == pytest.approx(sum(getattr(part, name) for part in parts), rel=1e-4, abs=1e-3)
        assert len(route.profile_level) == len(route.lat_deg) - 1


def test_without_places_to_call_at_it_is_the_way(area):
    assessment = assessment_of(area, some_risk(area, 5).astype(np.uint8))
    tour, way = (
        find_tour(area, assessment, (A, D), Profile.WALK, ALL, 0),
        find_routes(area, assessment, A, D, Profile.WALK, ALL, 0),
    )
    assert [route.route_id for route in tour.routes] == [route.route_id for route in way.routes]
    assert tour.via == () and all(route.leg_s == pytest.approx([route.duration_s]) for route in tour.routes)
    with pytest.raises(InputError, match="points"):
        find_tour(area, assessment, (A,), Profile.WALK, ALL, 0)


def test_faults_name_the_place_called_at(area):
    assessment = assessment_of(area)
    far = area.grid.bounds[3] + 1.0, A[1]
    with pytest.raises(InputError) as raised:
        find_tour(area, assessment, (A, B, far, D), Profile.WALK, ALL, 0)
    assert [fault.argument for fault in raised.value.faults] == ["via[1]"]
    priced = price_at(area.network, assessment, Profile.WALK, 0)
    node = int(np.argmin(np.hypot(area.network.node_lat_deg - B[0], area.network.node_lon_deg - B[1])))
    into = np.zeros(area.network.n_edge, dtype=bool)
    into[area.network.head == node] = True
    is_other = np.zeros_like(into)
    is_other[(area.network.head == node) & (area.network.tail != node)] = True
    with pytest.raises((UnreachableError, InputError)) as raised:
        find_tour(area, assessment, (A, B, D), Profile.WALK, ALL, 0, bar_edges(priced, is_other))
    assert raised.value.faults[0].argument == "via[0]"


def test_a_later_leg_meets_the_hazard_of_its_own_time(area):
    ahead = in_slices(area, storm(area, 5), [0, 80, 160, 240, 320])
    network, priced = area.network, price_at(area.network, ahead, Profile.WALK, 0)
    clock, metric = priced.clocks[RouteKind.SAFEST], priced.metrics[RouteKind.SAFEST]
    ends = [snap(network, *place(0, col), Profile.WALK, None) for col in (0, 5)]
    departures = (0, 800, 1600, 3200, 6400, 9_000)
    found = [moving_path(network, clock, metric, *ends, departure)[0] for departure in departures]
    for departure, best in zip(departures, found, strict=True):
        costs = [clock_cost(network, clock, metric, path, departure) for path in found]
        assert clock_cost(network, clock, metric, best, departure) == min(costs)
    assert len({tuple(path.edges.tolist()) for path in found}) > 1
    tour = find_tour(area, ahead, (place(0, 0), place(0, 1), place(0, 5)), Profile.WALK, (RouteKind.SAFEST,), 0)
    departure = round(tour.routes[0].leg_s[0] * 20)
    middle = snap(network, *place(0, 1), Profile.WALK, None)
    later, _ = moving_path(network, clock, metric, middle, ends[1], departure)
    assert tour.routes[0].edges.tolist()[-len(later.edges) :] == later.edges.tolist()
