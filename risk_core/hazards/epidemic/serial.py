"""Serial interval: days between the symptoms of a person and those of the person infected by them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

N_INTERVAL_DAY: Final = 60
"""Longer serial intervals than these are left out: a share of 1e-10 with the defaults."""


def serial_share(mean_day: float, sd_day: float) -> NDArray[np.float64]:
    """Chance of a serial interval of s = 0, 1, ... days, shape=(60,), sum near 1, none at 0.

    Examples
    --------
    >>> share = serial_share(4.7, 2.9)
    >>> float(share[0]), round(float(share.sum()), 4)
    (0.0, 1.0)
    """
    shape = ((mean_day - 1) / sd_day) ** 2
    scale = sd_day**2 / (mean_day - 1)
    day = np.arange(N_INTERVAL_DAY, dtype=np.float64)

    def mass(of_shape: float, back: int) -> NDArray[np.float64]:
        return np.asarray(gammainc(of_shape, np.maximum(day - back, 0.0) / scale))

    share = day * mass(shape, 0) + (day - 2) * mass(shape, 2) - 2 * (day - 1) * mass(shape, 1)
    share += shape * scale * (2 * mass(shape + 1, 1) - mass(shape + 1, 2) - mass(shape + 1, 0))
    return np.asarray(np.maximum(share, 0.0))
