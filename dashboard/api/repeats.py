"""`Idempotency-Key`: a write that is sent again gives the first answer again and changes nothing."""

import hashlib
from collections.abc import Callable
from typing import Final

from flask import Flask, Response, g, request

from dashboard.keys.door import Door
from dashboard.store.library import Library
from risk_core.errors import AnsimgilError, Fault, InputError

HEADER: Final = "Idempotency-Key"
MAX_LENGTH: Final = 200
WRITING: Final = ("POST", "PUT", "PATCH", "DELETE")
CHANGING: Final = frozenset({"closures", "acts", "shelter_status", "evacuations", "contributions", "held"})
"""Resources whose writes change something. Of a question nothing is kept, for it may tell where somebody is."""
_MARK: Final = "ansimgil_repeat"


class StillAtWorkError(AnsimgilError):
    """The same request is being answered right now."""

    code = "still_at_work"


def register_repeats(app: Flask, library: Library, door: Door, clock: Callable[[], float]) -> None:
    """Keep the first answer to each write that names itself."""

    @app.before_request
    def begin() -> Response | None:
        if request.method not in WRITING or request.blueprint not in CHANGING:
            return None
        key = request.headers.get(HEADER)
        if key is None:
            return None
        person = door.who()
        if not person.key_id:
            return None
        if not 1 <= len(key) <= MAX_LENGTH:
            remedy = "Make a new one for each thing to be done, for example a UUID."
            raise InputError(Fault(HEADER, key[:40], f"1 to {MAX_LENGTH} characters", remedy))
        name = person.key_id, f"{request.method} {request.path} {key}"
        told = library.kept_answers.begin(name, request_sha256(), clock())
        if told is None:
            setattr(g, _MARK, name)
            return None
        if told.request_sha256 != request_sha256():
            remedy = f"Make a new {HEADER} for another request."
            raise InputError(Fault(HEADER, key[:40], "the request it was first sent with", remedy))
        if not told.is_done:
            raise StillAtWorkError(Fault(HEADER, key[:40], "a request that is answered", "Ask again in a moment."))
        return Response(told.body, told.status, {"Idempotent-Replayed": "true"}, mimetype=told.mimetype)

    @app.after_request
    def end(response: Response) -> Response:
        name = g.pop(_MARK, None)
        if name is not None:
            is_kept = response.status_code < 400
            body = response.get_data(as_text=True) if is_kept else ""
            library.kept_answers.end(name, response.status_code if is_kept else None, response.mimetype or "", body)
        return response


def request_sha256() -> str:
    """SHA-256 of the present request's body, hexadecimal."""
    return hashlib.sha256(request.get_data(cache=True)).hexdigest()
