"""The weekly forecaster on simulated vintages."""

import dataclasses

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.bank import add_vintage, training_rows
from risk_core.hazards.epidemic.features import describe_weeks
from risk_core.hazards.epidemic.forecast_options import ForecastOptions, TreeOptions, WeekTrendOptions
from risk_core.hazards.epidemic.forecaster import backtest, forecast_cases, sampling_factor, start_forecast
from risk_core.hazards.epidemic.late_weeks import correct_weeks, note_weeks
from risk_core.hazards.epidemic.silence import mix_silence, silence_prob
from risk_core.scores.baseline import persistence_quantiles
from risk_core.scores.quantile import is_covered, weighted_interval_score
from risk_core.state.surveillance import QUANTILE_PROB, CaseVintage

PROB = np.array(QUANTILE_PROB)
QUICK = ForecastOptions(trees=TreeOptions(n_tree=25, n_row_leaf=40, refit_week=8))
TREND = WeekTrendOptions(0.6, 0.004, 0.03)


def waves(n_week, n_place, seed, second=False):
    """Totals whose log growth is a slow wave shared in part; a second signal two weeks ahead of it."""
    rng = np.random.default_rng(seed)
    week = np.arange(n_week + 8)[:, None]
    phase = rng.uniform(0, 6, n_place)
    log_level = 6.5 + 1.4 * np.sin(week / 6.0 + 0.5 * phase) + rng.normal(0, 0.05, (n_week + 8, n_place)).cumsum(0)
    count = rng.negative_binomial(60, 60 / (60 + np.exp(log_level[:n_week]))).astype(float)
    ahead = np.exp(log_level[2 : n_week + 2] - 9 + rng.normal(0, 0.03, (n_week, n_place))) if second else None
    return count, ahead


def vintages(count, shares=(1.0,), first=20, second=None):
    """What was known after each week when the newest weeks are told in part."""
    none = np.empty((0, count.shape[1]))
    for last in range(first, len(count)):
        told = count[: last + 1].copy()
        for age, share in enumerate(shares):
            told[-1 - age] = np.round(told[-1 - age] * share)
        yield CaseVintage(last, told, none, none if second is None else second[: last + 1])


def scores(count, found, first=20, skip=25):
    """WIS of the forecast and of persistence, and whether the 80 % interval held, from `skip` vintages on."""
    ours, rival, inside = [], [], []
    for k, quantile in enumerate(found):
        last = first + k
        if k < skip or last + 4 >= len(count):
            continue
        for h in range(1, 5):
            ours.append(weighted_interval_score(PROB, quantile[h - 1], count[last + h]))
            base = persistence_quantiles(count[: last + 1], h, PROB, n_draw=500)
            rival.append(weighted_interval_score(PROB, base, count[last + h]))
            inside.append(is_covered(PROB, quantile[h - 1], count[last + h], 0.8))
    return np.sum(ours), np.sum(rival), np.mean(inside)


def test_beats_persistence_with_honest_intervals_on_waves():
    count, _ = waves(90, 12, 1)
    ours, rival, inside = scores(count, backtest(vintages(count), None, QUICK))
    assert ours < 0.75 * rival
    assert 0.68 < inside < 0.93


def test_a_second_signal_that_leads_is_used():
    count, ahead = waves(90, 12, 2, second=True)
    alone, _, _ = scores(count, backtest(vintages(count), None, QUICK))
    with_second, _, _ = scores(count, backtest(vintages(count, second=ahead), None, QUICK))
    assert with_second < 0.85 * alone


def test_weeks_that_fill_up_late_cost_little():
    count, _ = waves(90, 12, 3)
    full, _, _ = scores(count, backtest(vintages(count), None, QUICK))
    late, rival, _ = scores(count, backtest(vintages(count, (0.6, 0.9)), None, QUICK))
    blind = [one / 0.6 for one in backtest(vintages(count, (0.6,)), None, QUICK)]
    assert late < 1.35 * full and late < 0.9 * rival and np.isfinite(blind[-1]).all()


def test_what_comes_after_a_vintage_changes_nothing_before():
    count, _ = waves(50, 6, 4)
    other = count.copy()
    other[41:] = 1e6
    both = [list(backtest(vintages(one), None, QUICK)) for one in (count, other)]
    for k in range(21):
        assert np.array_equal(both[0][k], both[1][k], equal_nan=True)
    assert not np.array_equal(both[0][21], both[1][21])


