import dataclasses
import math

import numpy as np
import pytest

from risk_core.assess import assess
from risk_core.hazards.epidemic.advice import LeverKind
from risk_core.hazards.epidemic.detour_verdict import DetourReason
from risk_core.hazards.epidemic.exposure import Exposure, estimate_crowds, hazard_table
from risk_core.hazards.epidemic.exposure_options import StreetCrowdOptions
from risk_core.hazards.epidemic.options import InfectionOptions
from risk_core.routes.find import find_routes, find_tour
from risk_core.routes.infection import WAY_ACTIVITY, assess_ways
from risk_core.routes.least_infection import least_infection_ways
from risk_core.routes.price import costs_at
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.answers.small_world import ill_situation
from tests.tiny import node_position, tiny_area

CROWDED = InfectionOptions(street_crowd=StreetCrowdOptions(outdoor_share=1.0, walkable_share=0.01))


def at_noon(_):
    return 12.0


@pytest.fixture(scope="module")
def area():
    """The tiny area with its streets in the cells they cross."""
    return tiny_area()


@pytest.fixture(scope="module")
def dry(area):
    return assess(area, ill_situation(area))


def exposure_of(area, west, east, options=CROWDED):
    """Hand-made prevalence of the two districts, uncertain by a factor of two either way in common."""
    factor = np.geomspace(0.5, 2.0, 21)[:, None]
    share = factor * np.array([[west, east]])
    return Exposure(estimate_crowds(area, options), np.array([west, east]), share, 0.0)


def ways_of(area, dry, straight, round_about):
    """The direct way as the fastest, and one by way of other junctions as the safest."""
    fastest = find_routes(area, dry, *straight, Profile.WALK, (RouteKind.FASTEST,), dry.step_now)
    points = tuple(node_position(node) for node in round_about)
    other = find_tour(area, dry, points, Profile.WALK, (RouteKind.FASTEST,), dry.step_now)
    safest = dataclasses.replace(other.routes[0], kind=RouteKind.SAFEST, route_id="round")
    return dataclasses.replace(fastest, routes=(fastest.routes[0], safest), is_same_way=False)


@pytest.fixture(scope="module")
def around(area, dry):
    """Straight up column 2 in the west, or by way of column 3 in the east."""
    return ways_of(area, dry, (node_position(2), node_position(32)), (2, 3, 33, 32))


def judge(area, exposure, answer, options=CROWDED):
    table = hazard_table(area, exposure, WAY_ACTIVITY, options)
    return assess_ways(area.network, exposure, table, answer, at_noon, options), table


def test_seconds_on_the_edges_sum_to_the_way(around):
    for route in around.routes:
        assert route.edge_s.shape == route.edges.shape
        assert route.edge_s.sum() == pytest.approx(route.duration_s)


def test_chance_along_a_way_is_the_sum_over_the_table(area, around):
    exposure = exposure_of(area, 0.02, 0.02)
    found, table = judge(area, exposure, around)
    for route in around.routes:
        dose = float((table[12, route.edges].astype(np.float64) * route.edge_s / 3600).sum())
        way = found.of(route.route_id)
        assert way.infection.prob == pytest.approx(-math.expm1(-dose), rel=1e-4)
        assert way.infection.low < way.infection.prob < way.infection.high
        assert way.known_share == pytest.approx(1)
    assert found.of("none") is None


def test_levers_start_from_the_chance_of_the_way_itself(area, around):
    found, _ = judge(area, exposure_of(area, 0.02, 0.001), around)
    (mask,) = found.levers
    assert mask.kind is LeverKind.MASK and mask.change == pytest.approx(-2 / 3, rel=1e-3)
    fastest = found.of(around.routes[0].route_id).infection
    assert (mask.before.prob, mask.before.low) == pytest.approx((fastest.prob, fastest.low), rel=1e-3)


