"""The endemic-epidemic model of an area's districts, fitted week by week and measured against the forecast in use.

It needs weeks of cases by district and, of the districts, who touches whom or who travels where. Orders of
neighbourhood (whose decay it learns), the operators' trips and no neighbours at all are tried on the weeks before
those that decide. Season is left out below two years of weeks, which could not tell it from a wave.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.learn.history import CaseHistory
from dashboard.learn.origins import N_SCORED, PROB, Score, Stop, relative_score
from dashboard.learn.weeks import S_PER_WEEK, WEEK_DAY, Replay, WeekOrigin
from dashboard.store.endemic_models import EndemicModel
from dashboard.store.models import Cause, Verdict
from risk_core.hazards.epidemic.endemic import EndemicFit, EndemicOptions, NeighbourWeights, fit_endemic
from risk_core.hazards.epidemic.endemic_forecast import forecast_endemic, score_held_out
from risk_core.hazards.epidemic.forecast_options import HORIZON_WEEK
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS
from risk_core.hazards.epidemic.outbreak import correct_cases
from risk_core.scores.quantile import weighted_interval_score
from risk_core.state.area import Area
from risk_core.units import S_PER_DAY

LEAST_WEEK: Final = 24
LEAST_SCORED: Final = 4
YEAR_WEEK: Final = 52
CHOICE_WEEK: Final = 8
"""Weeks before the deciding ones on which the neighbours are chosen."""
LAG_KEEP: Final = 0.1
"""Design figure; see the module of the model."""
MOST_PLACE: Final = 600
"""More districts would take minutes at each fit."""
N_PATH: Final = 500
SEED: Final = 20
"""Of the paths; the same weeks give the same forecast."""

Rival = Callable[[WeekOrigin], NDArray[np.float64] | None]


@dataclass(frozen=True, slots=True, eq=False)
class EndemicTrial:
    """What a trial found.

    Attributes
    ----------
    model
        Fitted on all weeks.
    score
        Weighted interval score over that of the forecast in use, below 1 where it is better.
    origins
        Moments scored, unix seconds.
    tried
        Mean one-step log score of each kind of neighbours on the weeks before.
    """

    model: EndemicModel
    score: Score
    origins: tuple[float, ...]
    tried: Mapping[NeighbourWeights, float]


def try_endemic(
    history: CaseHistory,
    weights: Mapping[str, float],
    origins: Sequence[WeekOrigin],
    rival: Rival,
    neighbours: tuple[NDArray[np.float64], NDArray[np.float64] | None],
    stop: Stop = lambda: None,
) -> EndemicTrial | None:
    """Fit the model at each of the last origins and score it; None where too little is known.

    Parameters
    ----------
    history
        Cases of the area.
    weights
        Of their sources.
    origins
        Every week's end with what was known then, oldest first.
    rival
        Week totals of the forecast in use at an origin, shape=(4, n_district + 1, 23).
    neighbours
        Orders of neighbourhood, and trips from district to district where somebody counts them, shape=(n, n) each.
    stop
        Called between two pieces of work.
    """
    place, people = districts_with_residents(history.area)
    truth = final_weeks(history, weights)
    scored = [one for one in origins if one.end_s + S_PER_WEEK in truth][-N_SCORED:]
    if len(scored) < LEAST_SCORED or not 2 <= place.size <= MOST_PLACE or len(origins) < LEAST_WEEK:
        return None
    weeks = {one.end_s: whole_weeks(corrected_daily(history, weights, one)[:, place]) for one in (*scored, origins[-1])}
    parts = [None if one is None else one[np.ix_(place, place)] for one in neighbours]
    given = {NeighbourWeights.ORDER: parts[0], NeighbourWeights.NONE: parts[0], NeighbourWeights.FLOW: parts[1]}
    matrices = {kind: matrix for kind, matrix in given.items() if matrix is not None}
    tried = _try_neighbours(weeks[scored[0].end_s], people, matrices, stop)
    kind = min(tried, key=lambda one: tried[one])
    ours, other = np.zeros(len(HORIZON_WEEK)), np.zeros(len(HORIZON_WEEK))
    used, fit = [], None
    for origin in scored:
        stop()
        told, count = rival(origin), weeks[origin.end_s]
        if told is None:
            continue
        options = _options(len(count), kind)
        fit = fit_endemic(count, people, matrices[kind], options, fit if fit and fit.options == options else None)
        quantile = week_quantiles(fit, count)
        used.append(origin.at_s)
        for k, horizon in enumerate(HORIZON_WEEK):
            value = truth.get(origin.end_s + horizon * S_PER_WEEK)
            if value is not None:
                pair = [weighted_interval_score(PROB, one, value[place]) for one in (quantile[k, :-1], told[k, place])]
                known = np.isfinite(pair).all(axis=0)
                ours[k] += pair[0][known].sum()
                other[k] += pair[1][known].sum()
    score = relative_score(ours, other)
    if len(used) < LEAST_SCORED or not math.isfinite(score.mean):
        return None
    newest = weeks[origins[-1].end_s]
    last = fit_endemic(newest, people, matrices[kind], _options(len(newest), kind), None)
    replay = Replay(history, weights)
    model = EndemicModel(history.area.content_hash, place, last, replay.first_s, replay.counts(history.now_s))
    return EndemicTrial(model, score, tuple(used), tried)


def judge_endemic(score: Score) -> tuple[Verdict, Cause]:
    """The model gives the districts' week totals only where it beats what is in use."""
    if score.mean < 1.0:
        return Verdict.ACCEPTED, Cause.BEATS_PRESENT
    return Verdict.REFUSED, Cause.PRESENT_BETTER


