"""Infections behind one reported case: what is known of it, from where, as of which day.

Number taken as lognormal: median m, coefficient of variation c, variance of its logarithm ln(1 + c^2). Evidence is
combined by precision on the log scale, with the default as prior; old evidence weighs less. Reports say how a wave
runs, not how large it is: no prevalence without this record.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk_core.errors import Fault, InputError, raise_faults
from risk_core.state.options import check_ranges

DEATH_LAG_DAY: Final = 21
"""Days from the report of a case to a death, where there is one: design figure of this project, unverified."""
DEATH_LAG_SPREAD_DAY: Final = 5
"""By how much that may be wrong either way; assumption."""
WINDOW_DAY: Final = 28
SURVEY_CV: Final = 0.15
"""What a survey's interval leaves out: who takes part, antibodies lost; assumption."""
POSITIVITY_ORIGIN: Final = date(2020, 2, 12)
POSITIVITY_RANGE: Final = (2.0, 3.5)
POSITIVITY_CV: Final = 0.5
DRIFT_VAR_PER_DAY: Final = 0.002
"""By how much the variance of the logarithm grows with each day of age (sd 0.25 a month); assumption."""


def parse_day(day: str) -> date:
    """Day of an ISO 8601 text.

    Raises
    ------
    InputError
        When it is none.

    Examples
    --------
    >>> parse_day("2026-08-01").day
    1
    """
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise InputError(Fault("day", repr(day), "a day such as 2026-08-01", "Write year-month-day.")) from error


class AscertainmentSource(StrEnum):
    """What a figure rests on."""

    ASSUMED = "assumed"
    SEROLOGY = "serology"
    DEATHS = "deaths"
    POSITIVITY = "positivity"


@dataclass(frozen=True, slots=True)
class Ascertainment:
    """Infections for each reported case, lognormal.

    Attributes
    ----------
    infections_per_report
        Median, 1 or more: the inverse of the share of infections that is reported.
    cv
        Coefficient of variation.
    sources
        What it rests on, the weightiest first.
    day
        Day of infection reports that it tells of, ISO 8601.
    is_clipped
        Whether a rule left the range in which it holds and was held at its edge.

    Raises
    ------
    InputError
        For numbers outside their range, no source, or no such day.

    Examples
    --------
    >>> low, high = Ascertainment(4.0, 0.5, (AscertainmentSource.ASSUMED,), "2025-01-01").interval(0.9)
    >>> round(low, 2), round(high, 2)
    (1.84, 8.7)
    """

    infections_per_report: float
    cv: float
    sources: tuple[AscertainmentSource, ...]
    day: str
    is_clipped: bool = False

    def __post_init__(self) -> None:
        check_ranges(self, {"infections_per_report": (1.0, 1000.0), "cv": (0.0, 2.0)})
        if not self.sources:
            raise InputError(Fault("sources", "()", "one source or more", "Say what the figure rests on."))
        parse_day(self.day)

    @property
    def log_sd(self) -> float:
        """Standard deviation of its natural logarithm."""
        return math.sqrt(math.log1p(self.cv**2))

    def quantile(self, prob: float) -> float:
        """Infections per report that are not passed with that chance; at least 1."""
        return max(self.infections_per_report * math.exp(self.log_sd * float(ndtri(prob))), 1.0)

    def interval(self, width_share: float) -> tuple[float, float]:
        """Central interval of that width, for example 0.9."""
        return self.quantile(0.5 - width_share / 2), self.quantile(0.5 + width_share / 2)


ASCERTAINMENT_DEFAULT: Final = Ascertainment(4.0, 0.5, (AscertainmentSource.ASSUMED,), "2025-01-01")
"""4 infections per report, CV 0.5: proposed on that day. Published risk tools argue 3 to 10 (Chande et al. 2020, Nat.
Hum. Behav. 4, 1313); Korea in September 2022 about 1.5 (unverified)."""


@dataclass(frozen=True, slots=True)
class Serosurvey:
    """Two rounds of an antibody survey of one population.

    Attributes
    ----------
    n_positive_before, n_tested_before, n_positive_after, n_tested_after
        Persons.
    sensitivity, specificity
        Of the test, 0..1.

    Raises
    ------
    InputError
        For numbers outside their range, or a test that tells nothing.
    """

    n_positive_before: int
    n_tested_before: int
    n_positive_after: int
    n_tested_after: int
    sensitivity: float = 1.0
    specificity: float = 1.0

    def __post_init__(self) -> None:
        ranges: dict[str, tuple[float, float]] = {
            "n_tested_before": (1, 1e9),
            "n_tested_after": (1, 1e9),
            "n_positive_before": (0, self.n_tested_before),
            "n_positive_after": (0, self.n_tested_after),
            "sensitivity": (0.0, 1.0),
            "specificity": (0.0, 1.0),
        }
        check_ranges(self, ranges)
        if self.sensitivity + self.specificity <= 1:
            total = f"{self.sensitivity + self.specificity:g}"
            raise InputError(Fault("sensitivity + specificity", total, "a sum over 1", "Leave the survey out."))


