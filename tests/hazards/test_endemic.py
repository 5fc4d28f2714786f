import dataclasses

import numpy as np
import pandas as pd
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.endemic import (
    ENDEMIC_DEFAULTS,
    HHH4_OPTIONS,
    EndemicOptions,
    NeighbourWeights,
    fit_endemic,
    predict_mean,
    season_terms,
)
from risk_core.hazards.epidemic.endemic_forecast import choose_weights, forecast_endemic, score_held_out
from tests.naive import endemic as naive

SIDE = 6
N_AREA = SIDE * SIDE
PLACE = np.stack(np.divmod(np.arange(N_AREA), SIDE), axis=1)
ORDER = np.abs(PLACE[:, None] - PLACE[None]).sum(axis=2).astype(float)
POPULATION = np.random.default_rng(4).uniform(0.5, 4.0, N_AREA)
SHARE = POPULATION / POPULATION.sum()
TRUTH = np.array([np.log(0.45), np.log(0.9), 0.4, np.log(2.5), np.log(1.6), 0.0, np.log(60.0), 0.0, 0.9, -0.4])
ONE_WAVE = EndemicOptions(n_harmonic=1, n_spread_harmonic=0, size_power=0.0)
PLAIN_WAVE = dataclasses.replace(ONE_WAVE, effect_sd=(0.0, 0.0, 0.0))


def simulated(n_step=520, effect_sd=0.0, weights=None, seed=7, truth=TRUTH):
    """Counts drawn step by step from the formula, and the areas' effects."""
    rng = np.random.default_rng(seed)
    weights = naive.order_weights(ORDER, np.exp(truth[4]))[0] if weights is None else weights
    season = season_terms(n_step, n_step, ONE_WAVE)
    effect = rng.normal(0, effect_sd, (3, N_AREA)) if effect_sd else np.zeros((3, N_AREA))
    count = np.zeros((n_step, N_AREA))
    for t in range(1, n_step):
        last = count[t - 1 : t]
        mean = naive.endemic_mean(last, last @ weights, season[t : t + 1], SHARE, truth, effect)[0]
        size = np.exp(truth[3]) * mean ** truth[5]
        count[t] = rng.negative_binomial(size, size / (size + mean))
    return count, effect


def test_what_made_the_counts_is_found_again():
    count, _ = simulated()
    fit = fit_endemic(count, POPULATION, ORDER, PLAIN_WAVE)
    assert fit.is_converged and not fit.effect.any()
    assert np.exp(fit.common[0]) == pytest.approx(0.45, abs=0.03)
    assert fit.common[2] == pytest.approx(0.4, abs=0.15)
    assert np.exp(fit.common[3]) == pytest.approx(2.5, rel=0.06) and fit.common[5] == 0.0
    assert fit.decay == pytest.approx(1.6, abs=0.35)
    assert fit.common[8:] == pytest.approx([0.9, -0.4], abs=0.1)
    assert fit.weights.sum(axis=1) == pytest.approx(np.ones(N_AREA))


def test_power_of_the_size_and_waves_of_the_spread_are_found_again():
    truth = np.concatenate([TRUTH, [0.5, 0.3, -0.2, 0.4]])
    truth[[1, 5]] = np.log(0.6), 0.6
    count, _ = simulated(truth=truth)
    free = dataclasses.replace(PLAIN_WAVE, n_spread_harmonic=1, size_power=None)
    fit = fit_endemic(count, POPULATION, ORDER, free)
    assert fit.common[5] == pytest.approx(0.6, abs=0.05)
    assert fit.common[10:12] == pytest.approx([0.5, 0.3], abs=0.1)
    assert fit.common[12:] == pytest.approx([-0.2, 0.4], abs=0.2)
    better, plain = (score_held_out(count, POPULATION, ORDER, 100, one) for one in (free, PLAIN_WAVE))
    assert better.log_score.mean() < plain.log_score.mean() - 0.005


def test_effects_of_the_areas_are_found_and_help():
    count, effect = simulated(effect_sd=0.4)
    fit = fit_endemic(count, POPULATION, ORDER, ONE_WAVE)
    assert np.corrcoef(fit.effect[0], effect[0])[0, 1] > 0.8
    assert np.corrcoef(fit.effect[2], effect[2])[0, 1] > 0.6
    assert 0.5 < np.std(fit.effect[0]) / np.std(effect[0]) < 1.1
    shrunk, plain = (score_held_out(count, POPULATION, ORDER, 100, one) for one in (ONE_WAVE, PLAIN_WAVE))
    assert shrunk.log_score.mean() < plain.log_score.mean() - 0.01


