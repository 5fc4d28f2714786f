"""/v1/contributions: operators register a source and send signed batches; everybody sees only their own."""

from typing import Annotated, Any, Final

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.acts.desk import Desk
from dashboard.api import examples_contributions as examples
from dashboard.api.documents import documented, keyed
from dashboard.api.headers import json_answer, private
from dashboard.api.language import choose_language
from dashboard.api.reading import AreaQuery, Asked, LanguageQuery
from dashboard.api.schemas.contributions import (
    GivenSourceBody,
    GivenSourceDetailBody,
    GivenSourcesBody,
    MovementBody,
    ReceiptBody,
    UpdateReceiptBody,
)
from dashboard.contributions.federated import forget_updates, merged_movement, receive_update
from dashboard.contributions.intake import CONTRIBUTED, MAX_ROWS, receive
from dashboard.contributions.signed import MAX_PAYLOAD_BYTES, WINDOW_S, read_public_key
from dashboard.store.contributions import DAY_EPSILON, MOST_OF_ONE, Offer, Source
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, InputError

SENDING: Final = f"""A batch of one source as a JWS in flattened JSON form (RFC 7515, section 7.2.2), signed with
Ed25519. Protected header: `alg` `Ed25519` (RFC 9864), `kid` (the source) and `typ` `ansimgil-batch+json`. Payload:
`records` with the columns of the kind (1 to {MAX_ROWS:,}, at most {MAX_PAYLOAD_BYTES:,} bytes in base64url), `nonce`
(16 to 64 letters and digits, never used before), `issued_s` (unix seconds, within {WINDOW_S:g} s) and, for counts and
flows of people, `privacy` with `epsilon` (at most {DAY_EPSILON:g} in all on each day of the data), `least` (10 or more)
and `most_count_day` (at most 4). Anything beyond the columns is refused, and with it the whole batch: devices and
persons have no place here. Rows that are not plausible are held back until an official decides. `python -m dashboard
contribute` does all of it."""
LEARNING: Final = f"""An update of the movement model, signed as a batch is, by a source of flows. Payload: `movement`
with `from_day`, `to_day`, `epsilon`, `n_visit` (person-days by district) and `n_step` (`[from, to, person-days]`), each
count of ten or more. `python -m dashboard contribute train` makes it: at most 4 places and 4 steps of a person's day
count, two-sided geometric noise of sensitivity 8 lies on every count. What holds: one person's day, at one operator, is
protected with this epsilon (at most {DAY_EPSILON:g} on each day). What does not: many days, or many operators, of one
person add up; this server sees each operator's update; who lies is only found by trust."""
REGISTERING: Final = f"""Register a source of one kind of observation in an area: whose it is, under which licence
others may use it, how often it comes, and its public key. At most {MOST_OF_ONE} a key."""


class SourceRequest(Asked):
    """A source to be registered."""

    kind: Annotated[Kind, Field(description="one of " + ", ".join(CONTRIBUTED))]
    owner: Annotated[str, Field(min_length=1, max_length=120, description="whose data it is")]
    licence: Annotated[str, Field(min_length=1, max_length=120, description="SPDX id or name of the terms")]
    fresh_s: Annotated[float, Field(ge=60, le=31 * 86400, description="seconds after which the next batch is due")]
    public_key: Annotated[dict[str, str], Field(description="JWK of an Ed25519 public key")]


class BatchRequest(BaseModel):
    """JWS, flattened JSON form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    payload: Annotated[str, Field(min_length=1, max_length=MAX_PAYLOAD_BYTES, pattern="^[A-Za-z0-9_-]+$")]
    protected: Annotated[str, Field(min_length=1, max_length=1_000, pattern="^[A-Za-z0-9_-]+$")]
    signature: Annotated[str, Field(min_length=1, max_length=200, pattern="^[A-Za-z0-9_-]+$")]


def contributions_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of contributions."""
    bp = APIBlueprint("contributions", __name__, url_prefix="/v1/contributions")
    _add_batches(bp, desk)
    _add_sources(bp, desk)
    _add_movement(bp, desk)
    return bp


