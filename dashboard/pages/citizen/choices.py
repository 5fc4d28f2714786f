"""What a reader of the citizen's page has chosen, as one record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.answers import RouteQuestion
from dashboard.pages.page import Opened
from dashboard.views.defaults import default_ends, default_place
from dashboard.views.format import local_hour
from dashboard.views.wishes import NO_WISHES, RouteWishes, When, read_wishes
from risk_core.errors import AnsimgilError, Fault, UnavailableError
from risk_core.routes.infection import WaysInfection
from risk_core.state.assessment import Assessment, PointRisk
from risk_core.state.level import Layer
from risk_core.state.profile import Profile
from risk_core.state.route import RouteAnswer, RouteKind

LatLng = tuple[float, float]
CITIZEN_PROFILES = (Profile.WALK, Profile.WHEELCHAIR, Profile.BICYCLE, Profile.CAR)
"""Travellers offered to citizens."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Choices of one reader.

    Attributes
    ----------
    layer
        Layer on the map.
    step
        Time step, None for now.
    profile
        Traveller.
    point, point_kind
        The place spoken of, and whether it is the start, picked or located.
    ends
        Origin and destination; both the point itself in an area without streets.
    wishes
        Places to call at, areas to keep out of, and when.
    """

    layer: Layer
    step: int | None
    profile: Profile
    point: LatLng
    point_kind: str
    ends: tuple[LatLng, LatLng]
    wishes: RouteWishes


def first_choices(opened: Opened) -> Choices:
    """What the link asks for, completed by the area's defaults."""
    address, area = opened.address, opened.area
    place = default_place(area)
    default_origin, default_destination = default_ends(area) or (place, place)
    ends = (address.origin or default_origin, address.destination or default_destination)
    profile = address.profile if address.profile in CITIZEN_PROFILES else Profile.WALK
    return Choices(
        layer=address.layer or Layer.COMBINED,
        step=known_step(opened, address.step),
        profile=profile,
        point=ends[0],
        point_kind="start" if area.network is not None else "picked",
        ends=ends,
        wishes=read_wishes(opened.query),
    )


def known_step(opened: Opened, step: int | None) -> int | None:
    """Keep a time step only while the snapshot has it."""
    if step is None or opened.assessment is None or not 0 <= step < len(opened.assessment.lead_s):
        return None
    return step


def departure_step(opened: Opened, assessment: Assessment, step: int | None, wishes: RouteWishes) -> int | None:
    """Time slice one sets off in: the slider's, the nearest to a departure wished, none with an arrival wished."""
    if wishes.when is When.NOW:
        return known_step(opened, step)
    if wishes.when is When.ARRIVE:
        return None
    return int(np.abs(np.asarray(assessment.lead_s) - wishes.lead_s).argmin())


def point_of(data: Mapping[str, Any]) -> LatLng:
    """Read the point from its store."""
    return float(data["lat"]), float(data["lng"])


def position_of(position: Sequence[float]) -> LatLng:
    """Read a marker's position."""
    return float(position[0]), float(position[1])


def too_early(opened: Opened) -> UnavailableError:
    """Refusal of a question asked before the first snapshot."""
    return UnavailableError(Fault("area", opened.area.area_id, "an area with a snapshot", "Wait a moment."))


def ask_point(opened: Opened, at: LatLng, step: int | None) -> PointRisk | AnsimgilError:
    """Ask for the risk at a point; a refusal is an answer too."""
    if opened.assessment is None:
        return too_early(opened)
    try:
        return opened.services.answers.risk_at(opened.area.area_id, *at, step=known_step(opened, step))
    except AnsimgilError as error:
        return error


def ask_routes(
    opened: Opened,
    ends: tuple[LatLng, LatLng],
    profile: Profile,
    step: int | None,
    wishes: RouteWishes = NO_WISHES,
) -> RouteAnswer | AnsimgilError | None:
    """Ask for the ways between two points; a refusal is an answer too, None an area without streets."""
    if opened.area.network is None:
        return None
    if opened.assessment is None:
        return too_early(opened)
    origin, destination = ends
    question = RouteQuestion(
        area_id=opened.area.area_id,
        origin_lat_deg=origin[0],
        origin_lon_deg=origin[1],
        destination_lat_deg=destination[0],
        destination_lon_deg=destination[1],
        profile=profile,
        kinds=tuple(RouteKind),
        step=departure_step(opened, opened.assessment, step, wishes),
        avoid=tuple((ring,) for ring in wishes.avoid),
        via=wishes.via,
        arrive_s=opened.assessment.now_s + wishes.lead_s if wishes.when is When.ARRIVE else None,
    )
    try:
        return opened.services.answers.routes_between(question)
    except AnsimgilError as error:
        return error


def ask_infection(opened: Opened, answer: RouteAnswer | AnsimgilError | None) -> WaysInfection | None:
    """Ask for the infection along the ways found; None where it does not apply or is not known."""
    if not isinstance(answer, RouteAnswer):
        return None
    try:
        return opened.services.answers.infection_along(answer, local_hour(opened.area))
    except AnsimgilError:
        return None
