"""The person of the drill: walks the trip a first visitor is shown as on any day, and knows nothing of the storm.

Invented, like everything in a drill. The walk is the fastest way of a quiet day at the usual speed, as a phone would
report it; the same walks of earlier days are the person's own history.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.drills.stage import trip_of
from risk_core.errors import Fault, InputError
from risk_core.routes.record import draw_path, free_duration_s
from risk_core.routes.search import find_path
from risk_core.routes.snap import snap
from risk_core.routes.weights import free_weights
from risk_core.state.area import Area
from risk_core.state.profile import Profile
from risk_core.units import M_PER_DEG_LAT

Floats = NDArray[np.float64]

PING_S: Final = 10.0
"""A phone reports so often while one walks."""
HISTORY_PING_S: Final = 30.0
NOISE_M: Final = 6.0
"""Standard deviation by axis: a phone between houses."""
ACCURACY_M: Final = 15.0
"""Radius of 95 % for that noise."""
N_EARLIER: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """A walk as a phone reports it, each array shape=(n,).

    Attributes
    ----------
    time_s
        Seconds since it began.
    lat_deg, lon_deg
        Degrees.
    accuracy_m
        Radius reported with each fix.
    """

    time_s: Floats
    lat_deg: Floats
    lon_deg: Floats
    accuracy_m: Floats


def walk_of(area: Area, seed: int, day: int = 0) -> Walk:
    """The person's walk.

    Parameters
    ----------
    area
        With streets.
    seed
        Of the drill; the same seed gives the same walk.
    day
        0 for today, 1 and more for earlier days, reported more rarely.

    Raises
    ------
    InputError
        For an area without streets, or whose trip no way on foot leads.
    """
    lat, lon, duration_s = _line_of(area)
    at_m = np.concatenate([[0.0], np.cumsum(_lengths_m(lat, lon))])
    time_s = np.arange(0.0, duration_s, PING_S if day == 0 else HISTORY_PING_S)
    gone_m = time_s / duration_s * at_m[-1]
    noise_m = np.random.default_rng([seed, 11, day]).normal(0.0, NOISE_M, (2, len(time_s)))
    walked = np.interp(gone_m, at_m, lat), np.interp(gone_m, at_m, lon)
    return Walk(
        time_s=time_s,
        lat_deg=walked[0] + noise_m[0] / M_PER_DEG_LAT,
        lon_deg=walked[1] + noise_m[1] / (M_PER_DEG_LAT * np.cos(np.radians(walked[0]))),
        accuracy_m=np.full(len(time_s), ACCURACY_M),
    )


def _line_of(area: Area) -> tuple[Floats, Floats, float]:
    """Line of the quiet day's fastest way on foot, and how long it takes."""
    wanted = "an area with streets and a way on foot between its drill's ends"
    fault = Fault("area", area.area_id, wanted, "Choose another area.")
    if area.network is None:
        raise InputError(fault)
    ends = [snap(area.network, *end, Profile.WALK, None) for end in trip_of(area)]
    weights = free_weights(area.network, Profile.WALK)
    if ends[0] is None or ends[1] is None:
        raise InputError(fault)
    path = find_path(area.network, weights, weights.metric, ends[0], ends[1])
    if path is None:
        raise InputError(fault)
    line = draw_path(area.network, path)
    return line.lat_deg, line.lon_deg, free_duration_s(area.network, Profile.WALK, path)


def _lengths_m(lat: Floats, lon: Floats) -> Floats:
    """Lengths of the pieces of a line, metres."""
    east_m = np.diff(lon) * M_PER_DEG_LAT * np.cos(np.radians(lat[:-1]))
    return np.asarray(np.hypot(np.diff(lat) * M_PER_DEG_LAT, east_m))
