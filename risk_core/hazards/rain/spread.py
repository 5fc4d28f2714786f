"""How far the rain between gauges may lie from its estimate."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions

NORMAL_90: Final = 1.2815515655446004
"""90 % quantile of the standard normal distribution."""


def interpolation_spread(nearest_m: NDArray[np.float32], options: RainOptions = RAIN_DEFAULTS) -> NDArray[np.float32]:
    """Factor between the estimate and the bounds of its central 80 % interval, at a distance from the gauges.

    Examples
    --------
    >>> [f"{x:.2f}" for x in interpolation_spread(np.array([0.0, 5e3], dtype=np.float32))]
    ['1.14', '1.78']
    """
    lost = 1.0 - np.exp(-2.0 * nearest_m / np.float32(options.correlation_m))
    error = np.sqrt(options.gauge_error**2 + options.field_error**2 * lost)
    return np.asarray(np.exp(NORMAL_90 * error), dtype=np.float32)
