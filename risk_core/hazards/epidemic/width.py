"""Width of the forecast's intervals, kept honest by how often they held what came.

Adaptive conformal inference (Gibbs & Candes 2021, NeurIPS 34, 1660) on the log of a factor of the offsets from the
median: it grows with every share of places missed above the stated one and fades back to where it started. One factor
for the central 50 % and one for the 95 %, by horizon; levels between and beyond run straight on the normal scale.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk_core.hazards.epidemic.forecast_options import HORIZON_WEEK, WidthOptions
from risk_core.state.surveillance import QUANTILE_PROB

COVER: Final = (0.5, 0.95)
ENDS: Final = tuple(
    (QUANTILE_PROB.index(low), QUANTILE_PROB.index(high)) for low, high in ((0.25, 0.75), (0.025, 0.975))
)
MEDIAN: Final = QUANTILE_PROB.index(0.5)


def start_width(options: WidthOptions) -> NDArray[np.float64]:
    """Log factors before anything was seen, shape=(4, 2): horizon; 50 and 95 %."""
    return np.tile(np.log(np.array(options.start)), (len(HORIZON_WEEK), 1))


def learn_width(
    log_factor: NDArray[np.float64],
    horizon_week: int,
    log_quantile: NDArray[np.float64],
    observed: NDArray[np.float64],
    options: WidthOptions,
) -> NDArray[np.float64]:
    """Log factors after one more week came in.

    Parameters
    ----------
    log_factor
        As they were, shape=(4, 2).
    horizon_week
        Of the forecast that can be judged now, 1..4.
    log_quantile, observed
        That forecast as it was given, shape=(n_place, 23), and what came, shape=(n_place,), NaN where unknown; on any
        one scale.

    Examples
    --------
    >>> options = WidthOptions()
    >>> off = learn_width(start_width(options), 1, np.zeros((3, 23)), np.ones(3), options)
    >>> bool((off[0] > start_width(options)[0]).all()), bool((off[1] == start_width(options)[1]).all())
    (True, True)
    """
    known = np.isfinite(observed)
    if not known.any():
        return log_factor
    start, out = start_width(options)[0], log_factor.copy()
    for k, (low, high) in enumerate(ENDS):
        held = (observed >= log_quantile[:, low]) & (observed <= log_quantile[:, high])
        step = options.rate * (COVER[k] - held[known].mean())
        out[horizon_week - 1, k] += options.forget * (start[k] - out[horizon_week - 1, k]) + step
    most = float(np.log(options.most))
    return np.clip(out, -most, most)


def apply_width(log_quantile: NDArray[np.float64], log_factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of all horizons with their offsets from the median stretched, shape=(4, n_place, 23)."""
    size = np.abs(ndtri(np.array(QUANTILE_PROB)))
    knots = ndtri(0.5 + np.array(COVER) / 2)
    factor = np.exp(np.stack([np.interp(size, knots, one) for one in log_factor]))
    median = log_quantile[:, :, MEDIAN, None]
    return np.asarray(np.sort(median + (log_quantile - median) * factor[:, None, :], axis=-1))
