"""/v1/webhooks: be told when the risk of a place passes a level; everybody sees only their own."""

from typing import Annotated, Any, Final, Literal

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import Field

from dashboard.acts.desk import Desk
from dashboard.api import examples_jobs as examples
from dashboard.api.documents import documented, keyed
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.reading import Areas, Asked, LanguageQuery, Point
from dashboard.api.risk_many import cells_in
from dashboard.api.schemas.webhooks import DeliveriesBody, WebhookBody, WebhookMadeBody, WebhooksBody
from dashboard.hooks.courier import allowed_hosts
from dashboard.hooks.signing import hook_secret
from dashboard.hooks.target import MAX_URL, parse_target
from dashboard.keys.session import read_secret
from dashboard.store.webhooks import MOST_OF_ONE, Webhook, Wish
from risk_core.errors import Fault, InputError
from risk_core.state.area import Area
from risk_core.state.level import Layer, Level
from risk_core.state.point import check_point

MAX_NAME: Final = 80
MAKING: Final = f"""Subscribe to a place: one POST when the highest level of a layer there reaches `level`, and one when
it falls below it again. The receiver is asked first: it gets a message of type `webhook.challenge` and answers 200 with
`{{"challenge": ...}}` as it stands there; until then the webhook is `pending`. Messages are signed as in Standard
Webhooks 1 (headers `webhook-id`, `webhook-timestamp`, `webhook-signature`) with the secret, which is shown this once.
A message that is not answered with 2xx within 5 s is sent again after 5 s, 30 s, 2 min, 10 min, 1 h, 6 h and 12 h;
redirects are not followed; 410 ends the webhook, and so do five messages in a row that were given up. The receiver has
to be on the public internet, with HTTPS on port 443 or 8443. A point is kept as the middle of its cell. At most
{MOST_OF_ONE} webhooks a key."""


class WebhookRequest(Asked):
    """What to be told of: a point or polygons, a layer and a level."""

    url: Annotated[str, Field(min_length=8, max_length=MAX_URL, description="receiver, https")]
    name: Annotated[str, Field(max_length=MAX_NAME, description="what you call it; comes back in each message")] = ""
    place: Point | None = None
    geometry: Annotated[Areas | None, Field(description="GeoJSON, longitude first; refused where not valid")] = None
    layer: Layer = Layer.COMBINED
    level: Literal["attention", "caution", "alert", "serious"] = "alert"


def webhooks_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of webhooks."""
    bp = APIBlueprint("webhooks", __name__, url_prefix="/v1/webhooks")
    _add_making(bp, desk)
    _add_reading(bp, desk)
    return bp


def _add_making(bp: APIBlueprint, desk: Desk) -> None:
    allowed = allowed_hosts(desk.library.settings.hook_hosts)
    hooks = desk.library

    @bp.post("")
    @bp.input(WebhookRequest, location="json", arg_name="asked", example=examples.HOOK_REQUEST)
    @bp.output(WebhookMadeBody, status_code=201, example=examples.HOOK_MADE)
    @keyed(MAKING)
    @documented("Subscribe a place", 404, 413, 415)
    def make_webhook(asked: WebhookRequest) -> Response:
        owner = desk.door.signed_in()
        area = desk.library.area(asked.area or desk.library.settings.area)
        parse_target(asked.url, allowed)
        level = Level[asked.level.upper()]
        wish = Wish(area.area_id, asked.name.strip(), asked.url, _place(area, asked), asked.layer, level)
        return _made(desk, hooks.webhooks.add(owner.key_id, wish, desk.clock()), choose_language(asked.lang))

    @bp.post("/<hook_id>/renew")
    @bp.input(LanguageQuery, location="json", arg_name="asked", example={"lang": "en"})
    @bp.output(WebhookMadeBody, status_code=201, example=examples.HOOK_MADE)
    @keyed("A new secret, shown this once, and a new challenge; also wakes a webhook that was paused")
    @documented("Renew a webhook", 404, 413, 415)
    def renew_webhook(hook_id: str, asked: LanguageQuery) -> Response:
        hook = hooks.webhooks.renew(desk.door.signed_in().key_id, hook_id, desk.clock())
        return _made(desk, hook, choose_language(asked.lang))


def _add_reading(bp: APIBlueprint, desk: Desk) -> None:
    hooks = desk.library

    @bp.get("")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(WebhooksBody, example=examples.HOOKS)
    @keyed("Your own webhooks, oldest first")
    @documented("Your own webhooks")
    def list_webhooks(asked: LanguageQuery) -> Response:
        found = hooks.webhooks.of_owner(desk.door.signed_in().key_id)
        body = WebhooksBody(webhooks=[WebhookBody.from_hook(one) for one in found])
        return private(json_answer(body), choose_language(asked.lang))

    @bp.get("/<hook_id>")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(WebhookBody, example=examples.HOOK)
    @keyed("One of your own webhooks")
    @documented("A webhook", 404)
    def show_webhook(hook_id: str, asked: LanguageQuery) -> Response:
        hook = hooks.webhooks.find(desk.door.signed_in().key_id, hook_id)
        return private(json_answer(WebhookBody.from_hook(hook)), choose_language(asked.lang))

    @bp.get("/<hook_id>/deliveries")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(DeliveriesBody, example=examples.DELIVERIES)
    @keyed("The last fifty messages of one of your own webhooks, newest first, and what came of each")
    @documented("What a webhook was told", 404)
    def list_deliveries(hook_id: str, asked: LanguageQuery) -> Response:
        found = hooks.webhooks.log(desk.door.signed_in().key_id, hook_id)
        return private(json_answer(DeliveriesBody.of(hook_id, found)), choose_language(asked.lang))

    @bp.delete("/<hook_id>")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output({}, status_code=204)
    @keyed("Forget one of your own webhooks with its place and its log")
    @documented("Remove a webhook", 404)
    def remove_webhook(hook_id: str, asked: LanguageQuery) -> Response:
        hooks.webhooks.remove(desk.door.signed_in().key_id, hook_id)
        return private(Response(b"", 204), choose_language(asked.lang))


def _made(desk: Desk, hook: Webhook, lang: str) -> Response:
    secret = hook_secret(read_secret(desk.library.settings.home), hook.hook_id, hook.generation)
    response = json_answer(WebhookMadeBody.with_secret(hook, secret))
    response.status_code = 201
    response.headers["Location"] = f"{request.script_root}/v1/webhooks/{hook.hook_id}"
    return private(response, lang)


def _place(area: Area, asked: WebhookRequest) -> dict[str, Any]:
    """What is kept of a place: the middle of a cell, or the polygons as they were given."""
    if (asked.place is None) == (asked.geometry is None):
        raise InputError(Fault("place", "none or both", "a place or a geometry", "Give one of the two."))
    if asked.geometry is not None:
        cells_in(area.grid, asked.geometry)
        return asked.geometry.model_dump(mode="json")
    assert asked.place is not None
    check_point(area.grid, asked.place.lat, asked.place.lon, "place")
    grid = area.grid
    row, col = divmod(grid.cell_of(asked.place.lat, asked.place.lon), grid.n_col)
    return {"type": "Point", "coordinates": [float(grid.col_lon_deg[col]), float(grid.row_lat_deg[row])]}
