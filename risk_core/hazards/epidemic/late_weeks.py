"""Weekly totals corrected for reports that will still come in, by how earlier weeks filled up."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.nowcast import reported_share
from risk_core.state.surveillance import CaseVintage

N_AGE: Final = 4
"""Ages in weeks at which a total may still be short."""
HALF_LIFE_WEEK: Final = 10.0
WEIGHT_CASES: Final = 50.0
"""Cases that the share of all places stands for in a place's own."""


@dataclass(frozen=True, slots=True, eq=False)
class LateWeeks:
    """Totals as they were at each age.

    Attributes
    ----------
    first_week
        Number of the first week.
    known
        Total of each week when it was 0, 1, 2, 3 weeks old, shape=(N_AGE, n_week, n_place), NaN where no vintage told.
    """

    first_week: int
    known: NDArray[np.float64]


def note_weeks(late: LateWeeks | None, vintage: CaseVintage) -> LateWeeks:
    """Keep the newest totals of a vintage with their age."""
    n_week, n_place = vintage.weekly.shape
    if late is None:
        late = LateWeeks(vintage.week - n_week + 1, np.full((N_AGE, n_week, n_place), np.nan))
    n = vintage.week - late.first_week + 1
    known = np.full((N_AGE, n, n_place), np.nan)
    known[:, : late.known.shape[1]] = late.known
    for age in range(min(N_AGE, n_week, n)):
        known[age, n - 1 - age] = vintage.weekly[n_week - 1 - age]
    return LateWeeks(late.first_week, known)


def correct_weeks(late: LateWeeks, vintage: CaseVintage) -> CaseVintage:
    """The vintage with its newest totals divided by the share that is told at their age.

    Examples
    --------
    >>> none = np.empty((0, 1))
    >>> late = None
    >>> for week in range(20, 40):
    ...     told = np.full((week + 1, 1), 200.0)
    ...     told[-1] = 100.0
    ...     vintage = CaseVintage(week, told, none, none)
    ...     late = note_weeks(late, vintage)
    >>> correct_weeks(late, vintage).weekly[-2:, 0].round().tolist()
    [200.0, 200.0]
    """
    latest = vintage.weekly[-late.known.shape[1] :]
    known = late.known[:, -len(latest) :]
    age = np.arange(len(latest))[::-1]
    share = reported_share(known, latest, age, HALF_LIFE_WEEK, WEIGHT_CASES)
    weekly = vintage.weekly.copy()
    for k in range(min(N_AGE, len(weekly))):
        weekly[-1 - k] = weekly[-1 - k] / share[k]
    return replace(vintage, weekly=weekly)
