"""/v1/shelters: the nearest shelters with room, by the way there."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.answers.many import NearestQuestion
from dashboard.api import examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.moments import step_at
from dashboard.api.reading import NearestQuery, NearestRequest
from dashboard.api.schemas.many import NearestBody
from dashboard.store.library import Library

MEDIA_TYPE = "application/geo+json"


def shelters_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of shelters."""
    bp = APIBlueprint("shelters", __name__, url_prefix="/v1/shelters")

    def nearest(asked: NearestQuery | NearestRequest) -> Response:
        lang = choose_language(asked.lang)
        area_id = asked.area or library.settings.area
        assessment = answers.assessment(area_id)
        origin, step = (asked.origin.lat, asked.origin.lon), step_at(assessment, asked.t)
        question = NearestQuestion(area_id, origin, asked.profile, asked.kind, asked.n, step)
        found = answers.nearest_shelters(question, assessment.version)
        body = NearestBody.from_answer(found, library.area(area_id), assessment, lang)
        return private(json_answer(body, MEDIA_TYPE), lang)

    @bp.get("/nearest")
    @bp.input(NearestQuery, location="query", arg_name="asked")
    @bp.output(NearestBody, example=examples.NEAREST, content_type=MEDIA_TYPE)
    @documented("Shelters with room, nearest by the safest way, and that way", 404, 503)
    def show_nearest_shelters(asked: NearestQuery) -> Response:
        return nearest(asked)

    @bp.post("/nearest")
    @bp.input(NearestRequest, location="json", arg_name="asked", example=examples.NEAREST_REQUEST)
    @bp.output(NearestBody, example=examples.NEAREST, content_type=MEDIA_TYPE)
    @documented("The same shelters, asked without an address", 404, 413, 415, 503)
    def ask_nearest_shelters(asked: NearestRequest) -> Response:
        return nearest(asked)

    return bp
