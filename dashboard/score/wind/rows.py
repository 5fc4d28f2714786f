"""Hours at stations near storms, with what the wind models say there."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.wind.inputs import WindInputs
from risk_core.hazards.typhoon.great_circle import distance_m
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, WindProfile
from risk_core.hazards.typhoon.point_wind import surface_wind_at, vortex_wind_at
from risk_core.hazards.typhoon.station_wind import StationHours
from risk_core.hazards.typhoon.storm import Storm, storm_at
from risk_core.state.situation import Track
from risk_core.units import S_PER_H

M_PER_KM: Final = 1000.0
LONGEST_GAP_S: Final = 12 * S_PER_H
"""Hours between fixes farther apart are not scored: the track between them is a guess."""
PLAIN: Final = replace(TYPHOON_DEFAULTS, profile=WindProfile.HOLLAND_1980)
WARM_MONTHS: Final = (5, 10)
"""First and last month of the typhoon season, for the daily course of the wind."""


@dataclass(frozen=True, slots=True, eq=False)
class StormHour:
    """A storm in one scored hour, kept for the members of its ensemble."""

    storm: Storm
    hour: int


def storm_rows(inputs: WindInputs, within_km: float) -> tuple[pd.DataFrame, dict[tuple[int, int], StormHour], int]:
    """Rows of every storm, hour and reporting station within that distance of the centre.

    Where two storms are near a station in the same hour, the row belongs to the one with the stronger wind there; a
    scored storm goes before one that is only learned from, which may be the same under another number.

    Returns
    -------
    rows
        storm (position of the track), hour, station, wind, sea (wind over open sea), plain (Holland 1980), year.
    storms
        The storm by (storm, hour).
    n_gap
        Hours left out because the track has a gap there.
    """
    reports: dict[int, list[int]] = {}
    for k, hour in enumerate(inputs.hour.tolist()):
        reports.setdefault(hour, []).append(k)
    found: list[tuple[float, ...]] = []
    storms: dict[tuple[int, int], StormHour] = {}
    n_gap = 0
    for s, track in enumerate(inputs.tracks):
        for hour in _near_hours(inputs, track, within_km, reports):
            if _in_gap(track, hour * S_PER_H):
                n_gap += 1
                continue
            storm = storm_at(track, hour * S_PER_H, TYPHOON_DEFAULTS)
            if storm is None:
                continue
            k = np.array(reports[hour])
            lat, lon = inputs.lat_deg[inputs.station[k]], inputs.lon_deg[inputs.station[k]]
            near = distance_m(storm.lat_deg, storm.lon_deg, lat, lon) <= within_km * M_PER_KM
            if not near.any():
                continue
            k, lat, lon = k[near], lat[near], lon[near]
            sea = np.hypot(*surface_wind_at(storm, lat, lon))
            plain = vortex_wind_at(storm, lat, lon, PLAIN)
            storms[s, hour] = StormHour(storm, hour)
            wind = inputs.speed_m_per_s[k]
            found += zip([s] * len(k), [hour] * len(k), inputs.station[k], wind, sea, plain, strict=True)
    rows = pd.DataFrame(found, columns=["storm", "hour", "station", "wind", "sea", "plain"])
    rows = rows.astype({"storm": np.int64, "hour": np.int64, "station": np.int64})
    rows["scored"] = rows["storm"] < inputs.n_scored
    rows = rows.sort_values(["scored", "sea"], kind="stable").drop_duplicates(["hour", "station"], keep="last")
    rows = rows.sort_values(["storm", "hour", "station"], ignore_index=True)
    rows["year"] = years_of(rows["hour"].to_numpy())
    return rows, storms, n_gap


def _near_hours(inputs: WindInputs, track: Track, within_km: float, reports: dict[int, list[int]]) -> list[int]:
    """Full hours of the track in which its centre is near any station and something is reported."""
    first, last = math.ceil(track.time_s[0] / S_PER_H), math.floor(track.time_s[-1] / S_PER_H)
    hours = np.arange(first, last + 1)
    lat = np.interp(hours * S_PER_H, track.time_s, track.lat_deg)
    lon = np.interp(hours * S_PER_H, track.time_s, np.degrees(np.unwrap(np.radians(track.lon_deg))))
    least = distance_m(lat[:, None], lon[:, None], inputs.lat_deg, inputs.lon_deg).min(axis=1)
    return [int(hour) for hour in hours[least <= within_km * M_PER_KM] if int(hour) in reports]


def _in_gap(track: Track, time_s: float) -> bool:
    after = int(np.searchsorted(track.time_s, time_s))
    if track.time_s[after] == time_s:
        return False
    return bool(track.time_s[after] - track.time_s[after - 1] > LONGEST_GAP_S)


def years_of(hour: NDArray[np.int64]) -> NDArray[np.int64]:
    """Calendar years (UTC) of hours since 1970."""
    return (hour * np.timedelta64(1, "h") + np.datetime64("1970-01-01T00")).astype("datetime64[Y]").astype(int) + 1970


@dataclass(frozen=True, slots=True, eq=False)
class Climate:
    """What stations report without regard to storms, from the hours that may be known."""

    mean: NDArray[np.float64]
    daily: NDArray[np.float64]
    pooled_daily: NDArray[np.float64]

    def daily_of(self, station: NDArray[np.int64], hour: NDArray[np.int64], withheld: int = -1) -> NDArray[np.float64]:
        """Mean of the hour of the day minus mean of the day; of all stations where the own is unknown or withheld."""
        own = self.daily[station, hour % 24]
        take = np.isfinite(own) & (station != withheld)
        return np.where(take, own, self.pooled_daily[hour % 24])


def climate_of(inputs: WindInputs, known: NDArray[np.bool_], fallback: NDArray[np.bool_]) -> Climate:
    """Means of the reports where `known`; a station without any there takes those of `fallback`."""
    n = len(inputs.station_id)
    mean = _means(inputs.station, inputs.speed_m_per_s, known, n)
    other = _means(inputs.station, inputs.speed_m_per_s, fallback, n)
    month = (inputs.hour * np.timedelta64(1, "h") + np.datetime64("1970-01-01T00")).astype("datetime64[M]").astype(int)
    warm = known & (month % 12 + 1 >= WARM_MONTHS[0]) & (month % 12 + 1 <= WARM_MONTHS[1])
    group = inputs.station * 24 + inputs.hour % 24
    by_hour = _means(group, inputs.speed_m_per_s, warm, n * 24).reshape(n, 24)
    daily = by_hour - by_hour.mean(axis=1, keepdims=True)
    whole = daily[np.isfinite(daily).all(axis=1)]
    pooled = whole.mean(axis=0) if len(whole) else np.zeros(24)
    return Climate(np.where(np.isfinite(mean), mean, other), daily, pooled)


def _means(
    group: NDArray[np.int64], value: NDArray[np.float64], kept: NDArray[np.bool_], n: int
) -> NDArray[np.float64]:
    count = np.bincount(group[kept], minlength=n)
    total = np.bincount(group[kept], weights=value[kept], minlength=n)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def hours_of(inputs: WindInputs, rows: pd.DataFrame, climate: Climate, withheld: int = -1) -> StationHours:
    """Rows as the station law takes them."""
    station, hour = rows["station"].to_numpy(), rows["hour"].to_numpy()
    daily = climate.daily_of(station, hour, withheld)
    return StationHours(station, rows["sea"].to_numpy(float), daily, inputs.height_m[station])