def test_a_detour_is_offered_only_where_it_saves_something_real(area, around):
    found, _ = judge(area, exposure_of(area, 0.4, 1e-5), around)
    assert found.detour.is_worth and found.detour.reason is DetourReason.WORTH and found.detour.better is None
    assert found.is_for_infection
    found, _ = judge(area, exposure_of(area, 1e-5, 0.4), around)
    assert found.detour.reason is DetourReason.UNCERTAIN and found.detour.better.kind is LeverKind.MASK
    quiet = InfectionOptions()
    found, _ = judge(area, exposure_of(area, 0.4, 1e-5, quiet), around, quiet)
    assert found.detour.reason is DetourReason.SMALL_CHANCE and not found.detour.is_worth


def test_a_detour_from_rain_is_not_for_infection(area, dry, around):
    wet = assess(area, ill_situation(area, rate_mm_per_h=70.0))
    answer = ways_of(area, wet, (node_position(2), node_position(32)), (2, 3, 33, 32))
    found, _ = judge(area, exposure_of(area, 0.02, 0.02), answer)
    assert not found.is_for_infection


def test_no_verdict_in_a_vehicle_without_knowledge_or_on_one_way(area, around):
    exposure = exposure_of(area, 0.02, 0.02)
    assert judge(area, exposure, dataclasses.replace(around, profile=Profile.CAR))[0] is None
    blind = dataclasses.replace(exposure, share=np.full_like(exposure.share, np.nan), mean_share=np.full(2, np.nan))
    assert judge(area, blind, around)[0] is None
    same = dataclasses.replace(around, is_same_way=True)
    assert judge(area, exposure, same)[0].detour is None
    only = dataclasses.replace(around, routes=around.routes[1:])
    found = judge(area, exposure, only)[0]
    assert found.detour is None and found.levers == () and len(found.ways) == 1


def test_the_way_of_least_infection_is_found_at_the_hour_and_told_where_it_is_worth_it(area, dry):
    """Much disease in the west at noon; nobody there in the morning: the way is another one, and then none is."""
    exposure = exposure_of(area, 0.2, 1e-5)
    question = (node_position(2), node_position(32))
    answer = find_routes(area, dry, *question, Profile.WALK, (RouteKind.FASTEST,), dry.step_now)
    table = hazard_table(area, exposure, WAY_ACTIVITY, CROWDED)

    def costs():
        return costs_at(area.network, dry, Profile.WALK, dry.step_now)

    found = assess_ways(area.network, exposure, table, answer, at_noon, CROWDED, costs)
    assert found.around is not None and found.around.verdict.is_worth and found.around.longer_s > 0
    fastest = answer.routes[0]
    assert not np.array_equal(found.around.edges, fastest.edges)
    dose = table[12, found.around.edges].mean()
    assert dose < 0.5 * table[12, fastest.edges].mean()
    assert assess_ways(area.network, exposure, table, answer, at_noon, CROWDED).around is None, "none was searched"
    few = exposure_of(area, 1e-9, 1e-12)
    calm = hazard_table(area, few, WAY_ACTIVITY, CROWDED)
    assert assess_ways(area.network, few, calm, answer, at_noon, CROWDED, costs).around is None


def test_the_front_keeps_off_closed_edges_and_follows_the_row_of_the_hour(area, dry):
    exposure = exposure_of(area, 0.2, 1e-5)
    table = hazard_table(area, exposure, WAY_ACTIVITY, CROWDED)
    costs = costs_at(area.network, dry, Profile.WALK, dry.step_now)
    answer = find_routes(area, dry, node_position(2), node_position(32), Profile.WALK, (RouteKind.FASTEST,), 0)
    ends = answer.origin, answer.destination
    ways = least_infection_ways(area.network, costs, table[12], ends)
    none = least_infection_ways(area.network, costs, np.full_like(table[12], np.nan), ends)
    assert len(none) == 1 and np.array_equal(none[0].edges, answer.routes[0].edges), "unknown hazard costs only time"
    assert not np.array_equal(ways[-1].edges, none[0].edges)
    shut = costs.travel_time_s.copy()
    shut[ways[-1].edges[len(ways[-1].edges) // 2]] = np.inf
    again = least_infection_ways(area.network, dataclasses.replace(costs, travel_time_s=shut), table[12], ends)
    assert all(np.isfinite(shut[path.edges]).all() for path in again)
