"""What a person may ask, and the answer on one assessment."""

from dataclasses import dataclass
from typing import Final

from risk_core.errors import Fault, InputError
from risk_core.routes.find import find_routes
from risk_core.routes.price import Priced
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.network import Network
from risk_core.state.profile import Profile
from risk_core.state.route import RouteAnswer, RouteKind

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
        Time slice of the assessment; None for now.
    """

    area_id: str
    origin_lat_deg: float
    origin_lon_deg: float
    destination_lat_deg: float
    destination_lon_deg: float
    profile: Profile = Profile.WALK
    kinds: tuple[RouteKind, ...] = DEFAULT_KINDS
    step: int | None = None


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
    check_streets(area)
    return find_routes(
        area,
        assessment,
        (question.origin_lat_deg, question.origin_lon_deg),
        (question.destination_lat_deg, question.destination_lon_deg),
        question.profile,
        question.kinds,
        check_step(assessment, question.step),
        priced,
    )
