"""A storm at one moment: the track in time, and the radial tables its wind field is made of."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.typhoon import (
    atkinson_holliday_1977,
    holland_1980,
    holland_2008,
    holland_2010,
    vickery_wadhera_2008,
)
from risk_core.hazards.typhoon.forecast_error import RADIUS_70_PER_SIGMA, gap_sigma_m, position_sigma_m
from risk_core.hazards.typhoon.lin_chavas_2012 import TRANSLATION_SHARE, background_wind_m_per_s
from risk_core.hazards.typhoon.options import TyphoonOptions, WindProfile
from risk_core.hazards.typhoon.phadke_2003 import inflow_rad
from risk_core.hazards.typhoon.radius_law import expected_radii_m
from risk_core.state.situation import Track
from risk_core.units import M_PER_DEG_LAT, S_PER_H

HALF_SPAN_S = 3 * S_PER_H
CORIOLIS_PER_S = 2 * 7.292e-5
LEAST_VORTEX_M_PER_S = 10.0
RADIUS_MAX_SHARE = 0.7
CALM_M_PER_S = 1e-3


@dataclass(frozen=True, slots=True)
class Storm:
    """A storm at one moment.

    Attributes
    ----------
    lat_deg, lon_deg
        Centre.
    east_m_per_s, north_m_per_s
        Translation, centred difference over six hours.
    pressure_drop_hpa
        Environmental minus central pressure.
    deepening_hpa_per_h
        Change of the central pressure.
    largest_m_per_s
        10-minute maximum wind.
    radius_25_m, radius_15_m
        NaN where not reported.
    lead_h
        Hours since the track was issued, 0 before.
    position_sigma_m
        Standard deviation of the centre along one axis: by the agency's circle where it is known, else by the table of
        its past errors.
    """

    lat_deg: float
    lon_deg: float
    east_m_per_s: float
    north_m_per_s: float
    pressure_drop_hpa: float
    deepening_hpa_per_h: float
    largest_m_per_s: float
    radius_25_m: float
    radius_15_m: float
    lead_h: float
    position_sigma_m: float


@dataclass(frozen=True, slots=True, eq=False)
class RadialTables:
    """What the wind kernels need of a storm: vortex wind by radius, shape=(1, n_node), and the rest."""

    speed_m_per_s: NDArray[np.float64]
    inflow_rad: NDArray[np.float64]
    motion: NDArray[np.float64]
    centre: NDArray[np.float64]


def storm_at(track: Track, time_s: float, options: TyphoonOptions) -> Storm | None:
    """Interpolate a track to one time, linearly; None outside its times or where neither wind nor pressure is known.

    A missing pressure follows from the wind, and a missing wind from the pressure (Atkinson and Holliday 1977). Points
    with neither tell the position only. A radius is used where both points around the time report it.
    """
    t = np.asarray(track.time_s, dtype=np.float64)
    if t.size == 0 or not t[0] <= time_s <= t[-1]:
        return None
    pressure, largest = _fill_strength(track, options)
    told = np.isfinite(pressure)
    if not told.any() or not t[told][0] <= time_s <= t[told][-1]:
        return None
    lon = np.degrees(np.unwrap(np.radians(track.lon_deg)))
    before, after = max(time_s - HALF_SPAN_S, t[0]), min(time_s + HALF_SPAN_S, t[-1])
    span_s = max(after - before, 1.0)

    def change(values: NDArray[np.float64], at: NDArray[np.float64] = t) -> float:
        return (float(np.interp(after, at, values)) - float(np.interp(before, at, values))) / float(span_s)

    lat_deg = float(np.interp(time_s, t, track.lat_deg))
    lon_deg = float(np.interp(time_s, t, lon))
    lead_h = max(time_s - track.issue_s, 0.0) / S_PER_H
    return Storm(
        lat_deg=lat_deg,
        lon_deg=(lon_deg + 180.0) % 360.0 - 180.0,
        east_m_per_s=change(lon) * M_PER_DEG_LAT * math.cos(math.radians(lat_deg)),
        north_m_per_s=change(np.asarray(track.lat_deg)) * M_PER_DEG_LAT,
        pressure_drop_hpa=max(options.environment_hpa - float(np.interp(time_s, t[told], pressure[told])), 1.0),
        deepening_hpa_per_h=change(pressure[told], t[told]) * S_PER_H,
        largest_m_per_s=float(np.interp(time_s, t[told], largest[told])),
        radius_25_m=_known_radius(t, track.radius_25_m, time_s),
        radius_15_m=_known_radius(t, track.radius_15_m, time_s),
        lead_h=lead_h,
        position_sigma_m=_position_sigma_m(track, time_s, lead_h),
    )


def hour_tables(storm: Storm, options: TyphoonOptions) -> RadialTables:
    """Vortex wind by radius (one table), inflow and relative background wind."""
    radius_m = np.arange(0.0, options.reach_m + options.node_m, options.node_m)
    speed, radius_max_m = vortex_wind(storm, radius_m, options)
    background = background_wind_m_per_s(storm.east_m_per_s, storm.north_m_per_s, storm.lat_deg)
    return RadialTables(
        speed_m_per_s=speed[None],
        inflow_rad=inflow_rad(radius_m, radius_max_m),
        motion=np.array(background) / max(float(speed.max()), CALM_M_PER_S),
        centre=np.array([storm.lat_deg, storm.lon_deg]),
    )


def vortex_wind(
    storm: Storm, radius_m: NDArray[np.float64], options: TyphoonOptions
) -> tuple[NDArray[np.float64], float]:
    """Surface wind of the resting vortex at each radius, m/s, and its radius of maximum wind, m."""
    translation = math.hypot(storm.east_m_per_s, storm.north_m_per_s)
    drop = storm.pressure_drop_hpa
    radius_max_m = vickery_wadhera_2008.radius_max_m(drop, storm.lat_deg)
    radius_15_m, radius_25_m = _radii(storm)
    if radius_25_m > 0:
        radius_max_m = min(radius_max_m, RADIUS_MAX_SHARE * radius_25_m)
    if options.profile is WindProfile.HOLLAND_1980:
        b = vickery_wadhera_2008.shape_b(radius_max_m, storm.lat_deg)
        coriolis = CORIOLIS_PER_S * math.sin(math.radians(storm.lat_deg))
        gradient = holland_1980.gradient_wind_m_per_s(radius_m, b, drop, radius_max_m, coriolis)
        return gradient * holland_1980.SURFACE_RATIO, radius_max_m
    b = holland_2008.shape_b(drop, storm.deepening_hpa_per_h, storm.lat_deg, translation)
    resting = max(storm.largest_m_per_s - TRANSLATION_SHARE * translation, LEAST_VORTEX_M_PER_S)
    resting = min(resting, storm.largest_m_per_s)
    known = ((radius_25_m, 25.0), (radius_15_m, 15.0))
    return holland_2010.fit_profile(resting, radius_max_m, b, known).wind_m_per_s(radius_m), radius_max_m


def _radii(storm: Storm) -> tuple[float, float]:
    """Radii of 15 and 25 m/s as reported; by the radius law where neither is; NaN where there is no such wind."""
    if storm.radius_15_m > 0 or storm.radius_25_m > 0:
        return storm.radius_15_m, storm.radius_25_m
    wind, drop = np.array(storm.largest_m_per_s), np.array(storm.pressure_drop_hpa)
    outer, inner = expected_radii_m(wind, drop, np.array(storm.lat_deg))
    return float(outer), float(inner)


def _fill_strength(track: Track, options: TyphoonOptions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Central pressure and largest wind of every point, each filled from the other; NaN where both are missing."""
    pressure = np.array(track.central_pressure_hpa, dtype=np.float64)
    largest = np.array(track.max_wind_m_per_s, dtype=np.float64)
    filled = options.environment_hpa - atkinson_holliday_1977.pressure_drop_hpa(largest)
    largest = np.where(
        np.isfinite(largest), largest, atkinson_holliday_1977.largest_wind_m_per_s(options.environment_hpa - pressure)
    )
    pressure = np.where(np.isfinite(pressure), pressure, filled)
    return pressure, largest


