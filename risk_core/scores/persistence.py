"""The last count as a forecast of the next one: what any model of counts has to beat."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from risk_core.errors import Fault, InputError
from risk_core.kernels.endemic import geometric_lags
from risk_core.scores.count import CountScores, count_log_score, count_ranked_score

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


def score_persistence(count: NDArray[np.float64], n_held_out: int, refit_every: int = 0) -> CountScores:
    """Score the last count as the forecast of each of the last steps; nothing from that step on is read for it.

    Parameters
    ----------
    count
        Whole counts, shape=(n_step, n_area), NaN where missing; the last known one stands, none before the first.
    n_held_out
        Steps at the end that the first fit does not see.
    refit_every
        Steps between two fits; 0 keeps the first one.

    Raises
    ------
    InputError
        As `fit_persistence`, and when no step is left to fit on.
    """
    n_step = len(count)
    if not 1 <= n_held_out < n_step:
        wanted = f"a whole number in 1..{n_step - 1}"
        raise InputError(Fault("n_held_out", str(n_held_out), wanted, "Hold fewer steps out."))
    last = geometric_lags(np.ascontiguousarray(count, dtype=np.float64), 0.0, 1)
    log_score, ranked_score = np.empty((2, n_held_out, count.shape[1]))
    first = n_step - n_held_out
    law = fit_persistence(count[:first])
    for row, step in enumerate(range(first, n_step)):
        if row and refit_every > 0 and row % refit_every == 0:
            law = fit_persistence(count[:step])
        log_score[row] = count_log_score(count[step], last[step] + law.floor, law.size)
        ranked_score[row] = count_ranked_score(count[step], last[step] + law.floor, law.size)
    return CountScores(log_score, ranked_score)
