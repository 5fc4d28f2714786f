"""/v1/shelters/{id}/status: whether a shelter takes people and how many more, as coordinators say."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.acts import shelters
from dashboard.acts.desk import Desk
from dashboard.acts.shelters import ShelterStatus
from dashboard.api import examples_acts as examples
from dashboard.api.closures import seen_act
from dashboard.api.documents import writing
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.reading_acts import ShelterStatusRequest, WhyQuery
from dashboard.api.schemas.acts import ActBody
from dashboard.store.acts import Act


def shelter_status_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of the status of a shelter."""
    bp = APIBlueprint("shelter_status", __name__, url_prefix="/v1/shelters")

    @bp.put("/<shelter_id>/status")
    @bp.input(ShelterStatusRequest, location="json", arg_name="asked", example=examples.SHELTER_STATUS_REQUEST)
    @bp.output(ActBody, example=examples.SHELTER_ACT)
    @writing("Set whether a shelter takes people, and how many more", 404, 412, 413, 415)
    def set_shelter_status(shelter_id: str, asked: ShelterStatusRequest) -> Response:
        area_id = desk.library.area(asked.area or desk.library.settings.area).area_id
        status = ShelterStatus(asked.is_open, asked.free)
        return answer(shelters.set_status(desk, area_id, shelter_id, status, asked.why, seen_act()), asked.lang)

    @bp.delete("/<shelter_id>/status")
    @bp.input(WhyQuery, location="query", arg_name="asked")
    @bp.output(ActBody, example=examples.SHELTER_ACT)
    @writing("Let reports tell of a shelter again", 404, 412)
    def release_shelter_status(shelter_id: str, asked: WhyQuery) -> Response:
        area_id = desk.library.area(asked.area or desk.library.settings.area).area_id
        return answer(shelters.release(desk, area_id, shelter_id, asked.why, seen_act()), asked.lang)

    def answer(act: Act, lang: str | None) -> Response:
        response = json_answer(ActBody.from_act(act))
        response.set_etag(str(act.act_id))
        return private(response, choose_language(lang))

    return bp
