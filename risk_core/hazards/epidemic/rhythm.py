"""The weekly rhythm of reports and how far single days scatter about it.

Both are measured against the centred mean of seven days, which holds every weekday once and so no rhythm
(ratio to moving average: Cleveland et al. 1990, J. Off. Stat. 6, 3, section 2 for the reason).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

N_WEEKDAY: Final = 7
HALF_WEEK: Final = 3
WEEK_KNOWN: Final = 5
"""Days that must be known for a weekly mean."""
AREA_CASES: Final = 40.0
PLACE_CASES: Final = 200.0
"""Cases a weekday that an even week stands for, and that the rhythm of all places stands for in each."""
DISPERSION_DAYS: Final = 30.0
DISPERSION_CASES: Final = 200.0
"""Days that the common scatter stands for in each place, and cases that the expected one stands for."""
SCATTER_RANGE: Final = (1 / 4000, 0.5)
MEAN_LEAST: Final = 0.3


def weekday_factors(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of a mean day reported on each day of the week, by place, shape=(7, n_place), mean 1.

    Counted from the first row of `count`, shape=(n_day, n_place): row t belongs to t % 7. A place with few cases shows
    the rhythm of all places together.

    Examples
    --------
    >>> week = np.array([[200.0], [1000.0], [1000.0], [1000.0], [1000.0], [1000.0], [1000.0]])
    >>> weekday_factors(np.tile(week, (8, 1)))[:2, 0].round(1).tolist()
    [0.2, 1.1]
    """
    week = _weekly_mean(count)
    known = np.isfinite(count) & np.isfinite(week)
    day = np.arange(len(count)) % N_WEEKDAY
    cases, usual = (
        np.array([np.where(known, one, 0.0)[day == k].sum(axis=0) for k in range(N_WEEKDAY)]) for one in (count, week)
    )
    shared = (cases.sum(axis=1) + AREA_CASES) / (usual.sum(axis=1) + AREA_CASES)
    shared /= shared.mean()
    own = (cases + PLACE_CASES * shared[:, None]) / (usual + PLACE_CASES)
    return np.asarray(own / own.mean(axis=0))


def learn_dispersion(count: NDArray[np.float64], weekday: NDArray[np.float64], expected: float) -> NDArray[np.float64]:
    """Size of the negative binomial that daily counts follow about their weekly mean, shape=(n_place,).

    By moments: the squared residual over the squared mean, less Poisson's part, times 7/6 as the day is part of its
    own week. Each place is drawn towards all of them, and those towards `expected`.

    Parameters
    ----------
    count
        shape=(n_day, n_place), NaN where missing.
    weekday
        Factors of `weekday_factors`, shape=(7, n_place).
    expected
        Size where nothing is known.

    Examples
    --------
    >>> swing = np.tile([[600.0], [1000.0], [1400.0]], (20, 1))
    >>> bool(learn_dispersion(swing, np.ones((7, 1)), 15.0)[0] < 15.0)
    True
    """
    level = count / weekday[np.arange(len(count)) % N_WEEKDAY]
    week = _weekly_mean(level)
    known = np.isfinite(level) & (week > MEAN_LEAST)
    mean = np.where(known, week, 1.0)
    scatter = np.where(known, ((level - mean) / mean) ** 2 * N_WEEKDAY / (N_WEEKDAY - 1) - 1 / mean, 0.0)
    weight = np.where(known, mean, 0.0)
    top = (np.clip(scatter, -1.0, 2.0) * weight).sum()
    common = (max(top, 0.0) + DISPERSION_CASES / expected) / (weight.sum() + DISPERSION_CASES)
    own = (scatter.sum(axis=0) + DISPERSION_DAYS * common) / (known.sum(axis=0) + DISPERSION_DAYS)
    return np.asarray(1 / np.clip(own, *SCATTER_RANGE))


def _weekly_mean(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the week round each day, NaN near both ends and where fewer than `WEEK_KNOWN` days are known."""
    mean = np.full(count.shape, np.nan)
    if len(count) >= N_WEEKDAY:
        weeks = np.lib.stride_tricks.sliding_window_view(count, N_WEEKDAY, axis=0)
        n_known = np.isfinite(weeks).sum(axis=-1)
        total = np.nansum(weeks, axis=-1)
        inside = mean[HALF_WEEK : len(count) - HALF_WEEK]
        inside[...] = np.where(n_known >= WEEK_KNOWN, total / np.maximum(n_known, 1), np.nan)
    return mean
