"""/v1/risk: whether somebody is at risk at a point, now or at a time."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.api import examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.moments import step_at
from dashboard.api.reading import RiskQuery, RiskRequest
from dashboard.api.schemas.risk import RiskBody, risk_members
from dashboard.store.library import Library


def risk_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the risk at a point."""
    bp = APIBlueprint("risk", __name__, url_prefix="/v1/risk")

    def answer(asked: RiskQuery | RiskRequest) -> Response:
        lang = choose_language(asked.lang)
        area_id = asked.area or library.settings.area
        assessment = answers.assessment(area_id, asked.v)
        step = step_at(assessment, asked.t)
        area = library.area(area_id)
        point = answers.risk_on(area, assessment, asked.lat, asked.lon, step)
        return private(json_answer(risk_members(point, area, lang, assessment.alerts)), lang)

    @bp.get("")
    @bp.input(RiskQuery, location="query", arg_name="asked")
    @bp.output(RiskBody, example=examples.RISK)
    @documented("Risk at a point", 404, 503)
    def show_risk(asked: RiskQuery) -> Response:
        return answer(asked)

    @bp.post("")
    @bp.input(RiskRequest, location="json", arg_name="asked", example=examples.RISK_REQUEST)
    @bp.output(RiskBody, example=examples.RISK)
    @documented("Risk at a point, asked without an address", 404, 413, 415, 503)
    def ask_risk(asked: RiskRequest) -> Response:
        return answer(asked)

    return bp
