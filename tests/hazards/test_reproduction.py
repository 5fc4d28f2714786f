"""Infections behind the reports, and the reproduction number of the day people were infected."""

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.delays import N_DAY as N_DELAY_DAY
from risk_core.hazards.epidemic.delays import report_share
from risk_core.hazards.epidemic.inversion import WARM_DAY, fit_infections
from risk_core.hazards.epidemic.reproduction import ReproductionOptions, estimate_reproduction
from risk_core.hazards.epidemic.serial import serial_share

N_DAY = 49
BEFORE_DAY = N_DELAY_DAY - 1
"""Days before the first report whose infections it may tell of."""
TURN_WIDTH_DAY = 3.0


def infected(turn_day, level=60.0, rise=0.06, fall=0.05, n_day=N_DAY):
    """Infections a day that grow, turn on `turn_day` and fall; from `BEFORE_DAY` days before the first report on."""
    day = np.arange(n_day + BEFORE_DAY) - BEFORE_DAY
    growth = rise - (rise + fall) / (1 + np.exp(-(day - turn_day) / TURN_WIDTH_DAY))
    course = np.cumsum(growth)
    return level * np.exp(course - course.max())


def reported(course):
    """Expected reports of each day: every infection, one by one, after its delay."""
    share, n_day = report_share(), len(course) - BEFORE_DAY
    return np.array([sum(share[s] * course[t + BEFORE_DAY - s] for s in range(len(share))) for t in range(n_day)])


def renewed(course):
    """R of each day by the renewal equation."""
    share = serial_share(4.7, 2.9)
    force = [sum(share[s] * course[t - s] for s in range(1, len(share)) if s <= t) for t in range(len(course))]
    return (course[1:] / np.array(force[1:]))[BEFORE_DAY - 1 :]


def estimate(count, share=None):
    """Infections of districts; the last place is the whole area."""
    return fit_infections(count, None if share is None else share[:, None] * np.ones_like(count))


def weekly(course):
    """Mean of the week round each day but the first and last three: the curve's knots lie four days apart."""
    return np.convolve(course, np.full(7, 1 / 7), "valid")


def scattered(course, n_place=1, seed=1):
    return np.random.default_rng(seed).poisson(np.repeat(reported(course)[:, None], n_place, axis=1)).astype(float)


def test_infections_are_found_behind_reports_without_noise():
    course = infected(20, level=4000.0)
    found, true = estimate(reported(course)[:, None]).mean[WARM_DAY:, -1], course[BEFORE_DAY:]
    assert found[: N_DAY - 12] == pytest.approx(true[: N_DAY - 12], rel=0.06)
    assert weekly(found).argmax() == pytest.approx(weekly(true).argmax(), abs=1)


def test_infections_turn_a_delay_before_the_reports():
    course = infected(22, level=500.0)
    found = estimate(scattered(course)).mean[WARM_DAY:, -1]
    delay_day = report_share() @ np.arange(len(report_share()))
    assert weekly(reported(course)).argmax() - weekly(found).argmax() == pytest.approx(delay_day, abs=2.5)


def test_reports_not_yet_in_are_not_taken_for_a_fall():
    course = infected(200, level=800.0)
    share = np.ones(N_DAY)
    share[-4:] = (0.95, 0.85, 0.7, 0.5)
    count = np.random.default_rng(3).binomial(scattered(course).astype(int), share[:, None]).astype(float)
    told = estimate_reproduction(estimate(count, share), (0.1, 0.5, 0.9))[:, :, -1]
    blind = estimate_reproduction(estimate(count), (0.1, 0.5, 0.9))[:, :, -1]
    last = int(np.flatnonzero(np.isfinite(told[1]))[-1])
    truth = renewed(course)[last]
    assert told[0, last] < truth < told[2, last]
    assert abs(told[1, last] - truth) < abs(blind[1, last] - truth)


def test_weekdays_are_no_infections():
    week = np.array([0.6, 1.2, 1.1, 1.1, 1.05, 1.0, 0.95])
    count = np.random.default_rng(4).poisson(900 * week[np.arange(N_DAY) % 7])[:, None].astype(float)
    found = estimate(count).mean[WARM_DAY : WARM_DAY + 35, -1]
    assert found == pytest.approx(900, rel=0.06)


def test_each_place_is_unknown_where_nothing_of_it_is_known():
    count = scattered(infected(25), n_place=3)
    count[:, 1] = np.nan
    count[30:, 2] = np.nan
    found = estimate(count)
    number = estimate_reproduction(found, (0.5,))[0]
    assert np.isnan(found.mean[:, 1]).all() and np.isnan(number[:, 1]).all()
    assert np.isfinite(number[20, 2]) and np.isnan(number[31:, 2]).all()
    assert np.isfinite(number[35, [0, 3]]).all()


