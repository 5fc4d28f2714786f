"""How far a ratio of scores may be off by the luck of the days it was measured on."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

BLOCK: Final = 8
"""Origins in one block: scores of neighbouring origins are alike."""
N_DRAW: Final = 2000


def block_bootstrap_ratio(
    numerator: NDArray[np.float64], denominator: NDArray[np.float64], seed: int = 0, block: int = BLOCK
) -> tuple[float, float]:
    """Central 95 % interval of sum(numerator) / sum(denominator), by drawing circular blocks of origins.

    Politis & Romano 1992, A circular block-resampling procedure for stationary data. Too narrow where scores hang
    together for longer than a block.

    Parameters
    ----------
    numerator, denominator
        Sums of scores by origin, in order of time, shape=(n_origin,), not negative.
    seed
        Of the draws.
    block
        Origins drawn together.

    Returns
    -------
    low, high
        NaN with fewer than two blocks of origins or when the denominator is zero.

    Examples
    --------
    >>> steady = np.ones(32)
    >>> block_bootstrap_ratio(steady, 2 * steady)
    (0.5, 0.5)
    """
    n = len(numerator)
    if n < 2 * block or not denominator.sum() > 0:
        return float("nan"), float("nan")
    start = np.random.default_rng(seed).integers(0, n, (N_DRAW, -(-n // block)))
    drawn = ((start[:, :, None] + np.arange(block)) % n).reshape(N_DRAW, -1)[:, :n]
    below = denominator[drawn].sum(axis=1)
    ratio = numerator[drawn].sum(axis=1)[below > 0] / below[below > 0]
    low, high = np.quantile(ratio, (0.025, 0.975))
    return float(low), float(high)
