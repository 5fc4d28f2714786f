"""From the last minutes' pings to the path ahead, in one step."""

import math
from dataclasses import dataclass
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
from risk_core.movement.path_record import Destinations, LevelSlices, OnEdge, StreetPath
from risk_core.movement.path_streets import predict_streets

SPEED_WINDOW_S: Final = 120.0
"""The traveller's speed is that of so many last seconds."""


class WhyNot(StrEnum):
    """Why no path on the streets is told."""

    TOLD = "told"
    TOO_FEW_PINGS = "too_few_pings"
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
    """

    track: MatchedTrack
    clouds: tuple[Cloud, ...]
    end: Cloud | None
    streets: StreetPath | None
    why_not: WhyNot


def foresee_path(
    habits: EdgeHabits,
    book: TripBook,
    pings: Pings,
    minutes: tuple[int, ...] = (1, 5, 10, 15),
    slices: LevelSlices | None = None,
    *,
    user: int = -1,
    now_s: float = math.inf,
    options: tuple[MatchOptions, PathOptions] = (MATCH_DEFAULTS, PATH_DEFAULTS),
) -> PathForecast:
    """Match the last pings, foresee the place and the end of the trip, and follow the ways ahead on the streets.

    Nothing is kept: pings and answer live in this call alone.

    Parameters
    ----------
    habits, book
        What is known of ways and of trips; both may be empty.
    pings
        The last minutes, in the order they arrived.
    minutes
        Ahead, each 1 to 60; the longest is how far the streets are followed.
    slices
        Levels and doses of the edges in time, from the newest ping on.
    user
        Whose own trips may weigh more, -1 for nobody's.
    now_s
        Unix seconds; later pings are refused.
    options
        Of the matching and of the path.

    Returns
    -------
    PathForecast
        Without clouds and streets where fewer than two pings are usable.

    Raises
    ------
    InputError
        For minutes out of range.
    """
    if not minutes or not all(1 <= one <= 60 for one in minutes):
        raise InputError(Fault("minutes", str(minutes), "whole minutes of 1 to 60", "Ask for example for 1, 5, 10."))
    track = match_track(habits.streets, pings, options[0], now_s)
    if track.n_ping < 2:
        return PathForecast(track, (), None, None, WhyNot.TOO_FEW_PINGS)
    trip = resample_trip(book.plane, track.time_s, track.lat_deg, track.lon_deg, user)
    clouds = tuple(predict_cloud(book, trip, minute, options[1]) for minute in minutes)
    end = predict_cloud(book, trip, END, options[1])
    if track.edge[-1] < 0:
        return PathForecast(track, clouds, end, None, WhyNot.OFF_ROAD)
    destinations = destinations_of(habits.streets, book, end) if end.is_enough else None
    path = predict_streets(habits, place_now(track), 60.0 * max(minutes), destinations, slices)
    return PathForecast(track, clouds, end, path, WhyNot.TOLD)


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
