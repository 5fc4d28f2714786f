"""Rows of measurements shaped into the arrays of a situation."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.area import Area
from risk_core.state.situation import DistrictCases, RainGauges, Track, WindStations
from risk_core.units import S_PER_DAY, S_PER_H

RAIN_WINDOW_S: Final = 25 * S_PER_H
"""Rain looked back at: the longest sum that is told, 24 hours, and an hour for late reports."""

MEASURED_FRESH_S: Final = S_PER_H
"""Stations silent for longer give way to what a weather model estimates."""

CASES_WINDOW_DAY: Final = 49
"""Days of cases looked back at."""

N_REPORT_AGE: Final = 7
"""Days after which a day's cases count as complete."""

TRACK_END_S: Final = S_PER_DAY
"""A storm whose last position is older than this is over."""

Row = dict[str, Any]


def rain_gauges(rows: Iterable[Row], now_s: float, window_s: float = RAIN_WINDOW_S) -> RainGauges | None:
    """Rates on one even time axis: the shortest interval met; a longer interval fills every step it covers.

    The last step ends with the newest report, so that none lies ahead of now and is left unused; every other report
    belongs to the step whose end is nearest. Steps longer than `window_s` before the newest are left out.
    """
    rows, is_measured = measured_first([row for row in rows if row["time_s"] <= now_s], now_s)
    if not rows:
        return None
    step_s = min(row["interval_s"] for row in rows)
    phase_s = max(row["time_s"] for row in rows) % step_s
    end = [round((row["time_s"] - phase_s) / step_s) for row in rows]
    last = max(end)
    first = max(min(end), last - math.ceil(window_s / step_s) + 1)
    stations, position = _stations(rows)
    rate = np.full((last - first + 1, len(stations)), np.nan)
    for row, station, step in sorted(zip(rows, position, end, strict=True), key=lambda item: -item[0]["interval_s"]):
        n_step = max(1, round(row["interval_s"] / step_s))
        rate[max(0, step - n_step + 1 - first) : max(0, step + 1 - first), station] = row["rate_mm_per_h"]
    time_s = np.arange(first, last + 1, dtype=np.float64) * step_s + phase_s
    return RainGauges(_column(stations, "lat_deg"), _column(stations, "lon_deg"), time_s, rate, is_measured)


def measured_first(rows: Sequence[Row], now_s: float) -> tuple[Sequence[Row], bool]:
    """Rows that were measured, as long as some are fresh, else all of them; and whether that is so.

    A weather model's past hours (quality ``estimated``) stand for stations only where none reports.
    """
    measured = [row for row in rows if row.get("quality") != "estimated"]
    is_fresh = any(row["time_s"] > now_s - MEASURED_FRESH_S for row in measured)
    return (measured, True) if is_fresh or len(measured) == len(rows) else (rows, False)


def wind_stations(rows: Iterable[Row], now_s: float) -> WindStations | None:
    """Newest wind of each station."""
    rows, _ = measured_first([row for row in rows if row["time_s"] <= now_s], now_s)
    if not rows:
        return None
    stations, _ = _stations(rows)
    names = ("lat_deg", "lon_deg", "time_s", "speed_m_per_s", "gust_m_per_s")
    return WindStations(*(_column(stations, name) for name in names))


def district_cases(
    rows: Iterable[Row],
    area: Area,
    now_s: float,
    weights: Mapping[str, float] | None = None,
    window_day: int = CASES_WINDOW_DAY,
) -> DistrictCases | None:
    """Newest vintage known at `now_s` of each district and day; a negative count (a correction) is missing.

    Where several observed sources tell of one district and day, the vintage known last stands. With weights, the
    newest value of each stands with its weight instead; a source without a weight takes the mean of the others.
    Simulated rows stand above observed ones in either case.

    Parameters
    ----------
    rows
        Of the store, any order.
    area
        Its districts are what rows are matched with.
    now_s
        Nothing known later, and no later day, is looked at; unix seconds.
    weights
        By source, above zero; None or fewer than two observed sources change nothing.
    window_day
        Days looked back at.
    """
    place = {district.district_id: position for position, district in enumerate(area.districts)}
    used = [row for row in rows if row["day_s"] <= now_s and row["as_of_s"] <= now_s and row["district_id"] in place]
    if not used:
        return None
    today_s = math.floor(now_s / S_PER_DAY) * S_PER_DAY
    last_s = max(row["day_s"] for row in used)
    first_s = max(min(row["day_s"] for row in used), today_s - (window_day - 1) * S_PER_DAY)
    n_day = max(0, round((last_s - first_s) / S_PER_DAY) + 1)
    if n_day == 0:
        return None
    count = np.full((n_day, len(area.districts)), np.nan)
    known = np.full((N_REPORT_AGE, *count.shape), np.nan)
    used = [row for row in used if row["day_s"] >= first_s]
    used.sort(key=lambda row: (row["simulated"], row["as_of_s"], row["revision"], row["source"]))
    sources = sorted({row["source"] for row in used if not row["simulated"]})
    if weights is not None and len(sources) > 1:
        parts = [(count.copy(), known.copy()) for _ in sources]
        for source, part in zip(sources, parts, strict=True):
            own = (row for row in used if row["source"] == source and not row["simulated"])
            _fill_cases(own, place, first_s, now_s, *part)
        share = source_shares(sources, weights)
        count, known = (weighted_mean(np.stack([part[k] for part in parts]), share) for k in (0, 1))
        used = [row for row in used if row["simulated"]]
    _fill_cases(used, place, first_s, now_s, count, known)
    return DistrictCases(first_s + np.arange(n_day) * S_PER_DAY, count, known)


