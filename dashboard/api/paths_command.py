"""The `path` command: the body of /api/v1/paths, or its summary, without a running server."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.i18n import DEFAULT_LANGUAGE, languages
from dashboard.settings import Settings
from risk_core.errors import Fault, InputError

if TYPE_CHECKING:
    from dashboard.api.schemas.paths import PathsBody
    from dashboard.store.library import Library


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "path",
        help="where a track is heading and what waits there, now",
        description="Where a track is heading and what waits there, on the newest snapshot. The file holds the body "
        "of /api/v1/paths as JSON. Nothing of it is kept.",
    )
    parser.add_argument("file", metavar="FILE", help="JSON: pings (lat, lon, time, accuracy), history; - for stdin")
    parser.add_argument("--area", default=None, help="name of an installed area; the file's or the default if left out")
    parser.add_argument("--lang", default=None, choices=languages(), help="language of the sentences")
    parser.add_argument("--json", action="store_true", help="print the body of /api/v1/paths")
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

    body = answer(Library(settings, marks_use=False), args, time.time())
    sys.stdout.write((body.model_dump_json(by_alias=True) if args.json else summary(body)) + "\n")
    return 0


def answer(library: "Library", args: argparse.Namespace, now_s: float) -> "PathsBody":
    """Body of /api/v1/paths for a file; raises as `run`."""
    from dashboard.answers import Answers
    from dashboard.api.reading_path import PathsRequest, to_path_question
    from dashboard.api.schemas.paths import PathsBody
    from dashboard.views.format import local_hour

    told = _read(args.file) | {name: value for name in ("area", "lang") if (value := getattr(args, name))}
    asked = _checked(PathsRequest, told)
    area = library.area(asked.area or library.settings.area)
    answers = Answers(library)
    assessment = answers.assessment(area.area_id)
    question = to_path_question(asked, area.area_id, now_s)
    found = answers.path_ahead(question, local_hour(area), assessment.version)
    return PathsBody.from_answer(found, area, assessment, asked.lang or DEFAULT_LANGUAGE)


def summary(body: "PathsBody") -> str:
    """Lines for a person: where, what waits, the way round, what the forecast rests on."""
    lines = [body.status_text]
    lines += [f"  {one.n} x {one.text}" for one in body.pings.refused]
    if body.warning is not None:
        warned = (body.warning.title, body.warning.prob_text, body.warning.reason_text, body.warning.advice)
        lines += [line for line in warned if line]
    return "\n".join([*lines, body.knowledge.text, body.attribution])


def _read(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
        found = json.loads(text)
    except (OSError, ValueError) as error:
        told = str(error).splitlines()[0][:120]
        raise InputError(
            Fault("file", told, "a JSON file", "Write the body of /api/v1/paths into it.", name)
        ) from error
    if not isinstance(found, dict):
        raise InputError(Fault("file", type(found).__name__, "a JSON object", 'Write {"pings": [...]}.', name))
    return found


def _checked(model: Any, told: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    from dashboard.api.fault_words import faults_of_validation

    try:
        return model.model_validate(told)
    except ValidationError as error:
        raise InputError(*faults_of_validation(error, "en")) from error
