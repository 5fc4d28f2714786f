import numpy as np
import pytest

from risk_core.hazards.flood.local_inertia import FlowOptions, Forcing, Precision
from risk_core.hazards.flood.surface_flow import FlowState
from risk_core.hazards.flood.terrain import Terrain
from risk_core.kernels import surface_flow as kernels
from tests.naive import surface_flow as naive

RNG = np.random.default_rng(11)


def rough_state(shape, precision):
    """Random ground, water and flows, rain of a cloudburst."""
    height = RNG.uniform(0, 1, shape)
    terrain = Terrain.from_heights(height, 5.0, RNG.uniform(0.02, 0.06, shape))
    rain = Forcing(np.array([1e6]), RNG.uniform(0, 100, (1, *shape)).astype(np.float32))
    start = np.where(RNG.uniform(size=shape) < 0.4, 0.0, RNG.uniform(0, 1, shape))
    state = FlowState(terrain, rain, FlowOptions(precision=precision), start)
    for flow in (state.water.flow_x, state.water.flow_y):
        flow[:] = RNG.normal(0, 0.3, flow.shape)
    state._source[:] = rain.rate_mm_per_h[0] / 3.6e6
    return state


@pytest.mark.parametrize("shape", [(2, 2), (2, 7), (9, 2), (8, 11)])
@pytest.mark.parametrize(("precision", "tolerance"), [(Precision.DOUBLE, 1e-11), (Precision.SINGLE, 5e-5)])
def test_a_step_equals_its_twin(shape, precision, tolerance):
    state = rough_state(shape, precision)
    rule = state._rule(0.7)
    edges = [RNG.normal(0, 0.5, n) for n in (shape[0], shape[0], shape[1], shape[1])]
    fresh = state._fresh
    fresh.flow_x[:, 0], fresh.flow_x[:, -1], fresh.flow_y[0], fresh.flow_y[-1] = edges
    ground, water = state.ground, state.water
    numbers = 0.7, 5.0, 0.9, 1e-4
    depth, flow_x, flow_y = naive.step_water(*ground, water, state._source, numbers, edges)
    kernels.step_water(ground, water, state._source, rule, state._scratch, fresh)
    np.testing.assert_allclose(fresh.depth_m, depth, atol=tolerance)
    np.testing.assert_allclose(fresh.flow_x, flow_x, atol=tolerance)
    np.testing.assert_allclose(fresh.flow_y, flow_y, atol=tolerance)
    assert fresh.depth_m.min() >= 0.0


@pytest.mark.parametrize("precision", list(Precision))
def test_inverse_cube_roots_are_those_of_the_library(precision):
    state = rough_state((2, 4001), precision)
    scratch, real = state._scratch, state.numbers.real
    scratch.flow_depth_m[:] = np.logspace(-9, 3, 4001)
    kernels.inverse_cube_roots(4001, state._rule(1.0), scratch)
    expected = scratch.flow_depth_m.astype(np.float64) ** (-1 / 3)
    np.testing.assert_allclose(scratch.root, expected, rtol=4 * np.finfo(real).eps)


@pytest.mark.parametrize("precision", list(Precision))
def test_largest_depth_is_found_from_bits(precision):
    state = rough_state((6, 5), precision)
    depth = state.water.depth_m
    assert kernels.largest_of(depth.ravel(), depth.view(state.numbers.whole).ravel()) == depth.max()


def test_tracking_equals_its_twin():
    state = rough_state((5, 6), Precision.DOUBLE)
    marks, trace = np.array([0.15, 0.3]), state.trace
    expected = naive.track_water(*state.water, 40.0, marks, 0.05, trace)
    kernels.track_water(state.water, 40.0, marks, 0.05, trace)
    for found, one in zip(trace, expected, strict=True):
        np.testing.assert_allclose(found, one, rtol=1e-12)
    strength = np.empty((5, 6))
    kernels.flow_strength(state.water, 0.05, strength)
    for j, i in np.ndindex(5, 6):
        wanted = (
            naive.strength(state.water.flow_x, state.water.flow_y, j, i) if state.water.depth_m[j, i] >= 0.05 else 0
        )
        assert strength[j, i] == pytest.approx(wanted)


def test_drains_take_no_more_than_there_is():
    depth, capacity, gone = RNG.uniform(0, 0.01, (4, 5)), RNG.uniform(0, 1e-3, (4, 5)), np.ones((4, 5))
    before = depth.copy()
    kernels.drain_cells(depth, capacity, 7.0, gone)
    np.testing.assert_allclose(depth, np.maximum(before - 7.0 * capacity, 0))
    np.testing.assert_allclose(gone - 1, before - depth, atol=1e-15)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_flow_over_edges_equals_its_twin(sign):
    state = rough_state((7, 3), Precision.DOUBLE)
    depth, height, n2 = state.water.depth_m[:, 0], state.ground.height_m[:, 0], state.ground.roughness2[:, 0]
    before, out = RNG.normal(0, 0.2, 7), np.empty(7)
    kernels.normal_outflow(depth, n2, 0.02, sign, out)
    np.testing.assert_allclose(out, naive.normal_outflow(depth, n2, 0.02, sign), rtol=1e-12)
    kernels.stage_flow(depth, height, n2, 0.9, before, sign, state._rule(0.5), out)
    np.testing.assert_allclose(out, naive.stage_flow(depth, height, n2, 0.9, before, sign, (0.5, 5.0, 1e-4)), rtol=1e-9)
