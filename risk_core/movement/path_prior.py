"""What is known of ways before anybody has told one: trips drawn from where people live, each its fastest way.

Gravity model of trip distribution: from a home drawn by the residents, a destination is as likely as its residents
times ``exp(-distance / L)`` (Wilson, "A statistical theory of spatial distribution models", Transportation Research
1(3), 1967). Where counts of journeys between districts were contributed, districts are drawn from these instead, and
the gravity works inside them alone. It knows no hours, and no ways but the fastest: any real trip weighs more.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.movement.match_plane import MatchStreets
from risk_core.movement.match_track import place_on
from risk_core.movement.path_book import STEP_S, BookPlane, Trip, TripBook
from risk_core.movement.path_habits import EdgeHabits
from risk_core.routes.search import Path, find_path
from risk_core.routes.weights import Weights, travel_times_s
from risk_core.state.area import Area
from risk_core.state.options import check_ranges
from risk_core.state.profile import profile_position
from risk_core.state.route import Snap
from risk_core.units import S_PER_DAY

Floats = NDArray[np.float64]

MOST_CANDIDATE: Final = 20_000
"""Streets looked at as ends of trips; of more, so many are drawn by their residents."""

AT_ONCE: Final = 64
"""Trips drawn in one go."""


class PriorBasis(StrEnum):
    """What the trips were drawn from."""

    STREETS = "streets"
    RESIDENTS = "residents"
    FLOWS = "flows"


@dataclass(frozen=True, slots=True)
class PriorOptions:
    """Settings of the drawn trips.

    Attributes
    ----------
    n_trip
        Trips drawn (our choice).
    mean_trip_s
        Mean time under way, for every kind of traveller: the travel-time budget hardly differs between them, and a
        trip takes 20 to 30 minutes (Zahavi, Talvitie, Transportation Research Record 750, 1980).
    circuity
        Length of ways over the straight line, 1.3 in street networks (Newell, Traffic Flow on Transportation
        Networks, 1980, finds about 1.2; ours is for dense centres).
    seed
        Of the draw.
    """

    n_trip: int = 3000
    mean_trip_s: float = 1200.0
    circuity: float = 1.3
    seed: int = 1

    def __post_init__(self) -> None:
        ranges = {"n_trip": (0, 100_000), "mean_trip_s": (60.0, 86_400.0), "circuity": (1.0, 3.0), "seed": (0, 2**31)}
        check_ranges(self, ranges)


PRIOR_DEFAULTS: Final = PriorOptions()


@dataclass(frozen=True, slots=True, eq=False)
class PathKnowledge:
    """What is known of ways and trips.

    Attributes
    ----------
    habits, book
        What follows what, and trips by minute.
    basis
        What they come from.
    n_trip
        Trips behind it.
    """

    habits: EdgeHabits
    book: TripBook
    basis: PriorBasis
    n_trip: int


def draw_knowledge(
    area: Area,
    streets: MatchStreets,
    free: Weights,
    flows: NDArray[np.float64] | None = None,
    options: PriorOptions = PRIOR_DEFAULTS,
) -> PathKnowledge:
    """Draw trips over the streets of an area and learn their ways.

    Parameters
    ----------
    area
        With residents by cell and districts.
    streets
        Of its network, for one kind of traveller.
    free
        The hierarchy customised to time alone for the same traveller (`risk_core.routes.weights.free_weights`).
    flows
        Persons who go from one district to another, shape=(n_district, n_district); None where nobody counted.
    options
        Of the draw.

    Returns
    -------
    PathKnowledge
        The same for the same input.

    Raises
    ------
    InputError
        For flows of another shape, or below 0.

    Examples
    --------
    >>> from risk_core.movement.match_plane import street_plane
    >>> from risk_core.routes.weights import free_weights
    >>> from risk_core.state.profile import Profile
    >>> from tests.tiny import tiny_area
    >>> area = tiny_area()
    >>> streets = street_plane(area.network, Profile.WALK)
    >>> known = draw_knowledge(area, streets, free_weights(area.network, Profile.WALK), options=PriorOptions(50))
    >>> known.basis.value, known.n_trip > 40
    ('residents', True)
    """
    _check(area, flows)
    ends = _Ends(area, streets, options)
    rng = np.random.default_rng(options.seed)
    paths = []
    for origin, destination in ends.draw(rng, flows, options.n_trip):
        path = find_path(streets.network, free, free.metric, origin, destination)
        if path is not None and len(path.edges) > 1:
            paths.append(path)
    west, south, east, north = area.grid.bounds
    habits, book = EdgeHabits(streets), TripBook(BookPlane((south + north) / 2, (west + east) / 2))
    time_s = travel_times_s(streets.network, streets.profile).astype(np.float64)
    for path in paths:
        habits.add_way(path.edges, most_order=1)
    begin_s = S_PER_DAY / max(len(paths), 1)
    book.add([_trip(streets, book.plane, path, time_s, k * begin_s) for k, path in enumerate(paths)])
    counted = flows is not None and bool(flows.sum() > 0)
    by_people = PriorBasis.RESIDENTS if ends.has_residents else PriorBasis.STREETS
    return PathKnowledge(habits, book, PriorBasis.FLOWS if counted else by_people, len(paths))


class _Ends:
    """Streets as ends of trips: residents, district and place of each."""

    def __init__(self, area: Area, streets: MatchStreets, options: PriorOptions) -> None:
        network = streets.network
        bit = profile_position(streets.profile)
        is_open = np.zeros(network.n_street, dtype=np.bool_)
        is_open[network.street[(network.snap_mask >> bit) & 1 > 0]] = True
        street, weight = np.flatnonzero(is_open), _street_residents(area, streets)
        self.has_residents = bool(weight[street].sum() > 0)
        if not self.has_residents:
            weight = _sums(network.street, network.length_m, network.n_street)
        if len(street) > MOST_CANDIDATE:
            rng, share = np.random.default_rng(options.seed), weight[street] / weight[street].sum()
            n = min(MOST_CANDIDATE, int((share > 0).sum()))
            street = np.sort(rng.choice(street, n, replace=False, p=share))
        self._network, self._street, self._weight = network, street, weight[street]
        first = network.street_first_point[street]
        lat, lon = network.point_lat_deg[first].astype(np.float64), network.point_lon_deg[first].astype(np.float64)
        self._east, self._north, _ = streets.to_plane(lat, lon)
        cell = np.array([area.grid.cell_of(*at) for at in zip(lat, lon, strict=True)], dtype=np.int64)
        self._district = np.where(cell >= 0, area.district.ravel()[cell], -1)
        speeds = network.speed_m_per_s[bit][network.speed_m_per_s[bit] > 0]
        speed = float(np.median(speeds)) if len(speeds) else 1.0
        # In the plane the density of distances is r exp(-r / L), whose mean is 2 L.
        self._reach_m = speed * options.mean_trip_s / options.circuity / 2.0

    def draw(self, rng: np.random.Generator, flows: Floats | None, n: int) -> list[tuple[Snap, Snap]]:
        """Pairs of ends; none where there is no street to live in."""
        if self._weight.sum() <= 0:
            return []
        pairs: list[tuple[Snap, Snap]] = []
        for begin in range(0, n, AT_ONCE):
            origin = rng.choice(len(self._street), min(AT_ONCE, n - begin), p=self._weight / self._weight.sum())
            if flows is not None and flows.sum() > 0:
                origin, weight = self._by_flows(rng, flows, len(origin))
            else:
                weight = np.broadcast_to(self._weight, (len(origin), len(self._weight)))
            far = np.hypot(self._east - self._east[origin][:, None], self._north - self._north[origin][:, None])
            total = np.cumsum(weight * np.exp(-far / self._reach_m), axis=1)
            at = (total < rng.uniform(size=(len(origin), 1)) * total[:, -1:]).sum(axis=1)
            known = np.flatnonzero((total[:, -1] > 0) & (at < len(self._street)) & (at != origin))
            pairs += [(self._place(rng, int(origin[k])), self._place(rng, int(at[k]))) for k in known]
        return pairs

    def _by_flows(self, rng: np.random.Generator, flows: Floats, n: int) -> tuple[NDArray[np.int64], Floats]:
        """Origins and weights of destinations, both by the districts of a journey drawn from the counts."""
        n_district = flows.shape[0]
        people = np.bincount(self._district[self._district >= 0], self._weight[self._district >= 0], n_district)
        count = np.where((people > 0)[:, None] & (people > 0), flows, 0.0).ravel()
        if count.sum() <= 0:
            count = np.where((people > 0)[:, None] & np.eye(n_district, dtype=bool), 1.0, 0.0).ravel()
        pair = rng.choice(len(count), n, p=count / count.sum())
        inside = [np.where(self._district == d, self._weight, 0.0) for d in range(n_district)]
        origin = np.array([rng.choice(len(self._street), p=inside[d] / inside[d].sum()) for d in pair // n_district])
        return origin.astype(np.int64), np.stack([inside[d] for d in pair % n_district])

    def _place(self, rng: np.random.Generator, k: int) -> Snap:
        """A place anywhere on a street; only its street and the metres along it matter to the search."""
        street = int(self._street[k])
        edge = int(self._network.street_edge[:, street].max())
        along_m = float(self._network.length_m[edge]) * float(rng.uniform())
        return Snap(math.nan, math.nan, street, along_m, 0.0, moved_out_of_closure=False)


def _street_residents(area: Area, streets: MatchStreets) -> Floats:
    """Residents of each street: those of a cell are spread over its streets by their length, shape=(n_street,)."""
    network = streets.network
    of_piece = np.repeat(np.arange(network.n_street), np.diff(network.street_first_cell))
    inside = network.street_cell >= 0
    cell, length = network.street_cell[inside], network.street_cell_length_m[inside].astype(np.float64)
    people = np.nan_to_num(area.population.ravel().astype(np.float64))
    street_m = _sums(cell, length, len(people))
    share = people[cell] * length / np.maximum(street_m[cell], 1e-9)
    return _sums(of_piece[inside], np.maximum(share, 0.0), network.n_street)


def _sums(position: NDArray[np.integer], value: NDArray[np.floating], n: int) -> Floats:
    return np.asarray(np.bincount(position, value, n), dtype=np.float64)


def _trip(streets: MatchStreets, plane: BookPlane, path: Path, time_s: Floats, begin_s: float) -> Trip:
    """Where somebody on a path is each minute; it has no age, and its hour is one of all hours."""
    network = streets.network
    end_s = np.cumsum(time_s[path.edges] * path.share)
    at_s = np.arange(0.0, end_s[-1] + STEP_S / 3, STEP_S)
    at = np.minimum(np.searchsorted(end_s, at_s, side="right"), len(path.edges) - 1)
    from_tail = np.where(network.is_forward[path.edges] == 1, path.begin_m, network.length_m[path.edges] - path.begin_m)
    gone = 1.0 - np.clip((end_s[at] - at_s) / np.maximum(time_s[path.edges[at]] * path.share[at], 1e-9), 0.0, 1.0)
    edge = path.edges[at]
    along_m = from_tail[at] + gone * path.share[at] * network.length_m[edge]
    lat, lon = np.full(len(edge), np.nan), np.full(len(edge), np.nan)
    place_on(streets, edge, along_m, lat, lon)
    return Trip(*plane.to_plane(lat, lon), begin_s, is_ageless=True)


def _check(area: Area, flows: Floats | None) -> None:
    n = len(area.districts)
    if flows is not None and (flows.shape != (n, n) or not (flows >= 0).all()):
        wanted = f"persons of 0 or more, shape ({n}, {n})"
        raise InputError(Fault("flows", f"shape {flows.shape}", wanted, "Give one row and column a district."))
