"""/v1/closures: coordinators close, change and lift; what is closed is told by `closure_lists`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from apiflask import APIBlueprint
from flask import Response, request

from dashboard.acts import closures
from dashboard.acts.closures import Change, ClosureDraft
from dashboard.acts.desk import Desk
from dashboard.api import examples_acts as examples
from dashboard.api.documents import documented, writing
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.reading import AreaQuery, Asked
from dashboard.api.reading_acts import ClosureChange, ClosureRequest, WhyQuery
from dashboard.api.schemas.acts import ActBody, ClosureBody
from dashboard.api.schemas.words import iso_time
from risk_core.errors import Fault, InputError

MEDIA_TYPE = "application/geo+json"


def closures_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of closures."""
    bp = APIBlueprint("closures", __name__, url_prefix="/v1/closures")
    _add_reading(bp, desk)
    _add_writing(bp, desk)
    return bp


def _add_reading(bp: APIBlueprint, desk: Desk) -> None:
    @bp.get("/<closure_id>")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(ClosureBody, example=examples.CLOSURE, content_type=MEDIA_TYPE)
    @documented("A closure that officials drew", 404)
    def show_closure(closure_id: str, asked: AreaQuery) -> Response:
        return _answer(desk, area_of(desk, asked), closure_id, asked)


def _add_writing(bp: APIBlueprint, desk: Desk) -> None:
    @bp.post("")
    @bp.input(ClosureRequest, location="json", arg_name="asked", example=examples.CLOSURE_REQUEST)
    @bp.output(ClosureBody, status_code=201, example=examples.CLOSURE, content_type=MEDIA_TYPE)
    @writing("Close a street or an area", 404, 413, 415)
    def add_closure(asked: ClosureRequest) -> Response:
        area_id = area_of(desk, asked)
        geometry = asked.geometry.model_dump(mode="json")
        profiles = tuple(str(one) for one in asked.profiles)
        draft = ClosureDraft(geometry, asked.name, asked.reason, asked.begins, asked.until, profiles)
        with _in_words_of_the_body():
            act = closures.close(desk, area_id, draft, asked.why)
        response = _answer(desk, area_id, act.subject_id, asked, 201)
        response.headers["Location"] = f"{request.script_root}/v1/closures/{act.subject_id}?area={area_id}"
        return response

    @bp.patch("/<closure_id>")
    @bp.input(ClosureChange, location="json", arg_name="asked", example=examples.CLOSURE_CHANGE)
    @bp.output(ClosureBody, example=examples.CLOSURE, content_type=MEDIA_TYPE)
    @writing("Change a closure's name, reason, times or travellers", 404, 412, 413, 415)
    def change_closure(closure_id: str, asked: ClosureChange) -> Response:
        area_id = area_of(desk, asked)
        with _in_words_of_the_body():
            closures.change(desk, area_id, closure_id, Change(asked.values(), asked.why, seen_act()))
        return _answer(desk, area_id, closure_id, asked)

    @bp.delete("/<closure_id>")
    @bp.input(WhyQuery, location="query", arg_name="asked")
    @bp.output(ActBody, example=examples.ACT)
    @writing("Lift a closure", 404, 412)
    def lift_closure(closure_id: str, asked: WhyQuery) -> Response:
        change = Change({}, asked.why, seen_act())
        act = closures.reopen(desk, area_of(desk, asked), closure_id, change)
        return private(json_answer(ActBody.from_act(act)), choose_language(asked.lang))


@contextmanager
def _in_words_of_the_body() -> Iterator[None]:
    """Name times in errors as a body names them."""
    try:
        yield
    except InputError as error:
        raise type(error)(*map(_as_asked, error.faults)) from None


def _as_asked(fault: Fault) -> Fault:
    name = {"from_s": "from", "until_s": "until"}.get(fault.argument)
    if name is None:
        return fault
    try:
        value = iso_time(float(fault.value)) or fault.value
    except ValueError:
        value = fault.value
    return replace(fault, argument=name, value=value)


def _answer(desk: Desk, area_id: str, closure_id: str, asked: Asked, status: int = 200) -> Response:
    one = closures.known_closure(desk, area_id, closure_id)
    response = json_answer(ClosureBody.from_desk(one, desk.now_s(area_id)), MEDIA_TYPE)
    response.status_code = status
    response.set_etag(str(one.act_id))
    return private(response, choose_language(asked.lang))


def seen_act() -> int | None:
    """Number of the act that `If-Match` names; None without the header or for any.

    Raises
    ------
    risk_core.errors.InputError
        When it names no act.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    word = given.strip().removeprefix("W/").strip('"')
    if not (word.isdecimal() and len(word) <= 10):
        remedy = "Send the ETag of the last answer about it."
        raise InputError(Fault("If-Match", given[:40], 'the number of an act in quotes, as "12"', remedy))
    return int(word)


def area_of(desk: Desk, asked: Asked) -> str:
    """Area asked about; the server's default where none is named."""
    return desk.library.area(asked.area or desk.library.settings.area).area_id
