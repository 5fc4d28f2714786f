"""The `plan` command: the result of /api/v1/evacuations, its summary, or files, without a running server."""

import argparse
import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.i18n import DEFAULT_LANGUAGE, languages, text
from dashboard.settings import Settings
from risk_core.errors import Fault, InputError

if TYPE_CHECKING:
    from dashboard.plans.ask import Asked
    from dashboard.plans.zones import Drawn
    from dashboard.store.library import Library
    from risk_core.state.area import Area
    from risk_core.state.assessment import Assessment
    from risk_core.state.plan import Band, Plan

FILE_FORMATS: Final = ("geojson", "csv", "cap")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "plan",
        help="an evacuation plan for zones drawn in a file, now",
        description="Who goes where, by which way and when, for zones drawn in a GeoJSON file or named districts, on "
        "the newest snapshot; without one, what the store holds is assessed first.",
    )
    parser.add_argument("--area", default=None, help="name of an installed area; the setting's default if left out")
    parser.add_argument("--zone", metavar="FILE", help="GeoJSON: zones, shelters, institutions, closures, contraflow")
    parser.add_argument("--districts", default="", help="ids of districts to leave, separated by commas; or `all`")
    parser.add_argument("--danger-within-h", type=float, default=None, help="every cell at level 3 within these hours")
    parser.add_argument("--what-ifs", action="store_true", help="print what other suppositions come to")
    parser.add_argument("--participation", type=float, default=None, help="share of residents who leave")
    parser.add_argument("--shelter-share", type=float, default=None, help="share of those who want a public shelter")
    parser.add_argument("--shadow-share", type=float, default=None, help="share of those around who leave unasked")
    parser.add_argument("--pets", type=float, default=None, help="share of those for a shelter who bring a pet")
    parser.add_argument("--half-gone-min", type=float, default=None, help="minutes until half have set off")
    parser.add_argument("--cars", type=float, default=None, help="share of those leaving by car; the others walk")
    parser.add_argument("--hazard", default=None, help="rain, typhoon, infection or combined")
    parser.add_argument("--lang", default=DEFAULT_LANGUAGE, choices=languages(), help="language of the summary")
    parser.add_argument("--json", action="store_true", help="print the result of /api/v1/evacuations")
    parser.add_argument("--format", choices=FILE_FORMATS, default=None, help="print the plan as a file instead")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Plan and print.

    Returns
    -------
    int
        Exit status 0.

    Raises
    ------
    risk_core.errors.AnsimgilError
        For anything that does not fit; the command line prints it and exits with status 2.
    """
    from dashboard.api.schemas.evacuations import EvacuationBody
    from dashboard.plans.files import FORMATS
    from dashboard.store.library import Library

    if args.what_ifs:
        sys.stdout.write(what_ifs(Library(settings), args, time.time()) + "\n")
        return 0
    plan, area, drawn = answer(Library(settings), args, time.time())
    if args.format is not None:
        printed = FORMATS[args.format](area, plan, drawn.zones)
    elif args.json:
        printed = EvacuationBody.from_plan(plan, area).model_dump_json(by_alias=True)
    else:
        printed = summary(plan, area, args.lang)
    sys.stdout.write(printed + "\n")
    return 0


def answer(library: "Library", args: argparse.Namespace, now_s: float) -> "tuple[Plan, Area, Drawn]":
    """Plan for the words of a command; raises as `run`."""
    from dashboard.plans.ask import answer_plan

    area, assessment, asked = question(library, args, now_s)
    plan, drawn = answer_plan(area, assessment, asked)
    return plan, area, drawn


def question(library: "Library", args: argparse.Namespace, now_s: float) -> "tuple[Area, Assessment, Asked]":
    """Area, newest state and question of a command; raises as `run`."""
    from dashboard.api.command import newest_assessment
    from dashboard.plans.ask import Asked

    area = library.area(args.area or library.settings.area)
    assessment = newest_assessment(library, area, now_s)
    districts = district_ids(area, args.districts)
    asked = Asked(read_file(args.zone), districts, setting_values(args), args.lang, args.danger_within_h)
    if asked.drawing is None and not asked.districts and asked.danger_within_h is None:
        remedy = "Give --zone FILE, --districts IDS or --danger-within-h HOURS."
        raise InputError(Fault("zone", "none", "a GeoJSON file or districts", remedy))
    return area, assessment, asked


def what_ifs(library: "Library", args: argparse.Namespace, now_s: float) -> str:
    """A line for each supposition; raises as `run`."""
    from dashboard.engine import engine
    from dashboard.plans.ask import answer_what_ifs
    from dashboard.views.format import area_zone
    from dashboard.views.plan_compare import case_rows

    area, assessment, asked = question(library, args, now_s)
    local = engine(library.settings)
    try:
        told = answer_what_ifs(area, assessment, asked, local.map)
    finally:
        local.close()
    names = ("supposed", "leaving", "sheltered", "left_over", "clearance", "deadline", "in_danger")
    rows = [[text(f"plan.case.{name}", args.lang) for name in names], *case_rows(told, area_zone(area), args.lang)]
    return "\n".join("\t".join(row) for row in rows)


def read_file(path: str | None) -> object:
    """JSON of a file, None for none."""
    from dashboard.plans.zones import parse_document

    if path is None:
        return None
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        remedy = "Give the path of a readable file."
        raise InputError(Fault("zone", str(error.strerror), "a GeoJSON file", remedy, path)) from error
    return parse_document(data, path)


def district_ids(area: "Area", words: str) -> tuple[str, ...]:
    """Ids separated by commas; `all` for every district."""
    names = tuple(name.strip() for name in words.split(",") if name.strip())
    return tuple(one.district_id for one in area.districts) if names == ("all",) else names


def setting_values(args: argparse.Namespace) -> dict[str, float | str | None]:
    """Settings of a command, None for each left out."""
    return {
        "participation_share": args.participation,
        "shelter_share": args.shelter_share,
        "shadow_share": args.shadow_share,
        "half_gone_min": args.half_gone_min,
        "car_share": args.cars,
        "pets_share": args.pets,
        "hazard": args.hazard,
    }


def summary(plan: "Plan", area: "Area", lang: str) -> str:
    """A plan as lines for a person: people, places, clearance, deadlines, bad shelters, people left over."""
    from dashboard.views.format import area_zone, count, date_and_clock
    from dashboard.views.plan import left_by_place

    totals = plan.totals
    figures = {name: count(getattr(totals, name)) for name in totals.__dataclass_fields__}
    lines = [text("drill.ribbon", lang)] if plan.simulated else []
    lines += [text("plan.summary.people", lang, **figures), text("plan.summary.places", lang, **figures)]
    if totals.residents_beyond_places >= 1:
        beyond = figures["residents_beyond_places"]
        lines.append(text("plan.summary.beyond", lang, persons=beyond, places=figures["places_free"]))
    lines.append(clearance_line(plan.clearance_50_s, plan.clearance_90_s, lang))
    for zone in plan.zones:
        key = "too_late" if zone.is_too_late else "no_deadline" if math.isinf(zone.deadline_s) else "deadline"
        time_words = "" if math.isinf(zone.deadline_s) else date_and_clock(zone.deadline_s, area_zone(area), lang)
        lines.append(text(f"plan.summary.{key}", lang, zone=zone.name, time=time_words))
    for note in plan.notes:
        fault = text(f"plan.shelter_fault.{note.fault}", lang)
        lines.append(text("plan.summary.note", lang, name=note.name or note.shelter_id, fault=fault, value=note.value))
    for (district, reason), persons in left_by_place(plan, area, lang):
        words = {"reason": text(f"plan.left.{reason}", lang), "advice": text(f"plan.left_advice.{reason}", lang)}
        lines.append(text("plan.summary.left", lang, district=district, persons=count(persons), **words))
    return "\n".join(lines)


def clearance_line(half: "Band", most: "Band", lang: str) -> str:
    """Times until half and nine tenths have arrived, with the band of the latter."""
    from dashboard.views.format import duration

    def words(seconds: float) -> str:
        return duration(seconds, lang) if math.isfinite(seconds) else text("plan.summary.never", lang)

    times = {"half": words(half.middle), "most": words(most.middle), "low": words(most.low), "high": words(most.high)}
    return text("plan.summary.clearance", lang, **times)
