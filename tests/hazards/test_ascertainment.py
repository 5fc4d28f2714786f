"""Infections per report: each source by hand, their combination, and what the prevalence makes of it."""

import dataclasses
import math

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.ascertainment import (
    ASCERTAINMENT_DEFAULT,
    DRIFT_VAR_PER_DAY,
    Ascertainment,
    AscertainmentSource,
    Serosurvey,
    ascertainment_from_deaths,
    ascertainment_from_positivity,
    ascertainment_from_serology,
    combine_ascertainment,
)
from risk_core.hazards.epidemic.options import InfectionOptions
from risk_core.hazards.epidemic.prevalence import estimate_prevalence
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

DAY = "2026-08-01"
SEROLOGY, DEATHS = (AscertainmentSource.SEROLOGY,), (AscertainmentSource.DEATHS,)


def test_the_default_is_the_stated_prior():
    assert (ASCERTAINMENT_DEFAULT.infections_per_report, ASCERTAINMENT_DEFAULT.cv) == (4.0, 0.5)
    assert InfectionOptions().ascertainment is ASCERTAINMENT_DEFAULT
    assert ASCERTAINMENT_DEFAULT.sources == (AscertainmentSource.ASSUMED,)


def test_interval_is_that_of_draws():
    record = Ascertainment(4.0, 0.5, SEROLOGY, DAY)
    draws = 4.0 * np.exp(np.random.default_rng(1).normal(0, math.sqrt(math.log(1.25)), 400_000))
    assert record.interval(0.9) == pytest.approx(np.quantile(draws, [0.05, 0.95]), rel=0.01)
    assert draws.std() / draws.mean() == pytest.approx(0.5, rel=0.01)
    assert Ascertainment(1.0, 0.5, SEROLOGY, DAY).interval(0.9)[0] == 1.0


def test_serology_by_hand_with_an_imperfect_test():
    """True shares 2 and 7 %: a test of sensitivity 0.9 and specificity 0.99 shows 2.78 and 7.23 %."""
    shown = [0.9 * share + 0.01 * (1 - share) for share in (0.02, 0.07)]
    survey = Serosurvey(round(1e6 * shown[0]), 10**6, round(1e6 * shown[1]), 10**6, 0.9, 0.99)
    found = ascertainment_from_serology(survey, 2e6, 2.5e4, DAY)
    assert found.infections_per_report == pytest.approx(0.05 * 2e6 / 2.5e4, rel=1e-4)
    assert found.sources == SEROLOGY and found.day == DAY and 0.15 < found.cv < 0.16


def test_a_small_survey_is_as_uncertain_as_its_draws():
    rng = np.random.default_rng(2)
    before, after = rng.binomial(2000, 0.02, 4000), rng.binomial(2000, 0.06, 4000)
    estimate = np.log((after - before) / 2000 * 1e6 / 1e4)
    one = ascertainment_from_serology(Serosurvey(40, 2000, 120, 2000), 1e6, 1e4, DAY)
    sampling = math.sqrt(one.log_sd**2 - math.log1p(0.15**2))
    assert sampling == pytest.approx(estimate.std(), rel=0.1)


def test_deaths_are_set_against_the_reports_three_weeks_before():
    day = np.arange(120)
    report = 500 * np.exp(0.02 * day)
    death = np.zeros(120)
    death[21:] = report[:-21] * 4.0 * 0.005
    found = ascertainment_from_deaths(report, death, 0.005, 0.1, "2026-08-31")
    assert found.infections_per_report == pytest.approx(4.0, rel=1e-9)
    assert found.sources == DEATHS and found.day == "2026-07-27"
    steady = ascertainment_from_deaths(np.full(120, 500.0), np.full(120, 10.0), 0.005, 0.1, "2026-08-31")
    assert found.cv > steady.cv, "a lag that is wrong matters more in a growing wave"
    few = ascertainment_from_deaths(np.full(120, 5.0), np.full(120, 0.1), 0.005, 0.1, "2026-08-31")
    assert few.cv > 0.5
    gappy = report.copy()
    gappy[80:84] = np.nan
    assert ascertainment_from_deaths(gappy, death, 0.005, 0.1, DAY).infections_per_report == pytest.approx(4, rel=0.05)


