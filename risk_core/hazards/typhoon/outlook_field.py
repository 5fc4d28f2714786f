"""The members' answer between the places and hours it was counted at: on the area's own cells, or at one place."""

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.typhoon.grid_weights import grid_weights
from risk_core.hazards.typhoon.outlook import StormOutlook
from risk_core.state.grid import Grid
from risk_core.state.wind_outlook import Ground, PlaceWind, WindOutlook, code_to_prob
from risk_core.units import S_PER_H

Floats = NDArray[np.float64]


def at_time(outlook: StormOutlook, time_s: float) -> NDArray[np.float32]:
    """Bounds of the members' wind at a time between the hours, linear in time, shape=(2, y, x), m/s over sea."""
    i, part = hour_place(outlook.hour_s, time_s)
    before, after = outlook.bound_m_per_s[:, i], outlook.bound_m_per_s[:, i + 1]
    return np.asarray(before + np.float32(part) * (after - before))


def hour_place(hour_s: Floats, time_s: float) -> tuple[int, float]:
    """Position of the hour before a time and the share of the way to the next one; kept within the hours.

    Examples
    --------
    >>> hour_place(np.array([0.0, 3600.0, 7200.0]), 4500.0)
    (1, 0.25)
    """
    at = float(np.clip((time_s - hour_s[0]) / S_PER_H, 0.0, len(hour_s) - 1))
    i = min(int(at), len(hour_s) - 2)
    return i, at - i


def resample(grid: Grid, coarse: Grid, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values of the coarse grid on every cell of the fine one, bilinear, shape=(..., y, x) -> (..., n_cell)."""
    row, col = grid_weights(grid.row_lat_deg, grid.col_lon_deg, coarse)
    return np.asarray(row @ values @ col.T, dtype=np.float32).reshape(*values.shape[:-2], grid.n_cell)


def wind_at(outlook: WindOutlook, lat_deg: float, lon_deg: float, ground: Ground) -> PlaceWind:
    """The outlook at one place, bilinear between its cells.

    Parameters
    ----------
    outlook
        Where it comes from.
    lat_deg, lon_deg
        The place, degrees.
    ground
        What the wind blows over there.
    """
    row, col = grid_weights(np.array([lat_deg]), np.array([lon_deg]), outlook.grid)
    weight = (row.T @ col).astype(np.float64)

    def mean(values: NDArray[np.float32]) -> Floats:
        return np.asarray((values * weight).sum(axis=(-2, -1)), dtype=np.float64)

    arrival_h = outlook.arrival_h[:, ground]
    known = np.isfinite(arrival_h)
    told = (known * weight).sum(axis=(-2, -1))
    since_h = (np.nan_to_num(arrival_h) * weight).sum(axis=(-2, -1)) / np.where(told > 0, told, 1.0)
    return PlaceWind(
        hour_s=outlook.hour_s,
        levels=outlook.levels,
        over_prob=mean(code_to_prob(outlook.over_code[ground])),
        event_prob=mean(code_to_prob(outlook.event_code[ground])),
        arrival_prob=outlook.arrival_prob,
        arrival_s=np.where(told >= 0.5, outlook.hour_s[0] + since_h * S_PER_H, np.nan),
        gust_prob=outlook.gust_prob,
        gust_m_per_s=mean(outlook.gust_m_per_s[:, ground]),
        n_member=outlook.n_member,
        storms=outlook.storms,
        issue_s=outlook.issue_s,
    )
