"""Scores of the rain nowcast: fields against the kriged truth, and the gauges themselves, against persistence."""

import math
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.score.rain.between import score_between
from risk_core.errors import Fault, InputError
from risk_core.hazards.rain.forecast import RainForecast, forecast_rain
from risk_core.hazards.rain.gauges import usable_gauges
from risk_core.hazards.rain.interpolate import interpolate_gauges
from risk_core.hazards.rain.nowcast import MOST_LEAD_S
from risk_core.hazards.rain.options import RAIN_DEFAULTS
from risk_core.scores.field import Fractions, Hits, compare_fractions, count_hits
from risk_core.state.grid import Grid
from risk_core.state.situation import RainGauges
from risk_core.units import M_PER_DEG_LAT

LEADS_MIN: Final = (10, 20, 30, 60, 90, 120)
MOST_CELLS: Final = 50
"""Rows or columns of the scored grid at most."""
LEAST_CELL_M: Final = 250.0
WET_MM_PER_H: Final = 0.5
"""Origins and truths in which no gauge reaches this rate are not scored."""
HISTORY_S: Final = 13 * 3600.0
LEAST_HISTORY: Final = 8
KNOWN_SHARE: Final = 0.5
"""Cells of which the gauges explain less of the rain's variance are left out of the field scores."""

Floats = NDArray[np.float64]


@dataclass(slots=True)
class _Lead:
    """Sums of one lead, ours beside persistence."""

    lead_s: float
    field_error: list[list[float]] = field(default_factory=lambda: [[], []])
    gauge_error: list[list[float]] = field(default_factory=lambda: [[], []])
    hits: dict[float, list[Hits]] = field(default_factory=dict)
    fractions: dict[float, list[Fractions]] = field(default_factory=dict)
    brier: dict[float, list[list[float]]] = field(default_factory=dict)
    weight: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    n_gauge: int = 0


