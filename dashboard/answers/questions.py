"""What a person may ask, and the answer on one assessment."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk_core.errors import Fault, InputError
from risk_core.routes.avoid import Polygon, avoided_edges
from risk_core.routes.find import find_routes
from risk_core.routes.price import Priced, bar_edges, price_at
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.network import Network
from risk_core.state.profile import Profile
from risk_core.state.route import RouteAnswer, RouteKind

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
    network, step = check_streets(area), check_step(assessment, question.step)
    if question.avoid:
        is_avoided = avoided_edges(network, [_polygon(one) for one in question.avoid])
        priced = bar_edges(priced or price_at(network, assessment, question.profile, step), is_avoided)
    return find_routes(
        area,
        assessment,
        (question.origin_lat_deg, question.origin_lon_deg),
        (question.destination_lat_deg, question.destination_lon_deg),
        question.profile,
        question.kinds,
        step,
        priced,
    )


def _polygon(rings: AvoidedArea) -> Polygon:
    return tuple(np.array(ring, dtype=np.float64).reshape(-1, 2) for ring in rings)
