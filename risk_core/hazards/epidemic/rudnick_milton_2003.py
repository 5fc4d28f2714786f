"""Fresh air of a room from its carbon dioxide (Rudnick & Milton 2003, Indoor Air 13, 237)."""

from typing import Final

from risk_core.state.activity import OUTDOOR_CO2_PPM

CO2_PER_BREATH_PPM: Final = 38_000.0
"""Carbon dioxide that breathing adds to the air breathed out, ppm: the paper's figure, unverified."""


def co2_to_air_changes(co2_ppm: float, n_people: float, breathing_m3_per_h: float, room_m3: float) -> float:
    """Fresh air of a room whose carbon dioxide is steady, room volumes an hour.

    What `n_people` breathe out equals what the fresh air carries away: n B 38,000 ppm = Q (C - C_outdoor).

    Parameters
    ----------
    co2_ppm
        Measured, above that of outdoor air, ppm.
    n_people
        People breathing there.
    breathing_m3_per_h
        Air each of them breathes.
    room_m3
        Volume.

    Examples
    --------
    Twenty people at 1,000 ppm in 200 m3, about 10 litres of fresh air a second each:

    >>> round(co2_to_air_changes(1000.0, 20.0, 0.54, 200.0), 1)
    3.5
    """
    return n_people * breathing_m3_per_h * CO2_PER_BREATH_PPM / ((co2_ppm - OUTDOOR_CO2_PPM) * room_m3)
