"""Typhoon wind on the grid for every time slice, as risk.

Chain: track in time (`storm`), vortex profile (Holland 2010 by default), background wind (Lin and Chavas 2012), inflow
(Phadke et al. 2003), ground (EN 1991-1-4), gust (WMO/TD-No. 1555). Winds are 10-minute means. The risk is that of the
forecast as issued; its bounds are the 10 and 90 % quantiles of the members' wind (`outlook`), widened where the
forecast itself lies outside them: at long leads fewer than a tenth of the members pass the middle of its course. Live
stations pull the first hours (`station_correction`): such models miss the speed-up over terrain at the Jeju coast.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.typhoon.eurocode_2005 import land_ratio
from risk_core.hazards.typhoon.harper_2010 import GUST_AT_SEA, GUST_INLAND
from risk_core.hazards.typhoon.kaplan_demaria_1995 import fill_over_land
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.hazards.typhoon.outlook import StormOutlook, look_ahead
from risk_core.hazards.typhoon.outlook_field import at_time, resample
from risk_core.hazards.typhoon.point_wind import surface_wind_at
from risk_core.hazards.typhoon.station_correction import analyse_stations, log_ratios
from risk_core.hazards.typhoon.storm import hour_tables, storm_at
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
    outlook: StormOutlook | None = None,
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
    outlook
        `look_ahead` of the same tracks and slices; made here when left out.

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
    outlook = outlook or look_ahead(grid, tracks, now_s, lead_s, options)
    newest_s = -np.inf
    for t, lead in enumerate(lead_s):
        time_s = now_s + float(lead)
        winds = [(track, wind) for track in tracks if (wind := storm_wind(grid, track, time_s, options)) is not None]
        if not winds:
            continue
        newest_s = max(newest_s, *(min(track.issue_s, now_s) for track, _ in winds))
        speed = np.max([np.hypot(wind[0, 0], wind[0, 1]) for _, wind in winds], axis=0)
        bounds = () if outlook is None else resample(grid, outlook.wind.grid, at_time(outlook, time_s))
        ground = land if pull is None else land * fading_ratio(pull, lead / S_PER_H, options)
        code[:, t] = _codes_of(np.stack([speed, *bounds]), ground, gust, options)
        if lead == 0:
            local = np.stack([speed * ground, speed * ground * gust])
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


def _codes_of(
    speed: NDArray[np.float32], ground: NDArray[np.float32], gust: NDArray[np.float32], options: TyphoonOptions
) -> NDArray[np.uint8]:
    """Risk, low and high of wind over sea: of the forecast, and of the members where there are any."""
    wind = np.stack([speed, np.zeros_like(speed)], axis=1).astype(np.float32)
    found = wind_codes(wind, ground, gust, options.wind_scale.knots, options.gust_scale.knots)
    return np.stack([found[0], found.min(axis=0), found.max(axis=0)])


def decayed_over_land(area: Area, track: Track) -> Track:
    """Fill winds a forecast leaves out over land (cells inside a district) by their decay after landfall.

    Only points without wind and pressure are filled: a known pressure says more.
    """
    unknown = ~np.isfinite(track.max_wind_m_per_s) & ~np.isfinite(track.central_pressure_hpa)
    cell = area.grid.cells_of(np.asarray(track.lat_deg), np.asarray(track.lon_deg))
    is_land = (cell >= 0) & (area.district.ravel()[np.maximum(cell, 0)] >= 0) & unknown
    if not is_land.any():
        return track
    return dataclasses.replace(
        track, max_wind_m_per_s=fill_over_land(np.asarray(track.time_s), np.asarray(track.max_wind_m_per_s), is_land)
    )


def storm_wind(grid: Grid, track: Track, time_s: float, options: TyphoonOptions) -> NDArray[np.float32] | None:
    """Wind over sea of one storm at one time by (east, north), shape=(1, 2, n_cell), m/s.

    None outside the times of the track.
    """
    storm = storm_at(track, time_s, options)
    if storm is None:
        return None
    tables = hour_tables(storm, options)
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
    """Factor of the wind at that lead, shape=(n_cell,); hours before now are corrected like now.

    The calm wind c of `station_correction` is left out, so that one factor serves every member: the wind is lower by
    c (factor - 1) than `corrected_wind_m_per_s` has it, 0.5 m/s at a factor of 1.5 and at most 1.5 m/s.
    """
    weight = max(1.0 - max(lead_h, 0.0) / options.correction.fade_h, 0.0)
    return np.exp(log_ratio * weight).astype(np.float32)
