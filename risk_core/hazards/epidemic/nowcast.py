"""How many cases the last days will have in the end, when late reports have come in.

Reports known `a` days after a day are taken as a thinning of the final count N with the share s of
`kernels.nowcast.reported_share`. Under a flat prior N - y given y is negative binomial with y + 1 successes of
chance s: mean (y + 1)(1 - s) / s, variance (y + 1)(1 - s) / s^2 (Lawless 1994, Canad. J. Stat. 22, 15, for the
thinning; the share itself is learnt by ratios of sums, Mack 1993, ASTIN Bull. 23, 213: figures unverified). The
share is taken as known: its own error and sudden backlogs are not in the interval.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.nowcast import reported_share
from risk_core.state.options import check_ranges
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

INTERVAL_PROB: Final = (0.1, 0.9)


@dataclass(frozen=True, slots=True)
class NowcastOptions:
    """Settings of the correction; both are assumptions of this project.

    Attributes
    ----------
    half_life_day
        A day this old teaches half as much about delays.
    weight_cases
        Cases that the delays of all districts stand for in each district.
    """

    half_life_day: float = 10.0
    weight_cases: float = 50.0

    def __post_init__(self) -> None:
        check_ranges(self, {"half_life_day": (0.1, 1e4), "weight_cases": (1e-3, 1e6)})


NOWCAST_DEFAULTS: Final = NowcastOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Nowcast:
    """Final cases of each day as expected now; all shape=(n_day, n_district), NaN where nothing was reported.

    Attributes
    ----------
    mean, low, high
        Expectation, and 10 % and 90 % quantiles.
    share
        Share of the final cases that is known by now; 1 where the day is complete.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    share: NDArray[np.float64]


def correct_late_reports(cases: DistrictCases, now_s: float, options: NowcastOptions = NOWCAST_DEFAULTS) -> Nowcast:
    """Expect the final cases of every day from those known at `now_s`.

    Parameters
    ----------
    cases
        With `known`, the counts as they were known; without it nothing is corrected.
    now_s
        The moment, unix seconds.
    options
        Settings.

    Examples
    --------
    Half of each day's cases come a day late; the newest day has 20 so far:

    >>> count = np.full((9, 1), 40.0)
    >>> count[-1] = 20.0
    >>> known = np.stack([np.full((9, 1), 20.0), np.full((9, 1), 40.0)])
    >>> cases = DistrictCases(np.arange(9.0) * S_PER_DAY, count, known)
    >>> found = correct_late_reports(cases, 9 * S_PER_DAY)
    >>> bool(35 < found.mean[-1, 0] < 45), float(found.mean[0, 0])
    (True, 40.0)
    """
    count = np.where(cases.count >= 0, cases.count, np.nan)
    share = np.ones_like(count)
    if cases.known is not None:
        age_day = np.floor((now_s - cases.day_s) / S_PER_DAY).astype(np.int64) - 1
        learnt = reported_share(cases.known, count, age_day, options.half_life_day, options.weight_cases)
        recent = np.flatnonzero((age_day >= 0) & (age_day < len(learnt)))
        share[recent] = learnt[age_day[recent]]
    missing = (count + 1) * (1 - share) / share
    low, high = (_quantile(prob, count, share) for prob in INTERVAL_PROB)
    return Nowcast(mean=count + missing, low=count + low, high=count + high, share=share)


def _quantile(prob: float, count: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantile of the cases still missing, none where the day is complete."""
    from scipy.stats import nbinom  # takes most of a second to import, and no way needs it

    late = np.isfinite(count) & (share < 1)
    out = np.zeros_like(count)
    out[late] = nbinom.ppf(prob, count[late] + 1, share[late])
    return out
