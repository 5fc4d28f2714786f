"""The `route` command: the body of /api/v1/routes, or its summary, without a running server."""

import argparse
import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.i18n import DEFAULT_LANGUAGE, languages, text
from dashboard.settings import Settings
from risk_core.errors import Fault, InputError, UnavailableError, raise_faults
from risk_core.state.profile import PROFILES, Profile
from risk_core.state.route import RouteKind

if TYPE_CHECKING:
    from dashboard.answers.questions import AvoidedArea
    from dashboard.api.schemas.routes import RoutesBody
    from dashboard.store.library import Library
    from risk_core.state.area import Area
    from risk_core.state.assessment import Assessment

BEGINS_LIKE_A_NUMBER: Final = re.compile(r"^-[\d.]")
DEFAULT_KINDS: Final = f"{RouteKind.FASTEST},{RouteKind.SAFEST}"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "route",
        help="the fastest and the safest way between two points, now",
        description="The fastest and the safest way between two points on the newest snapshot; without one, "
        "what the store holds is assessed first.",
    )
    # Southern latitudes begin with a minus; argparse would take -29.95,-71.34 for an option.
    parser._negative_number_matcher = BEGINS_LIKE_A_NUMBER
    parser.add_argument("--area", default=None, help="name of an installed area; the setting's default if left out")
    parser.add_argument("--from", dest="origin", required=True, metavar="LAT,LON", help="where to start, degrees")
    parser.add_argument("--to", dest="destination", required=True, metavar="LAT,LON", help="where to go, degrees")
    parser.add_argument(
        "--via", action="append", default=[], metavar="LAT,LON", help="a place to call at; may be repeated"
    )
    parser.add_argument("--profile", default=str(Profile.WALK), help="one of " + ", ".join(PROFILES))
    parser.add_argument("--kinds", default=DEFAULT_KINDS, help="of " + ", ".join(RouteKind) + "; separated by commas")
    parser.add_argument("--avoid", metavar="FILE", help="GeoJSON Polygon or MultiPolygon to keep out of")
    parser.add_argument("--lang", default=DEFAULT_LANGUAGE, choices=languages(), help="language of the sentences")
    parser.add_argument("--json", action="store_true", help="print the body of /api/v1/routes")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Answer and print.

    Returns
    -------
    int
        Exit status 0.

    Raises
    ------
    risk_core.errors.AnsimgilError
        For anything that does not fit; the command line prints it and exits with status 2.
    """
    from dashboard.store.library import Library

    body = answer(Library(settings), args, time.time())
    sys.stdout.write((body.model_dump_json(by_alias=True) if args.json else summary(body, args.lang)) + "\n")
    return 0


def answer(library: "Library", args: argparse.Namespace, now_s: float) -> "RoutesBody":
    """Body of /api/v1/routes for the words of a command; raises as `run`."""
    from dashboard.answers.infection import InfectionAnswers
    from dashboard.answers.questions import RouteQuestion, answer_route
    from dashboard.api.schemas.routes import RoutesBody
    from dashboard.views.format import local_hour

    profile, kinds, points = _read(args)
    area = library.area(args.area or library.settings.area)
    assessment = newest_assessment(library, area, now_s)
    ends = *points[0], *points[-1]
    question = RouteQuestion(area.area_id, *ends, profile, kinds, None, _areas(args.avoid), points[1:-1])
    found = answer_route(area, assessment, question)
    infection = InfectionAnswers(library).along(area, assessment, found, local_hour(area))
    return RoutesBody.from_answer(found, area, assessment, args.lang, infection)


def newest_assessment(library: "Library", area: "Area", now_s: float) -> "Assessment":
    """Newest snapshot of an area; before the first, what the store holds now, assessed here."""
    from dashboard.store.situations import build_situation
    from risk_core.assess import assess

    try:
        return library.assessment(area.area_id)
    except UnavailableError:
        return assess(area, build_situation(library.observations, area, now_s, (0,), None))


def summary(body: "RoutesBody", lang: str) -> str:
    """Routes as lines for a person: minutes, metres, metres in danger, why, and the turns."""
    from dashboard.views.format import distance, duration

    lines = [text("drill.ribbon", lang)] if body.simulated else []
    for route in body.features:
        known = route.properties
        danger = (
            text("route.danger", lang, length=distance(known.danger_m)) if known.danger_m else text("route.safe", lang)
        )
        parts = (duration(known.duration_s, lang), distance(known.length_m), danger)
        lines += ["", f"{text(f'route.{known.kind}', lang)}: " + " · ".join(parts)]
        lines += [f"  {reason.text}" for reason in known.reasons]
        lines += [f"  {n}. {step.text} ({distance(step.length_m)})" for n, step in enumerate(known.steps, 1)]
    return "\n".join([*lines, "", body.attribution]).lstrip("\n")


def _read(args: argparse.Namespace) -> tuple[Profile, tuple[RouteKind, ...], tuple[tuple[float, float], ...]]:
    """Traveller, kinds and all points in order; all faults at once."""
    faults: list[Fault] = []
    named = [("from", args.origin), *(("via", word) for word in args.via), ("to", args.destination)]
    points = tuple(_point(name, word, faults) for name, word in named)
    if args.profile not in PROFILES:
        faults.append(Fault("profile", args.profile, "one of " + ", ".join(PROFILES), "Choose who travels."))
    words = [word.strip() for word in args.kinds.split(",") if word.strip()]
    if not words or any(word not in tuple(RouteKind) for word in words):
        wanted = "one or more of " + ", ".join(RouteKind)
        faults.append(Fault("kinds", args.kinds, wanted, "Separate the routes you want by commas."))
    raise_faults(faults)
    return Profile(args.profile), tuple(kind for kind in RouteKind if kind in words), points


def _areas(path: str | None) -> "tuple[AvoidedArea, ...]":
    """Areas of a GeoJSON file: a geometry, or a feature with one."""
    from pydantic import TypeAdapter, ValidationError

    from dashboard.api.reading import Areas, to_areas

    if path is None:
        return ()
    wanted, remedy = "a GeoJSON Polygon or MultiPolygon", "Write longitude, latitude in degrees, rings closed."
    try:
        found = json.loads(Path(path).read_bytes())
        found = found.get("geometry", found) if isinstance(found, dict) else found
        return to_areas(TypeAdapter(Areas).validate_python(found))
    except (OSError, ValueError, ValidationError) as error:
        value = str(error).splitlines()[0][:120]
        raise InputError(Fault("avoid", value, wanted, remedy, path)) from error


def _point(name: str, word: str, faults: list[Fault]) -> tuple[float, float]:
    """Both coordinates; NaN and infinity are left to the check of the area."""
    try:
        lat_deg, lon_deg = (float(part) for part in word.split(","))
    except ValueError:
        faults.append(Fault(name, word[:80], "LAT,LON in degrees", "Write two numbers with a comma between them."))
        return 0.0, 0.0
    return lat_deg, lon_deg