def test_quantiles_are_ordered_never_negative_and_within_the_population():
    count, _ = waves(40, 6, 5)
    found = list(backtest(vintages(count), np.full(6, 9_000.0), QUICK))[-1]
    assert (np.diff(found, axis=-1) >= 0).all() and (found >= 0).all() and found.max() <= 720.0


def test_too_short_a_history_gives_no_numbers():
    count, _ = waves(12, 3, 6)
    model, found = forecast_cases(start_forecast(QUICK), next(vintages(count, first=11)), None, QUICK)
    assert np.isnan(found).all() and model.trees is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"week": 10}, "order of time"),
        ({"weekly": np.ones((30, 2))}, "places"),
        ({"population": np.array([1.0, 0.0, 5.0])}, "above zero"),
    ],
)
def test_vintages_that_do_not_fit_are_refused(change, told):
    count, _ = waves(30, 3, 7)
    first = next(vintages(count, first=28))
    model, _ = forecast_cases(start_forecast(QUICK), first, None, QUICK)
    population = change.pop("population", None)
    with pytest.raises(InputError, match=told):
        forecast_cases(model, dataclasses.replace(first, **change), population, QUICK)


def test_training_reads_weeks_as_they_looked_when_new_and_outcomes_as_known_now():
    count, _ = waves(40, 4, 8)
    bank, seen = None, []
    for vintage in vintages(count, (0.5,), first=30):
        seen.append(describe_weeks(vintage, TREND))
        bank = add_vintage(bank, seen[-1])
    rows = training_rows(bank, seen[-1], 2, 3)
    assert rows.age_week.max() == 1 and len(rows.change) == 8
    kept = seen[-3].level[-1]
    np.testing.assert_allclose(rows.level[-4:], kept)
    np.testing.assert_allclose(rows.change[-4:], np.clip(seen[-1].log_count[-1] - kept, -2.5, 2.5))


def test_late_weeks_are_corrected_by_the_share_told_before():
    count, _ = waves(60, 5, 9)
    late = None
    for vintage in vintages(count, (0.55, 0.9)):
        late = note_weeks(late, vintage)
    found = correct_weeks(late, vintage)
    np.testing.assert_allclose(found.weekly[-2:], count[-2:], rtol=0.1)
    assert np.array_equal(found.weekly[:-4], vintage.weekly[:-4])


def test_daily_counts_add_growth_within_the_week():
    daily = np.repeat(np.array([10.0, 10, 10, 10, 40, 40, 40]), 20).reshape(7, 20).T.reshape(-1, 1)
    weekly = daily.reshape(20, 7, 1).sum(axis=1)
    none = np.empty((0, 1))
    feature = describe_weeks(CaseVintage(19, weekly, daily, none), TREND).feature
    assert feature.shape[-1] == 12 and np.abs(feature[-1, 0, 9:]).max() < 1e-9
    daily[-3:] *= 2
    rising = describe_weeks(CaseVintage(19, daily.reshape(20, 7, 1).sum(axis=1), daily, none), TREND).feature
    assert rising[-1, 0, 9] > 0.3 and rising[-1, 0, 10] > 0.3


def test_a_long_silence_makes_zero_likely_and_a_telling_place_keeps_its_forecast():
    told = np.full((30, 2), 800.0)
    told[-5:, 1] = 0.0
    chance = silence_prob(told)
    assert (chance[:, 0] == 0).all() and 0.6 < chance[0, 1] < 1 and chance[3, 1] < chance[0, 1]
    level = np.broadcast_to(np.log(805.0 + np.arange(23.0)), (4, 2, 23))
    mixed = mix_silence(level, chance)
    assert np.array_equal(mixed[:, 0], level[:, 0]) and mixed[0, 1, 11] == pytest.approx(np.log(5.0))
    assert mixed[0, 1, -1] > np.log(800.0)


def test_fewer_weeks_of_training_widen_the_intervals():
    count, _ = waves(90, 4, 10)
    tables = [describe_weeks(one, TREND) for one in vintages(count, first=30)]
    short, long = (sampling_factor(one, int(one.week[-1]), QUICK) for one in (tables[0], tables[-1]))
    assert 1.0 < long < short < 1.5
