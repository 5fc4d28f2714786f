"""Ways through the network, and the question they answer."""

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.assessment import Reason
from risk_core.state.level import Hazard
from risk_core.state.profile import Profile

LEAST_UNKNOWN_M: Final = 50.0
"""Metres without a known risk a way must have to say so."""


class RouteKind(StrEnum):
    """What a route minimises."""

    FASTEST = "fastest"
    BALANCED = "balanced"
    SAFEST = "safest"


@dataclass(frozen=True, slots=True, eq=False)
class EdgeCosts:
    """What each edge costs one profile on one snapshot.

    Attributes
    ----------
    profile
        The traveller.
    travel_time_s
        shape=(n_edge,), seconds; inf where the profile may not go or a closure bars it.
    risk
        Largest risk along the edge, shape=(n_edge,), 0..1; unknown counts as 0.
    danger
        Mean along the edge of what a second there counts more, per unit of weight, shape=(n_edge,).
    """

    profile: Profile
    travel_time_s: NDArray[np.float32]
    risk: NDArray[np.float32]
    danger: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Snap:
    """A point moved onto the network.

    Attributes
    ----------
    lat_deg, lon_deg
        The point on the street.
    street
        Position of the street.
    along_m
        Metres from the street's first point.
    distance_m
        From the point asked for.
    moved_out_of_closure
        True when the nearest street was closed and a farther open one was taken.
    """

    lat_deg: float
    lon_deg: float
    street: int
    along_m: float
    distance_m: float
    moved_out_of_closure: bool


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One line of the turn list: `code` is a message ``turn.<code>``; `name` the street, empty if nameless."""

    code: str
    name: str
    length_m: float
    duration_s: float
    risk: float
    lat_deg: float
    lon_deg: float


@dataclass(frozen=True, slots=True)
class HazardMet:
    """One hazard along a way; NaN where nothing is known.

    Attributes
    ----------
    hazard
        Which one.
    max_risk, low, high
        Largest risk met, with its central 80 % interval.
    danger_m
        Metres at risk >= 0.6.
    meet_prob
        Chance to meet danger (risk >= 0.6) somewhere on the way; for infection the chance of meeting at least one
        infectious person.
    """

    hazard: Hazard
    max_risk: float
    low: float
    high: float
    danger_m: float
    meet_prob: float


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One way from origin to destination.

    Attributes
    ----------
    route_id
        Short content id.
    kind
        What it minimises.
    edges
        Positions in order, shape=(n,); first and last are travelled in part.
    duration_s, length_m
        Totals.
    danger_m
        Metres at risk >= 0.6.
    exposure_s
        Integral of the danger over the seconds under way, `risk_core.fields.sample.danger_of`: a second where the level
        경계 begins counts as one. A safest way never has more of it than a fastest one.
    max_risk
        Highest risk met; NaN where nothing is known.
    level_length_m
        Metres in each of the five levels, along the real geometry through the grid.
    unknown_m
        Metres of which no risk is known.
    hazards
        What is met of each hazard assessed.
    success_share
        Share of the members of the storms in which wind, rain and water stay below risk 0.6 along the whole way; NaN
        without a storm.
    profile_level
        Level byte of each drawn segment, 255 unknown, shape=(n_point - 1,).
    lat_deg, lon_deg
        The line, shape=(n_point,), with a point wherever the level changes.
    steps
        Turn list.
    reasons
        Why this way: what it avoids and what that costs.
    gap
        Largest share by which its objective may lie above the least one; 0 for an exact answer.
    leg_s, leg_m
        Seconds and metres of each leg between places called at.
    depart_s
        When one sets off, unix seconds.
    edge_s
        Seconds on each of `edges`, shape=(n,).
    """

    route_id: str
    kind: RouteKind
    edges: NDArray[np.int32]
    duration_s: float
    length_m: float
    danger_m: float
    exposure_s: float
    max_risk: float
    level_length_m: tuple[float, float, float, float, float]
    unknown_m: float
    hazards: tuple[HazardMet, ...]
    success_share: float
    profile_level: NDArray[np.uint8]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    steps: tuple[RouteStep, ...]
    reasons: tuple[Reason, ...]
    gap: float
    leg_s: tuple[float, ...] = ()
    leg_m: tuple[float, ...] = ()
    depart_s: float = math.nan
    edge_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """Every route asked for between two points on one snapshot, fastest first; `via` are the places called at."""

    area_id: str
    version: str
    profile: Profile
    origin: Snap
    destination: Snap
    routes: tuple[Route, ...]
    is_same_way: bool
    valid_s: float
    simulated: bool
    via: tuple[Snap, ...] = ()


@dataclass(frozen=True, slots=True)
class ChoicesAnswer:
    """The trade-off of time against danger between two points, and the few ways of it that differ clearly.

    Attributes
    ----------
    answer
        The ways: the quickest, the least dangerous, and one between them where one is worth it.
    time_s, danger_s
        Of every way that no other betters, in order of time; danger is seconds times the danger there (1 where the
        level 경계 begins).
    is_complete
        False where the search ran out of labels and only some of the ways are known.
    """

    answer: RouteAnswer
    time_s: tuple[float, ...]
    danger_s: tuple[float, ...]
    is_complete: bool
