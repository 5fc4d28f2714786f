"""Slow and obvious twin of the fit in `risk_core.hazards.epidemic.infections`."""

import math

import numpy as np
from scipy.interpolate import BSpline
from scipy.optimize import minimize

from risk_core.hazards.epidemic.delays import report_share


def fit_area(count, shown, knot_day, growth_var, ridge):
    """Infections of one place by maximising its penalised Poisson likelihood, shape=(n_day + 44,).

    Nothing is learnt: the variance of the growth is given, and the counts scatter like a Poisson's.
    """
    share, n_day = report_share(), len(count)
    n_row = n_day + len(share) - 1
    n_span = math.ceil((n_row - 1) / knot_day)
    knots = [n_row - 1 + (k - n_span) * knot_day for k in range(-3, n_span + 4)]
    basis = np.column_stack([
        np.nan_to_num(BSpline.basis_element(knots[k : k + 5], extrapolate=False)(np.arange(n_row)))
        for k in range(n_span + 3)
    ])  # fmt: skip
    basis[-1] = 0.0
    basis[-1, n_span : n_span + 3] = 1 / 6, 4 / 6, 1 / 6
    level = math.log(count.sum() / shown.sum())

    def mean_of(theta):
        infected = np.exp(level + basis @ theta)
        return np.array([
            shown[t] * sum(share[s] * infected[t + len(share) - 1 - s] for s in range(len(share)))
            for t in range(n_day)
        ])  # fmt: skip

    def loss(theta):
        mean = mean_of(theta)
        bend = sum((theta[k] - 2 * theta[k + 1] + theta[k + 2]) ** 2 for k in range(len(theta) - 2))
        return float(
            (mean - count * np.log(mean)).sum() + bend / (2 * growth_var * knot_day**3) + ridge / 2 * theta @ theta
        )

    def slope(theta):
        infected = np.exp(level + basis @ theta)
        miss = 1 - count / mean_of(theta)
        back = np.zeros(n_row)
        for t in range(n_day):
            for s in range(len(share)):
                back[t + len(share) - 1 - s] += miss[t] * shown[t] * share[s]
        bent = np.zeros_like(theta)
        for k in range(len(theta) - 2):
            bend = theta[k] - 2 * theta[k + 1] + theta[k + 2]
            bent[k : k + 3] += np.array([1, -2, 1]) * bend
        return basis.T @ (back * infected) + bent / (growth_var * knot_day**3) + ridge * theta

    found = minimize(loss, np.zeros(basis.shape[1]), jac=slope, method="BFGS", options={"gtol": 1e-7, "maxiter": 3000})
    return np.exp(level + basis @ found.x)
