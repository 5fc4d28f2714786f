"""Who is infectious, against the event-risk rule, on simulated waves where the truth is known.

The rule of the event-risk tool (Chande et al. 2020, Nat. Hum. Behav. 4, 1313): cases of the last 10 days times
infections per report. As published it takes 10/14 of the last 14 days; both are measured, and the ratio is to the
better one. Three states of knowledge about the infections per report, drawn for each place from the stated prior:

- known: both are told it, which leaves the error of the reports alone;
- prior: nobody is told; all take the median of the prior, which alone costs an error no model of reports can avoid;
- evidence: a survey in two rounds and deaths of the place are simulated; ours combines them with the prior, the rule
  keeps its fixed factor, as the tool does, and is shown with our record too. `evidence drifted` puts an error of the
  survey and a change with the age of the evidence into it, as large as the record allows for; without them the record
  is wider than this simulation needs.

Two worlds that the model is not told of are beside it, with the factor known: `delays wrong` stretches all delays of
each place by exp(N(0, 0.15)), `nothing shared` gives every place a walk of its own.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from dashboard.score.epidemic.waves import WaveOptions, Waves, simulate_waves
from risk_core.errors import InputError
from risk_core.hazards.epidemic.ascertainment import (
    ASCERTAINMENT_DEFAULT,
    DRIFT_VAR_PER_DAY,
    SURVEY_CV,
    Ascertainment,
    Serosurvey,
    ascertainment_from_deaths,
    ascertainment_from_serology,
    combine_ascertainment,
)
from risk_core.hazards.epidemic.delays import infectious_per_report
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, InfectionOptions, TrendOptions
from risk_core.hazards.epidemic.prevalence import estimate_prevalence
from risk_core.kernels.epidemic import filter_cases
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

Array = NDArray[np.float64]
SCORED_DAYS: Final = range(69, 150, 20)
LEAST_INFECTIOUS: Final = 20.0
LEAST_REPORTS: Final = 10.0
PHASE_GROWTH_PER_DAY: Final = 0.03
SIZES: Final = (5, 20)
"""Reports a day that part small places from middle and large ones."""
WIDTH: Final = 0.9
DELAY_SD: Final = 0.15
SURVEY_DAY: Final = 20
"""First round; the second is on the day scored."""
N_TESTED: Final = 1500
SENSITIVITY, SPECIFICITY = 0.9, 0.995
ANTIBODY_DAY, REPORT_DAY = 14, 10
"""Days from infection to antibodies, and to the report."""
FATALITY_CV: Final = 0.2
FIRST_DAY: Final = np.datetime64("2026-01-01")
FILTERS: Final = {
    "filter 0.001, 0.0003, 0.97, 15": TrendOptions(level_var=1e-3, growth_var=3e-4, damping=0.97, dispersion=15.0),
    "filter 0.02, 0.0001, 0.85, 8": TrendOptions(level_var=0.02, growth_var=1e-4, damping=0.85, dispersion=8.0),
}
"""The damped filter with the growth map (Euler-Lotka), for comparison: level_var, growth_var, damping, dispersion."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Places and days scored: error of the logarithm by model; all values shape=(n_row,).

    Attributes
    ----------
    error
        By model, of the people infectious, with the infections per report known.
    log_sd
        Of ours, same case.
    prior_error
        Logarithm of the prior's median infections per report over the true one.
    evidence_error, evidence_sd
        The same of the record combined from evidence, and its standard deviation.
    drifted_error, drifted_sd
        Again, with evidence that is off by as much as the record allows for.
    growth
        True growth of the infections over the last week, per day.
    reports_per_day
        Mean of the last 14 days.
    """

    error: Mapping[str, Array]
    log_sd: Array
    prior_error: Array
    evidence_error: Array
    evidence_sd: Array
    drifted_error: Array
    drifted_sd: Array
    growth: Array
    reports_per_day: Array


def score_prevalence(
    seeds: range, n_place: int, options: InfectionOptions = INFECTION_DEFAULTS, wave: WaveOptions | None = None
) -> dict[str, Any]:
    """Scores of every state of knowledge, plain values.

    Parameters
    ----------
    seeds
        One simulation each.
    n_place
        Places in each.
    options
        Of the model; `isolated_share` is taken as 0, as the truth counts everybody.
    wave
        How the waves are drawn.
    """
    wave = WaveOptions() if wave is None else wave
    right = [_rows(seed, n_place, options, wave) for seed in seeds]
    every = _together(right)
    prior_sd = wave.ascertainment.log_sd
    known = _summary(every.error, every.log_sd)
    known["ratio_by_seed"] = [_summary(one.error, one.log_sd)["ratio"] for one in right]
    size, growth = every.reports_per_day, every.growth
    known["by_phase"] = _by(every, {
        "growing": growth > PHASE_GROWTH_PER_DAY,
        "level": np.abs(growth) <= PHASE_GROWTH_PER_DAY,
        "falling": growth < -PHASE_GROWTH_PER_DAY,
    })  # fmt: skip
    known["by_reports_per_day"] = _by(every, {
        f"under {SIZES[0]}": size < SIZES[0],
        f"{SIZES[0]} to {SIZES[1]}": (size >= SIZES[0]) & (size < SIZES[1]),
        f"{SIZES[1]} or more": size >= SIZES[1],
    })  # fmt: skip
    shifted = {name: value + every.prior_error for name, value in every.error.items()}
    prior = _summary(shifted, np.hypot(every.log_sd, prior_sd))
    prior["least_ratio"] = round(float(np.median(np.abs(every.prior_error))) / prior["rule_median_abs_log_error"], 4)
    evidence = _with_record(every, shifted, every.evidence_error, every.evidence_sd)
    return {
        "model": "inversion of reports",
        "baseline": "event-risk rule",
        "seeds": list(seeds),
        "n_place": n_place,
        "n_row": len(every.growth),
        "known": known,
        "prior": prior,
        "evidence": evidence,
        "evidence_drifted": _with_record(every, shifted, every.drifted_error, every.drifted_sd),
        "delays_wrong": _world(seeds, n_place, options, dataclasses.replace(wave, delay_sd=DELAY_SD)),
        "nothing_shared": _world(seeds, n_place, options, dataclasses.replace(wave, common_share=0.0)),
    }


def _with_record(every: Rows, fixed: Mapping[str, Array], off: Array, sd: Array) -> dict[str, Any]:
    """Ours with a record of each place, the others with the fixed factor; and the rule with our record."""
    told = {name: value + off for name, value in every.error.items()}
    body = _summary({**fixed, "ours": told["ours"]}, np.hypot(every.log_sd, sd))
    body["ratio_to_rule_with_our_record"] = _summary(told, every.log_sd)["ratio"]
    body["record_median_abs_log_error"] = round(float(np.median(np.abs(off))), 4)
    return body


def _by(every: Rows, group: Mapping[str, NDArray[np.bool_]]) -> dict[str, Any]:
    """Scores of each group that has rows, the factor known."""
    return {
        name: _summary({key: value[mask] for key, value in every.error.items()}, every.log_sd[mask])
        for name, mask in group.items()
        if mask.any()
    }


def _world(seeds: range, n_place: int, options: InfectionOptions, wave: WaveOptions) -> dict[str, Any]:
    every = _together([_rows(seed, n_place, options, wave) for seed in seeds])
    return _summary(every.error, every.log_sd)


def _rows(seed: int, n_place: int, options: InfectionOptions, wave: WaveOptions) -> Rows:
    waves = simulate_waves(seed, n_place, wave)
    rng = np.random.default_rng([seed, 1])
    parts = []
    for day in SCORED_DAYS:
        told = _models(waves, day, options)
        recent = waves.report[day - 13 : day + 1].sum(axis=0)
        kept = (waves.infectious[day] > LEAST_INFECTIOUS) & (recent > LEAST_REPORTS)
        log_truth = np.log(np.where(kept, waves.infectious[day], 1.0))
        log_factor = np.log(waves.infections_per_report)
        pairs = [_evidence(rng, waves, day, place, wave) for place in range(n_place)]
        records, drifted = zip(*pairs, strict=True)
        week = np.log1p(waves.infection[day - 6 : day + 1].sum(axis=0))
        growth = (week - np.log1p(waves.infection[day - 13 : day - 6].sum(axis=0))) / 7
        part = Rows(
            error={name: (value + log_factor - log_truth)[kept] for name, (value, _) in told.items()},
            log_sd=told["ours"][1][kept],
            prior_error=(np.log(wave.ascertainment.infections_per_report) - log_factor)[kept],
            evidence_error=(np.log([one.infections_per_report for one in records]) - log_factor)[kept],
            evidence_sd=np.array([one.log_sd for one in records])[kept],
            drifted_error=(np.log([one.infections_per_report for one in drifted]) - log_factor)[kept],
            drifted_sd=np.array([one.log_sd for one in drifted])[kept],
            growth=growth[kept],
            reports_per_day=recent[kept] / 14,
        )
        parts.append(part)
    return _together(parts)


def _models(waves: Waves, day: int, options: InfectionOptions) -> dict[str, tuple[Array, Array]]:
    """Logarithm of the people infectious for one infection per report, and its standard deviation, by model."""
    report = waves.report[: day + 1]
    cases = DistrictCases(np.arange(day + 1) * S_PER_DAY, report)
    certain = dataclasses.replace(ASCERTAINMENT_DEFAULT, infections_per_report=1.0, cv=0.0)
    plain = dataclasses.replace(options, ascertainment=certain, isolated_share=0.0)
    found = estimate_prevalence(cases, waves.population, np.array([(day + 0.5) * S_PER_DAY]), plain)
    unknown = np.full(report.shape[1], np.nan)
    out = {
        "ours": (np.log(found.median_share[0] * waves.population), found.log_sd[0]),
        "rule 10": (np.log(np.maximum(report[-10:].sum(axis=0), 0.5)), unknown),
        "rule 14": (np.log(np.maximum(report[-14:].sum(axis=0), 0.5) * 10 / 14), unknown),
    }
    for name, o in FILTERS.items():
        state = filter_cases(report[-60:], o.level_var, o.growth_var, o.damping, o.dispersion)
        growth = np.clip(state[:, 1], -0.2, 0.25)
        out[name] = (state[:, 0] + np.log(infectious_per_report(growth)), unknown)
    return out


def _evidence(
    rng: np.random.Generator, waves: Waves, day: int, place: int, wave: WaveOptions
) -> tuple[Ascertainment, Ascertainment]:
    """Records of a place from a survey and deaths, as known on a day: as measured, and drifted.

    Either is left out where it tells nothing.
    """
    infection, population = waves.infection[:, place], waves.population[place]
    positive = []
    for at in (SURVEY_DAY, day):
        share = infection[: at - ANTIBODY_DAY + 1].sum() / population
        positive.append(int(rng.binomial(N_TESTED, SENSITIVITY * share + (1 - SPECIFICITY) * (1 - share))))
    told_ratio = wave.fatality_ratio * float(np.exp(rng.normal(0, np.sqrt(np.log1p(FATALITY_CV**2)))))
    first, last = SURVEY_DAY - ANTIBODY_DAY + REPORT_DAY, day - ANTIBODY_DAY + REPORT_DAY
    report, death = waves.report[: day + 1, place], waves.death[: day + 1, place]
    survey = Serosurvey(positive[0], N_TESTED, positive[1], N_TESTED, SENSITIVITY, SPECIFICITY)
    middle, n_report = str(FIRST_DAY + (first + last) // 2), float(report[first + 1 : last + 1].sum())
    today = str(FIRST_DAY + day)
    records, drifted = [], []
    for make, other_var in (
        (lambda: ascertainment_from_serology(survey, float(population), n_report, middle), np.log1p(SURVEY_CV**2)),
        (lambda: ascertainment_from_deaths(report, death, told_ratio, FATALITY_CV, today), 0.0),
    ):
        try:
            record = make()
        except InputError:
            continue
        age = int((np.datetime64(today) - np.datetime64(record.day)).astype(int))
        off = float(np.exp(rng.normal(0, np.sqrt(DRIFT_VAR_PER_DAY * age + other_var))))
        records.append(record)
        held = min(max(record.infections_per_report * off, 1.0), 1000.0)
        drifted.append(dataclasses.replace(record, infections_per_report=held))
    return tuple(combine_ascertainment(one, today, wave.ascertainment) for one in (records, drifted))


def _together(parts: list[Rows]) -> Rows:
    def joined(name: str) -> Array:
        return np.concatenate([getattr(one, name) for one in parts])

    error = {name: np.concatenate([one.error[name] for one in parts]) for name in parts[0].error}
    names = [field.name for field in dataclasses.fields(Rows) if field.name != "error"]
    return Rows(error, *(joined(name) for name in names))


def _summary(error: Mapping[str, Array], log_sd: Array) -> dict[str, Any]:
    """Median absolute and root mean square error of the logarithm by model, ratio to the better rule, coverage."""
    median = {name: round(float(np.median(np.abs(value))), 4) for name, value in error.items()}
    rms = {name: round(float(np.sqrt(np.mean(value**2))), 4) for name, value in error.items()}
    rule = min(median["rule 10"], median["rule 14"])
    inside = np.abs(error["ours"]) <= float(ndtri(0.5 + WIDTH / 2)) * log_sd
    return {
        "n_row": len(log_sd),
        "ratio": round(median["ours"] / rule, 4),
        "rule_median_abs_log_error": rule,
        "median_abs_log_error": median,
        "rms_log_error": rms,
        "bias": round(float(np.median(error["ours"])), 4),
        "coverage_90": round(float(inside.mean()), 4),
    }
