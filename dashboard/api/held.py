"""/v1/held: contributed rows that are not plausible; coordinators let them in or drop them."""

from typing import Annotated, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field

from dashboard.acts import held
from dashboard.acts.desk import Desk
from dashboard.api import examples_contributions as examples
from dashboard.api.documents import documented, keyed, writing
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.reading import AreaQuery, Asked
from dashboard.api.reading_acts import Why
from dashboard.api.schemas.acts import ActBody
from dashboard.api.schemas.contributions import HeldBody, HeldListBody
from dashboard.store.contributions import HeldState


class DecisionRequest(Asked):
    """What is to become of a row held back."""

    decision: Annotated[Literal["release", "drop"], Field(description="let it in, or forget it")]
    why: Why = ""


def held_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of what is held back."""
    bp = APIBlueprint("held", __name__, url_prefix="/v1/held")
    store = desk.library

    @bp.get("")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(HeldListBody, example=examples.HELD_LIST)
    @keyed("Contributed rows of an area that are held back, oldest first, and why; for coordinators")
    @documented("What is held back", 404)
    def list_held(asked: AreaQuery) -> Response:
        desk.coordinator()
        area_id, lang = desk.library.area(asked.area or desk.library.settings.area).area_id, choose_language(asked.lang)
        ids = [one.source_id for one in store.contributions.sources(area_id)]
        body = HeldListBody(area=area_id, held=[HeldBody.from_held(one, lang) for one in store.contributions.held(ids)])
        return private(json_answer(body), lang)

    @bp.post("/<int:held_id>")
    @bp.input(DecisionRequest, location="json", arg_name="asked", example=examples.DECISION)
    @bp.output(ActBody, example=examples.HELD_ACT)
    @writing("Let a row that is held back in, or drop it", 404, 413, 415)
    def decide_held(held_id: int, asked: DecisionRequest) -> Response:
        area_id = desk.library.area(asked.area or desk.library.settings.area).area_id
        state = HeldState.RELEASED if asked.decision == "release" else HeldState.DROPPED
        act = held.decide(desk, area_id, min(held_id, 2**31 - 1), state, asked.why)
        return private(json_answer(ActBody.from_act(act)), choose_language(asked.lang))

    return bp
