import dataclasses
import math

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.ascertainment import ASCERTAINMENT_DEFAULT
from risk_core.hazards.epidemic.contact import people_met
from risk_core.hazards.epidemic.delays import infectious_per_report, infectious_share, report_share
from risk_core.hazards.epidemic.field import assess_infection
from risk_core.hazards.epidemic.options import CONTACT_SCALE, INFECTION_DEFAULTS, InfectionOptions
from risk_core.hazards.epidemic.presence import gather_people
from risk_core.hazards.epidemic.prevalence import estimate_prevalence, match_beta, weekly_incidence
from risk_core.hazards.epidemic.reason import explain_infection
from risk_core.state.level import code_to_risk
from risk_core.state.situation import DistrictCases, PeoplePresent

DAY_S = 86_400.0
NOW_S = 20_000 * DAY_S + 43_200.0
LEADS = np.array([-86_400, 0, 86_400, 3 * 86_400], dtype=np.int32)
NOW = 1


def cases(count, newest_day=1):
    count = np.asarray(count, dtype=float)
    day_s = NOW_S - 43_200.0 - DAY_S * (newest_day + np.arange(len(count))[::-1])
    return DistrictCases(day_s, count)


def test_incidence_by_hand():
    count = np.tile([7.0, 3.0], (10, 1))
    count[-2, 1] = np.nan
    found = weekly_incidence(count, np.array([5000.0, 1000.0]))
    np.testing.assert_allclose(found, [7 * 7 / 5000 * 1e5, 3 * 7 / 1000 * 1e5])


def test_incidence_needs_reports_and_residents():
    count = np.full((7, 3), 4.0)
    count[:4, 0] = np.nan
    assert np.isnan(weekly_incidence(count, np.array([1000.0, 0.0, np.nan]))).all()


def test_delays_are_distributions():
    assert report_share().sum() == pytest.approx(1.0) and (report_share() >= 0).all()
    mean_day = report_share() @ np.arange(45)
    assert mean_day == pytest.approx(math.exp(1.62 + 0.42**2 / 2) + 4.0, abs=1e-3)
    assert infectious_share().max() <= 1 and 7 < infectious_share().sum() < 9
    assert infectious_per_report(np.array([0.0]))[0] == pytest.approx(infectious_share().sum())


def test_reports_fall_on_the_days_that_a_million_infected_are_reported():
    """Infected at any time of day 0, symptoms and report later by both delays; the day is that of the moment."""
    rng, n = np.random.default_rng(1), 1_000_000
    moment_day = rng.random(n) + rng.lognormal(1.62, 0.42, n) + rng.gamma(2.0, 2.0, n)
    drawn = np.bincount(moment_day.astype(int), minlength=45)[:45] / n
    error = np.sqrt(report_share() * (1 - report_share()) / n)
    assert (np.abs(drawn - report_share()) < 4 * error + 1e-5).all()
    assert np.floor(moment_day).mean() == pytest.approx(report_share() @ np.arange(45), abs=0.02)


def test_the_infectious_are_those_of_a_million_infected_in_the_middle_of_each_day():
    rng, n = np.random.default_rng(2), 1_000_000
    infected_day = rng.random(n)
    begin, end = infected_day + rng.gamma(4.0, 0.8, n), infected_day + rng.gamma(5.0, 2.2, n)
    for day in (0, 1, 4, 8, 20):
        drawn = (begin <= day + 0.5).mean() - ((end <= day + 0.5) & (infected_day <= day + 0.5)).mean()
        assert infectious_share()[day] == pytest.approx(drawn, abs=0.002)


