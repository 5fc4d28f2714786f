"""The course of a disease in an area: late reports corrected, reproduction number, forecast."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.field import recent_cases
from risk_core.hazards.epidemic.inversion import fit_infections
from risk_core.hazards.epidemic.nowcast import Nowcast, correct_late_reports
from risk_core.hazards.epidemic.options import InfectionOptions
from risk_core.hazards.epidemic.reproduction import estimate_reproduction
from risk_core.hazards.epidemic.trend import forecast_trend
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import Outbreak

WEEK_DAY = 7


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedCases:
    """Cases of the districts and, last, of the whole area: as reported, and as expected in the end.

    `told` are the districts' own, NaN where a day is missing, shape=(n_day, n_district).
    """

    told: NDArray[np.float64]
    reported: DistrictCases
    nowcast: Nowcast

    @property
    def expected(self) -> DistrictCases:
        """What the forecast starts from."""
        return DistrictCases(self.reported.day_s, self.nowcast.mean)


def correct_cases(cases: DistrictCases | None, now_s: float, options: InfectionOptions) -> CorrectedCases | None:
    """Cases up to `now_s` with gaps filled, late reports corrected and the whole area appended.

    Parameters
    ----------
    cases
        Daily cases by district.
    now_s
        The moment assessed, unix seconds.
    options
        Settings.

    Returns
    -------
    CorrectedCases or None
        None where no district has reported within `options.max_age_day`.
    """
    recent = None if cases is None else recent_cases(cases, now_s, options)
    if recent is None:
        return None
    known = None if recent.known is None else _with_total(recent.known, recent.known)
    reported = DistrictCases(recent.day_s, _with_total(_fill_gaps(recent.count), recent.count), known)
    return CorrectedCases(recent.count, reported, correct_late_reports(reported, now_s, options.nowcast))


def assess_outbreak(cases: DistrictCases | None, now_s: float, options: InfectionOptions) -> Outbreak | None:
    """Course of the reported cases up to `now_s` and what is expected of the next four weeks.

    Parameters
    ----------
    cases
        Daily cases by district.
    now_s
        The moment assessed, unix seconds.
    options
        Settings.

    Returns
    -------
    Outbreak or None
        None where no district has reported within `options.max_age_day`.
    """
    corrected = correct_cases(cases, now_s, options)
    if corrected is None:
        return None
    reported, nowcast = corrected.reported, corrected.nowcast
    infections = fit_infections(corrected.told, nowcast.share[:, :-1], options=options.inversion)
    low, reproduction, high = estimate_reproduction(infections, (0.1, 0.5, 0.9), options.reproduction)
    return Outbreak(
        day_s=reported.day_s,
        reported=reported.count,
        expected=nowcast.mean,
        low=nowcast.low,
        high=nowcast.high,
        reproduction=reproduction,
        reproduction_low=low,
        reproduction_high=high,
        forecast=forecast_trend(corrected.expected, options.trend),
    )


def _with_total(summed: NDArray[np.float64], count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Append to `count` the sum of `summed` over the last axis; unknown where no district is known."""
    known = np.isfinite(count).any(axis=-1)
    total = np.where(known, np.nansum(summed, axis=-1), np.nan)
    return np.concatenate([count, total[..., None]], axis=-1)


def _fill_gaps(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give a missing day of a district the mean of its week before: a silent one must not look like a fall."""
    filled = count.copy()
    for day in range(1, len(count)):
        gap = np.isnan(filled[day])
        week = filled[max(0, day - WEEK_DAY) : day, gap]
        n_known = np.isfinite(week).sum(axis=0)
        filled[day, gap] = np.where(n_known > 0, np.nansum(week, axis=0) / np.maximum(n_known, 1), np.nan)
    return filled
