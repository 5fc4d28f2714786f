"""/v1/matrix: travel times between many places."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.answers.many import MatrixQuestion
from dashboard.api import examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.moments import step_at
from dashboard.api.reading import MatrixRequest
from dashboard.api.schemas.many import MatrixBody
from dashboard.store.library import Library


def matrix_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Address of travel times."""
    bp = APIBlueprint("matrix", __name__, url_prefix="/v1/matrix")

    @bp.post("")
    @bp.input(MatrixRequest, location="json", arg_name="asked", example=examples.MATRIX_REQUEST)
    @bp.output(MatrixBody, example=examples.MATRIX)
    @documented("Travel times between many places", 404, 413, 415, 503)
    def ask_matrix(asked: MatrixRequest) -> Response:
        area_id = asked.area or library.settings.area
        assessment = answers.assessment(area_id)
        origins, destinations = (
            tuple((point.lat, point.lon) for point in points) for points in (asked.origins, asked.destinations)
        )
        step = step_at(assessment, asked.t)
        question = MatrixQuestion(area_id, origins, destinations, asked.profile, asked.kind, step)
        found = answers.matrix(question, assessment.version)
        body = MatrixBody.from_answer(found, library.area(area_id), assessment)
        return private(json_answer(body), choose_language(asked.lang))

    return bp