def _fill_cases(
    rows: Iterable[Row],
    place: Mapping[str, int],
    first_s: float,
    now_s: float,
    count: NDArray[np.float64],
    known: NDArray[np.float64],
) -> None:
    """Write rows, in the order of their vintages, into the counts and into what was known at each age."""
    last_age = np.floor((now_s - first_s) / S_PER_DAY).astype(int) - 1 - np.arange(len(count))
    for row in rows:
        day = round((row["day_s"] - first_s) / S_PER_DAY)
        at = day, place[row["district_id"]]
        count[at] = row["count"] if row["count"] >= 0 else np.nan
        first_age = max(0, math.floor((row["as_of_s"] - row["day_s"]) / S_PER_DAY - 1 + 1e-6))
        known[(slice(first_age, max(0, last_age[day] + 1)), *at)] = count[at]


def source_shares(sources: Sequence[str], weights: Mapping[str, float]) -> NDArray[np.float64]:
    """Weight of each source; one that has none takes the mean of the others.

    Examples
    --------
    >>> source_shares(["a", "b", "new"], {"a": 0.75, "b": 0.25}).tolist()
    [0.75, 0.25, 0.5]
    """
    usual = float(np.mean(list(weights.values()))) if weights else 1.0
    return np.array([weights.get(source, usual) for source in sources], dtype=np.float64)


def weighted_mean(value: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the first axis of what is known there; NaN where nothing is.

    Examples
    --------
    >>> weighted_mean(np.array([[10.0, np.nan], [20.0, 7.0]]), np.array([3.0, 1.0])).tolist()
    [12.5, 7.0]
    """
    each = np.where(np.isfinite(value), weight.reshape(-1, *(1,) * (value.ndim - 1)), 0.0)
    total = each.sum(axis=0)
    summed = (each * np.nan_to_num(value)).sum(axis=0)
    return np.asarray(np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan))


def storm_tracks(rows: Iterable[Row], now_s: float) -> tuple[Track, ...]:
    """Newest bulletin of each storm with the positions analysed before it; storms that are over are left out."""
    storms: dict[tuple[bool, str, str], list[Row]] = {}
    for row in rows:
        if row["issue_s"] <= now_s:
            storms.setdefault((row["simulated"], row["source"], row["storm_id"]), []).append(row)
    tracks = (_track(points) for _, points in sorted(storms.items()))
    return tuple(track for track in tracks if track.time_s[-1] >= now_s - TRACK_END_S)


def _track(rows: Sequence[Row]) -> Track:
    issue_s = max(row["issue_s"] for row in rows)
    newest = [row for row in rows if row["issue_s"] == issue_s]
    first_s = min(row["time_s"] for row in newest)
    analysed = [row for row in rows if row["time_s"] <= row["issue_s"] and row["time_s"] < first_s]
    points: dict[float, Row] = {}
    for row in sorted((*analysed, *newest), key=lambda row: row["issue_s"]):
        points[row["time_s"]] = row
    ordered = [points[time_s] for time_s in sorted(points)]
    names = ("time_s", "lat_deg", "lon_deg", "central_pressure_hpa", "max_wind_m_per_s", "radius_25_m", "radius_15_m")
    name = next((row["name"] for row in reversed(newest) if row["name"]), "")
    circle = _column(ordered, "radius_70_prob_m")
    told = circle if np.isfinite(circle).any() else None
    return Track(rows[0]["storm_id"], name, issue_s, *(_column(ordered, column) for column in names), told)


def _stations(rows: Sequence[Row]) -> tuple[list[Row], list[int]]:
    """Newest row of each station, and the station each row belongs to."""
    newest: dict[tuple[str, bool, str], Row] = {}
    for row in sorted(rows, key=lambda row: row["time_s"]):
        newest[row["source"], row["simulated"], row["station_id"]] = row
    names = sorted(newest)
    number = {name: position for position, name in enumerate(names)}
    return [newest[name] for name in names], [
        number[row["source"], row["simulated"], row["station_id"]] for row in rows
    ]


def _column(rows: Sequence[Row], name: str) -> NDArray[np.float64]:
    return np.array([math.nan if row[name] is None else row[name] for row in rows], np.float64)
