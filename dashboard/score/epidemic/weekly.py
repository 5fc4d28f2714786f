"""The weekly case forecast on vintages: every origin sees what was known at it alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.epidemic.rivals import LOG
from dashboard.score.epidemic.vintages import VintageTable, vintages_of
from risk_core.hazards.epidemic.forecast_options import HORIZON_WEEK, ForecastOptions
from risk_core.hazards.epidemic.forecaster import forecast_cases, start_forecast
from risk_core.scores.baseline import persistence_quantiles
from risk_core.scores.quantile import is_covered, weighted_interval_score
from risk_core.state.surveillance import QUANTILE_PROB

PROB = np.array(QUANTILE_PROB)
WIDTHS = (0.5, 0.8, 0.95)
OURS, PERSISTENCE = "ours", "persistence"
PHASES = ("growth", "peak", "fall", "trough")
PHASE_WEEK = 2
"""Weeks before and after the origin whose final totals name the phase."""


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyInputs:
    """What a score is made of.

    Attributes
    ----------
    table
        Counts as known.
    truth
        Final totals by week end (rows) and place (columns), NaN where unknown or negative.
    population
        Residents by place, shape=(n_place,), or None.
    second
        A second signal by week end and place, or None.
    first, last
        Origins scored, by their as_of day.
    """

    table: VintageTable
    truth: pd.DataFrame
    population: NDArray[np.float64] | None
    second: pd.DataFrame | None
    first: np.datetime64
    last: np.datetime64


def weekly_rows(inputs: WeeklyInputs, options: ForecastOptions) -> pd.DataFrame:
    """Score every place, origin and horizon whose total is known.

    Vintages before the first origin teach and are not scored. Of two vintages with one last week the later is scored.

    Returns
    -------
    DataFrame
        origin, location, horizon, target, phase, value; `ours`, `persistence` and both with _log (WIS, and that on
        log(1 + count)); inside_50, inside_80, inside_95.
    """
    parts = [part for one in _forecasts(inputs, options) for part in _parts(inputs, *one)]
    if not parts:
        return pd.DataFrame(columns=["origin", "location", "horizon", "target", "phase", "value"])
    rows = pd.concat(parts, ignore_index=True)
    return rows.drop_duplicates(["location", "target", "horizon"], keep="last")


def _forecasts(
    inputs: WeeklyInputs, options: ForecastOptions
) -> Iterator[tuple[np.datetime64, np.datetime64, NDArray[np.float64], NDArray[np.float64]]]:
    model = start_forecast(options)
    for as_of, week_end, vintage in vintages_of(inputs.table, inputs.second):
        if as_of > inputs.last:
            return
        model, quantile = forecast_cases(model, vintage, inputs.population, options)
        if as_of >= inputs.first and np.isfinite(quantile).any():
            yield as_of, week_end, quantile, vintage.weekly


def _parts(
    inputs: WeeklyInputs,
    as_of: np.datetime64,
    week_end: np.datetime64,
    quantile: NDArray[np.float64],
    weekly: NDArray[np.float64],
) -> Iterator[pd.DataFrame]:
    phase = _phases(inputs.truth, week_end)
    for horizon in HORIZON_WEEK:
        target = pd.Timestamp(week_end + 7 * horizon)
        if target not in inputs.truth.index:
            continue
        value = inputs.truth.loc[target].to_numpy(float)
        part = pd.DataFrame(
            {"origin": as_of, "location": inputs.table.places, "horizon": horizon, "target": target, "phase": phase}
        )
        part["value"] = value
        ours, rival = quantile[horizon - 1], persistence_quantiles(weekly, horizon, PROB)
        for name, one in ((OURS, ours), (PERSISTENCE, rival)):
            part[name] = weighted_interval_score(PROB, one, value)
            part[name + LOG] = weighted_interval_score(PROB, np.log1p(one), np.log1p(value))
        for width in WIDTHS:
            part[f"inside_{100 * width:.0f}"] = is_covered(PROB, ours, value, width)
        yield part[np.isfinite(part[OURS])]


def _phases(truth: pd.DataFrame, week_end: np.datetime64) -> NDArray[np.str_]:
    """Name of the phase each place is in, "" where the weeks around it are not known."""
    around = [pd.Timestamp(week_end + 7 * shift) for shift in (-PHASE_WEEK, 0, PHASE_WEEK)]
    before, now, after = np.log1p(truth.reindex(around).to_numpy(float))
    known = np.isfinite(after - before) & np.isfinite(now)
    number = np.where(now > before, np.where(after > now, 0, 1), np.where(after > now, 3, 2))
    return np.asarray(np.where(known, np.array(PHASES)[number], ""))
