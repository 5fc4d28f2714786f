"""How fast rain loses its likeness with distance: an exponential semivariogram fitted to gauges.

Method of moments by distance classes (Matheron 1963, Economic Geology 58, 1246-1266), weighted least squares with
Cressie's weights n / gamma^2 (N. Cressie 1985, Math. Geology 17, 563-586), the length by a search over a fine ladder.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

N_CLASS: Final = 15
N_LENGTH: Final = 80
LEAST_PAIRS: Final = 10
"""Pairs in a distance class below which it is left out."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Variogram:
    """Semivariance nugget + sill (1 - exp(-d / length_m)).

    Attributes
    ----------
    nugget, sill
        In the square of the values' unit.
    length_m
        Distance over which correlation falls to 1/e, metres.
    """

    nugget: float
    sill: float
    length_m: float


def fit_variogram(x_m: Floats, y_m: Floats, value: Floats) -> Variogram | None:
    """Fit an exponential semivariogram, pooled over fields.

    Parameters
    ----------
    x_m, y_m
        Stations on a plane, shape=(n_station,), metres.
    value
        Fields, shape=(n_field, n_station); NaN where missing.

    Returns
    -------
    Variogram or None
        None where the pairs are too few or nothing varies.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.uniform(0, 40e3, (2, 80))
    >>> distance = np.hypot(x[:, None] - x, y[:, None] - y)
    >>> fields = rng.multivariate_normal(np.zeros(80), np.exp(-distance / 8e3), 60)
    >>> 6e3 < fit_variogram(x, y, fields).length_m < 10e3
    True
    """
    first, second = np.triu_indices(len(x_m), 1)
    distance_m = np.hypot(x_m[first] - x_m[second], y_m[first] - y_m[second])
    square = 0.5 * (value[:, first] - value[:, second]) ** 2
    known = np.isfinite(square)
    if not known.any():
        return None
    reach_m = 0.5 * float(distance_m.max())
    place = np.minimum((distance_m / max(reach_m, 1.0) * N_CLASS).astype(np.int64), N_CLASS)
    n = np.bincount(place, weights=known.sum(axis=0), minlength=N_CLASS + 1)[:N_CLASS]
    used = n >= LEAST_PAIRS
    divisor = np.where(used, n, 1.0)
    total = np.bincount(place, weights=np.where(known, square, 0.0).sum(axis=0), minlength=N_CLASS + 1)[:N_CLASS]
    along = np.bincount(place, weights=distance_m * known.sum(axis=0), minlength=N_CLASS + 1)[:N_CLASS]
    gamma, lag_m = (total / divisor)[used], (along / divisor)[used]
    if len(gamma) < 3 or not (gamma > 0).all():
        return None
    return _best(lag_m, gamma, np.asarray(n[used], np.float64), reach_m)


def _best(lag_m: Floats, gamma: Floats, n: Floats, reach_m: float) -> Variogram:
    """Least weighted squares over a ladder of lengths; nugget and sill, neither negative, in closed form."""
    weight = n / gamma**2
    best, least = Variogram(0.0, float(gamma.mean()), reach_m), np.inf
    for length_m in np.geomspace(max(lag_m[0] / 5, 1.0), 4 * reach_m, N_LENGTH):
        shape = 1.0 - np.exp(-lag_m / length_m)
        nugget, sill = _two(shape, gamma, weight)
        error = float((weight * (nugget + sill * shape - gamma) ** 2).sum())
        if error < least:
            best, least = Variogram(nugget, sill, float(length_m)), error
    return best


def _two(shape: Floats, gamma: Floats, weight: Floats) -> tuple[float, float]:
    w, ws, wss = float(weight.sum()), float((weight * shape).sum()), float((weight * shape**2).sum())
    g, gs = float((weight * gamma).sum()), float((weight * gamma * shape).sum())
    det = w * wss - ws * ws
    nugget, sill = ((wss * g - ws * gs) / det, (w * gs - ws * g) / det) if det > 1e-12 * w * wss else (0.0, gs / wss)
    if nugget < 0:
        return 0.0, gs / wss
    return (nugget, sill) if sill >= 0 else (g / w, 0.0)