def ascertainment_from_serology(survey: Serosurvey, n_resident: float, n_report: float, day: str) -> Ascertainment:
    """Infections per report from the rise of the share with antibodies.

    The rise is corrected for the test (Rogan & Gladen 1978, Am. J. Epidemiol. 107, 71). Its variance is binomial in
    both rounds, that of the reports Poisson; `SURVEY_CV` is added.

    Parameters
    ----------
    survey
        Both rounds.
    n_resident
        Residents that the survey stands for.
    n_report
        Cases reported of infections between the rounds: antibodies show about two weeks after infection, reports
        after one and a half, so the reports begin and end a few days before the rounds.
    day
        Middle of those reports, ISO 8601.

    Raises
    ------
    InputError
        Without residents or reports, or when the share did not rise.

    Examples
    --------
    >>> found = ascertainment_from_serology(Serosurvey(20, 2000, 100, 2000), 1e6, 1e4, "2026-08-01")
    >>> round(found.infections_per_report, 6)
    4.0
    """
    faults = [
        Fault(name, str(value), "a number over 0", "Give the people the survey stands for.")
        for name, value in (("n_resident", n_resident), ("n_report", n_report))
        if not value > 0
    ]
    raise_faults(faults)
    before, after = survey.n_positive_before / survey.n_tested_before, survey.n_positive_after / survey.n_tested_after
    youden = survey.sensitivity + survey.specificity - 1
    rise = (after - before) / youden
    if not rise > 0:
        remedy = "Leave the survey out: it tells no rise."
        raise InputError(Fault("survey", f"a rise of {rise:g}", "a share that rose between the rounds", remedy))
    variance = sum(
        (hit + 1) * (n - hit + 1) / (n + 2) ** 3
        for hit, n in (
            (survey.n_positive_before, survey.n_tested_before),
            (survey.n_positive_after, survey.n_tested_after),
        )
    )
    log_var = variance / (rise * youden) ** 2 + 1 / n_report + math.log1p(SURVEY_CV**2)
    return _record(rise * n_resident / n_report, log_var, AscertainmentSource.SEROLOGY, day)


def ascertainment_from_deaths(
    report: NDArray[np.float64], death: NDArray[np.float64], fatality_ratio: float, fatality_cv: float, last_day: str
) -> Ascertainment:
    """Infections per report from the deaths that followed and the infection fatality ratio.

    deaths / (IFR x reports), the reports taken `DEATH_LAG_DAY` before the deaths, over the last `WINDOW_DAY` days
    with both. Its log variance: 1 / deaths + 1 / reports, that of the IFR, and half the change of the logarithm when
    the lag is `DEATH_LAG_SPREAD_DAY` shorter or longer. Deaths not told of and deaths of reported cases only make it
    too low.

    Parameters
    ----------
    report, death
        Reported cases by day of report and deaths by day of death, shape=(n_day,), NaN where missing. The last days
        must be complete.
    fatality_ratio, fatality_cv
        Deaths per infection at the ages infected now, and its coefficient of variation.
    last_day
        Day of the last row, ISO 8601; the record is dated the middle of the reports used.

    Raises
    ------
    InputError
        For a series too short or of two lengths, a ratio outside 0..1, or no deaths or reports in the window.

    Examples
    --------
    >>> steady = np.full(70, 100.0)
    >>> found = ascertainment_from_deaths(steady, steady * 0.02, 0.005, 0.2, "2026-08-31")
    >>> round(found.infections_per_report, 6), found.day
    (4.0, '2026-07-27')
    """
    need = WINDOW_DAY + DEATH_LAG_DAY + DEATH_LAG_SPREAD_DAY
    faults = []
    if report.shape != death.shape or report.ndim != 1 or len(report) < need:
        shapes = f"shapes {report.shape}, {death.shape}"
        faults.append(Fault("report, death", shapes, f"two series of {need} days or more", "Give more days."))
    if not 0 < fatality_ratio < 1:
        faults.append(Fault("fatality_ratio", str(fatality_ratio), "a number between 0 and 1", "Give deaths / case."))
    if not fatality_cv >= 0:
        faults.append(Fault("fatality_cv", str(fatality_cv), "0 or more", "Give its relative uncertainty."))
    raise_faults(faults)
    n_death = _sum_scaled(death[-WINDOW_DAY:])
    lags = (DEATH_LAG_DAY - DEATH_LAG_SPREAD_DAY, DEATH_LAG_DAY, DEATH_LAG_DAY + DEATH_LAG_SPREAD_DAY)
    early = [_sum_scaled(report[len(report) - lag - WINDOW_DAY : len(report) - lag]) for lag in lags]
    if not (n_death > 0 and min(early) > 0):
        found = f"{n_death:g} deaths, {min(early):g} reports"
        raise InputError(Fault("report, death", found, "some of both", "Leave the deaths out until there are some."))
    lag_sd = math.log(early[0] / early[2]) / 2
    log_var = 1 / n_death + 1 / early[1] + math.log1p(fatality_cv**2) + lag_sd**2
    middle = parse_day(last_day).toordinal() - DEATH_LAG_DAY - WINDOW_DAY // 2
    day = date.fromordinal(middle).isoformat()
    return _record(n_death / (fatality_ratio * early[1]), log_var, AscertainmentSource.DEATHS, day)


