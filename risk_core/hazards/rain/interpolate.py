"""From gauges to cells: kriging by the nearest gauges, or inverse distances where the gauges are too few.

Kriging: ordinary kriging (Matheron 1963, Economic Geology 58, 1246-1266) with an exponential correlation, the nearest
`n_near` gauges a cell, weights corrected to be never negative (Deutsch 1996, Computers & Geosciences 22, 765-773).
Gauges left out one by one of invented rain (`tests.samples.moving_rain`, growth 0.5, four seeds each, scored by
`score rain-nowcast`; no real network was at hand): with 120 gauges on 60 km its mean absolute error is 10 to 14 % below
that of inverse distances, with 40 gauges the same (three seeds) or 11 % above (one). Plain kriging with negatives cut
errs 11 to 17 % less again with 120 gauges, but its negative weights let more rain at one gauge lower risk elsewhere,
so it is not used here. Nothing is fitted to the rain of the moment: the correlation length is an option, so that more
rain never means less risk.

Inverse distances: R. Franke & G. Nielson 1980, Int. J. Numer. Methods Eng. 15, 1691-1704.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.options import RAIN_DEFAULTS, Interpolation, RainOptions
from risk_core.kernels.kriging import krige_near
from risk_core.kernels.rain import M_PER_DEG, blend_stations

Floats = NDArray[np.float64]


class Interpolated(NamedTuple):
    """Values in cells.

    Attributes
    ----------
    value
        shape=(n_cell, n_value), between the least and the largest of the gauges.
    unknown_share
        Share 0..1 of the field's variance the gauges do not explain there, shape=(n_cell,): near 0 at a gauge.
    """

    value: NDArray[np.float32]
    unknown_share: NDArray[np.float32]


def interpolate_gauges(
    row_lat_deg: Floats,
    col_lon_deg: Floats,
    lat_deg: Floats,
    lon_deg: Floats,
    value: NDArray[np.float32],
    options: RainOptions = RAIN_DEFAULTS,
    mid_lat_deg: float | None = None,
) -> Interpolated:
    """Interpolate values of gauges to the cells of rows and columns.

    Parameters
    ----------
    row_lat_deg, col_lon_deg
        Cell centres, shape=(n_row,), (n_col,), degrees.
    lat_deg, lon_deg
        Gauges, shape=(n_station,), degrees; at least one.
    value
        shape=(n_station, n_value), finite.
    options
        Settings; fewer gauges than `least_kriging` are interpolated by inverse distances whatever is asked.
    mid_lat_deg
        Latitude at which the plane of the kriging is true to scale; the middle of the rows where None. Blocks of rows
        of one grid give one.

    Examples
    --------
    >>> at = np.array([37.50, 37.52]), np.array([127.0, 127.0])
    >>> found = interpolate_gauges(np.array([37.51]), np.array([127.0]), *at, np.array([[10], [20]], np.float32))
    >>> round(float(found.value[0, 0]), 3)
    15.0
    """
    if options.interpolation is Interpolation.INVERSE_DISTANCE or len(lat_deg) < options.least_kriging:
        smooth_m = options.least_distance_m
        blended, nearest_m = blend_stations(row_lat_deg, col_lon_deg, lat_deg, lon_deg, smooth_m, value)
        lost = 1.0 - np.exp(-2.0 * nearest_m / np.float32(options.correlation_m))
        return Interpolated(blended, lost.astype(np.float32))
    east = M_PER_DEG * np.cos(np.radians(row_lat_deg.mean() if mid_lat_deg is None else mid_lat_deg))
    model = np.array([options.correlation_m, (options.gauge_error / options.field_error) ** 2])
    found = krige_near(
        (col_lon_deg - col_lon_deg[0]) * east,
        (row_lat_deg - row_lat_deg[0]) * M_PER_DEG,
        (lon_deg - col_lon_deg[0]) * east,
        (lat_deg - row_lat_deg[0]) * M_PER_DEG,
        model,
        value,
        options.n_near,
    )
    return Interpolated(*found)
