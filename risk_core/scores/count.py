"""Proper scores of forecasts that are given as a negative binomial distribution of a count."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammaln

N_SPREAD: Final = 12.0
"""Standard deviations beyond which the ranked probability score is cut; what lies there adds less than 1e-4."""


@dataclass(frozen=True, slots=True, eq=False)
class CountScores:
    """One-step scores of held-out steps; NaN where a count is unknown.

    Attributes
    ----------
    log_score
        In nats, shape=(n_held_out, n_area).
    ranked_score
        Ranked probability score in counts, same shape.
    """

    log_score: NDArray[np.float64]
    ranked_score: NDArray[np.float64]


def count_log_score(
    observed: NDArray[np.float64], mean: NDArray[np.float64], size: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Minus the log probability of each observed count; smaller is better.

    Parameters
    ----------
    observed
        Whole counts, any shape, NaN where unknown.
    mean
        Of the forecast, above 0.
    size
        Of the forecast: variance mean + mean^2 / size.

    Returns
    -------
    float64 array
        In nats, shape of `observed`; NaN where it is unknown.

    References
    ----------
    Czado, Gneiting and Held 2009, Biometrics 65, 1254, section 3.

    Examples
    --------
    >>> count_log_score(np.array([0.0, np.nan]), np.array([1.0, 1.0]), 1.0).round(4).tolist()
    [0.6931, nan]
    """
    whole = size + mean
    chance = gammaln(observed + size) - gammaln(size) - gammaln(observed + 1.0)
    return np.asarray(-chance - size * np.log(size / whole) - observed * np.log(mean / whole))


def count_ranked_score(
    observed: NDArray[np.float64], mean: NDArray[np.float64], size: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Ranked probability score: sum over k of the squared miss of P(count <= k); smaller is better.

    Parameters
    ----------
    observed, mean, size
        As for `count_log_score`, one axis each or broadcast to it.

    Returns
    -------
    float64 array
        In counts, shape of `observed`; NaN where it is unknown.

    References
    ----------
    Czado, Gneiting and Held 2009, Biometrics 65, 1254, section 3.

    Examples
    --------
    A coin that shows 0 or more with the same chance:

    >>> count_ranked_score(np.array([0.0]), np.array([1.0]), 1.0).round(4).tolist()
    [0.3333]
    """
    y, mu, r = (np.ravel(one) for one in np.broadcast_arrays(observed, mean, np.asarray(size, dtype=np.float64)))
    far = np.maximum(np.nan_to_num(y), mu + N_SPREAD * np.sqrt(mu + mu * mu / r))
    out = np.full(y.size, np.nan)
    for k in np.flatnonzero(np.isfinite(y)):
        step = np.arange(np.ceil(far[k]) + 1.0)
        below = betainc(r[k], step + 1.0, r[k] / (r[k] + mu[k]))
        out[k] = np.square(below - (step >= y[k])).sum()
    return out.reshape(np.shape(observed))