def _position_sigma_m(track: Track, time_s: float, lead_h: float) -> float:
    """By the circles of the points around the time, each missing one by the table; more within a hole of the track."""
    t = np.asarray(track.time_s, dtype=np.float64)
    after = min(int(np.searchsorted(t, time_s)), t.size - 1)
    hole = gap_sigma_m((time_s - t[max(after - 1, 0)]) / S_PER_H, (t[after] - time_s) / S_PER_H)
    return math.hypot(_told_sigma_m(track, time_s, lead_h), hole)


def _told_sigma_m(track: Track, time_s: float, lead_h: float) -> float:
    """By the circles, each missing one by the table; the table before the issue."""
    table = position_sigma_m(lead_h)
    if track.radius_70_prob_m is None or time_s <= track.issue_s:
        return table
    t = np.asarray(track.time_s, dtype=np.float64)
    radius = np.asarray(track.radius_70_prob_m, dtype=np.float64)
    at_points = np.array([position_sigma_m(max(one - track.issue_s, 0.0) / S_PER_H) for one in t])
    return float(np.interp(time_s, t, np.where(radius > 0, radius / RADIUS_70_PER_SIGMA, at_points)))


def _known_radius(time_s: NDArray[np.float64], radius_m: NDArray[np.float64], at_s: float) -> float:
    """Radius between the two points around a time, NaN unless both report a positive one."""
    after = min(int(np.searchsorted(time_s, at_s)), len(time_s) - 1)
    before = after if time_s[after] == at_s else max(after - 1, 0)
    pair = np.array([radius_m[before], radius_m[after]], dtype=np.float64)
    if not bool(np.all(pair > 0)):
        return math.nan
    return float(np.interp(at_s, time_s[[before, after]], pair))
