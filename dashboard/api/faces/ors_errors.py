"""Errors of the openrouteservice face: its numbers and its shape."""

from typing import Final

from flask import Response, request

from dashboard.api.faces.errors import Trouble
from dashboard.api.faces.ors_bodies import OrsErrorBody, OrsFault
from dashboard.api.fault_words import is_too_much
from dashboard.api.headers import json_answer

FIRST_OF_SERVICE: Final = {"directions": 2000, "isochrones": 3000, "matrix": 6000}
UNREADABLE: Final = 0
MISSING: Final = 1
FORMAT: Final = 2
VALUE: Final = 3
LIMIT: Final = 4
NO_ROUTE: Final = 9
NO_POINT: Final = 10
OTHER: Final = 99
VERSION: Final = "1.0.0"


def render_ors(trouble: Trouble) -> Response:
    """Answer of openrouteservice's shape."""
    service = next((name for name in FIRST_OF_SERVICE if f"/v2/{name}" in request.path), "directions")
    kind, status = _kind(trouble), trouble.status
    if status == 422:
        status = 404 if kind in (NO_ROUTE, NO_POINT) else 400
    body = OrsErrorBody(
        error=OrsFault(code=FIRST_OF_SERVICE[service] + kind, message=trouble.message),
        info={"engine": {"version": VERSION}},
    )
    response = json_answer(body)
    response.status_code = status
    return response


def _kind(trouble: Trouble) -> int:
    if trouble.is_unreachable:
        return NO_ROUTE
    if trouble.is_outside or trouble.is_off_streets:
        return NO_POINT
    if trouble.status == 400:
        return UNREADABLE
    if trouble.status != 422:
        return OTHER
    if any(map(is_too_much, trouble.faults)):
        return LIMIT
    missing = ("missing", "없음")
    return MISSING if trouble.faults and all(fault.value in missing for fault in trouble.faults) else VALUE
