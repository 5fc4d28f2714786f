import numpy as np
import pytest

from risk_core.kernels.breach import Surge, hll_flux, step_surge
from tests.naive import breach as naive

RNG = np.random.default_rng(12)


@pytest.mark.parametrize("states", [
    ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    ((1.0, 0.3, 0.1), (0.0, 0.0, 0.0)),
    ((0.0, 0.0, 0.0), (2.0, -0.5, 0.4)),
    ((1.0, 9.0, 1.0), (0.5, 9.0, 2.0)),
    ((1.0, -9.0, 1.0), (0.5, -9.0, 2.0)),
    ((5.0, 0.0, 0.2), (1.0, 0.0, -0.3)),
])  # fmt: skip
def test_flux_equals_its_twin(states):
    np.testing.assert_allclose(hll_flux(*states[0], *states[1]), naive.hll(*states), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("shape", [(2, 2), (3, 8), (7, 5)])
def test_a_step_equals_its_twin(shape):
    height, depth = RNG.uniform(0, 2, shape), np.where(RNG.uniform(size=shape) < 0.3, 0, RNG.uniform(0, 2, shape))
    flows = RNG.normal(0, 1, (2, *shape)) * (depth > 0)
    rough2, source = RNG.uniform(0, 0.05, shape) ** 2, RNG.uniform(0, 1e-4, shape)
    surge, fresh = Surge(depth, *flows), Surge(*np.empty((3, *shape)))
    fastest = step_surge(height, rough2, surge, source, 5.0, 0.1, fresh)
    expected, expected_fastest = naive.step_surge(height, rough2, depth, *flows, source, 5.0, 0.1)
    np.testing.assert_allclose(np.stack(fresh), expected, rtol=1e-9, atol=1e-12)
    assert fastest == pytest.approx(expected_fastest, rel=1e-9)
