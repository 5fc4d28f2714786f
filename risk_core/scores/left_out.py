"""How far each of several sources is trusted: each is compared with what all the others tell, never with itself."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.state.options import check_ranges

SHIFT: Final = 0.5
"""Added before the logarithm, so that nothing is a value too."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrustOptions:
    """Settings of trust; all are assumptions of this project.

    Attributes
    ----------
    half_error
        Root mean squared log error at which trust is one half: 0.405 is a factor of 1.5.
    prior_values
        Values that a trust of one half stands for in each source: few values leave it near there.
    n_round
        Rounds in which the others are weighed by the trust of the round before.
    """

    half_error: float = 0.405
    prior_values: float = 20.0
    n_round: int = 5

    def __post_init__(self) -> None:
        check_ranges(self, {"half_error": (1e-3, 10.0), "prior_values": (1e-3, 1e6), "n_round": (1, 100)})


TRUST_DEFAULTS: Final = TrustOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Trust:
    """What was measured of each source, each shape=(n_source,): trust 0..1, mean squared log error, values compared."""

    trust: Floats
    mean_error: Floats
    n_value: NDArray[np.int64]


def left_out_trust(told: Floats, options: TrustOptions = TRUST_DEFAULTS) -> Trust:
    """Compare each source with the weighted mean log of the others, leaving itself out.

    ``e_s = mean over values (log(x_s + 1/2) - sum_{r != s} w_r log(x_r + 1/2) / sum_{r != s} w_r)^2`` and
    ``trust_s = 1 / (1 + e_s / half_error^2)``, with ``prior_values`` errors of one half. Weights are the trust of the
    round before, so that one bad source does not take the good ones down with it. With two sources neither can be told
    from the other: both get the same.

    Parameters
    ----------
    told
        What each source tells of each place and time, shape=(n_source, n_value), NaN where it tells nothing.
    options
        Settings.

    Raises
    ------
    InputError
        For another shape, or values below 0.

    Examples
    --------
    Two agree, the third tells three times as much:

    >>> rng = np.random.default_rng(1)
    >>> truth = rng.uniform(20, 200, 300)
    >>> found = left_out_trust(np.stack([truth, truth * 1.05, truth * 3]))
    >>> bool(found.trust[0] > 0.7), bool(found.trust[2] < 0.2)
    (True, True)
    """
    if told.ndim != 2 or (told < 0).any():
        raise InputError(
            Fault("told", str(told.shape), "values from 0, shape=(n_source, n_value)", "Give plain counts.")
        )
    level = np.log(told + SHIFT)
    is_told = np.isfinite(level)
    level = np.where(is_told, level, 0.0)
    trust = np.full(len(told), 0.5)
    half, mean_error, n_value = options.half_error**2, np.zeros(len(told)), np.zeros(len(told), np.int64)
    for _ in range(options.n_round):
        weight = trust[:, None] * is_told
        others, total = (weight * level).sum(axis=0) - weight * level, weight.sum(axis=0) - weight
        is_compared = is_told & (total > 1e-9)
        error = np.where(is_compared, (level - others / np.where(total > 1e-9, total, 1.0)) ** 2, 0.0)
        n_value = is_compared.sum(axis=1)
        mean_error = (error.sum(axis=1) + options.prior_values * half) / (n_value + options.prior_values)
        trust = 1.0 / (1.0 + mean_error / half)
    return Trust(trust, mean_error, n_value.astype(np.int64))
