"""Vickery and Wadhera 2008: radius of maximum wind and Holland's B from pressure and latitude.

P. J. Vickery, D. Wadhera 2008, Statistical models of Holland pressure profile parameter and radius to maximum winds
of hurricanes from flight-level pressure and H*Wind data, J. Appl. Meteor. Climatol. 47, 2497-2517:
ln Rm = 3.015 - 6.291e-5 dp^2 + 0.0337 lat [km], residual 0.44; B = 1.881 - 0.00557 Rm - 0.01295 lat.

Fitted on Atlantic and Gulf hurricanes (all of them: their "all hurricanes" law) with central pressures below about
980 hPa; used for the western Pacific and for weaker storms for want of another.
"""

import math

M_PER_KM = 1000.0


def radius_max_m(pressure_drop_hpa: float, lat_deg: float) -> float:
    """Radius of maximum wind, metres; the sign of the latitude is ignored.

    Examples
    --------
    >>> round(radius_max_m(60.0, 33.0) / 1000, 2)
    49.43
    """
    return math.exp(3.015 - 6.291e-5 * pressure_drop_hpa**2 + 0.0337 * abs(lat_deg)) * M_PER_KM


def shape_b(radius_max_m: float, lat_deg: float) -> float:
    """Holland's B for a radius of maximum wind in metres; kept in 0.8-2.2."""
    return min(max(1.881 - 0.00557 * radius_max_m / M_PER_KM - 0.01295 * abs(lat_deg), 0.8), 2.2)
