"""Typhoon wind on the grid for every time slice, as risk.

Chain: track in time (`storm`), vortex profile (Holland 2010 by default), background wind (Lin and Chavas 2012), inflow
(Phadke et al. 2003), ground (EN 1991-1-4), gust (WMO/TD-No. 1555). Winds are 10-minute means. Interval: position and
intensity error by lead (`forecast_error`). Live stations pull the first hours (`station_correction`): such models miss
the speed-up over terrain at the Jeju coast.
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.typhoon.eurocode_2005 import land_ratio
from risk_core.hazards.typhoon.harper_2010 import GUST_AT_SEA, GUST_INLAND
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.hazards.typhoon.point_wind import surface_wind_at
from risk_core.hazards.typhoon.station_correction import analyse_stations, log_ratios
from risk_core.hazards.typhoon.storm import radial_tables, storm_at
from risk_core.kernels.typhoon import wind_codes, wind_field
from risk_core.state.area import Area
from risk_core.state.assessment import LayerFields
from risk_core.state.grid import Grid
from risk_core.state.level import RISK_CODE_MISSING
from risk_core.state.situation import Track, WindStations
from risk_core.units import S_PER_H

WIND_NAME = "wind_m_per_s"
GUST_NAME = "gust_m_per_s"
LEAST_COMPARED_M_PER_S = 5.0
"""Model wind below which a station's ratio says little about the storm."""


def assess_typhoon(
    area: Area,
    tracks: tuple[Track, ...],
    now_s: float,
    lead_s: NDArray[np.int32],
    options: TyphoonOptions = TYPHOON_DEFAULTS,
    stations: WindStations | None = None,
) -> LayerFields | None:
    """Risk of typhoon wind on the grid for every time slice.

    Several storms: the strongest counts. A slice outside the times of every track is unknown.

    Parameters
    ----------
    area
        Its grid; cells inside a district count as land.
    tracks
        Analysed and forecast tracks.
    now_s
        The moment assessed, unix seconds.
    lead_s
        Time slices, seconds from now, 0 among them.
    options
        Settings.
    stations
        Newest reports; those of the last hour correct the field, less and less up to six hours ahead.

    Returns
    -------
    LayerFields or None
        None when no track covers any slice. Sources are left empty.
    """
    grid = area.grid
    code = np.full((3, len(lead_s), grid.n_cell), RISK_CODE_MISSING, dtype=np.uint8)
    local = np.full((2, grid.n_cell), np.nan, dtype=np.float32)
    land, gust = ground_ratios(area, options)
    pull = None if stations is None else station_log_ratio(grid, tracks, now_s, stations, options)
    newest_s = -np.inf
    for track in tracks:
        for t, lead in enumerate(lead_s):
            wind = storm_wind(grid, track, now_s + float(lead), options)
            if wind is None:
                continue
            newest_s = max(newest_s, min(track.issue_s, now_s))
            ground = land if pull is None else land * fading_ratio(pull, lead / S_PER_H, options)
            found = wind_codes(wind, ground, gust, options.wind_scale.knots, options.gust_scale.knots)
            known = code[:, t] != RISK_CODE_MISSING
            code[:, t] = np.where(known, np.maximum(code[:, t], found), found)
            if lead == 0:
                speed = np.hypot(wind[0, 0], wind[0, 1]) * ground
                local = np.fmax(local, np.stack([speed, speed * gust]))
    if not np.isfinite(newest_s):
        return None
    shape = (grid.n_row, grid.n_col)
    return LayerFields(
        risk=code[0].reshape(-1, *shape),
        low=code[1].reshape(-1, *shape),
        high=code[2].reshape(-1, *shape),
        intensity={WIND_NAME: local[0].reshape(shape), GUST_NAME: local[1].reshape(shape)},
        data_as_of_s=float(newest_s),
        sources=(),
        simulated=False,
    )


def storm_wind(grid: Grid, track: Track, time_s: float, options: TyphoonOptions) -> NDArray[np.float32] | None:
    """Wind over sea of one storm at one time: estimate, low and high by (east, north), shape=(3, 2, n_cell), m/s.

    None outside the times of the track.
    """
    storm = storm_at(track, time_s, options)
    if storm is None:
        return None
    tables = radial_tables(storm, options)
    return wind_field(
        grid.row_lat_deg,
        grid.col_lon_deg,
        tables.centre,
        tables.motion,
        options.node_m,
        tables.speed_m_per_s,
        tables.inflow_rad,
    )


def ground_ratios(area: Area, options: TyphoonOptions) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Local wind over sea wind, and gust over local wind, of each cell, shape=(n_cell,) each."""
    is_land = (area.district.ravel() >= 0) if area.districts else np.ones(area.grid.n_cell, dtype=bool)
    land = np.where(is_land, land_ratio(options.land), 1.0).astype(np.float32)
    gust = np.where(is_land, GUST_INLAND, GUST_AT_SEA).astype(np.float32)
    return land, gust


def station_log_ratio(
    grid: Grid, tracks: tuple[Track, ...], now_s: float, stations: WindStations, options: TyphoonOptions
) -> NDArray[np.float64] | None:
    """Log of what live reports make of the model's wind in each cell, shape=(n_cell,); None where no report is of use.

    Used are reports of the last hour at places where the model has a wind worth comparing.
    """
    model = np.zeros(len(stations.time_s))
    for track in tracks:
        storm = storm_at(track, now_s, options)
        if storm is not None:
            east, north = surface_wind_at(storm, stations.lat_deg, stations.lon_deg, options)
            model = np.fmax(model, np.hypot(east, north) * land_ratio(options.land))
    fresh = np.abs(stations.time_s - now_s) <= S_PER_H
    observed = log_ratios(stations.speed_m_per_s, model, options.correction.calm_m_per_s)
    observed = np.where(fresh & (model >= LEAST_COMPARED_M_PER_S), observed, np.nan)
    if not np.isfinite(observed).any():
        return None
    lat, lon = np.repeat(grid.row_lat_deg, grid.n_col), np.tile(grid.col_lon_deg, grid.n_row)
    return analyse_stations((stations.lat_deg, stations.lon_deg), observed, (lat, lon), options.correction).log_ratio


def fading_ratio(log_ratio: NDArray[np.float64], lead_h: float, options: TyphoonOptions) -> NDArray[np.float32]:
    """Factor of the wind at that lead, shape=(n_cell,); hours before now are corrected like now."""
    weight = max(1.0 - max(lead_h, 0.0) / options.correction.fade_h, 0.0)
    return np.exp(log_ratio * weight).astype(np.float32)
