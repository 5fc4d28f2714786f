"""Answers about many places at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.state.assessment import Assessment
from risk_core.state.profile import Profile
from risk_core.state.route import Route, RouteKind, Snap
from risk_core.state.situation import Shelter


@dataclass(frozen=True, slots=True)
class OnSlice:
    """What an answer stands on: area, snapshot version, traveller, the time it holds for, and whether it is a drill.

    `valid_s` is in unix seconds.
    """

    area_id: str
    version: str
    profile: Profile
    valid_s: float
    simulated: bool

    @classmethod
    def of(cls, assessment: Assessment, profile: Profile, step: int) -> "OnSlice":
        """One time slice of an assessment."""
        valid_s = assessment.now_s + float(assessment.lead_s[step])
        return cls(assessment.area_id, assessment.version, profile, valid_s, assessment.simulated)


@dataclass(frozen=True, slots=True, eq=False)
class MatrixAnswer:
    """Ways between all origins and all destinations.

    Attributes
    ----------
    on
        What it stands on.
    kind
        What each way minimises.
    origins, destinations
        On the network.
    duration_s, objective_s
        Seconds under way, and what the kind minimises, shape=(n_origin, n_destination); inf where no open way leads.
    is_as_met
        Whether each street counts as it is when one gets there, as in a single way; else as at the departure, and
        streets that close later are not used.
    length_m
        Metres of each way, where they are known without a further search.
    """

    on: OnSlice
    kind: RouteKind
    origins: tuple[Snap, ...]
    destinations: tuple[Snap, ...]
    duration_s: NDArray[np.float64]
    objective_s: NDArray[np.float64]
    is_as_met: bool = False
    length_m: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ReachAnswer:
    """What can be reached from a place on one time slice.

    Attributes
    ----------
    on
        What it stands on.
    origin
        On the network.
    cost_s
        Of each grid cell: seconds, or danger-seconds, at which a street in it is reached first, shape=(n_row, n_col);
        inf where none is.
    """

    on: OnSlice
    origin: Snap
    cost_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ShelterWay:
    """A shelter, the place on a street it is reached at, and the way there."""

    shelter: Shelter
    destination: Snap
    route: Route


@dataclass(frozen=True, slots=True, eq=False)
class NearestAnswer:
    """Shelters with room, nearest by the way first.

    Attributes
    ----------
    on
        What it stands on; simulated also where one of the shelters is.
    origin
        On the network.
    ways
        Shelter and way, cheapest first.
    """

    on: OnSlice
    origin: Snap
    ways: tuple[ShelterWay, ...]
