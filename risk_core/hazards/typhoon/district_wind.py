"""The members' answer for whole districts: at the place of each that is most exposed to each level."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.typhoon.grid_weights import grid_weights
from risk_core.state.area import Area
from risk_core.state.wind_outlook import Ground, WindOutlook, code_to_prob
from risk_core.units import S_PER_H

PLACE_STEP_M: Final = 6_000.0
"""Distance between the places looked at inside a district; besides the point that stands for it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DistrictWind:
    """Wind levels by district, over land.

    Attributes
    ----------
    hour_s
        The hours, unix seconds, shape=(n_hour,).
    hour_prob
        Probability of each level in each hour at the place where it is highest, shape=(n_district, n_hour, n_level).
    event_prob
        Probability in at least one hour at the place where it is highest, shape=(n_district, n_level).
    arrival_s
        Quantiles of the first passing at that place, unix seconds, shape=(n_quantile, n_district, n_level); NaN where
        too few members pass.
    gust_m_per_s
        Quantiles of the largest gust, highest of the district, shape=(n_quantile, n_district).
    place_deg
        (lat, lon) of the place most exposed to the lowest level, shape=(n_district, 2).
    """

    hour_s: Floats
    hour_prob: Floats
    event_prob: Floats
    arrival_s: Floats
    gust_m_per_s: Floats
    place_deg: Floats


def district_wind(outlook: WindOutlook, area: Area) -> DistrictWind:
    """Sum up the outlook by district.

    Parameters
    ----------
    outlook
        What the members say.
    area
        With at least one district.
    """
    district, lat, lon = district_places(area)
    row, col = grid_weights(lat, lon, outlook.grid)
    event = _at_places(code_to_prob(outlook.event_code[Ground.LAND]), row, col)
    hourly = _at_places(code_to_prob(outlook.over_code[Ground.LAND]), row, col)
    gust = _at_places(outlook.gust_m_per_s[:, Ground.LAND], row, col)
    first = np.flatnonzero(np.diff(district, prepend=-1))
    worst = np.stack([_worst_place(event[:, k], district, first) for k in range(event.shape[1])], axis=1)
    since_h = _nearest(outlook.arrival_h[:, Ground.LAND], row, col)
    level = np.arange(event.shape[1])
    return DistrictWind(
        hour_s=outlook.hour_s,
        hour_prob=np.maximum.reduceat(hourly, first, axis=0).astype(np.float64),
        event_prob=np.maximum.reduceat(event, first, axis=0).astype(np.float64),
        arrival_s=outlook.hour_s[0] + S_PER_H * since_h[:, level, worst].astype(np.float64),
        gust_m_per_s=np.maximum.reduceat(gust, first, axis=0).T.astype(np.float64),
        place_deg=np.stack([lat[worst[:, 0]], lon[worst[:, 0]]], axis=1),
    )


def district_places(area: Area) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Places looked at: district, latitude and longitude of each, ascending by district; every district has one."""
    step = max(1, round(PLACE_STEP_M / area.grid.cell_m))
    thinned = np.asarray(area.district)[::step, ::step]
    rows, cols = np.nonzero(thinned >= 0)
    own = np.arange(len(area.districts))
    district = np.concatenate([own, thinned[rows, cols]])
    lat = np.concatenate([[one.lat_deg for one in area.districts], area.grid.row_lat_deg[rows * step]])
    lon = np.concatenate([[one.lon_deg for one in area.districts], area.grid.col_lon_deg[cols * step]])
    order = np.argsort(district, kind="stable")
    return district[order].astype(np.int64), lat[order], lon[order]


def _at_places(values: NDArray[np.float32], row: NDArray[np.float32], col: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values at each place, from the four cells round it, (..., y, x) -> (n_place, ...)."""
    place = np.arange(len(row))
    found = np.zeros((*values.shape[:-2], len(row)), np.float32)
    for r in _pair(row):
        for c in _pair(col):
            found += values[..., r, c] * (row[place, r] * col[place, c])
    return np.ascontiguousarray(np.moveaxis(found, -1, 0))


def _pair(weight: NDArray[np.float32]) -> tuple[NDArray[np.intp], ...]:
    """Positions of the one or two cells along an axis that hold a place's weight."""
    last = weight.shape[1] - 1
    first = np.minimum((weight > 0).argmax(axis=1), max(last - 1, 0))
    return (first, first + 1) if last else (first,)


def _worst_place(prob: NDArray[np.float32], district: NDArray[np.int64], first: NDArray[np.intp]) -> NDArray[np.intp]:
    """Position of the place with the highest probability in each district, its own point where none stands out."""
    order = np.lexsort((np.arange(len(prob)), -prob, district))
    return order[first]


def _nearest(values: NDArray[np.float32], row: NDArray[np.float32], col: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values of the nearest cell, (..., y, x) -> (..., p): times are not averaged with cells that have none."""
    return np.asarray(values[..., row.argmax(axis=1), col.argmax(axis=1)])
