"""What every face needs to ask: which area points lie in, which traveller a foreign word means, what to minimise."""

from collections.abc import Mapping, Sequence
from typing import Final

from dashboard.answers import Answers, RouteQuestion
from dashboard.answers.questions import AvoidedArea
from risk_core.errors import Fault, InputError
from risk_core.state.assessment import Assessment
from risk_core.state.profile import Profile
from risk_core.state.route import RouteAnswer, RouteKind

LonLat = tuple[float, float]
LatLon = tuple[float, float]

PROFILE_OF_WORD: Final[Mapping[str, Profile]] = {
    **{profile.value: profile for profile in Profile},
    **dict.fromkeys(("foot", "walking", "pedestrian", "foot-walking", "foot-hiking"), Profile.WALK),
    **dict.fromkeys(("bike", "cycling", "cycling-regular", "cycling-road", "cycling-electric"), Profile.BICYCLE),
    **dict.fromkeys(("driving", "auto", "driving-car", "taxi"), Profile.CAR),
}
"""The names OSRM, openrouteservice and Valhalla give their profiles, beside our own."""

DEFAULT_KIND: Final = RouteKind.SAFEST
"""What every face minimises unless asked otherwise: clients that know nothing of danger are led round it."""


def read_profile(word: str, argument: str = "profile") -> tuple[Profile, RouteKind]:
    """Traveller of a word, and what to minimise where the word ends in ``-fastest``, ``-balanced`` or ``-safest``.

    Raises
    ------
    risk_core.errors.InputError
        For a word that means no traveller.

    Examples
    --------
    >>> read_profile("driving"), read_profile("foot-walking-fastest")[1].value
    ((<Profile.CAR: 'car'>, <RouteKind.SAFEST: 'safest'>), 'fastest')
    """
    stem, _, ending = word.rpartition("-")
    name, kind = (stem, RouteKind(ending)) if ending in tuple(RouteKind) else (word, DEFAULT_KIND)
    if name not in PROFILE_OF_WORD:
        wanted = "one of " + ", ".join(PROFILE_OF_WORD)
        remedy = "Each may end in -fastest, -balanced or -safest."
        raise InputError(Fault(argument, word[:40], wanted, remedy))
    return PROFILE_OF_WORD[name], kind


def area_round(answers: Answers, points: Sequence[LatLon], named: str | None = None) -> str:
    """Area to ask about points.

    It is the one named; else the default, or another with streets, that holds the first point; else the default.
    """
    if named is not None:
        return answers.area(named).area_id
    default = answers.library.settings.area
    for area_id in answers.library.area_ids():
        area = answers.area(area_id)
        if area.network is not None and area.grid.contains(*points[0]):
            return area_id
    return default


def ask_way(
    answers: Answers,
    points: Sequence[LatLon],
    profile: Profile,
    kind: RouteKind,
    avoid: tuple[AvoidedArea, ...] = (),
    named: str | None = None,
    n_alternative: int = 0,
) -> tuple[RouteAnswer, Assessment]:
    """Ways that call at points in order, on the newest snapshot: the best of a kind, and others where asked for.

    Parameters
    ----------
    answers
        Whom to ask.
    points
        (lat_deg, lon_deg), two or more.
    profile, kind
        The traveller, and what to minimise.
    avoid
        Areas to keep out of.
    named
        Area, where it is named.
    n_alternative
        Other ways wanted at most, between two points.

    Raises
    ------
    risk_core.errors.AnsimgilError
        As `Answers.routes_between`.
    """
    area_id = area_round(answers, points, named)
    assessment = answers.assessment(area_id)
    (origin, *via, destination) = points
    question = RouteQuestion(area_id, *origin, *destination, profile, (kind,), None, avoid, tuple(via))
    if n_alternative > 0 and not via:
        return answers.alternatives(question, 1 + n_alternative, assessment.version), assessment
    return answers.routes_between(question, assessment.version), assessment


def to_lat_lon(points: Sequence[Sequence[float]]) -> tuple[LatLon, ...]:
    """Points of GeoJSON, longitude first, as latitude first."""
    return tuple((point[1], point[0]) for point in points)
