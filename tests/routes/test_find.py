import math
from dataclasses import replace

import numpy as np
import pytest

from risk_core.costs.closures import close_edges
from risk_core.errors import InputError, OutsideAreaError, SwappedCoordinatesError, UnreachableError
from risk_core.kernels.network import arc_rad
from risk_core.routes.find import find_routes
from risk_core.routes.price import bar_edges, costs_at, price
from risk_core.state.level import Level
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape
from risk_core.units import EARTH_RADIUS_M
from tests.routes.cities import assessment_of
from tests.tiny import D_LAT_DEG, D_LON_DEG, SOUTH_DEG, SPEED_M_PER_S, WEST_DEG

ALL = tuple(RouteKind)


def place(row, col):
    return SOUTH_DEG + row * D_LAT_DEG, WEST_DEG + col * D_LON_DEG


def street_between(network, a, b):
    edges = np.flatnonzero((network.tail == a) & (network.head == b))
    return int(network.street[edges[0]])


def risk_on(network, streets, code):
    risk = np.zeros(network.n_street, dtype=np.uint8)
    risk[[street_between(network, *ends) for ends in streets]] = code
    return risk


def closing(network, *boxes, name="Flooded underpass"):
    closures = []
    for i, (south, west, north, east) in enumerate(boxes):
        ring = np.array([place(south, west), place(south, east), place(north, east), place(north, west)])
        shape = Shape(GeometryKind.POLYGON, (ring,))
        closures.append(Closure(f"c{i}", ClosureReason.FLOOD, name, shape, 0.0, math.inf, (), "test", True))
    return close_edges(network, closures, 1_000.0), closures


def ask(area, origin, destination, profile=Profile.WALK, kinds=ALL, **assessed):
    return find_routes(area, assessment_of(area, **assessed), origin, destination, profile, kinds, 0)


def nodes_of(area, route):
    return [int(area.network.tail[route.edges[0]]), *area.network.head[route.edges].tolist()]


def test_straight_way_has_the_totals_one_can_work_out_by_hand(area):
    answer = ask(area, place(0, 0.25), place(0, 3.5))
    assert answer.is_same_way and [route.kind for route in answer.routes] == list(RouteKind)
    route = answer.routes[0]
    assert route.length_m == pytest.approx(325.0, abs=0.1)
    assert route.duration_s == pytest.approx(325.0 / 1.3, abs=0.1)
    assert route.danger_m == route.exposure_s == route.max_risk == 0.0
    assert route.level_length_m == pytest.approx((route.length_m, 0, 0, 0, 0))
    assert (route.lat_deg[0], route.lon_deg[0]) == pytest.approx(place(0, 0.25))
    assert (route.lat_deg[-1], route.lon_deg[-1]) == pytest.approx(place(0, 3.5))
    assert [(step.code, step.name) for step in route.steps] == [("depart", "Row 0"), ("arrive", "Row 0")]
    assert answer.simulated and answer.valid_s == 1_000.0 and answer.version == "1-abc"


def test_safest_way_leaves_a_dangerous_street_and_says_what_that_costs(area):
    risk = risk_on(area.network, [(7, 8), (8, 9)], 200)
    answer = ask(area, place(1, 0.5), place(1, 4.5), street_risk=risk)
    fastest, _, safest = answer.routes
    assert not answer.is_same_way
    assert fastest.danger_m == pytest.approx(200.0, abs=0.1) and safest.danger_m == 0.0
    assert fastest.max_risk == pytest.approx(0.8) and safest.duration_s > fastest.duration_s
    assert fastest.exposure_s == pytest.approx((0.8 / 0.6) ** 5 * 200 / 1.3, rel=1e-3)
    assert fastest.level_length_m[Level.SERIOUS] == pytest.approx(200.0, abs=0.1)
    assert sorted(set(fastest.profile_level.tolist())) == [0, 4]
    assert len(fastest.profile_level) == len(fastest.lat_deg) - 1
    told = {reason.code: reason.values for reason in safest.reasons}
    assert told["avoids_danger"]["saved_m"] == pytest.approx(200.0, abs=0.1)
    assert told["avoids_danger"]["added_min"] == pytest.approx((safest.duration_s - fastest.duration_s) / 60)
    assert "no_danger" in told
    assert [reason.code for reason in fastest.reasons] == ["shortest_time", "passes_danger"]