def test_at_the_optimum_no_step_helps():
    count, _ = simulated(200, 0.4)
    fit = fit_endemic(count, POPULATION, ORDER, ONE_WAVE)
    again = fit_endemic(count, POPULATION, ORDER, ONE_WAVE, start=fit)
    assert again.log_likelihood == pytest.approx(fit.log_likelihood, abs=0.05)
    assert again.n_evaluation < fit.n_evaluation
    np.testing.assert_allclose(again.effect, fit.effect, atol=0.02)


def test_unit_of_the_population_does_not_matter():
    count, _ = simulated(150)
    one, other = (fit_endemic(count, POPULATION * unit, ORDER, PLAIN_WAVE) for unit in (1.0, 1e5))
    np.testing.assert_allclose(one.common, other.common, atol=0.02)


def test_mean_of_a_step_reads_only_steps_before_it():
    count, _ = simulated(150)
    fit = fit_endemic(count, POPULATION, ORDER, dataclasses.replace(ONE_WAVE, lag_keep=0.3))
    before = predict_mean(fit, count)
    count[100:] = 1e5
    after = predict_mean(fit, count)
    assert before.shape == (151, N_AREA)
    assert np.array_equal(before[:101], after[:101]) and (after[101] > before[101]).all()


@pytest.mark.parametrize("refit_every", [0, 2])
def test_a_value_planted_in_the_future_changes_no_earlier_score(refit_every):
    count, _ = simulated(150)
    before = score_held_out(count, POPULATION, ORDER, 6, ONE_WAVE, refit_every)
    count[147:] += 500
    after = score_held_out(count, POPULATION, ORDER, 6, ONE_WAVE, refit_every)
    assert np.array_equal(before.log_score[:3], after.log_score[:3])
    assert (before.log_score[3] != after.log_score[3]).all()


def test_missing_counts_are_left_out_and_harm_nothing():
    count, _ = simulated(300)
    whole = fit_endemic(count, POPULATION, ORDER, PLAIN_WAVE)
    hole = np.random.default_rng(1).random(count.shape) < 0.03
    count[hole] = np.nan
    fit = fit_endemic(count, POPULATION, ORDER, PLAIN_WAVE)
    assert fit.log_likelihood == pytest.approx(0.97 * whole.log_likelihood, rel=0.02)
    np.testing.assert_allclose(np.exp(fit.common[[0, 3]]), np.exp(whole.common[[0, 3]]), rtol=0.1)
    assert np.isfinite(predict_mean(fit, count)).all()
    scores = score_held_out(count, POPULATION, ORDER, 20, PLAIN_WAVE)
    assert np.array_equal(np.isnan(scores.log_score), hole[-20:])


def test_steps_ahead_keep_the_mean_of_the_first_and_spread_out():
    count, _ = simulated(300)
    fit = fit_endemic(count[:290], POPULATION, ORDER, dataclasses.replace(ONE_WAVE, lag_keep=0.2))
    found = forecast_endemic(fit, count[:290], 8, np.random.default_rng(3), 2000)
    np.testing.assert_allclose(found.mean[0], predict_mean(fit, count[:290])[-1], rtol=1e-12)
    again = forecast_endemic(fit, count[:290], 8, np.random.default_rng(3), 2000)
    assert np.array_equal(found.path, again.path), "the same draws give the same paths"
    low, high = np.moveaxis(found.quantiles(np.array([0.025, 0.975])), -1, 0)
    held = count[290:298]
    assert ((low <= held) & (held <= high)).mean() > 0.9
    assert found.path.mean(axis=1) == pytest.approx(found.mean, rel=0.2)
    assert np.ptp(found.path_mean[0], axis=0).max() < 1e-9 < np.ptp(found.path_mean[4], axis=0).min()


def test_a_fit_to_ten_steps_of_an_outbreak_does_not_run_away():
    count = np.zeros((120, N_AREA))
    count[110:] = np.random.default_rng(6).poisson(50, (10, N_AREA))
    fit = fit_endemic(count, POPULATION, ORDER, EndemicOptions(n_harmonic=1))
    found = forecast_endemic(fit, count, 14, np.random.default_rng(7), 200)
    assert np.isfinite(found.path).all()
    most = 10 * np.maximum(count.max(axis=0), count.sum(axis=1).max() * SHARE)
    assert (found.mean <= most * (1 + 1e-9)).all()
    assert found.mean[0] == pytest.approx(np.full(N_AREA, 50.0), rel=0.5)


def test_areas_without_any_case_are_expected_to_have_none():
    fit = fit_endemic(np.zeros((60, N_AREA)), POPULATION, ORDER, EndemicOptions(n_harmonic=1))
    assert predict_mean(fit, np.zeros((60, N_AREA))).max() < 0.01