def test_positivity_rule_and_its_edges():
    day = "2021-03-01"
    assert ascertainment_from_positivity(0.05, day).infections_per_report == pytest.approx(
        1250 / (383 + 25) * math.sqrt(0.05) + 2
    )
    assert not ascertainment_from_positivity(0.05, day).is_clipped
    high = ascertainment_from_positivity(0.9, "2020-06-01")
    assert high.infections_per_report == 3.5 and high.is_clipped
    assert ascertainment_from_positivity(0.0, day).infections_per_report == 2.0


def test_combination_is_the_product_of_normals_on_the_log_scale():
    one, two = Ascertainment(2.0, 0.3, SEROLOGY, DAY), Ascertainment(3.0, 0.4, DEATHS, DAY)
    found = combine_ascertainment([one, two], DAY)
    prior = ASCERTAINMENT_DEFAULT
    weight = np.array([1 / record.log_sd**2 for record in (one, two, prior)])
    mean = weight @ np.log([2.0, 3.0, 4.0]) / weight.sum()
    assert found.infections_per_report == pytest.approx(math.exp(mean))
    assert found.log_sd == pytest.approx(1 / math.sqrt(weight.sum()))
    assert [str(source) for source in found.sources] == ["serology", "deaths", "assumed"]
    assert combine_ascertainment([two, one], DAY).infections_per_report == pytest.approx(math.exp(mean))


def test_old_evidence_weighs_less_and_the_newest_day_is_shown():
    old = Ascertainment(1.5, 0.1, SEROLOGY, "2026-01-01")
    near, far = combine_ascertainment([old], "2026-01-02"), combine_ascertainment([old], "2027-01-01")
    assert 1.5 < near.infections_per_report < far.infections_per_report < 4.0
    assert near.cv < far.cv <= ASCERTAINMENT_DEFAULT.cv
    aged = old.log_sd**2 + DRIFT_VAR_PER_DAY * 365
    weight = np.array([1 / aged, 1 / ASCERTAINMENT_DEFAULT.log_sd**2])
    assert far.infections_per_report == pytest.approx(math.exp(weight @ np.log([1.5, 4.0]) / weight.sum()))
    new = dataclasses.replace(old, day="2026-06-01")
    assert combine_ascertainment([old, new], "2026-06-02").day == "2026-06-01"


def test_sources_that_contradict_each_other_widen():
    apart = [Ascertainment(1.2, 0.1, SEROLOGY, DAY), Ascertainment(9.0, 0.1, DEATHS, DAY)]
    agreed = [Ascertainment(3.3, 0.1, SEROLOGY, DAY), Ascertainment(3.3, 0.1, DEATHS, DAY)]
    assert combine_ascertainment(apart, DAY).cv > 5 * combine_ascertainment(agreed, DAY).cv


