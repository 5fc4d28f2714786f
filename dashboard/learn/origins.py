"""Forecast origins of the past: what was known at each, and what came."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.learn.history import CaseHistory
from dashboard.store.measurements import N_REPORT_AGE
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, TrendOptions
from risk_core.hazards.epidemic.outbreak import correct_cases
from risk_core.hazards.epidemic.trend import forecast_trend
from risk_core.scores.baseline import same_weekday_quantiles
from risk_core.scores.quantile import weighted_interval_score
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import QUANTILE_PROB
from risk_core.units import S_PER_DAY

PROB: Final = np.array(QUANTILE_PROB)
HORIZON_DAY: Final = (1, 7, 14)
"""Days after the last known one that are scored."""
N_SCORED: Final = 8
"""Newest origins, which decide."""
N_TRAINING: Final = 28
"""Origins that choose a candidate, spread evenly over the last `TRAINING_DAY` days before the scored ones."""
TRAINING_DAY: Final = 168
LEAST_TRAINING: Final = 8
LEAST_DAY: Final = 28
"""Days that must lie before an origin."""
GAP_DAY: Final = max(HORIZON_DAY) + N_REPORT_AGE
"""Days from an origin on until everything it is scored on is final."""
LEAST_HISTORY_DAY: Final = LEAST_DAY + LEAST_TRAINING - 1 + GAP_DAY + N_SCORED - 1 + GAP_DAY
"""Days of history without which nothing can be learnt."""

Stop = Callable[[], None]
"""Called between two pieces of work; raises to end them."""


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """One past moment.

    Attributes
    ----------
    at_s
        The moment, a midnight UTC, unix seconds.
    expected
        Cases as they were expected then, late reports corrected, the whole area last.
    truth
        Final cases of the districts at each of `HORIZON_DAY`, shape=(n_horizon, n_district).
    baseline
        Weighted interval score of the same weekday of the week before, shape=(n_horizon, n_district); NaN where either
        is unknown.
    """

    at_s: float
    expected: DistrictCases
    truth: NDArray[np.float64]
    baseline: NDArray[np.float64]


def split_origins(
    history: CaseHistory,
    weights: Mapping[str, float] | None = None,
    stop: Stop = lambda: None,
    n_training: int = N_TRAINING,
) -> tuple[list[Origin], list[Origin]]:
    """Origins that choose, and the last 8 that decide.

    Everything an origin that chooses is scored on was final before the first one that decides, so that what decides
    was seen by no choice. Both are empty where the history is too short.

    Returns
    -------
    training, scored
        Oldest first.
    """
    final = history.final(weights)
    if final is None or not np.isfinite(final.count).any():
        return [], []
    last_s = float(final.day_s[np.isfinite(final.count).any(axis=1)][-1])
    newest_s = last_s - (max(HORIZON_DAY) - 1) * S_PER_DAY
    scored = _origins_at(_days_back(newest_s + N_REPORT_AGE * S_PER_DAY, final), history, final, weights, stop)
    if len(scored) < N_SCORED:
        return [], []
    before = _days_back(scored[0].at_s - GAP_DAY * S_PER_DAY, final)[:TRAINING_DAY]
    chosen = np.unique(np.linspace(0, len(before) - 1, min(n_training, len(before))).round().astype(int))
    training = _origins_at([before[k] for k in chosen], history, final, weights, stop, most=n_training)
    return (training, scored) if len(training) >= LEAST_TRAINING else ([], [])


def _days_back(newest_s: float, final: DistrictCases) -> list[float]:
    """Midnights, newest first, that have enough days before them."""
    n = int((newest_s - final.day_s[0]) / S_PER_DAY) - LEAST_DAY + 1
    return [newest_s - k * S_PER_DAY for k in range(max(0, n))]


def _origins_at(
    midnights: Sequence[float],
    history: CaseHistory,
    final: DistrictCases,
    weights: Mapping[str, float] | None,
    stop: Stop,
    most: int = N_SCORED,
) -> list[Origin]:
    """The newest usable origins, oldest first."""
    found: list[Origin] = []
    for at_s in midnights:
        stop()
        origin = _origin_at(at_s, history, final, weights)
        if origin is not None:
            found.append(origin)
        if len(found) == most:
            break
    return found[::-1]


def _origin_at(
    at_s: float, history: CaseHistory, final: DistrictCases, weights: Mapping[str, float] | None
) -> Origin | None:
    """One origin; None where too little was known then, or not every horizon is final now."""
    corrected = correct_cases(history.as_known(at_s, weights), at_s, INFECTION_DEFAULTS)
    if corrected is None or len(corrected.expected.day_s) < LEAST_DAY:
        return None
    expected = corrected.expected
    at = [round((expected.day_s[-1] - final.day_s[0]) / S_PER_DAY) + horizon for horizon in HORIZON_DAY]
    if at[0] < 0 or at[-1] >= len(final.count):
        return None
    truth = final.count[at]
    if not np.isfinite(truth).any(axis=1).all():
        return None
    rivals = [same_weekday_quantiles(expected.count[:, :-1], horizon, PROB) for horizon in HORIZON_DAY]
    baseline = np.stack([weighted_interval_score(PROB, q, y) for q, y in zip(rivals, truth, strict=True)])
    return Origin(at_s, expected, truth, baseline)


@dataclass(frozen=True, slots=True)
class Score:
    """Weighted interval scores over the same weekday's, by horizon (NaN where that has none), and their mean."""

    horizon: tuple[float, ...]
    mean: float


def score_trend(origins: Sequence[Origin], options: TrendOptions, stop: Stop = lambda: None) -> Score:
    """Score the daily forecast on some origins; each horizon counts alike, whatever the size of its errors."""
    ours, rival = np.zeros(len(HORIZON_DAY)), np.zeros(len(HORIZON_DAY))
    for origin in origins:
        stop()
        day = forecast_trend(origin.expected, options).day
        for k, horizon in enumerate(HORIZON_DAY):
            score = weighted_interval_score(PROB, day[horizon - 1, :-1], origin.truth[k])
            known = np.isfinite(score) & np.isfinite(origin.baseline[k])
            ours[k] += score[known].sum()
            rival[k] += origin.baseline[k][known].sum()
    return relative_score(ours, rival)


def relative_score(ours: NDArray[np.float64], rival: NDArray[np.float64]) -> Score:
    """Ratios of sums by horizon, and the mean of those that are known.

    Examples
    --------
    >>> relative_score(np.array([3.0, 4.0, 0.0]), np.array([4.0, 4.0, 0.0])).mean
    0.875
    """
    ratio = np.where(rival > 0, ours / np.where(rival > 0, rival, 1.0), np.nan)
    mean = float(np.nanmean(ratio)) if np.isfinite(ratio).any() else float("nan")
    return Score(tuple(float(one) for one in ratio), mean)
