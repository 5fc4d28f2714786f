"""How good a ranked list was, and whether its probabilities can be believed."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError

N_CUT: Final = 10


@dataclass(frozen=True, slots=True)
class RankScores:
    """Scores of lists of candidates of which one is true.

    Attributes
    ----------
    acc_1, acc_5, acc_10
        Share of lists with the truth among the first 1, 5, 10.
    ndcg_10
        Discounted gain at 10: 1 / log2(2 + rank) for a truth among the first ten (Jarvelin and Kekalainen 2002, ACM
        Trans. Inf. Syst. 20, 422, with one relevant candidate).
    mrr
        Mean of 1 / (1 + rank), 0 for a truth not listed.
    """

    acc_1: float
    acc_5: float
    acc_10: float
    ndcg_10: float
    mrr: float


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Stated against seen frequency.

    Attributes
    ----------
    low, high
        Ends of the bins, the low one inside, shape=(n_bin,).
    n
        Forecasts in each bin.
    mean_prob, hit_share
        Mean stated probability and share that came true; NaN in an empty bin.
    calibration_error
        Mean over all forecasts of the gap between the two in their bin (expected calibration error, Guo et al. 2017,
        ICML, equation 5).
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n: NDArray[np.int64]
    mean_prob: NDArray[np.float64]
    hit_share: NDArray[np.float64]
    calibration_error: float


def rank_scores(rank: NDArray[np.int64]) -> RankScores:
    """Scores from the rank of the truth in each list.

    Parameters
    ----------
    rank
        0 for the first, -1 when the truth is not listed, shape=(n,).

    Raises
    ------
    InputError
        When there is no list.

    Examples
    --------
    >>> rank_scores(np.array([0, 1, -1, 7])).acc_5
    0.5
    """
    if not len(rank):
        raise InputError(Fault("rank", "empty", "at least one list", "Give a test part with visits."))
    place = np.where(rank < 0, np.inf, rank.astype(float))
    gain = np.where(place < N_CUT, 1.0 / np.log2(2.0 + place), 0.0)
    acc_1, acc_5, acc_10 = (float((place < k).mean()) for k in (1, 5, N_CUT))
    return RankScores(acc_1, acc_5, acc_10, float(gain.mean()), float((1.0 / (1.0 + place)).mean()))


def reliability(prob: NDArray[np.float64], hit: NDArray[np.bool_], n_bin: int = 10) -> Reliability:
    """Bins of equal width over 0..1 (Brocker and Smith 2007, Weather Forecast. 22, 651).

    Parameters
    ----------
    prob
        Stated probabilities, 0..1, shape=(n,).
    hit
        Whether it came true, shape=(n,).
    n_bin
        Bins.

    Raises
    ------
    InputError
        When a probability is not in 0..1 or `n_bin` is below 1.

    Examples
    --------
    >>> told = reliability(np.array([0.1, 0.9, 0.9]), np.array([False, True, True]), 2)
    >>> round(told.calibration_error, 3)
    0.1
    """
    if n_bin < 1:
        raise InputError(Fault("n_bin", str(n_bin), "a whole number from 1", "Take 10."))
    wrong = ~((prob >= 0) & (prob <= 1 + 1e-9))
    if wrong.any():
        raise InputError(Fault("prob", str(prob[wrong][0]), "0..1", f"Check the forecasts ({int(wrong.sum())} such)."))
    at = np.minimum((prob * n_bin).astype(int), n_bin - 1)
    n = np.bincount(at, minlength=n_bin)
    with np.errstate(invalid="ignore"):
        mean_prob = np.bincount(at, weights=prob, minlength=n_bin) / n
        hit_share = np.bincount(at, weights=hit.astype(float), minlength=n_bin) / n
    gap = float(np.nansum(n * np.abs(mean_prob - hit_share)) / max(len(prob), 1))
    edge = np.linspace(0.0, 1.0, n_bin + 1)
    return Reliability(edge[:-1], edge[1:], n, mean_prob, hit_share, gap)
