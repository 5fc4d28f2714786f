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
from dashboard.api.reading import AreaQuery
from dashboard.api.reading_path import PathsRequest, to_path_question
from dashboard.api.schemas.paths import PathsBody, WalkerBody
from dashboard.drills.walker import N_EARLIER, walk_of
from dashboard.store.library import Library
from dashboard.views.format import local_hour
from risk_core.errors import Fault, NotFoundError


def paths_blueprint(library: Library, answers: Answers, clock: Callable[[], float] = time.time) -> APIBlueprint:
    """Addresses of the path ahead and of the drill's walker; `clock` gives unix seconds for who sends none."""
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

    @bp.get("/walker")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(WalkerBody, example=examples.WALKER)
    @documented("The walk of the drill's invented person", 404, 503)
    def show_walker(asked: AreaQuery) -> Response:
        area_id, lang = asked.area or library.settings.area, choose_language(asked.lang)
        area, drill = library.area(area_id), answers.assessment(area_id).drill
        if drill is None:
            raise NotFoundError(Fault("area", area_id, "an area in which a drill runs", "Start the drill there."))
        walks = [walk_of(area, drill.seed, day) for day in range(N_EARLIER + 1)]
        return private(json_answer(WalkerBody.from_walks(area_id, walks)), lang)

    return bp