def test_no_evidence_is_the_prior_and_a_clipped_one_is_told():
    assert combine_ascertainment([], DAY) is ASCERTAINMENT_DEFAULT
    clipped = ascertainment_from_positivity(0.9, "2020-06-01")
    assert combine_ascertainment([clipped], "2020-06-02").is_clipped


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Ascertainment(0.5, 0.5, SEROLOGY, DAY), "infections_per_report"),
        (lambda: Ascertainment(4.0, math.nan, SEROLOGY, DAY), "cv"),
        (lambda: Ascertainment(4.0, 0.5, (), DAY), "sources"),
        (lambda: Ascertainment(4.0, 0.5, SEROLOGY, "August"), "day"),
        (lambda: Serosurvey(30, 20, 5, 100), "n_positive_before"),
        (lambda: Serosurvey(3, 20, 5, 100, 0.5, 0.5), "sensitivity"),
        (lambda: ascertainment_from_serology(Serosurvey(9, 100, 8, 100), 1e6, 1e3, DAY), "rose between"),
        (lambda: ascertainment_from_serology(Serosurvey(1, 100, 8, 100), 1e6, 0, DAY), "n_report"),
        (lambda: ascertainment_from_deaths(np.ones(20), np.ones(20), 0.01, 0.1, DAY), "54 days"),
        (lambda: ascertainment_from_deaths(np.ones(80), np.zeros(80), 0.01, 0.1, DAY), "0 deaths"),
        (lambda: ascertainment_from_deaths(np.ones(80), np.ones(80), 1.5, 0.1, DAY), "fatality_ratio"),
        (lambda: ascertainment_from_deaths(np.ones(80), np.ones(80), 0.01, -1, DAY), "fatality_cv"),
        (lambda: ascertainment_from_positivity(5.0, DAY), "positive_share"),
        (lambda: ascertainment_from_positivity(0.1, "2019-12-01"), "2020-02-12"),
    ],
)
def test_wrong_evidence_is_named(make, named):
    with pytest.raises(InputError, match=named):
        make()


def prevalence(record, isolated_share=0.0, n_district=2):
    count = np.random.default_rng(3).poisson(60, (40, n_district)).astype(float)
    cases = DistrictCases(np.arange(40) * S_PER_DAY, count)
    options = InfectionOptions(ascertainment=record, isolated_share=isolated_share)
    return estimate_prevalence(cases, np.full(n_district, 1e5), np.array([39.5 * S_PER_DAY]), options)


def test_prevalence_carries_its_record_and_scales_with_it():
    certain = Ascertainment(1.0, 0.0, SEROLOGY, DAY)
    one, four = prevalence(certain), prevalence(ASCERTAINMENT_DEFAULT)
    assert four.ascertainment is ASCERTAINMENT_DEFAULT
    np.testing.assert_allclose(four.median_share, 4 * one.median_share)
    np.testing.assert_allclose(four.log_sd, np.hypot(one.log_sd, ASCERTAINMENT_DEFAULT.log_sd))
    away = prevalence(ASCERTAINMENT_DEFAULT, isolated_share=0.5)
    np.testing.assert_allclose(away.median_share, 3.5 * one.median_share)
    assert (away.log_sd > four.log_sd).all(), "those who stay away are certain, the rest is not"


def test_draws_hold_the_uncertainty_of_the_record_in_common():
    found = prevalence(ASCERTAINMENT_DEFAULT)
    draws = np.log(found.draw(20_000, np.random.default_rng(4))[:, 0])
    np.testing.assert_allclose(draws.std(axis=0), found.log_sd[0], rtol=0.03)
    shared = np.cov(draws.T)[0, 1]
    assert shared == pytest.approx(ASCERTAINMENT_DEFAULT.log_sd**2, rel=0.05)
    np.testing.assert_allclose(np.quantile(np.exp(draws), 0.9, axis=0), found.high_share[0], rtol=0.03)
    np.testing.assert_allclose(found.quantile(0.9), found.high_share)


def test_a_growing_wave_makes_the_lag_of_deaths_count():
    report = 100.0 * np.exp(0.05 * np.arange(120))
    found = ascertainment_from_deaths(report, np.full(120, 1e6), 0.5, 0.0, "2026-08-31")
    rest = 1 / (28 * 1e6) + 1 / report[120 - 21 - 28 : 120 - 21].sum()
    assert found.log_sd**2 == pytest.approx(rest + (0.05 * 5) ** 2, rel=1e-9)


def test_variance_of_a_survey_is_that_of_a_beta_with_an_even_prior():
    found = ascertainment_from_serology(Serosurvey(20, 200, 100, 200), 1e6, 1e5, "2026-08-01")
    share = [(21 / 202, 202), (101 / 202, 202)]
    variance = sum(one * (1 - one) / n for one, n in share)
    assert found.log_sd**2 == pytest.approx(variance / 0.4**2 + 1e-5 + math.log1p(0.15**2), rel=1e-9)
