"""Wind of one storm over open sea at single places, for comparison with stations."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.typhoon.lin_chavas_2012 import background_wind_m_per_s
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.hazards.typhoon.phadke_2003 import inflow_rad
from risk_core.hazards.typhoon.storm import CALM_M_PER_S, Storm, vortex_wind
from risk_core.units import M_PER_DEG_LAT

Floats = NDArray[np.float64]
LEAST_RADIUS_M = 1.0


def surface_wind_at(
    storm: Storm, lat_deg: Floats, lon_deg: Floats, options: TyphoonOptions = TYPHOON_DEFAULTS
) -> tuple[Floats, Floats]:
    """East and north component of the 10-minute wind over open sea, shape=(n_place,) each, m/s.

    The same wind as `storm_wind` gives on a grid, without its table: vortex, inflow and background wind.

    Parameters
    ----------
    storm
        From `storm_at`.
    lat_deg, lon_deg
        Places, shape=(n_place,).
    options
        Settings; places farther than `reach_m` have no wind.
    """
    east_m, north_m = _from_centre(storm, lat_deg, lon_deg)
    far_m = np.hypot(east_m, north_m)
    speed, radius_max_m = vortex_wind(storm, far_m, options)
    top = float(vortex_wind(storm, np.arange(0.0, options.reach_m, options.node_m), options)[0].max())
    background = background_wind_m_per_s(storm.east_m_per_s, storm.north_m_per_s, storm.lat_deg)
    turn = math.copysign(1.0, storm.lat_deg)
    inflow = inflow_rad(far_m, radius_max_m)
    x, y = east_m / np.maximum(far_m, LEAST_RADIUS_M), north_m / np.maximum(far_m, LEAST_RADIUS_M)
    c, s = np.cos(inflow), np.sin(inflow)
    speed = np.where(far_m <= options.reach_m, speed, 0.0)
    share = speed / max(top, CALM_M_PER_S)
    return speed * (-turn * y * c - x * s) + share * background[0], speed * (turn * x * c - y * s) + share * background[
        1
    ]


def vortex_wind_at(storm: Storm, lat_deg: Floats, lon_deg: Floats, options: TyphoonOptions) -> Floats:
    """Wind of the resting vortex alone at each place, shape=(n_place,), m/s."""
    return vortex_wind(storm, np.hypot(*_from_centre(storm, lat_deg, lon_deg)), options)[0]


def _from_centre(storm: Storm, lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats]:
    """Place on the plane that touches the earth half-way between the latitudes, metres east and north."""
    d_lon = (lon_deg - storm.lon_deg + 180.0) % 360.0 - 180.0
    across = np.cos(np.radians(0.5 * (lat_deg + storm.lat_deg)))
    return d_lon * M_PER_DEG_LAT * across, (lat_deg - storm.lat_deg) * M_PER_DEG_LAT
