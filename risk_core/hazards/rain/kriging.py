"""Ordinary kriging of one field with all stations, exact, with its variance.

G. Matheron 1963, Principles of geostatistics, Economic Geology 58, 1246-1266; in the notation of N. Cressie 1993,
Statistics for Spatial Data, section 3.2. Solved by one Cholesky decomposition of the covariance matrix, the mean in its
dual form: one exponential a station and point. The variance takes a product with the inverse of the triangular factor
for every point, about n^2 / 2 multiply-adds in blocks of BLAS (a triangular solve in BLAS takes nearly as long as the
whole square), where PyKrige multiplies by the inverse, n^2 in the same BLAS, and more beside it: like for like the
ratio has its bound there. Equal to PyKrige 1.7.3 with the exponential model (range = 3 lengths).
The risk itself uses the nearest stations only (`interpolate`); this is the reference it is measured against.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.spatial.distance import cdist

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.kriging import krige_dual
from risk_core.state.options import check_ranges

BLOCK_POINTS: Final = 2048
"""Points whose covariances with all stations are held at once."""
BLOCK_STATIONS: Final = 96
"""Rows of the triangular factor multiplied at once; what lies right of them is zero and left out."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Covariance:
    """Exponential covariance sill exp(-d / length_m), with a nugget at distance 0.

    Attributes
    ----------
    sill, nugget
        In the square of the values' unit; the whole variance is their sum.
    length_m
        Distance over which it falls to 1/e, metres.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    sill: float
    nugget: float
    length_m: float

    def __post_init__(self) -> None:
        check_ranges(self, {"sill": (1e-12, 1e12), "nugget": (0.0, 1e12), "length_m": (1e-6, 1e9)})

    def at(self, distance_m: Floats) -> Floats:
        """Covariance at distances; the nugget counts at distance 0 only."""
        found = np.multiply(distance_m, -1.0 / self.length_m, dtype=np.float64)
        np.exp(found, out=found)
        found *= self.sill
        if self.nugget > 0.0:
            found[distance_m == 0.0] += self.nugget
        return np.asarray(found)


def krige_mean(
    x_m: Floats, y_m: Floats, value: Floats, x_point_m: Floats, y_point_m: Floats, covariance: Covariance
) -> Floats:
    """Kriged mean at points, without its variance.

    Parameters
    ----------
    x_m, y_m, value
        Stations on a plane and what they measured, shape=(n_station,); no two in one place.
    x_point_m, y_point_m
        Where the mean is wanted, shape=(n_point,).
    covariance
        Of the field.

    Raises
    ------
    InputError
        For stations that share a place, or values that are not finite.

    Examples
    --------
    >>> x, y, value = np.array([0.0, 10.0]), np.zeros(2), np.array([2.0, 4.0])
    >>> krige_mean(x, y, value, np.array([5.0, 10.0]), np.zeros(2), Covariance(1.0, 0.0, 5.0)).round(6).tolist()
    [3.0, 4.0]
    """
    lower, ones = _factor(x_m, y_m, value, covariance)
    weight = cho_solve((lower, True), value)
    mean = float(ones @ value / ones.sum())
    dual = np.append(weight - mean * ones, mean)[:, None]
    model = np.array([covariance.sill, covariance.nugget, covariance.length_m])
    return np.asarray(krige_dual(x_point_m, y_point_m, x_m, y_m, dual, model)[:, 0])


def krige(
    x_m: Floats, y_m: Floats, value: Floats, x_point_m: Floats, y_point_m: Floats, covariance: Covariance
) -> tuple[Floats, Floats]:
    """Kriged mean and kriging variance at points; arguments and errors as of `krige_mean`.

    Examples
    --------
    >>> x, y, value = np.array([0.0, 10.0]), np.zeros(2), np.array([2.0, 4.0])
    >>> _, variance = krige(x, y, value, np.array([0.0, 5.0]), np.zeros(2), Covariance(1.0, 0.0, 5.0))
    >>> variance.round(3).tolist()
    [0.0, 0.832]
    """
    lower, ones = _factor(x_m, y_m, value, covariance)
    inverse = solve_triangular(lower, np.eye(len(x_m)), lower=True, overwrite_b=True, check_finite=False)
    weight, total = cho_solve((lower, True), value), float(ones.sum())
    middle = float(ones @ value) / total
    dual = weight - middle * ones
    mean, variance = np.empty(len(x_point_m)), np.empty(len(x_point_m))
    stations = np.column_stack([x_m, y_m])
    for first in range(0, len(x_point_m), BLOCK_POINTS):
        block = slice(first, first + BLOCK_POINTS)
        c = covariance.at(cdist(stations, np.column_stack([x_point_m[block], y_point_m[block]])))
        mean[block] = middle + dual @ c
        lagrange = (ones @ c - 1.0) / total
        variance[block] = covariance.sill + covariance.nugget - _squares(inverse, c) + lagrange**2 * total
    return mean, variance


def _squares(inverse: Floats, c: Floats) -> Floats:
    """Squared length of each column of `inverse` @ `c`, shape=(n_point,); `inverse` is lower triangular."""
    out = np.zeros(c.shape[1])
    for first in range(0, len(c), BLOCK_STATIONS):
        last = first + BLOCK_STATIONS
        part = inverse[first:last, :last] @ c[:last]
        out += np.einsum("ij,ij->j", part, part)
    return out


def _factor(x_m: Floats, y_m: Floats, value: Floats, covariance: Covariance) -> tuple[Floats, Floats]:
    """Cholesky factor of the stations' covariance, and its matrix solved for ones."""
    stations = np.column_stack([x_m, y_m])
    distance_m = cdist(stations, stations)
    np.fill_diagonal(distance_m, np.inf)
    faults = []
    if not (np.isfinite(value).all() and np.isfinite(stations).all()):
        faults.append(Fault("value", "not finite", "finite values and positions", "Leave such stations out."))
    if distance_m.size > 1 and not distance_m.min() > 0:
        faults.append(Fault("x_m, y_m", "two alike", "stations in places of their own", "Join such stations."))
    raise_faults(faults)
    np.fill_diagonal(distance_m, 0.0)
    lower = np.asarray(cholesky(covariance.at(distance_m), lower=True))
    return lower, np.asarray(cho_solve((lower, True), np.ones(len(x_m))))