@pytest.mark.parametrize(("code", "bends"), [(49, False), (150, True), (250, True)])
def test_little_risk_does_not_bend_a_way_and_danger_does(area, code, bends):
    risk = risk_on(area.network, [(7, 8), (8, 9)], code)
    answer = ask(area, place(1, 0.5), place(1, 4.5), street_risk=risk)
    assert answer.is_same_way is not bends
    if not bends:
        assert "same_as_fastest" in {reason.code for reason in answer.routes[-1].reasons}


def test_danger_without_a_way_round_is_admitted(area):
    network = area.network
    risk = risk_on(network, [(0, 1), (0, 6)], 160)
    answer = ask(area, place(0, 0), place(5, 5), street_risk=risk)
    told = {reason.code for reason in answer.routes[-1].reasons}
    assert answer.is_same_way and {"no_safer_way", "passes_danger"} <= told


def test_less_exposure_without_danger_is_told_too(area):
    risk = risk_on(area.network, [(7, 8), (8, 9), (9, 10)], 140)
    told = {
        reason.code: reason.values
        for reason in ask(area, place(1, 1), place(1, 4), street_risk=risk).routes[-1].reasons
    }
    assert told["avoids_caution"]["saved_m"] == pytest.approx(300.0, abs=0.1)
    mild = risk_on(area.network, [(7, 8), (8, 9), (9, 10)], 99)
    answer = ask(area, place(1, 1), place(1, 4), kinds=ALL, street_risk=mild)
    told = {reason.code: reason.values for reason in answer.routes[-1].reasons}
    assert told["lowers_exposure"]["saved_share"] == pytest.approx(1.0)


def test_closure_is_gone_round_and_named(area):
    closed, closures = closing(area.network, (-0.1, 1.4, 0.1, 1.6))
    answer = ask(area, place(0, 0.5), place(0, 3.5), closed=closed, closures=closures)
    shut = np.flatnonzero(closed.closed_mask)
    for route in answer.routes:
        assert not np.isin(route.edges, shut).any()
        assert route.length_m == pytest.approx(500.0, abs=0.5)
    told = {reason.code: reason.values for reason in answer.routes[0].reasons}
    assert told["avoids_closure"]["name"] == "Flooded underpass" and told["avoids_closure"]["count"] == 1
    assert told["avoids_closure"]["added_min"] == pytest.approx(200 / 1.3 / 60, rel=1e-2)
    unnamed, closures = closing(area.network, (-0.1, 1.4, 0.1, 1.6), name="")
    answer = ask(area, place(0, 0.5), place(0, 3.5), closed=unnamed, closures=closures)
    assert "avoids_closure_unnamed" in {reason.code for reason in answer.routes[0].reasons}


def test_closure_off_the_way_is_not_mentioned(area):
    closed, closures = closing(area.network, (3.9, 1.4, 4.1, 1.6))
    answer = ask(area, place(0, 0.5), place(0, 3.5), closed=closed, closures=closures)
    assert not any(reason.code.startswith("avoids_closure") for reason in answer.routes[0].reasons)


def test_start_in_a_closed_street_is_moved_and_told(area):
    closed, closures = closing(area.network, (-0.1, 1.4, 0.1, 1.6))
    answer = ask(area, place(0, 1.5), place(3, 3), closed=closed, closures=closures)
    assert answer.origin.moved_out_of_closure and not answer.destination.moved_out_of_closure
    assert answer.origin.distance_m == pytest.approx(50.0, abs=0.5)


def test_one_way_street_is_gone_round_by_vehicles_and_not_by_walkers(area):
    walk = ask(area, place(2, 3.5), place(2, 1.5), Profile.WALK)
    drive = ask(area, place(2, 3.5), place(2, 1.5), Profile.CAR)
    assert walk.routes[0].length_m == pytest.approx(200.0, abs=0.1)
    assert drive.routes[0].length_m > 500.0
    same = ask(area, place(2, 3.75), place(2, 3.25), Profile.CAR)
    assert same.routes[0].length_m == pytest.approx(350.0, abs=0.5)
    with_it = ask(area, place(2, 3.25), place(2, 3.75), Profile.CAR)
    assert with_it.routes[0].length_m == pytest.approx(50.0, abs=0.1)


def test_forbidden_turn_binds_vehicles_only(area):
    walk = ask(area, place(1, 1.5), place(0.5, 2), Profile.BICYCLE)
    drive = ask(area, place(1, 1.5), place(0.5, 2), Profile.CAR)
    assert nodes_of(area, walk.routes[0]) == [7, 8, 2]
    assert walk.routes[0].length_m == pytest.approx(100.0, abs=0.1)
    nodes = nodes_of(area, drive.routes[0])
    assert not any(nodes[i : i + 3] == [7, 8, 2] for i in range(len(nodes)))
    assert drive.routes[0].length_m == pytest.approx(300.0, abs=0.5)