@pytest.mark.parametrize("growth", [-0.05, 0.0, 0.05])
def test_a_known_epidemic_is_recovered(growth):
    """Infections exp(g t), reported one in four with the model's own delay: prevalence within 20 %."""
    day = np.arange(120)
    infections = 400 * np.exp(growth * (day - 119))
    reported = np.convolve(infections, report_share())[:120] / 4
    infectious = np.convolve(infections, infectious_share())[119]
    options = InfectionOptions(isolated_share=0.0, ascertainment=dataclasses.replace(ASCERTAINMENT_DEFAULT, cv=0.0))
    residents = np.array([200_000.0])
    data = cases(reported[40:, None], newest_day=0)
    end_of_data = data.day_s[-1:] + DAY_S / 2
    found = estimate_prevalence(data, residents, end_of_data, options)
    assert found.mean_share[0, 0] * residents[0] == pytest.approx(infectious, rel=0.2)
    assert found.low_share[0, 0] < found.mean_share[0, 0] < found.high_share[0, 0]


def test_beta_keeps_the_moments():
    alpha, beta = match_beta(np.array([0.01, 0.2]), np.array([0.5, 0.8]))
    mean = alpha / (alpha + beta)
    variance = mean * (1 - mean) / (alpha + beta + 1)
    np.testing.assert_allclose(mean, [0.01, 0.2])
    np.testing.assert_allclose(np.sqrt(variance) / mean, [0.5, 0.8])
    wild = match_beta(np.array([0.5, 0.0, np.nan]), np.array([5.0, 0.5, 0.5]))
    assert wild[0][0] > 0 and np.isfinite(wild[0][1]) and np.isnan(wild[0][2])


def test_the_row_of_the_levels():
    assert [round(CONTACT_SCALE.risk(p), 6) for p in (0.01, 0.05, 0.15, 0.40, 0.80)] == [0.2, 0.4, 0.6, 0.8, 1.0]


def test_people_met_follow_the_density(area):
    none = people_met(area.grid, np.zeros_like(area.population), INFECTION_DEFAULTS)
    some = people_met(area.grid, area.population, INFECTION_DEFAULTS)
    more = people_met(area.grid, area.population * 3, INFECTION_DEFAULTS)
    assert (none == INFECTION_DEFAULTS.people_least).all()
    density = 5.0 / 50.0**2
    assert some.mean() == pytest.approx(density * 0.05 * 2 * 2.0 * 1.2 * 3600, rel=0.02)
    np.testing.assert_allclose(more, some * 3, rtol=1e-4)
    crowd = people_met(area.grid, area.population * 1e4, INFECTION_DEFAULTS)
    assert (crowd == INFECTION_DEFAULTS.people_most).all()


def test_fields_of_two_districts(area):
    count = np.tile([1.0, 8.0], (28, 1))
    fields = assess_infection(area, cases(count), NOW_S, LEADS)
    risk = code_to_risk(fields.risk)
    west, east = area.district == 0, area.district == 1
    assert risk[NOW][east].min() > risk[NOW][west].max()
    assert (fields.low <= fields.risk).all() and (fields.risk <= fields.high).all()
    assert (fields.low < fields.risk).any() and (fields.risk < fields.high).any()
    incidence = fields.intensity["incidence_per_100k_7day"]
    assert incidence[west][0] == pytest.approx(7.0 / area.districts[0].population * 1e5, rel=1e-5)
    contact = fields.intensity["contact_prob"]
    scale = [CONTACT_SCALE.risk(float(p)) for p in (contact[west][0], contact[east][0])]
    np.testing.assert_allclose([risk[NOW][west][0], risk[NOW][east][0]], scale, atol=0.003)


def test_a_cell_without_residents_is_known_and_outside_is_not(area):
    population, district = area.population.copy(), area.district.copy()
    population[:] = 0.0
    district[:2] = -1
    place = dataclasses.replace(area, population=population, district=district)
    fields = assess_infection(place, cases(np.tile([5.0, 5.0], (28, 1))), NOW_S, LEADS)
    assert (fields.risk[:, :2] == 255).all() and (fields.risk[:, 2:] != 255).all()
    assert np.isnan(fields.intensity["contact_prob"][:2]).all()
    one_person = fields.intensity["prevalence_share"][5, 5]
    assert fields.intensity["contact_prob"][5, 5] == pytest.approx(one_person, rel=1e-4)


