"""/v1/push: messages to a browser whose page is closed; kept are its district and where its messages go."""

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated, Final, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.acts.desk import Desk
from dashboard.api import examples_push as examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.reading import Asked, LanguageQuery, Point
from dashboard.api.schemas.push import PushBody, PushGoneBody, PushKeyBody
from dashboard.hooks.courier import allowed_hosts
from dashboard.hooks.target import MAX_URL, parse_target
from dashboard.hooks.web_push import owner_of, public_words, push_of, sender_key
from dashboard.keys.session import read_secret
from dashboard.store.webhooks import Wish
from dashboard.views.format import district_name
from risk_core.errors import Fault, InputError, OutsideAreaError
from risk_core.state.area import Area
from risk_core.state.level import Layer, Level
from risk_core.state.point import check_point

Url = Annotated[str, Field(min_length=8, max_length=MAX_URL, description="`endpoint` of the subscription")]
Key = Annotated[str, Field(min_length=8, max_length=200, description="base64url")]
NOTHING: Final = "no district"


class PushKeys(BaseModel):
    """`keys` of the subscription."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    p256dh: Key
    auth: Key


class PushRequest(Asked):
    """A browser's subscription (`PushSubscription.toJSON`) and the place whose district it wants to be told of."""

    endpoint: Url
    keys: PushKeys
    place: Point
    level: Literal["attention", "caution", "alert", "serious"] = "alert"


class PushEnd(LanguageQuery):
    """Which subscription to forget."""

    endpoint: Url


def push_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of subscriptions of browsers."""
    bp = APIBlueprint("push", __name__, url_prefix="/v1/push")
    library, home = desk.library, desk.library.settings.home
    allowed = allowed_hosts(library.settings.hook_hosts)

    @bp.get("/key")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(PushKeyBody, example=examples.PUSH_KEY)
    @documented("Key by which a browser subscribes")
    def show_push_key(asked: LanguageQuery) -> Response:
        body = PushKeyBody(application_server_key=public_words(sender_key(read_secret(home))))
        return private(json_answer(body), choose_language(asked.lang))

    @bp.post("")
    @bp.input(PushRequest, location="json", arg_name="asked", example=examples.PUSH_REQUEST)
    @bp.output(PushBody, example=examples.PUSH)
    @documented("Tell a browser when its district reaches a level", 404, 413, 415, 503)
    def subscribe_browser(asked: PushRequest) -> Response:
        area, lang = library.area(asked.area or library.settings.area), choose_language(asked.lang)
        check_endpoint(asked.endpoint, allowed)
        push = push_of(asked.keys.model_dump(), lang)
        position = district_at(area, asked.place)
        district_id, name = area.districts[position].district_id, district_name(area, position, lang)
        place, level = {"district": district_id}, Level[asked.level.upper()]
        wish = Wish(area.area_id, name, asked.endpoint, place, Layer.COMBINED, level)
        library.webhooks.add_push(owner_of(asked.endpoint), wish, push, desk.clock())
        told = PushBody(area=area.area_id, district_id=district_id, district=name, level=asked.level)
        return private(json_answer(told), lang)

    @bp.post("/forget")
    @bp.input(PushEnd, location="json", arg_name="asked", example=examples.PUSH_END)
    @bp.output(PushGoneBody, example=examples.PUSH_GONE)
    @documented("Forget a browser's subscription", 413, 415)
    def forget_browser(asked: PushEnd) -> Response:
        body = PushGoneBody(was_known=library.webhooks.remove_push(owner_of(asked.endpoint)))
        return private(json_answer(body), choose_language(asked.lang))

    return bp


def check_endpoint(url: str, allowed: Collection[str]) -> None:
    """Refuse an address of messages to which nothing is ever sent; raises as `parse_target`, by the name asked for."""
    try:
        parse_target(url, allowed)
    except InputError as error:
        raise InputError(*(replace(one, argument="endpoint") for one in error.faults)) from None


def district_at(area: Area, place: Point) -> int:
    """Position of the district of a point; the point itself is not kept.

    Raises
    ------
    OutsideAreaError
        Where there is none.
    """
    check_point(area.grid, place.lat, place.lon, "place")
    position = int(area.district.ravel()[area.grid.cell_of(place.lat, place.lon)])
    if position < 0:
        raise OutsideAreaError(Fault("place", NOTHING, "a point in a district", "Choose a point on land."))
    return position
