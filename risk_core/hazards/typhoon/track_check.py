"""What a track must be before a wind field is made of it."""

import math

import numpy as np

from risk_core.errors import Fault, InputError
from risk_core.hazards.typhoon.atkinson_holliday_1977 import largest_wind_m_per_s
from risk_core.hazards.typhoon.great_circle import distance_m
from risk_core.state.situation import Track

FASTEST_M_PER_S = 60.0
"""No centre moves faster: 86,847 of 86,848 steps of IBTrACS in the western Pacific 1951-2025 stay below 49 m/s."""

WIND_RATIO = (0.62, 1.6)
"""Median of largest wind over that of Atkinson and Holliday 1977; 0.70-1.46 over 1,168 western Pacific storms."""

ENVIRONMENT_HPA = 1010.0
LEAST_DROP_HPA = 10.0
LEAST_POINTS = 3


def check_track(track: Track) -> None:
    """Refuse a track that would give a wrong field.

    Raises
    ------
    InputError
        With no point, times that do not rise, positions off the earth, jumps of the centre (typing errors, swapped
        coordinates), negative winds, or winds that do not fit the pressures: knots taken as m/s, or m/s as knots. All
        faults at once.
    """
    faults = [*_order_faults(track)]
    if not faults:
        faults += _speed_faults(track)
    faults += _strength_faults(track)
    if faults:
        raise InputError(*faults)


def sound_tracks(tracks: tuple[Track, ...]) -> tuple[Track, ...]:
    """Leave out tracks that would give a wrong field; the others, and whatever else is known, stay of use."""
    return tuple(track for track in tracks if _is_sound(track))


def _is_sound(track: Track) -> bool:
    try:
        check_track(track)
    except InputError:
        return False
    return True


def _fault(track: Track, argument: str, value: str, wanted: str, remedy: str) -> Fault:
    return Fault(argument, value, wanted, remedy, f"storm {track.storm_id} {track.name}".strip())


def _order_faults(track: Track) -> list[Fault]:
    time_s, lat, lon = (np.asarray(one, dtype=float) for one in (track.time_s, track.lat_deg, track.lon_deg))
    if not time_s.size:
        return [_fault(track, "time_s", "without points", "at least one point", "Give the storm's positions.")]
    faults = []
    if not np.isfinite(time_s).all() or (np.diff(time_s) <= 0).any():
        faults.append(_fault(track, "time_s", "not rising", "each time once, ascending", "Sort the points; keep one."))
    if not ((np.abs(lat) <= 90).all() and (np.abs(lon) <= 360).all()):
        wanted = "latitudes in -90..90, longitudes in -180..180"
        faults.append(_fault(track, "lat_deg, lon_deg", "off the earth or missing", wanted, "Correct the positions."))
    return faults


def _speed_faults(track: Track) -> list[Fault]:
    if len(track.time_s) < 2:
        return []
    far_m = distance_m(track.lat_deg[:-1], track.lon_deg[:-1], track.lat_deg[1:], track.lon_deg[1:])
    speed = far_m / np.diff(track.time_s)
    worst = int(speed.argmax())
    if speed[worst] <= FASTEST_M_PER_S:
        return []
    value = f"{speed[worst]:.0f} m/s between points {worst + 1} and {worst + 2}"
    remedy = "Check these two points: a typing error, swapped coordinates, or two storms under one number."
    return [_fault(track, "speed of the centre", value, f"at most {FASTEST_M_PER_S:g} m/s", remedy)]


def _strength_faults(track: Track) -> list[Fault]:
    wind, hpa = np.asarray(track.max_wind_m_per_s, dtype=float), np.asarray(track.central_pressure_hpa, dtype=float)
    faults = []
    if (wind < 0).any() or ((hpa < 800) | (hpa > 1100)).any():
        wanted = "winds from 0, pressures in 800..1100 hPa"
        faults.append(_fault(track, "strength", "out of range", wanted, "Check the units."))
    both = np.isfinite(wind) & (wind > 0) & (ENVIRONMENT_HPA - hpa >= LEAST_DROP_HPA)
    if both.sum() < LEAST_POINTS or faults:
        return faults
    ratio = float(np.median(wind[both] / largest_wind_m_per_s(ENVIRONMENT_HPA - hpa[both])))
    if not math.isfinite(ratio) or WIND_RATIO[0] <= ratio <= WIND_RATIO[1]:
        return faults
    guess = "knots or km/h given as m/s" if ratio > 1 else "m/s given as knots, or another unit"
    value = f"{ratio:.2f} times what the pressures give"
    wanted = f"{WIND_RATIO[0]:g}-{WIND_RATIO[1]:g} times"
    return [_fault(track, "max_wind_m_per_s", value, wanted, f"It looks like {guess}; name the unit in the column.")]