def test_wheelchair_goes_round_the_steps(area):
    walk = ask(area, place(1, 2), place(2, 2), Profile.WALK)
    wheels = ask(area, place(1, 2), place(2, 2), Profile.WHEELCHAIR)
    assert walk.routes[0].length_m == pytest.approx(100.0, abs=0.1)
    assert wheels.routes[0].length_m == pytest.approx(300.0, abs=0.5)


def test_turn_list_names_streets_and_sides(area):
    route = ask(area, place(0, 0.5), place(2, 1), Profile.WALK).routes[0]
    assert [(step.code, step.name) for step in route.steps] == [
        ("depart", "Row 0"),
        ("left", "Col 1"),
        ("arrive", "Col 1"),
    ]
    assert [step.length_m for step in route.steps] == pytest.approx([50.0, 200.0, 0.0], abs=0.1)
    assert (route.steps[1].lat_deg, route.steps[1].lon_deg) == pytest.approx(place(0, 1))
    back = ask(area, place(2, 1), place(0, 0.5), Profile.WALK).routes[0]
    assert [step.code for step in back.steps] == ["depart", "right", "arrive"]


def test_same_point_twice_is_a_way_of_no_length(area):
    answer = ask(area, place(0, 0.5), place(0, 0.5))
    route = answer.routes[0]
    assert route.length_m == route.duration_s == 0.0 and len(route.edges) == 1
    assert len(route.lat_deg) == 2 and len(route.profile_level) == 1
    assert [step.code for step in route.steps] == ["depart", "arrive"]


def test_start_on_a_junction_leaves_no_stub(area):
    route = ask(area, place(1, 1), place(1, 3)).routes[0]
    assert nodes_of(area, route) == [7, 8, 9]
    assert route.length_m == pytest.approx(200.0, abs=0.1)


def test_only_the_kinds_asked_for_come_back_fastest_first(area):
    risk = risk_on(area.network, [(7, 8), (8, 9)], 200)
    answer = ask(area, place(1, 0.5), place(1, 4.5), kinds=(RouteKind.SAFEST,), street_risk=risk)
    assert [route.kind for route in answer.routes] == [RouteKind.SAFEST]
    assert not answer.is_same_way
    told = {reason.code for reason in answer.routes[0].reasons}
    assert "avoids_danger" in told
    both = ask(area, place(1, 0.5), place(1, 4.5), kinds=(RouteKind.SAFEST, RouteKind.FASTEST), street_risk=risk)
    assert [route.kind for route in both.routes] == [RouteKind.FASTEST, RouteKind.SAFEST]


def test_route_id_depends_on_the_way_and_the_snapshot(area):
    first = ask(area, place(0, 0.5), place(3, 3))
    again = ask(area, place(0, 0.5), place(3, 3))
    other = ask(area, place(0, 0.6), place(3, 3))
    assert first.routes[0].route_id == again.routes[0].route_id
    ids = {route.route_id for answer in (first, other) for route in answer.routes}
    assert len(ids) == 6 and all(len(route_id) == 12 for route_id in ids)
    newer = replace(assessment_of(area), version="2-abc")
    moved = find_routes(area, newer, place(0, 0.5), place(3, 3), Profile.WALK, ALL, 0)
    assert moved.routes[0].route_id not in ids


def priced_for(area, assessment, profile=Profile.WALK):
    return price(area.network, costs_at(area.network, assessment, profile, 0))


def test_given_prices_give_the_same_answer_and_stale_ones_are_refused(area):
    closed, closures = closing(area.network, (-0.1, 1.4, 0.1, 1.6))
    assessment = assessment_of(area, closed=closed, closures=closures)
    question = (place(0, 0.5), place(0, 3.5), Profile.WALK, ALL, 0)
    given = find_routes(area, assessment, *question, priced_for(area, assessment))
    assert given.routes[0].route_id == find_routes(area, assessment, *question).routes[0].route_id
    stale = priced_for(area, assessment_of(area))
    with pytest.raises(InputError, match="priced is of another snapshot"):
        find_routes(area, assessment, *question, stale)
    with pytest.raises(InputError, match="priced is of car; wanted walk"):
        find_routes(area, assessment, *question, priced_for(area, assessment, Profile.CAR))
    short = replace(stale, costs=replace(stale.costs, travel_time_s=stale.costs.travel_time_s[:5]))
    with pytest.raises(InputError, match="priced is of 5 edges"):
        find_routes(area, assessment, *question, short)


