"""Ways while the hazard moves: streets count with the risk and the closures of the time one gets there."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.costs.closures import close_edges
from risk_core.errors import UnreachableError
from risk_core.kernels.hierarchy import INF_COST
from risk_core.routes.find import find_routes
from risk_core.routes.matrix import find_lengths_m, find_matrix
from risk_core.routes.moving import clock_cost, moving_path
from risk_core.routes.price import bar_edges, price_at
from risk_core.routes.schedule import moving
from risk_core.routes.search import cut_path
from risk_core.state.assessment import LayerFields
from risk_core.state.level import Layer
from risk_core.state.profile import PROFILES, Profile
from risk_core.state.route import RouteKind
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape
from tests.routes.cities import assessment_of, city_area, random_places
from tests.tiny import D_LAT_DEG, D_LON_DEG, SOUTH_DEG, WEST_DEG, tiny_area

ALL = tuple(RouteKind)
TINY = tiny_area()


def place(row, col):
    return SOUTH_DEG + row * D_LAT_DEG, WEST_DEG + col * D_LON_DEG


def street_between(network, a, b):
    edges = np.flatnonzero((network.tail == a) & (network.head == b))
    return int(network.street[edges[0]])


def in_slices(area, rows, lead_s, closures=()):
    """An assessment with one row of risk bytes by street for each lead."""
    closed = close_edges(area.network, closures, 1_000.0)
    risk = np.stack([np.asarray(row, dtype=np.uint8) for row in rows])[:, None, :]
    layer = LayerFields(risk, risk, risk, {}, 1_000.0, ("test",), True)
    base = assessment_of(area, rows[lead_s.index(0)], closed, closures)
    return replace(base, lead_s=np.array(lead_s, dtype=np.int32), layers={Layer.COMBINED: layer})


def closing(south, west, north, east, from_s, until_s=math.inf):
    ring = np.array([place(south, west), place(south, east), place(north, east), place(north, west)])
    return Closure(
        "c", ClosureReason.FLOOD, "Low", Shape(GeometryKind.POLYGON, (ring,)), from_s, until_s, (), "t", True
    )


def storm(area, n_slice, code=200):
    """A front that stands on column k of Row 0 and Row 1 in slice k, and nowhere in slice 0."""
    network, rows = area.network, [np.zeros(area.network.n_street, dtype=np.uint8) for _ in range(n_slice)]
    for k in range(1, n_slice):
        for row in (0, 1):
            rows[k][street_between(network, row * 6 + k, row * 6 + k + 1)] = code
    return rows


def test_a_storm_that_will_cross_the_way_is_gone_round_before_it_arrives(area):
    calm = in_slices(area, [np.zeros(area.network.n_street)] * 5, [0, 80, 160, 240, 320])
    ahead = in_slices(area, storm(area, 5), [0, 80, 160, 240, 320])
    ends = (place(0, 0), place(0, 5))
    direct = find_routes(area, calm, *ends, Profile.WALK, ALL, 0)
    assert direct.is_same_way
    answer = find_routes(area, ahead, *ends, Profile.WALK, ALL, 0)
    fastest, _, safest = answer.routes
    assert fastest.edges.tolist() == direct.routes[0].edges.tolist() and fastest.danger_m > 90
    assert safest.danger_m == 0.0 and safest.edges.tolist() != fastest.edges.tolist()
    now = replace(ahead, layers={k: replace(v, risk=v.risk[:1]) for k, v in ahead.layers.items()})
    still = find_routes(area, replace(now, lead_s=np.array([0], dtype=np.int32)), *ends, Profile.WALK, ALL, 0)
    assert still.is_same_way, "looking at the present alone would walk into the storm"


def test_a_closure_bars_whom_it_meets_and_nobody_before(area):
    closure = closing(-0.1, 3.4, 0.1, 3.6, from_s=1_000.0 + 150.0)
    assessment = in_slices(area, [np.zeros(area.network.n_street)], [0], [closure])
    late = find_routes(area, assessment, place(0, 0), place(0, 5), Profile.WALK, ALL, 0).routes[0]
    early = find_routes(area, assessment, place(0, 2.9), place(0, 5), Profile.WALK, ALL, 0).routes[0]
    assert early.length_m == pytest.approx(210.0, abs=0.5) and late.length_m > 600.0


def test_who_would_be_on_a_street_when_it_closes_does_not_enter_it(area):
    street = street_between(area.network, 2, 3)
    closure = closing(-0.1, 2.4, 0.1, 2.6, from_s=1_000.0 + 50.0)
    assessment = in_slices(area, [np.zeros(area.network.n_street)], [0], [closure])
    route = find_routes(area, assessment, place(0, 1.9), place(0, 5), Profile.WALK, ALL, 0).routes[0]
    assert street not in area.network.street[route.edges]


def test_nobody_is_sent_in_circles_until_a_street_opens(area):
    wall = closing(1.4, -0.5, 1.6, 5.5, from_s=0.0, until_s=1_600.0)
    assessment = in_slices(area, [np.zeros(area.network.n_street)], [0], [wall])
    with pytest.raises(UnreachableError, match="wait until"):
        find_routes(area, assessment, place(1, 0), place(2, 0), Profile.WALK, ALL, 0)
    gate = closing(1.4, -0.5, 1.6, 5.5, from_s=0.0, until_s=1_100.0)
    opened = in_slices(area, [np.zeros(area.network.n_street)], [0], [gate])
    route = find_routes(area, opened, place(0, 0), place(3, 5), Profile.WALK, ALL, 0).routes[0]
    met = area.network.head[route.edges]
    assert len(np.unique(met)) == len(met) and route.length_m == pytest.approx(800.0, abs=1.0)


def test_departures_in_the_past_look_at_their_own_slice_alone(area):
    rows = storm(area, 3)
    assessment = in_slices(area, rows, [-80, 0, 80])
    assert moving(assessment, 0).step.tolist() == [0] and moving(assessment, 1).step.tolist() == [1, 2]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2_000), st.sampled_from(PROFILES))
def test_random_storms_and_closures(seed, profile):
    rng = np.random.default_rng(seed)
    area = city_area(TINY, seed % 9)
    network = area.network
    rows = [np.where(rng.random(network.n_street) < 0.3, rng.integers(0, 251, network.n_street), 0) for _ in range(4)]
    south, west = rng.uniform(0, 4, 2)
    from_s = 1_000.0 + float(rng.uniform(-50, 200))
    closure = closing(south, west, south + 0.7, west + 0.7, from_s, from_s + float(rng.uniform(30, 300)))
    assessment = in_slices(area, rows, [0, 60, 120, 240], [closure])
    try:
        answer = find_routes(area, assessment, *random_places(seed), profile, ALL, 0)
    except UnreachableError:
        return
    priced = price_at(network, assessment, profile, 0)
    paths = {r.kind: cut_path(network, r.edges, answer.origin, answer.destination) for r in answer.routes}
    for route in answer.routes:
        assert sum(route.level_length_m) + route.unknown_m == pytest.approx(route.length_m, abs=0.1)
        if route.kind not in priced.clocks:
            continue
        clock, metric = priced.clocks[route.kind], priced.metrics[route.kind]
        own = clock_cost(network, clock, metric, paths[route.kind])
        assert own < INF_COST, "no street is entered that is closed then"
        slack = 4 + metric.u_turn
        if route.gap == 0.0:
            assert all(own <= clock_cost(network, clock, metric, path) + slack for path in paths.values())
        barred = bar_edges(priced, np.isin(np.arange(network.n_edge), route.edges[1:2]))
        found = moving_path(
            network, barred.clocks[route.kind], barred.metrics[route.kind], answer.origin, answer.destination
        )
        if found is not None and found[1] == 0.0 and route.gap == 0.0 and len(route.edges) > 2:
            assert clock_cost(network, clock, metric, found[0]) >= own - slack


def test_changes_within_one_unit_of_time_cut_once_and_all_hold_from_there_on():
    change = [SimpleNamespace(from_s=100.0 + at, until_s=math.inf) for at in (0.01, 10.0, 10.01, 10.02, 30.0)]
    known = SimpleNamespace(step_now=0, now_s=100.0, lead_s=np.array([0, 600]), closures=change)
    found = moving(known, 0)
    assert found.begin_s == pytest.approx([0.0, 0.05, 10.02, 30.0, 600.0])
    assert found.step.tolist() == [0, 0, 0, 0, 1]


def ways_s(area, assessment, places, priced, kind):
    """Seconds of each single way between places, inf where none leads."""
    out = np.full((len(places), len(places)), np.inf)
    for i, j in np.ndindex(out.shape):
        try:
            found = find_routes(area, assessment, places[i], places[j], Profile.WALK, (kind,), 0, priced)
        except UnreachableError:
            continue
        (out[i, j],) = [one.duration_s for one in found.routes if one.kind is kind]
    return out


@pytest.mark.parametrize("kind", RouteKind)
def test_a_small_table_is_one_way_after_the_other_while_the_storm_moves(area, kind):
    """Told apart from one slice that holds for ever, which a table too large for the clock looks at."""
    lead_s = [0, 300, 600, 900]
    cut = closing(0.6, 1.4, 1.4, 1.6, 1_300.0)
    assessment = in_slices(area, storm(area, 4), lead_s, (cut,))
    priced = price_at(area.network, assessment, Profile.WALK, 0)
    places = [place(row, col) for row, col in ((0, 0), (0, 3), (1, 1), (1, 4), (2, 2))]
    found = find_matrix(area, assessment, places, places, Profile.WALK, kind, 0, priced)
    wanted = ways_s(area, assessment, places, priced, kind)
    assert found.is_as_met
    np.testing.assert_allclose(found.duration_s, wanted, atol=1e-6)
    lengths = find_lengths_m(area, found, priced)
    assert np.isfinite(lengths).sum() == np.isfinite(wanted).sum() > 20
    many = places * 3
    large = find_matrix(area, assessment, many, many, Profile.WALK, kind, 0, priced)
    assert not large.is_as_met
    changed = np.abs(large.duration_s[:5, :5] - wanted) > 1.0
    assert changed.any()
    if kind is RouteKind.FASTEST:
        assert (large.duration_s[:5, :5] >= wanted - 1.0).all()
