import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.costs.edge_costs import edge_costs
from risk_core.costs.objective import COST_PER_S, OBJECTIVE_DEFAULTS, ObjectiveOptions, make_metric
from risk_core.errors import InputError
from risk_core.fields.sample import danger_of, integrate_streets
from risk_core.kernels.hierarchy import INF_COST
from risk_core.state.profile import PROFILES, Profile, profile_position
from risk_core.state.route import EdgeCosts, RouteKind
from tests.tiny import SPEED_M_PER_S


def nothing(area):
    return np.zeros((area.grid.n_row, area.grid.n_col), dtype=np.uint8), np.zeros(area.network.n_edge, dtype=np.uint8)


def cells_of(network, street):
    first, last = network.street_first_cell[street : street + 2]
    return network.street_cell[first:last], network.street_cell_length_m[first:last]


def test_time_is_length_by_speed_and_barred_ways_are_inf(area):
    network = area.network
    for profile in PROFILES:
        costs = edge_costs(network, profile, *nothing(area))
        is_open = network.speed_m_per_s[profile_position(profile)] > 0
        assert costs.travel_time_s[is_open] == pytest.approx(100.0 / SPEED_M_PER_S[profile], rel=1e-4)
        assert np.isinf(costs.travel_time_s[~is_open]).all()
        assert costs.profile is profile and costs.travel_time_s.dtype == np.float32
    assert not is_open.all()


def test_risk_is_integrated_along_the_geometry_and_unknown_counts_as_none(area):
    network = area.network
    risk, closed = nothing(area)
    cell, length_m = cells_of(network, 3)
    assert len(cell) >= 2
    risk.reshape(-1)[cell[0]] = 150
    risk.reshape(-1)[cells_of(network, 10)[0]] = 255
    costs = edge_costs(network, Profile.WALK, risk, closed)
    edges = network.street_edge[:, 3]
    share = length_m[0] / length_m.sum()
    assert costs.risk[edges] == pytest.approx(0.6)
    assert costs.danger[edges] == pytest.approx(share, rel=1e-5)
    assert costs.danger[network.street_edge[:, 10]].tolist() == [0, 0]


def test_closures_bar_their_profiles(area):
    network = area.network
    risk, closed = nothing(area)
    closed[network.street_edge[0, 5]] = 1 << profile_position(Profile.WALK)
    assert np.isinf(edge_costs(network, Profile.WALK, risk, closed).travel_time_s).sum() == 1
    assert np.isfinite(edge_costs(network, Profile.CAR, risk, closed).travel_time_s[network.street_edge[0, 5]])


def test_integral_of_a_field_that_is_the_same_everywhere_is_that_field(area):
    risk, _ = nothing(area)
    exposure = integrate_streets(area.network, risk + np.uint8(100))
    assert exposure.max_risk == pytest.approx(0.4, rel=1e-6)
    assert exposure.danger == pytest.approx(float(danger_of(np.array(0.4))), rel=1e-6)


def test_arrays_of_another_network_are_refused(area):
    risk, closed = nothing(area)
    with pytest.raises(InputError) as caught:
        edge_costs(area.network, Profile.WALK, risk[1:2], closed[1:])
    assert [fault.argument for fault in caught.value.faults] == ["field", "closed_mask"]
    assert "one byte per edge" in str(caught.value)


def costs_of(profile, time_s, risk):
    time_s, risk = np.array(time_s, dtype=np.float32), np.array(risk, dtype=np.float32)
    return EdgeCosts(profile, time_s, risk, danger_of(risk).astype(np.float32))


def price_of(risk, kind):
    return float(make_metric(costs_of(Profile.WALK, [100.0], [risk]), kind).cost[0]) / (100.0 * COST_PER_S)


@pytest.mark.parametrize(
    ("kind", "risk", "wanted"),
    [
        (RouteKind.FASTEST, 1.0, 1.0),
        (RouteKind.BALANCED, 0.4, 1.3),
        (RouteKind.BALANCED, 0.6, 3.0),
        (RouteKind.BALANCED, 1.0, 27.0),
        (RouteKind.SAFEST, 0.1, 1.0),
        (RouteKind.SAFEST, 0.2, 1.1),
        (RouteKind.SAFEST, 0.4, 3.6),
        (RouteKind.SAFEST, 0.6, 21.0),
        (RouteKind.SAFEST, 1.0, 258.0),
    ],
)
def test_documented_price_of_a_second(kind, risk, wanted):
    assert price_of(risk, kind) == pytest.approx(wanted, rel=0.04)


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(RouteKind))
def test_more_risk_never_costs_less_and_safer_kinds_weigh_it_more(a, b, kind):
    low, high = sorted((a, b))
    assert price_of(low, kind) <= price_of(high, kind)
    assert 1.0 <= price_of(a, RouteKind.BALANCED) <= price_of(a, RouteKind.SAFEST)
    assert price_of(0.2 * a, RouteKind.SAFEST) <= 1.09


def test_only_vehicles_obey_turns():
    metric = make_metric(costs_of(Profile.BUS, [1.0, math.inf], [0, 0]), RouteKind.SAFEST)
    assert metric.obeys_turns and metric.u_turn == OBJECTIVE_DEFAULTS.u_turn_s * COST_PER_S
    assert metric.cost.tolist() == [COST_PER_S, INF_COST] and metric.cost.dtype == np.int32
    walking = make_metric(costs_of(Profile.BICYCLE, [1.0], [0]), RouteKind.SAFEST)
    assert not walking.obeys_turns and walking.u_turn == 0


def test_every_open_edge_costs_something_and_the_dearest_stays_below_barred():
    metric = make_metric(costs_of(Profile.WALK, [0.0, 1e9], [0, 1]), RouteKind.SAFEST)
    assert metric.cost.tolist() == [1, INF_COST - 1]


def test_options_that_make_no_sense_are_refused_together():
    with pytest.raises(InputError) as caught:
        ObjectiveOptions(weight={RouteKind.FASTEST: -1.0}, u_turn_s=math.nan)
    arguments = [fault.argument for fault in caught.value.faults]
    assert arguments == ["weight[fastest]", "weight[balanced]", "weight[safest]", "u_turn_s"]
