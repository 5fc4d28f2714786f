"""/v1/acts: what officials did, for officials; and taking it back."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.acts.desk import Desk
from dashboard.acts.undo import undo
from dashboard.api import examples_acts as examples
from dashboard.api.documents import documented, writing
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.reading_acts import ActsQuery, WhyRequest
from dashboard.api.schemas.acts import ActBody, ActsBody
from dashboard.store.keys import Role


def acts_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of the log."""
    bp = APIBlueprint("acts", __name__, url_prefix="/v1/acts")

    @bp.get("")
    @bp.input(ActsQuery, location="query", arg_name="asked")
    @bp.output(ActsBody, example=examples.ACTS)
    @documented("What officials did in an area, newest first; needs an official's key", 404)
    def list_acts(asked: ActsQuery) -> Response:
        desk.door.require(Role.HEALTH, Role.COORDINATE)
        area_id = desk.library.area(asked.area or desk.library.settings.area).area_id
        found = desk.library.acts.newest(area_id, asked.n, before=asked.before)
        return private(json_answer(ActsBody.of(area_id, found, asked.n)), choose_language(asked.lang))

    @bp.post("/<int:act_id>/undo")
    @bp.input(WhyRequest, location="json", arg_name="asked", example=examples.WHY)
    @bp.output(ActBody, example=examples.ACT)
    @writing("Take an act back", 404, 412, 413, 415)
    def undo_act(act_id: int, asked: WhyRequest) -> Response:
        act = undo(desk, min(act_id, 2**31 - 1), asked.why)
        return private(json_answer(ActBody.from_act(act)), choose_language(asked.lang))

    return bp