def ascertainment_from_positivity(positive_share: float, day: str) -> Ascertainment:
    """Infections per report from the share of tests that are positive: 1250 / (d + 25) sqrt(share) + 2.

    d is days since 2020-02-12: the rule of the microCOVID project after covid19-projections.com. Held in
    `POSITIVITY_RANGE` and flagged where it leaves it; CV 0.5 (assumption): tests change with rules and supply.

    Raises
    ------
    InputError
        For a share outside 0..1 or a day before the rule begins.

    Examples
    --------
    >>> found = ascertainment_from_positivity(0.25, "2020-11-13")
    >>> found.infections_per_report, found.is_clipped
    (3.5, True)
    >>> round(ascertainment_from_positivity(0.04, "2021-10-30").infections_per_report, 3)
    2.384
    """
    if not 0 <= positive_share <= 1:
        wanted = "a number in 0..1"
        raise InputError(Fault("positive_share", str(positive_share), wanted, "Give positive tests / all tests."))
    elapsed = (parse_day(day) - POSITIVITY_ORIGIN).days
    if elapsed < 0:
        wanted = f"{POSITIVITY_ORIGIN.isoformat()} or later"
        raise InputError(Fault("day", day, wanted, "Use another source for earlier days."))
    told = 1250 / (elapsed + 25) * math.sqrt(positive_share) + 2
    held = min(max(told, POSITIVITY_RANGE[0]), POSITIVITY_RANGE[1])
    return Ascertainment(held, POSITIVITY_CV, (AscertainmentSource.POSITIVITY,), day, held != told)


def combine_ascertainment(
    records: Sequence[Ascertainment], day: str, prior: Ascertainment = ASCERTAINMENT_DEFAULT
) -> Ascertainment:
    """One record of all evidence, as known on a day: mean of the logarithms, weighed by precision.

    The variance of each record grows by `DRIFT_VAR_PER_DAY` with each day between it and `day`; the prior does not
    age. Where the records differ by more than their variances allow, the combined variance is multiplied by
    chi^2 / degrees of freedom (Birge 1932, Phys. Rev. 40, 207). Records must not rest on the same counts.

    Parameters
    ----------
    records
        Evidence, any order; none gives the prior.
    day
        The day it is used, ISO 8601.
    prior
        What is held without evidence.

    Returns
    -------
    Ascertainment
        Sources by weight, dated as the newest record, clipped if any record is.

    Examples
    --------
    >>> survey = Ascertainment(2.0, 0.2, (AscertainmentSource.SEROLOGY,), "2026-08-01")
    >>> found = combine_ascertainment([survey], "2026-08-01")
    >>> 2.0 < found.infections_per_report < 2.4, [str(source) for source in found.sources]
    (True, ['serology', 'assumed'])
    """
    if not records:
        return prior
    now = parse_day(day)
    every = (*records, prior)
    age = [abs((now - parse_day(record.day)).days) for record in records] + [0]
    value = np.array([math.log(record.infections_per_report) for record in every])
    floor = 1e-6
    log_var = np.array([record.log_sd**2 + DRIFT_VAR_PER_DAY * one for record, one in zip(every, age, strict=True)])
    weight = 1 / np.maximum(log_var, floor)
    mean = float(weight @ value / weight.sum())
    excess = float(weight @ (value - mean) ** 2) / len(records)
    variance = max(excess, 1.0) / float(weight.sum())
    by_weight = [every[k] for k in np.argsort(-weight, kind="stable")]
    sources = tuple(dict.fromkeys(source for record in by_weight for source in record.sources))
    newest = max(record.day for record in records)
    clipped = any(record.is_clipped for record in records)
    cv = min(math.sqrt(math.expm1(variance)), 2.0)
    return Ascertainment(max(math.exp(mean), 1.0), cv, sources, newest, clipped)


def _record(infections: float, log_var: float, source: AscertainmentSource, day: str) -> Ascertainment:
    """Record of an estimate; one below 1 is held at 1 and flagged, as no report stands for less than an infection."""
    cv = min(math.sqrt(math.expm1(min(log_var, math.log(5.0)))), 2.0)
    return Ascertainment(min(max(infections, 1.0), 1000.0), cv, (source,), day, not 1 <= infections <= 1000)


def _sum_scaled(value: NDArray[np.float64]) -> float:
    """Sum with missing days at the mean of the others; 0 where none is known."""
    known = value[np.isfinite(value)]
    return float(known.mean() * len(value)) if known.size else 0.0
