"""SCS curve number: how much of the rain runs off.

USDA Soil Conservation Service 1972, National Engineering Handbook, section 4 (NEH 4).

======  ===================================================  ====
symbol  meaning                                              unit
======  ===================================================  ====
P       rain since the beginning                             mm
CN      curve number, 0 < CN <= 100                          1
S       what the ground can hold, 25400/CN - 254             mm
Ia      held before anything runs off, 0.2 S                 mm
Q       run off since the beginning                          mm
======  ===================================================  ====

``Q = (P - Ia)^2 / (P - Ia + S)`` above Ia, else 0 (NEH 4, eq. 10.10 and 10.11). Made for daily rain of small
catchments; used here in increments, which it was not fitted for: early losses of a short cloudburst are too large.
Curve numbers by surface, soil group C, average wetness (NEH 4, table 9.1; from memory: unverified).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError

CN_SEALED: Final = 98.0
CN_PARK: Final = 74.0
CN_BUILT: Final = 90.0
INITIAL_SHARE: Final = 0.2


def runoff_mm(rain_mm: float | NDArray[np.floating], curve_number: float | NDArray[np.floating]) -> NDArray[np.float64]:
    """Run off since the beginning, of rain since the beginning, any shapes that go together.

    Raises
    ------
    InputError
        For negative rain or curve numbers outside 0..100.

    Examples
    --------
    >>> float(runoff_mm(100.0, 85.0).round(2))
    61.0
    """
    rain, number = np.asarray(rain_mm, np.float64), np.asarray(curve_number, np.float64)
    if not bool(np.all(rain >= 0)):
        raise InputError(Fault("rain_mm", "negative or missing", "numbers of 0 or more", "Repair the rain."))
    if not bool(np.all((number > 0) & (number <= 100))):
        raise InputError(Fault("curve_number", "outside 0..100", "numbers in 0..100", "Take one of the tables."))
    hold = 25_400.0 / number - 254.0
    over = np.maximum(rain - INITIAL_SHARE * hold, 0.0)
    return np.asarray(over**2 / np.maximum(over + hold, 1e-12))


def effective_rate_mm_per_h(
    rate_mm_per_h: NDArray[np.floating],
    duration_h: NDArray[np.float64],
    sealed_share: float | NDArray[np.floating],
    curve_number: float | NDArray[np.floating] = CN_PARK,
    before_mm: float | NDArray[np.floating] = 0.0,
) -> NDArray[np.float32]:
    """Rate that is left after losses, interval by interval.

    Parameters
    ----------
    rate_mm_per_h
        Rain, shape=(n_interval, ...).
    duration_h
        Length of the intervals, shape=(n_interval,), hours.
    sealed_share
        Share of the ground that is sealed (curve number 98); the rest has `curve_number`.
    curve_number
        Of the ground that is not sealed.
    before_mm
        Rain before the first interval.

    Returns
    -------
    float32 array
        shape as `rate_mm_per_h`; never above it.
    """
    hours = duration_h.reshape(-1, *([1] * (rate_mm_per_h.ndim - 1)))
    fallen = before_mm + np.cumsum(rate_mm_per_h * hours, axis=0)
    begun = np.concatenate([np.broadcast_to(np.asarray(before_mm, np.float64), fallen.shape[1:])[None], fallen[:-1]])
    soft, hard = (runoff_mm(fallen, cn) - runoff_mm(begun, cn) for cn in (curve_number, CN_SEALED))
    return np.asarray((sealed_share * hard + (1.0 - sealed_share) * soft) / hours, np.float32)