def test_more_cases_more_risk_and_growth_goes_on(area):
    base = np.random.default_rng(0).poisson(6, (35, 2)).astype(float)
    small, large = (assess_infection(area, cases(base * k), NOW_S, LEADS) for k in (1, 4))
    assert (large.risk >= small.risk).all() and (large.risk > small.risk).any()
    wave = np.tile(np.exp(0.08 * np.arange(35))[:, None], (1, 2))
    growing = assess_infection(area, cases(wave), NOW_S, LEADS)
    means = code_to_risk(growing.risk).mean(axis=(1, 2))
    assert (np.diff(means) > 0).all()
    width = growing.high.astype(int) - growing.low
    assert width[3].mean() > width[NOW].mean()


def test_a_wider_ascertainment_widens_the_interval(area):
    count = np.tile([3.0, 3.0], (28, 1))
    narrow, wide = (
        assess_infection(area, cases(count), NOW_S, LEADS, InfectionOptions(ascertainment=one))
        for one in (dataclasses.replace(ASCERTAINMENT_DEFAULT, cv=cv) for cv in (0.1, 1.0))
    )
    assert ((wide.high - wide.low) > (narrow.high - narrow.low)).all()


def test_silent_districts_and_old_reports(area):
    count = np.tile([3.0, np.nan], (28, 1))
    fields = assess_infection(area, cases(count), NOW_S, LEADS)
    assert (fields.risk[:, area.district == 1] == 255).all()
    assert (fields.risk[:, area.district == 0] != 255).all()
    assert assess_infection(area, cases(np.full((28, 2), 3.0), newest_day=20), NOW_S, LEADS) is None
    assert assess_infection(area, cases(np.full((28, 2), np.nan)), NOW_S, LEADS) is None
    assert assess_infection(area, cases(np.zeros((0, 2))), NOW_S, LEADS) is None


def test_no_cases_is_safe_but_not_unknown(area):
    fields = assess_infection(area, cases(np.zeros((28, 2))), NOW_S, LEADS)
    assert (fields.high < 50).all()


def test_columns_must_be_the_districts(area):
    with pytest.raises(InputError, match="one column for each of the area's 2 districts"):
        assess_infection(area, cases(np.zeros((7, 3))), NOW_S, LEADS)


def test_reason_never_shows_nought():
    assert explain_infection({"contact_prob": 1e-6, "incidence_per_100k_7day": 1.0}).code == "infection_contact_low"
    assert (
        explain_infection({"contact_prob": 0.02, "incidence_per_100k_7day": math.nan}).code == "infection_contact_only"
    )
    assert explain_infection({}).code == "infection_unknown"


def counted(area, factor):
    """Everybody counted, so many times the residents at 12 h and later, mixed between the districts."""
    residents = np.ascontiguousarray(area.population, np.float32).ravel()
    persons = np.tile(residents, (24, 1))
    persons[12:] *= factor
    presence = gather_people(area, PeoplePresent(persons, 0 * persons, None, NOW_S, 0.0, 1, ("x",), False))
    mix = presence.mix.copy()
    mix[12:] = 0.5
    return dataclasses.replace(presence, mix=mix)


def test_counted_people_make_the_map_of_their_hour(area):
    """Twice as many meet more; where half of them come from next door their prevalence counts."""
    told = cases(np.tile([30.0, 0.0], (40, 1)))
    leads = np.array([-43_200, 0], dtype=np.int32)
    at_home = assess_infection(area, told, NOW_S, leads)
    found = assess_infection(area, told, NOW_S, leads, presence=counted(area, 2.0))
    assert (found.risk[0] == at_home.risk[0]).all(), "at midnight they are at home"
    west, east = (area.district == one for one in (0, 1))
    share = at_home.intensity["prevalence_share"]
    mixed = found.intensity["prevalence_share"]
    half = (share[west][0] + share[east][0]) / 2
    assert mixed[west] == pytest.approx(half, rel=1e-5) and mixed[east] == pytest.approx(half, rel=1e-5)
    assert found.intensity["contact_prob"][east].max() > at_home.intensity["contact_prob"][east].max()
    assert (found.low <= found.risk).all() and (found.risk <= found.high).all()
