"""From the last minutes' pings to the path ahead, in one step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from risk_core.errors import Fault, InputError
from risk_core.movement.match_options import MATCH_DEFAULTS, MatchOptions
from risk_core.movement.match_pings import Pings, distance_m
from risk_core.movement.match_plane import MatchStreets
from risk_core.movement.match_track import MatchedTrack, match_track
from risk_core.movement.path_ahead import END, Cloud, predict_cloud
from risk_core.movement.path_book import TripBook, resample_trip
from risk_core.movement.path_habits import MOST_ORDER, EdgeHabits
from risk_core.movement.path_options import PATH_DEFAULTS, PathOptions
from risk_core.movement.path_prior import PathKnowledge
from risk_core.movement.path_record import Destinations, LevelSlices, OnEdge, StreetPath
from risk_core.movement.path_streets import predict_streets

SPEED_WINDOW_S: Final = 120.0
"""The traveller's speed is that of so many last seconds."""

MOST_AGE_S: Final = 600.0
"""Nothing is foreseen from pings older than this: who knows where somebody is by now."""

LEAST_STANDING_S: Final = 60.0
STANDING_SIGMAS: Final = 2.0
"""Who stays within so many errors of a ping for so long stands, and heads nowhere yet (our choice)."""

LEAST_OWN: Final = 4
"""An earlier trip of fewer usable pings teaches nothing."""

OWN: Final = 0
"""Number of the traveller in the book of trips; those of others have -1."""


class WhyNot(StrEnum):
    """Why no path on the streets is told."""

    TOLD = "told"
    TOO_FEW_PINGS = "too_few_pings"
    STALE = "stale"
    STANDING = "standing"
    OFF_ROAD = "off_road"


@dataclass(frozen=True, slots=True, eq=False)
class PathForecast:
    """Where somebody is heading.

    Attributes
    ----------
    track
        The pings on the streets, with what became of each.
    clouds
        The place after each of the minutes asked for; each may say that there is not enough.
    end
        Where the trip ends.
    streets
        The path ahead on the streets, None where it is not told.
    why_not
        Why it is not told.
    n_own
        Own earlier trips that were learnt from.
    """

    track: MatchedTrack
    clouds: tuple[Cloud, ...]
    end: Cloud | None
    streets: StreetPath | None
    why_not: WhyNot
    n_own: int = 0


def foresee_path(
    known: PathKnowledge,
    pings: Pings,
    minutes: tuple[int, ...] = (1, 5, 10, 15),
    slices: LevelSlices | None = None,
    *,
    history: Sequence[Pings] = (),
    now_s: float = math.inf,
    options: tuple[MatchOptions, PathOptions] = (MATCH_DEFAULTS, PATH_DEFAULTS),
) -> PathForecast:
    """Match the last pings, foresee the place and the end of the trip, and follow the ways ahead on the streets.

    Nothing is kept: pings, history and answer live in this call alone. Pings before a long silence count as an earlier
    trip.

    Parameters
    ----------
    known
        What is known of ways and of trips; both may be empty. It is not changed.
    pings
        The last minutes, in the order they arrived.
    minutes
        Ahead, each 1 to 60; the longest is how far the streets are followed.
    slices
        Levels and doses of the edges in time, from the newest ping on.
    history
        Own earlier trips, which weigh more than those of others.
    now_s
        Unix seconds; later pings are refused, and nothing is foreseen from pings older than `MOST_AGE_S`.
    options
        Of the matching and of the path.

    Returns
    -------
    PathForecast
        Without clouds and streets where fewer than two pings are usable, they are old, or the traveller stands.

    Raises
    ------
    InputError
        For minutes out of range.
    """
    if not minutes or not all(1 <= one <= 60 for one in minutes):
        raise InputError(Fault("minutes", str(minutes), "whole minutes of 1 to 60", "Ask for example for 1, 5, 10."))
    streets = known.habits.streets
    track = match_track(streets, pings, options[0], now_s)
    first = last_part(track, options[0].most_gap_s)
    if why := _not_under_way(track, first, options[0], now_s):
        return PathForecast(track, (), None, None, why)
    known, n_own = learn_own(known, [(track, 0, first)], history, options)
    part = slice(first, None)
    trip = resample_trip(known.book.plane, track.time_s[part], track.lat_deg[part], track.lon_deg[part], OWN)
    clouds = tuple(predict_cloud(known.book, trip, minute, options[1]) for minute in minutes)
    end = predict_cloud(known.book, trip, END, options[1])
    if track.edge[-1] < 0:
        return PathForecast(track, clouds, end, None, WhyNot.OFF_ROAD, n_own)
    destinations = destinations_of(streets, known.book, end) if end.is_enough else None
    path = predict_streets(known.habits, place_now(track), 60.0 * max(minutes), destinations, slices)
    return PathForecast(track, clouds, end, path, WhyNot.TOLD, n_own)


