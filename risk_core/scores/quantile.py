"""Proper scores of forecasts that are given as quantiles, and how often their intervals hold the truth."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

PROB_TOLERANCE: Final = 1e-9


def weighted_interval_score(
    prob: NDArray[np.float64], quantile: NDArray[np.float64], observed: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted interval score, in the unit of the observations; smaller is better.

    Mean over the levels of twice the quantile loss, which for pairs of central quantiles and the median is the WIS
    of Bracher et al. 2021, PLOS Comput. Biol. 17, e1008618, eq. 1 with its usual weights.

    Parameters
    ----------
    prob
        Levels, shape=(n_prob,), in 0..1.
    quantile
        Forecasts, shape=(..., n_prob).
    observed
        What came, shape=(...); NaN gives NaN.

    Examples
    --------
    A single median is scored by its absolute error:

    >>> float(weighted_interval_score(np.array([0.5]), np.array([8.0]), np.array(11.0)))
    3.0
    """
    over = observed[..., None] - quantile
    return np.asarray(2 * np.maximum(prob * over, (prob - 1) * over).mean(axis=-1))


def is_covered(
    prob: NDArray[np.float64], quantile: NDArray[np.float64], observed: NDArray[np.float64], width_share: float
) -> NDArray[np.float64]:
    """Whether the central interval of that width holds the truth: 1, 0, or NaN where either is unknown.

    Parameters
    ----------
    prob, quantile, observed
        As in `weighted_interval_score`; both ends of the interval must be among `prob`.
    width_share
        Share of the forecast inside, for example 0.95.
    """
    ends = (0.5 - width_share / 2, 0.5 + width_share / 2)
    low, high = (quantile[..., int(np.flatnonzero(np.abs(prob - end) < PROB_TOLERANCE)[0])] for end in ends)
    known = np.isfinite(observed) & np.isfinite(low)
    return np.asarray(np.where(known, (low <= observed) & (observed <= high), np.nan))
