"""The weekly forecast fitted on every week as it was known, and measured against the trend's week totals."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.learn.endemic import final_weeks
from dashboard.learn.history import CaseHistory
from dashboard.learn.origins import N_SCORED, PROB, Score, Stop, relative_score
from dashboard.learn.signals import Signal
from dashboard.learn.weeks import S_PER_WEEK, WEEK_DAY, Replay, WeekOrigin, residents, week_origins
from dashboard.store.models import Cause, Verdict
from dashboard.store.weekly_models import WeeklyModel, without_judging
from risk_core.hazards.epidemic.forecast_options import HORIZON_WEEK, ForecastOptions
from risk_core.hazards.epidemic.forecaster import ForecastModel, forecast_cases, start_forecast
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, TrendOptions
from risk_core.hazards.epidemic.outbreak import correct_cases
from risk_core.hazards.epidemic.trend import forecast_trend
from risk_core.scores.quantile import weighted_interval_score
from risk_core.units import S_PER_DAY

LEAST_WEEK: Final = 24
"""Weeks of history without which the weekly forecast is not tried."""
LEAST_SCORED: Final = 4
"""Fewest origins that may decide: with 24 weeks 7 are there, from 25 on the full 8."""


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyTrial:
    """What a trial found.

    Attributes
    ----------
    model
        Fitted on all weeks.
    score
        Weighted interval score over that of the trend's week totals, below 1 where it is better.
    origins
        Moments scored, unix seconds.
    made
        Its week totals by the end of the last week known, shape=(4, n_district + 1, 23) each.
    """

    model: WeeklyModel
    score: Score
    origins: tuple[float, ...]
    made: Mapping[float, NDArray[np.float64]]


def n_weeks(history: CaseHistory) -> int:
    """Whole weeks between the first and the last day."""
    first_s, last_s = history.span_s
    return 0 if math.isnan(first_s) else (round((last_s - first_s) / S_PER_DAY) + 1) // WEEK_DAY


def try_weekly(
    history: CaseHistory,
    weights: Mapping[str, float],
    trend: TrendOptions,
    options: ForecastOptions,
    stop: Stop = lambda: None,
    signal: Signal | None = None,
) -> WeeklyTrial | None:
    """Fit the weekly forecast week by week and score its last origins; None where too few can be scored.

    Each origin's forecast knows only what was known then, and was made by a model that had seen only the weeks before.
    A second signal, where one is given, is read as it was known too.
    """
    people, model = residents(history.area), start_forecast(options)
    made: list[tuple[WeekOrigin, NDArray[np.float64]]] = []
    for told in week_origins(history, weights, stop):
        origin = told if signal is None else signal.beside(told)
        model, quantile = forecast_cases(model, origin.vintage, people, options)
        made.append((origin, quantile))
    truth = final_weeks(history, weights)
    scored = [(one, q) for one, q in made if np.isfinite(q).any() and one.end_s + S_PER_WEEK in truth]
    if len(scored) < LEAST_SCORED or model.trees is None:
        return None
    ours, rival = np.zeros(len(HORIZON_WEEK)), np.zeros(len(HORIZON_WEEK))
    used = []
    for origin, quantile in scored[-N_SCORED:]:
        stop()
        other = trend_weeks(history, weights, trend, origin)
        if other is None:
            continue
        used.append(origin.at_s)
        for k, horizon in enumerate(HORIZON_WEEK):
            value = truth.get(origin.end_s + horizon * S_PER_WEEK)
            if value is not None:
                pair = [weighted_interval_score(PROB, one[k, :-1], value) for one in (quantile, other)]
                known = np.isfinite(pair).all(axis=0)
                ours[k] += pair[0][known].sum()
                rival[k] += pair[1][known].sum()
    score = relative_score(ours, rival)
    if len(used) < LEAST_SCORED or not math.isfinite(score.mean):
        return None
    made_at = {origin.end_s: quantile for origin, quantile in scored}
    name = "" if signal is None else signal.name
    return WeeklyTrial(_model_of(history, weights, model, name), score, tuple(used), made_at)


def judge_weekly(score: Score) -> tuple[Verdict, Cause]:
    """The weekly forecast gives the week totals only where it beats the trend's."""
    if score.mean < 1.0:
        return Verdict.ACCEPTED, Cause.BEATS_TREND
    return Verdict.REFUSED, Cause.TREND_BETTER


def _model_of(history: CaseHistory, weights: Mapping[str, float], fitted: ForecastModel, signal: str) -> WeeklyModel:
    replay = Replay(history, weights)
    count = replay.counts(history.now_s)
    return WeeklyModel(history.area.content_hash, without_judging(fitted), replay.first_s, count, signal)


def trend_weeks(
    history: CaseHistory, weights: Mapping[str, float], trend: TrendOptions, origin: WeekOrigin
) -> NDArray[np.float64] | None:
    """The trend's totals of the same four weeks, shape=(4, n_district + 1, 23); None where it starts elsewhere."""
    cases = history.as_known(origin.at_s, weights or None)
    corrected = correct_cases(cases, origin.at_s, replace(INFECTION_DEFAULTS, trend=trend))
    if corrected is None:
        return None
    forecast = forecast_trend(corrected.expected, trend)
    return forecast.week if forecast.from_s == origin.end_s else None