def score_rain(gauges: RainGauges, thresholds: tuple[float, ...], window_km: float, every: int) -> dict[str, Any]:
    """Forecast from one step after another with what was known, and compare with what came.

    Parameters
    ----------
    gauges
        The whole record.
    thresholds
        Rates scored as reached or not, mm/h.
    window_km
        Side of the FSS windows.
    every
        Steps between two origins.

    Raises
    ------
    InputError
        When the record is too short or dry for a single forecast.
    """
    gauges = usable_gauges(gauges, RAIN_DEFAULTS)
    interval_s = float(gauges.time_s[1] - gauges.time_s[0]) if len(gauges.time_s) > 1 else math.inf
    n_join = max(1, math.ceil(RAIN_DEFAULTS.step_s / interval_s - 1e-6))
    step_s = n_join * interval_s
    leads = [_Lead(60.0 * minutes) for minutes in LEADS_MIN if (60.0 * minutes) % step_s == 0]
    grid = gauge_grid(gauges)
    origins = _origins(gauges, n_join, every, int(MOST_LEAD_S // step_s) if leads else 0) if leads else []
    if not origins:
        wanted = f"{LEAST_HISTORY} steps of rain and two hours after them, steps of at most two hours"
        shown = f"{len(gauges.time_s)} steps of {interval_s:g} s"
        raise InputError(Fault("--gauges", shown, wanted, "Give a longer record, or one with rain."))
    n_window = 2 * max(0, round((window_km * 1000.0 / grid.cell_m - 1) / 2)) + 1
    for at in origins:
        _score_origin(gauges, grid, at, n_join, leads, thresholds, n_window)
    steps = [at for at in origins if _is_wet(gauges.rate_mm_per_h[at])]
    return {
        "n_station": len(gauges.lat_deg),
        "n_origin": len(origins),
        "step_s": step_s,
        "grid": {"n_row": grid.n_row, "n_col": grid.n_col, "cell_m": grid.cell_m},
        "window_cells": n_window,
        "leads": [_summary(lead, thresholds) for lead in leads],
        "interpolation": score_between(gauges, steps),
    }


def gauge_grid(gauges: RainGauges) -> Grid:
    """Grid over the gauges' box, at most 50 x 50 cells of at least 250 m."""
    south, north = float(gauges.lat_deg.min()), float(gauges.lat_deg.max())
    west, east = float(gauges.lon_deg.min()), float(gauges.lon_deg.max())
    width_m = (east - west) * M_PER_DEG_LAT * math.cos(math.radians((south + north) / 2))
    cell_m = max(LEAST_CELL_M, max((north - south) * M_PER_DEG_LAT, width_m) / MOST_CELLS)
    edge = 0.5 * cell_m / M_PER_DEG_LAT
    return Grid.from_bounds(west - edge, south - edge, east + edge, north + edge, cell_m)


def _origins(gauges: RainGauges, n_join: int, every: int, n_ahead: int) -> list[int]:
    """Positions of the last interval known to each forecast, with rain then or within the two hours after."""
    last = len(gauges.time_s) - 1 - n_ahead * n_join
    found = range(LEAST_HISTORY * n_join - 1, last + 1, every * n_join)
    return [at for at in found if _is_wet(gauges.rate_mm_per_h[at : at + n_ahead * n_join + 1])]


def _is_wet(rate: Floats) -> bool:
    return bool(np.nanmax(np.where(np.isfinite(rate), rate, 0.0), initial=0.0) >= WET_MM_PER_H)


def _score_origin(
    gauges: RainGauges,
    grid: Grid,
    at: int,
    n_join: int,
    leads: list[_Lead],
    thresholds: tuple[float, ...],
    n_window: int,
) -> None:
    now_s, interval_s = float(gauges.time_s[at]), float(gauges.time_s[1] - gauges.time_s[0])
    first = int(np.searchsorted(gauges.time_s, now_s - HISTORY_S))
    known = RainGauges(
        gauges.lat_deg, gauges.lon_deg, gauges.time_s[first : at + 1], gauges.rate_mm_per_h[first : at + 1]
    )
    lead_s = np.array([0.0, *(lead.lead_s for lead in leads)])
    found = forecast_rain(grid, known, now_s, lead_s)
    if found is None or not np.isfinite(found.rate_mm_per_h).all():
        return
    cells = grid.cells_of(gauges.lat_deg, gauges.lon_deg)
    for k, lead in enumerate(leads, start=1):
        ahead = at + round(lead.lead_s / interval_s)
        seen = gauges.rate_mm_per_h[ahead]
        n_seen = int(np.isfinite(seen).sum())
        if n_seen < RAIN_DEFAULTS.least_kriging:
            continue
        truth = _field_of(grid, gauges, seen)
        _add_fields(lead, (found.rate_mm_per_h[k], found.rate_mm_per_h[0]), truth, thresholds, n_window)
        _add_gauges(lead, found, k, cells, seen, thresholds)


def _field_of(grid: Grid, gauges: RainGauges, seen: Floats) -> NDArray[np.float32]:
    """The rain that came, kriged; NaN where the gauges say little."""
    mask = np.isfinite(seen)
    value = seen[mask].astype(np.float32)[:, None]
    found = interpolate_gauges(grid.row_lat_deg, grid.col_lon_deg, gauges.lat_deg[mask], gauges.lon_deg[mask], value)
    field_of = np.where(found.unknown_share <= 1 - KNOWN_SHARE, found.value[:, 0], np.float32(np.nan))
    return np.asarray(field_of.reshape(grid.n_row, grid.n_col), np.float32)


def _add_fields(
    lead: _Lead,
    forecasts: tuple[NDArray[np.float32], NDArray[np.float32]],
    truth: NDArray[np.float32],
    thresholds: tuple[float, ...],
    n_window: int,
) -> None:
    for who, forecast in enumerate(forecasts):
        error = np.abs(forecast - truth)
        if np.isfinite(error).any():
            lead.field_error[who].append(float(np.nanmean(error)))
        for threshold in thresholds:
            hits = lead.hits.setdefault(threshold, [Hits(), Hits()])
            hits[who] += count_hits(forecast, truth, threshold)
            fractions = lead.fractions.setdefault(threshold, [Fractions(), Fractions()])
            fractions[who] += compare_fractions(forecast, truth, threshold, n_window)


def _add_gauges(
    lead: _Lead, found: RainForecast, k: int, cells: NDArray[np.int32], seen: Floats, thresholds: tuple[float, ...]
) -> None:
    mask = np.isfinite(seen) & (cells >= 0)
    came, where = seen[mask], cells[mask]
    ours, still = found.rate_mm_per_h[k].ravel()[where], found.rate_mm_per_h[0].ravel()[where]
    low, high = found.low_mm_per_h[k].ravel()[where], found.high_mm_per_h[k].ravel()[where]
    lead.n_gauge += len(came)
    for who, forecast in enumerate((ours, still)):
        lead.gauge_error[who] += np.abs(forecast - came).tolist()
    wet = np.maximum(came, ours) >= WET_MM_PER_H
    lead.inside += ((came >= low) & (came <= high))[wet].astype(float).tolist()
    lead.weight.append(float(found.moved_weight[k]))
    for threshold in thresholds:
        stated = found.exceedance_prob(threshold)[k].ravel()[where]
        squares = lead.brier.setdefault(threshold, [[], []])
        for who, prob in enumerate((stated, (still >= threshold).astype(float))):
            squares[who] += ((prob - (came >= threshold)) ** 2).tolist()


def _summary(lead: _Lead, thresholds: tuple[float, ...]) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    for one in thresholds:
        hits = lead.hits.get(one, [Hits(), Hits()])
        fractions = lead.fractions.get(one, [Fractions(), Fractions()])
        squares = lead.brier.get(one, [[], []])
        marks[f"{one:g}"] = {
            "csi": _both(*(h.csi for h in hits)),
            "fss": _both(*(f.fss for f in fractions)),
            "frequency_bias": _both(*(h.frequency_bias for h in hits)),
            "brier": _both(*(_mean(square) for square in squares)),
            "n_cell_reached": hits[0].hit + hits[0].miss,
        }
    return {
        "lead_min": round(lead.lead_s / 60),
        "n_forecast": len(lead.weight),
        "n_gauge": lead.n_gauge,
        "field_mae": _both(*map(_mean, lead.field_error)),
        "gauge_mae": _both(*map(_mean, lead.gauge_error)),
        "weight": _or_none(_mean(lead.weight)),
        "inside_80": _or_none(_mean(lead.inside)),
        "thresholds": marks,
    }


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else math.nan


def _both(ours: float, persistence: float) -> dict[str, float | None]:
    return {"ours": _or_none(ours), "persistence": _or_none(persistence)}


def _or_none(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
