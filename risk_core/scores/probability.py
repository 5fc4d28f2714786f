"""How good stated probabilities of an event were: Brier score and reliability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Points of a reliability diagram: one class of stated probabilities each; classes without a forecast are left out.

    Attributes
    ----------
    stated_prob
        Mean stated probability, shape=(n_class,).
    seen_share
        How often the event came.
    n_forecast
        Forecasts in the class.
    """

    stated_prob: NDArray[np.float64]
    seen_share: NDArray[np.float64]
    n_forecast: NDArray[np.int64]

    @property
    def mean_gap(self) -> float:
        """Mean distance between stated and seen, weighted by the forecasts; 0 is perfect."""
        n = int(self.n_forecast.sum())
        return float((np.abs(self.stated_prob - self.seen_share) * self.n_forecast).sum() / n) if n else float("nan")


def brier_score(stated_prob: NDArray[np.float64], happened: NDArray[np.bool_]) -> float:
    """Mean squared difference of probability and outcome (Brier 1950, Mon. Wea. Rev. 78, 1-3); NaN without forecasts.

    Examples
    --------
    >>> brier_score(np.array([1.0, 0.5]), np.array([True, False]))
    0.125
    """
    return float(np.mean((stated_prob - happened) ** 2)) if len(stated_prob) else float("nan")


def reliability(stated_prob: NDArray[np.float64], happened: NDArray[np.bool_], n_class: int = 10) -> Reliability:
    """Compare stated probabilities with how often the event came, in classes of equal width.

    Examples
    --------
    >>> found = reliability(np.array([0.05, 0.05, 0.95]), np.array([False, False, True]))
    >>> found.seen_share.tolist(), found.n_forecast.tolist()
    ([0.0, 1.0], [2, 1])
    """
    place = np.minimum((np.asarray(stated_prob) * n_class).astype(np.int64), n_class - 1)
    n = np.bincount(place, minlength=n_class)
    kept = n > 0
    stated = np.bincount(place, weights=stated_prob, minlength=n_class)[kept] / n[kept]
    seen = np.bincount(place, weights=happened, minlength=n_class)[kept] / n[kept]
    return Reliability(stated, seen, n[kept].astype(np.int64))


def average_precision(score: NDArray[np.float64], happened: NDArray[np.bool_]) -> float:
    """Mean precision over the events as the ranking meets them; equal scores count as one step; NaN without events.

    Sum over the steps of (recall gained) x (precision there), without interpolation (M. Zhu 2004, Recall, precision
    and average precision, University of Waterloo). A ranking by chance gives about the share of events.

    Examples
    --------
    >>> average_precision(np.array([0.9, 0.8, 0.1]), np.array([True, False, True]))
    0.8333333333333333
    """
    happened = np.asarray(happened, dtype=np.bool_)
    if not happened.any():
        return float("nan")
    order = np.argsort(-np.asarray(score, dtype=np.float64), kind="stable")
    ranked, hits = np.asarray(score)[order], np.cumsum(happened[order])
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    recall = hits[last] / hits[-1]
    return float((np.diff(recall, prepend=0.0) * hits[last] / (last + 1)).sum())
