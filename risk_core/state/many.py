"""Answers about many places at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.state.profile import Profile
from risk_core.state.route import Route, RouteKind, Snap
from risk_core.state.situation import Shelter


@dataclass(frozen=True, slots=True, eq=False)
class MatrixAnswer:
    """Ways between all origins and all destinations on one time slice.

    Attributes
    ----------
    area_id, version, profile, kind, valid_s, simulated
        As in `risk_core.state.route.RouteAnswer`.
    origins, destinations
        On the network.
    duration_s, objective_s
        Seconds under way, and what the kind minimises, shape=(n_origin, n_destination); inf where no open way leads.
    """

    area_id: str
    version: str
    profile: Profile
    kind: RouteKind
    origins: tuple[Snap, ...]
    destinations: tuple[Snap, ...]
    duration_s: NDArray[np.float64]
    objective_s: NDArray[np.float64]
    valid_s: float
    simulated: bool


@dataclass(frozen=True, slots=True, eq=False)
class ReachAnswer:
    """What can be reached from a place on one time slice.

    Attributes
    ----------
    area_id, version, profile, valid_s, simulated
        As in `risk_core.state.route.RouteAnswer`.
    origin
        On the network.
    cost_s
        Of each grid cell: seconds, or danger-seconds, at which a street in it is reached first, shape=(n_row, n_col);
        inf where none is.
    """

    area_id: str
    version: str
    profile: Profile
    origin: Snap
    cost_s: NDArray[np.float64]
    valid_s: float
    simulated: bool


@dataclass(frozen=True, slots=True, eq=False)
class ShelterWay:
    """A shelter and the way to it."""

    shelter: Shelter
    destination: Snap
    route: Route


@dataclass(frozen=True, slots=True, eq=False)
class NearestAnswer:
    """Shelters with room, nearest by the way first.

    Attributes
    ----------
    area_id, version, profile, valid_s, simulated
        As in `risk_core.state.route.RouteAnswer`.
    origin
        On the network.
    ways
        Shelter and way, cheapest first.
    """

    area_id: str
    version: str
    profile: Profile
    origin: Snap
    ways: tuple[ShelterWay, ...]
    valid_s: float
    simulated: bool