def _add_movement(bp: APIBlueprint, desk: Desk) -> None:
    library = desk.library

    @bp.post("/movement")
    @bp.input(BatchRequest, location="json", arg_name="asked", example=examples.BATCH)
    @bp.output(UpdateReceiptBody, status_code=201, example=examples.UPDATE_RECEIPT)
    @keyed(LEARNING)
    @documented("Send an update of the movement model", 404, 409, 413, 415)
    def send_movement(asked: BatchRequest) -> Response:
        batch = receive_update(library, desk.door.signed_in().key_id, asked.model_dump(), desk.clock())
        body = UpdateReceiptBody(source_id=batch.source_id, nonce=batch.nonce, n_step=batch.n_new)
        response = json_answer(body)
        response.status_code = 201
        return private(response, choose_language())

    @bp.get("/movement")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(MovementBody, example=examples.MOVEMENT)
    @keyed("Counts that the operators of an area learnt together, noised and weighed by trust; the smallest are silent")
    @documented("The merged movement model", 404)
    def show_movement(asked: AreaQuery) -> Response:
        desk.door.signed_in()
        area = library.area(asked.area or library.settings.area)
        return private(json_answer(MovementBody.of(area, merged_movement(library, area))), choose_language(asked.lang))


def _add_batches(bp: APIBlueprint, desk: Desk) -> None:
    @bp.post("")
    @bp.input(BatchRequest, location="json", arg_name="asked", example=examples.BATCH)
    @bp.output(ReceiptBody, status_code=201, example=examples.RECEIPT)
    @keyed(SENDING)
    @documented("Send a signed batch", 404, 409, 413, 415)
    def send_batch(asked: BatchRequest) -> Response:
        receipt = receive(desk.library, desk.door.signed_in().key_id, asked.model_dump(), desk.clock())
        lang = choose_language()
        response = json_answer(ReceiptBody.of(receipt, lang))
        response.status_code = 201
        return private(response, lang)


def _add_sources(bp: APIBlueprint, desk: Desk) -> None:
    library = desk.library

    @bp.post("/sources")
    @bp.input(SourceRequest, location="json", arg_name="asked", example=examples.SOURCE_REQUEST)
    @bp.output(GivenSourceBody, status_code=201, example=examples.SOURCE)
    @keyed(REGISTERING)
    @documented("Register a source", 404, 409, 413, 415)
    def register_source(asked: SourceRequest) -> Response:
        person = desk.door.signed_in()
        if asked.kind not in CONTRIBUTED:
            wanted = "one of " + ", ".join(CONTRIBUTED)
            raise InputError(Fault("kind", asked.kind, wanted, "Visits and tracks of persons are never taken."))
        area = library.area(asked.area or library.settings.area)
        offer = Offer(
            area.area_id, asked.kind, asked.owner.strip(), asked.licence.strip(), read_public_key(asked.public_key),
            asked.fresh_s,
        )  # fmt: skip
        source = library.contributions.add(person.key_id, offer, desk.clock())
        response = json_answer(_body(desk, source))
        response.status_code = 201
        return private(response, choose_language(asked.lang))

    @bp.get("/sources")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(GivenSourcesBody, example=examples.SOURCES)
    @keyed("Your own sources, oldest first")
    @documented("Your own sources")
    def list_own_sources(asked: LanguageQuery) -> Response:
        found = library.contributions.sources(key_id=desk.door.signed_in().key_id)
        return private(
            json_answer(GivenSourcesBody(sources=[_body(desk, one) for one in found])), choose_language(asked.lang)
        )

    @bp.get("/sources/<source_id>")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(GivenSourceDetailBody, example=examples.SOURCE_DETAIL)
    @keyed("One of your own sources: its trust, its last batches, the rows held back and the privacy it has spent")
    @documented("A source of yours", 404)
    def show_own_source(source_id: str, asked: LanguageQuery) -> Response:
        store, lang = library.contributions, choose_language(asked.lang)
        source = store.find(source_id, desk.door.signed_in().key_id)
        more: dict[str, Any] = {"held": store.held([source_id]), "spent": store.spent(source_id)}
        body = GivenSourceDetailBody.of(source, store.n_held(source_id), store.batches(source_id), lang=lang, **more)
        return private(json_answer(body), lang)

    @bp.delete("/sources/<source_id>")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output({}, status_code=204)
    @keyed("End a source of yours: every observation it sent is deleted, and so is what was held back of it")
    @documented("End a source", 404)
    def end_source(source_id: str, asked: LanguageQuery) -> Response:
        source = library.contributions.find(source_id, desk.door.signed_in().key_id)
        library.observations.forget_source(source.area_id, source.source_id)
        forget_updates(library, source)
        library.contributions.end(source_id, desk.clock())
        return private(Response(b"", 204), choose_language(asked.lang))


def _body(desk: Desk, source: Source) -> GivenSourceBody:
    return GivenSourceBody.from_source(source, desk.library.contributions.n_held(source.source_id))
