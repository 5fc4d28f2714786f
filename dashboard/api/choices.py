"""/v1/routes/choices and /v1/routes/alternatives: what else one may choose between two points."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.api import examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.moments import step_at
from dashboard.api.reading import AlternativesQuery, AlternativesRequest, ChoicesQuery, ChoicesRequest, to_question
from dashboard.api.schemas.routes import ChoicesBody, RoutesBody
from dashboard.store.library import Library
from dashboard.views.format import local_hour

MEDIA_TYPE = "application/geo+json"


def choices_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the trade-off of time against danger, and of other ways."""
    bp = APIBlueprint("choices", __name__, url_prefix="/v1/routes")

    def choose(asked: ChoicesQuery | ChoicesRequest) -> Response:
        lang = choose_language(asked.lang)
        area_id = asked.area or library.settings.area
        assessment = answers.assessment(area_id)
        question = to_question(asked, area_id, step_at(assessment, asked.t))
        found = answers.choices_between(question, asked.slack, assessment.version)
        area = library.area(area_id)
        infection = answers.infection_along(found.answer, local_hour(area))
        body = ChoicesBody.from_choices(found, area, assessment, lang, infection)
        return private(json_answer(body, MEDIA_TYPE), lang)

    @bp.get("/choices")
    @bp.input(ChoicesQuery, location="query", arg_name="asked")
    @bp.output(ChoicesBody, example=examples.CHOICES, content_type=MEDIA_TYPE)
    @documented("The trade-off of time against danger, and the few ways that differ clearly", 404, 503)
    def show_choices(asked: ChoicesQuery) -> Response:
        return choose(asked)

    @bp.post("/choices")
    @bp.input(ChoicesRequest, location="json", arg_name="asked", example=examples.CHOICES_REQUEST)
    @bp.output(ChoicesBody, example=examples.CHOICES, content_type=MEDIA_TYPE)
    @documented("The same trade-off, asked without an address", 404, 413, 415, 503)
    def ask_choices(asked: ChoicesRequest) -> Response:
        return choose(asked)

    def alternatives(asked: AlternativesQuery | AlternativesRequest) -> Response:
        lang = choose_language(asked.lang)
        area_id = asked.area or library.settings.area
        assessment = answers.assessment(area_id)
        question = to_question(asked, area_id, step_at(assessment, asked.t))
        found = answers.alternatives(question, asked.n, assessment.version)
        area = library.area(area_id)
        infection = answers.infection_along(found, local_hour(area))
        body = RoutesBody.from_answer(found, area, assessment, lang, infection)
        return private(json_answer(body, MEDIA_TYPE), lang)

    @bp.get("/alternatives")
    @bp.input(AlternativesQuery, location="query", arg_name="asked")
    @bp.output(RoutesBody, example=examples.ROUTES, content_type=MEDIA_TYPE)
    @documented("The best way of one kind and others on other streets, best first", 404, 503)
    def show_alternatives(asked: AlternativesQuery) -> Response:
        return alternatives(asked)

    @bp.post("/alternatives")
    @bp.input(AlternativesRequest, location="json", arg_name="asked", example=examples.ALTERNATIVES_REQUEST)
    @bp.output(RoutesBody, example=examples.ROUTES, content_type=MEDIA_TYPE)
    @documented("The same ways, asked without an address", 404, 413, 415, 503)
    def ask_alternatives(asked: AlternativesRequest) -> Response:
        return alternatives(asked)

    return bp
