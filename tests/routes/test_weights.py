"""Many metrics customised together are what each gives alone."""

import numpy as np
import pytest

from risk_core.costs.edge_costs import edge_costs
from risk_core.costs.objective import make_metric
from risk_core.kernels.lanes import LANES
from risk_core.routes.price import publish
from risk_core.routes.weights import customise, customise_all
from risk_core.state.profile import PROFILES
from risk_core.state.route import RouteKind
from tests.routes.cities import city_area
from tests.tiny import tiny_area


@pytest.mark.parametrize("seed", range(3))
def test_what_is_published_is_what_each_metric_gives_alone(seed):
    area, rng = city_area(tiny_area(), seed), np.random.default_rng(seed)
    network = area.network
    risk = rng.integers(0, 251, (1, network.n_street)).astype(np.uint8)
    closed = np.where(rng.random(network.n_edge) < 0.1, 0b010101, 0).astype(np.uint8)
    found = publish(network, [edge_costs(network, profile, risk, closed) for profile in PROFILES])
    assert found.shape == (len(PROFILES), len(RouteKind), 2, network.hierarchy.n_up)
    for profile, rows in zip(PROFILES, found, strict=True):
        costs = edge_costs(network, profile, risk, closed)
        for kind, (up, down) in zip(RouteKind, rows, strict=True):
            alone = customise(network, make_metric(costs, kind))
            np.testing.assert_array_equal(up, alone.up)
            np.testing.assert_array_equal(down, alone.down)


def test_few_metrics_and_none():
    network = city_area(tiny_area(), 1).network
    risk, closed = np.zeros((1, network.n_street), np.uint8), np.zeros(network.n_edge, np.uint8)
    metric = make_metric(edge_costs(network, PROFILES[0], risk, closed), RouteKind.SAFEST)
    few = customise_all(network, [metric] * (LANES + 1))
    assert len(few) == LANES + 1 and (few == few[0]).all()
    assert customise_all(network, []).shape == (0, 2, network.hierarchy.n_up)
