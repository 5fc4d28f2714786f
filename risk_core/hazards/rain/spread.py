"""How far the rain between gauges may lie from its estimate."""

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions
from risk_core.kernels.rain import NORMAL_90


def rain_factor(unknown_share: NDArray[np.float32], options: RainOptions = RAIN_DEFAULTS) -> NDArray[np.float64]:
    """Factor between the estimate and the bounds of its central 80 % interval.

    Parameters
    ----------
    unknown_share
        Share of the field's variance the gauges do not explain, 0..1.
    options
        Settings.

    Examples
    --------
    >>> [f"{x:.2f}" for x in rain_factor(np.array([0.0, 0.3], dtype=np.float32))]
    ['1.14', '2.04']
    """
    variance = options.gauge_error**2 + options.field_error**2 * unknown_share
    return np.asarray(np.exp(NORMAL_90 * np.sqrt(variance)), dtype=np.float64)
