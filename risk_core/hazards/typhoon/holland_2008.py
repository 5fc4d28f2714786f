"""Holland 2008: shape parameter of the surface wind profile.

G. J. Holland 2008, A revised hurricane pressure-wind model, Mon. Wea. Rev. 136, 3432-3445, eq. 11:
b = -4.4e-5 dp^2 + 0.01 dp + 0.03 dpc/dt - 0.014 lat + 0.15 Vt^x + 1, x = 0.6 (1 - dp/215), with dp in hPa,
dpc/dt in hPa/h, lat in degrees towards the pole, Vt in m/s. Kept in 0.8-2.2 here.

Valid for the surface wind of tropical storms with pressure drops of about 10-100 hPa; after extratropical transition it
is used for want of another.
"""

import math


def shape_b(pressure_drop_hpa: float, deepening_hpa_per_h: float, lat_deg: float, translation_m_per_s: float) -> float:
    """Shape parameter b.

    Parameters
    ----------
    pressure_drop_hpa
        Environmental minus central pressure.
    deepening_hpa_per_h
        Change of the central pressure, negative while deepening.
    lat_deg
        Of the centre; its sign is ignored.
    translation_m_per_s
        Speed of the centre.

    Examples
    --------
    >>> round(shape_b(60.0, 0.0, 25.0, 5.0), 4)
    1.3925
    """
    dp = pressure_drop_hpa
    x = 0.6 * (1.0 - dp / 215.0)
    b = -4.4e-5 * dp**2 + 0.01 * dp + 0.03 * deepening_hpa_per_h - 0.014 * abs(lat_deg)
    return min(max(b + 0.15 * math.pow(translation_m_per_s, x) + 1.0, 0.8), 2.2)
