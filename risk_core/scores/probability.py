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
