"""/v1/closures and /v1/closures/search: what is closed now or will be, whoever told of it."""

import hashlib

import numpy as np
from apiflask import APIBlueprint
from flask import Response

from dashboard.acts import closures
from dashboard.acts.desk import Desk
from dashboard.api import examples_acts as examples
from dashboard.api import examples_lists
from dashboard.api.closures import MEDIA_TYPE, area_of
from dashboard.api.documents import documented
from dashboard.api.listing import ALWAYS, Feature, Listing, box_of, sorted_by_key
from dashboard.api.lists import list_answer
from dashboard.api.reading_lists import ListQuery, ListRequest
from dashboard.api.schemas.acts import ClosureBody, ClosuresBody
from dashboard.api.shapes import refuse_swapped
from dashboard.store.acts import DESK
from dashboard.store.situations import closures_ahead
from risk_core.errors import UnavailableError
from risk_core.state.situation import Closure


def closure_lists_blueprint(desk: Desk) -> APIBlueprint:
    """Addresses of the list of closures."""
    bp = APIBlueprint("closure_lists", __name__, tag="Closures", url_prefix="/v1/closures")

    def page_of(asked: ListQuery | ListRequest) -> Response:
        area_id = area_of(desk, asked)
        now_s = desk.now_s(area_id)
        refuse_swapped(asked.bbox, desk.library.area(area_id).grid.bounds)
        listing = _listing(_every(desk, area_id, now_s))
        page = listing.page(listing.matching(asked.bbox), asked.limit, asked.cursor)
        body = ClosuresBody.of(area_id, now_s, page, _is_drill(desk, area_id))
        told = body.model_dump_json(exclude={"valid_at"}).encode()
        return list_answer(body, asked, f"{area_id}.{hashlib.sha256(told).hexdigest()[:16]}")

    @bp.get("")
    @bp.input(ListQuery, location="query", arg_name="asked")
    @bp.output(ClosuresBody, example=examples.CLOSURES, content_type=MEDIA_TYPE)
    @documented("What is closed now or will be", 404)
    def list_closures(asked: ListQuery) -> Response:
        return page_of(asked)

    @bp.post("/search")
    @bp.input(ListRequest, location="json", arg_name="asked", example=examples_lists.SEARCH)
    @bp.output(ClosuresBody, example=examples.CLOSURES, content_type=MEDIA_TYPE)
    @documented("The same closures, asked without an address", 404, 413, 415)
    def search_closures(asked: ListRequest) -> Response:
        return page_of(asked)

    return bp


def _every(desk: Desk, area_id: str, now_s: float) -> list[ClosureBody]:
    """Closures of the desk, of feeds and files, and those computed."""
    rows = [row for row in desk.library.observations.closures_from(area_id, now_s) if row["source"] != DESK]
    drawn = [ClosureBody.from_desk(one, now_s) for one in closures.desk_closures(desk, area_id)]
    told = [ClosureBody.from_closure(one) for one in closures_ahead(rows, now_s)]
    return [*drawn, *told, *(ClosureBody.from_closure(one) for one in _computed(desk, area_id, now_s))]


def _listing(found: list[ClosureBody]) -> Listing:
    """List of closures; two sources may give one id, so both name a place in it."""
    named = {f"{one.properties.source}/{one.id}": one for one in found}
    keys = list(named)
    keys = [keys[k] for k in sorted_by_key(keys)]
    boxes = np.array([box_of(named[key].geometry) for key in keys]).reshape(-1, 4)

    def make(position: int) -> Feature:
        return named[keys[position]].model_dump(by_alias=True)

    return Listing("closures", keys, boxes, np.tile(ALWAYS, (len(keys), 1)), make)


def _is_drill(desk: Desk, area_id: str) -> bool:
    """Whether the newest snapshot is simulated; False before the first."""
    try:
        return desk.library.assessment(area_id).simulated
    except UnavailableError:
        return False


def _computed(desk: Desk, area_id: str, now_s: float) -> list[Closure]:
    """Computed closures of the newest snapshot that are not over; none before the first."""
    try:
        found = desk.library.assessment(area_id).closures
    except UnavailableError:
        return []
    return [one for one in found if one.computed is not None and one.until_s > now_s]