def test_log_score_of_the_first_step_ahead_is_the_one_step_score():
    count, _ = simulated(150)
    fit = fit_endemic(count[:149], POPULATION, ORDER, ONE_WAVE)
    found = forecast_endemic(fit, count[:149], 1, np.random.default_rng(3), 10).log_score(count[149:])
    wanted = score_held_out(count, POPULATION, ORDER, 1, ONE_WAVE).log_score
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_two_steps_ahead_follow_the_formula_by_hand():
    """Expected count of the second step: the formula put into itself, as it is linear in the counts."""
    count, _ = simulated(200)
    fit = fit_endemic(count, POPULATION, ORDER, PLAIN_WAVE)
    first = predict_mean(fit, count)[-1]
    second = predict_mean(fit, np.vstack([count, first]))[-1]
    found = forecast_endemic(fit, count, 2, np.random.default_rng(5), 20_000)
    np.testing.assert_allclose(found.mean[1], second, rtol=0.03)


def test_true_travel_is_chosen_over_borders_and_borders_over_false_travel():
    rng = np.random.default_rng(9)
    travel = rng.gamma(0.15, 1.0, (N_AREA, N_AREA)) + 1e-3
    np.fill_diagonal(travel, 50.0)
    moved = np.where(np.eye(N_AREA, dtype=bool), 0.0, travel)
    count, _ = simulated(400, weights=moved / moved.sum(axis=1, keepdims=True))
    assert choose_weights(count, POPULATION, ORDER, travel, 100, PLAIN_WAVE).weights is NeighbourWeights.FLOW
    count, _ = simulated(400)
    found = choose_weights(count, POPULATION, ORDER, travel, 100, PLAIN_WAVE)
    assert found.weights is NeighbourWeights.ORDER
    assert found.log_score[NeighbourWeights.ORDER] < found.log_score[NeighbourWeights.NONE]


def test_each_fault_of_the_data_is_named():
    count, _ = simulated(60)
    with pytest.raises(InputError, match=r"0\.5.*\n.*population.*\n.*order_or_flow"):
        fit_endemic(np.where(count == 1, 0.5, count), POPULATION[:-1], ORDER[1:], ONE_WAVE)
    with pytest.raises(InputError, match="more steps, or fewer harmonics"):
        fit_endemic(count[:8], POPULATION, ORDER, ENDEMIC_DEFAULTS)
    with pytest.raises(InputError, match="n_held_out"):
        score_held_out(count, POPULATION, ORDER, 60, ONE_WAVE)
    with pytest.raises(InputError, match="areas of the fit"):
        forecast_endemic(fit_endemic(count, POPULATION, ORDER, ONE_WAVE), count[:, 1:], 1, np.random.default_rng())


@pytest.mark.parametrize(
    "wrong", [{"lag_keep": 1.5}, {"effect_sd": (0.1, -1.0, 0.1)}, {"n_spread_harmonic": 4}, {"size_power": 2.0}]
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        EndemicOptions(**wrong)


@pytest.fixture(scope="module")
def flu(shared_data):
    """Weekly influenza of 140 districts: counts, population shares, neighbourhood orders."""
    names = ("obs", "pop", "nb")
    tables = [pd.read_csv(shared_data / "epidemic" / f"flubybw_{one}.csv.gz").to_numpy(float) for one in names]
    return tables[0], tables[1][0], tables[2]


@pytest.mark.shared
def test_published_scores_of_hhh4_come_out(flu):
    """R surveillance 1.20.3, `oneStepAhead(tp = c(364, 415), type = "rolling")`: log score 0.60989, RPS 0.44605."""
    scores = score_held_out(*flu, 52, HHH4_OPTIONS, refit_every=1)
    assert scores.log_score.mean() == pytest.approx(0.60989, abs=2e-5)
    assert scores.ranked_score.mean() == pytest.approx(0.44605, abs=2e-5)


@pytest.mark.shared
def test_shrunken_effects_beat_random_effects_of_hhh4(flu):
    """One fit on the weeks to 364. R's random effects reached 0.59795 and 0.42550 there."""
    scores = score_held_out(*flu, 52)
    assert scores.log_score.mean() <= 0.585
    assert scores.ranked_score.mean() <= 0.420


@pytest.mark.shared
def test_shrinking_alone_beats_random_effects_too(flu):
    """The model of hhh4 with its season and its size, the effects shrunken, a little of the counts before the last."""
    options = dataclasses.replace(HHH4_OPTIONS, effect_sd=ENDEMIC_DEFAULTS.effect_sd, lag_keep=0.1)
    scores = score_held_out(*flu, 52, options)
    assert scores.log_score.mean() <= 0.595
    assert scores.ranked_score.mean() <= 0.4251
