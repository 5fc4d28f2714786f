import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.costs.edge_costs import edge_costs
from risk_core.costs.objective import OBJECTIVE_DEFAULTS, ObjectiveOptions, make_metric
from risk_core.errors import InputError
from risk_core.state.profile import PROFILES, Profile, profile_position
from risk_core.state.route import EdgeCosts, RouteKind
from tests.tiny import SPEED_M_PER_S


def nothing(network):
    return np.zeros(network.n_street, dtype=np.uint8), np.zeros(network.n_edge, dtype=np.uint8)


def test_time_is_length_by_speed_and_barred_ways_are_inf(area):
    network = area.network
    risk, closed = nothing(network)
    for profile in PROFILES:
        costs = edge_costs(network, profile, risk, closed)
        is_open = network.speed_m_per_s[profile_position(profile)] > 0
        assert costs.travel_time_s[is_open] == pytest.approx(100.0 / SPEED_M_PER_S[profile], rel=1e-4)
        assert np.isinf(costs.travel_time_s[~is_open]).all()
        assert costs.profile is profile and costs.travel_time_s.dtype == np.float32
    assert not is_open.all()


def test_unknown_risk_counts_as_none_and_closures_bar_their_profiles(area):
    network = area.network
    risk, closed = nothing(network)
    risk[[3, 4]] = 255, 150
    closed[network.street_edge[0, 5]] = 1 << profile_position(Profile.WALK)
    costs = edge_costs(network, Profile.WALK, risk, closed)
    assert costs.risk[network.street_edge[:, 3]].tolist() == [0, 0]
    assert costs.risk[network.street_edge[:, 4]] == pytest.approx(0.6)
    assert np.isinf(costs.travel_time_s).sum() == 1
    assert np.isfinite(edge_costs(network, Profile.CAR, risk, closed).travel_time_s[network.street_edge[0, 5]])


def test_arrays_of_another_network_are_refused(area):
    risk, closed = nothing(area.network)
    with pytest.raises(InputError) as caught:
        edge_costs(area.network, Profile.WALK, risk[1:], closed[1:])
    assert [fault.argument for fault in caught.value.faults] == ["street_risk", "closed_mask"]
    assert "one byte per street" in str(caught.value)


def metric_at(risk, kind):
    one = np.ones(1, dtype=np.float32)
    costs = EdgeCosts(Profile.WALK, one, np.array([risk], dtype=np.float32))
    return float(make_metric(costs, kind).cost_s[0])


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
    assert metric_at(risk, kind) == pytest.approx(wanted, rel=0.04)


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(RouteKind))
def test_more_risk_never_costs_less_and_safer_kinds_weigh_it_more(a, b, kind):
    low, high = sorted((a, b))
    assert metric_at(low, kind) <= metric_at(high, kind)
    assert 1.0 <= metric_at(a, RouteKind.BALANCED) <= metric_at(a, RouteKind.SAFEST)
    assert metric_at(0.2 * a, RouteKind.SAFEST) <= 1.09


def test_only_vehicles_obey_turns():
    costs = EdgeCosts(Profile.BUS, np.array([1.0, math.inf], dtype=np.float32), np.zeros(2, dtype=np.float32))
    metric = make_metric(costs, RouteKind.SAFEST)
    assert metric.obeys_turns and metric.u_turn_s == OBJECTIVE_DEFAULTS.u_turn_s
    assert math.isinf(metric.cost_s[1])
    walking = make_metric(EdgeCosts(Profile.BICYCLE, costs.travel_time_s, costs.risk), RouteKind.SAFEST)
    assert not walking.obeys_turns and walking.u_turn_s == 0.0


def test_options_that_make_no_sense_are_refused_together():
    with pytest.raises(InputError) as caught:
        ObjectiveOptions(weight={RouteKind.FASTEST: -1.0}, knee=0.0, power=0.5, u_turn_s=math.nan)
    arguments = [fault.argument for fault in caught.value.faults]
    assert arguments == ["weight[fastest]", "weight[balanced]", "weight[safest]", "knee", "power", "u_turn_s"]
