"""The last count as a forecast of the next one: what any model of counts has to beat."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from risk_core.errors import Fault, InputError
from risk_core.scores.count import count_log_score

LOG_MOST: Final = 12.0


@dataclass(frozen=True, slots=True)
class Persistence:
    """Negative binomial round the last count.

    Attributes
    ----------
    floor
        Added to the last count, so that one above none stays possible.
    size
        Variance mean + mean^2 / size.
    """

    floor: float
    size: float


def fit_persistence(count: NDArray[np.float64]) -> Persistence:
    """Find floor and size by maximum likelihood, one of each for all areas.

    Parameters
    ----------
    count
        Whole counts, shape=(n_step, n_area), NaN where missing.

    Raises
    ------
    InputError
        When no area has two known counts in a row.

    Examples
    --------
    >>> count = np.random.default_rng(1).poisson(3.0, (400, 2)).astype(float)
    >>> bool(0 < fit_persistence(count).floor < 3)
    True
    """
    pair = np.stack([count[:-1].ravel(), count[1:].ravel()], axis=1)
    pair = pair[np.isfinite(pair).all(axis=1)]
    if not len(pair):
        raise InputError(Fault("count", "without two known in a row", "known counts", "Give more steps."))
    distinct, n = np.unique(pair, axis=0, return_counts=True)

    def miss(log: NDArray[np.float64]) -> float:
        floor, size = np.exp(np.clip(log, -LOG_MOST, LOG_MOST))
        return float(n @ count_log_score(distinct[:, 1], distinct[:, 0] + floor, float(size)))

    found = minimize(miss, np.array([np.log(0.1 + 0.1 * pair.mean()), 0.0]), method="Nelder-Mead")
    floor, size = np.exp(np.clip(found.x, -LOG_MOST, LOG_MOST))
    return Persistence(float(floor), float(size))
