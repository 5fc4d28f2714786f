"""What a vintage tells of each week: level, growth, how sure they are, and what came in within the week."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.forecast_options import COUNT_SHIFT, WeekTrendOptions
from risk_core.kernels.weekly import filter_weeks, share_dumps, silent_weeks
from risk_core.state.surveillance import CaseVintage

FIRST_WEEK: Final = 10
"""Weeks before the first one that is described: the trend has to settle."""
N_DIFFERENCE: Final = 4
N_VOLATILITY_WEEK: Final = 8
DIFFERENCE_MOST: Final = 1.2
GROWTH_MOST: Final = 1.0
TURN_MOST: Final = 0.7
N_WEEKDAY: Final = 7
DAILY_SHARE: Final = 0.02
"""Share of the cases of two weeks added to both sides of a ratio of a few days."""
SECOND_WINDOW_WEEK: Final = 12
GROWTH_COLUMN: Final = 5
"""Column of the growth among the features."""


@dataclass(frozen=True, slots=True, eq=False)
class WeekTable:
    """Description of the weeks of one vintage; n is the number of weeks described.

    Attributes
    ----------
    week
        Number of each week, shape=(n,).
    count, log_count, level
        Total with late dumps spread, its log after adding `COUNT_SHIFT` (expected where silent) and filtered,
        shape=(n, n_place).
    feature
        What the change ahead may depend on, shape=(n, n_place, n_feature).
    spread
        What its spread may depend on, shape=(n, n_place, 3): expected miss, noise, volatility of eight weeks.
    """

    week: NDArray[np.int64]
    count: NDArray[np.float64]
    log_count: NDArray[np.float64]
    level: NDArray[np.float64]
    feature: NDArray[np.float64]
    spread: NDArray[np.float64]


def describe_weeks(vintage: CaseVintage, options: WeekTrendOptions) -> WeekTable:
    """Describe every week of a vintage after the first ten by what is known in it of that week and those before.

    Examples
    --------
    >>> steady = np.full((20, 2), 100.0)
    >>> told = CaseVintage(19, steady, np.empty((0, 2)), np.empty((0, 2)))
    >>> found = describe_weeks(told, WeekTrendOptions(0.6, 0.004, 0.03))
    >>> found.feature.shape, bool(abs(found.feature[-1, 0, GROWTH_COLUMN]) < 1e-6)
    ((10, 2, 9), True)
    """
    told = np.maximum(vintage.weekly, 0.0)
    count, silent = share_dumps(told, silent_weeks(told))
    known = np.log(np.where(silent, np.nan, count) + COUNT_SHIFT)
    level, growth, miss_sd, noise_sd, filled = filter_weeks(
        known, options.damping, options.level_var, options.growth_var, options.student_nu
    )
    change = np.diff(filled, axis=0, prepend=filled[:1])
    columns = [
        *(np.clip(_lag(change, k), -DIFFERENCE_MOST, DIFFERENCE_MOST) for k in range(N_DIFFERENCE)),
        np.clip(level - filled, -1.0, 1.0),
        np.clip(growth, -GROWTH_MOST, GROWTH_MOST),
        np.clip(growth - _lag(growth, 1), -TURN_MOST, TURN_MOST),
        *_shared(growth),
    ]
    feature = np.stack(columns, axis=-1)
    if len(vintage.daily):
        feature = np.concatenate([feature, _within_week(vintage.daily, silent)], axis=-1)
    if len(vintage.second):
        feature = np.concatenate([feature, _second_signal(vintage.second, level, options)], axis=-1)
    volatility = np.stack([_lag(change, k) for k in range(N_VOLATILITY_WEEK)]).std(axis=0)
    spread = np.stack([miss_sd, noise_sd, volatility], axis=-1)
    week = vintage.week - len(told) + 1 + np.arange(len(told))
    rows = (np.where(silent, 0.0, count), filled, level, feature, spread)
    return WeekTable(week[FIRST_WEEK:], *(one[FIRST_WEEK:] for one in rows))


def _lag(value: NDArray[np.float64], n_week: int) -> NDArray[np.float64]:
    """Value of some weeks before; the first one before all."""
    return np.asarray(value[np.maximum(np.arange(len(value)) - n_week, 0)])


def _shared(growth: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Mean growth of all places, and its change."""
    mean = np.repeat(growth.mean(axis=1, keepdims=True), growth.shape[1], axis=1)
    return [mean, mean - _lag(mean, 1)]


def _within_week(daily: NDArray[np.float64], silent: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Growth within each week against the same days of the week before, shape=(n_week, n_place, 3).

    The last three days, their lead over the first four, and the first day of the week after where it is known.
    """
    count = np.maximum(np.nan_to_num(daily), 0.0)
    total = np.concatenate([np.zeros((1, count.shape[1])), count.cumsum(axis=0)])
    n_week = len(silent)
    out = np.zeros((*silent.shape, 3))
    for week in range(1, n_week):
        end = N_WEEKDAY * (week + 1)
        quiet = COUNT_SHIFT + DAILY_SHARE * (total[end] - total[end - 2 * N_WEEKDAY])

        def growth(first: int, last: int, quiet: NDArray[np.float64] = quiet) -> NDArray[np.float64]:
            now = total[last] - total[first]
            before = total[last - N_WEEKDAY] - total[first - N_WEEKDAY]
            return np.asarray(np.log((now + quiet) / (before + quiet)))

        late, early = growth(end - 3, end), growth(end - N_WEEKDAY, end - 3)
        newest = growth(end, end + 1) if end < len(count) else late
        out[week] = np.stack([late, late - early, newest], axis=-1)
    return np.asarray(np.where(silent[..., None], 0.0, np.clip(out, -GROWTH_MOST, GROWTH_MOST)))


def _second_signal(
    second: NDArray[np.float64], level: NDArray[np.float64], trend: WeekTrendOptions
) -> NDArray[np.float64]:
    """What a second signal says of the cases, shape=(n_week, n_place, 5).

    Its last change, its filtered growth and that growth's change, the mean growth over places, and how far it stands
    above its own last weeks more than the cases above theirs.
    """
    log = np.log(np.where(second > 0, second, np.nan))
    known = np.isfinite(log)
    mean = np.where(known.any(axis=0), np.nansum(log, axis=0) / np.maximum(known.sum(axis=0), 1), 0.0)
    parts = filter_weeks(log - mean, trend.damping, trend.level_var, trend.growth_var, trend.student_nu)
    own, growth, filled = parts[0], parts[1], parts[4]
    lead = _above_own_mean(own) - _above_own_mean(level)
    common = np.repeat(growth.mean(axis=1, keepdims=True), growth.shape[1], axis=1)
    columns = [
        np.clip(np.diff(filled, axis=0, prepend=filled[:1]), -GROWTH_MOST, GROWTH_MOST),
        np.clip(growth, -GROWTH_MOST, GROWTH_MOST),
        np.clip(growth - _lag(growth, 1), -TURN_MOST, TURN_MOST),
        common,
        np.clip(lead, -2.0, 2.0),
    ]
    return np.stack(columns, axis=-1)


def _above_own_mean(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Level less its mean of the last twelve weeks."""
    return np.asarray(level - np.stack([_lag(level, k) for k in range(SECOND_WINDOW_WEEK)]).mean(axis=0))
