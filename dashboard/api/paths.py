"""/v1/paths: where somebody is heading, what waits there, and the way round; positions come in the body only."""

import time
from collections.abc import Callable

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.api import examples_path as examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.reading_path import PathsRequest, to_path_question
from dashboard.api.schemas.paths import PathsBody
from dashboard.store.library import Library
from dashboard.views.format import local_hour


def paths_blueprint(library: Library, answers: Answers, clock: Callable[[], float] = time.time) -> APIBlueprint:
    """Address of the path ahead; `clock` gives unix seconds for who sends none."""
    bp = APIBlueprint("paths", __name__, url_prefix="/v1/paths")

    @bp.post("")
    @bp.input(PathsRequest, location="json", arg_name="asked", example=examples.PATHS_REQUEST)
    @bp.output(PathsBody, example=examples.PATHS)
    @documented("Where somebody is heading and what waits there", 404, 413, 415, 503)
    def ask_path_ahead(asked: PathsRequest) -> Response:
        lang = choose_language(asked.lang)
        area_id = asked.area or library.settings.area
        assessment, area = answers.assessment(area_id), library.area(area_id)
        question = to_path_question(asked, area_id, clock())
        found = answers.path_ahead(question, local_hour(area), assessment.version)
        return private(json_answer(PathsBody.from_answer(found, area, assessment, lang)), lang)

    return bp