def test_a_district_without_cases_follows_the_area_with_less_certainty():
    count = scattered(infected(200, level=300.0), n_place=3)
    count[:, 2] = 0.0
    low, number, high = estimate_reproduction(estimate(count), (0.1, 0.5, 0.9))[:, 25]
    assert number[2] == pytest.approx(number[3], rel=0.1)
    assert (high - low)[2] > 2 * (high - low)[3]


def test_nothing_is_told_without_a_case_or_of_less_than_a_fortnight():
    assert np.isnan(estimate_reproduction(estimate(np.zeros((N_DAY, 2))), (0.5,))).all()
    assert np.isnan(estimate_reproduction(estimate(np.full((13, 1), 40.0)), (0.5,))).all()


def test_reproduction_is_the_ratio_of_its_window_written_out():
    found = estimate(scattered(infected(20)))
    median = estimate_reproduction(found, (0.5,))[0, :, -1]
    share, mean = serial_share(4.7, 2.9), found.mean[:, -1]
    for day in (5, 20, 30):
        rows = range(WARM_DAY + day - 3, WARM_DAY + day + 4)
        force = sum(share[s] * mean[t - s] for t in rows for s in range(1, min(len(share), t + 1)))
        assert median[day] == pytest.approx(sum(mean[t] for t in rows) / force, rel=1e-9)


def test_interval_is_that_of_curves_drawn_from_the_fit():
    """First order against 4,000 drawn curves of a district."""
    found = estimate(scattered(infected(22, level=30.0), n_place=4))
    low, _, high = estimate_reproduction(found, (0.1, 0.5, 0.9))[:, :, 0]
    rng = np.random.default_rng(0)
    drawn = found.path @ rng.multivariate_normal(found.knots[0], found.covariance[0], 4000).T
    curves, share = np.exp(drawn), serial_share(4.7, 2.9)
    for day in (10, 25, 38):
        rows = np.arange(WARM_DAY + day - 3, WARM_DAY + day + 4)
        force = sum(share[s] * curves[rows - s].sum(axis=0) for s in range(1, 30))
        expected = np.quantile(curves[rows].sum(axis=0) / force, (0.1, 0.9))
        assert (low[day], high[day]) == pytest.approx(tuple(expected), rel=0.03)


def test_interval_holds_the_true_reproduction_number():
    """Of 20 waves seen before, at and after their turn, in calm and scattered districts."""
    inside, width = [], {"old": [], "new": []}
    for seed in range(20):
        rng = np.random.default_rng(seed)
        course = infected(rng.uniform(15, 60), level=rng.choice([8.0, 60.0]))
        mean = np.repeat(reported(course)[:, None], 8, axis=1)
        count = rng.poisson(mean * rng.gamma(15, 1 / 15, mean.shape)).astype(float)
        low, _, high = estimate_reproduction(estimate(count), (0.1, 0.5, 0.9))
        told = np.isfinite(low[:, 0])
        truth = renewed(course)[:, None]
        inside.append(((low <= truth) & (truth <= high))[told].mean())
        width["old"].append((high - low)[20, 0])
        width["new"].append((high - low)[told][-1, 0])
    assert 0.75 < np.mean(inside) < 0.97
    assert np.mean(width["new"]) > 1.15 * np.mean(width["old"])


def test_newest_days_are_not_told_until_a_quarter_is_reported():
    found = estimate(scattered(infected(25)))
    number = estimate_reproduction(found, (0.5,))[0, :, -1]
    share = found.reported_share[WARM_DAY:, -1]
    assert np.array_equal(np.isfinite(number), share >= 0.25)
    assert share[::-1][:10] == pytest.approx(np.cumsum(report_share())[:10], abs=1e-12)
    assert 4 <= N_DAY - 1 - np.flatnonzero(np.isfinite(number))[-1] <= 8


def test_scattered_counts_widen_the_interval():
    rng = np.random.default_rng(4)
    calm = rng.poisson(200, (N_DAY, 1)).astype(float)
    wild = rng.poisson(200 * rng.gamma(4, 0.25, (N_DAY, 1))).astype(float)
    (low, high), (wild_low, wild_high) = (estimate_reproduction(estimate(one), (0.1, 0.9))[:, 30, -1]
                                          for one in (calm, wild))  # fmt: skip
    assert wild_high - wild_low > 1.5 * (high - low)


def test_same_reports_give_the_same_numbers():
    count = scattered(infected(25), n_place=5)
    first, second = estimate(count), estimate(count.copy())
    assert np.array_equal(first.mean, second.mean)


def test_settings_out_of_range_are_refused():
    with pytest.raises(InputError, match="least_reported_share"):
        ReproductionOptions(least_reported_share=0.0)
