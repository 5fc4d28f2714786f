"""Dose from the air of a room that fills up with quanta (Gammaitoni & Nucci 1997, Emerg. Infect. Dis. 3, 335).

The transient form of Wells-Riley (Riley, Murphy & Riley 1978, Am. J. Epidemiol. 107, 421), one well-mixed room.

Symbols: q quanta an hour; B breathing rate, m3/h; V volume, m3; L removal of quanta, per hour; T stay and S time the
infectious person has been there before, hours.

    dose = B q / (V L) (T - (exp(-L S) - exp(-L (S + T))) / L)
"""

import math


def room_dose(
    quanta_per_h: float, breathing_m3_per_h: float, room_m3: float, loss_per_h: float, stay_h: float, before_h: float
) -> float:
    """Quanta breathed in from one infectious person during a stay.

    Parameters
    ----------
    quanta_per_h
        Given off by the infectious person.
    breathing_m3_per_h
        Of who breathes them in.
    room_m3
        Volume.
    loss_per_h
        Fresh air, decay and settling together, above 0.
    stay_h, before_h
        The stay, and how long the infectious person was there before it began.

    Examples
    --------
    A long stay tends to the steady air of Wells-Riley, q B T / (V L):

    >>> round(room_dose(20.0, 0.54, 100.0, 4.0, 1000.0, 0.0) / (20.0 * 0.54 * 1000.0 / (100.0 * 4.0)), 3)
    1.0
    """
    missing_h = -math.exp(-loss_per_h * before_h) * math.expm1(-loss_per_h * stay_h) / loss_per_h
    return breathing_m3_per_h * quanta_per_h / (room_m3 * loss_per_h) * max(stay_h - missing_h, 0.0)
