"""/v1/version: which snapshot of an area is served; cheap to poll with its ETag."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.api import examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, versioned
from dashboard.api.reading import AreaQuery
from dashboard.api.schemas.version import VersionBody
from dashboard.store.library import Library


def version_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Address of the version served."""
    bp = APIBlueprint("version", __name__, url_prefix="/v1/version")

    @bp.get("")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(VersionBody, example=examples.VERSION)
    @documented("Version of the snapshot served", 404, 503)
    def show_version(asked: AreaQuery) -> Response:
        assessment = answers.assessment(asked.area or library.settings.area)
        response = json_answer(VersionBody.from_assessment(assessment))
        return versioned(response, f"{assessment.area_id}.{assessment.version}", is_pinned=False)

    return bp
