import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from risk_core.hazards.epidemic.descent import descend


@pytest.mark.parametrize("n", [2, 20])
def test_the_valley_of_rosenbrock_is_followed_to_its_end(n):
    found = descend(lambda x: (float(rosen(x)), rosen_der(x)), np.full(n, -1.2), 1e-12)
    assert found.is_converged and found.x == pytest.approx(np.ones(n), abs=1e-4)
    rival = minimize(rosen, np.full(n, -1.2), jac=rosen_der, method="L-BFGS-B", options={"maxcor": 20})
    assert found.n_evaluation < 2.5 * rival.nfev


def test_values_that_overflow_are_stepped_back_from():
    def objective(x):
        with np.errstate(over="ignore"):
            return float(np.exp(x[0]) - 700 * x[0]), np.exp(x) - 700

    found = descend(objective, np.array([-5.0]), 1e-10)
    assert found.x[0] == pytest.approx(np.log(700), abs=1e-4)


def test_parameters_without_a_slope_stay_and_a_flat_function_ends_at_once():
    found = descend(lambda x: (float((x[0] - 3) ** 2), np.array([2 * (x[0] - 3), 0.0])), np.array([9.0, 5.0]), 1e-12)
    assert found.x == pytest.approx([3.0, 5.0])
    flat = descend(lambda x: (1.0, np.zeros(2)), np.ones(2), 1e-6)
    assert flat.is_converged and np.array_equal(flat.x, np.ones(2))


def test_the_number_of_calls_is_held():
    found = descend(lambda x: (float(rosen(x)), rosen_der(x)), np.full(20, -1.2), 1e-12, 30)
    assert not found.is_converged and found.n_evaluation <= 70


def test_the_start_is_not_changed():
    start = np.array([3.0, -4.0])
    descend(lambda x: (float(x @ x), 2 * x), start, 1e-9)
    assert start.tolist() == [3.0, -4.0]
