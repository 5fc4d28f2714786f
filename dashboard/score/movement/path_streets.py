"""Share of the true path that was foreseen on the streets of an area."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from dashboard.score.movement.tracks import TrackTable
from dashboard.store.bundles import bundle_path, read_bundle
from risk_core.movement.match_pings import Pings
from risk_core.movement.match_plane import MatchStreets, street_plane
from risk_core.movement.match_track import MatchedTrack, match_track
from risk_core.movement.path_book import STEP_S, Trip
from risk_core.movement.path_forecast import place_now
from risk_core.movement.path_habits import EdgeHabits
from risk_core.movement.path_streets import predict_streets
from risk_core.state.profile import Profile

FORESEEN_PROB: Final = 0.1
"""An edge counts as foreseen when it was at least so likely to be entered."""

MOST_TRAIN: Final = 20_000
"""Trips matched to learn habits from: the newest."""

Scorer = Callable[[Trip, Trip, int, int], float | None]


def street_scorer(home: Path, area_id: str, table: TrackTable, train: list[Trip]) -> Scorer:
    """Learn the habits of the streets, and give what scores one question.

    The scorer takes the trip so far, the whole trip, the position asked from and the minutes ahead. It gives the
    share, by length, of the edges truly entered after that position that were foreseen; None where the trip is off
    the streets or stays on its edge.
    """
    streets = street_plane(read_bundle(bundle_path(home, area_id)).network, Profile.CAR)
    habits = EdgeHabits(streets)
    for trip in train[-MOST_TRAIN:]:
        habits.add_way(_matched(streets, table, trip).way)

    def score(so_far: Trip, trip: Trip, at: int, minute: int) -> float | None:
        begun, whole = _matched(streets, table, so_far), _matched(streets, table, trip)
        if begun.n_ping < 2 or begun.edge[-1] < 0 or whole.n_ping <= at + minute:
            return None
        true = whole.way[whole.way_at[at] + 1 : whole.way_at[at + minute] + 1]
        true = true[true >= 0]
        if not len(true):
            return None
        found = predict_streets(habits, place_now(begun), 60.0 * minute)
        foreseen = found.edge[found.prob >= FORESEEN_PROB]
        length = streets.network.length_m[true]
        return float(length[np.isin(true, foreseen)].sum() / length.sum())

    return score


def _matched(streets: MatchStreets, table: TrackTable, trip: Trip) -> MatchedTrack:
    lat, lon = table.plane.to_degrees(trip.east_m, trip.north_m)
    time_s = trip.begin_s + STEP_S * np.arange(len(lat))
    return match_track(streets, Pings.of(time_s, lat, lon))
