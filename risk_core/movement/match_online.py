"""Matching ping by ping: each one in order, late or bad; each decided once a few more have come."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from risk_core.errors import Fault, InputError
from risk_core.kernels.match_along import edge_probs, smooth_way
from risk_core.kernels.match_near import new_work
from risk_core.kernels.matching import (
    PingTable,
    join_way,
    match_steps,
    new_lattice,
    smooth_states,
    trace_back,
)
from risk_core.movement.match_options import MATCH_DEFAULTS, MatchOptions
from risk_core.movement.match_pings import PingFate, Pings, distance_m, sort_pings
from risk_core.movement.match_plane import MatchStreets
from risk_core.movement.match_track import JERKS, LEAST_RUN, MOST_BETWEEN, place_on, states_at

WINDOW = 64
"""Pings kept in memory; a full window is cut to its newer half."""


@dataclass(frozen=True, slots=True)
class MatchedPing:
    """One ping on the streets.

    Attributes
    ----------
    number
        Which ping it was, counted from 0 in the order of `OnlineMatcher.push`.
    time_s
        Unix seconds.
    edge
        -1 off the road.
    along_m
        Metres from the edge's tail; 0 off the road.
    along_sd_m
        Standard deviation along the way, metres.
    lat_deg, lon_deg
        Matched place; off the road the ping itself.
    edge_prob, street_prob
        Probability of the edge and of its street, NaN off the road.
    off_road_prob
        Probability of being off the road.
    is_final
        Whether it will not change any more.
    """

    number: int
    time_s: float
    edge: int
    along_m: float
    along_sd_m: float
    lat_deg: float
    lon_deg: float
    edge_prob: float
    street_prob: float
    off_road_prob: float
    is_final: bool


@dataclass(frozen=True, slots=True)
class PushResult:
    """What one more ping brought.

    Attributes
    ----------
    fate
        Whether it was used, or why not. A jump is used after all when the pings after it confirm the new place.
    decided
        Pings that will not change any more, in time order; at most a few.
    newest
        The newest ping as known now, None before the first good one.
    """

    fate: PingFate
    decided: tuple[MatchedPing, ...]
    newest: MatchedPing | None


class OnlineMatcher:
    """Matches the pings of one traveller as they come, with a fixed lag.

    A ping that comes late takes its place as long as its moment lies after the last decided one; later it is refused.
    Everything is kept in this object alone: nothing is written or logged, and `forget` empties it.

    Parameters
    ----------
    streets
        From `risk_core.movement.match_plane.street_plane`.
    options
        Of the matching; `MatchOptions.lag_ping` is the lag.

    Raises
    ------
    InputError
        For a lag longer than a quarter of the window.

    Examples
    --------
    >>> from risk_core.movement.match_plane import street_plane
    >>> from risk_core.state.profile import Profile
    >>> from tests.tiny import node_position, tiny_area
    >>> matcher = OnlineMatcher(street_plane(tiny_area().network, Profile.CAR))
    >>> lat, lon = node_position(0)
    >>> found = [matcher.push(10.0 * k, lat, lon + 4e-4 * k) for k in range(6)]
    >>> len(found[2].decided), len(found[3].decided), found[5].newest.is_final
    (0, 1, False)
    """

    def __init__(self, streets: MatchStreets, options: MatchOptions = MATCH_DEFAULTS) -> None:
        if options.lag_ping > WINDOW // 4:
            wanted = f"a lag of at most {WINDOW // 4} pings"
            raise InputError(Fault("lag_ping", str(options.lag_ping), wanted, "Match the whole track instead."))
        self._streets = streets
        self._options = options
        self._work = new_work(streets.n_search, streets.n_move, 2 * options.n_street)
        self.forget()

    def forget(self) -> None:
        """Drop every ping and everything learnt from them."""
        columns = (np.zeros(WINDOW), np.zeros(WINDOW), np.zeros(WINDOW), np.zeros(WINDOW), np.zeros(WINDOW))
        self._table = PingTable(*columns)
        self._lattice = new_lattice(WINDOW, 2 * self._options.n_street)
        self._number = np.zeros(WINDOW, dtype=np.int64)
        self._degrees = np.zeros((WINDOW, 2))
        self._n = 0
        self._n_decided = 0
        self._n_pushed = 0
        self._n_same = 0
        self._doubtful: list[tuple[int, float, float, float, float]] = []

    def push(self, time_s: float, lat_deg: float, lon_deg: float, accuracy_m: float = math.nan) -> PushResult:
        """Take one more ping.

        Parameters
        ----------
        time_s
            Unix seconds, UTC.
        lat_deg, lon_deg
            Degrees.
        accuracy_m
            Radius reported with the fix, metres; NaN where none was.
        """
        number = self._n_pushed
        self._n_pushed += 1
        fate = self._fate(time_s, lat_deg, lon_deg, accuracy_m)
        decided: tuple[MatchedPing, ...] = ()
        if fate is PingFate.USED:
            self._doubtful.clear()
            self._take(number, time_s, lat_deg, lon_deg, accuracy_m)
            decided = self._decide()
        elif fate is PingFate.JUMP:
            decided = self._doubt((number, time_s, lat_deg, lon_deg, accuracy_m))
        newest = self._matched(self._n - 1) if self._n else None
        return PushResult(fate, decided, newest)

    def finish(self) -> tuple[MatchedPing, ...]:
        """Decide every ping still open, for the end of a journey."""
        decided = tuple(self._window(self._n_decided, self._n, True))
        self._n_decided = self._n
        return decided

    def _fate(self, time_s: float, lat_deg: float, lon_deg: float, accuracy_m: float) -> PingFate:
        ping = Pings.of([time_s], [lat_deg], [lon_deg], [accuracy_m])
        alone = PingFate(int(sort_pings(ping, self._streets.around, self._options).fate[0]))
        if alone is not PingFate.USED or not self._n:
            return alone
        at = int(np.searchsorted(self._table.time_s[: self._n], time_s))
        if at < self._n_decided:
            return PingFate.LATE
        if at < self._n and self._table.time_s[at] == time_s:
            return PingFate.DUPLICATE
        near = max(at - 1, 0)
        if (self._degrees[near] == (lat_deg, lon_deg)).all():
            self._n_same += 1
            return PingFate.FROZEN if self._n_same >= self._options.frozen_ping - 1 else PingFate.USED
        self._n_same = 0
        here = (time_s, lat_deg, lon_deg, accuracy_m)
        near_lat, near_lon = (float(one) for one in self._degrees[near])
        there = (float(self._table.time_s[near]), near_lat, near_lon, math.nan)
        return PingFate.USED if self._is_in_reach(here, there) else PingFate.JUMP

    def _is_in_reach(self, one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
        ends = [np.array([value]) for value in (one[1], one[2], other[1], other[2])]
        sigma_m = self._options.accuracy_sigma(one[3]) + self._options.accuracy_sigma(other[3])
        most_m = self._options.most_speed_m_per_s * abs(one[0] - other[0]) + 3.0 * sigma_m
        return float(distance_m(*ends)[0]) <= most_m

    def _doubt(self, ping: tuple[int, float, float, float, float]) -> tuple[MatchedPing, ...]:
        """Keep a jump in mind; so many that agree with each other are believed, and the track begins anew there."""
        if self._doubtful and not self._is_in_reach(ping[1:], self._doubtful[-1][1:]):
            self._doubtful.clear()
        self._doubtful.append(ping)
        if len(self._doubtful) < self._options.frozen_ping:
            return ()
        believed, decided = self._doubtful, self.finish()
        n_pushed = self._n_pushed
        self.forget()
        self._n_pushed = n_pushed
        for one in believed:
            self._take(*one)
        return decided

    def _take(self, number: int, time_s: float, lat_deg: float, lon_deg: float, accuracy_m: float) -> None:
        """Put a ping at its place in the window and match from there on."""
        if self._n == WINDOW:
            self._drop(WINDOW // 2)
        at = int(np.searchsorted(self._table.time_s[: self._n], time_s))
        east, north, stretch = self._streets.to_plane(np.array([lat_deg]), np.array([lon_deg]))
        row = (time_s, east[0], north[0], stretch[0], self._options.accuracy_sigma(accuracy_m))
        for column, value in zip(self._table, row, strict=True):
            column[at + 1 : self._n + 1] = column[at : self._n].copy()
            column[at] = value
        self._number[at + 1 : self._n + 1] = self._number[at : self._n].copy()
        self._degrees[at + 1 : self._n + 1] = self._degrees[at : self._n].copy()
        self._number[at] = number
        self._degrees[at] = lat_deg, lon_deg
        self._n += 1
        match_steps(self._streets.plane, self._table, self._options.rule(), self._lattice, self._work, at, self._n)

    def _drop(self, n: int) -> None:
        """Take the oldest pings out of the window."""
        first_move, move = self._lattice.first_move, self._lattice.move
        for column in (*self._table, self._number, self._degrees, *self._lattice[:-2]):
            column[: self._n - n] = column[n : self._n].copy()
        begin, end = int(first_move[n + 1]), int(first_move[self._n])
        move[: end - begin] = move[begin:end].copy()
        first_move[1 : self._n - n + 1] = first_move[n + 1 : self._n + 1] - begin
        self._lattice.back[0] = -1
        self._n -= n
        self._n_decided = max(self._n_decided - n, 0)

    def _decide(self) -> tuple[MatchedPing, ...]:
        end = self._n - self._options.lag_ping
        if end <= self._n_decided:
            return ()
        decided = tuple(self._window(self._n_decided, end, True))
        self._n_decided = end
        return decided

    def _matched(self, at: int) -> MatchedPing:
        return next(iter(self._window(at, at + 1, False)))

    def _window(self, first: int, end: int, is_final: bool) -> Iterator[MatchedPing]:
        """Pings `first:end` as all pings of the window together have them."""
        n, streets = self._n, self._streets
        if first >= end:
            return
        state = np.empty(n, dtype=np.int32)
        prob = np.empty((n, 2 * self._options.n_street + 1))
        trace_back(self._lattice, 0, n, state)
        smooth_states(self._lattice, self._options.rule(), 0, n, prob)
        table = PingTable(*(column[:n] for column in self._table))
        edge, along_m = states_at(self._lattice, state)
        way, way_at = join_way(streets.plane, table, self._options.rule(), self._work, edge, along_m, MOST_BETWEEN)
        sd_m = np.empty(n)
        smooth_way(streets.plane.length_m, table, way, way_at, along_m, JERKS, LEAST_RUN, sd_m)
        edge = way[way_at]
        lat, lon = self._degrees[:n, 0].copy(), self._degrees[:n, 1].copy()
        place_on(streets, edge, along_m, lat, lon)
        placed = (way, way_at, along_m, sd_m, self._lattice.edge[:n], prob)
        edge_prob, street_prob = edge_probs(streets.plane.length_m, streets.network.street, *placed)
        for t in range(first, end):
            yield MatchedPing(
                int(self._number[t]),
                float(table.time_s[t]),
                int(edge[t]),
                float(along_m[t]),
                float(sd_m[t]),
                float(lat[t]),
                float(lon[t]),
                float(edge_prob[t]),
                float(street_prob[t]),
                float(prob[t, -1]),
                is_final,
            )
