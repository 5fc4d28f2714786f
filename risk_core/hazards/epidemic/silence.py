"""Weeks in which a place will tell nothing: a chance of zero beside the forecast of cases.

A place that has been silent for some weeks may stay so, by a chance counted over all places by the length of the
silence and drawn towards a prior; the forecast becomes a mixture of zero and the cases expected (a hurdle: Mullahy
1986, J. Econometrics 33, 341). Scores reward this where silence is written down as zero cases.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.forecast_options import COUNT_SHIFT, HORIZON_WEEK
from risk_core.kernels.weekly import silent_weeks
from risk_core.state.surveillance import QUANTILE_PROB

N_LENGTH: Final = 6
"""Silences of this many weeks and longer count alike."""
PRIOR: Final = (0.002, 0.4, 0.75, 0.83, 0.875, 0.9, 0.917)
"""Chance that the next week is silent after 0, 1, 2, ... silent ones: 1 - 1 / (2 n) from two on."""
PRIOR_WEEK: Final = (100.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0)


def silence_prob(weekly: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance that each place is silent in each of the next four weeks; zero where it tells now.

    Parameters
    ----------
    weekly
        Totals, shape=(n_week, n_place), NaN where nothing was told.

    Returns
    -------
    float64 array
        shape=(4, n_place).

    Examples
    --------
    >>> told = np.full((20, 2), 900.0)
    >>> told[-3:, 1] = 0.0
    >>> found = silence_prob(told)
    >>> found[:, 0].tolist(), bool(0.7 < found[0, 1] < 1.0)
    ([0.0, 0.0, 0.0, 0.0], True)
    """
    silent = silent_weeks(np.maximum(weekly, 0.0))
    length = np.zeros(silent.shape, np.int64)
    for week in range(len(silent)):
        before = length[week - 1] if week else 0
        length[week] = np.where(silent[week], np.minimum(before + 1, N_LENGTH), 0)
    prob = _chance_by_length(length, silent)
    step = np.zeros((N_LENGTH + 1, N_LENGTH + 1))
    for n in range(N_LENGTH + 1):
        step[n, 0], step[n, min(n + 1, N_LENGTH)] = 1 - prob[n], prob[n]
    state, out = np.eye(N_LENGTH + 1)[length[-1]], []
    for _ in HORIZON_WEEK:
        state = state @ step
        out.append(np.where(length[-1] > 0, 1.0 - state[:, 0], 0.0))
    return np.array(out)


def mix_silence(log_quantile: NDArray[np.float64], prob_silent: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of log(count + 5) when a week tells zero with a chance.

    Parameters
    ----------
    log_quantile
        Of a week that tells, shape=(n_horizon, n_place, 23).
    prob_silent
        shape=(n_horizon, n_place).
    """
    out = log_quantile.copy()
    prob = np.array(QUANTILE_PROB)
    for horizon, place in np.argwhere(prob_silent > 0):
        chance = prob_silent[horizon, place]
        rest = np.clip((prob - chance) / max(1 - chance, 1e-9), prob[0], prob[-1])
        told = np.interp(rest, prob, log_quantile[horizon, place])
        out[horizon, place] = np.where(prob <= chance, np.log(COUNT_SHIFT), told)
    return out


def _chance_by_length(length: NDArray[np.int64], silent: NDArray[np.bool_]) -> NDArray[np.float64]:
    before, then = length[:-1].ravel(), silent[1:].ravel()
    n_silent = np.bincount(before, then, N_LENGTH + 1)
    n_all = np.bincount(before, minlength=N_LENGTH + 1)
    pseudo = np.array(PRIOR_WEEK)
    return np.asarray((n_silent + pseudo * np.array(PRIOR)) / (n_all + pseudo))
