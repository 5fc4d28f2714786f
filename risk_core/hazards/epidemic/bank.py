"""Weeks as they were described when they were new: what a forecast of today is trained on."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.features import WeekTable

CHANGE_MOST: Final = 2.5


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRows:
    """Rows of place and week with what came after; n_row of them.

    Attributes
    ----------
    feature, spread
        shape=(n_row, n_feature), shape=(n_row, 3).
    level, count
        Log level and cases of that week, shape=(n_row,).
    change
        Log count `horizon` weeks later, as known now, less the level, within +-2.5, shape=(n_row,).
    age_week
        Weeks since its outcome, shape=(n_row,).
    place
        Position of the place, shape=(n_row,).
    """

    feature: NDArray[np.float64]
    spread: NDArray[np.float64]
    level: NDArray[np.float64]
    count: NDArray[np.float64]
    change: NDArray[np.float64]
    age_week: NDArray[np.float64]
    place: NDArray[np.int64]


def add_vintage(bank: WeekTable | None, seen: WeekTable) -> WeekTable:
    """Keep the weeks a bank has as they were described first, and add those that are new in `seen`.

    The first vintage gives all its weeks: how those looked when they were new is not known.

    Examples
    --------
    >>> from risk_core.hazards.epidemic.features import describe_weeks
    >>> from risk_core.hazards.epidemic.forecast_options import WeekTrendOptions
    >>> from risk_core.state.surveillance import CaseVintage
    >>> none = np.empty((0, 1))
    >>> both = [
    ...     describe_weeks(CaseVintage(n, np.full((n + 1, 1), 9.0), none, none), WeekTrendOptions(0.6, 0.004, 0.03))
    ...     for n in (19, 21)
    ... ]
    >>> add_vintage(add_vintage(None, both[0]), both[1]).week[-3:].tolist()
    [19, 20, 21]
    """
    if bank is None:
        return seen
    new = seen.week > bank.week[-1]
    return WeekTable(
        *(np.concatenate([getattr(bank, one.name), getattr(seen, one.name)[new]]) for one in fields(WeekTable))
    )


def training_rows(bank: WeekTable, now: WeekTable, horizon_week: int, history_week: int) -> TrainingRows:
    """Rows whose outcome at that horizon is known by `now`.

    Parameters
    ----------
    bank
        Weeks as described when they were new.
    now
        Today's description, for the outcomes.
    horizon_week
        Weeks ahead, 1 or more.
    history_week
        Oldest rows used, in weeks before the last one.
    """
    last = int(now.week[-1])
    use = (bank.week <= last - horizon_week) & (bank.week >= max(last - history_week, int(now.week[0])))
    at = np.flatnonzero(use)
    later = bank.week[at] + horizon_week - int(now.week[0])
    n_place = now.level.shape[1]
    level = bank.level[at].ravel()
    return TrainingRows(
        bank.feature[at].reshape(level.size, -1),
        bank.spread[at].reshape(level.size, -1),
        level,
        bank.count[at].ravel(),
        np.clip(now.log_count[later].ravel() - level, -CHANGE_MOST, CHANGE_MOST),
        np.repeat(last - horizon_week - bank.week[at], n_place).astype(np.float64),
        np.tile(np.arange(n_place), at.size),
    )
