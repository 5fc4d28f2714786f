"""A whole track matched to the streets at once."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.match_along import edge_probs, smooth_way
from risk_core.kernels.match_near import locate_places, new_work
from risk_core.kernels.matching import (
    Lattice,
    PingTable,
    join_way,
    match_steps,
    new_lattice,
    smooth_states,
    trace_back,
)
from risk_core.movement.match_options import MATCH_DEFAULTS, MatchOptions
from risk_core.movement.match_pings import Pings, SortedPings, accuracy_sigmas, sort_pings
from risk_core.movement.match_plane import MatchStreets

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

JERKS: Final = np.array([0.003, 0.03, 0.3, 3.0, 30.0])
"""Acceleration noise a run may have, from a steady walk to stop and go, m^2/s^3 (our choice)."""

LEAST_RUN: Final = 5
"""Pings from which on a run tells its own acceleration noise."""

MOST_BETWEEN: Final = 2000
"""Most edges between two pings; a way of more is told as a break."""


@dataclass(frozen=True, slots=True, eq=False)
class MatchedTrack:
    """Where the traveller was at each ping used, in time order, and which way he took.

    Attributes
    ----------
    ping
        Position of each used ping among those given, shape=(n,).
    time_s
        Unix seconds.
    edge
        Edge on the likeliest history, -1 off the road.
    along_m
        Metres from the edge's tail; 0 off the road.
    along_sd_m
        Standard deviation of the place along the way, metres; off the road the error of the ping by axis.
    lat_deg, lon_deg
        Matched place, degrees; off the road the ping itself.
    edge_prob, street_prob
        Probability, given the whole track, of that edge, and of that street in either direction; NaN off the road.
        See `risk_core.kernels.match_along.edge_probs`.
    off_road_prob
        Probability of being off the road.
    likeliest_edge
        Edge of the largest probability at this ping alone, -1 off the road.
    state_edge, state_along_m, state_prob
        Every place looked at and its probability in the Markov model, before smoothing along the way,
        shape=(n, n_state); edge -1 where there are fewer.
    way
        Edges travelled, in order, shape=(n_way,), with -1 where the history leaves the road or breaks off.
    way_at
        Position in `way` of each ping's edge, shape=(n,).
    sorted
        What became of each ping given.
    """

    ping: NDArray[np.int64]
    time_s: Floats
    edge: Ints
    along_m: Floats
    along_sd_m: Floats
    lat_deg: Floats
    lon_deg: Floats
    edge_prob: Floats
    street_prob: Floats
    off_road_prob: Floats
    likeliest_edge: Ints
    state_edge: Ints
    state_along_m: Floats
    state_prob: Floats
    way: Ints
    way_at: Ints
    sorted: SortedPings

    @property
    def n_ping(self) -> int:
        """Number of pings used."""
        return len(self.ping)

    @property
    def n_break(self) -> int:
        """How often the way leaves the road or breaks off."""
        return int((self.way < 0).sum())


def match_track(
    streets: MatchStreets, pings: Pings, options: MatchOptions = MATCH_DEFAULTS, now_s: float = math.inf
) -> MatchedTrack:
    """Match a whole track: the likeliest history, and at each ping how sure it is.

    Hidden Markov model of Newson and Krumm (ACM GIS 2009) with a state off the road; see
    `risk_core.kernels.matching`.

    Parameters
    ----------
    streets
        From `risk_core.movement.match_plane.street_plane`.
    pings
        In the order they arrived; bad ones are sorted out by `risk_core.movement.match_pings.sort_pings`.
    options
        Of the model.
    now_s
        Unix seconds; later pings are refused.

    Returns
    -------
    MatchedTrack
        Empty where no ping is usable; `MatchedTrack.sorted` tells why.

    Examples
    --------
    >>> from risk_core.state.profile import Profile
    >>> from tests.tiny import tiny_area, node_position
    >>> from risk_core.movement.match_plane import street_plane
    >>> streets = street_plane(tiny_area().network, Profile.CAR)
    >>> (lat, lon), (_, east) = node_position(0), node_position(2)
    >>> line = np.linspace(lon + 1e-4, east - 1e-4, 5)
    >>> found = match_track(streets, Pings.of(np.arange(5) * 5.0, np.full(5, lat + 2e-5), line))
    >>> streets.network.tail[found.way].tolist()
    [0, 1]
    """
    chosen = sort_pings(pings, streets.around, options, now_s)
    table = ping_table(streets, pings, chosen.order, options)
    network = streets.network
    n = len(chosen.order)
    lattice = new_lattice(n, 2 * options.n_street)
    work = new_work(streets.n_search, streets.n_move, 2 * options.n_street)
    match_steps(streets.plane, table, options.rule(), lattice, work, 0, n)
    state = np.empty(n, dtype=np.int32)
    prob = np.empty((n, 2 * options.n_street + 1))
    trace_back(lattice, 0, n, state)
    smooth_states(lattice, options.rule(), 0, n, prob)
    edge, along_m = states_at(lattice, state)
    way, way_at = join_way(streets.plane, table, options.rule(), work, edge, along_m, MOST_BETWEEN)
    along_sd_m = np.empty(n)
    smooth_way(streets.plane.length_m, table, way, way_at, along_m, JERKS, LEAST_RUN, along_sd_m)
    edge = way[way_at] if n else edge
    lat, lon = places_at(streets, edge, along_m, table)
    placed = (way, way_at, along_m, along_sd_m, lattice.edge, prob)
    edge_prob, street_prob = edge_probs(streets.plane.length_m, network.street, *placed)
    best = prob.argmax(axis=1) if n else np.zeros(0, dtype=np.int64)
    return MatchedTrack(
        ping=chosen.order,
        time_s=table.time_s,
        edge=edge,
        along_m=along_m,
        along_sd_m=along_sd_m,
        lat_deg=lat,
        lon_deg=lon,
        edge_prob=edge_prob,
        street_prob=street_prob,
        off_road_prob=prob[:, -1].copy(),
        likeliest_edge=states_at(lattice, best.astype(np.int32))[0],
        state_edge=lattice.edge,
        state_along_m=lattice.along_m,
        state_prob=prob[:, :-1].copy(),
        way=way,
        way_at=way_at,
        sorted=chosen,
    )


def ping_table(streets: MatchStreets, pings: Pings, order: NDArray[np.int64], options: MatchOptions) -> PingTable:
    """The chosen pings as the kernels take them."""
    lat, lon = pings.lat_deg[order], pings.lon_deg[order]
    east, north, stretch = streets.to_plane(lat, lon)
    time_s = np.asarray(pings.time_s[order], dtype=np.float64)
    return PingTable(time_s, east, north, stretch, accuracy_sigmas(pings.accuracy_m[order], options))


def states_at(lattice: Lattice, state: Ints) -> tuple[Ints, Floats]:
    """Edge and metres along it of a state of each ping, -1 and 0 off the road."""
    n_most = lattice.edge.shape[1]
    row = np.arange(len(state))
    column = np.minimum(state, n_most - 1)
    on_road = state < n_most
    edge = np.where(on_road, lattice.edge[row, column], -1).astype(np.int32)
    return edge, np.where(on_road, lattice.along_m[row, column], 0.0)


def places_at(streets: MatchStreets, edge: Ints, along_m: Floats, table: PingTable) -> tuple[Floats, Floats]:
    """Position of each matched place, degrees; off the road that of the ping."""
    lat, lon = streets.to_degrees(table.east_m, table.north_m)
    place_on(streets, edge, along_m, lat, lon)
    return lat, lon


def place_on(streets: MatchStreets, edge: Ints, along_m: Floats, lat_deg: Floats, lon_deg: Floats) -> None:
    """Write the positions so many metres from the edges' tails, degrees; those of edge -1 stay as they are."""
    network = streets.network
    whole_m = network.length_m[edge].astype(np.float64)
    at_m = np.where(network.is_forward[edge] == 1, along_m, whole_m - along_m)
    street = np.where(edge >= 0, network.street[edge], -1).astype(np.int32)
    points = (network.street_first_point, network.point_lat_deg, network.point_lon_deg)
    locate_places(*points, street, at_m, whole_m, lat_deg, lon_deg)
