"""Every error of the API in one shape: RFC 9457 problem details with all faults, in the reader's language."""

import logging
import traceback
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Request, Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

from dashboard.api.access import QuotaError
from dashboard.api.fault_words import FaultBody, fault_body, faults_of_validation
from dashboard.api.language import choose_language
from dashboard.api.orjson_provider import dump_bytes
from dashboard.api.repeats import StillAtWorkError
from dashboard.contributions.signed import SignatureError
from dashboard.i18n import text
from dashboard.keys.person import ForeignPageError, RoleError, SignInError
from dashboard.store.acts import ChangedSinceError
from dashboard.store.contributions import BudgetError, ReplayedError
from risk_core.errors import AnsimgilError, Fault, InputError, NotFoundError, UnavailableError, UnreachableError

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
TYPE_ROOT: Final = "/v1/problems/"
RETRY_AFTER_S: Final = 2

STATUS_OF_ERROR: Final[tuple[tuple[type[AnsimgilError], int], ...]] = (
    (InputError, 422),
    (UnreachableError, 422),
    (NotFoundError, 404),
    (UnavailableError, 503),
    (BudgetError, 422),
    (SignatureError, 403),
    (ReplayedError, 409),
    (SignInError, 401),
    (RoleError, 403),
    (ForeignPageError, 403),
    (StillAtWorkError, 409),
    (ChangedSinceError, 412),
    (QuotaError, 429),
)
CODE_OF_STATUS: Final[Mapping[int, str]] = {
    400: "bad_request",
    404: "unknown_path",
    405: "method",
    413: "too_large",
    415: "media_type",
    500: "internal",
    503: "unavailable",
}

HEADERS_OF_STATUS: Final[Mapping[HTTPStatus, Mapping[str, str]]] = {
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": str(RETRY_AFTER_S)},
    HTTPStatus.CONFLICT: {"Retry-After": str(RETRY_AFTER_S)},
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="ansimgil"'},
}


class ProblemBody(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(description="address of the explanation of this kind of error")
    title: str
    status: int
    detail: str
    code: str
    faults: list[FaultBody] = Field(description="everything wrong with the request at once")


class RepeatedNameError(InputError):
    """A name stands in the address more than once."""

    code = "repeated"


def problem(status: int, code: str, faults: Iterable[Fault] = (), headers: Mapping[str, str] | None = None) -> Response:
    """Make an error answer in the language of the request.

    Parameters
    ----------
    status
        HTTP status.
    code
        Picks the words: messages ``error.<code>`` (title) and ``problem.<code>`` (detail).
    faults
        Everything wrong.
    headers
        Further headers.
    """
    lang = choose_language()
    body = ProblemBody(
        type=f"{request.script_root}{TYPE_ROOT}{code}",
        title=text(f"error.{code}", lang),
        status=status,
        detail=text(f"problem.{code}", lang),
        code=code,
        faults=[fault_body(fault, code, lang) for fault in faults],
    )
    response = Response(dump_bytes(body.model_dump()), status, mimetype=MEDIA_TYPE)
    response.headers.update(headers or {})
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = lang
    return response


def register_problems(app: APIFlask) -> None:
    """Give every error of the app its one shape."""

    @app.errorhandler(AnsimgilError)
    def on_known(error: AnsimgilError) -> Response:
        status = next((status for family, status in STATUS_OF_ERROR if isinstance(error, family)), 400)
        headers = dict(HEADERS_OF_STATUS.get(HTTPStatus(status), {}))
        return problem(status, error.code, error.faults, headers)

    @app.errorhandler(HTTPError)
    def on_invalid(error: HTTPError) -> Response:
        cause = error.__cause__
        faults = faults_of_validation(cause, choose_language()) if isinstance(cause, ValidationError) else []
        return problem(error.status_code, "input", faults)

    @app.errorhandler(HTTPException)
    def on_http(error: HTTPException) -> Response:
        status = error.code or 500
        kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        limit = request.max_content_length or app.config["MAX_CONTENT_LENGTH"]
        large = Fault("body", "larger", f"at most {limit:,} bytes", "Send it in parts, or simplify outlines.")
        malformed = Fault("body", "not JSON", "a JSON object", "Send one object of names and values.")
        given = request.mimetype or "-"
        remedy = "Send a JSON body with the header Content-Type: application/json."
        faults = {
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (large,),
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (Fault("Content-Type", given[:60], "application/json", remedy),),
            HTTPStatus.BAD_REQUEST: (malformed,) if request.is_json else (),
        }.get(HTTPStatus(status), ())
        return problem(status, CODE_OF_STATUS.get(status, "bad_request"), faults, kept)

    @app.errorhandler(Exception)
    def on_unforeseen(error: Exception) -> Response:
        log_unforeseen(request, error)
        return problem(500, "internal")


def log_unforeseen(asked: Request, error: Exception) -> None:
    """Log an error nobody foresaw: the kind of address, never what was asked."""
    rule = asked.url_rule.rule if asked.url_rule else "-"
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s %s failed with %s\n%s", asked.method, rule, type(error).__name__, frames)