def last_part(track: MatchedTrack, most_gap_s: float) -> int:
    """Position of the first ping after the last long silence."""
    silences = np.flatnonzero(np.diff(track.time_s) > most_gap_s)
    return int(silences[-1]) + 1 if len(silences) else 0


def learn_own(
    known: PathKnowledge,
    parts: Sequence[tuple[MatchedTrack, int, int]],
    history: Sequence[Pings],
    options: tuple[MatchOptions, PathOptions],
) -> tuple[PathKnowledge, int]:
    """The same knowledge with one's own trips on top, and how many these are.

    Parameters
    ----------
    known
        Not changed.
    parts
        Parts of matched tracks, from one ping to before another.
    history
        Trips not matched yet.
    options
        Of the matching and of the path; own ways count `AnalogueOptions.own_factor` times.
    """
    streets, plane = known.habits.streets, known.book.plane
    matched = [*parts, *((one, 0, one.n_ping) for one in (match_track(streets, trip, options[0]) for trip in history))]
    own = [(track, begin, end) for track, begin, end in matched if end - begin >= LEAST_OWN]
    if not own:
        return known, 0
    habits, book = EdgeHabits(streets, known.habits), known.book.copied()
    trips = []
    for track, begin, end in own:
        habits.add_way(track.way[track.way_at[begin] : track.way_at[end - 1] + 1], options[1].position.own_factor)
        ends = track.time_s[begin:end], track.lat_deg[begin:end], track.lon_deg[begin:end]
        trips.append(resample_trip(plane, *ends, OWN))
    book.add(trips)
    return replace(known, habits=habits, book=book), len(own)


def _not_under_way(track: MatchedTrack, first: int, options: MatchOptions, now_s: float) -> WhyNot | None:
    """Why nothing can be foreseen from a track, None where something can."""
    if track.n_ping - first < 2:
        return WhyNot.TOO_FEW_PINGS
    if math.isfinite(now_s) and now_s - track.time_s[-1] > MOST_AGE_S:
        return WhyNot.STALE
    recent = np.flatnonzero(track.time_s >= track.time_s[-1] - SPEED_WINDOW_S)
    recent = recent[recent >= first]
    here = track.lat_deg[-1:], track.lon_deg[-1:]
    far_m = distance_m(track.lat_deg[recent], track.lon_deg[recent], *here)
    is_long = track.time_s[-1] - track.time_s[recent[0]] >= LEAST_STANDING_S
    return WhyNot.STANDING if is_long and far_m.max() < STANDING_SIGMAS * options.sigma_m else None


def place_now(track: MatchedTrack) -> OnEdge:
    """The newest place of a track that ends on the road: last edges since the last break, metres along, speed."""
    behind = track.way[: int(track.way_at[-1]) + 1]
    breaks = np.flatnonzero(behind < 0)
    context = behind[breaks[-1] + 1 if len(breaks) else 0 :][-MOST_ORDER:]
    recent = np.flatnonzero(track.time_s >= track.time_s[-1] - SPEED_WINDOW_S)
    first = int(min(recent[0], track.n_ping - 2)) if track.n_ping > 1 else 0
    ends = [np.array([float(column[k])]) for k in (first, -1) for column in (track.lat_deg, track.lon_deg)]
    gap_s = float(track.time_s[-1] - track.time_s[first])
    speed = float(distance_m(*ends)[0]) / gap_s if gap_s > 0 else 0.0
    return OnEdge(tuple(context.tolist()), float(track.along_m[-1]), speed)


def destinations_of(streets: MatchStreets, book: TripBook, end: Cloud) -> Destinations:
    """The cloud of a trip's end, moved from the book's plane to that of the streets."""
    east, north, _ = streets.to_plane(*book.plane.to_degrees(end.east_m, end.north_m))
    return Destinations(east, north, end.weight)
