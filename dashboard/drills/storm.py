"""A typhoon that passes the Korean peninsula: bulletins every three hours with a forecast track. Invented, seeded.

The course recurves from the East China Sea over Jeju and the south coast, like many autumn storms; no position
is taken from a real one. Forecast positions carry an error that grows with lead time, 93 km at 24 h, the
mean of the Korean agency's 2017 forecasts, so that the probability map has something true to be unsure of; the
bulletins draw the 70 % circles of that error.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.units import M_PER_DEG_LAT

Floats = NDArray[np.float64]

WAYPOINT_H = np.array([0.0, 12.0, 24.0, 36.0, 48.0, 60.0, 72.0, 96.0])
WAYPOINT_LAT = np.array([28.2, 30.0, 31.9, 33.9, 36.4, 39.2, 42.0, 47.0])
WAYPOINT_LON = np.array([125.2, 125.6, 126.2, 127.3, 129.3, 131.8, 135.0, 143.0])
WAYPOINT_HPA = np.array([948.0, 945.0, 948.0, 955.0, 968.0, 978.0, 986.0, 994.0])
WAYPOINT_WIND = np.array([45.0, 46.0, 44.0, 40.0, 33.0, 27.0, 22.0, 17.0])
WAYPOINT_R25_M = np.array([130e3, 140e3, 140e3, 120e3, 90e3, 60e3, np.nan, np.nan])
WAYPOINT_R15_M = np.array([380e3, 400e3, 410e3, 390e3, 340e3, 300e3, 260e3, 200e3])
ISSUE_STEP_H = 3.0
FORECAST_STEP_H = 6.0
LONGEST_LEAD_H = 48.0
ERROR_M_PER_H = 93e3 / 24.0
RADIUS_70_PER_SIGMA = 1.5518
"""Radius that holds 70 % of centres over their standard deviation along one axis: sqrt(-2 ln 0.3)."""


@dataclass(frozen=True, slots=True, eq=False)
class Bulletin:
    """One bulletin: hours since the storm's beginning of its points, and their values (see `Track`)."""

    issue_h: float
    hour: Floats
    lat_deg: Floats
    lon_deg: Floats
    central_pressure_hpa: Floats
    max_wind_m_per_s: Floats
    radius_25_m: Floats
    radius_15_m: Floats
    radius_70_prob_m: Floats


def bulletin(issue_h: float, seed: int) -> Bulletin:
    """The bulletin of hour `issue_h`: what has been (true) and what is expected (with error)."""
    past = np.arange(0.0, issue_h + 0.1, FORECAST_STEP_H)
    past = past[past < issue_h]
    lead = np.arange(0.0, LONGEST_LEAD_H + 0.1, FORECAST_STEP_H)
    hour = np.concatenate([past, issue_h + lead])
    hour = hour[hour <= WAYPOINT_H[-1]]
    rng = np.random.default_rng([seed, 4, round(issue_h * 10)])
    error_m = ERROR_M_PER_H * np.maximum(0.0, hour - issue_h) / 1.2533
    north, east = rng.normal(size=2)
    lat = np.interp(hour, WAYPOINT_H, WAYPOINT_LAT)
    lon = np.interp(hour, WAYPOINT_H, WAYPOINT_LON) + error_m * east / (M_PER_DEG_LAT * np.cos(np.radians(lat)))
    return Bulletin(
        issue_h=issue_h,
        hour=hour,
        lat_deg=np.round(lat + error_m * north / M_PER_DEG_LAT, 2),
        lon_deg=np.round(lon, 2),
        central_pressure_hpa=np.round(np.interp(hour, WAYPOINT_H, WAYPOINT_HPA)),
        max_wind_m_per_s=np.round(np.interp(hour, WAYPOINT_H, WAYPOINT_WIND)),
        radius_25_m=np.interp(hour, WAYPOINT_H, WAYPOINT_R25_M),
        radius_15_m=np.interp(hour, WAYPOINT_H, WAYPOINT_R15_M),
        radius_70_prob_m=np.where(error_m > 0, np.round(RADIUS_70_PER_SIGMA * error_m, -3), np.nan),
    )
