"""From reports back to infections: against a slow twin, against known epidemics, with gaps and silences."""

import numpy as np
import pytest

import risk_core.hazards.epidemic.inversion_fit as room
from risk_core.errors import InputError
from risk_core.hazards.epidemic.delays import infectious_share, report_share
from risk_core.hazards.epidemic.inversion import (
    INVERSION_DEFAULTS,
    WARM_DAY,
    InversionOptions,
    fit_infections,
    infer_infections,
)
from tests.naive import inversion as naive

NOW = np.array([0.0])


def told(infections, rng=None, weekday=None):
    """Reports of infections, shape=(n_day, n_place)."""
    mean = np.stack([np.convolve(one, report_share())[: len(one)] for one in infections.T], axis=1)
    if weekday is not None:
        mean = mean * weekday[np.arange(len(mean)) % 7][:, None]
    return mean if rng is None else rng.poisson(mean).astype(float)


def infectious(infections):
    return np.stack([np.convolve(one, infectious_share())[: len(one)] for one in infections.T], axis=1)


@pytest.fixture
def plain(monkeypatch):
    """Counts that scatter as the negative binomial says."""
    monkeypatch.setattr(room, "STUDENT_NU", 1e12)
    monkeypatch.setattr(room, "_scatter", lambda seen, known, expected, dispersion: np.ones((len(seen), 1)))


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("growth", [-0.03, 0.02])
def test_the_mode_is_that_of_the_slow_twin(growth):
    rng = np.random.default_rng(5)
    count = told(40 * np.exp(growth * np.arange(60.0))[:, None], rng)[32:]
    count[4] = np.nan
    options = InversionOptions(knot_day=7)
    found = infer_infections(count, NOW, options)
    assert found.log_infectious[0, 0] == pytest.approx(naive.log_infectious(count[:, 0], options), abs=2e-3)


@pytest.mark.usefixtures("plain")
def test_the_curve_of_reports_not_all_in_is_that_of_the_slow_twin():
    share = np.ones(30)
    share[-3:] = 0.9, 0.8, 0.5
    count = np.round(told(40 * np.exp(0.03 * np.arange(60.0))[:, None])[30:] * share[:, None])
    options = InversionOptions(knot_day=7)
    found = fit_infections(count, share[:, None], options=options)
    twin = np.exp(naive.log_path(count[:, 0], options, share=share))
    np.testing.assert_allclose(found.mean, np.repeat(twin[:, None], 2, axis=1), rtol=5e-3)


def test_the_area_is_the_sum_of_its_places_known_or_not():
    count = told(np.tile([400.0, 1200.0, 100.0], (130, 1)), np.random.default_rng(14))[50:]
    found = fit_infections(count).mean
    assert found[WARM_DAY:, -1] == pytest.approx(found[WARM_DAY:, :-1].sum(axis=1), rel=0.05)
    count[-10:, 1] = np.nan
    assert fit_infections(count).mean[WARM_DAY:, -1] == pytest.approx(found[WARM_DAY:, -1], rel=0.15)


def test_a_turn_is_seen_where_infections_turned():
    """Infections rise, then fall for 12 days: the reports still rise in the mean, the infectious do not."""
    day = np.arange(90)
    infections = 200 * np.exp(0.05 * np.minimum(day, 77) - 0.08 * np.maximum(day - 77, 0))[:, None]
    count = told(infections, np.random.default_rng(6))
    found = infer_infections(count, np.array([-30.0, -20.0, 0.0]))
    truth = infectious(infections)[[59, 69, 89], 0]
    error = np.abs(found.log_infectious[:, 0] - np.log(truth))
    assert (error < 2.5 * found.log_infectious_sd[:, 0]).all() and error[:2].max() < 0.06
    assert found.growth_per_day[0, 0] == pytest.approx(0.05, abs=0.01)
    assert found.growth_per_day[2, 0] < 0


def test_intervals_hold_the_truth_as_often_as_they_say_on_a_steady_course():
    rng = np.random.default_rng(7)
    infections = np.full((90, 200), 30.0)
    found = infer_infections(told(infections, rng), NOW)
    miss = (found.log_infectious[0] - np.log(infectious(infections)[-1])) / found.log_infectious_sd[0]
    assert (np.abs(miss) < 1.645).mean() >= 0.9 and abs(np.median(miss)) < 0.3


