"""/v1/reach: outlines of what can be reached from a point."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.answers.many import ReachQuestion
from dashboard.api import examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.moments import step_at
from dashboard.api.reading import ReachQuery, ReachRequest
from dashboard.api.schemas.many import ReachBody
from dashboard.store.library import Library

MEDIA_TYPE = "application/geo+json"


def reach_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of outlines."""
    bp = APIBlueprint("reach", __name__, url_prefix="/v1/reach")

    def reached(asked: ReachQuery | ReachRequest) -> Response:
        area_id = asked.area or library.settings.area
        assessment = answers.assessment(area_id)
        origin, step = (asked.origin.lat, asked.origin.lon), step_at(assessment, asked.t)
        question = ReachQuestion(area_id, origin, asked.profile, asked.by == "danger", step)
        found = answers.reach(question, assessment.version)
        body = ReachBody.from_answer(found, asked.by, asked.limits_s, library.area(area_id), assessment)
        return private(json_answer(body, MEDIA_TYPE), choose_language(asked.lang))

    @bp.get("")
    @bp.input(ReachQuery, location="query", arg_name="asked")
    @bp.output(ReachBody, example=examples.REACH, content_type=MEDIA_TYPE)
    @documented("Outlines of what can be reached from a point, by time or by danger", 404, 503)
    def show_reach(asked: ReachQuery) -> Response:
        return reached(asked)

    @bp.post("")
    @bp.input(ReachRequest, location="json", arg_name="asked", example=examples.REACH_REQUEST)
    @bp.output(ReachBody, example=examples.REACH, content_type=MEDIA_TYPE)
    @documented("The same outlines, asked without an address", 404, 413, 415, 503)
    def ask_reach(asked: ReachRequest) -> Response:
        return reached(asked)

    return bp
