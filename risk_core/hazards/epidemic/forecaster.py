"""Cases of the next four weeks in many places, trained on what was known at each time.

Three members see the state of a robust trend, the newest days and, where there is one, a second signal: a pooled
linear rule on a fast trend, and gradient boosted trees on the fast and on a slow one. Their quantiles of log counts
are averaged (Vincent averaging: Lichtendahl et al. 2013, Manage. Sci. 59, 1594), widened by how often earlier
intervals held, and mixed with a chance of silence. Rows of training are the weeks **as they looked when they were
new**, corrected for late reports by how earlier weeks filled up; their outcomes are as known now. Weeks 3 and 4 are a
scenario: no change of rules, behaviour or variant is foreseen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.hazards.epidemic.bank import TrainingRows, add_vintage, training_rows
from risk_core.hazards.epidemic.boosted import Trees, fit_trees, forecast_trees
from risk_core.hazards.epidemic.features import FIRST_WEEK, WeekTable, describe_weeks
from risk_core.hazards.epidemic.forecast_options import COUNT_SHIFT, HORIZON_WEEK, ForecastOptions
from risk_core.hazards.epidemic.late_weeks import LateWeeks, correct_weeks, note_weeks
from risk_core.hazards.epidemic.pooled import forecast_linear
from risk_core.hazards.epidemic.silence import mix_silence, silence_prob
from risk_core.hazards.epidemic.width import apply_width, learn_width, start_width
from risk_core.state.surveillance import CaseVintage


@dataclass(frozen=True, slots=True, eq=False)
class ForecastModel:
    """What a forecaster has learnt so far.

    Attributes
    ----------
    late
        How weeks filled up; None before the first vintage.
    fast, slow
        Weeks as described when they were new, under both trends; None before the first vintage.
    trees
        Of the fast and the slow trend; None before their first fit.
    fit_week
        Week the trees were grown in.
    log_factor
        Of the width, shape=(4, 2).
    open
        Forecasts whose outcome is not known yet: week of origin, horizon, log quantiles, shape=(n_place, 23).
    """

    late: LateWeeks | None
    fast: WeekTable | None
    slow: WeekTable | None
    trees: tuple[Trees, Trees] | None
    fit_week: int
    log_factor: NDArray[np.float64]
    open: tuple[tuple[int, int, NDArray[np.float64]], ...]


def start_forecast(options: ForecastOptions) -> ForecastModel:
    """Model that has seen nothing."""
    return ForecastModel(None, None, None, None, -1, start_width(options.width), ())


def forecast_cases(
    model: ForecastModel,
    vintage: CaseVintage,
    population: NDArray[np.float64] | None,
    options: ForecastOptions,
) -> tuple[ForecastModel, NDArray[np.float64]]:
    """Learn from a vintage and forecast the four weeks after its last complete one.

    Parameters
    ----------
    model
        What was learnt from earlier vintages.
    vintage
        Counts as known now; the same places in every vintage.
    population
        Residents, shape=(n_place,), all above zero, or None when they are not known.
    options
        Settings.

    Returns
    -------
    model, quantile
        What is known now, and totals by week, shape=(4, n_place, 23); NaN while fewer than `options.least_week` weeks
        are known.

    Raises
    ------
    InputError
        When the vintage is older than one seen before, has other places, or a population is not above zero.
    """
    _check(model, vintage, population)
    late = note_weeks(model.late, vintage)
    model = replace(model, late=late)
    if len(vintage.weekly) < max(options.least_week, FIRST_WEEK + len(HORIZON_WEEK) + 1):
        return model, np.full((len(HORIZON_WEEK), vintage.weekly.shape[1], 23), np.nan)
    corrected = correct_weeks(late, vintage)
    now = tuple(describe_weeks(corrected, trend) for trend in (options.fast, options.slow))
    model = _learn(model, vintage, now, population, options)
    members = [_linear(model, now[0], options)]
    for trees, seen in zip(model.trees or (), now, strict=True):
        members.append(np.stack([forecast_trees(trees, seen, population, h) for h in HORIZON_WEEK]))
    learnt = np.log(sampling_factor(model.fast, vintage.week, options)) + model.log_factor
    log_quantile = apply_width(np.mean(members, axis=0), learnt)
    given = tuple((vintage.week, h, log_quantile[h - 1]) for h in HORIZON_WEEK)
    model = replace(model, open=model.open + given)
    count = np.exp(mix_silence(log_quantile, silence_prob(vintage.weekly))) - COUNT_SHIFT
    most = np.inf if population is None else options.share_most * population[:, None]
    return model, np.clip(count, 0.0, most)


def backtest(
    vintages: Iterable[CaseVintage], population: NDArray[np.float64] | None, options: ForecastOptions
) -> Iterator[NDArray[np.float64]]:
    """Forecast of each vintage in turn, by what was known at it alone, shape=(4, n_place, 23) each."""
    model = start_forecast(options)
    for vintage in vintages:
        model, quantile = forecast_cases(model, vintage, population, options)
        yield quantile


def sampling_factor(bank: WeekTable | None, week: int, options: ForecastOptions) -> float:
    """How much wider errors of new weeks are than those of training, sqrt(1 + features / weeks).

    Prediction variance of a linear regression at a mean point; rows of one week hang together, so weeks are counted,
    each by its weight, not rows.
    """
    if bank is None:
        return 1.0
    age = week - bank.week
    n_week = float((0.5 ** (age[age <= options.history_week] / options.linear.half_life_week)).sum())
    return float(np.sqrt(1.0 + bank.feature.shape[2] / n_week))


def _learn(
    model: ForecastModel,
    vintage: CaseVintage,
    now: tuple[WeekTable, ...],
    population: NDArray[np.float64] | None,
    options: ForecastOptions,
) -> ForecastModel:
    """Judge the forecasts that can be judged, keep the new weeks, and grow the trees anew when it is time."""
    factor, still = _judge(model, now[0], options)
    fast, slow = add_vintage(model.fast, now[0]), add_vintage(model.slow, now[1])
    trees, fit_week = model.trees, model.fit_week
    if trees is None or vintage.week - fit_week >= options.trees.refit_week:
        grown = [
            fit_trees(_rows(bank, seen, options), population, options.trees)
            for bank, seen in zip((fast, slow), now, strict=True)
        ]
        trees, fit_week = (grown[0], grown[1]), vintage.week
    return ForecastModel(model.late, fast, slow, trees, fit_week, factor, still)


def _judge(
    model: ForecastModel, now: WeekTable, options: ForecastOptions
) -> tuple[NDArray[np.float64], tuple[tuple[int, int, NDArray[np.float64]], ...]]:
    """Width after the forecasts whose week came in, and those still open."""
    factor, still = model.log_factor, []
    for week, horizon, log_quantile in model.open:
        if week + horizon > now.week[-1]:
            still.append((week, horizon, log_quantile))
        else:
            observed = now.log_count[week + horizon - int(now.week[0])]
            factor = learn_width(factor, horizon, log_quantile, observed, options.width)
    return factor, tuple(still)


def _rows(bank: WeekTable, now: WeekTable, options: ForecastOptions) -> list[TrainingRows]:
    return [training_rows(bank, now, h, options.history_week) for h in HORIZON_WEEK]


def _linear(model: ForecastModel, now: WeekTable, options: ForecastOptions) -> NDArray[np.float64]:
    assert model.fast is not None
    rows = _rows(model.fast, now, options)
    return np.stack([forecast_linear(one, now, h, options.linear) for h, one in zip(HORIZON_WEEK, rows, strict=True)])


def _check(model: ForecastModel, vintage: CaseVintage, population: NDArray[np.float64] | None) -> None:
    n_place = vintage.weekly.shape[1]
    if model.fast is not None and vintage.week < model.fast.week[-1]:
        wanted = f"a week from {int(model.fast.week[-1])} on"
        raise InputError(Fault("vintage.week", str(vintage.week), wanted, "Give vintages in the order of time."))
    if model.fast is not None and model.fast.level.shape[1] != n_place:
        wanted = f"{model.fast.level.shape[1]} places"
        raise InputError(Fault("vintage.weekly", f"{n_place} places", wanted, "Keep the places the same."))
    if population is not None and not (population.shape == (n_place,) and (population > 0).all()):
        wanted = f"{n_place} numbers above zero"
        raise InputError(Fault("population", str(population), wanted, "Leave it out when it is not known."))
