"""/v1/routes: ways between two points, fastest and safest."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.api import examples, examples_texts
from dashboard.api.documents import documented
from dashboard.api.gpx import MEDIA_TYPE as GPX
from dashboard.api.gpx import gpx_of
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.moments import second_at, step_at
from dashboard.api.reading import RoutesQuery, RoutesRequest, WayFormat, to_question
from dashboard.api.schemas.routes import RoutesBody, with_polylines
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
        step, arrive_s = step_at(assessment, asked.t), second_at(assessment, asked.arrive_by, "arrive_by")
        question = to_question(asked, area_id, step, arrive_s)
        found = answers.routes_between(question, assessment.version)
        area = library.area(area_id)
        if asked.format is WayFormat.GPX:
            return private(Response(gpx_of(found, area, assessment.now_s, lang), mimetype=GPX), lang)
        infection = answers.infection_along(found, local_hour(area))
        body = RoutesBody.from_answer(found, area, assessment, lang, infection)
        if asked.format is WayFormat.POLYLINE:
            body = with_polylines(body)
        return private(json_answer(body, MEDIA_TYPE), lang)

    @bp.get("")
    @bp.input(RoutesQuery, location="query", arg_name="asked")
    @bp.output(RoutesBody, example=examples.ROUTES, content_type=MEDIA_TYPE)
    @documented("Ways between two points", 404, 503, more=(GPX, examples_texts.GPX_FILE))
    def show_routes(asked: RoutesQuery) -> Response:
        return answer(asked)

    @bp.post("")
    @bp.input(RoutesRequest, location="json", arg_name="asked", example=examples.ROUTES_REQUEST)
    @bp.output(RoutesBody, example=examples.ROUTES, content_type=MEDIA_TYPE)
    @documented(
        "Ways between two points, asked without an address", 404, 413, 415, 503, more=(GPX, examples_texts.GPX_FILE)
    )
    def ask_routes(asked: RoutesRequest) -> Response:
        return answer(asked)

    return bp
