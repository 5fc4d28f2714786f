"""What a person may ask, and the answer on one assessment."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.routes.alternatives import AlternativesOptions, find_alternatives
from risk_core.routes.arrive import find_arrival
from risk_core.routes.avoid import Polygon, avoided_edges
from risk_core.routes.choices import find_choices
from risk_core.routes.find import find_tour
from risk_core.routes.pareto import ParetoOptions
from risk_core.routes.price import Priced, bar_edges, price_at
from risk_core.routes.question import pose
from risk_core.routes.weights import Weights
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.network import Network
from risk_core.state.profile import Profile
from risk_core.state.route import ChoicesAnswer, RouteAnswer, RouteKind

LatLon = tuple[float, float]
AvoidedArea = tuple[tuple[tuple[float, float], ...], ...]
DEFAULT_KINDS: Final = (RouteKind.FASTEST, RouteKind.SAFEST)


@dataclass(frozen=True, slots=True)
class RouteQuestion:
    """What somebody asks who wants to get from here to there.

    Attributes
    ----------
    area_id
        The area.
    origin_lat_deg, origin_lon_deg, destination_lat_deg, destination_lon_deg
        Degrees.
    profile
        The traveller.
    kinds
        Routes wanted, fastest first.
    step
        Time slice of the departure; None for now.
    avoid
        Areas to keep out of: outer ring and holes of each, (latitude, longitude) in degrees.
    via
        Places to call at in order, (latitude, longitude) in degrees.
    arrive_s
        Time to be there by, unix seconds; None to set off at `step`. Not together with a step or places to call at.
    """

    area_id: str
    origin_lat_deg: float
    origin_lon_deg: float
    destination_lat_deg: float
    destination_lon_deg: float
    profile: Profile = Profile.WALK
    kinds: tuple[RouteKind, ...] = DEFAULT_KINDS
    step: int | None = None
    avoid: tuple[AvoidedArea, ...] = ()
    via: tuple[LatLon, ...] = ()
    arrive_s: float | None = None


def check_step(assessment: Assessment, step: int | None) -> int:
    """Position of the time slice asked for; lead 0 for None.

    Raises
    ------
    risk_core.errors.InputError
        For a slice the assessment does not have.
    """
    if step is None:
        return assessment.step_now
    last = len(assessment.lead_s) - 1
    if not 0 <= step <= last:
        raise InputError(Fault("step", str(step), f"a whole number 0..{last}", "Choose one of the listed steps."))
    return step


def check_streets(area: Area) -> Network:
    """Streets of an area.

    Raises
    ------
    risk_core.errors.InputError
        When the area has no network.
    """
    if area.network is None:
        raise InputError(Fault("area", area.area_id, "an area with streets", "Choose an area that has a network."))
    return area.network


def answer_route(
    area: Area, assessment: Assessment, question: RouteQuestion, priced: Priced | None = None
) -> RouteAnswer:
    """Every route asked for, on one assessment.

    Parameters
    ----------
    area, assessment
        Where and when.
    question
        What is asked; its `area_id` is the area's.
    priced
        The streets priced for the question's profile and step, where they are known already.

    Raises
    ------
    risk_core.errors.InputError
        For points that do not fit, an unknown step, an area without streets.
    risk_core.errors.UnreachableError
        When no open way leads there.
    """
    asked = _as_asked(area, assessment, question, priced)
    if question.arrive_s is None:
        return find_tour(*asked)
    if question.via or question.step is not None:
        remedy = "Leave the other out: nothing but the arrival is asked for."
        raise InputError(Fault("arrive_by", "with via or t", "neither beside it", remedy))
    *same, kinds, _, priced = asked
    return find_arrival(*same, kinds, question.arrive_s, priced)


def answer_choices(
    area: Area,
    assessment: Assessment,
    question: RouteQuestion,
    priced: Priced | None = None,
    danger: Weights | None = None,
    slack: float = 0.0,
) -> ChoicesAnswer:
    """The trade-off of time against danger, on one assessment; see `answer_route`.

    Parameters
    ----------
    area, assessment, question, priced
        As for `answer_route`.
    danger
        The hierarchy customised to danger alone, where it is known already.
    slack
        Share by which a way left out may be less dangerous; 0 for all of them.
    """
    (leg,) = pose(*_as_asked(area, assessment, replace(question, via=()), priced))
    return find_choices(leg, danger, ParetoOptions(slack=slack))


def answer_alternatives(
    area: Area, assessment: Assessment, question: RouteQuestion, n: int, priced: Priced | None = None
) -> RouteAnswer:
    """The best way of the question's first kind and others on other streets, at most `n`; see `answer_route`."""
    (leg,) = pose(*_as_asked(area, assessment, replace(question, via=()), priced))
    return find_alternatives(leg, question.kinds[0], AlternativesOptions(n=n))


def _as_asked(
    area: Area, assessment: Assessment, question: RouteQuestion, priced: Priced | None
) -> tuple[Area, Assessment, tuple[LatLon, ...], Profile, tuple[RouteKind, ...], int, Priced | None]:
    """What the core is asked: points, traveller, slice, and streets priced with the areas to avoid barred."""
    network, step = check_streets(area), check_step(assessment, question.step)
    if question.avoid:
        check_order(area, question.avoid)
        priced = keep_out(network, priced or price_at(network, assessment, question.profile, step), question.avoid)
    origin = question.origin_lat_deg, question.origin_lon_deg
    destination = question.destination_lat_deg, question.destination_lon_deg
    return area, assessment, (origin, *question.via, destination), question.profile, question.kinds, step, priced


def check_order(area: Area, avoid: tuple[AvoidedArea, ...]) -> None:
    """Refuse areas to keep out of that lie elsewhere, but here with latitude and longitude exchanged.

    Raises
    ------
    risk_core.errors.InputError
        For such an area.
    """
    west, south, east, north = area.grid.bounds
    low, high = np.array([south, west]), np.array([north, east])
    for rings in avoid:
        ring = np.array(rings[0], dtype=np.float64).reshape(-1, 2) if rings else np.empty((0, 2))
        if len(ring) and not _meets(ring, low, high) and _meets(ring[:, ::-1], low, high):
            wanted, remedy = "rings of longitude,latitude", "With both exchanged it lies in the area: longitude first."
            raise InputError(Fault("avoid", "outside the area", wanted, remedy))


def _meets(ring: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
    return bool((ring.min(axis=0) <= high).all() and (ring.max(axis=0) >= low).all())


def keep_out(network: Network, priced: Priced, avoid: tuple[AvoidedArea, ...]) -> Priced:
    """Bar every street of the areas to keep out of.

    Raises
    ------
    risk_core.errors.InputError
        For outlines that are none.
    """
    return bar_edges(priced, avoided_edges(network, [_polygon(one) for one in avoid]))


def _polygon(rings: AvoidedArea) -> Polygon:
    return tuple(np.array(ring, dtype=np.float64).reshape(-1, 2) for ring in rings)