def week_quantiles(fit: EndemicFit, count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of the next four weeks, the sum of all places last, shape=(4, n_place + 1, 23)."""
    found = forecast_endemic(fit, count, len(HORIZON_WEEK), np.random.default_rng([SEED, len(count)]), N_PATH)
    path = np.concatenate([found.path, found.path.sum(axis=2, keepdims=True)], axis=2)
    return np.asarray(np.moveaxis(np.quantile(path, PROB, axis=1), 0, -1))


def whole_weeks(daily: NDArray[np.float64]) -> NDArray[np.float64]:
    """Totals of whole weeks that end with the last day, whole numbers, shape=(n_week, n_place), NaN where unknown.

    A missing day stands with the mean of the other days of its week.

    Examples
    --------
    >>> whole_weeks(np.array([[9.0]] + [[2.0]] * 6 + [[np.nan]])).ravel().tolist()
    [14.0]
    """
    n_week = len(daily) // WEEK_DAY
    weeks = daily[len(daily) - n_week * WEEK_DAY :].reshape(n_week, WEEK_DAY, -1)
    n_known = np.isfinite(weeks).sum(axis=1)
    mean = np.nansum(weeks, axis=1) / np.maximum(n_known, 1)
    return np.where(n_known > 0, np.round(np.maximum(mean, 0.0) * WEEK_DAY), np.nan)


def districts_with_residents(area: Area) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Positions and residents of the districts where somebody lives."""
    people = np.array([district.population for district in area.districts], dtype=np.float64)
    place = np.flatnonzero(np.isfinite(people) & (people > 0))
    return place, people[place]


def touching(area: Area) -> NDArray[np.bool_]:
    """Whether two districts touch on the raster, shape=(n_district, n_district)."""
    n, grid = len(area.districts), area.district
    out = np.zeros((n, n), dtype=bool)
    for one, other in ((grid[1:], grid[:-1]), (grid[:, 1:], grid[:, :-1])):
        pair = (one >= 0) & (other >= 0) & (one != other)
        out[one[pair], other[pair]] = out[other[pair], one[pair]] = True
    return out


def final_weeks(history: CaseHistory, weights: Mapping[str, float]) -> dict[float, NDArray[np.float64]]:
    """Totals of the districts by week end, NaN where a day is not known for good; weeks end with the newest day."""
    final = history.final(weights)
    if final is None:
        return {}
    n_week = len(final.count) // WEEK_DAY
    begin = len(final.count) - n_week * WEEK_DAY
    total = final.count[begin:].reshape(n_week, WEEK_DAY, -1).sum(axis=1)
    end_s = final.day_s[0] + (begin + np.arange(1, n_week + 1) * WEEK_DAY) * S_PER_DAY
    return {float(end): row for end, row in zip(end_s, total, strict=True) if np.isfinite(row).any()}


def corrected_daily(history: CaseHistory, weights: Mapping[str, float], origin: WeekOrigin) -> NDArray[np.float64]:
    """Daily cases of the districts as known at an origin, the newest days corrected for reports still to come."""
    daily = origin.vintage.daily[:, :-1].copy()
    corrected = correct_cases(history.as_known(origin.at_s, weights or None), origin.at_s, INFECTION_DEFAULTS)
    if corrected is None:
        return daily
    first_s = origin.end_s - len(daily) * S_PER_DAY
    at = np.round((corrected.expected.day_s - first_s) / S_PER_DAY).astype(np.int64)
    inside = (at >= 0) & (at < len(daily))
    daily[at[inside]] = corrected.expected.count[inside, :-1]
    return daily


def _try_neighbours(
    count: NDArray[np.float64],
    people: NDArray[np.float64],
    matrices: Mapping[NeighbourWeights, NDArray[np.float64]],
    stop: Stop,
) -> dict[NeighbourWeights, float]:
    n_held_out = min(CHOICE_WEEK, len(count) // 4)
    found = {}
    for kind, matrix in matrices.items():
        stop()
        scores = score_held_out(count, people, matrix, n_held_out, _options(len(count), kind))
        found[kind] = float(np.nanmean(scores.log_score))
    return found


def _options(n_week: int, kind: NeighbourWeights) -> EndemicOptions:
    n_harmonic = 1 if n_week >= 2 * YEAR_WEEK else 0
    plain = EndemicOptions(n_harmonic=n_harmonic, n_spread_harmonic=n_harmonic, lag_keep=LAG_KEEP)
    return replace(plain, weights=kind)
