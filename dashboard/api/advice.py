"""/v1/advice/infection: what a stay among others at a point would mean, and what would lower it."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.api import examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.moments import step_at
from dashboard.api.reading_stay import StayQuery, StayRequest, in_readers_names, to_infection_question
from dashboard.api.schemas.advice import InfectionAdviceBody
from dashboard.store.library import Library
from dashboard.views.format import local_hour
from risk_core.errors import InputError


def advice_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the infection advice."""
    bp = APIBlueprint("advice", __name__, url_prefix="/v1/advice")

    def answer(asked: StayQuery | StayRequest) -> Response:
        lang = choose_language(asked.lang)
        area_id = asked.area or library.settings.area
        assessment, area = answers.assessment(area_id, asked.v), library.area(area_id)
        question = to_infection_question(asked, area_id, step_at(assessment, asked.t))
        try:
            found = answers.infection_advice(question, local_hour(area), assessment.version)
        except InputError as error:
            raise in_readers_names(error) from error
        body = InfectionAdviceBody.from_advice(found, asked.preset, area, assessment, lang)
        return private(json_answer(body), lang)

    @bp.get("/infection")
    @bp.input(StayQuery, location="query", arg_name="asked")
    @bp.output(InfectionAdviceBody, example=examples.ADVICE)
    @documented("Infection advice for a stay at a point", 404, 503)
    def show_infection_advice(asked: StayQuery) -> Response:
        return answer(asked)

    @bp.post("/infection")
    @bp.input(StayRequest, location="json", arg_name="asked", example=examples.ADVICE_REQUEST)
    @bp.output(InfectionAdviceBody, example=examples.ADVICE)
    @documented("Infection advice for a stay, asked without an address", 404, 413, 415, 503)
    def ask_infection_advice(asked: StayRequest) -> Response:
        return answer(asked)

    return bp