def test_others_tell_a_small_place_what_it_cannot_know():
    """A small place follows a large area: with the area its error falls."""
    rng = np.random.default_rng(8)
    day = np.arange(100)
    course = np.exp(0.04 * np.minimum(day, 85) - 0.06 * np.maximum(day - 85, 0))
    small = [told((3 * course)[:, None], rng) for _ in range(30)]
    area = told(np.tile((60 * course)[:, None], 12), rng)
    truth = np.log(infectious((3 * course)[:, None])[-1, 0])
    alone = [infer_infections(one, NOW).log_infectious[0, 0] - truth for one in small]
    joined = [infer_infections(np.hstack([one, area]), NOW).log_infectious[0, 0] - truth for one in small]
    assert np.median(np.abs(joined)) < 0.8 * np.median(np.abs(alone))


def test_weekday_swings_do_not_move_the_level():
    week = np.array([1.4, 1.2, 1.1, 1.0, 0.9, 0.8, 0.6])
    steady = np.full((70, 1), 300.0)
    for cut in range(60, 67):
        found = infer_infections(told(steady, weekday=week)[20:cut], NOW)
        assert found.log_infectious[0, 0] == pytest.approx(np.log(300 * infectious_share().sum()), abs=0.06)


def test_a_backlog_in_one_day_is_no_outbreak_but_a_week_is():
    count = told(np.full((75, 3), 50.0), np.random.default_rng(13))
    calm = infer_infections(count, NOW).log_infectious[0, 0]
    for day, reports, most in ((-1, 600.0, 0.15), (-5, 600.0, 0.15), (-2, 0.0, 0.25)):
        wrong = count.copy()
        wrong[day, 0] = reports
        assert infer_infections(wrong, NOW).log_infectious[0, 0] == pytest.approx(calm, abs=most)
    count[-7:, 0] *= 4
    assert infer_infections(count, NOW).log_infectious[0, 0] > calm + 0.8


def test_looking_ahead_changes_nothing_before_and_widens():
    count = told(np.full((70, 3), 50.0), np.random.default_rng(9))
    near = infer_infections(count, np.array([-1.0, 0.0]))
    far = infer_infections(count, np.array([-1.0, 0.0, 3.0, 9.5]))
    np.testing.assert_allclose(far.log_infectious[:2], near.log_infectious, atol=1e-3)
    assert (np.diff(far.log_infectious_sd[1:], axis=0) > 0).all()


def test_gaps_silence_and_unknown_places():
    rng = np.random.default_rng(10)
    count = told(np.full((70, 4), 80.0), rng)
    whole = infer_infections(count, NOW)
    count[-20:-14, 0] = np.nan
    count[:, 1] = np.nan
    count[:, 2] = 0.0
    found = infer_infections(count, NOW)
    assert np.isnan(found.log_infectious[0, 1]) and np.isfinite(found.log_infectious[0, [0, 2, 3]]).all()
    assert found.log_infectious[0, 0] == pytest.approx(whole.log_infectious[0, 0], abs=0.15)
    assert found.log_infectious[0, 2] < 1 and found.log_infectious_sd[0, 2] > 0.5
    assert np.isnan(infer_infections(np.full((30, 2), np.nan), NOW).log_infectious).all()
    assert np.isfinite(infer_infections(count[-1:], np.array([-1.0, 0.0])).log_infectious[:, [0, 2, 3]]).all()


def test_the_largest_place_is_not_its_own_prior():
    """Two places alike: each may learn from the other, but doubling the counts by itself must not narrow it."""
    count = told(np.full((70, 1), 40.0), np.random.default_rng(11))
    alone = infer_infections(count, NOW).log_infectious_sd[0, 0]
    with_silent = infer_infections(np.hstack([count, np.zeros((70, 1))]), NOW).log_infectious_sd[0, 0]
    assert with_silent > 0.9 * alone


def test_later_reports_are_not_read_and_order_of_places_does_not_matter():
    count = told(np.full((80, 5), 25.0), np.random.default_rng(12))
    first = infer_infections(count, NOW)
    turned = infer_infections(count[:, ::-1], NOW)
    np.testing.assert_allclose(turned.log_infectious[:, ::-1], first.log_infectious, atol=1e-6)
    window = infer_infections(np.vstack([np.full((7, 5), 1e6), count[-INVERSION_DEFAULTS.window_day :]]), NOW)
    np.testing.assert_array_equal(window.log_infectious, first.log_infectious)


def test_options_out_of_range_are_named():
    with pytest.raises(InputError, match=r"InversionOptions\.knot_day"):
        InversionOptions(knot_day=0)
