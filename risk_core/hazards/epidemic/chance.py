"""A chance with its interval, and the draws it comes from."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk_core.errors import Fault, InputError
from risk_core.hazards.epidemic.nowcast import INTERVAL_PROB
from risk_core.hazards.epidemic.prevalence import PREVALENCE_MOST, Prevalence

N_DRAW: Final = 200


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance, 0..1, with the bounds of its central 80 % interval."""

    prob: float
    low: float
    high: float

    @classmethod
    def from_draws(cls, draws: NDArray[np.float64]) -> "Chance":
        """Median, 10 % and 90 % quantile of draws, shape=(n_draw,).

        Examples
        --------
        >>> Chance.from_draws(np.linspace(0.0, 0.1, 11))
        Chance(prob=0.05, low=0.01, high=0.09)
        """
        low, prob, high = (float(value) for value in np.quantile(draws, (INTERVAL_PROB[0], 0.5, INTERVAL_PROB[1])))
        return cls(prob, low, high)


def draw_prevalence(prevalence: Prevalence, step: int, n_draw: int = N_DRAW) -> NDArray[np.float64]:
    """Evenly spaced quantiles of each district's prevalence at one time slice, ascending.

    One draw is high or low in all districts at once: the ascertainment, which makes most of the uncertainty, is
    theirs in common. So sums over districts and differences between places may be taken draw by draw.

    Parameters
    ----------
    prevalence
        By slice and district.
    step
        Position of the slice.
    n_draw
        Number of draws.

    Returns
    -------
    float64 array
        shape=(n_draw, n_district), NaN where unknown.

    Examples
    --------
    >>> from risk_core.hazards.epidemic.ascertainment import ASCERTAINMENT_DEFAULT
    >>> one, sd = np.array([[0.01]]), np.array([[0.5]])
    >>> draws = draw_prevalence(Prevalence(one, sd, one / 2, one * 2, one, sd, ASCERTAINMENT_DEFAULT), 0)
    >>> draws.shape, bool((np.diff(draws[:, 0]) > 0).all())
    ((200, 1), True)
    """
    level = ndtri((np.arange(n_draw) + 0.5) / n_draw)
    median, log_sd = prevalence.median_share[step], prevalence.log_sd[step]
    return np.asarray(np.minimum(median * np.exp(level[:, None] * log_sd), PREVALENCE_MOST))


def check_draws(name: str, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """The draws as a float64 array of shape=(n_draw,), each a number of 0..1.

    Raises
    ------
    InputError
        Naming the argument.
    """
    value = np.ascontiguousarray(draws, dtype=np.float64)
    if value.ndim != 1 or not value.size or not bool(((value >= 0) & (value <= 1)).all()):
        wanted = "a row of one or more numbers of 0..1"
        raise InputError(Fault(name, str(value)[:80], wanted, "Leave unknown places out."))
    return value