def test_barred_edges_are_gone_round_without_customising_again(area):
    network, assessment = area.network, assessment_of(area)
    priced = priced_for(area, assessment)
    question = (place(0, 0.5), place(0, 3.5), Profile.WALK, ALL, 0)
    on_the_way = find_routes(area, assessment, *question, priced).routes[0].edges[1]
    is_avoided = np.zeros(network.n_edge, dtype=bool)
    is_avoided[network.street_edge[:, network.street[on_the_way]]] = True
    barred = bar_edges(priced, is_avoided)
    assert barred.weights is priced.weights
    for route in find_routes(area, assessment, *question, barred).routes:
        assert not is_avoided[route.edges].any()
        assert route.length_m == pytest.approx(500.0, abs=0.5)


@pytest.mark.parametrize(
    ("origin", "error", "words"),
    [
        ((math.nan, -71.3), InputError, "from is nan,-71.3; wanted two finite numbers"),
        ((-95.0, -71.3), InputError, "wanted a latitude of -90..90"),
        ((-33.0, -71.3), OutsideAreaError, "from is -33,-71.3; wanted a point in latitude"),
        ((-71.2985, -29.9495), SwappedCoordinatesError, "Latitude comes first: try -29.9495,-71.2985"),
    ],
)
def test_points_that_cannot_be_answered_are_refused_by_name(area, origin, error, words):
    with pytest.raises(error) as caught:
        ask(area, origin, place(0, 3.5))
    assert type(caught.value) is error and words in str(caught.value)
    with pytest.raises(error) as caught:
        ask(area, place(0, 3.5), origin)
    assert caught.value.faults[0].argument == "to"


def test_place_far_from_every_street_names_the_distance(area):
    with pytest.raises(InputError, match="no street within 500 m"):
        ask(area, place(0, 0), place(0, 20.5))


def test_closed_off_destination_names_the_closures(area):
    boxes = [(1.4, -0.5, 1.6, 5.5)]
    closed, closures = closing(area.network, *boxes)
    with pytest.raises(UnreachableError) as caught:
        ask(area, place(0, 0), place(5, 5), closed=closed, closures=closures)
    fault = caught.value.faults[0]
    assert fault.argument == "to" and "6 streets closed; on the way: Flooded underpass" in fault.value
    assert "wait until the closure ends" in fault.remedy
    until = [replace(closure, until_s=9_000.0) for closure in closures]
    with pytest.raises(UnreachableError, match="first of these closures ends"):
        ask(area, place(0, 0), place(5, 5), closed=closed, closures=until)


def test_step_kinds_area_and_assessment_are_checked_together(area):
    assessment = replace(assessment_of(area), area_hash="other")
    with pytest.raises(InputError) as caught:
        find_routes(area, assessment, place(0, 0), place(1, 1), Profile.WALK, (), 3)
    assert [fault.argument for fault in caught.value.faults] == ["assessment", "step", "kinds"]
    assert "wanted 0 to 0" in str(caught.value)
    with pytest.raises(InputError, match="a nationwide view has none"):
        find_routes(replace(area, network=None), assessment, place(0, 0), place(1, 1), Profile.WALK, ALL, 0)


def test_drawn_line_is_as_long_as_the_way(area):
    route = ask(area, place(0.3, 1), place(4, 4.7)).routes[0]
    pieces = zip(route.lat_deg[:-1], route.lon_deg[:-1], route.lat_deg[1:], route.lon_deg[1:], strict=True)
    assert sum(arc_rad(*piece) for piece in pieces) * EARTH_RADIUS_M == pytest.approx(route.length_m, rel=1e-4)
    assert route.duration_s == pytest.approx(route.length_m / SPEED_M_PER_S["walk"], rel=1e-3)


def test_every_street_of_a_junction_may_be_taken_from_it(area):
    drive = ask(area, place(2, 1), place(2, 0), Profile.CAR).routes[0]
    around = ask(area, place(2, 1.3), place(2, 0), Profile.CAR).routes[0]
    assert drive.length_m == pytest.approx(300.0, abs=0.5)
    assert around.length_m == pytest.approx(470.0, abs=0.5)
    assert len(ask(area, place(2, 1), place(1, 1), Profile.CAR).routes[0].edges) == 1
