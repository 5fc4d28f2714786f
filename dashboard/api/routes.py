"""/v1/routes: ways between two points, fastest and safest."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.api import examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.moments import second_at, step_at
from dashboard.api.reading import RoutesQuery, RoutesRequest, to_question
from dashboard.api.schemas.routes import RoutesBody
from dashboard.store.library import Library
from dashboard.views.format import local_hour

MEDIA_TYPE = "application/geo+json"


def routes_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the ways between two points."""
    bp = APIBlueprint("routes", __name__, url_prefix="/v1/routes")

    def answer(asked: RoutesQuery | RoutesRequest) -> Response:
        lang = choose_language(asked.lang)
        area_id = asked.area or library.settings.area
        assessment = answers.assessment(area_id)
        step, arrive_s = step_at(assessment, asked.t), second_at(assessment, asked.arrive_by)
        question = to_question(asked, area_id, step, arrive_s)
        found = answers.routes_between(question, assessment.version)
        area = library.area(area_id)
        infection = answers.infection_along(found, local_hour(area))
        body = RoutesBody.from_answer(found, area, assessment, lang, infection)
        return private(json_answer(body, MEDIA_TYPE), lang)

    @bp.get("")
    @bp.input(RoutesQuery, location="query", arg_name="asked")
    @bp.output(RoutesBody, example=examples.ROUTES, content_type=MEDIA_TYPE)
    @documented("Ways between two points", 404, 503)
    def show_routes(asked: RoutesQuery) -> Response:
        return answer(asked)

    @bp.post("")
    @bp.input(RoutesRequest, location="json", arg_name="asked", example=examples.ROUTES_REQUEST)
    @bp.output(RoutesBody, example=examples.ROUTES, content_type=MEDIA_TYPE)
    @documented("Ways between two points, asked without an address", 404, 413, 415, 503)
    def ask_routes(asked: RoutesRequest) -> Response:
        return answer(asked)

    return bp
